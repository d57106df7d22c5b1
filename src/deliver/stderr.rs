//! Standard error: what went wrong, why, and what to do about it.

use crate::report::printable;
use anstyle::{AnsiColor, Style};
use std::io::Write as _;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// Prints an error with its causes, and the hint beneath.
pub fn failure(error: &anyhow::Error, hint: Option<&str>) {
    let causes: Vec<String> = error
        .chain()
        .map(|cause| printable(&cause.to_string()))
        .collect();
    let mut stderr = anstream::stderr().lock();
    // Nobody is left to tell when standard error itself cannot be written.
    let _ = writeln!(stderr, "{ERROR}error:{ERROR:#} {}", causes.join(": "));
    if let Some(hint) = hint {
        let _ = writeln!(stderr, "{HINT}hint:{HINT:#} {}", printable(hint));
    }
}
