//! Writes files in whole or not at all. Pipes and devices are written to directly.

use super::beside::Beside;
use super::{stdout, stream};
use crate::files::{self, Kind};
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// A file could not be written. An old file is unchanged.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The system did not allow it.
    #[error("cannot write `{}`", path.display())]
    Failed {
        /// The file.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The file was changed since it was read.
    #[error("`{}` has changed since it was read", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
}

impl WriteError {
    /// Returns what to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Failed { .. } => None,
            Self::Changed { .. } => Some("run the same command again".to_owned()),
        }
    }
}

/// The path that means standard output.
pub const STDOUT: &str = "-";

/// Writes a whole file: into a new file in the same folder, which is then moved into place. A reader sees the old text
/// or the new text, and never a part. Missing folders are created. If the path is a link, the file that it leads to is
/// replaced or created. `-` is standard output. A pipe or a device, such as `/dev/stdout`, is written to and not
/// replaced.
///
/// # Errors
///
/// Returns an error if the folder cannot be created, or if the file cannot be written or moved. A pipe that nobody reads
/// for a minute is an error.
pub fn write(path: &Path, text: &str) -> Result<(), WriteError> {
    let failed = |source| WriteError::Failed {
        path: path.to_owned(),
        source,
    };
    if is_stdout(path) {
        return stdout::print(text).map_err(failed);
    }
    if is_descriptor(path) {
        return stream::write(path, text, OpenOptions::new().append(true)).map_err(failed);
    }
    match files::kind(path) {
        Ok(Kind::Other) => {
            return stream::write(path, text, OpenOptions::new().write(true)).map_err(failed);
        }
        Ok(Kind::Folder) => return Err(failed(io::ErrorKind::IsADirectory.into())),
        Ok(Kind::File) | Err(_) => {}
    }
    if path.as_os_str().as_encoded_bytes().ends_with(b"/") {
        return Err(failed(io::ErrorKind::NotADirectory.into()));
    }
    let target = files::leads_to(path);
    if target.is_symlink() {
        return Err(failed(io::Error::other("its links lead in a circle")));
    }
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut beside = Beside::new(folder).map_err(failed)?;
    let file = beside.file();
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    beside.persist(&target).map_err(failed)
}

/// Whether a path is one of the names of standard output.
pub fn is_stdout(path: &Path) -> bool {
    path == Path::new(STDOUT) || opened(path) == Some(1)
}

/// Whether a path is one of the open files with which this program was started. Such a file is never replaced, because
/// another program goes on writing to it.
pub fn is_descriptor(path: &Path) -> bool {
    path == Path::new(STDOUT) || opened(path).is_some()
}

/// Whether a path is written to as a stream: it is no file that could be read again.
pub fn is_stream(path: &Path) -> bool {
    is_descriptor(path) || files::kind(path).is_ok_and(|kind| kind == Kind::Other)
}

/// Returns the number of the open file that a path leads to.
fn opened(path: &Path) -> Option<u32> {
    if files::is_confined() {
        return files::descriptor(path);
    }
    files::descriptor(&files::leads_to(path))
}

/// Replaces the text of an existing file in whole or not at all. The file must still have the old text, and its
/// permissions are kept. If the path is a link, the file that it points to is replaced, not the link.
///
/// # Errors
///
/// Returns an error if the file was changed or cannot be written.
pub fn replace(path: &Path, old: &str, new: &str) -> Result<(), WriteError> {
    let failed = |source| WriteError::Failed {
        path: path.to_owned(),
        source,
    };
    let target = path.canonicalize().map_err(failed)?;
    check_unchanged(path, &target, old)?;
    let permissions = target.metadata().map_err(failed)?.permissions();
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut beside = Beside::new(folder).map_err(failed)?;
    let file = beside.file();
    file.write_all(new.as_bytes()).map_err(failed)?;
    file.set_permissions(permissions).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    check_unchanged(path, &target, old)?;
    beside.persist(&target).map_err(failed)
}

#[expect(
    clippy::disallowed_methods,
    reason = "what is to be replaced is read once more"
)]
fn check_unchanged(path: &Path, target: &Path, old: &str) -> Result<(), WriteError> {
    let found = std::fs::read(target).map_err(|source| WriteError::Failed {
        path: path.to_owned(),
        source,
    })?;
    if found == old.as_bytes() {
        return Ok(());
    }
    Err(WriteError::Changed {
        path: path.to_owned(),
    })
}
