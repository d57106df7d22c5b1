//! A doubt: something that may be needed although no trace shows it, and the resources on which it may be needed at
//! most.
//!
//! Doubts are made together with needs. The comparison takes them away from what is granted, in one place. A grant that
//! goes beyond the doubt is excess like any other.

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
    /// On which resources at most.
    pub on: Bound,
    /// The kind of reason.
    pub cause: Cause,
    /// The reason, as one sentence without its full stop.
    pub reason: String,
}

/// Which actions a doubt is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubted {
    /// One action.
    Action(Action),
    /// Every action of a service, which is named by its IAM prefix.
    Service(String),
}

/// The resources on which something may be needed at most.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bound {
    /// The resources that these patterns match.
    Patterns(BTreeSet<String>),
    /// Resources that the policy names, or writes as a pattern with a fixed part in the name. For actions of escalation
    /// and of secrets, only resources that it names. For an action without resource types, `*`.
    Named,
    /// Like `Named`, but only resources that these patterns match.
    NamedAmong(BTreeSet<String>),
    /// All resources: AWS creates their names, so no policy can name one beforehand.
    Everything,
}

/// Kinds of reasons why something may be needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// A call was recorded without its resource.
    UnnamedResource,
    /// AWS may check the action in addition to the operation's own.
    MayBeChecked,
    /// The call passes a role to a service.
    HandedOn,
    /// The operation's action depends on it, as AWS documents.
    Dependent,
    /// A service acts with the caller's rights after the call.
    Implied,
    /// AWS refused the call.
    Denied,
    /// The catalogue does not know the operation.
    UnknownOperation,
    /// The service that runs the code uses the role too.
    Runtime,
    /// The call may have been made with another role's rights.
    OtherRights,
    /// Only the HTTP part of the request was recorded.
    HttpOnly,
    /// No API call shows it: for example a login that is signed on the client.
    NeverTraced,
    /// Code may do it before its handler runs.
    BeforeHandler,
}

impl Doubt {
    /// Creates a doubt about one action.
    pub fn of(action: Action, on: Bound, cause: Cause, reason: impl Into<String>) -> Self {
        Self {
            actions: Doubted::Action(action),
            on,
            cause,
            reason: reason.into().trim_end_matches('.').to_owned(),
        }
    }

    /// The action, if the doubt is about a single one.
    pub fn action(&self) -> Option<&Action> {
        match &self.actions {
            Doubted::Action(action) => Some(action),
            Doubted::Service(_) => None,
        }
    }

    /// Returns the actions that the doubt is about. For a service these are the actions that the catalogue lists.
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

    /// Whether the doubt is about this action.
    pub fn is_about(&self, action: &Action) -> bool {
        match &self.actions {
            Doubted::Action(own) => own == action,
            Doubted::Service(prefix) => prefix.eq_ignore_ascii_case(action.prefix()),
        }
    }
}

impl Bound {
    /// A bound of one pattern. The text `*` stays a pattern here and does not become `Everything`.
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

    /// Returns the doubts about an action.
    pub fn doubts_about<'n>(&'n self, action: &'n Action) -> impl Iterator<Item = &'n Doubt> {
        self.doubts
            .keys()
            .filter(move |doubt| doubt.is_about(action))
    }
}
