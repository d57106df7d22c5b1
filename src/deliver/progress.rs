//! How far the work has come, on standard error: a bar where a person watches, a line for each phase that ended where nobody
//! does.
//!
//! Never fails: progress that cannot be shown is no reason to.

use super::log;
use crate::report::printable;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

/// The bar of a phase whose length is known, and the line of one whose length is not.
const BAR: &str = "{msg} [{bar:30}] {percent}%, {human_pos} of {human_len}, {rate}, {eta} left";
const COUNT: &str = "{spinner} {msg}: {human_pos}, {rate}";

/// How often a bar moves that nothing else moves.
const TICK: Duration = Duration::from_millis(200);

/// Where progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Watched {
    /// A person looks at a terminal.
    Terminal,
    /// A log is kept: one line a phase.
    Log,
    /// Nobody is to be told.
    No,
}

/// Progress through phases, one after the other.
#[derive(Debug)]
pub struct Progress {
    watched: Watched,
    verbose: bool,
    phase: Option<Phase>,
}

#[derive(Debug)]
struct Phase {
    what: &'static str,
    bar: ProgressBar,
    begun: Instant,
    done: u64,
}

impl Progress {
    /// One phase whose length is not known, that begins with what is being done; silent where nobody watches.
    pub fn start(what: &'static str) -> Self {
        let watched = watched(Watched::No);
        let mut progress = Self {
            watched,
            verbose: false,
            phase: None,
        };
        progress.show(what, 0, None);
        progress
    }

    /// Phases that take long enough for a line each in a log. With `verbose`, notes are shown too.
    pub fn of_phases(verbose: bool) -> Self {
        let watched = watched(Watched::Log);
        Self {
            watched,
            verbose,
            phase: None,
        }
    }

    /// Shows how far a phase has come, of how much where that is known. Another phase than before ends that.
    pub fn show(&mut self, what: &'static str, done: u64, of: Option<u64>) {
        if self.phase.as_ref().is_none_or(|phase| phase.what != what) {
            self.end_phase();
            self.phase = Some(Phase::start(what, self.watched, of));
        }
        if let Some(phase) = &mut self.phase {
            phase.done = done;
            phase.bar.set_position(done);
        }
    }

    /// Shows the count of the phase that runs.
    pub fn tick(&mut self, done: u64) {
        if let Some(phase) = &mut self.phase {
            phase.done = done;
            phase.bar.set_position(done);
        }
    }

    /// Shows a decision worth debugging, where that is asked for.
    pub fn note(&self, note: &str) {
        if !self.verbose {
            return;
        }
        let print = || log::error(&format!("{}\n", printable(note)));
        match &self.phase {
            Some(phase) => phase.bar.suspend(print),
            None => print(),
        }
    }

    /// Takes the bar away, or says how the last phase ended.
    pub fn end(mut self) {
        self.end_phase();
    }

    fn end_phase(&mut self) {
        let Some(phase) = self.phase.take() else {
            return;
        };
        phase.bar.finish_and_clear();
        if self.watched == Watched::Log {
            let seconds = phase.begun.elapsed().as_secs_f64();
            log::error(&format!(
                "{}: {} in {seconds:.1} s\n",
                phase.what, phase.done
            ));
        }
    }
}

/// Work that failed leaves no bar behind.
impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(phase) = &self.phase {
            phase.bar.finish_and_clear();
        }
    }
}

impl Phase {
    fn start(what: &'static str, watched: Watched, of: Option<u64>) -> Self {
        let bar = match watched {
            Watched::Terminal => ProgressBar::no_length(),
            Watched::Log | Watched::No => ProgressBar::hidden(),
        };
        if let Some(of) = of {
            bar.set_length(of);
        }
        let template = if of.is_some() { BAR } else { COUNT };
        if let Ok(style) = ProgressStyle::with_template(template) {
            // A rate is a whole number: nobody reads four decimals.
            bar.set_style(style.with_key(
                "rate",
                |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                    let _ = write!(out, "{:.0} a second", state.per_sec());
                },
            ));
        }
        bar.set_message(what);
        if watched == Watched::Terminal {
            bar.enable_steady_tick(TICK);
        }
        Self {
            what,
            bar,
            begun: Instant::now(),
            done: 0,
        }
    }
}

/// Who watches: a person at a terminal, or else who is said.
fn watched(otherwise: Watched) -> Watched {
    if log::is_quiet() {
        Watched::No
    } else if std::io::stderr().is_terminal() {
        Watched::Terminal
    } else {
        otherwise
    }
}
