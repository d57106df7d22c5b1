//! What could be made of the rules of a need: patterns, and how sure they are.

use std::collections::BTreeSet;

/// What could be made of one rule, or of all rules of a need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filled {
    pub(super) patterns: BTreeSet<String>,
    /// Whether the patterns are what the call touched, and not merely around it.
    pub(super) known: bool,
    /// Whether a recorded value went into them.
    pub(super) by_value: bool,
}

/// What could be made of the rules of one need, by what was recorded of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sorted {
    /// What the request named, and what it makes or ranges over; if it named nothing, all there is.
    pub(super) filled: Filled,
    /// The widest patterns of types that such a call is on too, and of which nothing was recorded.
    pub(super) besides: BTreeSet<String>,
    /// The widest patterns of types that such a call may be on too, and of which nothing was recorded.
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

    /// Somewhere within these patterns.
    pub(super) fn within(patterns: BTreeSet<String>) -> Self {
        Self {
            patterns,
            known: false,
            by_value: false,
        }
    }

    /// Several taken together: all that each of them says.
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

    /// Whether it says nothing but that the action has no resources.
    pub(super) fn is_everything(&self) -> bool {
        self.patterns.iter().all(|pattern| pattern == "*")
    }
}
