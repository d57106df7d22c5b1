//! Whether every resource that some patterns match together is matched by one of others.
//!
//! A pattern with a policy variable matches what a request makes of it, and AWS leaves open what some patterns match at all.
//! Such a pattern covers itself; beyond that it is read as widely and as narrowly as it can be, and where the two readings
//! differ in their answer, the answer is undecided.

use super::super::Answer;
use super::budget::Budget;
use super::cause::{Causes, Limit};
use super::patterns::{Certainty, PatternId, Patterns};
use super::reasoned::Reasoned;
use super::shape::{Alphabet, Reading, Shape};
use super::walk;

/// Alternatives that are looked at one by one before a question is given up.
const MOST_ALTERNATIVES: usize = 2_048;

/// What resources an action can act on: any of these shapes. No shapes: any text.
pub(super) type Forms = [Shape];

/// Resources that match one of each of several unions, held against patterns that are to match all of them.
#[derive(Debug, Clone)]
pub(super) struct Question<'a> {
    /// Every resource matches one pattern of each of these.
    pub(super) one_of_each: Vec<&'a [PatternId]>,
    /// Is it matched by one of these?
    pub(super) covered_by: Vec<PatternId>,
}

impl Question<'_> {
    /// The answer, for resources of these forms.
    pub(super) fn answer(
        &self,
        forms: &Forms,
        patterns: &Patterns,
        budget: &mut Budget,
    ) -> Reasoned {
        let Some(alternatives) = self.alternatives(patterns, budget) else {
            return Reasoned::given_up(Limit::Patterns);
        };
        let mut answer = Reasoned::of(Answer::Yes);
        for alternative in alternatives {
            answer = answer.and(self.one(&alternative, forms, patterns, budget));
            if answer.answer.is_no() {
                break;
            }
        }
        answer
    }

    /// Ways to choose a pattern of each union, without those that match nothing and without patterns that cover another
    /// that is chosen.
    fn alternatives(
        &self,
        patterns: &Patterns,
        budget: &mut Budget,
    ) -> Option<Vec<Vec<PatternId>>> {
        let mut alternatives: Vec<Vec<PatternId>> = vec![Vec::new()];
        for union in &self.one_of_each {
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

    fn one(
        &self,
        chosen: &[PatternId],
        forms: &Forms,
        patterns: &Patterns,
        budget: &mut Budget,
    ) -> Reasoned {
        if chosen.iter().any(|own| self.covered_by.contains(own)) {
            return Reasoned::of(Answer::Yes);
        }
        let of = |certainties: &[Certainty]| -> Vec<&Shape> {
            let known = self.covered_by.iter().map(|id| patterns.get(*id));
            known
                .filter(|known| certainties.contains(&known.certainty))
                .map(|known| &known.shape)
                .collect()
        };
        let certain = of(&[Certainty::Exact, Certainty::Variable]);
        let open = chosen
            .iter()
            .chain(&self.covered_by)
            .map(|id| patterns.get(*id))
            .filter(|known| !matches!(known.certainty, Certainty::Exact | Certainty::Never));
        if open.clone().next().is_none() {
            let left = shapes(chosen, patterns, |known| &known.shape);
            return of_walk(in_forms(&left, forms, &certain, Reading::Fresh, budget));
        }
        for own in chosen {
            let own = &patterns.get(*own).shape;
            if walk::covers(&[own], &certain, Reading::Every, budget).is_yes() {
                return Reasoned::of(Answer::Yes);
            }
        }
        let widest = shapes(chosen, patterns, |known| &known.widest);
        let exact = of(&[Certainty::Exact]);
        if in_forms(&widest, forms, &exact, Reading::Every, budget).is_yes() {
            return Reasoned::of(Answer::Yes);
        }
        let left = shapes(chosen, patterns, |known| &known.shape);
        let disputed = |id: &PatternId| patterns.get(*id).certainty == Certainty::Disputed;
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
        // A variable and its namesake with a default are one where the key is there, and two where it is not.
        let has_default = |known: &&super::patterns::Known| {
            known.certainty == Certainty::Variable && known.text.contains(',')
        };
        if answer.is_no()
            && (open.clone().count() < 2 || !open.clone().any(|known| has_default(&known)))
        {
            return Reasoned::of(Answer::No);
        }
        let causes: Causes = open.filter_map(|known| known.cause.clone()).collect();
        Reasoned::undecided(causes)
    }
}

fn of_walk(answer: Answer) -> Reasoned {
    match answer {
        Answer::Undecided => Reasoned::given_up(Limit::Patterns),
        Answer::Yes | Answer::No => Reasoned::of(answer),
    }
}

fn shapes<'p>(
    ids: &[PatternId],
    patterns: &'p Patterns,
    shape: impl Fn(&'p super::patterns::Known) -> &'p Shape,
) -> Vec<&'p Shape> {
    ids.iter().map(|id| shape(patterns.get(*id))).collect()
}

fn in_forms(
    left: &[&Shape],
    forms: &Forms,
    right: &[&Shape],
    reading: Reading,
    budget: &mut Budget,
) -> Answer {
    if forms.is_empty() && left.is_empty() {
        let everything = Shape::default().any(Alphabet::Any);
        return walk::covers(&[&everything], right, reading, budget);
    }
    if forms.is_empty() {
        return walk::covers(left, right, reading, budget);
    }
    let mut answer = Answer::Yes;
    for form in forms {
        let mut together = left.to_vec();
        together.push(form);
        answer = answer.and(walk::covers(&together, right, reading, budget));
        if answer.is_no() {
            break;
        }
    }
    answer
}

/// The chosen patterns and one more; `None` where no resource matches them all.
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
        let covers = |wide: &Shape, narrow: &Shape, budget: &mut Budget| {
            exact && walk::covers(&[narrow], &[wide], Reading::Every, budget).is_yes()
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
