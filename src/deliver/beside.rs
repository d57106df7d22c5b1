//! New files beside the ones that they will take the place of, and temporary folders: gone when the program ends, however it ends.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::{NamedTempFile, TempDir};

/// What is to be removed if the program is told to end.
static OPEN: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A file beside the one that it will take the place of.
#[derive(Debug)]
pub(super) struct Beside {
    file: Option<NamedTempFile>,
    path: PathBuf,
}

impl Beside {
    /// An empty file in this folder, which whoever the umask lets may read.
    pub(super) fn new(folder: &Path) -> io::Result<Self> {
        let mut open = open();
        let mut builder = tempfile::Builder::new();
        builder.prefix(".aws-least-privilege-");
        readable(&mut builder);
        let file = builder.tempfile_in(folder)?;
        let path = file.path().to_owned();
        open.insert(path.clone());
        Ok(Self {
            file: Some(file),
            path,
        })
    }

    pub(super) fn file(&mut self) -> io::Result<&mut std::fs::File> {
        let file = self.file.as_mut().map(NamedTempFile::as_file_mut);
        file.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Puts it in its place.
    pub(super) fn persist(mut self, path: &Path) -> io::Result<()> {
        let Some(file) = self.file.take() else {
            return Err(io::ErrorKind::NotFound.into());
        };
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // The file goes with its handle, unless it is in its place by now.
        drop(self.file.take());
        open().remove(&self.path);
    }
}

/// A temporary folder that is also gone where the program is told to end.
///
/// # Errors
///
/// When none can be made.
pub fn folder() -> io::Result<TempDir> {
    let mut open = open();
    let folder = tempfile::tempdir()?;
    open.insert(folder.path().to_owned());
    Ok(folder)
}

/// Removes everything that is open, and lets nothing new be opened from here on.
pub(super) fn remove_all() -> impl Sized {
    let open = open();
    for path in open.iter() {
        // What is gone already is as it should be; of the rest nobody is left to tell.
        let _ = if path.is_dir() {
            std::fs::remove_dir_all(path)
        } else {
            std::fs::remove_file(path)
        };
    }
    open
}

fn open() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
fn readable(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt as _;
    builder.permissions(std::fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn readable(_builder: &mut tempfile::Builder<'_, '_>) {}
