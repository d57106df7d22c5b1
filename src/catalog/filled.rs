//! The patterns that the rules of a need give, and how certain they are.

use std::collections::BTreeSet;

/// The patterns of one rule, or of all rules of a need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filled {
    pub(super) patterns: BTreeSet<String>,
    /// Whether the patterns are exactly what the call acted on. If not, they are wider.
    pub(super) known: bool,
    /// Whether a recorded value was used for them.
    pub(super) by_value: bool,
}

/// The patterns of all rules of a need, sorted by what was recorded for each rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sorted {
    /// What the request named, what the call creates, and types of which it acts on all. If the request named nothing,
    /// all types.
    pub(super) filled: Filled,
    /// The widest patterns of types that such a call acts on too, and of which nothing was recorded.
    pub(super) besides: BTreeSet<String>,
    /// The widest patterns of types that such a call may act on too, and of which nothing was recorded.
    pub(super) perhaps: BTreeSet<String>,
}

impl Sorted {
    pub(super) fn of(filled: Filled) -> Self {
        Self {
            filled,
            besides: BTreeSet::new(),
            perhaps: BTreeSet::new(),
        }
    }
}

impl Filled {
    pub(super) fn everything(known: bool) -> Self {
        Self {
            patterns: BTreeSet::from(["*".to_owned()]),
            known,
            by_value: false,
        }
    }

    /// Patterns that contain the unknown resource.
    pub(super) fn within(patterns: BTreeSet<String>) -> Self {
        Self {
            patterns,
            known: false,
            by_value: false,
        }
    }

    /// Combines several: all patterns of each of them.
    pub(super) fn all(filled: Vec<Self>) -> Self {
        let mut whole = Self {
            patterns: BTreeSet::new(),
            known: true,
            by_value: false,
        };
        for one in filled {
            whole.patterns.extend(one.patterns);
            whole.known &= one.known;
            whole.by_value |= one.by_value;
        }
        whole
    }

    /// Whether it says only that the action has no resource types.
    pub(super) fn is_everything(&self) -> bool {
        self.patterns.iter().all(|pattern| pattern == "*")
    }
}
