//! What belongs to a template of the base beside its own text: the files beside it that say with which values it is deployed, the
//! templates of its nested stacks, and all that is in a folder that a tool wrote.

use super::files::{bytes_of, keep, names};
use super::policies::PoliciesAtBase;
use super::{Content, Failure};
use crate::granted::template::{MANIFEST, is_of_folder, named_children};
use crate::run::samconfig;
use std::path::{Path, PathBuf};

/// Stacks within each other.
const DEEPEST: usize = 5;

/// Stages of the CDK within each other.
const DEEPEST_STAGE: usize = 8;

/// A file or folder of the repository.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    /// The folder of the workspace that the repository is checked out in, from the workspace on.
    root: PathBuf,
    /// Its path in the repository.
    pub(super) place: String,
}

impl Placed {
    /// `own` is its path from the workspace on.
    pub(super) fn new(place: &str, own: &Path) -> Self {
        let above = own.ancestors().nth(Path::new(place).components().count());
        Self {
            root: above.unwrap_or(Path::new("")).to_owned(),
            place: place.to_owned(),
        }
    }

    pub(super) fn at(&self, place: String) -> Self {
        Self {
            root: self.root.clone(),
            place,
        }
    }

    pub(super) fn beside(&self, name: &str) -> Self {
        self.at(match self.place.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{name}"),
            None => name.to_owned(),
        })
    }

    fn within(&self, name: &str) -> Self {
        self.at(format!("{}/{name}", self.place))
    }

    /// Its path from the workspace on.
    pub(super) fn own(&self) -> PathBuf {
        self.root.join(&self.place)
    }
}

impl PoliciesAtBase<'_, '_> {
    /// Keeps what is around a template of the base, which is kept itself.
    pub(super) fn keep_around(&mut self, template: Placed, bytes: Vec<u8>) -> Result<(), Failure> {
        let mut around = vec![(template, bytes)];
        for _ in 0..DEEPEST {
            let mut children = Vec::new();
            for (template, bytes) in around {
                self.keep_beside(&template)?;
                let text = String::from_utf8_lossy(&bytes).into_owned();
                for path in named_children(&text, &template.place) {
                    let Some(child) = path.to_str().map(|path| template.at(path.to_owned())) else {
                        continue;
                    };
                    if self.base.folder().join(child.own()).exists() {
                        continue;
                    }
                    if let Some(Content::File(bytes)) = self.base.content(&child.place)? {
                        keep(self.base.folder(), child.own(), &bytes)?;
                        children.push((child, bytes));
                    }
                }
            }
            around = children;
        }
        Ok(())
    }

    /// Keeps the files that say with which values a template is deployed.
    fn keep_beside(&mut self, template: &Placed) -> Result<(), Failure> {
        let mut has_values = false;
        let mut is_brought = false;
        for name in samconfig::NAMES {
            let (at_base, here) = self.keep_as_it_was(&template.beside(name))?;
            has_values |= at_base;
            is_brought |= here;
        }
        // Where the change brings the first one, the base has one that says nothing: else today's values would be the base's too.
        if is_brought && !has_values {
            let empty = template.beside(samconfig::NAMES[0]);
            keep(self.base.folder(), empty.own(), b"")?;
        }
        self.keep_as_it_was(&template.beside(MANIFEST))?;
        Ok(())
    }

    /// Keeps a file where the base has it. Whether the base has it, and whether it is here.
    fn keep_as_it_was(&mut self, file: &Placed) -> Result<(bool, bool), Failure> {
        let here = bytes_of(&self.base.checkout.path(&file.own()));
        let is_here = here.is_some();
        let there = match self.base.content(&file.place)? {
            Some(Content::File(bytes)) => Some(bytes),
            Some(Content::Folder(_) | Content::Other(_)) | None => None,
        };
        self.is_same &= here == there;
        if let Some(bytes) = &there {
            keep(self.base.folder(), file.own(), bytes)?;
        }
        Ok((there.is_some(), is_here))
    }

    /// Keeps what a tool wrote into a folder that the base has.
    pub(super) fn keep_folder(&mut self, folder: Placed) -> Result<(), Failure> {
        let mut folders = vec![(folder, 0)];
        while let Some((folder, depth)) = folders.pop() {
            let at_base = match self.base.content(&folder.place)? {
                Some(Content::Folder(entries)) => {
                    entries.into_iter().map(|entry| entry.path).collect()
                }
                Some(Content::File(_) | Content::Other(_)) | None => Vec::new(),
            };
            let at_base = at_base
                .iter()
                .filter_map(|path| Some(path.rsplit('/').next()?.to_owned()));
            let here = names(&self.base.checkout.path(&folder.own()));
            let mut all: Vec<String> = at_base.chain(here).collect();
            all.sort();
            all.dedup();
            for name in all {
                let own = folder.within(&name);
                if is_of_folder(&name) {
                    self.keep_as_it_was(&own)?;
                } else if name.starts_with("assembly-") && depth < DEEPEST_STAGE {
                    folders.push((own, depth + 1));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beside_a_file_is_in_the_same_folder_of_the_repository() {
        let placed = Placed::new("iac/template.yaml", Path::new("app/iac/template.yaml"));
        assert_eq!(placed.beside("x").place, "iac/x");
        assert_eq!(placed.beside("x").own(), Path::new("app/iac/x"));
        let placed = Placed::new("template.yaml", Path::new("template.yaml"));
        assert_eq!(placed.beside("x").own(), Path::new("x"));
    }
}
