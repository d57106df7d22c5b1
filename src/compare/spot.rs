//! What can come out for one granted action on one resource element of its statement.

use std::collections::BTreeSet;
use std::sync::Arc;

/// Reasons, in sentences. Thousands of resource elements may have the same.
pub type Reasons = Arc<BTreeSet<String>>;

/// The result for an action on one resource element of a statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// The statement grants nothing of the action on it.
    Dead(Ineffective),
    /// The action was observed, and the element grants nothing more.
    Justified,
    /// The evidence does not decide whether it is needed, for these reasons.
    Undecided(Reasons),
    /// It was observed or may be needed, but the element reaches further.
    Beyond(Beyond),
    /// It was not observed, and nothing says that it may be needed.
    NotObserved,
    /// Work was given up, for these reasons.
    GivenUp(Reasons),
}

/// What reaches further than what was observed or may be needed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Beyond {
    /// Resources that can replace the element: those where the action was observed or may be needed.
    pub instead: BTreeSet<String>,
    /// Whether these are all. They are not if it may be needed on a resource that a policy has to name.
    pub is_named: bool,
    /// Why it may be needed at all, if it may.
    pub reasons: BTreeSet<String>,
}

/// Why a statement grants nothing of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ineffective {
    /// The action can act on no resource of the statement.
    NoResource,
    /// No request meets the statement's conditions.
    NoRequest,
    /// A `Deny` takes all of it away.
    Denied,
    /// The permissions boundary allows none of it.
    OutsideBoundary,
}

impl Ineffective {
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::NoResource => "it applies to no resource that this statement names",
            Self::NoRequest => "no request can meet its `Condition`",
            Self::Denied => "a `Deny` statement takes it away whole",
            Self::OutsideBoundary => "the permissions boundary does not allow it",
        }
    }

    /// Whether the statement grants it, and something else takes it away.
    pub(super) fn is_taken_away(self) -> bool {
        match self {
            Self::Denied | Self::OutsideBoundary => true,
            Self::NoResource | Self::NoRequest => false,
        }
    }
}
