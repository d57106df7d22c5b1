//! Limits the work of one question, and records which work was given up.
//!
//! Each step that gives up must record it here, because its answer alone does not show it: often the step was only a
//! shortcut, and the question is decided without it. If the final answer is undecided, every recorded limit becomes one of
//! its causes. A decided answer stays decided.

use std::collections::BTreeSet;

use super::super::Answer;
use super::cause::{Cause, Causes, Limit};
use super::reasoned::Reasoned;

/// The work that one question may still take, in machine words that its walks touch.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    left: usize,
    given_up: BTreeSet<Limit>,
}

/// The limits that were recorded before a part of a question began.
#[derive(Debug)]
#[must_use]
pub(super) struct Before(BTreeSet<Limit>);

impl Budget {
    pub(super) fn of(words: usize) -> Self {
        Self {
            left: words,
            given_up: BTreeSet::new(),
        }
    }

    pub(super) fn left(&self) -> usize {
        self.left
    }

    /// Takes an amount of work. Returns `false` if less than that was left; then nothing is left.
    pub(super) fn take(&mut self, words: usize) -> bool {
        let rest = self.left.checked_sub(words);
        self.left = rest.unwrap_or_default();
        rest.is_some()
    }

    /// Records that work was given up.
    pub(super) fn give_up(&mut self, limit: Limit) {
        self.given_up.insert(limit);
    }

    /// Records the work that was given up when a remembered answer was first found.
    pub(super) fn note(&mut self, known: &Reasoned) {
        self.given_up.extend(known.because.limits());
    }

    /// The work that was given up so far, as causes.
    pub(super) fn given_up(&self) -> Causes {
        let limits = self.given_up.iter();
        limits
            .map(|limit| Cause::GivenUp { limit: *limit })
            .collect()
    }

    /// Begins a part of a question: from here on, given-up work is recorded for this part alone.
    pub(super) fn begin(&mut self) -> Before {
        Before(std::mem::take(&mut self.given_up))
    }

    /// Ends a part of a question. If its answer is undecided, the work given up since [`begin`](Self::begin) is added to its
    /// causes.
    pub(super) fn end(&mut self, before: Before, found: Reasoned) -> Reasoned {
        let since = self.given_up();
        self.given_up = before.0;
        if found.answer != Answer::Undecided {
            return found;
        }
        let found = Reasoned::undecided(found.because.and(since));
        self.note(&found);
        found
    }
}
