//! Opens files that a user or a workflow names.
//!
//! A user's files may be anywhere. A workflow's files must be beneath its checkout, in which a pull request may have
//! put anything. There no link is followed in any part of a path, and only regular files and folders are opened.
//! [`confine`] applies to the whole process, so that no file named by an option, an input or the configuration is
//! forgotten.

#[cfg(unix)]
mod beneath;
#[cfg(not(unix))]
#[path = "nowhere.rs"]
mod beneath;
mod bounded;
mod checkout;
mod leads;
mod normal;

pub mod kept;
pub mod temporary;

pub use beneath::Root;
pub use bounded::{Bounded, Bounds};
pub use checkout::Checkout;
pub use leads::{descriptor, leads_to};
pub use normal::normal;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

static ROOTS: OnceLock<Vec<Root>> = OnceLock::new();

/// The kind of file at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A regular file, or a link to one if links are followed.
    File,
    /// A folder.
    Folder,
    /// Anything else.
    Other,
}

/// From now on, this module opens only files beneath these folders. A relative path is beneath the first.
///
/// # Errors
///
/// Returns an error if a folder does not exist, or if this system cannot open files beneath one.
pub fn confine(folders: &[&Path]) -> io::Result<()> {
    let roots: io::Result<Vec<Root>> = folders.iter().map(|folder| Root::open(folder)).collect();
    // A second call comes from the same workflow and has the same folders.
    let _ = ROOTS.set(roots?);
    Ok(())
}

/// Whether only files beneath folders are opened, without following links.
pub fn is_confined() -> bool {
    ROOTS.get().is_some()
}

/// Returns the folder that a path must be beneath, if files are confined.
fn root(path: &Path) -> Option<&'static Root> {
    let roots = ROOTS.get()?;
    roots.iter().find(|root| root.has(path)).or(roots.first())
}

/// A file or stream that is open for reading.
#[derive(Debug)]
pub enum Opened {
    /// A regular file.
    File(File),
    /// A pipe or a device, which may never deliver anything, or never end.
    Stream(Bounded),
}

impl Read for Opened {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.read(buffer),
            Self::Stream(stream) => stream.read(buffer),
        }
    }
}

/// Opens a file for reading. A pipe or a device is read with limits on time and size.
///
/// # Errors
///
/// Returns an error if the file does not exist or cannot be opened. If files are confined, also if it is not a regular
/// file or its path has a link.
#[expect(
    clippy::disallowed_methods,
    reason = "the adapters open their files here"
)]
pub fn open(path: &Path) -> io::Result<Opened> {
    if let Some(root) = root(path) {
        return root.file(path).map(Opened::File);
    }
    if kind(path)? == Kind::Other {
        let path = path.to_owned();
        let stream = Bounded::start(move || File::open(path), Bounds::default())?;
        return Ok(Opened::Stream(stream));
    }
    File::open(path).map(Opened::File)
}

/// Returns the kind of file at a path.
///
/// # Errors
///
/// Returns an error if there is nothing at the path.
pub fn kind(path: &Path) -> io::Result<Kind> {
    match root(path) {
        Some(root) => root.kind(path),
        None => std::fs::metadata(path).map(|found| kind_of(&found)),
    }
}

/// Returns the paths and kinds of the entries of a folder. A link to a folder is [`Kind::Other`]. A link to a file is a
/// file if links are followed.
///
/// # Errors
///
/// Returns an error if the folder cannot be read.
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test writes into a pipe")]
    fn a_pipe_is_read_as_a_stream_and_a_file_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let (pipe, file) = (folder.path().join("pipe"), folder.path().join("file"));
        let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        std::fs::write(&file, "text").unwrap();
        let into = pipe.clone();
        let writing = std::thread::spawn(move || std::fs::write(into, "text"));
        for (path, is_stream) in [(&file, false), (&pipe, true)] {
            let mut opened = open(path).unwrap();
            let mut text = String::new();
            opened.read_to_string(&mut text).unwrap();
            assert_eq!(text, "text");
            assert_eq!(matches!(opened, Opened::Stream(_)), is_stream);
        }
        writing.join().unwrap().unwrap();
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test writes into a pipe")]
    fn what_a_pipe_said_is_read_again_from_what_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(
            Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        let into = pipe.clone();
        let writing = std::thread::spawn(move || std::fs::write(into, "text"));
        for _ in 0..2 {
            assert_eq!(kept::bytes(&pipe, 3).unwrap(), b"text");
        }
        writing.join().unwrap().unwrap();
    }
}
