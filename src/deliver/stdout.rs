//! Standard output, in colour where a person looks at it.

use super::log;
use std::io;

/// Prints text that may carry ANSI styles; they are taken out for pipes, files, `NO_COLOR` and dumb terminals.
///
/// # Errors
///
/// When standard output cannot be written. A reader that has gone away is not an error.
pub fn print(text: &str) -> io::Result<()> {
    log::print(text)
}
