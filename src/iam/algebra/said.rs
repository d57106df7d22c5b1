//! What boundaries and denials say of an action: with its kind, all that tells actions apart in questions about one set.

use super::super::Action;
use super::super::action_set::ActionSet;
use super::interned::Interned;
use super::kinds::KindId;
use super::problem::{CellId, Problem};
use super::universe::ActionUniverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The number of a [`Said`].
pub(super) type SaidId = usize;

/// What is said of an action.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Said {
    /// What it can act on; `None` where the catalogue does not list it.
    pub(super) kind: Option<KindId>,
    /// Cells that deny it.
    pub(super) denies: Vec<CellId>,
    /// Cells of each boundary that allow it.
    pub(super) bounds: Vec<Vec<CellId>>,
}

/// What is said of an action, with and without denials and boundaries.
#[derive(Debug, Clone, Copy)]
pub(super) struct Readings {
    plain: SaidId,
    denied: SaidId,
    bounded: SaidId,
    pub(super) whole: SaidId,
}

impl Readings {
    pub(super) fn with(self, denies: bool, bounds: bool) -> SaidId {
        match (denies, bounds) {
            (false, false) => self.plain,
            (true, false) => self.denied,
            (false, true) => self.bounded,
            (true, true) => self.whole,
        }
    }
}

/// What is said of each action that was asked about.
#[derive(Debug, Default)]
pub(super) struct AllSaid {
    all: Interned<Said>,
    by_number: BTreeMap<u32, Readings>,
    by_name: BTreeMap<Action, Readings>,
    /// The last: one action is asked about again and again.
    last: Option<(Action, Readings)>,
}

impl AllSaid {
    pub(super) fn get(&self, id: SaidId) -> Arc<Said> {
        self.all.get(id)
    }

    /// What is said of an action, by the first side of a problem.
    pub(super) fn of(
        &mut self,
        action: &Action,
        problem: &mut Problem<'_>,
        universe: &dyn ActionUniverse,
    ) -> Readings {
        if let Some((last, readings)) = &self.last
            && last == action
        {
            return *readings;
        }
        let readings = self.found(action, problem, universe);
        self.last = Some((action.clone(), readings));
        readings
    }

    fn found(
        &mut self,
        action: &Action,
        problem: &mut Problem<'_>,
        universe: &dyn ActionUniverse,
    ) -> Readings {
        let number = universe.number(action);
        let known = match number {
            Some(number) => self.by_number.get(&number),
            None => self.by_name.get(action),
        };
        if let Some(known) = known {
            return *known;
        }
        let whole = said(action, number, problem, universe);
        let nothing = Said {
            denies: Vec::new(),
            bounds: Vec::new(),
            ..whole.clone()
        };
        let readings = Readings {
            denied: self.all.id(Said {
                denies: whole.denies.clone(),
                ..nothing.clone()
            }),
            bounded: self.all.id(Said {
                bounds: whole.bounds.clone(),
                ..nothing.clone()
            }),
            plain: self.all.id(nothing),
            whole: self.all.id(whole),
        };
        match number {
            Some(number) => self.by_number.insert(number, readings),
            None => self.by_name.insert(action.clone(), readings),
        };
        readings
    }
}

fn said(
    action: &Action,
    number: Option<u32>,
    problem: &mut Problem<'_>,
    universe: &dyn ActionUniverse,
) -> Said {
    let kind = number.map(|number| problem.kind(number, universe));
    let speaking = |cells: &[CellId]| -> Vec<CellId> {
        let cells = cells.iter().copied();
        let speaks = |cell: &CellId| {
            let actions = &problem.cell(*cell).cell.actions;
            speaks_of(actions, action, number, universe)
        };
        cells.filter(speaks).collect()
    };
    let side = problem.sides.first();
    let bounds = side.and_then(|side| side.layers.get(1..));
    let bounds = bounds.unwrap_or_default();
    Said {
        kind,
        denies: speaking(side.map(|side| side.denies.as_slice()).unwrap_or_default()),
        bounds: bounds.iter().map(|layer| speaking(layer)).collect(),
    }
}

/// Whether an action, of which the number is known where it has one, is in a set.
fn speaks_of(
    actions: &ActionSet,
    action: &Action,
    number: Option<u32>,
    universe: &dyn ActionUniverse,
) -> bool {
    match number {
        Some(number) => actions.known().contains(number),
        None => actions.contains(action, universe),
    }
}
