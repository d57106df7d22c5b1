//! New files beside the ones that they will take the place of, and temporary folders: gone when the program ends, however it ends.

use crate::files::temporary::Temporary;
use std::io;
use std::path::Path;
use tempfile::{NamedTempFile, TempDir};

/// A file beside the one that it will take the place of.
#[derive(Debug)]
pub(super) struct Beside {
    file: NamedTempFile,
    /// Kept until the file is in its place, or gone with its handle.
    temporary: Temporary,
}

impl Beside {
    /// An empty file in this folder, which whoever the umask lets may read.
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
        })?;
        Ok(Self { file, temporary })
    }

    pub(super) fn file(&mut self) -> &mut std::fs::File {
        self.file.as_file_mut()
    }

    /// Puts it in its place.
    pub(super) fn persist(self, path: &Path) -> io::Result<()> {
        let Self { file, temporary } = self;
        let placed = file.persist(path);
        drop(temporary);
        placed.map(drop).map_err(|error| error.error)
    }
}

/// A temporary folder that is also gone where the program is told to end.
#[derive(Debug)]
pub struct Folder {
    folder: TempDir,
    _temporary: Temporary,
}

impl Folder {
    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// An empty temporary folder.
///
/// # Errors
///
/// When none can be made.
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
