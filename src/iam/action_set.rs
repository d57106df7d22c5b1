//! Sets of actions: a bit for each action that a catalogue numbers, and patterns for names that it does not list.
//!
//! The caller provides the numbering, so that sets are compared as bits and not by name. The patterns are kept because an
//! action that AWS adds tomorrow is in `s3:*` already.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::{Action, ActionClause, ActionPattern};

/// Numbers the known actions from 0 up to [`count`](Self::count).
pub trait ActionNumbering {
    /// The number of known actions.
    fn count(&self) -> u32;

    /// The number of an action, in any case.
    fn number(&self, action: &Action) -> Option<u32>;

    /// The numbers of all known actions that the pattern matches.
    fn matching(&self, pattern: &ActionPattern) -> Vec<u32>;
}

/// A set of numbers, with one bit for each.
///
/// ```
/// use aws_least_privilege::iam::action_set::BitSet;
///
/// let mut set: BitSet = [3, 70].into_iter().collect();
/// assert!(set.contains(70) && !set.contains(4));
/// set.remove_all(&BitSet::below(64));
/// assert_eq!(set.iter().collect::<Vec<_>>(), [70]);
/// assert!(set.is_subset(&BitSet::below(71)));
/// ```
#[derive(Debug, Clone, Default)]
pub struct BitSet {
    words: Vec<u64>,
}

impl BitSet {
    /// The set of all numbers below `count`.
    pub fn below(count: u32) -> Self {
        let mut words = vec![u64::MAX; word_of(count)];
        if !count.is_multiple_of(64) {
            words.push((1 << (count % 64)) - 1);
        }
        Self { words }
    }

    /// Adds a number.
    pub fn insert(&mut self, number: u32) {
        let place = word_of(number);
        if self.words.len() <= place {
            self.words.resize(place + 1, 0);
        }
        if let Some(word) = self.words.get_mut(place) {
            *word |= 1 << (number % 64);
        }
    }

    /// Whether the set contains a number.
    pub fn contains(&self, number: u32) -> bool {
        let word = self.words.get(word_of(number)).copied().unwrap_or_default();
        (word >> (number % 64)) & 1 == 1
    }

    /// Adds all numbers of another set.
    pub fn insert_all(&mut self, other: &Self) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (own, their) in self.words.iter_mut().zip(&other.words) {
            *own |= their;
        }
    }

    /// Keeps only the numbers that are also in another set.
    pub fn retain_all(&mut self, other: &Self) {
        let theirs = other.words.iter().chain(std::iter::repeat(&0));
        for (own, their) in self.words.iter_mut().zip(theirs) {
            *own &= their;
        }
    }

    /// Removes all numbers of another set.
    pub fn remove_all(&mut self, other: &Self) {
        for (own, their) in self.words.iter_mut().zip(&other.words) {
            *own &= !their;
        }
    }

    /// Whether another set contains all numbers of this one.
    pub fn is_subset(&self, other: &Self) -> bool {
        let theirs = other.words.iter().chain(std::iter::repeat(&0));
        self.words
            .iter()
            .zip(theirs)
            .all(|(own, their)| own & !their == 0)
    }

    /// Whether the two sets have no number in common.
    pub fn is_disjoint(&self, other: &Self) -> bool {
        let mut both = self.words.iter().zip(&other.words);
        both.all(|(own, their)| own & their == 0)
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        let counts = self.words.iter().map(|word| word.count_ones());
        usize::try_from(counts.sum::<u32>()).unwrap_or(usize::MAX)
    }

    /// The numbers of the set, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        let mut words = self.words.iter();
        let (mut word, mut next_base, mut base) = (0, 0, 0);
        std::iter::from_fn(move || {
            while word == 0 {
                word = *words.next()?;
                base = next_base;
                next_base += 64;
            }
            let number = base + word.trailing_zeros();
            word &= word - 1;
            Some(number)
        })
    }

    /// The words without zeros at the end.
    fn trimmed(&self) -> &[u64] {
        let end = self.words.iter().rposition(|word| *word != 0);
        let end = end.map_or(0, |last| last + 1);
        self.words.get(..end).unwrap_or_default()
    }
}

fn word_of(number: u32) -> usize {
    usize::try_from(number / 64).unwrap_or(usize::MAX)
}

/// Compares the numbers, not the allocated words.
impl PartialEq for BitSet {
    fn eq(&self, other: &Self) -> bool {
        self.trimmed() == other.trimmed()
    }
}

impl Eq for BitSet {}

impl PartialOrd for BitSet {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for BitSet {
    fn cmp(&self, other: &Self) -> Ordering {
        self.trimmed().cmp(other.trimmed())
    }
}

impl FromIterator<u32> for BitSet {
    fn from_iter<Numbers: IntoIterator<Item = u32>>(numbers: Numbers) -> Self {
        let mut set = Self::default();
        for number in numbers {
            set.insert(number);
        }
        set
    }
}

/// The actions without a number that are in a set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outside {
    /// The actions that match one of these patterns.
    Only(BTreeSet<ActionPattern>),
    /// The actions that match none of these patterns.
    AllBut(BTreeSet<ActionPattern>),
}

/// A set of actions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActionSet {
    known: BitSet,
    outside: Outside,
}

impl ActionSet {
    /// The actions that an `Action` or `NotAction` includes.
    pub fn of(clause: &ActionClause, numbering: &dyn ActionNumbering) -> Self {
        let mut listed = BitSet::default();
        let mut patterns = BTreeSet::new();
        for pattern in clause.patterns() {
            let pattern = &pattern.value;
            if pattern.is_everything() {
                listed = BitSet::below(numbering.count());
            } else {
                for number in numbering.matching(pattern) {
                    listed.insert(number);
                }
            }
            let numbered = pattern
                .as_action()
                .is_some_and(|action| numbering.number(&action).is_some());
            if !numbered && pattern.never_matches().is_none() {
                patterns.insert(pattern.clone());
            }
        }
        match clause {
            ActionClause::Action(_) => Self {
                known: listed,
                outside: Outside::Only(patterns),
            },
            ActionClause::NotAction(_) => {
                let mut known = BitSet::below(numbering.count());
                known.remove_all(&listed);
                Self {
                    known,
                    outside: Outside::AllBut(patterns),
                }
            }
        }
    }

    /// The numbers of the known actions in the set.
    pub fn known(&self) -> &BitSet {
        &self.known
    }

    /// The actions in the set that have no number.
    pub fn outside(&self) -> &Outside {
        &self.outside
    }

    /// Whether the set contains an action.
    pub fn contains(&self, action: &Action, numbering: &dyn ActionNumbering) -> bool {
        if let Some(number) = numbering.number(action) {
            return self.known.contains(number);
        }
        match &self.outside {
            Outside::Only(patterns) => patterns.iter().any(|pattern| pattern.matches(action)),
            Outside::AllBut(patterns) => !patterns.iter().any(|pattern| pattern.matches(action)),
        }
    }

    /// Whether the set can contain no action at all, known or not, as for `NotAction` of `*`.
    pub fn is_empty(&self) -> bool {
        let nothing_outside = match &self.outside {
            Outside::Only(patterns) => patterns.is_empty(),
            Outside::AllBut(patterns) => patterns.iter().any(ActionPattern::is_everything),
        };
        self.known.is_empty() && nothing_outside
    }
}
