//! Actions in classes: those of one class are spoken of by the same cells, so that one answer holds for all of them.
//!
//! Known actions are told apart by number. Names that the catalogue does not list are regions of patterns: those that some
//! patterns match and others do not.

use std::collections::{BTreeMap, BTreeSet};

use super::super::action_set::{ActionNumbering, BitSet, Outside};
use super::super::evaluate::FREE_OF_STS;
use super::super::{Action, ActionPattern, Answer};
use super::problem::{CellId, Problem};
use super::shape::{Alphabet, Reading, Shape};
use super::walk::{self, Budget};

/// Regions of unlisted names that one service prefix may have before they are given up.
const MOST_REGIONS: usize = 256;

/// Names that the catalogue does not list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Unlisted {
    /// Service prefix; `None` for every prefix that no pattern names.
    pub(super) prefix: Option<String>,
    /// All of these match,
    pub(super) matched: Vec<ActionPattern>,
    /// and none of these.
    pub(super) unmatched: Vec<ActionPattern>,
}

/// Actions that the same cells speak of.
#[derive(Debug, Clone, Default)]
pub(super) struct Class {
    pub(super) known: BitSet,
    /// Places in [`Classes::unlisted`].
    pub(super) unlisted: Vec<usize>,
}

/// All actions, in classes.
#[derive(Debug, Default)]
pub(super) struct Classes {
    /// Each with the cells that speak of it.
    pub(super) by_cells: BTreeMap<Vec<CellId>, Class>,
    pub(super) unlisted: Vec<Unlisted>,
    /// Whether there were too many unlisted names to tell apart.
    pub(super) is_cut: bool,
}

impl Classes {
    pub(super) fn of(problem: &mut Problem<'_>, numbering: &dyn ActionNumbering) -> Self {
        let mut classes = Self::default();
        classes.add_known(problem, numbering);
        let unlisted = unlisted(problem);
        classes.is_cut = unlisted.is_none();
        for region in unlisted.unwrap_or_default() {
            let cells: Vec<CellId> = (0..problem.cells.len())
                .filter(|cell| region.is_in(problem.cell(*cell).cell.actions.outside()))
                .collect();
            let class = classes.by_cells.entry(cells).or_default();
            class.unlisted.push(classes.unlisted.len());
            classes.unlisted.push(region);
        }
        classes
    }

    fn add_known(&mut self, problem: &Problem<'_>, numbering: &dyn ActionNumbering) {
        let count = usize::try_from(numbering.count()).unwrap_or_default();
        let mut class_of = vec![0_usize; count];
        let mut cells_of: Vec<Vec<CellId>> = vec![Vec::new()];
        for (id, prepared) in problem.cells.iter().enumerate() {
            let mut split: BTreeMap<usize, usize> = BTreeMap::new();
            for number in prepared.cell.actions.known().iter() {
                let Some(class) = usize::try_from(number)
                    .ok()
                    .and_then(|number| class_of.get_mut(number))
                else {
                    continue;
                };
                *class = *split.entry(*class).or_insert_with(|| {
                    let mut cells = cells_of.get(*class).cloned().unwrap_or_default();
                    cells.push(id);
                    cells_of.push(cells);
                    cells_of.len() - 1
                });
            }
        }
        let mut members: Vec<BitSet> = vec![BitSet::default(); cells_of.len()];
        let free: Vec<Option<u32>> = FREE_OF_STS
            .iter()
            .filter_map(|name| format!("sts:{name}").parse().ok())
            .map(|action| numbering.number(&action))
            .collect();
        for (number, class) in (0..).zip(class_of) {
            // What needs no permission is granted by everyone.
            let counts = class != 0 && !free.contains(&Some(number));
            if let Some(set) = members.get_mut(class).filter(|_| counts) {
                set.insert(number);
            }
        }
        for (cells, known) in cells_of.into_iter().zip(members) {
            if !known.is_empty() {
                self.by_cells
                    .entry(cells)
                    .or_default()
                    .known
                    .insert_all(&known);
            }
        }
    }
}

/// Regions of the names that are not known, by every pattern that any cell has; `None` where they are too many.
fn unlisted(problem: &mut Problem<'_>) -> Option<Vec<Unlisted>> {
    let mut by_prefix: BTreeMap<String, BTreeSet<ActionPattern>> = BTreeMap::new();
    for prepared in &problem.cells {
        let (Outside::Only(patterns) | Outside::AllBut(patterns)) = prepared.cell.actions.outside();
        for pattern in patterns {
            if let Some(prefix) = pattern.prefix() {
                by_prefix
                    .entry(prefix.to_owned())
                    .or_default()
                    .insert(pattern.clone());
            }
        }
    }
    let mut regions = vec![Unlisted::default()];
    for (prefix, patterns) in by_prefix {
        let mut of_prefix = vec![Unlisted {
            prefix: Some(prefix),
            ..Unlisted::default()
        }];
        for pattern in patterns {
            let mut split = Vec::new();
            for region in of_prefix {
                let mut inside = region.clone();
                inside.matched.push(pattern.clone());
                let mut outside = region;
                outside.unmatched.push(pattern.clone());
                for part in [inside, outside] {
                    match part.is_empty(&mut problem.budget) {
                        Answer::Yes => {}
                        Answer::No => split.push(part),
                        Answer::Undecided => return None,
                    }
                }
            }
            if split.len() > MOST_REGIONS {
                return None;
            }
            of_prefix = split;
        }
        regions.append(&mut of_prefix);
    }
    Some(regions)
}

impl Unlisted {
    fn is_in(&self, outside: &Outside) -> bool {
        let listed = |patterns: &BTreeSet<ActionPattern>| {
            patterns
                .iter()
                .any(|own| own.is_everything() || self.matched.contains(own))
        };
        match outside {
            Outside::Only(patterns) => listed(patterns),
            Outside::AllBut(patterns) => !listed(patterns),
        }
    }

    /// Whether no name is in it.
    fn is_empty(&self, budget: &mut Budget) -> Answer {
        let shapes = |patterns: &[ActionPattern]| -> Vec<Shape> {
            patterns
                .iter()
                .filter_map(ActionPattern::name)
                .map(Shape::of_glob)
                .collect()
        };
        let (mut left, right) = (shapes(&self.matched), shapes(&self.unmatched));
        if left.is_empty() {
            left.push(Shape::default().some(Alphabet::Any));
        }
        let (left, right): (Vec<&Shape>, Vec<&Shape>) =
            (left.iter().collect(), right.iter().collect());
        if right.is_empty()
            && let [_] = left.as_slice()
        {
            return Answer::No;
        }
        walk::covers(&left, &right, Reading::Fresh, budget)
    }

    /// Whether a pattern matches some of its names; a pattern of `None` prefix is `*`.
    pub(super) fn meets(&self, pattern: &ActionPattern, budget: &mut Budget) -> bool {
        if pattern.is_everything() {
            return true;
        }
        if pattern.prefix() != self.prefix.as_deref() {
            return false;
        }
        let mut narrowed = self.clone();
        narrowed.matched.push(pattern.clone());
        !narrowed.is_empty(budget).is_yes()
    }

    /// The one name in it, where its patterns say so plainly.
    pub(super) fn name(&self) -> Option<Action> {
        self.matched.iter().find_map(ActionPattern::as_action)
    }
}
