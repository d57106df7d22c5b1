//! What may be needed without a trace showing it: a doubt, and what it can acquit at most.
//!
//! A doubt is made where needs are made, and taken away from what is granted in one place, in the comparison. It says which
//! actions it is about, on what at most, and why. What goes beyond it is excess like anything else.

use super::NeededPermissions;
use crate::catalog::{Catalog, ServiceReference};
use crate::iam::Action;
use std::collections::BTreeSet;
use std::fmt;

/// Something that may be needed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    /// Which actions may be needed.
    pub actions: Doubted,
    /// On what at most.
    pub on: Bound,
    /// The kind of reason.
    pub cause: Cause,
    /// Why, one sentence without its full stop.
    pub reason: String,
}

/// The actions of a doubt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubted {
    /// One action.
    Action(Action),
    /// Every action of a service, by its IAM prefix.
    Service(String),
}

/// On what something may be needed, at most.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bound {
    /// On what these patterns match.
    Patterns(BTreeSet<String>),
    /// On resources that the policy names, or gives by a pattern with a fixed part in the name; of escalation and of secrets on
    /// those that it names alone. An action without resource types has but `*`.
    Named,
    /// The same, of what these patterns match.
    NamedAmong(BTreeSet<String>),
    /// On all: AWS can name none of them beforehand.
    Everything,
}

/// Kinds of reasons why something may be needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// A call that did not say on what.
    UnnamedResource,
    /// AWS may check it besides the operation's own action.
    MayBeChecked,
    /// A role that the call hands on.
    HandedOn,
    /// The action depends on it, as AWS documents.
    Dependent,
    /// A service goes on with the caller's rights.
    Implied,
    /// A call that AWS refused.
    Denied,
    /// An operation that the catalogue does not know.
    UnknownOperation,
    /// What runs the code uses the role too.
    Runtime,
    /// A call that may have been made with another role's rights.
    OtherRights,
    /// A request of which only the HTTP part was recorded.
    HttpOnly,
    /// What no API call shows: a login that is signed on the spot.
    NeverTraced,
    /// What code reads before its handler runs.
    BeforeHandler,
}

impl Doubt {
    /// A doubt about one action.
    pub fn of(action: Action, on: Bound, cause: Cause, reason: impl Into<String>) -> Self {
        Self {
            actions: Doubted::Action(action),
            on,
            cause,
            reason: reason.into().trim_end_matches('.').to_owned(),
        }
    }

    /// The action, where it is about one.
    pub fn action(&self) -> Option<&Action> {
        match &self.actions {
            Doubted::Action(action) => Some(action),
            Doubted::Service(_) => None,
        }
    }

    /// The actions that it is about, those of a service as the catalogue lists them.
    pub fn each(&self, catalog: &Catalog) -> Vec<Action> {
        match &self.actions {
            Doubted::Action(action) => vec![action.clone()],
            Doubted::Service(prefix) => {
                let service = catalog.service(prefix).into_iter();
                let names = service.flat_map(ServiceReference::action_names);
                let all = names.map(|name| format!("{prefix}:{name}").parse());
                all.filter_map(Result::ok).collect()
            }
        }
    }

    /// Whether it is about an action.
    pub fn is_about(&self, action: &Action) -> bool {
        match &self.actions {
            Doubted::Action(own) => own == action,
            Doubted::Service(prefix) => prefix.eq_ignore_ascii_case(action.prefix()),
        }
    }
}

impl Bound {
    /// What the widest of its patterns is; a bound of `*` is everything only where it is meant to be.
    pub fn pattern(text: &str) -> Self {
        Self::Patterns(BTreeSet::from([text.to_owned()]))
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Patterns(patterns) => {
                let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
                formatter.write_str(&patterns.join(", "))
            }
            Self::Named | Self::NamedAmong(_) => formatter.write_str("named resources"),
            Self::Everything => formatter.write_str("*"),
        }
    }
}

impl NeededPermissions {
    /// Adds a doubt.
    pub fn doubt(&mut self, doubt: Doubt) {
        self.doubts.entry(doubt).or_default();
    }

    /// Everything that is in doubt about an action.
    pub fn doubts_about<'n>(&'n self, action: &'n Action) -> impl Iterator<Item = &'n Doubt> {
        self.doubts
            .keys()
            .filter(move |doubt| doubt.is_about(action))
    }
}
