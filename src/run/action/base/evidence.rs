//! Saved evidence of a change: what Git tracks is read at the base, or a change could bring its own alibi. What it does not
//! track, such as an artifact that was downloaded, is taken as it is.

use super::files::keep;
use super::{Base, Content};
use crate::evidence::{Gap, GapReason};
use crate::run::Failure;
use std::path::{Path, PathBuf};

/// Files that are read of a folder of evidence; more are a gap.
const MOST_FILES: usize = 5000;

impl Base<'_> {
    /// What to read in the place of a path, and why it is not what was asked for.
    pub(super) fn evidence(
        &self,
        path: &Path,
        place: &str,
    ) -> Result<(PathBuf, Option<Gap>), Failure> {
        match self.content(place)? {
            Some(Content::File(bytes)) => Ok((keep(self.folder.path(), place, &bytes)?, None)),
            Some(Content::Folder(_)) => {
                let (count, left_out) = self.folder_of_evidence(place)?;
                if count == 0 {
                    return self.untracked(path, place);
                }
                let gap = (left_out > 0).then(|| {
                    let told =
                        format!("{left_out} files of {place} are more than are read of a folder");
                    Gap::new(GapReason::NotAtTheBase, told)
                });
                Ok((self.folder.path().join(place), gap))
            }
            Some(Content::Other(_)) => self.nothing(place),
            None => self.untracked(path, place),
        }
    }

    /// The files of a folder at the base, without hidden ones; how many there are, and how many are left out.
    fn folder_of_evidence(&self, place: &str) -> Result<(usize, usize), Failure> {
        let mut folders = vec![place.to_owned()];
        let (mut count, mut left_out) = (0, 0);
        while let Some(folder) = folders.pop() {
            let Some(Content::Folder(entries)) = self.content(&folder)? else {
                continue;
            };
            for entry in entries {
                let name = entry.path.rsplit('/').next().unwrap_or_default();
                if name.starts_with('.') {
                    continue;
                }
                if entry.kind == "dir" {
                    folders.push(entry.path);
                } else if count >= MOST_FILES {
                    left_out += usize::from(entry.kind == "file");
                } else if let Some(Content::File(bytes)) = self.content(&entry.path)? {
                    keep(self.folder.path(), &entry.path, &bytes)?;
                    count += 1;
                }
            }
        }
        Ok((count, left_out))
    }

    /// What the base does not have is taken as it is, unless the change has it.
    fn untracked(&self, path: &Path, place: &str) -> Result<(PathBuf, Option<Gap>), Failure> {
        for commit in &self.here {
            if self.is_of_change(place, commit)? {
                return self.nothing(place);
            }
        }
        Ok((path.to_owned(), None))
    }

    /// Whether a path is in a commit, or below something in it that is no folder: a link or a submodule may lead anywhere.
    fn is_of_change(&self, place: &str, commit: &str) -> Result<bool, Failure> {
        let mut place = place;
        match self.at(place, commit)? {
            Some(Content::File(_) | Content::Other(_)) => return Ok(true),
            Some(Content::Folder(entries)) => {
                let is_shown = |path: &str| {
                    let name = path.rsplit('/').next().unwrap_or_default();
                    !name.starts_with('.')
                };
                return Ok(entries.iter().any(|entry| is_shown(&entry.path)));
            }
            None => {}
        }
        while let Some((above, _)) = place.rsplit_once('/') {
            match self.at(above, commit)? {
                Some(Content::Folder(_)) => return Ok(false),
                Some(Content::File(_) | Content::Other(_)) => return Ok(true),
                None => place = above,
            }
        }
        Ok(false)
    }

    /// No evidence, and why.
    fn nothing(&self, place: &str) -> Result<(PathBuf, Option<Gap>), Failure> {
        let empty = keep(self.folder.path(), place, b"[]")?;
        let gap = Gap::new(
            GapReason::NotAtTheBase,
            format!("{place} is brought by this change and proves nothing for it"),
        );
        Ok((empty, Some(gap)))
    }
}
