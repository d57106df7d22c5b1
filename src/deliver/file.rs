//! Files, written whole or not at all.

use std::io::Write as _;
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
        source: std::io::Error,
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

/// Writes a file whole: into a new file beside it, then renamed into place, so that a reader sees the old text or the new
/// and never a part. Creates missing folders.
///
/// # Errors
///
/// When the folder cannot be made or the file cannot be written or renamed.
pub fn write(path: &Path, text: &str) -> Result<(), WriteError> {
    let failed = |source| WriteError::Failed {
        path: path.to_owned(),
        source,
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut beside = tempfile::Builder::new()
        .prefix(".aws-least-privilege-")
        .tempfile_in(folder)
        .map_err(failed)?;
    beside.write_all(text.as_bytes()).map_err(failed)?;
    beside.as_file().sync_all().map_err(failed)?;
    make_readable(beside.as_file()).map_err(failed)?;
    beside.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
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
    let mut beside = tempfile::Builder::new()
        .prefix(".aws-least-privilege-")
        .tempfile_in(folder)
        .map_err(failed)?;
    beside.write_all(new.as_bytes()).map_err(failed)?;
    beside
        .as_file()
        .set_permissions(permissions)
        .map_err(failed)?;
    beside.as_file().sync_all().map_err(failed)?;
    check_unchanged(path, &target, old)?;
    beside
        .persist(&target)
        .map_err(|error| failed(error.error))?;
    Ok(())
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

/// Temporary files are private to their owner; a report is for everyone who may read the folder.
#[cfg(unix)]
fn make_readable(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_file: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}
