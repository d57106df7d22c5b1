//! What is granted, read in two ways, once what is known of every request is put into it.
//!
//! *In full*, with its conditions, it tells what is missing and what can never match: claims that are made only when certain.
//! *At its widest* it tells breadth: conditions fall away, variables and what AWS leaves open reach all that they may, and of the
//! denials only those count that hold for every request. What a condition that singles resources out may have left of it is
//! told apart, a reading for each `Deny` of that kind.

use super::known::{Region, Settled};
use super::place::Place;
use super::{Granted, bound, narrow, place};
use crate::iam::condition::REQUESTED_REGION;
use crate::iam::permissions::{Cell, PermissionSet, ResourceSet};
use crate::iam::{ConditionBlock, Effect, ResourcePattern};

/// How many denials that single resources out are looked at one by one; what more there are narrow nothing.
const MOST_NARROWING: usize = 16;

/// What is granted, ready to be asked.
#[derive(Debug)]
pub(super) struct Readings {
    /// With conditions.
    pub(super) full: PermissionSet,
    /// As wide as it may be.
    pub(super) widest: PermissionSet,
    /// The widest, less what one `Deny` takes away that singles resources out.
    pub(super) narrowed: Vec<Narrowed>,
    /// Of each allowing statement what its condition comes to, in the order of the sets.
    pub(super) allows: Vec<Settled>,
    /// Of each allowing statement where its resources are.
    places: Vec<Option<Vec<ResourcePattern>>>,
    /// Whether the widest reading has denials that the full one holds with their condition, for want of a list of patterns.
    pub(super) denies_by_place: bool,
    /// Resource patterns as written, of all that allows, bounds or leaves something: what may name a resource.
    pub(super) written: Vec<String>,
}

/// A reading in which a `Deny` that singles resources out holds for all.
#[derive(Debug)]
pub(super) struct Narrowed {
    pub(super) set: PermissionSet,
    /// The condition of the `Deny`; empty where its `NotResource` has the variable.
    pub(super) condition: ConditionBlock,
}

impl Readings {
    /// `raw` is all that is granted, as [`Granted::permissions`] has it.
    pub(super) fn of(raw: &PermissionSet, granted: &Granted<'_>) -> Self {
        Self::read(raw, granted, Region::OfTheArn)
    }

    /// The same for actions that may act on a resource of another region than the one that is asked; nothing where no
    /// condition asks for the region.
    pub(super) fn in_any_region(raw: &PermissionSet, granted: &Granted<'_>) -> Option<Self> {
        let cells = raw.allows.iter().chain(&raw.denies);
        let mut cells = cells.chain(raw.bounds.iter().flatten());
        let is_tested = cells.any(|cell| cell.condition.tests(REQUESTED_REGION));
        is_tested.then(|| Self::read(raw, granted, Region::OfTheRequest))
    }

    fn read(raw: &PermissionSet, granted: &Granted<'_>, region: Region) -> Self {
        let settle = |cell: &Cell, effect| {
            let known = granted.known;
            known.settle(&cell.condition, effect, cell.version, region)
        };
        let mut full = PermissionSet::default();
        let mut widest = PermissionSet::default();
        let mut allows = Vec::new();
        for cell in &raw.allows {
            let settled = settle(cell, Effect::Allow);
            full.allows.push(with(cell, settled.rest.clone()));
            widest.allows.push(at_most(cell));
            allows.push(settled);
        }
        for layer in &raw.bounds {
            let settled: Vec<(&Cell, Settled)> = layer
                .iter()
                .map(|cell| (cell, settle(cell, Effect::Allow)))
                .filter(|(_, settled)| !settled.never)
                .collect();
            let of = |(cell, settled): &(&Cell, Settled)| with(cell, settled.rest.clone());
            full.bounds.push(settled.iter().map(of).collect());
            let wide = settled.iter().map(|(cell, _)| at_most(cell));
            widest.bounds.push(wide.collect());
        }
        let mut narrowing = Vec::new();
        let mut denies_by_place = false;
        for cell in &raw.denies {
            let settled = settle(cell, Effect::Deny);
            if settled.never {
                continue;
            }
            let Some(placed) = placed(cell, settled.place.as_ref()) else {
                // Where it holds is no list of patterns: it hangs on the request, as written. What it takes away for certain
                // limits breadth all the same.
                if let Some(place) = settled.place.as_ref().filter(|_| cell.principal.is_none()) {
                    let certain = place::denied(cell, place);
                    if settled.rest.is_empty() {
                        denies_by_place = true;
                        widest.denies.push(certain);
                    } else if leaves_what_it_names(&settled.rest) {
                        narrowing.push((certain, settled.rest));
                    }
                }
                full.denies.push(cell.clone());
                continue;
            };
            let denial = with(&placed, settled.rest.clone());
            if settled.rest.is_empty() && cell.principal.is_none() {
                if has_open_exceptions(&denial) {
                    narrowing.push((named(&denial), ConditionBlock::default()));
                }
                widest.denies.push(at_least(&denial));
            } else if leaves_what_it_names(&settled.rest) && cell.principal.is_none() {
                narrowing.push((named(&denial), settled.rest));
            }
            full.denies.push(denial);
        }
        let narrowed = narrowing
            .into_iter()
            .take(MOST_NARROWING)
            .map(|(denial, condition)| {
                let mut set = widest.clone();
                set.denies.push(denial);
                Narrowed { set, condition }
            });
        let place = |settled: &Settled| Some(settled.place.as_ref()?.patterns(false));
        Self {
            places: allows.iter().map(place).collect(),
            narrowed: narrowed.collect(),
            denies_by_place,
            written: bound::written(granted),
            full,
            widest,
            allows,
        }
    }

    /// Where the resources are of what a statement allows; `None` where that is anywhere.
    pub(super) fn place(&self, cell: usize) -> Option<&[ResourcePattern]> {
        self.places.get(cell)?.as_deref()
    }

    /// Whether no request of the role meets a statement's condition.
    pub(super) fn is_never(&self, cell: usize) -> bool {
        self.allows.get(cell).is_some_and(|settled| settled.never)
    }
}

fn with(cell: &Cell, condition: ConditionBlock) -> Cell {
    Cell {
        condition,
        ..cell.clone()
    }
}

/// All that a statement may speak of.
fn at_most(cell: &Cell) -> Cell {
    let widest =
        |patterns: &[ResourcePattern]| patterns.iter().map(ResourcePattern::widest).collect();
    let exact = |patterns: &[ResourcePattern]| {
        let certain = patterns.iter().filter(|pattern| pattern.is_exact());
        certain.cloned().collect()
    };
    reading(cell, |resources| match resources {
        ResourceSet::Only(patterns) => ResourceSet::Only(widest(patterns)),
        ResourceSet::AllBut(patterns) => ResourceSet::AllBut(exact(patterns)),
        ResourceSet::Attached => ResourceSet::AllBut(Vec::new()),
    })
}

/// What a statement speaks of for certain.
fn at_least(cell: &Cell) -> Cell {
    reading(cell, |resources| match resources {
        ResourceSet::Only(patterns) => {
            let certain = patterns.iter().filter(|pattern| pattern.is_exact());
            ResourceSet::Only(certain.cloned().collect())
        }
        ResourceSet::AllBut(patterns) => {
            ResourceSet::AllBut(patterns.iter().map(ResourcePattern::widest).collect())
        }
        ResourceSet::Attached => ResourceSet::Only(Vec::new()),
    })
}

/// What a statement speaks of whose exceptions, or whose condition, single something out: all but what it leaves for certain,
/// and nothing that only a variable names.
fn named(cell: &Cell) -> Cell {
    match &cell.resources {
        ResourceSet::Only(_) => at_least(cell),
        ResourceSet::AllBut(_) | ResourceSet::Attached => at_most(cell),
    }
}

/// The same statement without condition and principal, its resources read in some way.
fn reading(cell: &Cell, read: impl Fn(&ResourceSet) -> ResourceSet) -> Cell {
    Cell {
        resources: read(&cell.resources),
        condition: ConditionBlock::default(),
        principal: None,
        ..cell.clone()
    }
}

/// A `Deny` with the place that its condition asks for as its resources; nothing where no patterns say so.
fn placed(cell: &Cell, place: Option<&Place>) -> Option<Cell> {
    let Some(place) = place else {
        return Some(cell.clone());
    };
    let all = match &cell.resources {
        ResourceSet::Only(patterns) => patterns.iter().any(ResourcePattern::is_everything),
        ResourceSet::AllBut(_) | ResourceSet::Attached => false,
    };
    let resources = if place.elsewhere {
        ResourceSet::AllBut(place.patterns(false))
    } else {
        ResourceSet::Only(place.patterns(true))
    };
    all.then(|| Cell {
        resources,
        ..cell.clone()
    })
}

/// Whether what a `Deny` with this condition leaves is singled out.
fn leaves_what_it_names(condition: &ConditionBlock) -> bool {
    condition
        .atoms()
        .all(|atom| narrow::singles_out(atom, Effect::Deny))
}

/// Whether a `Deny` leaves what a variable names.
fn has_open_exceptions(cell: &Cell) -> bool {
    match &cell.resources {
        ResourceSet::AllBut(patterns) => patterns.iter().any(ResourcePattern::has_variables),
        ResourceSet::Only(_) | ResourceSet::Attached => false,
    }
}
