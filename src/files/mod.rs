//! Where files that a person or a workflow names are opened.
//!
//! A person's files are anywhere. A workflow's are beneath its checkout, in which a pull request may have put anything: there
//! no link is followed in any part of a path, and nothing but regular files and folders is opened. [`confine`] is for the
//! whole process, so that no file that an option, an input or the configuration names is forgotten.

#[cfg(unix)]
mod beneath;
#[cfg(not(unix))]
#[path = "nowhere.rs"]
mod beneath;
mod normal;

pub mod temporary;

pub use beneath::Root;
pub use normal::normal;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

static ROOTS: OnceLock<Vec<Root>> = OnceLock::new();

/// What a path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A regular file, or a link to one where links are followed.
    File,
    /// A folder.
    Folder,
    /// Anything else.
    Other,
}

/// From here on, all files that this module opens are beneath one of these folders. A path that is relative is beneath the
/// first.
///
/// # Errors
///
/// When there is no such folder, or this system cannot open files beneath one.
pub fn confine(folders: &[&Path]) -> io::Result<()> {
    let roots: io::Result<Vec<Root>> = folders.iter().map(|folder| Root::open(folder)).collect();
    // A second call would be from the same workflow, with the same folders.
    let _ = ROOTS.set(roots?);
    Ok(())
}

/// Whether files are opened beneath folders alone, so that no link is followed.
pub fn is_confined() -> bool {
    ROOTS.get().is_some()
}

/// The folder that a path is to be beneath, where files are confined.
fn root(path: &Path) -> Option<&'static Root> {
    let roots = ROOTS.get()?;
    roots.iter().find(|root| root.has(path)).or(roots.first())
}

/// Opens a file for reading.
///
/// # Errors
///
/// When it is not there or cannot be opened; beneath a folder also when it is no regular file or a link leads to it.
#[expect(
    clippy::disallowed_methods,
    reason = "the adapters open their files here"
)]
pub fn open(path: &Path) -> io::Result<File> {
    match root(path) {
        Some(root) => root.file(path),
        None => File::open(path),
    }
}

/// What a path leads to.
///
/// # Errors
///
/// When it leads nowhere.
pub fn kind(path: &Path) -> io::Result<Kind> {
    match root(path) {
        Some(root) => root.kind(path),
        None => std::fs::metadata(path).map(|found| kind_of(&found)),
    }
}

/// What is in a folder, with its path. Links to folders are [`Kind::Other`]; links to files are files, where links are followed.
///
/// # Errors
///
/// When the folder cannot be read.
#[expect(
    clippy::disallowed_methods,
    reason = "the adapters list their folders here"
)]
pub fn entries(folder: &Path) -> io::Result<Vec<(PathBuf, Kind)>> {
    if let Some(root) = root(folder) {
        return root.entries(folder);
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let kind = if entry.file_type()?.is_dir() {
            Kind::Folder
        } else {
            match std::fs::metadata(&path) {
                Ok(target) if target.is_file() => Kind::File,
                _ => Kind::Other,
            }
        };
        found.push((path, kind));
    }
    Ok(found)
}

fn kind_of(found: &std::fs::Metadata) -> Kind {
    if found.is_dir() {
        Kind::Folder
    } else if found.is_file() {
        Kind::File
    } else {
        Kind::Other
    }
}
