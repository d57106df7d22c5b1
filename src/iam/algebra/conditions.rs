//! Decides whether some request meets certain conditions and fails others. Equality, implication and contradiction of
//! conditions all reduce to this question.
//!
//! Condition keys are assumed to be independent of each other, except keys that a policy variable compares.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Answer, ConditionAtom, ConditionBlock};
use super::budget::Budget;
use super::cause::Limit;
use super::literals::{self, Literal};
use super::reasoned::Reasoned;

/// The number of a condition in [`Conditions`].
pub(super) type ConditionId = usize;

/// The most ways to fail several conditions that are tried; beyond that the question is given up.
const MOST_TRIES: usize = 256;

/// The fixed cost of a question about conditions.
pub(super) const TRY: usize = 16;

/// Condition blocks by number. Equal blocks have the same number.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    blocks: Vec<ConditionBlock>,
    by_block: BTreeMap<ConditionBlock, ConditionId>,
    /// Answers that were found before, and the cost of each.
    decided: BTreeMap<(Vec<ConditionId>, Vec<ConditionId>), (Reasoned, usize)>,
}

impl Conditions {
    pub(super) fn id(&mut self, block: &ConditionBlock) -> ConditionId {
        if let Some(id) = self.by_block.get(block) {
            return *id;
        }
        let id = self.blocks.len();
        self.blocks.push(block.clone());
        self.by_block.insert(block.clone(), id);
        id
    }

    /// Whether the condition always holds.
    pub(super) fn is_empty(&self, id: ConditionId) -> bool {
        self.blocks.get(id).is_some_and(ConditionBlock::is_empty)
    }

    /// Whether some request meets all of `hold` and none of `fail`, and the cost of the answer. The search is given up when
    /// it costs more than `part`.
    pub(super) fn can_be(
        &mut self,
        hold: &[ConditionId],
        fail: &[ConditionId],
        part: usize,
    ) -> (Reasoned, usize) {
        let sorted = |ids: &[ConditionId]| {
            let ids: BTreeSet<ConditionId> = ids.iter().copied().collect();
            ids.into_iter().collect::<Vec<_>>()
        };
        let key = (sorted(hold), sorted(fail));
        if let Some(known) = self.decided.get(&key) {
            return known.clone();
        }
        let mut budget = Budget::of(part);
        let before = budget.begin();
        let answer = self.search(&key.0, &key.1, &mut budget);
        let answer = budget.end(before, answer);
        let found = (answer, TRY + part - budget.left());
        self.decided.insert(key, found.clone());
        found
    }

    fn search(&self, hold: &[ConditionId], fail: &[ConditionId], budget: &mut Budget) -> Reasoned {
        let atoms = |id: &ConditionId| {
            self.blocks
                .get(*id)
                .into_iter()
                .flat_map(ConditionBlock::atoms)
        };
        let given: BTreeSet<&ConditionAtom> = hold.iter().flat_map(atoms).collect();
        let mut choices: Vec<Vec<&ConditionAtom>> = fail
            .iter()
            .map(|id| atoms(id).filter(|atom| !given.contains(atom)).collect())
            .collect();
        // A condition fails when one of its atoms fails; a condition with a single atom leaves no choice.
        choices.sort_by(|one, other| (one.len(), one).cmp(&(other.len(), other)));
        let mut open = vec![(0, BTreeSet::<&ConditionAtom>::new())];
        let mut tries = 0;
        let mut answer = Reasoned::of(Answer::No);
        while let Some((depth, failed)) = open.pop() {
            let forced = choices.get(depth).is_some_and(|choice| choice.len() == 1);
            if !forced {
                tries += 1;
                if tries > MOST_TRIES {
                    return Reasoned::given_up(Limit::Conditions);
                }
                let literals: Vec<Literal<'_>> = given
                    .iter()
                    .map(|atom| Literal { atom, holds: true })
                    .chain(failed.iter().map(|atom| Literal { atom, holds: false }))
                    .collect();
                let possible = literals::can_be(&literals, budget);
                if possible.answer.is_no() {
                    continue;
                }
                if depth == choices.len() {
                    if possible.answer.is_yes() {
                        return possible;
                    }
                    answer = answer.or(possible);
                    continue;
                }
            }
            for atom in choices.get(depth).into_iter().flatten().rev() {
                let mut more = failed.clone();
                more.insert(atom);
                open.push((depth + 1, more));
            }
        }
        answer
    }
}
