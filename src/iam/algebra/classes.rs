//! Divides actions into classes: the same cells contain all actions of a class, so one answer holds for all of them.
//!
//! Actions that the catalogue lists are divided by their numbers. Names that it does not list are divided into sets of names
//! that some patterns match and others do not.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::super::action_set::{ActionNumbering, BitSet, Outside};
use super::super::evaluate::FREE_OF_STS;
use super::super::{ActionPattern, Answer};
use super::budget::Budget;
use super::problem::{CellId, Problem};
use super::shape::{Alphabet, Reading, Shape};
use super::walk;

/// The most sets of unlisted names for one service prefix; beyond that they are given up.
const MOST_REGIONS: usize = 256;

/// The most ways to choose one pattern of each union when a set of unlisted names is checked for emptiness.
const MOST_CHOICES: usize = 4_096;

/// The patterns of one service prefix that one statement lists.
type Union = BTreeSet<ActionPattern>;

/// A set of action names that the catalogue does not list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Unlisted {
    /// The service prefix; `None` stands for every prefix that no pattern names.
    pub(super) prefix: Option<String>,
    /// Each name matches a pattern of each of these unions,
    matched: Vec<Union>,
    /// and no name matches any of these patterns.
    unmatched: Vec<ActionPattern>,
}

/// Actions that the same cells contain.
#[derive(Debug, Clone, Default)]
pub(super) struct Class {
    pub(super) known: BitSet,
    /// Its sets of unlisted names, as places in [`Classes::unlisted`].
    pub(super) unlisted: Vec<usize>,
    /// Listed actions that may be added freely, because granting them here grants nothing. They allow shorter wildcards.
    pub(super) idle: BitSet,
    /// Sets of unlisted names that may be added freely.
    pub(super) idle_unlisted: Vec<usize>,
}

/// The actions of a comparison, divided into classes.
#[derive(Debug, Default)]
pub(super) struct Classes {
    /// Each class, by the cells that contain its actions.
    pub(super) by_cells: BTreeMap<Vec<CellId>, Class>,
    pub(super) unlisted: Vec<Unlisted>,
    /// Listed actions that need no permission.
    pub(super) free: BitSet,
    /// Whether there were too many sets of unlisted names.
    pub(super) is_cut: bool,
}

impl Classes {
    /// Divides the actions that at least one of the `open` cells contains.
    pub(super) fn of(
        problem: &mut Problem<'_>,
        open: &BTreeSet<CellId>,
        numbering: &dyn ActionNumbering,
    ) -> Self {
        let mut classes = Self::default();
        let open: BTreeSet<usize> = open.iter().map(|id| problem.cell(*id).actions).collect();
        classes.add_known(problem, &open, numbering);
        classes.add_unlisted(problem, &open);
        classes
    }

    fn add_known(
        &mut self,
        problem: &Problem<'_>,
        open: &BTreeSet<usize>,
        numbering: &dyn ActionNumbering,
    ) {
        let mut wanted = BitSet::default();
        for (set, (actions, _)) in problem.action_sets.iter().enumerate() {
            if open.contains(&set) {
                wanted.insert_all(actions.known());
            }
        }
        self.free = FREE_OF_STS
            .iter()
            .filter_map(|name| numbering.number(&format!("sts:{name}").parse().ok()?))
            .collect();
        // Everyone may call these, so no policy grants them.
        wanted.remove_all(&self.free);
        let mut classes = vec![(Vec::new(), wanted)];
        for (set, (actions, _)) in problem.action_sets.iter().enumerate() {
            let known = actions.known();
            for place in 0..classes.len() {
                let Some((sets, members)) = classes.get_mut(place) else {
                    continue;
                };
                if members.is_disjoint(known) {
                    continue;
                }
                if members.is_subset(known) {
                    sets.push(set);
                    continue;
                }
                let (mut inside, mut more) = (members.clone(), sets.clone());
                inside.retain_all(known);
                more.push(set);
                members.remove_all(known);
                classes.push((more, inside));
            }
        }
        for (sets, known) in classes {
            if !sets.is_empty() && !known.is_empty() {
                let class = self.by_cells.entry(cells_with(problem, &sets)).or_default();
                class.known.insert_all(&known);
            }
        }
    }

    /// Adds the names that the catalogue does not list.
    fn add_unlisted(&mut self, problem: &mut Problem<'_>, open: &BTreeSet<usize>) {
        let Some(unlisted) = unlisted(problem, open) else {
            self.is_cut = true;
            return;
        };
        for (cells, region) in unlisted {
            if let Some(cells) = cells {
                let class = self.by_cells.entry(cells).or_default();
                class.unlisted.push(self.unlisted.len());
            }
            self.unlisted.push(region);
        }
    }
}

/// The cells that have one of these action sets.
fn cells_with(problem: &Problem<'_>, sets: &[usize]) -> Vec<CellId> {
    let sets = sets.iter().filter_map(|set| problem.action_sets.get(*set));
    let mut cells: Vec<CellId> = sets.flat_map(|(_, cells)| cells).copied().collect();
    cells.sort_unstable();
    cells
}

/// Divides the unlisted names into sets, each with the cells that contain it. A set has no cells if no open action set names
/// its prefix. `None` if there are too many sets.
fn unlisted(
    problem: &mut Problem<'_>,
    open: &BTreeSet<usize>,
) -> Option<Vec<(Option<Vec<CellId>>, Unlisted)>> {
    let listings: Vec<Listing> = problem
        .action_sets
        .iter()
        .map(|(actions, _)| Listing::of(actions.outside()))
        .collect();
    let is_open = |prefix: Option<&String>| {
        open.iter().filter_map(|set| listings.get(*set)).any(|own| {
            own.all_but
                || own.has_everything
                || prefix.is_some_and(|prefix| own.unions.contains_key(prefix))
        })
    };
    let mut by_prefix: BTreeMap<Option<String>, BTreeSet<Union>> = BTreeMap::new();
    by_prefix.insert(None, BTreeSet::new());
    for (prefix, union) in listings.iter().flat_map(|listing| &listing.unions) {
        let unions = by_prefix.entry(Some(prefix.clone())).or_default();
        unions.insert(union.clone());
    }
    let mut found = Vec::new();
    for (prefix, unions) in by_prefix {
        let is_open = is_open(prefix.as_ref());
        let mut regions = vec![Unlisted {
            prefix,
            ..Unlisted::default()
        }];
        if !is_open {
            found.extend(regions.into_iter().map(|region| (None, region)));
            continue;
        }
        for union in unions {
            let mut split = Vec::new();
            for region in regions {
                let mut inside = region.clone();
                inside.matched.push(union.clone());
                let mut outside = region;
                outside.unmatched.extend(union.iter().cloned());
                for part in [inside, outside] {
                    match part.is_empty(&mut Budget::of(problem.part())) {
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
            let sets = listings.iter().enumerate();
            let sets = sets.filter(|(_, listing)| listing.has(&region));
            let sets: Vec<usize> = sets.map(|(set, _)| set).collect();
            let some_open = sets.iter().any(|set| open.contains(set));
            found.push((some_open.then(|| cells_with(problem, &sets)), region));
        }
    }
    Some(found)
}

/// The unlisted names that one statement lists.
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
    /// Whether the set contains no name.
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

    /// Whether a pattern matches some of the names.
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

    /// Whether these patterns together match all of the names.
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

    /// Patterns that together match all of the names. They may match other names too.
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
