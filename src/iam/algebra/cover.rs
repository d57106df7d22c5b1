//! Whether a region (resources, under conditions) lies within what certain cells speak of, whatever the request.

use std::collections::BTreeMap;

use super::super::Answer;
use super::cause::Limit;
use super::conditions::ConditionId;
use super::patterns::PatternId;
use super::problem::{CellId, Clause, Problem};
use super::reasoned::Reasoned;
use super::resources::{Forms, Question};

/// Ways for conditions to hold or not that are looked at before a question is given up.
const MOST_WAYS: usize = 64;

/// Resources under conditions.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Region {
    /// A resource matches one pattern of each of these,
    pub(super) one_of_each: Vec<Vec<PatternId>>,
    /// and none of these,
    pub(super) none_of: Vec<PatternId>,
    /// and these hold.
    pub(super) conditions: Vec<ConditionId>,
}

impl Region {
    /// The part of it that a cell speaks of.
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
    /// Whether every request of the region is one that one of the cells speaks of.
    pub(super) fn covers(&mut self, region: &Region, cells: &[CellId], forms: &Forms) -> Reasoned {
        let before = self.budget.begin();
        let covered = self.covered(region, cells, forms);
        self.budget.end(before, covered)
    }

    fn covered(&mut self, region: &Region, cells: &[CellId], forms: &Forms) -> Reasoned {
        if cells.iter().any(|cell| self.plainly_covers(region, *cell)) {
            return Reasoned::of(Answer::Yes);
        }
        let possible = self
            .conditions
            .can_be(&region.conditions, &[], &mut self.budget);
        if possible.answer.is_no() {
            return Reasoned::of(Answer::Yes);
        }
        let (mut certain, mut open) = (Vec::new(), Vec::new());
        for (condition, same) in self.by_condition(cells) {
            let fails = self
                .conditions
                .can_be(&region.conditions, &[condition], &mut self.budget);
            if fails.answer.is_no() {
                certain.extend(same);
                continue;
            }
            let both = [region.conditions.as_slice(), &[condition]].concat();
            let holds = self.conditions.can_be(&both, &[], &mut self.budget);
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

    /// Cells with the same condition together, in order.
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

    /// Whether a cell lists what the region is made of, and asks for no more.
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

    /// Looks for a way for the conditions to hold or not in which something is left over.
    fn ways(
        &mut self,
        region: &Region,
        certain: &[CellId],
        open: &[(ConditionId, Vec<CellId>)],
        forms: &Forms,
    ) -> Reasoned {
        let mut answer = Reasoned::of(Answer::Yes);
        // Which of the first few hold; all that come behind them are taken to fail.
        let mut ways: Vec<Vec<bool>> = vec![Vec::new()];
        let mut looked_at = 0;
        while let Some(way) = ways.pop() {
            looked_at += 1;
            if looked_at > MOST_WAYS || self.budget.is_spent() {
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
            if self
                .conditions
                .can_be(&hold, &fail, &mut self.budget)
                .answer
                .is_no()
            {
                continue;
            }
            let covered = self.resources(region, &cells, forms);
            if covered.answer.is_yes() {
                continue;
            }
            fail.extend(open.iter().skip(way.len()).map(|(condition, _)| *condition));
            let possible = self.conditions.can_be(&hold, &fail, &mut self.budget);
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

    fn resources(&mut self, region: &Region, cells: &[CellId], forms: &Forms) -> Reasoned {
        let mut question = Question {
            one_of_each: region.one_of_each.iter().map(Vec::as_slice).collect(),
            covered_by: region.none_of.clone(),
        };
        for cell in cells {
            match self.cells.get(*cell).map(|cell| &cell.resources) {
                Some(Clause::Only(patterns)) => question.covered_by.extend(patterns),
                // What is left over has to match one of those that the cell excludes.
                Some(Clause::AllBut(patterns)) => question.one_of_each.push(patterns),
                None => {}
            }
        }
        question.covered_by.sort_unstable();
        question.covered_by.dedup();
        if !self.budget.take(question.covered_by.len() + 16) {
            return Reasoned::given_up(Limit::Patterns);
        }
        let key = (
            question
                .one_of_each
                .iter()
                .map(|union| union.to_vec())
                .collect(),
            question.covered_by.clone(),
            forms.to_vec(),
        );
        if let Some(known) = self.answered.get(&key) {
            self.budget.note(known);
            return known.clone();
        }
        let before = self.budget.begin();
        let answer = question.answer(forms, &self.patterns, &mut self.budget);
        let answer = self.budget.end(before, answer);
        self.answered.insert(key, answer.clone());
        answer
    }
}

/// What is left over counts only where the region's conditions can hold at all.
fn without_doubt(covered: Reasoned, possible: &Reasoned) -> Reasoned {
    if covered.answer.is_no() && !possible.answer.is_yes() {
        possible.clone()
    } else {
        covered
    }
}
