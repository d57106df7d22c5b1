//! Prints on standard output, with colours on a terminal.

use super::log;
use std::io;

/// Prints text with ANSI styles. They are removed for pipes, files, `NO_COLOR` and dumb terminals.
///
/// # Errors
///
/// Returns an error if standard output cannot be written. It is not an error if the reader is gone.
pub fn print(text: &str) -> io::Result<()> {
    log::print(text)
}

/// Returns the width of the output in columns: the given number, else the width of the terminal, else `None`.
pub fn columns(said: Option<&str>) -> Option<usize> {
    let said = said.and_then(|said| said.trim().parse().ok());
    let terminal = || {
        let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
        Some(usize::from(width.0))
    };
    said.filter(|columns| *columns > 0).or_else(terminal)
}
