//! Progress on standard error: a line that counts while a person is watching, a line a phase where nobody is.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// Between two updates of the line.
const PAUSE: Duration = Duration::from_millis(100);

/// How far a long job is.
#[derive(Debug)]
pub struct Progress {
    phase: &'static str,
    watched: bool,
    verbose: bool,
    began: Instant,
    shown: Option<Instant>,
}

impl Progress {
    /// Nothing to show yet; `verbose` shows every note.
    pub fn new(verbose: bool) -> Self {
        Self {
            phase: "",
            watched: std::io::stderr().is_terminal(),
            verbose,
            began: Instant::now(),
            shown: None,
        }
    }

    /// A phase begins.
    pub fn phase(&mut self, phase: &'static str) {
        if self.phase == phase {
            return;
        }
        self.clear();
        self.phase = phase;
        self.began = Instant::now();
        if !self.watched {
            say(&format!("{phase}\n"));
        }
    }

    /// So many of the phase's things are done, of so many where that is known.
    pub fn count(&mut self, done: u64, of: Option<u64>) {
        let due = self.shown.is_none_or(|shown| shown.elapsed() >= PAUSE);
        if !self.watched || !due {
            return;
        }
        self.shown = Some(Instant::now());
        let line = line(self.phase, done, of, self.began.elapsed());
        say(&format!("\r\u{1b}[2K{line}"));
    }

    /// A decision worth debugging.
    pub fn note(&mut self, note: &str) {
        if self.verbose {
            self.clear();
            say(&format!("{}\n", crate::report::printable(note)));
        }
    }

    /// Takes the line away.
    pub fn end(mut self) {
        self.clear();
    }

    fn clear(&mut self) {
        if self.shown.take().is_some() {
            say("\r\u{1b}[2K");
        }
    }
}

/// A phase with its count, its rate, and the time that is left at that rate.
fn line(phase: &str, done: u64, of: Option<u64>, elapsed: Duration) -> String {
    let milliseconds = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX).max(1);
    let rate = done.saturating_mul(1000) / milliseconds;
    match of {
        Some(of) if of > 0 => {
            let tenths = usize::try_from(done.saturating_mul(20) / of).unwrap_or(20).min(20);
            let bar = format!("{:<20}", "#".repeat(tenths));
            let left = of.saturating_sub(done).checked_div(rate).map(|left| format!(", {left} s left"));
            format!("{phase} [{bar}] {done}/{of} ({rate}/s{})", left.unwrap_or_default())
        }
        _ => format!("{phase}: {done} ({rate}/s)"),
    }
}

/// A progress line that cannot be written is no reason to fail.
fn say(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_bar_a_rate_and_what_is_left() {
        let second = Duration::from_secs(1);
        assert_eq!(
            line("reading traces", 50, Some(200), second),
            "reading traces [#####               ] 50/200 (50/s, 3 s left)"
        );
        assert_eq!(line("reading traces", 50, None, second), "reading traces: 50 (50/s)");
        assert_eq!(
            line("reading traces", 0, Some(9), Duration::ZERO),
            "reading traces [                    ] 0/9 (0/s)"
        );
    }
}
