//! What a commit has, asked for once: a file that the checkout has as it is there is taken from the checkout, and what is not
//! there is not asked for.

use super::files::{bytes_of, checkouts};
use crate::github::api::{ApiError, Client, Content, Entry, GitHub as _, MOST_TEXTS, TreeEntry};
use sha1::{Digest as _, Sha1};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Files that are worth a request for all of them together.
pub(in crate::run::action) const FEWEST_TOGETHER: usize = 4;

/// The trees of the commits that were asked about.
#[derive(Debug)]
pub(in crate::run::action) struct Trees<'a> {
    github: &'a Client,
    /// Where it may be checked out.
    checkouts: Vec<PathBuf>,
    known: RefCell<BTreeMap<String, Known>>,
    /// Files that were read together, by what Git calls them.
    read: RefCell<BTreeMap<String, Vec<u8>>>,
}

/// Everything below a commit's root, by path.
type Tree = BTreeMap<String, TreeEntry>;

/// What is known of a commit.
#[derive(Debug)]
enum Known {
    Whole(Tree),
    /// It has more than GitHub lists at once: what is directly in each folder that was asked for, nothing where that is too much too.
    Parts(BTreeMap<String, Option<Vec<TreeEntry>>>),
    Nothing,
}

/// What a tree tells of a path.
#[derive(Debug)]
enum Listed {
    There(Content),
    Absent,
    /// GitHub has to be asked.
    Unknown,
}

impl<'a> Trees<'a> {
    pub(in crate::run::action) fn of(github: &'a Client, workspace: Option<&Path>) -> Self {
        Self {
            github,
            checkouts: {
                let workspace = workspace.unwrap_or(Path::new("."));
                let found = checkouts(workspace);
                if found.is_empty() {
                    vec![workspace.to_owned()]
                } else {
                    found
                }
            },
            known: RefCell::default(),
            read: RefCell::default(),
        }
    }

    /// What is at a path of a commit. A tree that is too large to be listed is
    /// listed by its folders; where it may not be read, GitHub is asked for the path.
    pub(super) fn content(&self, place: &str, commit: &str) -> Result<Option<Content>, ApiError> {
        match self.listed(place, commit) {
            Listed::There(content) => Ok(Some(content)),
            Listed::Absent => Ok(None),
            Listed::Unknown => self.github.content(place, commit),
        }
    }

    /// Reads files together that will be asked for, where the checkout does not have them as they are there. What cannot be read so is
    /// read one by one.
    pub(super) fn read_together(&self, places: &[String], commit: &str) {
        let wanted: Vec<String> = places
            .iter()
            .filter(|place| matches!(self.listed(place, commit), Listed::Unknown))
            .cloned()
            .collect();
        if wanted.len() < FEWEST_TOGETHER {
            return;
        }
        for places in wanted.chunks(MOST_TEXTS) {
            let Ok(texts) = self.github.texts(commit, places) else {
                return;
            };
            let mut read = self.read.borrow_mut();
            for text in texts.into_iter().flatten() {
                let bytes = text.into_bytes();
                // What is not called so in the tree is not looked up: GitHub may have sent other letters.
                read.insert(object_id(&bytes), bytes);
            }
        }
    }

    fn listed(&self, place: &str, commit: &str) -> Listed {
        let mut known = self.known.borrow_mut();
        let known =
            known
                .entry(commit.to_owned())
                .or_insert_with(|| match self.github.tree(commit) {
                    Ok(Some(entries)) => {
                        let by_path = entries.into_iter().map(|entry| (entry.path.clone(), entry));
                        Known::Whole(by_path.collect())
                    }
                    Ok(None) => Known::Parts(BTreeMap::new()),
                    Err(_) => Known::Nothing,
                });
        match known {
            Known::Whole(tree) => self.in_tree(tree, place),
            Known::Parts(folders) => self.in_parts(folders, place, commit),
            Known::Nothing => Listed::Unknown,
        }
    }

    fn in_tree(&self, tree: &Tree, place: &str) -> Listed {
        if place.is_empty() {
            return Listed::There(folder(tree, ""));
        }
        let Some(entry) = tree.get(place) else {
            return Listed::Absent;
        };
        match entry.kind.as_str() {
            "dir" => Listed::There(folder(tree, &format!("{place}/"))),
            _ => self.file(place, entry),
        }
    }

    /// Goes down to a path folder by folder; each is asked for once.
    fn in_parts(
        &self,
        folders: &mut BTreeMap<String, Option<Vec<TreeEntry>>>,
        place: &str,
        commit: &str,
    ) -> Listed {
        let (mut path, mut sha) = (String::new(), commit.to_owned());
        let mut names = place.split('/').filter(|name| !name.is_empty()).peekable();
        loop {
            let entries = folders
                .entry(path.clone())
                .or_insert_with(|| self.github.folder(&sha).ok().flatten());
            let Some(entries) = entries else {
                return Listed::Unknown;
            };
            let whole = |name: &str| {
                if path.is_empty() {
                    name.to_owned()
                } else {
                    format!("{path}/{name}")
                }
            };
            let Some(name) = names.next() else {
                let entries = entries.iter().map(|entry| Entry {
                    path: whole(&entry.path),
                    kind: entry.kind.clone(),
                });
                return Listed::There(Content::Folder(entries.collect()));
            };
            let Some(entry) = entries.iter().find(|entry| entry.path == name) else {
                return Listed::Absent;
            };
            if entry.kind != "dir" {
                return if names.peek().is_none() {
                    self.file(place, entry)
                } else {
                    Listed::Absent
                };
            }
            (path, sha) = (whole(name), entry.sha.clone());
        }
    }

    /// A file, from the checkout where that has it as it is there.
    fn file(&self, place: &str, entry: &TreeEntry) -> Listed {
        if entry.kind != "file" {
            return Listed::There(Content::Other(entry.kind.clone()));
        }
        if let Some(bytes) = self.read.borrow().get(&entry.sha) {
            return Listed::There(Content::File(bytes.clone()));
        }
        let there = self.checkouts.iter().map(|folder| folder.join(place));
        let mut same = there
            .filter_map(|path| bytes_of(&path))
            .filter(|bytes| object_id(bytes) == entry.sha);
        same.next()
            .map_or(Listed::Unknown, |bytes| Listed::There(Content::File(bytes)))
    }
}

/// What is directly in a folder.
fn folder(tree: &Tree, prefix: &str) -> Content {
    let below = tree.range(prefix.to_owned()..);
    let below = below.take_while(|(path, _)| path.starts_with(prefix));
    let entries = below.filter(|(path, _)| {
        let rest = path.get(prefix.len()..).unwrap_or_default();
        !rest.is_empty() && !rest.contains('/')
    });
    let entries = entries.map(|(path, entry)| Entry {
        path: path.clone(),
        kind: entry.kind.clone(),
    });
    Content::Folder(entries.collect())
}

/// What Git calls a file with these bytes. No other file of a repository can be given this name by whoever changes the checkout: that
/// would take a second preimage of SHA-1.
fn object_id(bytes: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(format!("blob {}\0", bytes.len()));
    hash.update(bytes);
    let digest = hash.finalize();
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_called_as_git_calls_them() {
        assert_eq!(object_id(b""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!(
            object_id(b"hello\n"),
            "ce013625030ba8dba906f756967f9e9ca394464a"
        );
    }

    #[test]
    fn a_folder_has_what_is_directly_in_it() {
        let entry = |path: &str, kind: &str| TreeEntry {
            path: path.to_owned(),
            kind: kind.to_owned(),
            sha: String::new(),
        };
        let all = [
            entry("a", "dir"),
            entry("a/b", "file"),
            entry("a/c", "dir"),
            entry("a/c/d", "file"),
            entry("ab", "file"),
        ];
        let tree: Tree = all.into_iter().map(|own| (own.path.clone(), own)).collect();
        let names = |prefix: &str| match folder(&tree, prefix) {
            Content::Folder(entries) => entries.into_iter().map(|own| own.path).collect::<Vec<_>>(),
            Content::File(_) | Content::Other(_) => Vec::new(),
        };
        assert_eq!(names(""), ["a", "ab"]);
        assert_eq!(names("a/"), ["a/b", "a/c"]);
    }
}
