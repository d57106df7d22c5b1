//! Two permission sets made ready to be held against each other: every pattern, condition and statement has a number.

use super::super::action_set::ActionSet;
use super::super::permissions::{Cell, PermissionSet, ResourceSet};
use super::super::{ConditionAtom, ConditionBlock, Version};
use super::budget::Budget;
use super::conditions::{ConditionId, Conditions};
use super::patterns::{PatternId, Patterns};
use super::reasoned::Reasoned;
use super::shape::Shape;
use std::collections::BTreeMap;

/// Machine words that one comparison may touch in all: a second or so.
pub(super) const PROBLEM_BUDGET: usize = 1 << 28;

/// A cell of a [`Problem`].
pub(super) type CellId = usize;

/// Resources of a cell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Clause {
    Only(Vec<PatternId>),
    AllBut(Vec<PatternId>),
}

/// Actions, condition and resources by their numbers.
pub(super) type Meaning<'p> = (usize, ConditionId, &'p Clause);

/// A cell with numbers for its patterns and its condition.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    pub(super) cell: &'a Cell,
    pub(super) resources: Clause,
    pub(super) condition: ConditionId,
    /// Place of its actions in [`Problem::action_sets`].
    pub(super) actions: usize,
}

impl Prepared<'_> {
    /// What it speaks of; twins have the same.
    pub(super) fn meaning(&self) -> Meaning<'_> {
        (self.actions, self.condition, &self.resources)
    }
}

/// The cells of one permission set.
#[derive(Debug, Default)]
pub(super) struct Side {
    /// A request is granted where one cell of every layer allows it and no cell denies it.
    pub(super) layers: Vec<Vec<CellId>>,
    pub(super) denies: Vec<CellId>,
}

/// Whether what meets unions of patterns lies within others, for resources of these shapes.
type Question = (Vec<Vec<PatternId>>, Vec<PatternId>, Vec<Shape>);

/// Permission sets, and what has been found out about their patterns and conditions.
#[derive(Debug)]
pub(super) struct Problem<'a> {
    pub(super) cells: Vec<Prepared<'a>>,
    /// The action sets of cells, each once, with the cells that have it.
    pub(super) action_sets: Vec<(&'a ActionSet, Vec<CellId>)>,
    pub(super) sides: Vec<Side>,
    pub(super) patterns: Patterns,
    pub(super) conditions: Conditions,
    pub(super) budget: Budget,
    pub(super) answered: BTreeMap<Question, Reasoned>,
}

impl<'a> Problem<'a> {
    pub(super) fn of(sets: &[&'a PermissionSet]) -> Self {
        let mut problem = Self {
            cells: Vec::new(),
            action_sets: Vec::new(),
            sides: Vec::new(),
            patterns: Patterns::default(),
            conditions: Conditions::default(),
            budget: Budget::of(PROBLEM_BUDGET),
            answered: BTreeMap::new(),
        };
        let mut numbers = BTreeMap::new();
        for set in sets {
            let layers = std::iter::once(&set.allows).chain(&set.bounds);
            let side = Side {
                layers: layers
                    .map(|cells| problem.add_all(cells, &mut numbers))
                    .collect(),
                denies: problem.add_all(&set.denies, &mut numbers),
            };
            problem.sides.push(side);
        }
        problem
    }

    fn add_all(
        &mut self,
        cells: &'a [Cell],
        numbers: &mut BTreeMap<&'a ActionSet, usize>,
    ) -> Vec<CellId> {
        cells.iter().map(|cell| self.add(cell, numbers)).collect()
    }

    fn add(&mut self, cell: &'a Cell, numbers: &mut BTreeMap<&'a ActionSet, usize>) -> CellId {
        let mut ids = |patterns: &[super::super::ResourcePattern]| {
            let mut ids: Vec<PatternId> = Vec::new();
            ids.extend(patterns.iter().map(|pattern| self.patterns.id(pattern)));
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        let resources = match &cell.resources {
            ResourceSet::Only(patterns) => Clause::Only(ids(patterns)),
            ResourceSet::AllBut(patterns) => Clause::AllBut(ids(patterns)),
            ResourceSet::Attached => Clause::Only(vec![self.patterns.attached()]),
        };
        let condition = self.conditions.id(&condition(cell));
        let id = self.cells.len();
        let next = self.action_sets.len();
        let actions = *numbers.entry(&cell.actions).or_insert(next);
        if actions == next {
            self.action_sets.push((&cell.actions, Vec::new()));
        }
        if let Some((_, same)) = self.action_sets.get_mut(actions) {
            same.push(id);
        }
        self.cells.push(Prepared {
            cell,
            resources,
            condition,
            actions,
        });
        id
    }

    /// The cell with a number that this gave.
    #[expect(
        clippy::expect_used,
        reason = "numbers are given out by this alone, and nothing is ever taken away"
    )]
    pub(super) fn cell(&self, id: CellId) -> &Prepared<'a> {
        self.cells.get(id).expect("the number was given out")
    }
}

/// All that has to be so for a cell to hold, in the language of the current version; a principal is an atom of its own
/// that nothing else relates to.
fn condition(cell: &Cell) -> ConditionBlock {
    let principal = cell.principal.iter();
    let principal =
        principal.map(|who| ConditionAtom::new("Principal", "principal", [who.clone()]));
    let atoms = cell.condition.atoms().map(|atom| match cell.version {
        Version::V2012 => atom.clone(),
        Version::V2008 => {
            let values = atom.values().map(|value| value.replace("${", "${$}{"));
            ConditionAtom::new(atom.operator(), atom.key(), values)
        }
    });
    ConditionBlock::new(atoms.chain(principal))
}
