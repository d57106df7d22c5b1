//! The files that a path stands for.

use super::SavedError;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Extensions of files that may hold traces, besides none at all.
const EXTENSIONS: &[&str] = &["json", "jsonl", "ndjson", "gz"];

/// The file itself, or the files of a folder and all folders in it, sorted. Links to folders are not followed.
pub(super) fn files(path: &Path) -> Result<Vec<PathBuf>, SavedError> {
    let metadata = fs::metadata(path).map_err(|source| unreadable(path, source))?;
    if !metadata.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in entries(&folder)? {
            let entry = entry.map_err(|source| unreadable(&folder, source))?;
            let found = entry.path();
            let kind = entry
                .file_type()
                .map_err(|source| unreadable(&found, source))?;
            if is_hidden(&found) {
                continue;
            }
            if kind.is_dir() {
                folders.push(found);
            } else if may_hold_traces(&found)
                && fs::metadata(&found).is_ok_and(|target| target.is_file())
            {
                files.push(found);
            }
        }
    }
    if files.is_empty() {
        return Err(SavedError::EmptyFolder {
            name: path.display().to_string(),
        });
    }
    files.sort();
    Ok(files)
}

/// Opens a file for reading.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the adapter that reads trace files"
)]
pub(super) fn open(path: &Path) -> Result<fs::File, SavedError> {
    fs::File::open(path).map_err(|source| unreadable(path, source))
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the adapter that reads trace files"
)]
fn entries(folder: &Path) -> Result<fs::ReadDir, SavedError> {
    fs::read_dir(folder).map_err(|source| unreadable(folder, source))
}

fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.as_encoded_bytes().starts_with(b".")
}

fn may_hold_traces(path: &Path) -> bool {
    let known = |extension: &OsStr| {
        EXTENSIONS
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    };
    path.extension().is_none_or(known)
}

fn unreadable(path: &Path, source: io::Error) -> SavedError {
    SavedError::Unreadable {
        name: path.display().to_string(),
        source,
    }
}
