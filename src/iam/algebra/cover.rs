//! Decides whether some cells cover a region: whether each request of the region matches the resources and the condition of
//! at least one of the cells.

use std::collections::BTreeMap;

use super::super::Answer;
use super::budget::Budget;
use super::cause::{Cause, Limit};
use super::conditions::ConditionId;
use super::forms::{FormsId, Reached};
use super::patterns::PatternId;
use super::problem::{Asked, CellId, Clause, Problem};
use super::reasoned::Reasoned;
use super::resources::Question;

/// The most combinations of conditions that hold and fail; beyond that the question is given up.
const MOST_WAYS: usize = 64;

/// The fixed cost of a question about resources.
const LOOK: usize = 16;

/// A set of requests: resources, under conditions.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Region {
    /// The resource matches one pattern of each of these unions,
    pub(super) one_of_each: Vec<Vec<PatternId>>,
    /// and none of these patterns,
    pub(super) none_of: Vec<PatternId>,
    /// and the request meets these conditions.
    pub(super) conditions: Vec<ConditionId>,
}

impl Region {
    /// The part of the region that a cell with this resource clause and this condition matches too.
    pub(super) fn within(mut self, clause: &Clause, condition: ConditionId) -> Self {
        match clause {
            Clause::Only(patterns) => self.one_of_each.push(patterns.clone()),
            Clause::AllBut(patterns) => self.none_of.extend(patterns),
        }
        self.conditions.push(condition);
        self
    }
}

impl Problem<'_> {
    /// Whether each request of the region matches one of the cells, for resources of these forms.
    pub(super) fn covers(&mut self, region: &Region, cells: &[CellId], forms: FormsId) -> Reasoned {
        let before = self.budget.begin();
        let cells = self.near(region, cells);
        let covered = self.covered(region, &cells, forms);
        self.budget.end(before, covered)
    }

    /// Whether each request of the region matches one of the cells, for resources that an action can act on.
    pub(super) fn covers_reached(
        &mut self,
        region: &Region,
        cells: &[CellId],
        reached: Reached,
    ) -> Reasoned {
        match reached {
            Reached::Forms(forms) => self.covers(region, cells, forms),
            Reached::Either(one, other) => {
                let one = self.covers(region, cells, one);
                either(&one, &self.covers(region, cells, other))
            }
        }
    }

    fn covered(&mut self, region: &Region, cells: &[CellId], forms: FormsId) -> Reasoned {
        if cells.iter().any(|cell| self.plainly_covers(region, *cell)) {
            return Reasoned::of(Answer::Yes);
        }
        let possible = self.can_be(&region.conditions, &[]);
        if possible.answer.is_no() {
            return Reasoned::of(Answer::Yes);
        }
        let (mut certain, mut open) = (Vec::new(), Vec::new());
        for (condition, same) in self.by_condition(cells) {
            let fails = self.can_be(&region.conditions, &[condition]);
            if fails.answer.is_no() {
                certain.extend(same);
                continue;
            }
            let both = [region.conditions.as_slice(), &[condition]].concat();
            let holds = self.can_be(&both, &[]);
            if !holds.answer.is_no() {
                open.push((condition, same));
            }
        }
        let without = self.resources(region, &certain, forms);
        if without.answer.is_yes() || open.is_empty() {
            return without_doubt(without, &possible);
        }
        let all: Vec<CellId> = open
            .iter()
            .flat_map(|(_, cells)| cells)
            .chain(&certain)
            .copied()
            .collect();
        let with_all = self.resources(region, &all, forms);
        if with_all.answer.is_no() {
            return without_doubt(with_all, &possible);
        }
        self.ways(region, &certain, &open, forms)
    }

    /// The cells that remain after those whose resources plainly differ from the region's are removed.
    fn near(&self, region: &Region, cells: &[CellId]) -> Vec<CellId> {
        // For long unions the check takes as long as the work that it spares.
        let unions = || region.one_of_each.iter().filter(|union| union.len() == 1);
        let is_near = |cell: &CellId| {
            let resources = &self.cell(*cell).resources;
            let mut patterns = unions().flatten();
            !patterns.any(|pattern| self.speaks_of_others(resources, *pattern))
        };
        cells.iter().copied().filter(is_near).collect()
    }

    /// Whether it is plain from the text that a resource clause and a pattern have no resource in common.
    pub(super) fn speaks_of_others(&self, clause: &Clause, pattern: PatternId) -> bool {
        let known = self.patterns.get(pattern);
        match clause {
            Clause::Only(patterns) => {
                let mut patterns = patterns.iter();
                patterns.all(|own| self.patterns.get(*own).is_apart(known))
            }
            Clause::AllBut(_) => false,
        }
    }

    /// Groups cells by their condition, in the order of the cells.
    fn by_condition(&self, cells: &[CellId]) -> Vec<(ConditionId, Vec<CellId>)> {
        let mut groups: Vec<(ConditionId, Vec<CellId>)> = Vec::new();
        let mut places: BTreeMap<ConditionId, usize> = BTreeMap::new();
        for &cell in cells {
            let condition = self.cell(cell).condition;
            let place = *places.entry(condition).or_insert(groups.len());
            match groups.get_mut(place) {
                Some((_, same)) => same.push(cell),
                None => groups.push((condition, vec![cell])),
            }
        }
        groups
    }

    /// Whether a cell lists a whole union of the region (or excludes no more than the region does) and adds no condition.
    fn plainly_covers(&self, region: &Region, cell: CellId) -> bool {
        let cell = self.cell(cell);
        if !region.conditions.contains(&cell.condition) && !self.conditions.is_empty(cell.condition)
        {
            return false;
        }
        match &cell.resources {
            Clause::Only(patterns) => region.one_of_each.iter().any(|union| {
                let listed = |own| patterns.binary_search(own).is_ok();
                union.iter().all(listed)
            }),
            Clause::AllBut(patterns) => patterns.iter().all(|own| region.none_of.contains(own)),
        }
    }

    /// Searches the combinations of conditions that hold and fail for one in which part of the region is not covered.
    fn ways(
        &mut self,
        region: &Region,
        certain: &[CellId],
        open: &[(ConditionId, Vec<CellId>)],
        forms: FormsId,
    ) -> Reasoned {
        let mut answer = Reasoned::of(Answer::Yes);
        // Each entry says which of the first few conditions hold; the conditions after them are assumed to fail.
        let mut ways: Vec<Vec<bool>> = vec![Vec::new()];
        let mut looked_at = 0;
        while let Some(way) = ways.pop() {
            looked_at += 1;
            if looked_at > MOST_WAYS {
                return Reasoned::given_up(Limit::Conditions);
            }
            let mut hold = region.conditions.clone();
            let (mut fail, mut cells) = (Vec::new(), certain.to_vec());
            for ((condition, theirs), holds) in open.iter().zip(&way) {
                if *holds {
                    hold.push(*condition);
                    cells.extend(theirs);
                } else {
                    fail.push(*condition);
                }
            }
            if self.can_be(&hold, &fail).answer.is_no() {
                continue;
            }
            let covered = self.resources(region, &cells, forms);
            if covered.answer.is_yes() {
                continue;
            }
            fail.extend(open.iter().skip(way.len()).map(|(condition, _)| *condition));
            let possible = self.can_be(&hold, &fail);
            let found = match (possible.answer, covered.answer) {
                (Answer::Yes, Answer::No) => return covered,
                (Answer::No, _) if way.len() == open.len() => continue,
                (Answer::Undecided, Answer::Undecided) => possible.and(covered),
                (Answer::Undecided, _) => possible,
                (Answer::No | Answer::Yes, _) => covered,
            };
            if way.len() == open.len() {
                answer = answer.and(found);
                continue;
            }
            for holds in [true, false] {
                ways.push(way.iter().copied().chain([holds]).collect());
            }
        }
        answer
    }

    fn resources(&mut self, region: &Region, cells: &[CellId], forms: FormsId) -> Reasoned {
        if self.has_less_than(LOOK) {
            return self.charged(Reasoned::of(Answer::Undecided), LOOK, Limit::Patterns);
        }
        let mut one_of_each = region.one_of_each.clone();
        let mut covered_by = region.none_of.clone();
        for cell in cells {
            match self.cells.get(*cell).map(|cell| &cell.resources) {
                Some(Clause::Only(patterns)) => covered_by.extend(patterns),
                // To be uncovered, a resource must match a pattern that the cell excludes.
                Some(Clause::AllBut(patterns)) => one_of_each.push(patterns.clone()),
                None => {}
            }
        }
        one_of_each.sort_by(|one, other| (one.len(), one).cmp(&(other.len(), other)));
        one_of_each.dedup();
        covered_by.sort_unstable();
        covered_by.dedup();
        let look = covered_by.len() + LOOK;
        let asked = Asked {
            one_of_each: self.unions.id(one_of_each),
            covered_by: self.covers.id(covered_by),
            forms,
        };
        let (found, took) = match self.answered.get(&asked) {
            Some(known) => known.clone(),
            None => self.answer(asked),
        };
        self.charged(found, look + took, Limit::Patterns)
    }

    /// Answers a question about resources and remembers the answer with its cost.
    fn answer(&mut self, asked: Asked) -> (Reasoned, usize) {
        let one_of_each = self.unions.get(asked.one_of_each);
        let mut covered_by = self.covers.get(asked.covered_by).to_vec();
        self.patterns.sort(&mut covered_by);
        let question = Question {
            one_of_each: one_of_each.iter().map(Vec::as_slice).collect(),
            covered_by,
        };
        let part = self.part();
        let mut budget = Budget::of(part);
        let before = budget.begin();
        let forms = self.forms.get(asked.forms);
        let answer = question.answer(&forms, &self.patterns, &mut budget);
        let found = (budget.end(before, answer), part - budget.left());
        self.answered.insert(asked, found.clone());
        found
    }
}

/// Combines the answers of two readings, when AWS does not document which one is right.
fn either(one: &Reasoned, other: &Reasoned) -> Reasoned {
    if one.answer == other.answer {
        return one.clone().and(other.clone());
    }
    let causes = one.because.clone().and(other.because.clone());
    Reasoned::undecided(causes.and(Cause::WithoutResourceTypes.into()))
}

/// An uncovered resource counts only if some request can meet the region's conditions.
fn without_doubt(covered: Reasoned, possible: &Reasoned) -> Reasoned {
    if covered.answer.is_no() && !possible.answer.is_yes() {
        possible.clone()
    } else {
        covered
    }
}
