//! How much work one question may take, and what was given up on the way to its answer.
//!
//! Whoever gives up says so here. A step that is given up often decides nothing (a shortcut that was not taken), so that
//! its answer alone does not tell: an answer that is undecided in the end, with anything given up before, has that among
//! its causes. A decided answer stays decided.

use std::collections::BTreeSet;

use super::super::Answer;
use super::cause::{Cause, Causes, Limit};
use super::reasoned::Reasoned;

/// Machine words that all the walks of one question may touch together.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    left: usize,
    given_up: BTreeSet<Limit>,
}

/// What was given up before a part of a question.
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

    /// Whether so much could be taken.
    pub(super) fn take(&mut self, words: usize) -> bool {
        let rest = self.left.checked_sub(words);
        self.left = rest.unwrap_or_default();
        rest.is_some()
    }

    /// Notes that something was not looked at.
    pub(super) fn give_up(&mut self, limit: Limit) {
        self.given_up.insert(limit);
    }

    /// Notes what was given up for an answer that is known from before.
    pub(super) fn note(&mut self, known: &Reasoned) {
        self.given_up.extend(known.because.limits());
    }

    /// What was given up so far.
    pub(super) fn given_up(&self) -> Causes {
        let limits = self.given_up.iter();
        limits
            .map(|limit| Cause::GivenUp { limit: *limit })
            .collect()
    }

    /// Begins a part of a question.
    pub(super) fn begin(&mut self) -> Before {
        Before(std::mem::take(&mut self.given_up))
    }

    /// Ends a part of a question: an undecided answer has among its causes what was given up since.
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
