//! Files, written whole or not at all; what is no file is written to as it is.

use super::beside::Beside;
use super::stdout;
use crate::files::{self, Kind};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// A file that could not be written; the old one, if any, is as it was.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The system did not let it be written.
    #[error("cannot write `{}`", path.display())]
    Failed {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is not what it was when it was read.
    #[error("`{}` has changed since it was read", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
}

impl WriteError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Failed { .. } => None,
            Self::Changed { .. } => Some("run the same command again".to_owned()),
        }
    }
}

/// What stands for standard output among paths.
pub const STDOUT: &str = "-";

/// Writes a file whole: into a new file beside it, then renamed into place, so that a reader sees the old text or the new
/// and never a part. Creates missing folders. Where a link leads to a file, that file is replaced. `-` is standard output; a pipe or a
/// device, `/dev/stdout` among them, is written to and stays what it is.
///
/// # Errors
///
/// When the folder cannot be made or the file cannot be written or renamed.
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

/// Whether a path is standard output by one of its names.
pub fn is_stdout(path: &Path) -> bool {
    let names = [STDOUT, "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];
    names.iter().any(|name| path.as_os_str() == *name)
}

/// Whether a path is something that this program was started with open: a file by such a name is never replaced, for whoever
/// opened it goes on writing to it.
pub fn is_descriptor(path: &Path) -> bool {
    path.as_os_str() == "/dev/stderr"
        || is_stdout(path)
        || path.starts_with("/dev/fd")
        || path.starts_with("/proc/self/fd")
}

/// Writes behind what is there already.
fn appended_to(path: &Path, text: &str) -> io::Result<()> {
    let mut stream = std::fs::OpenOptions::new().append(true).open(path)?;
    match stream.write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Writes to what is no file. A reader that has gone away is not an error.
fn written_to(path: &Path, text: &str) -> io::Result<()> {
    let mut stream = std::fs::OpenOptions::new().write(true).open(path)?;
    match stream.write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// Puts new text in the place of the old in a file that is there, whole or not at all: refuses where the file is not as it was
/// read, and keeps its permissions. Where the path is a link, the file that it leads to is replaced, not the link.
///
/// # Errors
///
/// When the file has changed or cannot be written.
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
