//! Action sets as few elements as say the same: wildcards where they are exact, names where they are not.
//!
//! Exact means for the actions that the catalogue lists and for names that it does not list as well.

use std::collections::{BTreeMap, BTreeSet};

use super::super::action_set::BitSet;
use super::super::{Action, ActionPattern};
use super::classes::{Class, Classes, Unlisted};
use super::universe::ActionUniverse;
use super::walk::Budget;

/// Elements of an `Action` or a `NotAction`, or of a `Resource` or a `NotResource`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Elements {
    /// Whether it is all but these.
    pub all_but: bool,
    /// The elements, as policy text.
    pub elements: Vec<String>,
}

/// A set of actions as text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Folded {
    pub(super) elements: Elements,
    /// Patterns of which only names that the catalogue does not list are meant.
    pub(super) unlisted: Vec<String>,
}

/// Elements for the actions of a class. `written` are patterns that are tried first, so that text comes back as it was.
pub(super) fn fold(
    class: &Class,
    written: &BTreeSet<ActionPattern>,
    classes: &Classes,
    universe: &dyn ActionUniverse,
    budget: &mut Budget,
) -> Folded {
    let all = BitSet::below(universe.count());
    let mut rest = Class {
        known: all.clone(),
        unlisted: (0..classes.unlisted.len())
            .filter(|region| !class.unlisted.contains(region))
            .collect(),
    };
    rest.known.remove_all(&class.known);
    let is_most = rest.known.iter().count() < class.known.iter().count() / 2;
    if is_most {
        if rest.known.is_empty() && rest.unlisted.is_empty() {
            return Folded::of(vec!["*".to_owned()], false);
        }
        let folded = greedy(&rest, written, classes, universe, budget);
        if folded.unlisted.is_empty() {
            return Folded::of(folded.elements.elements, true);
        }
    }
    greedy(class, written, classes, universe, budget)
}

impl Folded {
    fn of(elements: Vec<String>, all_but: bool) -> Self {
        Self {
            elements: Elements { all_but, elements },
            unlisted: Vec::new(),
        }
    }
}

fn greedy(
    class: &Class,
    written: &BTreeSet<ActionPattern>,
    classes: &Classes,
    universe: &dyn ActionUniverse,
    budget: &mut Budget,
) -> Folded {
    let names: BTreeMap<u32, Action> = class
        .known
        .iter()
        .filter_map(|number| Some((number, universe.action(number)?)))
        .collect();
    let mut tried: BTreeSet<ActionPattern> = written.clone();
    tried.extend(wider(names.values()));
    let mut fitting: Vec<(usize, ActionPattern, BitSet)> = Vec::new();
    for pattern in tried {
        let numbers: BitSet = if pattern.is_everything() {
            BitSet::below(universe.count())
        } else {
            universe.matching(&pattern).into_iter().collect()
        };
        let is_single = pattern
            .as_action()
            .is_some_and(|action| universe.number(&action).is_some());
        let mut regions = classes.unlisted.iter().enumerate();
        let exact = numbers.is_subset(&class.known)
            && (is_single
                || regions.all(|(place, region)| {
                    class.unlisted.contains(&place) || !region.meets(&pattern, budget)
                }));
        if exact {
            fitting.push((numbers.iter().count(), pattern, numbers));
        }
    }
    fitting.sort_by(|one, other| other.0.cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    let mut folded = Folded::default();
    let mut rest = class.known.clone();
    let mut open: Vec<&Unlisted> = class
        .unlisted
        .iter()
        .filter_map(|region| classes.unlisted.get(*region))
        .collect();
    let mut chosen: Vec<ActionPattern> = Vec::new();
    for (_, pattern, numbers) in fitting {
        let is_news = numbers.iter().any(|number| rest.contains(number))
            || open.iter().any(|region| region.meets(&pattern, budget));
        if is_news {
            rest.remove_all(&numbers);
            folded.elements.elements.push(spelled(&pattern, &names));
            chosen.push(pattern);
            open.retain(|region| !region.is_within(chosen.iter(), budget));
        }
    }
    let left = rest.iter().filter_map(|number| names.get(&number));
    folded
        .elements
        .elements
        .extend(left.map(ToString::to_string));
    folded
        .unlisted
        .extend(open.iter().flat_map(|region| region.patterns()));
    for list in [&mut folded.elements.elements, &mut folded.unlisted] {
        list.sort();
        list.dedup();
    }
    folded
}

/// Every action of a service, and those that begin with the same word.
fn wider<'a>(names: impl Iterator<Item = &'a Action>) -> BTreeSet<ActionPattern> {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for name in names {
        for begin in ["", first_word(name.name())] {
            *counts.entry((name.prefix(), begin)).or_default() += 1;
        }
    }
    let shared = counts.into_iter().filter(|(_, count)| *count > 1);
    shared
        .map(|((prefix, begin), _)| ActionPattern::new(format!("{prefix}:{begin}*")))
        .collect()
}

/// `Get` of `GetObject`.
fn first_word(name: &str) -> &str {
    let mut letters = name.char_indices().skip(1);
    let end = letters.find(|(_, letter)| !letter.is_ascii_lowercase());
    name.get(..end.map_or(name.len(), |(place, _)| place))
        .unwrap_or(name)
}

/// A single action as the catalogue spells it, anything else as it is.
fn spelled(pattern: &ActionPattern, names: &BTreeMap<u32, Action>) -> String {
    let single = pattern.as_action();
    let known = single.and_then(|action| names.values().find(|name| **name == action));
    known.map_or_else(|| pattern.to_string(), ToString::to_string)
}
