//! Pairs an answer with its causes, and combines such answers without losing a cause.

use super::super::Answer;
use super::cause::{Cause, Causes, Limit};

/// An answer and, if it is undecided, all the reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reasoned {
    pub(super) answer: Answer,
    /// Empty if the answer is decided.
    pub(super) because: Causes,
}

impl Reasoned {
    pub(super) fn of(answer: Answer) -> Self {
        Self {
            answer,
            because: Causes::default(),
        }
    }

    pub(super) fn undecided(because: impl Into<Causes>) -> Self {
        Self {
            answer: Answer::Undecided,
            because: because.into(),
        }
    }

    pub(super) fn given_up(limit: Limit) -> Self {
        Self::undecided(Cause::GivenUp { limit })
    }

    /// Holds if both hold. If both are undecided, the result has the causes of both.
    pub(super) fn and(self, other: Self) -> Self {
        match (self.answer, other.answer) {
            (Answer::Undecided, Answer::Undecided) => {
                Self::undecided(self.because.and(other.because))
            }
            (Answer::No, _) | (Answer::Undecided, Answer::Yes) => self,
            (Answer::Yes, _) | (Answer::Undecided, Answer::No) => other,
        }
    }

    /// Holds if either holds. If both are undecided, the result has the causes of both.
    pub(super) fn or(self, other: Self) -> Self {
        self.negate().and(other.negate()).negate()
    }

    pub(super) fn negate(self) -> Self {
        Self {
            answer: self.answer.negate(),
            ..self
        }
    }
}
