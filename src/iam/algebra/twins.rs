//! Statements that both of two permission sets have, word for word or in other words: what they grant needs no looking at,
//! and neither do actions that only they speak of.
//!
//! Two versions of one policy mostly differ in a statement or two, and this is what makes holding them against each other
//! cheap.

use std::collections::BTreeSet;

use super::problem::{CellId, Meaning, Prepared, Problem};

/// What of one direction of a comparison is plain without looking at patterns.
#[derive(Debug, Default)]
pub(super) struct Twins {
    /// For each layer of the other set, the cells of the one that have a twin there.
    allowed: Vec<BTreeSet<CellId>>,
    /// Cells by which the other set denies, and by which the one denies as well.
    denied: BTreeSet<CellId>,
    /// Cells that have to be looked at.
    open: BTreeSet<CellId>,
}

impl Twins {
    pub(super) fn of(problem: &Problem<'_>, (from, to): (usize, usize)) -> Self {
        let (Some(from), Some(to)) = (problem.sides.get(from), problem.sides.get(to)) else {
            return Self::default();
        };
        let of_one: BTreeSet<CellId> = from.layers.iter().flatten().copied().collect();
        let mut twins = Self::default();
        for layer in &to.layers {
            let allowed = of_one.iter().copied();
            let there = problem.meanings(layer);
            let allowed = allowed.filter(|cell| there.contains(&problem.cell(*cell).meaning()));
            twins.allowed.push(allowed.collect());
        }
        let denies = || to.denies.iter().copied();
        let there = problem.meanings(&from.denies);
        twins.denied = denies()
            .filter(|cell| there.contains(&problem.cell(*cell).meaning()))
            .collect();
        twins.open = denies()
            .filter(|cell| !twins.denied.contains(cell))
            .collect();
        for allowed in &twins.allowed {
            let first = from.layers.iter().take(1).flatten();
            twins
                .open
                .extend(first.filter(|cell| !allowed.contains(cell)));
        }
        twins
    }

    /// Whether a cell of the one allows what a layer of the other allows.
    pub(super) fn is_allowed(&self, cell: CellId, layer: usize) -> bool {
        let allowed = self.allowed.get(layer);
        allowed.is_some_and(|allowed| allowed.contains(&cell))
    }

    /// Whether what a cell of the other denies, the one denies.
    pub(super) fn is_denied(&self, cell: CellId) -> bool {
        self.denied.contains(&cell)
    }

    /// Cells outside of whose actions nothing can be left over.
    pub(super) fn open(&self) -> &BTreeSet<CellId> {
        &self.open
    }
}

impl Problem<'_> {
    fn meanings(&self, cells: &[CellId]) -> BTreeSet<Meaning<'_>> {
        let cells = cells.iter().map(|cell| self.cell(*cell));
        cells.map(Prepared::meaning).collect()
    }
}
