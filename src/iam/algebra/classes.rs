//! Actions in classes: those of one class are spoken of by the same cells, so that one answer holds for all of them.
//!
//! Known actions are told apart by number. Names that the catalogue does not list are regions of patterns: those that some
//! patterns match and others do not.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::super::action_set::{ActionNumbering, BitSet, Outside};
use super::super::evaluate::FREE_OF_STS;
use super::super::{ActionPattern, Answer};
use super::problem::{CellId, Problem};
use super::shape::{Alphabet, Reading, Shape};
use super::walk::{self, Budget};

/// Regions of unlisted names that one service prefix may have before they are given up.
const MOST_REGIONS: usize = 256;

/// Ways to choose one pattern of each union that are walked before a region is given up.
const MOST_CHOICES: usize = 4_096;

/// Patterns of one service prefix that a statement lists.
type Union = BTreeSet<ActionPattern>;

/// Names that the catalogue does not list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Unlisted {
    /// Service prefix; `None` for every prefix that no pattern names.
    pub(super) prefix: Option<String>,
    /// Of each of these one matches,
    matched: Vec<Union>,
    /// and none of these.
    unmatched: Vec<ActionPattern>,
}

/// Actions that the same cells speak of.
#[derive(Debug, Clone, Default)]
pub(super) struct Class {
    pub(super) known: BitSet,
    /// Places in [`Classes::unlisted`].
    pub(super) unlisted: Vec<usize>,
    /// Known actions that may as well be in it: granting them would grant nothing.
    pub(super) idle: BitSet,
    /// Regions of unlisted names that may as well be in it.
    pub(super) idle_unlisted: Vec<usize>,
}

/// All actions, in classes.
#[derive(Debug, Default)]
pub(super) struct Classes {
    /// Each with the cells that speak of it.
    pub(super) by_cells: BTreeMap<Vec<CellId>, Class>,
    pub(super) unlisted: Vec<Unlisted>,
    /// Known actions that need no permission.
    pub(super) free: BitSet,
    /// Whether there were too many unlisted names to tell apart.
    pub(super) is_cut: bool,
}

impl Classes {
    pub(super) fn of(problem: &mut Problem<'_>, numbering: &dyn ActionNumbering) -> Self {
        let mut classes = Self::default();
        classes.add_known(problem, numbering);
        let unlisted = unlisted(problem);
        classes.is_cut = unlisted.is_none();
        for (cells, region) in unlisted.unwrap_or_default() {
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
        self.free = FREE_OF_STS
            .iter()
            .filter_map(|name| numbering.number(&format!("sts:{name}").parse().ok()?))
            .collect();
        for (number, class) in (0..).zip(class_of) {
            // What needs no permission is granted by everyone.
            let counts = class != 0 && !self.free.contains(number);
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

/// Regions of the names that are not known, each with the cells that speak of it; `None` where they are too many.
fn unlisted(problem: &mut Problem<'_>) -> Option<Vec<(Vec<CellId>, Unlisted)>> {
    let listings: Vec<Listing> = problem
        .cells
        .iter()
        .map(|prepared| Listing::of(prepared.cell.actions.outside()))
        .collect();
    let mut by_prefix: BTreeMap<Option<String>, BTreeSet<Union>> = BTreeMap::new();
    by_prefix.insert(None, BTreeSet::new());
    for (prefix, union) in listings.iter().flat_map(|listing| &listing.unions) {
        let unions = by_prefix.entry(Some(prefix.clone())).or_default();
        unions.insert(union.clone());
    }
    let mut found = Vec::new();
    for (prefix, unions) in by_prefix {
        let mut regions = vec![Unlisted {
            prefix,
            ..Unlisted::default()
        }];
        for union in unions {
            let mut split = Vec::new();
            for region in regions {
                let mut inside = region.clone();
                inside.matched.push(union.clone());
                let mut outside = region;
                outside.unmatched.extend(union.iter().cloned());
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
            regions = split;
        }
        for region in regions {
            let cells = listings.iter().enumerate();
            let cells = cells.filter(|(_, listing)| listing.has(&region));
            found.push((cells.map(|(cell, _)| cell).collect(), region));
        }
    }
    Some(found)
}

/// What a statement lists of names that are not known.
struct Listing {
    unions: BTreeMap<String, Union>,
    has_everything: bool,
    all_but: bool,
}

impl Listing {
    fn of(outside: &Outside) -> Self {
        let (Outside::Only(patterns) | Outside::AllBut(patterns)) = outside;
        let mut unions: BTreeMap<String, Union> = BTreeMap::new();
        for pattern in patterns {
            if let Some(prefix) = pattern.prefix() {
                let union = unions.entry(prefix.to_owned()).or_default();
                union.insert(pattern.clone());
            }
        }
        Self {
            unions,
            has_everything: patterns.iter().any(ActionPattern::is_everything),
            all_but: matches!(outside, Outside::AllBut(_)),
        }
    }

    fn has(&self, region: &Unlisted) -> bool {
        let union = region
            .prefix
            .as_ref()
            .and_then(|prefix| self.unions.get(prefix));
        let listed =
            self.has_everything || union.is_some_and(|union| region.matched.contains(union));
        listed != self.all_but
    }
}

impl Unlisted {
    /// Whether no name is in it.
    fn is_empty(&self, budget: &mut Budget) -> Answer {
        let right: Vec<Shape> = self.unmatched.iter().filter_map(shape).collect();
        let right: Vec<&Shape> = right.iter().collect();
        let mut chosen: Vec<Vec<Shape>> = vec![Vec::new()];
        for union in &self.matched {
            let shapes: Vec<Shape> = union.iter().filter_map(shape).collect();
            let extend = |so_far: &Vec<Shape>| {
                let more = shapes
                    .iter()
                    .map(|shape| [so_far.as_slice(), std::slice::from_ref(shape)].concat());
                more.collect::<Vec<_>>()
            };
            if chosen.len().saturating_mul(shapes.len()) > MOST_CHOICES {
                return Answer::Undecided;
            }
            chosen = chosen.iter().flat_map(extend).collect();
        }
        let mut answer = Answer::Yes;
        for mut left in chosen {
            if left.is_empty() {
                left.push(Shape::default().some(Alphabet::Any));
            }
            let left: Vec<&Shape> = left.iter().collect();
            answer = answer.and(walk::covers(&left, &right, Reading::Fresh, budget));
            if answer.is_no() {
                break;
            }
        }
        answer
    }

    /// Whether a pattern matches some of its names.
    pub(super) fn meets(&self, pattern: &ActionPattern, budget: &mut Budget) -> bool {
        if pattern.is_everything() {
            return true;
        }
        if pattern.prefix() != self.prefix.as_deref() {
            return false;
        }
        let mut narrowed = self.clone();
        narrowed.matched.push([pattern.clone()].into());
        !narrowed.is_empty(budget).is_yes()
    }

    /// Whether these patterns match all of its names.
    pub(super) fn is_within<'a>(
        &self,
        mut patterns: impl Iterator<Item = &'a ActionPattern> + Clone,
        budget: &mut Budget,
    ) -> bool {
        let mut narrowed = self.clone();
        let own = patterns
            .clone()
            .filter(|own| own.prefix() == self.prefix.as_deref());
        narrowed.unmatched.extend(own.cloned());
        patterns.any(ActionPattern::is_everything)
            || (self.prefix.is_some() && narrowed.is_empty(budget).is_yes())
    }

    /// Patterns that all of its names match.
    pub(super) fn patterns(&self) -> Vec<String> {
        let few_and_long = |union: &&Union| {
            let shortest = union.iter().map(|pattern| pattern.text().len()).min();
            (union.len(), Reverse(shortest))
        };
        match (self.matched.iter().min_by_key(few_and_long), &self.prefix) {
            (Some(union), _) => union.iter().map(ToString::to_string).collect(),
            (None, Some(prefix)) => vec![format!("{prefix}:*")],
            (None, None) => vec!["*".to_owned()],
        }
    }
}

/// The names that a pattern matches, without the service prefix.
fn shape(pattern: &ActionPattern) -> Option<Shape> {
    pattern.name().map(Shape::of_glob)
}
