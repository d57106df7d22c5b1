//! Decides whether every resource that matches certain patterns together also matches one of some other patterns.
//!
//! What a pattern with a policy variable matches depends on the request, and AWS does not document what some patterns match.
//! Such a pattern covers itself. Beyond that, both its widest and its narrowest reading are compared, and the answer is
//! undecided if they disagree.

use std::collections::BTreeSet;

use super::super::Answer;
use super::budget::Budget;
use super::cause::{Causes, Limit};
use super::forms::Form;
use super::patterns::{Certainty, Known, PatternId, Patterns};
use super::reasoned::Reasoned;
use super::shape::{Alphabet, Reading, Shape};
use super::walk;

/// The most ways to choose one pattern of each union; beyond that the question is given up.
const MOST_ALTERNATIVES: usize = 2_048;

/// Asks whether the resources that match one pattern of each of several unions are all matched by some other patterns.
#[derive(Debug, Clone)]
pub(super) struct Question<'a> {
    /// The resources match one pattern of each of these unions.
    pub(super) one_of_each: Vec<&'a [PatternId]>,
    /// Does each resource match one of these?
    pub(super) covered_by: Vec<PatternId>,
}

impl Question<'_> {
    /// The answer for resources of these forms. An empty list stands for any form.
    pub(super) fn answer(
        &self,
        forms: &[Form],
        patterns: &Patterns,
        budget: &mut Budget,
    ) -> Reasoned {
        let Some((last, unions)) = self.one_of_each.split_last() else {
            return self.one(&[], forms, patterns, budget);
        };
        let Some(alternatives) = alternatives(unions, patterns, budget) else {
            return Reasoned::given_up(Limit::Patterns);
        };
        // Mostly one of the first ways decides, and a union may have hundreds of patterns: so the ways of the last union are
        // made one by one.
        let mut answer = Reasoned::of(Answer::Yes);
        let mut asked = BTreeSet::new();
        for chosen in alternatives {
            for &more in *last {
                let Some(together) = narrowed(&chosen, more, patterns, budget) else {
                    continue;
                };
                if asked.contains(&together) {
                    continue;
                }
                if asked.len() == MOST_ALTERNATIVES {
                    return Reasoned::given_up(Limit::Patterns);
                }
                answer = answer.and(self.one(&together, forms, patterns, budget));
                if answer.answer.is_no() {
                    return answer;
                }
                asked.insert(together);
            }
        }
        answer
    }

    fn one(
        &self,
        chosen: &[PatternId],
        forms: &[Form],
        patterns: &Patterns,
        budget: &mut Budget,
    ) -> Reasoned {
        if chosen.iter().any(|own| self.covered_by.contains(own)) {
            return Reasoned::of(Answer::Yes);
        }
        let chosen: Vec<&Known> = chosen.iter().map(|id| patterns.get(*id)).collect();
        // A pattern without a resource in common cannot help to cover.
        let meets = |own: &&Known| {
            let mut chosen = chosen.iter();
            !chosen.any(|other| own.is_apart(other))
        };
        let covered_by = self.covered_by.iter().map(|id| patterns.get(*id));
        let covered_by: Vec<&Known> = covered_by.filter(meets).collect();
        let of = |certainties: &[Certainty]| -> Vec<&Known> {
            let known = covered_by.iter().copied();
            known
                .filter(|known| certainties.contains(&known.certainty))
                .collect()
        };
        let certain = of(&[Certainty::Exact, Certainty::Variable]);
        let open = || {
            let both = chosen.iter().chain(&covered_by);
            both.filter(|known| !matches!(known.certainty, Certainty::Exact | Certainty::Never))
        };
        if open().next().is_none() {
            let left = Left(&chosen, Known::shape_in);
            return of_walk(in_forms(&left, forms, &certain, Reading::Fresh, budget));
        }
        let shapes: Vec<&Shape> = certain.iter().map(|known| &known.shape).collect();
        for own in &chosen {
            if walk::covers(&[&own.shape], &shapes, Reading::Every, budget).is_yes() {
                return Reasoned::of(Answer::Yes);
            }
        }
        let widest = Left(&chosen, Known::widest_in);
        let exact = of(&[Certainty::Exact]);
        if in_forms(&widest, forms, &exact, Reading::Every, budget).is_yes() {
            return Reasoned::of(Answer::Yes);
        }
        let left = Left(&chosen, Known::shape_in);
        let disputed = |known: &&Known| known.certainty == Certainty::Disputed;
        let widely = of(&[Certainty::Exact, Certainty::Variable, Certainty::Disputed]);
        let mut narrowest = in_forms(&left, forms, &certain, Reading::Fresh, budget);
        if chosen.iter().any(disputed) {
            narrowest = Answer::Yes;
        }
        let answer = match (
            narrowest,
            in_forms(&left, forms, &widely, Reading::Fresh, budget),
        ) {
            (Answer::No, Answer::No) => Answer::No,
            _ => Answer::Undecided,
        };
        // `${key}` and `${key, 'default'}` are equal if the request has the key, and differ if it does not.
        let has_default =
            |known: &&&Known| known.certainty == Certainty::Variable && known.text.contains(',');
        if answer.is_no() && (open().count() < 2 || !open().any(|known| has_default(&known))) {
            return Reasoned::of(Answer::No);
        }
        let causes: Causes = open().filter_map(|known| known.cause.clone()).collect();
        Reasoned::undecided(causes)
    }
}

/// The ways to choose one pattern of each union; `None` if there are too many. Ways that match nothing are left out, and so is
/// a chosen pattern that covers another.
fn alternatives(
    unions: &[&[PatternId]],
    patterns: &Patterns,
    budget: &mut Budget,
) -> Option<Vec<Vec<PatternId>>> {
    let mut alternatives: Vec<Vec<PatternId>> = vec![Vec::new()];
    for union in unions {
        let mut next = Vec::new();
        for chosen in alternatives {
            for &more in *union {
                if let Some(together) = narrowed(&chosen, more, patterns, budget) {
                    next.push(together);
                }
            }
            if next.len() > MOST_ALTERNATIVES {
                return None;
            }
        }
        next.sort();
        next.dedup();
        alternatives = next;
    }
    Some(alternatives)
}

fn of_walk(answer: Answer) -> Reasoned {
    match answer {
        Answer::Undecided => Reasoned::given_up(Limit::Patterns),
        Answer::Yes | Answer::No => Reasoned::of(answer),
    }
}

/// Patterns that a resource must match together, and which of their shapes to compare.
struct Left<'p, 'k>(
    &'p [&'k Known],
    for<'s> fn(&'s Known, Option<&Form>) -> &'s Shape,
);

fn in_forms(
    Left(left, shape): &Left<'_, '_>,
    forms: &[Form],
    right: &[&Known],
    reading: Reading,
    budget: &mut Budget,
) -> Answer {
    let within = |form: Option<&Form>, budget: &mut Budget| {
        let mut together: Vec<&Shape> = left.iter().map(|known| shape(known, form)).collect();
        if let Some(form) = form {
            let differs = |own: &&Shape| own.differs_plainly(&form.shape);
            if together.iter().any(differs) {
                return Answer::Yes;
            }
            together.push(&form.shape);
        }
        let everything = Shape::default().any(Alphabet::Any);
        if together.is_empty() {
            together.push(&everything);
        }
        let right: Vec<&Shape> = right.iter().map(|known| known.shape_in(form)).collect();
        walk::covers(&together, &right, reading, budget)
    };
    if forms.is_empty() {
        return within(None, budget);
    }
    let mut answer = Answer::Yes;
    for form in forms {
        answer = answer.and(within(Some(form), budget));
        if answer.is_no() {
            break;
        }
    }
    answer
}

/// The chosen patterns and one more, reduced to those that matter. `None` if no resource matches all of them.
fn narrowed(
    chosen: &[PatternId],
    more: PatternId,
    patterns: &Patterns,
    budget: &mut Budget,
) -> Option<Vec<PatternId>> {
    let known = patterns.get(more);
    if known.certainty == Certainty::Never {
        return None;
    }
    let mut together = Vec::new();
    for own in chosen {
        let own_known = patterns.get(*own);
        if walk::meet(&[&own_known.widest, &known.widest], budget).is_no() {
            return None;
        }
        let exact = own_known.certainty == Certainty::Exact && known.certainty == Certainty::Exact;
        // Only everything covers everything: that needs no walk.
        let covers = |wide: &Shape, narrow: &Shape, budget: &mut Budget| {
            let is_hopeless = narrow.is_everything() && !wide.is_everything();
            exact
                && !is_hopeless
                && walk::covers(&[narrow], &[wide], Reading::Every, budget).is_yes()
        };
        if *own == more || covers(&known.shape, &own_known.shape, budget) {
            return Some(chosen.to_vec());
        }
        if !covers(&own_known.shape, &known.shape, budget) {
            together.push(*own);
        }
    }
    together.push(more);
    Some(together)
}
