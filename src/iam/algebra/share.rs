//! How much work each question about a policy may take: fixed by the size of the policies before the first is asked.
//!
//! What one question leaves of its share no other gets, and what is known from before costs what it cost the first time.
//! So an answer hangs on what is asked and on nothing else: not on the order of statements, of files or of questions.

use super::super::permissions::ResourceSet;
use super::problem::{CellId, Clause, Problem};
use super::shape::Step;
use super::universe::ActionUniverse;
use std::collections::BTreeMap;

/// Machine words that all questions about one problem may touch together, were each to take all of its share: some seconds.
const WORK: usize = 1 << 30;

/// The most that a part of one question may take: a hundredth of a second.
const MOST: usize = 1 << 23;

/// The least: enough for two patterns of a usual length.
const LEAST: usize = 1 << 12;

/// Questions beyond which there is no time for even the least.
const MOST_QUESTIONS: usize = 1 << 20;

/// Parts that one question may take.
const PARTS: usize = 2;

/// The share of each question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share {
    part: usize,
}

impl Share {
    /// The share where so many questions can be asked.
    pub(super) fn among(questions: usize) -> Self {
        let part = if questions > MOST_QUESTIONS {
            0
        } else {
            (WORK / questions.max(1)).clamp(LEAST, MOST)
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

/// Kinds of actions in an action set, by the service of what they act on.
#[derive(Debug, Default)]
struct Counted {
    all: usize,
    by_service: BTreeMap<Option<Vec<Step>>, usize>,
}

impl Counted {
    /// Kinds that may act on what a pattern with this service matches.
    fn of(&self, service: Option<Vec<Step>>) -> usize {
        if service.is_none() {
            return self.all;
        }
        let count = |service| self.by_service.get(&service).copied().unwrap_or_default();
        count(None) + count(service)
    }
}

impl Problem<'_> {
    /// How many questions can be asked: about each resource element of what is allowed, for each kind of action.
    pub(super) fn questions(&mut self, universe: &dyn ActionUniverse) -> usize {
        let allows: Vec<CellId> = self
            .sides
            .iter()
            .flat_map(|side| &side.layers)
            .flatten()
            .copied()
            .collect();
        let mut counted: BTreeMap<usize, Counted> = BTreeMap::new();
        for &cell in &allows {
            let actions = self.cell(cell).actions;
            if !counted.contains_key(&actions) {
                let count = self.counted(actions, universe);
                counted.insert(actions, count);
            }
        }
        let questions = allows.iter().map(|cell| {
            let cell = self.cell(*cell);
            let Some(counted) = counted.get(&cell.actions) else {
                return 0;
            };
            match (&cell.cell.resources, &cell.resources) {
                (ResourceSet::Only(_), Clause::Only(patterns)) => {
                    let each = patterns.iter().map(|id| {
                        let service = self.patterns.get(*id).widest.service();
                        1 + counted.of(service.map(|steps| steps.copied().collect()))
                    });
                    each.sum()
                }
                _ => 1 + counted.all,
            }
        });
        questions.fold(0, usize::saturating_add)
    }

    fn counted(&mut self, actions: usize, universe: &dyn ActionUniverse) -> Counted {
        let mut counted = Counted::default();
        let Some((actions, _)) = self.action_sets.get(actions) else {
            return counted;
        };
        let kinds = self
            .kinds
            .within(actions.known(), universe, &mut self.forms);
        for kind in kinds {
            counted.all += 1;
            for service in self.kinds.services(kind) {
                *counted.by_service.entry(service.clone()).or_default() += 1;
            }
        }
        counted
    }
}
