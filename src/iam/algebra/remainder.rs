//! Answers, for one action at a time, whether anything of a granted permission is left after other resources are taken away.
//!
//! It is as exact as [`compare`](super::compare): it takes into account `Deny`, boundaries, `NotResource`, conditions and
//! the resource types that an action can act on. The answer is undecided only where one of these leaves it open.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::permissions::{Cell, PermissionSet, ResourceSet};
use super::super::{Action, Answer, ResourcePattern};
use super::cause::{Causes, Limit};
use super::cover::Region;
use super::direction;
use super::forms::Reached;
use super::interned::Interned;
use super::patterns::PatternId;
use super::problem::{CellId, Clause, Problem};
use super::reasoned::Reasoned;
use super::said::{AllSaid, Said, SaidId};
use super::universe::ActionUniverse;

/// The most combinations of statements of the boundaries; beyond that the question is given up.
const MOST_WAYS: usize = 4_096;

/// One element of the `Resource` of an allowing statement, or all that its `NotResource` leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Piece {
    /// The place of the statement's cell in [`PermissionSet::allows`].
    pub cell: usize,
    /// The place of the element in `Resource`; `None` for `NotResource`.
    pub element: Option<usize>,
}

/// A question about a piece: what counts, and what is taken away.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ask<'a> {
    /// Whether denied requests are taken away.
    pub denies: bool,
    /// Whether requests that a boundary does not allow are taken away.
    pub bounds: bool,
    /// Whether resources of any form count. Otherwise only those count that the action can act on by AWS's documentation.
    pub any_form: bool,
    /// Only resources that match one of these count; `None`: all resources.
    pub within: Option<&'a Arc<[ResourcePattern]>>,
    /// Resources that match one of these are taken away.
    pub without: &'a [ResourcePattern],
}

/// The answer to a question about a piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Whether anything is left: yes, no, or undecided.
    pub answer: Answer,
    /// All the reasons why it is undecided; empty if it is decided.
    pub because: Causes,
}

/// The statements that affect whether a piece grants an action.
#[derive(Debug, Clone)]
pub struct Involved<'a> {
    /// Their cells; the granting one comes first.
    pub cells: Vec<&'a Cell>,
    /// Why some of them perhaps have no effect. Only given-up work leaves that open.
    pub because: Causes,
}

/// A question, by numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    cell: CellId,
    /// A pattern of the cell. `None` for all that its `NotResource` leaves, and for a statement without `Resource`.
    pattern: Option<PatternId>,
    said: SaidId,
    any_form: bool,
    /// The numbers of lists of patterns.
    within: Option<usize>,
    without: usize,
}

/// Identifies actions that get the same answers from a [`Remainder`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Likeness(SaidId);

/// A permission set, prepared for questions about its pieces.
#[derive(Debug)]
pub struct Remainder<'a> {
    set: &'a PermissionSet,
    problem: Problem<'a>,
    said: AllSaid,
    lists: Interned<Vec<PatternId>>,
    /// The lists of the last question; the next question mostly has the same.
    last_within: Option<(Arc<[ResourcePattern]>, usize)>,
    last_without: Option<(Vec<ResourcePattern>, usize)>,
    known: BTreeMap<Key, Left>,
}

impl<'a> Remainder<'a> {
    /// Prepares a permission set for questions.
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
            set,
            problem: Problem::of(&[set]),
            said: AllSaid::default(),
            lists: Interned::default(),
            last_within: None,
            last_without: None,
            known: BTreeMap::new(),
        }
    }

    /// Sets a fixed share of work for each question.
    #[cfg(test)]
    pub(super) fn sharing(mut self, share: super::share::Share) -> Self {
        self.problem.share = Some(share);
        self
    }

    /// Whether anything of a piece is left for an action. `universe` must be the catalogue that the set was made with.
    ///
    /// The answer does not depend on earlier questions. It is no if the piece does not exist.
    pub fn left(
        &mut self,
        piece: Piece,
        action: &Action,
        ask: &Ask<'_>,
        universe: &dyn ActionUniverse,
    ) -> Left {
        let Some(cell) = self.cell(piece) else {
            return Left::of(Reasoned::of(Answer::No));
        };
        if self.problem.is_too_large() {
            return Left::of(Reasoned::given_up(Limit::Patterns));
        }
        let said = self.said.of(action, &mut self.problem, universe);
        let pattern = self.pattern(piece);
        let said = said.with(ask.denies, ask.bounds);
        if !ask.any_form
            && let (Some(pattern), Some(kind)) = (pattern, self.said.get(said).kind)
            && self.problem.is_apart(pattern, kind)
        {
            return Left::of(Reasoned::of(Answer::No));
        }
        let within = ask.within.map(|patterns| self.within(patterns));
        let key = Key {
            cell,
            pattern,
            said,
            any_form: ask.any_form,
            within,
            without: self.without(ask.without),
        };
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        self.problem.begin();
        let begun = self.problem.budget.begin();
        let left = self.search(key);
        let left = Left::of(self.problem.budget.end(begun, left));
        self.known.insert(key, left.clone());
        left
    }

    /// Whether some request meets the conditions of a piece's statement. Returns `true` if that is given up.
    pub fn can_hold(&mut self, piece: Piece) -> bool {
        let Some(cell) = self.cell(piece) else {
            return false;
        };
        let condition = self.problem.cell(cell).condition;
        self.problem.begin();
        !self.problem.can_be(&[condition], &[]).answer.is_no()
    }

    /// The statements that affect whether a piece grants an action: first its own, then those of boundaries, then those that
    /// deny some of it. Statements that say the same are listed once.
    pub fn involved(
        &mut self,
        piece: Piece,
        action: &Action,
        universe: &dyn ActionUniverse,
    ) -> Involved<'a> {
        let said = self.said.of(action, &mut self.problem, universe).whole;
        let said = self.said.get(said);
        let mut involved = Involved {
            cells: Vec::new(),
            because: Causes::default(),
        };
        let (Some(own), Some(id)) = (self.set.allows.get(piece.cell), self.cell(piece)) else {
            return involved;
        };
        involved.cells.push(own);
        let pattern = self.pattern(piece);
        let region =
            Region::default().within(&self.chosen(id, pattern), self.problem.cell(id).condition);
        self.problem.begin();
        for &cell in said.bounds.iter().flatten().chain(&said.denies) {
            if direction::meets(&mut self.problem, &region, cell) {
                involved.cells.push(self.problem.cell(cell).cell);
            }
        }
        involved.because = self.problem.budget.given_up();
        involved
    }

    /// Identifies actions by what the policies say about them: if two actions have the same likeness, a piece grants the
    /// same for both.
    pub fn likeness(&mut self, action: &Action, universe: &dyn ActionUniverse) -> Likeness {
        Likeness(self.said.of(action, &mut self.problem, universe).whole)
    }

    fn cell(&self, piece: Piece) -> Option<CellId> {
        let places = &self.problem.sides.first()?.places;
        places.get(piece.cell).copied()
    }

    /// The pattern of a piece; `None` if the piece is all resources of its cell.
    fn pattern(&self, piece: Piece) -> Option<PatternId> {
        match &self.set.allows.get(piece.cell)?.resources {
            ResourceSet::Only(patterns) => {
                let pattern = patterns.get(piece.element?)?;
                self.problem.patterns.number(pattern)
            }
            ResourceSet::AllBut(_) | ResourceSet::Attached => None,
        }
    }

    /// The resources of a piece.
    fn chosen(&self, cell: CellId, pattern: Option<PatternId>) -> Clause {
        pattern.map_or_else(
            || self.problem.cell(cell).resources.clone(),
            |pattern| Clause::Only(vec![pattern]),
        )
    }

    /// The number of the list that resources are limited to. It may have hundreds of patterns and is the same for a whole
    /// statement, so the list itself is recognised and not what it holds.
    fn within(&mut self, patterns: &Arc<[ResourcePattern]>) -> usize {
        if let Some((last, number)) = &self.last_within
            && Arc::ptr_eq(last, patterns)
        {
            return *number;
        }
        let number = self.list(patterns);
        self.last_within = Some((Arc::clone(patterns), number));
        number
    }

    /// The number of the list of what is taken away.
    fn without(&mut self, patterns: &[ResourcePattern]) -> usize {
        if let Some((last, number)) = &self.last_without
            && last == patterns
        {
            return *number;
        }
        let number = self.list(patterns);
        // A list of one pattern is made anew as quickly as it is compared.
        if patterns.len() > 1 {
            self.last_without = Some((patterns.to_vec(), number));
        }
        number
    }

    /// The number of a list of patterns.
    fn list(&mut self, patterns: &[ResourcePattern]) -> usize {
        let mut ids: Vec<PatternId> = patterns
            .iter()
            .map(|pattern| self.problem.patterns.id(pattern))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        self.lists.id(ids)
    }

    fn search(&mut self, key: Key) -> Reasoned {
        let said = self.said.get(key.said);
        let Some(regions) = self.regions(key, &said) else {
            return Reasoned::given_up(Limit::Patterns);
        };
        let reached = said.kind.map(|kind| self.problem.kinds.reached(kind));
        let reached = match reached {
            Some(Reached::Forms(_)) if key.any_form => None,
            Some(_) | None => reached,
        };
        let reached = reached.unwrap_or(Reached::Forms(self.problem.forms.any()));
        let mut covered = Reasoned::of(Answer::Yes);
        for region in regions {
            let found = self.problem.covers_reached(&region, &said.denies, reached);
            covered = covered.and(found);
            if covered.answer.is_no() {
                break;
            }
        }
        covered.negate()
    }

    /// The requests of a piece, one region for each combination of boundary statements that allow it. `None` if there are
    /// too many.
    fn regions(&self, key: Key, said: &Said) -> Option<Vec<Region>> {
        let condition = self.problem.cell(key.cell).condition;
        let chosen = self.chosen(key.cell, key.pattern);
        let mut region = Region::default().within(&chosen, condition);
        let within = key.within.map(|list| self.lists.get(list).to_vec());
        region.one_of_each.extend(within);
        region.none_of.extend(self.lists.get(key.without).iter());
        let mut regions = vec![region];
        for layer in &said.bounds {
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
}

impl Left {
    fn of(found: Reasoned) -> Self {
        Self {
            answer: found.answer,
            because: found.because,
        }
    }
}
