//! How much work each question about a policy may take: fixed by the size of the policies before the first is asked.
//!
//! What one question leaves of its share no other gets, and what is known from before costs what it cost the first time.
//! So an answer hangs on what is asked and on nothing else: not on the order of statements, of files or of questions.

use super::problem::{Clause, Problem};

/// Machine words that all questions about one problem may touch together, were each to take all of its share: about a second. A
/// comparison asks some of them in a handful of ways.
const WORK: usize = 1 << 28;

/// The most that a part of one question may take: a hundredth of a second.
const MOST: usize = 1 << 23;

/// The least: enough for two patterns of a usual length.
const LEAST: usize = 1 << 12;

/// Questions beyond which there is no time for even the least.
const MOST_QUESTIONS: usize = 1 << 16;

/// Pairs of a resource element and a kind of action beyond which there is no time to see which have to do with each other.
const MOST_PAIRS: usize = 1 << 20;

/// Pairs of a kind of action and a pattern that a `Deny` or a `NotResource` holds against it, beyond which there is no time to look
/// at each.
const MOST_LOOKS: usize = 1 << 22;

/// Parts that one question may take.
const PARTS: usize = 2;

/// The share of each question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    part: usize,
}

impl Share {
    /// The share where so much can be asked.
    pub(super) fn among(size: Size) -> Self {
        let is_too_large =
            size.questions > MOST_QUESTIONS || size.pairs > MOST_PAIRS || size.looks > MOST_LOOKS;
        let part = if is_too_large {
            0
        } else {
            (WORK / size.questions.max(1)).clamp(LEAST, MOST)
        };
        Self { part }
    }

    /// A share of so much for each part of a question.
    #[cfg(test)]
    pub(super) fn of_part(part: usize) -> Self {
        Self { part }
    }

    /// What each part of a question may take.
    pub(super) fn part(self) -> usize {
        self.part
    }

    /// What a question may take in all.
    pub(super) fn whole(self) -> usize {
        PARTS * self.part
    }
}

/// How much can be asked about policies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Size {
    /// Pairs of a resource element of what is allowed and a kind of action,
    pub(super) pairs: usize,
    /// and those of them that may have to do with each other.
    pub(super) questions: usize,
    /// Pairs of a kind of action and a pattern that is taken away from it.
    pub(super) looks: usize,
}

/// Actions that are of one kind, as it mostly is.
const OF_A_KIND: usize = 6;

/// Kinds that one service has, as it mostly is.
const OF_A_SERVICE: usize = 64;

/// About how many kinds are among so many actions. To count them would take longer than most comparisons do.
pub(super) fn kinds_among(actions: usize) -> usize {
    actions.div_ceil(OF_A_KIND)
}

impl Problem<'_> {
    /// How much can be asked: about each resource element of what is allowed, for each kind of action.
    pub(super) fn size(&self) -> Size {
        let mut size = Size::default();
        for cell in self.sides.iter().flat_map(|side| &side.denies) {
            let cell = self.cell(*cell);
            let kinds = 1 + kinds_among(cell.cell.actions.known().len());
            size.looks = size
                .looks
                .saturating_add(kinds.saturating_mul(cell.resources.len()));
        }
        let layers = self.sides.iter().flat_map(|side| &side.layers);
        for cell in layers.flatten().map(|cell| self.cell(*cell)) {
            // Names that are not known are one more.
            let kinds = 1 + kinds_among(cell.cell.actions.known().len());
            let mut add = |questions: usize| {
                size.pairs = size.pairs.saturating_add(kinds);
                size.questions = size.questions.saturating_add(questions);
            };
            match &cell.resources {
                Clause::Only(patterns) => {
                    for id in patterns {
                        let service = self.patterns.get(*id).widest.service();
                        add(service.map_or(kinds, |_| kinds.min(OF_A_SERVICE)));
                    }
                }
                Clause::AllBut(excepted) => {
                    add(kinds);
                    let looks = kinds.saturating_mul(excepted.len());
                    size.looks = size.looks.saturating_add(looks);
                }
            }
        }
        size
    }
}
