//! Fixes how much work each question about policies may take, from the size of the policies alone, before the first
//! question.
//!
//! A question cannot use what another left over, and a remembered answer costs as much as it did the first time. So an
//! answer depends only on the question, and not on the order of statements, files or questions.

use super::problem::{Clause, Problem};

/// The work that all questions of a problem may take together, in machine words: about a second. A comparison asks some
/// questions several times, in different ways.
const WORK: usize = 1 << 28;

/// The most work for a part of one question: about a hundredth of a second.
const MOST: usize = 1 << 23;

/// The least work for a part: enough for two patterns of usual length.
const LEAST: usize = 1 << 12;

/// The most questions for which the least work is still affordable.
const MOST_QUESTIONS: usize = 1 << 16;

/// The most pairs of a resource element and a kind of action that can be checked for having a resource in common.
const MOST_PAIRS: usize = 1 << 20;

/// The most pairs of a kind of action and a pattern of a `Deny` or a `NotResource` that can be checked.
const MOST_LOOKS: usize = 1 << 22;

/// How many parts' worth of work one question may take.
const PARTS: usize = 2;

/// The share of work that each question gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    part: usize,
}

impl Share {
    /// The share for policies of this size. It is zero if they are too large to compare.
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

    /// A share with this much work for each part of a question.
    #[cfg(test)]
    pub(super) fn of_part(part: usize) -> Self {
        Self { part }
    }

    /// The work that each part of a question may take.
    pub(super) fn part(self) -> usize {
        self.part
    }

    /// The work that a question may take in total.
    pub(super) fn whole(self) -> usize {
        PARTS * self.part
    }
}

/// How many questions can be asked about policies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Size {
    /// Pairs of an allowed resource element and a kind of action,
    pub(super) pairs: usize,
    /// and how many of them may have a resource in common.
    pub(super) questions: usize,
    /// Pairs of a kind of action and a pattern that is taken away from it.
    pub(super) looks: usize,
}

/// The usual number of actions of one kind.
const OF_A_KIND: usize = 6;

/// The usual number of kinds in one service.
const OF_A_SERVICE: usize = 64;

/// Estimates the number of kinds among this many actions. Counting them would take longer than most comparisons.
pub(super) fn kinds_among(actions: usize) -> usize {
    actions.div_ceil(OF_A_KIND)
}

impl Problem<'_> {
    /// Estimates how many questions can be asked: one for each allowed resource element and each kind of action.
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
            // Unlisted action names count as one more kind.
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
