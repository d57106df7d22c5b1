//! Decides whether a union of globs matches everything that one glob matches.
//!
//! This is a product walk over subset states with antichain pruning: it follows the texts of the one glob and keeps the set
//! of places that the union can be in, and it never continues from a place where an earlier walk had fewer places. The work
//! is bounded, and beyond the bound the answer is [`Answer::Undecided`]. Like [`Glob`], it knows only text.

use std::collections::BTreeMap;

use super::glob::Token;
use super::{Answer, Glob};

/// The work after which a walk gives up, in machine words: some thousandths of a second.
///
/// Real policies stay far below it. Only unions that are made to be hard reach it, with long runs of `?` after `*`.
pub const WORK_BUDGET: usize = 1 << 21;

/// Whether each text that `one` matches is matched by some glob of the union.
///
/// ```
/// use aws_least_privilege::iam::{Answer, Glob, inclusion::union_covers};
///
/// let union = [Glob::literal("b"), Glob::parse("b?*")];
/// assert_eq!(union_covers(&union, &Glob::parse("b*")), Answer::Yes);
/// assert_eq!(union_covers(&union, &Glob::parse("*b")), Answer::No);
/// assert_eq!(union_covers(&[], &Glob::literal("")), Answer::No);
/// ```
pub fn union_covers(union: &[Glob], one: &Glob) -> Answer {
    if let Some(text) = one.as_literal() {
        return union.iter().any(|glob| glob.matches(&text)).into();
    }
    if union.iter().any(|glob| glob.plainly_covers(one)) {
        return Answer::Yes;
    }
    let relevant: Vec<&Glob> = union.iter().filter(|glob| glob.intersects(one)).collect();
    Places::new(&relevant).cover(one, WORK_BUDGET)
}

type Set = Vec<u64>;

/// The places in a union of globs: for each glob, one before every token and one at its end.
struct Places {
    /// The token behind each place; `None` at the end of a glob.
    tokens: Vec<Option<Token>>,
    /// The number of machine words in a set of places.
    words: usize,
    start: Set,
    accepting: Set,
    /// Places before a `*`.
    runs: Set,
    /// Places before a `*` that ends its glob. From there every text is matched.
    certain: Set,
    /// For each place before a `*`, the first place of its glob.
    first_of_run: BTreeMap<usize, usize>,
}

impl Places {
    fn new(union: &[&Glob]) -> Self {
        let tokens: Vec<Option<Token>> = union
            .iter()
            .flat_map(|glob| glob.tokens().iter().copied().map(Some).chain([None]))
            .collect();
        let words = tokens.len().div_ceil(64);
        let empty = vec![0; words];
        let mut places = Self {
            words,
            start: empty.clone(),
            accepting: empty.clone(),
            runs: empty.clone(),
            certain: empty,
            first_of_run: BTreeMap::new(),
            tokens,
        };
        let mut first = 0;
        for (place, token) in places.tokens.iter().enumerate() {
            if place == first {
                fill(&mut places.start, place, place);
            }
            match token {
                None => {
                    fill(&mut places.accepting, place, place);
                    first = place + 1;
                }
                Some(Token::AnyRun) => {
                    fill(&mut places.runs, place, place);
                    places.first_of_run.insert(place, first);
                    if places.tokens.get(place + 1) == Some(&None) {
                        fill(&mut places.certain, place, place);
                    }
                }
                Some(Token::Char(_) | Token::AnyOne) => {}
            }
        }
        places.start = places.settle(places.start.clone());
        places
    }

    /// The places whose token takes a character. `None` stands for a character that no glob names.
    ///
    /// That character is the hardest case for a wildcard of the one glob, because only wildcards of the union take it.
    fn takers(&self, character: Option<char>) -> Set {
        let mut set = vec![0; self.words];
        for (place, token) in self.tokens.iter().enumerate() {
            let takes = match token {
                Some(Token::Char(own)) => Some(*own) == character,
                Some(Token::AnyOne) => true,
                Some(Token::AnyRun) | None => false,
            };
            if takes {
                fill(&mut set, place, place);
            }
        }
        set
    }

    /// Adds the places that are reached without a character: the place behind a `*`. Before a `*` it also adds all earlier
    /// places of the glob, because whatever they match is matched from the `*` too; so sets can be compared by inclusion.
    fn settle(&self, mut set: Set) -> Set {
        let waiting: Set = both(&set, &self.runs).collect();
        let stepped = shifted(&waiting);
        for (word, more) in set.iter_mut().zip(stepped) {
            *word |= more;
        }
        for (&place, &first) in &self.first_of_run {
            if has(&set, place) {
                fill(&mut set, first, place);
            }
        }
        set
    }

    fn step(&self, set: &Set, takers: &Set) -> Set {
        let moving: Set = both(set, takers).collect();
        let moved = shifted(&moving);
        let staying = both(set, &self.runs);
        let next = moved.zip(staying).map(|(moved, stays)| moved | stays);
        self.settle(next.collect())
    }

    fn cover(&self, one: &Glob, mut budget: usize) -> Answer {
        let fresh = self.takers(None);
        let takers: BTreeMap<char, Set> = one
            .tokens()
            .iter()
            .filter_map(|token| match token {
                Token::Char(own) => Some((*own, self.takers(Some(*own)))),
                Token::AnyOne | Token::AnyRun => None,
            })
            .collect();
        let step_cost = 4 * self.words + self.first_of_run.len() + 1;
        let mut seen: Vec<Vec<Set>> = vec![Vec::new(); one.tokens().len() + 1];
        let mut open = vec![(0, self.start.clone())];
        while let Some((at, set)) = open.pop() {
            if both(&set, &self.certain).any(|word| word != 0) {
                continue;
            }
            let Some(token) = one.tokens().get(at) else {
                if both(&set, &self.accepting).all(|word| word == 0) {
                    return Answer::No;
                }
                continue;
            };
            let Some(earlier) = seen.get_mut(at) else {
                continue;
            };
            let cost = step_cost + 2 * earlier.len() * self.words;
            let Some(left) = budget.checked_sub(cost) else {
                return Answer::Undecided;
            };
            budget = left;
            if earlier.iter().any(|fewer| within(fewer, &set)) {
                continue;
            }
            earlier.retain(|more| !within(&set, more));
            earlier.push(set.clone());
            match token {
                Token::Char(own) => {
                    let takers = takers.get(own).unwrap_or(&fresh);
                    open.push((at + 1, self.step(&set, takers)));
                }
                Token::AnyOne => open.push((at + 1, self.step(&set, &fresh))),
                Token::AnyRun => {
                    open.push((at, self.step(&set, &fresh)));
                    open.push((at + 1, set));
                }
            }
        }
        Answer::Yes
    }
}

fn both(one: &Set, two: &Set) -> impl Iterator<Item = u64> {
    one.iter().zip(two).map(|(one, two)| one & two)
}

fn within(fewer: &Set, more: &Set) -> bool {
    fewer
        .iter()
        .zip(more)
        .all(|(fewer, more)| fewer & !more == 0)
}

/// Moves every place on by one.
fn shifted(set: &Set) -> impl Iterator<Item = u64> {
    let carries = std::iter::once(0).chain(set.iter().map(|word| word >> 63));
    set.iter()
        .zip(carries)
        .map(|(word, carry)| (word << 1) | carry)
}

fn has(set: &Set, place: usize) -> bool {
    set.get(place / 64)
        .is_some_and(|word| (word >> (place % 64)) & 1 == 1)
}

/// Adds the places from `first` to `last`, both included.
fn fill(set: &mut Set, first: usize, last: usize) {
    for (index, word) in set
        .iter_mut()
        .enumerate()
        .take(last / 64 + 1)
        .skip(first / 64)
    {
        let from = if index == first / 64 { first % 64 } else { 0 };
        let to = if index == last / 64 { last % 64 } else { 63 };
        *word |= (u64::MAX << from) & (u64::MAX >> (63 - to));
    }
}

#[cfg(test)]
mod tests;
