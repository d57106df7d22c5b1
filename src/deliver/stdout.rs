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

/// How many columns a person sees: those that are said to be there, else those of the terminal; nothing where there is none.
pub fn columns(said: Option<&str>) -> Option<usize> {
    let said = said.and_then(|said| said.trim().parse().ok());
    let terminal = || {
        let (width, _) = terminal_size::terminal_size_of(io::stdout())?;
        Some(usize::from(width.0))
    };
    said.filter(|columns| *columns > 0).or_else(terminal)
}
