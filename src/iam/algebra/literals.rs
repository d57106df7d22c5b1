//! Decides whether some request makes certain condition atoms hold and others fail.
//!
//! Text is decided exactly, by comparing patterns. For other types it is enough to try the values that the atoms name, their
//! neighbors, and values between them. If no tried request fits and that proves nothing, the answer is undecided, and its
//! cause names an atom.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::condition::{Operator, REQUESTED_REGION, Test};
use super::super::variable::{self, Segment};
use super::super::{Answer, ConditionAtom, Context, Glob, Version};
use super::budget::Budget;
use super::candidates;
use super::cause::{Cause, Limit};
use super::reasoned::Reasoned;
use super::shape::{Alphabet, Reading, Shape};
use super::walk;

/// An atom, and whether it must hold or fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Literal<'a> {
    pub(super) atom: &'a ConditionAtom,
    pub(super) holds: bool,
}

/// Keys that every request has, according to AWS's documentation.
const ALWAYS_THERE: [&str; 11] = [
    "aws:currenttime",
    "aws:epochtime",
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalisawsservice",
    "aws:principaltype",
    REQUESTED_REGION,
    "aws:securetransport",
    "aws:useragent",
    "aws:userid",
    "aws:viaawsservice",
];

/// The cost of reading one value of an atom, in words of the budget.
const READ: usize = 32;

/// The most ways to choose one pattern of each atom; beyond that the question is given up.
const MOST_CHOICES: usize = 1_024;

pub(super) fn is_always_there(key: &str) -> bool {
    ALWAYS_THERE.contains(&key)
}

/// Whether some request makes each atom hold or fail as its literal asks.
pub(super) fn can_be(literals: &[Literal<'_>], budget: &mut Budget) -> Reasoned {
    let mut answer = Reasoned::of(Answer::Yes);
    for together in connected(literals) {
        let before = budget.begin();
        let possible = component(&together, budget);
        answer = answer.and(budget.end(before, possible));
        if answer.answer.is_no() {
            break;
        }
    }
    answer
}

/// Groups literals so that two groups have no key in common.
fn connected<'a>(literals: &[Literal<'a>]) -> Vec<Vec<Literal<'a>>> {
    let mut groups: Vec<(BTreeSet<String>, Vec<Literal<'a>>)> = Vec::new();
    for literal in literals {
        let mut keys = variables(literal.atom);
        keys.insert(literal.atom.key().to_owned());
        let mut together = vec![*literal];
        groups.retain_mut(|(theirs, others)| {
            let apart = keys.is_disjoint(theirs);
            if !apart {
                keys.append(theirs);
                together.append(others);
            }
            apart
        });
        groups.push((keys, together));
    }
    groups.into_iter().map(|(_, together)| together).collect()
}

/// The condition keys that an atom's values use as policy variables.
pub(super) fn variables(atom: &ConditionAtom) -> BTreeSet<String> {
    let takes_variables = operator(atom).is_some_and(|operator| is_text(operator.test));
    let values = atom.values().filter(|_| takes_variables);
    values
        .flat_map(variable::segments)
        .filter_map(|segment| match segment {
            Segment::Variable(inside) => {
                let key = inside.split_once(',').map_or(inside, |(key, _)| key);
                Some(key.trim().to_lowercase())
            }
            Segment::Text(_) | Segment::Escaped(_) => None,
        })
        .collect()
}

fn operator(atom: &ConditionAtom) -> Option<Operator> {
    Operator::from_name(atom.operator())
}

pub(super) fn is_text(test: Test) -> bool {
    matches!(
        test,
        Test::StringEquals | Test::StringEqualsIgnoreCase | Test::StringLike | Test::ArnLike
    )
}

fn component(literals: &[Literal<'_>], budget: &mut Budget) -> Reasoned {
    if contradict(literals) {
        return Reasoned::of(Answer::No);
    }
    if let [only] = literals
        && operator(only.atom).is_none()
    {
        // An operator that is not known can hold, and can fail.
        return Reasoned::of(Answer::Yes);
    }
    if let Some(answer) = by_text(literals, budget) {
        return match answer {
            Answer::Undecided => Reasoned::given_up(Limit::Conditions),
            Answer::Yes | Answer::No => Reasoned::of(answer),
        };
    }
    let found = candidates::satisfy(literals, budget);
    match (found, literals.first()) {
        (Answer::Undecided, Some(first)) => Reasoned::undecided(Cause::Condition {
            atom: Arc::new(first.atom.clone()),
        }),
        (answer, _) => Reasoned::of(answer),
    }
}

/// Whether an atom that must hold implies one that must fail.
fn contradict(literals: &[Literal<'_>]) -> bool {
    let implies = |one: &ConditionAtom, other: &ConditionAtom| {
        let (Some(own), Some(their)) = (operator(one), operator(other)) else {
            return one == other;
        };
        let any_case = ignores_case(own, their);
        let same =
            |one: &str, other: &str| one == other || (any_case && one.eq_ignore_ascii_case(other));
        let fewer = |one: &ConditionAtom, other: &ConditionAtom| {
            one.values()
                .all(|value| other.values().any(|their| same(their, value)))
        };
        one.key() == other.key()
            && (own == their || any_case)
            && if own.negated {
                fewer(other, one)
            } else {
                fewer(one, other)
            }
    };
    let held = || literals.iter().filter(|literal| literal.holds);
    let failed = || literals.iter().filter(|literal| !literal.holds);
    held().any(|held| failed().any(|failed| implies(held.atom, failed.atom)))
}

/// Whether one operator tests for the same text and the other for the text in any case, so that the first may imply the second.
fn ignores_case(one: Operator, other: Operator) -> bool {
    let (strict, loose) = if one.negated {
        (other, one)
    } else {
        (one, other)
    };
    let loosened = Operator {
        test: Test::StringEqualsIgnoreCase,
        ..strict
    };
    strict.test == Test::StringEquals && loosened == loose
}

/// What a literal requires of the text of its key.
struct Asked {
    /// Whether the literal is satisfied when the key is absent.
    absent: bool,
    /// The text must match one of these; `None`: any text.
    one_of: Option<Vec<Shape>>,
    /// The text must match none of these.
    none_of: Vec<Shape>,
}

/// The exact answer, if all literals compare the text of the same key and the key has one value. `None` otherwise.
fn by_text(literals: &[Literal<'_>], budget: &mut Budget) -> Option<Answer> {
    let (first, rest) = literals.split_first()?;
    if rest
        .iter()
        .any(|other| other.atom.key() != first.atom.key())
    {
        return None;
    }
    let values = literals.iter().map(|literal| literal.atom.values().count());
    if !budget.take(READ * values.sum::<usize>()) {
        budget.give_up(Limit::Conditions);
        return Some(Answer::Undecided);
    }
    let asked: Vec<Asked> = literals.iter().map(asked).collect::<Option<_>>()?;
    if !is_always_there(first.atom.key()) && asked.iter().all(|asked| asked.absent) {
        return Some(Answer::Yes);
    }
    let none_of: Vec<&Shape> = asked.iter().flat_map(|asked| &asked.none_of).collect();
    let mut chosen: Vec<Vec<&Shape>> = vec![Vec::new()];
    for one_of in asked.iter().filter_map(|asked| asked.one_of.as_ref()) {
        let extend = |so_far: &Vec<_>| {
            one_of
                .iter()
                .map(|shape| [so_far.as_slice(), &[shape]].concat())
                .collect::<Vec<_>>()
        };
        chosen = chosen.iter().flat_map(extend).collect();
        if chosen.len() > MOST_CHOICES {
            budget.give_up(Limit::Conditions);
            return None;
        }
    }
    let everything = Shape::default().any(Alphabet::Any);
    let mut answer = Answer::No;
    for mut left in chosen {
        if left.is_empty() {
            left.push(&everything);
        }
        answer = answer.or(walk::covers(&left, &none_of, Reading::Fresh, budget).negate());
    }
    Some(answer)
}

fn asked(literal: &Literal<'_>) -> Option<Asked> {
    let operator = operator(literal.atom)?;
    if operator.set.is_some() || !variables(literal.atom).is_empty() {
        return None;
    }
    let is_so = |context: &Context| {
        literal.atom.test(context, Version::V2012).answer == Answer::from(literal.holds)
    };
    let absent = is_so(&Context::default());
    if operator.test == Test::Null {
        let there = is_so(&[(literal.atom.key(), "x")].into_iter().collect());
        return Some(Asked {
            absent,
            one_of: (!there).then(Vec::new),
            none_of: Vec::new(),
        });
    }
    let mut shapes = Vec::new();
    for value in literal.atom.values() {
        let wildcards = matches!(operator.test, Test::StringLike | Test::ArnLike);
        let glob = variable::resolve(value, &Context::default(), wildcards).ok()?;
        match operator.test {
            Test::StringEquals | Test::StringLike => shapes.push(Shape::of_glob(&glob)),
            // Names of regions are always lower case, so this operator tests the same as `StringEquals` here.
            Test::StringEqualsIgnoreCase if literal.atom.key() == REQUESTED_REGION => {
                shapes.push(Shape::of_glob(&Glob::literal(&value.to_ascii_lowercase())));
            }
            Test::ArnLike if glob.is_everything() => {
                let part = |shape: Shape, _| shape.any(Alphabet::Path).text(":");
                let arn = (0..4).fold(Shape::default().text("arn:"), part);
                shapes.push(arn.any(Alphabet::Any));
            }
            Test::ArnLike if value.starts_with("arn:") => {
                // A pattern with fewer than six parts matches no ARN.
                if value.split(':').count() >= 6 {
                    shapes.push(Shape::of_arn_glob(&glob));
                }
            }
            Test::ArnLike
            | Test::StringEqualsIgnoreCase
            | Test::Numeric(_)
            | Test::Date(_)
            | Test::Bool
            | Test::BinaryEquals
            | Test::IpAddress
            | Test::Null => return None,
        }
    }
    Some(if operator.negated == literal.holds {
        Asked {
            absent,
            one_of: None,
            none_of: shapes,
        }
    } else {
        Asked {
            absent,
            one_of: Some(shapes),
            none_of: Vec::new(),
        }
    })
}
