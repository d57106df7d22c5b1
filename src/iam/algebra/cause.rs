//! The reasons why an answer is undecided, as types, so that no reason hides another.
//!
//! There are two sorts. If an answer depends on the request, or on something that AWS does not document, no amount of work
//! decides it. If work was given up, more work might have decided it, and the report must not claim that everything was
//! checked.

use std::collections::BTreeSet;
use std::collections::btree_set;
use std::fmt;
use std::sync::Arc;

use super::super::ConditionAtom;
use super::super::open_because;
use super::super::resource_pattern::Dispute;

/// What there was too much of when work was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// Resource patterns, or combinations of them.
    Patterns,
    /// Conditions, or combinations of conditions that hold and fail.
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
    /// Work was given up: more work might have decided the question.
    GivenUp {
        /// What there was too much of.
        limit: Limit,
    },
    /// AWS does not document whether an ARN that ends in `*` grants an action without resource types.
    WithoutResourceTypes,
    /// AWS does not document what this resource pattern matches.
    Disputed {
        /// The pattern as written.
        pattern: Arc<str>,
        /// What AWS leaves open about it.
        dispute: Dispute,
    },
    /// This resource pattern has policy variables, and only a request gives them values.
    Variable {
        /// The pattern as written.
        pattern: Arc<str>,
    },
    /// It is not known how this condition relates to the others.
    Condition {
        /// One atom of the condition.
        atom: Arc<ConditionAtom>,
    },
    /// A condition tests the region that is called, and the action may act on a resource of another region.
    Region,
    /// A condition tests the account that owns the resource, and requests of the action may not have it.
    Account,
    /// The statement has no `Resource`: it applies to whatever the policy is attached to.
    Attached,
}

impl Cause {
    /// Whether this is given-up work. Every other cause stays whatever the work.
    pub fn is_given_up(&self) -> bool {
        matches!(self, Self::GivenUp { .. })
    }
}

/// Writes the sentence that reports show.
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
            Self::Account => formatter.write_str(
                "a `Condition` tests the account of the resource, and requests of such an action may not have it",
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

/// All the reasons why an answer is undecided. Empty if the answer is decided.
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
    /// The causes of both.
    pub fn and(mut self, mut other: Self) -> Self {
        self.0.append(&mut other.0);
        self
    }

    /// Whether there is no cause.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether work was given up, whatever the other causes are.
    pub fn is_given_up(&self) -> bool {
        self.0.iter().any(Cause::is_given_up)
    }

    /// The causes, in an order that depends only on the causes themselves.
    pub fn iter(&self) -> btree_set::Iter<'_, Cause> {
        self.0.iter()
    }

    /// The one sentence that a report shows for all causes: given-up work comes first, then the sentence that sorts first.
    pub fn sentence(&self) -> Option<String> {
        let key = |cause: &&Cause| (!cause.is_given_up(), cause.to_string());
        self.0.iter().min_by_key(key).map(ToString::to_string)
    }

    /// The limits at which work was given up.
    pub(super) fn limits(&self) -> impl Iterator<Item = Limit> {
        self.0.iter().filter_map(|cause| match cause {
            Cause::GivenUp { limit } => Some(*limit),
            Cause::WithoutResourceTypes
            | Cause::Disputed { .. }
            | Cause::Variable { .. }
            | Cause::Condition { .. }
            | Cause::Region
            | Cause::Account
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
