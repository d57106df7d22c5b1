//! Shows the progress of the work on standard error: as a bar on a terminal, as a line for each finished phase in a
//! log.
//!
//! It never fails. Progress that cannot be shown is not an error.

use super::log;
use crate::report::printable;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

/// The template for a phase whose length is known, and for one whose length is not.
const BAR: &str = "{msg} [{bar:30}] {percent}%, {human_pos} of {human_len}, {rate}, {eta} left";
const COUNT: &str = "{spinner} {msg}: {human_pos}, {rate}";

/// How often a bar is redrawn if nothing changes.
const TICK: Duration = Duration::from_millis(200);

/// Where progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Watched {
    /// On a terminal.
    Terminal,
    /// In a log: one line for each phase.
    Log,
    /// Nowhere.
    No,
}

/// The progress of phases, one after the other.
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
    /// Begins one phase whose length is not known. It is shown only on a terminal.
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

    /// Begins phases that are long enough for a line each in a log. With `verbose`, notes are shown too.
    pub fn of_phases(verbose: bool) -> Self {
        let watched = watched(Watched::Log);
        Self {
            watched,
            verbose,
            phase: None,
        }
    }

    /// Shows the progress of a phase, and its length if that is known. A new phase ends the one before.
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

    /// Updates the count of the current phase.
    pub fn tick(&mut self, done: u64) {
        if let Some(phase) = &mut self.phase {
            phase.done = done;
            phase.bar.set_position(done);
        }
    }

    /// Shows a note that is useful for debugging, if `verbose` is set.
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

    /// Removes the bar, or prints the line of the last phase.
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

/// Removes the bar if the work failed.
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
            // The rate is shown as a whole number.
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

/// Returns where progress is shown: on a terminal if there is one, else as `otherwise` says.
fn watched(otherwise: Watched) -> Watched {
    if log::is_quiet() {
        Watched::No
    } else if std::io::stderr().is_terminal() {
        Watched::Terminal
    } else {
        otherwise
    }
}
