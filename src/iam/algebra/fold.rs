//! Writes a set of actions as few policy elements: as wildcards where a wildcard matches exactly the set, as names
//! elsewhere.
//!
//! A wildcard is exact if it matches no other action, neither one that the catalogue lists nor one that it does not.

use std::collections::{BTreeMap, BTreeSet};

use super::super::action_set::BitSet;
use super::super::{Action, ActionPattern};
use super::budget::Budget;
use super::classes::{Class, Classes, Unlisted};
use super::universe::ActionUniverse;

/// The elements of `Action` or `NotAction`, or of `Resource` or `NotResource`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Elements {
    /// Whether the set is everything except these elements.
    pub all_but: bool,
    /// The elements, as policy text.
    pub elements: Vec<String>,
}

/// A set of actions as policy text.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Folded {
    pub(super) elements: Elements,
    /// Actions that `elements` matches but the set does not contain.
    pub(super) except: Vec<String>,
    /// Patterns of which the set contains only the names that the catalogue does not list.
    pub(super) unlisted: Vec<String>,
}

impl Folded {
    fn size(&self) -> usize {
        // `unlisted` needs a second sentence in a report, so it counts as longer.
        let statements = if self.unlisted.is_empty() { 0 } else { 2 };
        self.elements.elements.len() + self.except.len() + self.unlisted.len() + statements
    }

    fn of(elements: Vec<String>, all_but: bool) -> Self {
        Self {
            elements: Elements { all_but, elements },
            ..Self::default()
        }
    }
}

/// The action patterns of the compared policies, and what each matches.
pub(super) struct Vocabulary<'a> {
    universe: &'a dyn ActionUniverse,
    regions: &'a [Unlisted],
    by_prefix: BTreeMap<Option<&'a str>, Vec<usize>>,
    /// Each pattern, with the listed actions that it matches once they were computed.
    written: Vec<(ActionPattern, Option<BitSet>)>,
    matched: BTreeMap<ActionPattern, Vec<u32>>,
    met: BTreeMap<ActionPattern, BTreeSet<usize>>,
}

impl<'a> Vocabulary<'a> {
    pub(super) fn of(
        written: BTreeSet<ActionPattern>,
        classes: &'a Classes,
        universe: &'a dyn ActionUniverse,
    ) -> Self {
        let mut by_prefix: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        for (place, region) in classes.unlisted.iter().enumerate() {
            let places = by_prefix.entry(region.prefix.as_deref()).or_default();
            places.push(place);
        }
        Self {
            universe,
            regions: &classes.unlisted,
            by_prefix,
            written: written.into_iter().map(|own| (own, None)).collect(),
            matched: BTreeMap::new(),
            met: BTreeMap::new(),
        }
    }

    /// The elements for the actions of a class. Patterns of the policies are tried first, so that a report repeats the
    /// user's own text.
    ///
    /// `own` are the wildcards of the statement that grants the actions.
    pub(super) fn fold(
        &mut self,
        class: &Class,
        own: &BTreeSet<ActionPattern>,
        budget: &mut Budget,
    ) -> Folded {
        let mut rest = Class {
            known: BitSet::below(self.universe.count()),
            unlisted: (0..self.regions.len())
                .filter(|region| !class.unlisted.contains(region))
                .collect(),
            idle: class.idle.clone(),
            idle_unlisted: Vec::new(),
        };
        rest.known.remove_all(&class.known);
        rest.known.remove_all(&class.idle);
        if rest.known.iter().count() < class.known.iter().count() / 2 {
            if rest.known.is_empty() && rest.unlisted.is_empty() {
                return Folded::of(vec!["*".to_owned()], false);
            }
            let folded = self.listed(&rest, budget);
            if folded.unlisted.is_empty() {
                return Folded::of(folded.elements.elements, true);
            }
        }
        let listed = self.listed(class, budget);
        match self.with_exceptions(class, own, budget) {
            Some(shorter) if shorter.size() < listed.size() => shorter,
            Some(_) | None => listed,
        }
    }

    /// The class as the statement's own wildcards, with exceptions.
    fn with_exceptions(
        &mut self,
        class: &Class,
        own: &BTreeSet<ActionPattern>,
        budget: &mut Budget,
    ) -> Option<Folded> {
        let mut folded = Folded::default();
        let (mut reached, mut regions) = (BitSet::default(), BTreeSet::new());
        for pattern in own {
            let numbers: BitSet = self.numbers(pattern).into_iter().collect();
            let met = self.meets(pattern, budget);
            let mut common = numbers.clone();
            common.retain_all(&class.known);
            if !common.is_empty() || met.iter().any(|region| class.unlisted.contains(region)) {
                reached.insert_all(&numbers);
                regions.extend(met);
                folded.elements.elements.push(pattern.to_string());
            }
        }
        let all_met = class.unlisted.iter().all(|region| regions.contains(region));
        // An exception may also name actions that the wildcards do not match.
        let mut beyond = Class {
            known: reached.clone(),
            idle: BitSet::below(self.universe.count()),
            idle_unlisted: (0..self.regions.len())
                .filter(|region| !regions.contains(region))
                .collect(),
            unlisted: Vec::new(),
        };
        beyond.idle.remove_all(&reached);
        beyond.idle.insert_all(&class.idle);
        regions.retain(|region| !class.unlisted.contains(region));
        beyond.unlisted.extend(regions);
        beyond.known.remove_all(&class.known);
        beyond.known.remove_all(&class.idle);
        let beyond = self.listed(&beyond, budget);
        if !beyond.unlisted.is_empty() || !all_met {
            return None;
        }
        folded.except = beyond.elements.elements;
        let mut rest = class.known.clone();
        rest.remove_all(&reached);
        let names = rest
            .iter()
            .filter_map(|number| self.universe.action(number));
        let names = names.map(|name| name.to_string());
        folded.elements.elements.extend(names);
        folded.elements.elements.sort();
        Some(folded)
    }

    /// The numbers of the listed actions that a pattern matches.
    fn numbers(&mut self, pattern: &ActionPattern) -> Vec<u32> {
        let universe = self.universe;
        let matched = self.matched.entry(pattern.clone());
        let matched = matched.or_insert_with(|| matching(pattern, universe).iter().collect());
        matched.clone()
    }

    fn listed(&mut self, class: &Class, budget: &mut Budget) -> Folded {
        let universe = self.universe;
        let with_its_name = |number| Some((number, universe.action(number)?));
        let names: BTreeMap<u32, Action> = class.known.iter().filter_map(with_its_name).collect();
        let mut folded = Folded::default();
        let mut rest = class.known.clone();
        let mut open: BTreeSet<usize> = class.unlisted.iter().copied().collect();
        let mut chosen: Vec<ActionPattern> = Vec::new();
        for (pattern, numbers) in self.fitting(class, &names, budget) {
            let met = self.meets(&pattern, budget);
            let is_news = numbers.iter().any(|number| rest.contains(*number))
                || met.iter().any(|region| open.contains(region));
            if is_news {
                rest.remove_all(&numbers.into_iter().collect());
                folded.elements.elements.push(pattern.to_string());
                chosen.push(pattern);
                for region in met {
                    let told = self.regions.get(region);
                    if told.is_some_and(|told| told.is_within(chosen.iter(), budget)) {
                        open.remove(&region);
                    }
                }
            }
        }
        let left = rest.iter().filter_map(|number| names.get(&number));
        let left = left.map(ToString::to_string);
        folded.elements.elements.extend(left);
        let open = open.iter().filter_map(|region| self.regions.get(*region));
        folded.unlisted.extend(open.flat_map(Unlisted::patterns));
        for list in [&mut folded.elements.elements, &mut folded.unlisted] {
            list.sort();
            list.dedup();
        }
        folded
    }

    /// Patterns that match only actions of the class (or idle ones). Those that match most come first.
    fn fitting(
        &mut self,
        class: &Class,
        names: &BTreeMap<u32, Action>,
        budget: &mut Budget,
    ) -> Vec<(ActionPattern, Vec<u32>)> {
        let unlisted = class.unlisted.iter().chain(&class.idle_unlisted);
        let unlisted: BTreeSet<usize> = unlisted.copied().collect();
        let mut meant = class.known.clone();
        meant.insert_all(&class.idle);
        let mut tried = wider(names.values());
        tried.extend(self.written_within(&meant));
        let mut fitting = Vec::new();
        for pattern in tried {
            let matched = self.numbers(&pattern);
            let fits = |number: &u32| meant.contains(*number);
            if matched.iter().all(fits) && self.meets(&pattern, budget).is_subset(&unlisted) {
                fitting.push((pattern, matched));
            }
        }
        fitting.sort_by(|one, other| {
            let counts = other.1.len().cmp(&one.1.len());
            counts.then_with(|| one.0.cmp(&other.0))
        });
        fitting
    }

    /// The written patterns that match no listed action outside of `meant`. Of thousands of patterns few remain.
    fn written_within(&mut self, meant: &BitSet) -> Vec<ActionPattern> {
        let universe = self.universe;
        let written = self.written.iter_mut();
        let within = written.filter_map(|(pattern, matched)| {
            let matched = matched.get_or_insert_with(|| matching(pattern, universe));
            matched.is_subset(meant).then(|| pattern.clone())
        });
        within.collect()
    }

    /// The sets of unlisted names of which a pattern matches some.
    fn meets(&mut self, pattern: &ActionPattern, budget: &mut Budget) -> BTreeSet<usize> {
        if pattern.is_everything() {
            return (0..self.regions.len()).collect();
        }
        let regions = self.regions;
        let same = self.by_prefix.get(&pattern.prefix());
        let met = self.met.entry(pattern.clone());
        let met = met.or_insert_with(|| {
            let same = same.into_iter().flatten().copied();
            let meets = |place: &usize| {
                let region = regions.get(*place);
                region.is_some_and(|region| region.meets(pattern, budget))
            };
            same.filter(meets).collect()
        });
        met.clone()
    }
}

fn matching(pattern: &ActionPattern, universe: &dyn ActionUniverse) -> BitSet {
    if pattern.is_everything() {
        BitSet::below(universe.count())
    } else {
        universe.matching(pattern).into_iter().collect()
    }
}

/// Wildcards for all actions of a service and for all that begin with the same word, where they match at least two of the
/// names.
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

/// The first word of an action name: `Get` of `GetObject`.
fn first_word(name: &str) -> &str {
    let mut letters = name.char_indices().skip(1);
    let end = letters.find(|(_, letter)| !letter.is_ascii_lowercase());
    name.get(..end.map_or(name.len(), |(place, _)| place))
        .unwrap_or(name)
}
