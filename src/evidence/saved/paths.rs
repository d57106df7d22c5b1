//! Finds the files to read for a path.

use super::SavedError;
use super::stream::skipped;
use crate::evidence::{Gap, GapReason};
use crate::files::{self, Kind, Opened};
use std::ffi::OsStr;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Extensions of files that may contain traces. Files without an extension may contain them too.
const EXTENSIONS: &[&str] = &["json", "jsonl", "ndjson", "gz", "zst"];

/// The first bytes of formats in which traces may be kept: JSON, gzip, Zstandard, bzip2, xz, zip.
const BEGINNINGS: &[&[u8]] = &[
    b"{",
    b"[",
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"BZh",
    b"\xfd7zXZ",
    b"PK\x03\x04",
];

/// The files for a path.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// The files, sorted.
    pub(super) files: Vec<PathBuf>,
    /// Entries of a folder that are not read.
    pub(super) gaps: Vec<Gap>,
}

/// Returns the file itself, or the files of a folder and of all folders in it. It does not follow links to folders.
pub(super) fn files(path: &Path) -> Result<Files, SavedError> {
    if kind(path)? != Kind::Folder {
        return Ok(Files {
            files: vec![path.to_owned()],
            gaps: Vec::new(),
        });
    }
    let (mut files, mut gaps) = (Vec::new(), Vec::new());
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = files::entries(&folder).map_err(|source| unreadable(&folder, source))?;
        for (found, kind) in entries {
            if is_hidden(&found) {
                // `.gitkeep` and folders such as `.git` hold no traces; what begins like traces may be some.
                if kind == Kind::File && may_hold_traces(&found) && begins_like_traces(&found) {
                    let name = found.display().to_string();
                    gaps.push(skipped(&name, "has a name that begins with a dot"));
                }
                continue;
            }
            if kind == Kind::Folder {
                folders.push(found);
            } else if kind == Kind::File && may_hold_traces(&found) {
                files.push(found);
            } else {
                gaps.push(left_out(&found, kind));
            }
        }
    }
    if files.is_empty() {
        return Err(SavedError::EmptyFolder {
            name: path.display().to_string(),
        });
    }
    files.sort();
    Ok(Files { files, gaps })
}

/// Returns the gap for an entry of a folder that is not read. The entry may contain traces, unless its name and first
/// bytes show that it does not.
fn left_out(path: &Path, kind: Kind) -> Gap {
    let name = path.display().to_string();
    if kind != Kind::File {
        return skipped(&name, "is a link, a pipe, a socket or a device");
    }
    if begins_like_traces(path) {
        return skipped(
            &name,
            "has a name that is not read; give it by itself if it holds traces",
        );
    }
    Gap::new(GapReason::OtherFile, name)
}

/// Whether the first bytes of a file may be those of traces; also if they cannot be read.
fn begins_like_traces(path: &Path) -> bool {
    let mut beginning = Vec::new();
    let read = files::open(path).and_then(|file| file.take(8).read_to_end(&mut beginning));
    read.is_err() || BEGINNINGS.iter().any(|known| beginning.starts_with(known))
}

/// Opens a file for reading.
pub(super) fn open(path: &Path) -> Result<Opened, SavedError> {
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
