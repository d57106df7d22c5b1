//! New files that will replace others, and temporary folders. Both are removed when the program ends, also if a signal
//! ends it.

use crate::files::temporary::Temporary;
use std::io;
use std::path::Path;
use tempfile::{NamedTempFile, TempDir};

/// A new file in the folder of the file that it will replace.
#[derive(Debug)]
pub(super) struct Beside {
    file: NamedTempFile,
    /// It is kept until the file is in place, or until it was removed with its handle.
    temporary: Temporary,
}

impl Beside {
    /// Creates an empty file in this folder. Its permissions follow the umask.
    pub(super) fn new(folder: &Path) -> io::Result<Self> {
        let make = || {
            let mut builder = tempfile::Builder::new();
            builder.prefix(".aws-least-privilege-");
            readable(&mut builder);
            builder.tempfile_in(folder)
        };
        let (file, temporary) = Temporary::make(make, |file| {
            let path = file.path().to_owned();
            Box::new(move || {
                let _ = std::fs::remove_file(&path);
            })
        })
        .map_err(without_path)?;
        Ok(Self { file, temporary })
    }

    pub(super) fn file(&mut self) -> &mut std::fs::File {
        self.file.as_file_mut()
    }

    /// Moves the file to the place of the other.
    pub(super) fn persist(self, path: &Path) -> io::Result<()> {
        let Self { file, temporary } = self;
        let placed = file.persist(path);
        drop(temporary);
        placed.map(drop).map_err(|error| error.error)
    }
}

/// The error without the name of the new file, which nobody asked for.
fn without_path(error: io::Error) -> io::Error {
    let text = error.to_string();
    match text.split_once(" at path ") {
        Some((text, _)) => io::Error::new(error.kind(), text),
        None => error,
    }
}

/// A temporary folder that is also removed if a signal ends the program.
#[derive(Debug)]
pub struct Folder {
    folder: TempDir,
    _temporary: Temporary,
}

impl Folder {
    /// Returns its path.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Creates an empty temporary folder.
///
/// # Errors
///
/// Returns an error if it cannot be created.
pub fn folder() -> io::Result<Folder> {
    let (folder, temporary) = Temporary::make(tempfile::tempdir, |folder| {
        let path = folder.path().to_owned();
        Box::new(move || {
            let _ = std::fs::remove_dir_all(&path);
        })
    })?;
    Ok(Folder {
        folder,
        _temporary: temporary,
    })
}

#[cfg(unix)]
fn readable(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt as _;
    builder.permissions(std::fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn readable(_builder: &mut tempfile::Builder<'_, '_>) {}
