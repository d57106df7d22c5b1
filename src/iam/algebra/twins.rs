//! Finds the statements that two permission sets share, written the same or not. What they grant needs no check, and neither
//! do actions that only they contain.
//!
//! Two versions of a policy mostly differ in a few statements, so this makes comparing them cheap.

use std::collections::BTreeSet;

use super::problem::{CellId, Meaning, Prepared, Problem};

/// What is settled in one direction of a comparison before any pattern is compared.
#[derive(Debug, Default)]
pub(super) struct Twins {
    /// For each layer of the second set, the cells of the first set that have a twin in it.
    allowed: Vec<BTreeSet<CellId>>,
    /// Denying cells of the second set that have a twin among the denying cells of the first.
    denied: BTreeSet<CellId>,
    /// Cells that have to be checked.
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

    /// Whether a layer of the second set has a twin of this cell of the first set.
    pub(super) fn is_allowed(&self, cell: CellId, layer: usize) -> bool {
        let allowed = self.allowed.get(layer);
        allowed.is_some_and(|allowed| allowed.contains(&cell))
    }

    /// Whether this denying cell of the second set has a twin in the first set.
    pub(super) fn is_denied(&self, cell: CellId) -> bool {
        self.denied.contains(&cell)
    }

    /// The cells that have to be checked. Nothing can be left over for actions that none of them contains.
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
