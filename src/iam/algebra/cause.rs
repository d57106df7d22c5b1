//! Why an answer is undecided: typed, so that one cause never hides behind another.
//!
//! What hangs on a request or on what AWS leaves open stays undecided however long one looks. Work that was given up is of
//! another kind: more work might have decided, and what was not looked at must not pass for looked at.

use std::collections::BTreeSet;
use std::collections::btree_set;
use std::fmt;
use std::sync::Arc;

use super::super::ConditionAtom;
use super::super::open_because;
use super::super::resource_pattern::Dispute;

/// What there was too much of, where work was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// Resource patterns, or ways to combine them.
    Patterns,
    /// Conditions, or ways in which they can hold and fail.
    Conditions,
    /// Patterns of action names.
    Actions,
}

/// One reason why an answer is undecided.
///
/// ```
/// use aws_least_privilege::iam::algebra::{Cause, Limit};
///
/// let variable = Cause::Variable { pattern: "arn:aws:s3:::${aws:username}".into() };
/// assert_eq!(
///     variable.to_string(),
///     "`arn:aws:s3:::${aws:username}`: its policy variables have values only in a request"
/// );
/// assert!(!variable.is_given_up());
/// assert!(Cause::GivenUp { limit: Limit::Patterns }.is_given_up());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Work was given up: more of it might have decided.
    GivenUp {
        /// What there was too much of.
        limit: Limit,
    },
    /// Whether an action without resource types is granted by an ARN that ends in `*`: AWS does not document it.
    WithoutResourceTypes,
    /// A resource pattern of which AWS does not document what it matches.
    Disputed {
        /// The pattern as written.
        pattern: Arc<str>,
        /// What is open about it.
        dispute: Dispute,
    },
    /// A resource pattern with policy variables, whose values only a request gives.
    Variable {
        /// The pattern as written.
        pattern: Arc<str>,
    },
    /// A condition of which it is not known how it relates to others.
    Condition {
        /// One of its atoms.
        atom: Arc<ConditionAtom>,
    },
    /// Whether the region that is asked is the one of the resource, for actions that may reach another.
    Region,
    /// A statement without `Resource`: it is for what the policy is attached to.
    Attached,
}

impl Cause {
    /// Whether work was given up: all others are undecided whatever the work.
    pub fn is_given_up(&self) -> bool {
        matches!(self, Self::GivenUp { .. })
    }
}

/// The sentence that people read.
impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GivenUp { limit } => formatter.write_str(match limit {
                Limit::Patterns => "its patterns are too intricate to compare",
                Limit::Conditions => "its conditions are too many to compare",
                Limit::Actions => "its action patterns are too intricate to compare",
            }),
            Self::WithoutResourceTypes => formatter.write_str(
                "AWS does not document whether an action without resource types is granted by an ARN that ends in `*`",
            ),
            Self::Disputed { pattern, dispute } => {
                write!(formatter, "`{pattern}`: {}", dispute.reason())
            }
            Self::Variable { pattern } => {
                write!(formatter, "`{pattern}`: {}", open_because(pattern))
            }
            Self::Condition { atom } => write!(
                formatter,
                "it is not known how `{atom}` relates to the other conditions"
            ),
            Self::Region => formatter.write_str(
                "a `Condition` tests the region that is called, and such an action may act on a resource of another region",
            ),
            Self::Attached => formatter.write_str(
                "the statement names no resource: it is for what the policy is attached to",
            ),
        }
    }
}

/// All the reasons why an answer is undecided; none where it is decided.
///
/// ```
/// use aws_least_privilege::iam::algebra::{Cause, Causes, Limit};
///
/// let attached = Causes::from(Cause::Attached);
/// let both = attached.clone().and(Cause::GivenUp { limit: Limit::Patterns }.into());
/// assert!(both.is_given_up() && !attached.is_given_up());
/// assert_eq!(both.iter().count(), 2);
/// assert_eq!(both.sentence().as_deref(), Some("its patterns are too intricate to compare"));
/// assert_eq!(Causes::default().sentence(), None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
#[must_use]
pub struct Causes(BTreeSet<Cause>);

impl Causes {
    /// Those of both.
    pub fn and(mut self, mut other: Self) -> Self {
        self.0.append(&mut other.0);
        self
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether work was given up, whatever else is open.
    pub fn is_given_up(&self) -> bool {
        self.0.iter().any(Cause::is_given_up)
    }

    /// Each, in an order that hangs on nothing else.
    pub fn iter(&self) -> btree_set::Iter<'_, Cause> {
        self.0.iter()
    }

    /// One sentence that stands for all: work that was given up before all others, and of several the one that sorts first.
    pub fn sentence(&self) -> Option<String> {
        let key = |cause: &&Cause| (!cause.is_given_up(), cause.to_string());
        self.0.iter().min_by_key(key).map(ToString::to_string)
    }

    /// What there was too much of, where work was given up.
    pub(super) fn limits(&self) -> impl Iterator<Item = Limit> {
        self.0.iter().filter_map(|cause| match cause {
            Cause::GivenUp { limit } => Some(*limit),
            Cause::WithoutResourceTypes
            | Cause::Disputed { .. }
            | Cause::Variable { .. }
            | Cause::Condition { .. }
            | Cause::Region
            | Cause::Attached => None,
        })
    }
}

impl From<Cause> for Causes {
    fn from(cause: Cause) -> Self {
        Self([cause].into())
    }
}

impl FromIterator<Cause> for Causes {
    fn from_iter<Each: IntoIterator<Item = Cause>>(causes: Each) -> Self {
        Self(causes.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a Causes {
    type Item = &'a Cause;
    type IntoIter = btree_set::Iter<'a, Cause>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}
