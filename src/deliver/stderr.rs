//! Prints errors and notes on standard error: what went wrong, why, and what to do about it.

use super::log;
use crate::report::printable;
use anstyle::{AnsiColor, Style};
use std::fmt::Write as _;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// Prints an error with its causes, and the hint below it.
pub fn failure(error: &anyhow::Error, hint: Option<&str>) {
    let mut told = format!("{ERROR}error:{ERROR:#} {}\n", causes(error));
    if let Some(hint) = hint {
        // Writing to a string cannot fail.
        let _ = writeln!(told, "{HINT}hint:{HINT:#} {}", printable(hint));
    }
    log::error(&told);
}

/// Returns an error and its causes in one line.
pub fn causes(error: &anyhow::Error) -> String {
    let causes: Vec<String> = error
        .chain()
        .map(|cause| printable(&cause.to_string()))
        .collect();
    causes.join(": ")
}

/// Prints a line about what was done, unless only errors are wanted.
pub fn note(text: &str) {
    if log::is_quiet() {
        return;
    }
    log::error(&format!("{}\n", printable(text)));
}
