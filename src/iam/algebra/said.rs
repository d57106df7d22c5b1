//! Finds the cells of boundaries and denials that contain an action. Together with its kind, they decide all answers about
//! the action in one permission set.

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

/// What boundaries and denials say about an action.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Said {
    /// The kind of the action; `None` if the catalogue does not list it.
    pub(super) kind: Option<KindId>,
    /// Cells that deny the action.
    pub(super) denies: Vec<CellId>,
    /// For each boundary, its cells that allow the action.
    pub(super) bounds: Vec<Vec<CellId>>,
}

/// What is said about an action, in four readings: with or without denials, and with or without boundaries.
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

/// What is said about each action that was asked for.
#[derive(Debug, Default)]
pub(super) struct AllSaid {
    all: Interned<Said>,
    by_number: BTreeMap<u32, Readings>,
    by_name: BTreeMap<Action, Readings>,
    /// The last answer, because questions about one action come in a row.
    last: Option<(Action, Readings)>,
}

impl AllSaid {
    pub(super) fn get(&self, id: SaidId) -> Arc<Said> {
        self.all.get(id)
    }

    /// What the first side of a problem says about an action.
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

/// Whether an action is in a set. `number` is its number, if the catalogue lists it.
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
