//! Appends Markdown to the summary of a workflow's step.

use super::appended;
use std::io;
use std::path::Path;

/// GitHub's limit, in bytes. A longer summary is not shown at all.
const LIMIT: u64 = 1 << 20;

/// Returns how many more bytes the file has room for.
pub fn room(path: &Path) -> usize {
    let taken = std::fs::metadata(path).map_or(0, |file| file.len());
    usize::try_from(LIMIT.saturating_sub(taken)).unwrap_or_default()
}

/// Appends Markdown.
///
/// # Errors
///
/// Returns an error if the file cannot be written, or if it has no room for the text.
pub fn append(path: &Path, markdown: &str) -> io::Result<()> {
    if markdown.len() > room(path) {
        return Err(io::Error::other(
            "the summary would be longer than GitHub shows",
        ));
    }
    appended::write(path, markdown)
}
