//! The summary of a workflow's step: Markdown that is appended to a file.

use super::appended;
use std::io;
use std::path::Path;

/// The most that GitHub takes; of a summary that is longer it shows nothing.
const LIMIT: u64 = 1 << 20;

/// How many bytes there is room for beside what the file has already.
pub fn room(path: &Path) -> usize {
    let taken = std::fs::metadata(path).map_or(0, |file| file.len());
    usize::try_from(LIMIT.saturating_sub(taken)).unwrap_or_default()
}

/// Appends Markdown.
///
/// # Errors
///
/// When the file cannot be written, or has no room for the text.
pub fn append(path: &Path, markdown: &str) -> io::Result<()> {
    if markdown.len() > room(path) {
        return Err(io::Error::other(
            "the summary would be longer than GitHub shows",
        ));
    }
    appended::write(path, markdown)
}
