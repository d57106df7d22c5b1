//! Writes files in whole or not at all. Pipes and devices are written to directly.

use super::beside::Beside;
use super::stdout;
use crate::files::{self, Kind};
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
/// or the new text, and never a part. Missing folders are created. If the path is a link to a file, that file is
/// replaced. `-` is standard output. A pipe or a device, such as `/dev/stdout`, is written to and not replaced.
///
/// # Errors
///
/// Returns an error if the folder cannot be created, or if the file cannot be written or moved.
pub fn write(path: &Path, text: &str) -> Result<(), WriteError> {
    let failed = |source| WriteError::Failed {
        path: path.to_owned(),
        source,
    };
    if is_stdout(path) {
        return stdout::print(text).map_err(failed);
    }
    if is_descriptor(path) {
        return appended_to(path, text).map_err(failed);
    }
    match files::kind(path) {
        Ok(Kind::Other) => return written_to(path, text).map_err(failed),
        Ok(Kind::Folder) => return Err(failed(io::ErrorKind::IsADirectory.into())),
        Ok(Kind::File) | Err(_) => {}
    }
    let target = path.canonicalize();
    let target = target.as_deref().unwrap_or(path);
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut beside = Beside::new(folder).map_err(failed)?;
    let file = beside.file();
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    beside.persist(target).map_err(failed)
}

/// Whether a path is one of the names of standard output.
pub fn is_stdout(path: &Path) -> bool {
    let names = [STDOUT, "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];
    names.iter().any(|name| path.as_os_str() == *name)
}

/// Whether a path is one of the open files with which this program was started. Such a file is never replaced, because
/// another program goes on writing to it.
pub fn is_descriptor(path: &Path) -> bool {
    path.as_os_str() == "/dev/stderr"
        || is_stdout(path)
        || path.starts_with("/dev/fd")
        || path.starts_with("/proc/self/fd")
}

/// Appends to a file.
fn appended_to(path: &Path, text: &str) -> io::Result<()> {
    let mut stream = std::fs::OpenOptions::new().append(true).open(path)?;
    match stream.write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Writes to a pipe or device. It is not an error if the reader is gone.
fn written_to(path: &Path, text: &str) -> io::Result<()> {
    let mut stream = std::fs::OpenOptions::new().write(true).open(path)?;
    match stream.write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
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
