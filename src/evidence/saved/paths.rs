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

/// Extensions of archives and packed files, which may contain traces whatever their first bytes are.
const PACKED: &[&str] = &["7z", "br", "bz2", "lz4", "tar", "tgz", "xz", "zip"];

/// Extensions of pages for people, which contain no traces: a page may begin with the `[` of a link.
const PAGES: &[&str] = &["md", "markdown"];

/// The first bytes of formats in which traces may be kept: JSON, documents as strings, gzip, Zstandard and its frames to
/// skip, LZ4, bzip2, xz, zip, and text in UTF-16.
const BEGINNINGS: &[&[u8]] = &[
    b"{",
    b"[",
    b"\"{",
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"\x50\x2a\x4d\x18",
    b"\x04\x22\x4d\x18",
    b"BZh",
    b"\xfd7zXZ",
    b"PK\x03\x04",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\0{",
    b"\0[",
];

/// How many bytes of a file are looked at. White space and a byte order mark may come first.
const LOOKED_AT: u64 = 4096;

/// Where a tar archive says that it is one.
const TAR: (usize, &[u8]) = (257, b"ustar");

/// Folders of version control, which contain no traces.
const HISTORY: &[&str] = &[".git", ".hg", ".svn"];

/// How many files and folders of a hidden folder are looked at.
const MOST_HIDDEN: usize = 10_000;

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
                gaps.extend(hidden(&found, kind));
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

/// Returns the gap for an entry whose name begins with a dot. `.gitkeep`, `.DS_Store` and `.git` hold no traces; what begins
/// like traces may be some, and so may a folder that has such a file.
fn hidden(path: &Path, kind: Kind) -> Option<Gap> {
    let name = path.display().to_string();
    match kind {
        Kind::Other => Some(left_out(path, kind)),
        Kind::File => {
            begins_like_traces(path).then(|| skipped(&name, "has a name that begins with a dot"))
        }
        Kind::Folder => may_have_traces(path).then(|| {
            skipped(
                &name,
                "has a name that begins with a dot; give it by itself if it holds traces",
            )
        }),
    }
}

/// Whether a hidden folder has anything that may be traces; also if that is not known.
fn may_have_traces(folder: &Path) -> bool {
    let is_history = |path: &Path| {
        HISTORY
            .iter()
            .any(|known| path.file_name() == Some(OsStr::new(known)))
    };
    let mut folders = vec![folder.to_owned()];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        if is_history(&folder) {
            continue;
        }
        let Ok(entries) = files::entries(&folder) else {
            return true;
        };
        for (found, kind) in entries {
            seen += 1;
            let may_be = match kind {
                Kind::Folder => {
                    folders.push(found);
                    false
                }
                Kind::File => begins_like_traces(&found),
                Kind::Other => true,
            };
            if may_be || seen > MOST_HIDDEN {
                return true;
            }
        }
    }
    false
}

/// Whether a file may be one of traces, by its first bytes or as an archive; also if it cannot be read.
fn begins_like_traces(path: &Path) -> bool {
    if has_extension(path, PAGES) {
        return false;
    }
    let mut beginning = Vec::new();
    let read = files::open(path).and_then(|file| file.take(LOOKED_AT).read_to_end(&mut beginning));
    if read.is_err() || has_extension(path, PACKED) {
        return true;
    }
    let (place, word) = TAR;
    let is_tar = beginning
        .get(place..)
        .is_some_and(|rest| rest.starts_with(word));
    let text = beginning
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(&beginning);
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | 0x1e);
    let begins = text.iter().position(|byte| !is_blank(byte));
    let text = begins.and_then(|begins| text.get(begins..));
    // Blanks alone, as far as was looked, may be followed by anything.
    let is_long = beginning.len() as u64 == LOOKED_AT;
    let is_known = |text: &[u8]| BEGINNINGS.iter().any(|known| text.starts_with(known));
    is_tar || text.map_or(is_long, is_known)
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension().is_some_and(|extension| {
        extensions
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known))
    })
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
    path.extension().is_none() || has_extension(path, EXTENSIONS)
}

fn unreadable(path: &Path, source: io::Error) -> SavedError {
    SavedError::Unreadable {
        name: path.display().to_string(),
        source,
    }
}
