//! Prepares what is granted in two readings, after applying what is known about every request.
//!
//! The *full* reading keeps conditions. It decides what is missing and what can never match, which are claimed only when
//! certain. The *widest* reading decides how broad a grant is: it drops conditions, lets variables and undocumented cases
//! match all that they may, and keeps only denials that apply in every request. In addition there is one *narrowed* reading
//! for each `Deny` whose condition selects resources, to see whether that condition may leave only what is needed.

use super::known::{Region, Settled};
use super::place::Place;
use super::{Granted, bound, narrow, place};
use crate::iam::condition::REQUESTED_REGION;
use crate::iam::permissions::{Cell, PermissionSet, ResourceSet};
use crate::iam::{ConditionBlock, Effect, ResourcePattern};
use std::sync::Arc;

/// The most narrowed readings. Denials beyond that narrow nothing.
const MOST_NARROWING: usize = 16;

/// What is granted, in all readings.
#[derive(Debug)]
pub(super) struct Readings {
    /// The full reading, with conditions.
    pub(super) full: PermissionSet,
    /// The widest reading.
    pub(super) widest: PermissionSet,
    /// The widest reading minus one `Deny` that selects resources, for each such `Deny`.
    pub(super) narrowed: Vec<Narrowed>,
    /// What remains of the condition of each allowing statement, in the order of the sets.
    pub(super) allows: Vec<Settled>,
    /// The place to which each allowing statement is limited, as patterns.
    places: Vec<Option<Arc<[ResourcePattern]>>>,
    /// The resource patterns as written, of everything that allows, bounds or has a `NotResource`. They may name a needed
    /// resource.
    pub(super) written: Vec<String>,
}

/// A reading in which a `Deny` that selects resources applies in every request.
#[derive(Debug)]
pub(super) struct Narrowed {
    pub(super) set: PermissionSet,
    /// The condition of the `Deny`. Empty if the selection is a variable in its `NotResource`.
    pub(super) condition: ConditionBlock,
}

impl Readings {
    /// The readings of `raw`, which is everything granted as [`Granted::permissions`] returns it.
    pub(super) fn of(raw: &PermissionSet, granted: &Granted<'_>) -> Self {
        Self::read(raw, granted, Region::OfTheArn)
    }

    /// The readings for actions that may act on a resource of another region than the one that is called. `None` if no
    /// condition tests the region.
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
        for cell in &raw.denies {
            let settled = settle(cell, Effect::Deny);
            if settled.never {
                continue;
            }
            let Some(placed) = placed(cell, settled.place.as_ref()) else {
                // No list of patterns describes where it applies, so the full reading keeps the condition. What it certainly
                // takes away is taken away in both readings all the same.
                if let Some(place) = settled.place.as_ref().filter(|_| cell.principal.is_none()) {
                    let certain = place::denied(cell, place);
                    if settled.rest.is_empty() {
                        full.denies.push(certain.clone());
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
        let place = |settled: &Settled| Some(settled.place.as_ref()?.patterns(false).into());
        Self {
            places: allows.iter().map(place).collect(),
            narrowed: narrowed.collect(),
            written: bound::written(granted),
            full,
            widest,
            allows,
        }
    }

    /// The place to which an allowing statement is limited, as patterns; `None` if it is not limited.
    pub(super) fn place(&self, cell: usize) -> Option<&Arc<[ResourcePattern]>> {
        self.places.get(cell)?.as_ref()
    }

    /// Whether a test of the place keeps an allowing statement from a resource, though it does not narrow the statement.
    pub(super) fn is_outside(&self, cell: usize, resource: &ResourcePattern) -> bool {
        let settled = self.allows.get(cell);
        settled.is_some_and(|own| own.limits.iter().any(|limit| limit.excludes(resource)))
    }

    /// Whether no request of the role meets an allowing statement's condition.
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

/// The statement with all resources that it may match.
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

/// The statement with only the resources that it certainly matches.
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

/// A `Deny` whose condition or exceptions select something. It applies to everything except its certain exceptions, and to
/// nothing that only a variable names.
fn named(cell: &Cell) -> Cell {
    match &cell.resources {
        ResourceSet::Only(_) => at_least(cell),
        ResourceSet::AllBut(_) | ResourceSet::Attached => at_most(cell),
    }
}

/// The same statement without condition and principal, and with its resources read by `read`.
fn reading(cell: &Cell, read: impl Fn(&ResourceSet) -> ResourceSet) -> Cell {
    Cell {
        resources: read(&cell.resources),
        condition: ConditionBlock::default(),
        principal: None,
        ..cell.clone()
    }
}

/// A `Deny` with the place of its condition as its resources. `None` if no patterns describe that.
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

/// Whether a `Deny` with this condition leaves only selected resources.
fn leaves_what_it_names(condition: &ConditionBlock) -> bool {
    condition
        .atoms()
        .all(|atom| narrow::singles_out(atom, Effect::Deny))
}

/// Whether a `Deny` has exceptions that only a variable names.
fn has_open_exceptions(cell: &Cell) -> bool {
    match &cell.resources {
        ResourceSet::AllBut(patterns) => patterns.iter().any(ResourcePattern::has_variables),
        ResourceSet::Only(_) | ResourceSet::Attached => false,
    }
}
