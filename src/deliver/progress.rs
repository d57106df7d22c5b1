//! A line of progress on standard error while a person is watching.

use std::io::{IsTerminal as _, Write as _};

/// Traces between two updates of the line.
const STEP: u64 = 500;

/// A line that counts; silent where nobody watches.
#[derive(Debug)]
pub struct Progress {
    what: &'static str,
    shown: bool,
    watched: bool,
}

impl Progress {
    /// A line that begins with what is being done.
    pub fn start(what: &'static str) -> Self {
        Self {
            what,
            shown: false,
            watched: std::io::stderr().is_terminal(),
        }
    }

    /// Shows the count now and then.
    pub fn tick(&mut self, traces: u64) {
        if self.watched && traces.is_multiple_of(STEP) {
            self.shown = true;
            // A progress line that cannot be written is no reason to fail.
            let _ = write!(std::io::stderr(), "\r{}: {traces}", self.what);
        }
    }

    /// Takes the line away.
    pub fn end(self) {
        if self.shown {
            let _ = write!(std::io::stderr(), "\r\u{1b}[2K");
        }
    }
}
