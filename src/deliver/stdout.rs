//! Standard output, in colour where a person looks at it.

use std::io::{self, Write as _};

/// Prints text that may carry ANSI styles; they are taken out for pipes, files, `NO_COLOR` and dumb terminals.
///
/// # Errors
///
/// When standard output cannot be written. A reader that has gone away is not an error.
pub fn print(text: &str) -> io::Result<()> {
    let mut stdout = anstream::stdout().lock();
    let printed = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    match printed {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}
