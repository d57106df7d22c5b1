//! What of granted permissions is left, action by action, once what is accounted for is taken away.
//!
//! Exact as [`compare`](super::compare) is: `Deny`, boundaries, `NotResource`, conditions and what kinds of resource an
//! action can act on are taken into account, and the answer is undecided only where one of them leaves it open.

use std::collections::BTreeMap;

use super::super::action_set::ActionSet;
use super::super::permissions::{Cell, PermissionSet, ResourceSet};
use super::super::{Action, Answer, ResourcePattern};
use super::budget::Budget;
use super::cause::{Causes, Limit};
use super::cover::Region;
use super::direction;
use super::patterns::PatternId;
use super::problem::{CellId, Clause, Problem};
use super::reasoned::Reasoned;
use super::shape::Shape;
use super::universe::{ActionUniverse, Reach};

/// Machine words that one question may touch: some hundredths of a second, so that one intricate statement does not keep
/// others from being decided.
const QUESTION_BUDGET: usize = 1 << 24;

/// Machine words that all questions about one permission set may touch: some seconds.
const BUDGET: usize = 1 << 30;

/// Ways through the statements of boundaries that are looked at before a question is given up.
const MOST_WAYS: usize = 4_096;

/// One element of an allowing statement's `Resource`, or all that its `NotResource` leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Piece {
    /// The place of the statement's cell in [`PermissionSet::allows`].
    pub cell: usize,
    /// The place of the element in `Resource`; `None` for `NotResource`.
    pub element: Option<usize>,
}

/// What is asked of a piece.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ask<'a> {
    /// Whether what is denied is taken away.
    pub denies: bool,
    /// Whether what a boundary does not allow is taken away.
    pub bounds: bool,
    /// Whether resources of any form count, not only those that the action can act on by its documentation.
    pub any_form: bool,
    /// Only what one of these matches counts; `None`: everything.
    pub within: Option<&'a [ResourcePattern]>,
    /// What one of these matches is taken away.
    pub without: &'a [ResourcePattern],
}

/// Whether something is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Yes, no, or undecided.
    pub answer: Answer,
    /// All the reasons why it is undecided, where it is.
    pub because: Causes,
}

/// The statements that have a say in something.
#[derive(Debug, Clone)]
pub struct Involved<'a> {
    /// Their cells: the granting one first.
    pub cells: Vec<&'a Cell>,
    /// Why some of them perhaps have no say: only work that was given up makes that unknown.
    pub because: Causes,
}

/// What was asked, in numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    piece: Piece,
    kind: Option<Vec<usize>>,
    any_form: bool,
    denies: Vec<CellId>,
    bounds: Vec<Vec<CellId>>,
    within: Option<Vec<PatternId>>,
    without: Vec<PatternId>,
}

/// What tells actions apart in the questions that are asked of a [`Remainder`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Likeness {
    kind: Option<Vec<usize>>,
    others: Vec<CellId>,
}

/// A permission set of which questions are asked.
#[derive(Debug)]
pub struct Remainder<'a> {
    problem: Problem<'a>,
    known: BTreeMap<Key, Left>,
    reaches: BTreeMap<Vec<usize>, Reach>,
    budget: usize,
}

impl<'a> Remainder<'a> {
    /// Makes a permission set ready.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    /// use aws_least_privilege::iam::algebra::{Ask, Piece, Remainder};
    /// use aws_least_privilege::iam::permissions::PermissionSet;
    /// use aws_least_privilege::iam::{Answer, PolicyDocument, ResourcePattern, Version};
    ///
    /// let catalog = Catalog::embedded();
    /// let policy = PolicyDocument::parse(r#"{"Version": "2012-10-17", "Statement": [
    ///     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*"},
    ///     {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::orders/private/*"}]}"#, "policy.json")?;
    /// let set = PermissionSet::from_documents(&[&policy], catalog);
    /// let mut remainder = Remainder::of(&set);
    /// let mut left = |needed: &str| {
    ///     let needed = [ResourcePattern::new(needed, Version::V2012)];
    ///     let ask = Ask { denies: true, without: &needed, ..Ask::default() };
    ///     let piece = Piece { cell: 0, element: Some(0) };
    ///     remainder.left(piece, &"s3:GetObject".parse().unwrap(), &ask, catalog).answer
    /// };
    /// assert_eq!(left("arn:aws:s3:::orders/*"), Answer::No);
    /// assert_eq!(left("arn:aws:s3:::orders/public/*"), Answer::Yes);
    /// # Ok::<(), aws_least_privilege::iam::PolicyError>(())
    /// ```
    pub fn of(set: &'a PermissionSet) -> Self {
        Self {
            problem: Problem::of(&[set]),
            known: BTreeMap::new(),
            reaches: BTreeMap::new(),
            budget: BUDGET,
        }
    }

    /// Whether anything of a piece is left for an action. `universe` must be the one that the set was made with.
    pub fn left(
        &mut self,
        piece: Piece,
        action: &Action,
        ask: &Ask<'_>,
        universe: &dyn ActionUniverse,
    ) -> Left {
        let number = universe.number(action);
        let speaking = |problem: &Problem<'_>, cells: &[CellId]| -> Vec<CellId> {
            let speaks = |cell: &&CellId| {
                let actions = &problem.cell(**cell).cell.actions;
                speaks_of(actions, action, number, universe)
            };
            cells.iter().filter(speaks).copied().collect()
        };
        let side = self.problem.sides.first();
        let (denies, layers) = side.map_or_else(Default::default, |side| {
            let denies = if ask.denies {
                side.denies.clone()
            } else {
                Vec::new()
            };
            let layers = if ask.bounds {
                side.layers.get(1..)
            } else {
                None
            };
            (denies, layers.unwrap_or_default().to_vec())
        });
        let key = Key {
            piece,
            kind: number.map(|number| universe.kind(number)),
            any_form: ask.any_form,
            denies: speaking(&self.problem, &denies),
            bounds: layers
                .iter()
                .map(|layer| speaking(&self.problem, layer))
                .collect(),
            within: ask.within.map(|patterns| self.ids(patterns)),
            without: self.ids(ask.without),
        };
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let reach = match (&key.kind, number) {
            (Some(kind), Some(number)) => self
                .reaches
                .entry(kind.clone())
                .or_insert_with(|| universe.reach(number))
                .clone(),
            _ => Reach::Unknown,
        };
        self.problem.budget = Budget::of(self.budget.min(QUESTION_BUDGET));
        let before = self.problem.budget.left();
        let begun = self.problem.budget.begin();
        let left = self.search(&key, &reach);
        let left = self.problem.budget.end(begun, left);
        let left = Left {
            answer: left.answer,
            because: left.because,
        };
        self.budget -= before - self.problem.budget.left();
        self.known.insert(key, left.clone());
        left
    }

    /// Whether some request meets the conditions of a piece's statement.
    pub fn can_hold(&mut self, piece: Piece) -> bool {
        let condition = self.problem.cell(piece.cell).condition;
        self.problem.budget = Budget::of(QUESTION_BUDGET);
        let possible = self
            .problem
            .conditions
            .can_be(&[condition], &[], &mut self.problem.budget);
        !possible.answer.is_no()
    }

    /// The statements that have a say in whether a piece grants an action: its own first, then those of boundaries, then
    /// those that deny some of it.
    pub fn involved(
        &mut self,
        piece: Piece,
        action: &Action,
        universe: &dyn ActionUniverse,
    ) -> Involved<'a> {
        let others = self.others(action, universe);
        let own = self.chosen(piece);
        let region = Region::default().within(&own, self.problem.cell(piece.cell).condition);
        self.problem.budget = Budget::of(QUESTION_BUDGET);
        let mut cells = vec![self.problem.cell(piece.cell).cell];
        for cell in others {
            if direction::meets(&mut self.problem, &region, cell) {
                cells.push(self.problem.cell(cell).cell);
            }
        }
        Involved {
            cells,
            because: self.problem.budget.given_up(),
        }
    }

    /// What tells actions apart here: all that a piece grants of two that are alike, it grants of both or of neither.
    pub fn likeness(&self, action: &Action, universe: &dyn ActionUniverse) -> Likeness {
        Likeness {
            kind: universe.number(action).map(|number| universe.kind(number)),
            others: self.others(action, universe),
        }
    }

    /// The cells of boundaries and denials that speak of an action.
    fn others(&self, action: &Action, universe: &dyn ActionUniverse) -> Vec<CellId> {
        let number = universe.number(action);
        let side = self.problem.sides.first();
        let cells = side.into_iter().flat_map(|side| {
            let layers = side.layers.iter().skip(1).flatten();
            layers.chain(&side.denies).copied()
        });
        let speaks = |cell: &CellId| {
            let actions = &self.problem.cell(*cell).cell.actions;
            speaks_of(actions, action, number, universe)
        };
        cells.filter(speaks).collect()
    }

    /// The resources of a piece.
    fn chosen(&self, piece: Piece) -> Clause {
        let own = self.problem.cell(piece.cell);
        let element = |element| match &own.cell.resources {
            ResourceSet::Only(patterns) => patterns.get(element),
            ResourceSet::AllBut(_) | ResourceSet::Attached => None,
        };
        let pattern = piece.element.and_then(element);
        let pattern = pattern.and_then(|pattern| self.problem.patterns.number(pattern));
        pattern.map_or_else(
            || own.resources.clone(),
            |pattern| Clause::Only(vec![pattern]),
        )
    }

    fn ids(&mut self, patterns: &[ResourcePattern]) -> Vec<PatternId> {
        let mut ids: Vec<PatternId> = patterns
            .iter()
            .map(|pattern| self.problem.patterns.id(pattern))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    fn search(&mut self, key: &Key, reach: &Reach) -> Reasoned {
        let Some(regions) = self.regions(key) else {
            return Reasoned::given_up(Limit::Patterns);
        };
        let mut covered = Reasoned::of(Answer::Yes);
        for region in regions {
            covered = covered.and(self.covered(&region, key, reach));
            if covered.answer.is_no() {
                break;
            }
        }
        covered.negate()
    }

    /// The piece, once for each way in which every boundary allows something of it.
    fn regions(&self, key: &Key) -> Option<Vec<Region>> {
        let condition = self.problem.cell(key.piece.cell).condition;
        let mut region = Region::default().within(&self.chosen(key.piece), condition);
        region.one_of_each.extend(key.within.clone());
        region.none_of.extend(&key.without);
        let mut regions = vec![region];
        for layer in &key.bounds {
            if regions.len().saturating_mul(layer.len()) > MOST_WAYS {
                return None;
            }
            let within = |region: &Region| {
                let ways = layer.iter().map(|cell| {
                    let bound = self.problem.cell(*cell);
                    region.clone().within(&bound.resources, bound.condition)
                });
                ways.collect::<Vec<_>>()
            };
            regions = regions.iter().flat_map(within).collect();
        }
        Some(regions)
    }

    fn covered(&mut self, region: &Region, key: &Key, reach: &Reach) -> Reasoned {
        let mut covers = |forms: &[Shape]| self.problem.covers(region, &key.denies, forms);
        match reach {
            Reach::Unknown => covers(&[]),
            Reach::Forms(_) if key.any_form => covers(&[]),
            Reach::Forms(forms) => covers(forms),
            Reach::EitherForms(one, other) => {
                let one = covers(one);
                direction::either(&one, &covers(other))
            }
        }
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
