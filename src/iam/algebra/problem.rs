//! Prepares permission sets for comparing: each pattern, condition and statement gets a number.
//!
//! Numbers follow the sorted content, and equal content has one number. So no answer depends on the order of statements, on
//! how they are spread over files, or on duplicates.

use super::super::action_set::ActionSet;
use super::super::condition::{REQUESTED_REGION, RESOURCE_ACCOUNT};
use super::super::evaluate::StatementRef;
use super::super::permissions::{Cell, PermissionSet, ResourceSet};
use super::super::{Answer, ConditionAtom, ConditionBlock, ResourcePattern, Version};
use super::apart::Apart;
use super::budget::Budget;
use super::cause::Limit;
use super::conditions::{ConditionId, Conditions, TRY};
use super::forms::{AllForms, FormsId};
use super::interned::Interned;
use super::kinds::{KindId, Kinds};
use super::patterns::{PatternId, Patterns};
use super::reasoned::Reasoned;
use super::share::Share;
use super::universe::ActionUniverse;
use std::collections::{BTreeMap, BTreeSet};

/// The number of a cell in a [`Problem`].
pub(super) type CellId = usize;

/// The resource clause of a cell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Clause {
    Only(Vec<PatternId>),
    AllBut(Vec<PatternId>),
}

impl Clause {
    /// The number of patterns.
    pub(super) fn len(&self) -> usize {
        let (Self::Only(patterns) | Self::AllBut(patterns)) = self;
        patterns.len()
    }
}

/// The actions, the condition and the resources of a cell, by their numbers.
pub(super) type Meaning<'p> = (usize, ConditionId, &'p Clause);

/// A cell, with numbers for its patterns and its condition.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    pub(super) cell: &'a Cell,
    /// Every statement that says exactly this.
    pub(super) origins: BTreeSet<StatementRef>,
    pub(super) resources: Clause,
    pub(super) condition: ConditionId,
    /// The place of its actions in [`Problem::action_sets`].
    pub(super) actions: usize,
}

impl Prepared<'_> {
    /// What the cell says. Twins have the same meaning.
    pub(super) fn meaning(&self) -> Meaning<'_> {
        (self.actions, self.condition, &self.resources)
    }
}

/// Cells grouped by what they say, each with its place in its list.
type Alike<'a> = BTreeMap<(usize, ConditionId, Clause), Vec<(usize, &'a Cell)>>;

/// The cells of one permission set.
#[derive(Debug, Default)]
pub(super) struct Side {
    /// A request is granted if one cell of each layer allows it and no cell denies it.
    pub(super) layers: Vec<Vec<CellId>>,
    pub(super) denies: Vec<CellId>,
    /// For each place in [`PermissionSet::allows`], the number of its cell.
    pub(super) places: Vec<CellId>,
}

/// A question about resources, by numbers: do the `covered_by` patterns cover every resource that matches one pattern of
/// each union, among resources of these forms?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Asked {
    pub(super) one_of_each: usize,
    pub(super) covered_by: usize,
    pub(super) forms: FormsId,
}

/// Permission sets, and the answers about their patterns and conditions that were found so far.
#[derive(Debug)]
pub(super) struct Problem<'a> {
    pub(super) cells: Vec<Prepared<'a>>,
    /// Each distinct action set, with the cells that have it.
    pub(super) action_sets: Vec<(&'a ActionSet, Vec<CellId>)>,
    pub(super) sides: Vec<Side>,
    pub(super) patterns: Patterns,
    pub(super) conditions: Conditions,
    pub(super) forms: AllForms,
    pub(super) kinds: Kinds,
    pub(super) apart: BTreeMap<PatternId, Apart>,
    /// Whether any condition tests `aws:RequestedRegion`.
    pub(super) tests_the_region: bool,
    /// Whether any condition tests `aws:ResourceAccount`.
    pub(super) tests_the_account: bool,
    /// The budget of the current question.
    pub(super) budget: Budget,
    pub(super) share: Option<Share>,
    pub(super) unions: Interned<Vec<Vec<PatternId>>>,
    pub(super) covers: Interned<Vec<PatternId>>,
    /// Answers that were found before, and the cost of each.
    pub(super) answered: BTreeMap<Asked, (Reasoned, usize)>,
}

impl<'a> Problem<'a> {
    pub(super) fn of(sets: &[&'a PermissionSet]) -> Self {
        let lists = |set: &&'a PermissionSet| {
            let set: &'a PermissionSet = set;
            let lists = [&set.allows, &set.denies].into_iter();
            lists.chain(&set.bounds).flatten().collect::<Vec<_>>()
        };
        let all: Vec<&'a Cell> = sets.iter().flat_map(lists).collect();
        let action_sets: BTreeSet<&ActionSet> = all.iter().map(|cell| &cell.actions).collect();
        let mut problem = Self {
            cells: Vec::new(),
            action_sets: action_sets
                .iter()
                .map(|actions| (*actions, Vec::new()))
                .collect(),
            sides: Vec::new(),
            patterns: Patterns::default(),
            conditions: Conditions::default(),
            forms: AllForms::default(),
            kinds: Kinds::default(),
            apart: BTreeMap::new(),
            tests_the_region: all
                .iter()
                .any(|cell| cell.condition.tests(REQUESTED_REGION)),
            tests_the_account: all
                .iter()
                .any(|cell| cell.condition.tests(RESOURCE_ACCOUNT)),
            budget: Budget::of(0),
            share: None,
            unions: Interned::default(),
            covers: Interned::default(),
            answered: BTreeMap::new(),
        };
        let patterns: BTreeSet<&ResourcePattern> = all.iter().copied().flat_map(patterns).collect();
        for pattern in patterns {
            problem.patterns.id(pattern);
        }
        let conditions: BTreeSet<ConditionBlock> = all.iter().copied().map(condition).collect();
        for condition in &conditions {
            problem.conditions.id(condition);
        }
        let numbers = action_sets.into_iter().zip(0..).collect();
        for set in sets {
            let allows = problem.alike(&set.allows, &numbers);
            let denies = problem.alike(&set.denies, &numbers);
            let bounds = set.bounds.iter();
            let mut bounds: Vec<Alike<'a>> =
                bounds.map(|cells| problem.alike(cells, &numbers)).collect();
            bounds.sort_by(|one, other| one.keys().cmp(other.keys()));
            let mut places = vec![0; set.allows.len()];
            let layers = std::iter::once(allows).chain(bounds).enumerate();
            let mut side = Side::default();
            for (layer, alike) in layers {
                let mut nowhere = Vec::new();
                let places = if layer == 0 {
                    &mut places
                } else {
                    &mut nowhere
                };
                side.layers.push(problem.add_all(alike, places));
            }
            side.denies = problem.add_all(denies, &mut []);
            side.places = places;
            problem.sides.push(side);
        }
        problem.patterns.all_in_order();
        problem
    }

    /// Groups the cells of a list by what they say, each with its place.
    fn alike(&mut self, cells: &'a [Cell], numbers: &BTreeMap<&'a ActionSet, usize>) -> Alike<'a> {
        let mut alike = Alike::new();
        for placed in cells.iter().enumerate() {
            let (_, cell) = placed;
            let actions = numbers.get(&cell.actions).copied().unwrap_or_default();
            let condition = self.conditions.id(&condition(cell));
            let meaning = (actions, condition, self.clause(&cell.resources));
            alike.entry(meaning).or_default().push(placed);
        }
        alike
    }

    /// Adds one cell for each group, and writes its number at the places of the group's members.
    fn add_all(&mut self, alike: Alike<'a>, places: &mut [CellId]) -> Vec<CellId> {
        let mut ids = Vec::new();
        for ((actions, condition, resources), same) in alike {
            let id = self.cells.len();
            for (place, _) in &same {
                if let Some(place) = places.get_mut(*place) {
                    *place = id;
                }
            }
            let same = || same.iter().map(|(_, cell)| *cell);
            // The members can still differ in how they write the same condition.
            let Some(cell) = same().min_by_key(|cell| (&cell.condition, cell.origin)) else {
                continue;
            };
            if let Some((_, with)) = self.action_sets.get_mut(actions) {
                with.push(id);
            }
            self.cells.push(Prepared {
                cell,
                origins: same().map(|cell| cell.origin).collect(),
                resources,
                condition,
                actions,
            });
            ids.push(id);
        }
        ids
    }

    fn clause(&mut self, resources: &ResourceSet) -> Clause {
        let mut ids = |patterns: &[ResourcePattern]| {
            let mut ids: Vec<PatternId> = Vec::new();
            ids.extend(patterns.iter().map(|pattern| self.patterns.id(pattern)));
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        match resources {
            ResourceSet::Only(patterns) => Clause::Only(ids(patterns)),
            ResourceSet::AllBut(patterns) => Clause::AllBut(ids(patterns)),
            ResourceSet::Attached => Clause::Only(vec![self.patterns.attached()]),
        }
    }

    /// The cell of a number that this problem gave out.
    #[expect(
        clippy::expect_used,
        reason = "numbers are given out by this alone, and nothing is ever taken away"
    )]
    pub(super) fn cell(&self, id: CellId) -> &Prepared<'a> {
        self.cells.get(id).expect("the number was given out")
    }

    /// The kind of an action.
    pub(super) fn kind(&mut self, number: u32, universe: &dyn ActionUniverse) -> KindId {
        self.kinds.of(number, universe, &mut self.forms)
    }

    /// The share of each question. It is fixed when the first question begins.
    fn fixed_share(&mut self) -> Share {
        if let Some(share) = self.share {
            return share;
        }
        let share = Share::among(self.size());
        self.share = Some(share);
        share
    }

    /// Whether there are more questions than time allows. Then nothing is checked.
    pub(super) fn is_too_large(&mut self) -> bool {
        self.fixed_share().part() == 0
    }

    /// The work that one part of a question may take.
    pub(super) fn part(&self) -> usize {
        self.share.map_or(0, Share::part)
    }

    /// Begins a question, with a fresh budget.
    pub(super) fn begin(&mut self) {
        self.budget = Budget::of(self.fixed_share().whole());
    }

    /// Whether some request meets all of `hold` and none of `fail`.
    pub(super) fn can_be(&mut self, hold: &[ConditionId], fail: &[ConditionId]) -> Reasoned {
        if self.has_less_than(TRY) {
            return self.charged(Reasoned::of(Answer::Undecided), TRY, Limit::Conditions);
        }
        let part = self.part();
        let (found, took) = self.conditions.can_be(hold, fail, part);
        self.charged(found, took, Limit::Conditions)
    }

    /// Whether less work than `least` is left. Then a step that costs at least that would be given up anyway, and is not
    /// begun.
    pub(super) fn has_less_than(&self, least: usize) -> bool {
        self.budget.left() < least
    }

    /// Charges the budget for an answer. Returns the answer, or that it was given up if the budget is too small.
    pub(super) fn charged(&mut self, found: Reasoned, took: usize, limit: Limit) -> Reasoned {
        if !self.budget.take(took) {
            self.budget.give_up(limit);
            return Reasoned::given_up(limit);
        }
        self.budget.note(&found);
        found
    }
}

fn patterns(cell: &Cell) -> &[ResourcePattern] {
    match &cell.resources {
        ResourceSet::Only(patterns) | ResourceSet::AllBut(patterns) => patterns,
        ResourceSet::Attached => &[],
    }
}

/// All the requirements of a cell as one condition, in the current policy version. A principal becomes an atom of its own
/// that relates to no other.
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
