//! The files that a path stands for.

use super::SavedError;
use crate::files::{self, Kind};
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Extensions of files that may hold traces, besides none at all.
const EXTENSIONS: &[&str] = &["json", "jsonl", "ndjson", "gz"];

/// The file itself, or the files of a folder and all folders in it, sorted. Links to folders are not followed.
pub(super) fn files(path: &Path) -> Result<Vec<PathBuf>, SavedError> {
    if kind(path)? != Kind::Folder {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = files::entries(&folder).map_err(|source| unreadable(&folder, source))?;
        for (found, kind) in entries {
            if is_hidden(&found) {
                continue;
            }
            if kind == Kind::Folder {
                folders.push(found);
            } else if kind == Kind::File && may_hold_traces(&found) {
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
pub(super) fn open(path: &Path) -> Result<File, SavedError> {
    files::open(path).map_err(|source| unreadable(path, source))
}

fn kind(path: &Path) -> Result<Kind, SavedError> {
    files::kind(path).map_err(|source| unreadable(path, source))
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
