//! Which functions are meant, which roles they run with, and who else uses those roles.
//!
//! Stacks and names are looked up in AWS; a role's other functions in the account and region are found too, because a role is
//! judged by the needs of all its users. What cannot be looked up is a gap, or makes the evidence of a role insufficient.

mod existence;
mod logical_ids;
mod look_up;
mod owners;
mod stack;
mod users;

pub use existence::{Existence, existence};
pub use logical_ids::{Physical, all_physical, physical};
pub use look_up::look_up;
pub use owners::{OwnerRoles, SeenOwner, of_owners};
pub use stack::of_stacks;

use crate::aws::ApiError;
use crate::evidence::Owner;
use crate::iam::Arn;
use crate::lambda::{FunctionSettings, ParseFunctionNameError};
use std::collections::{BTreeMap, BTreeSet};

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// The region that is looked in.
    pub region: String,
    /// Stacks, by name or id.
    pub stacks: Vec<String>,
    /// Functions, by name, ARN or partial ARN, with or without version or alias.
    pub functions: Vec<String>,
    /// Roles, by name or ARN.
    pub roles: Vec<String>,
    /// Functions that traces show, where nothing is asked for by name. One that no longer exists is a gap.
    pub seen: Vec<Arn>,
    /// Roles of others than functions, by ARN or name, with those who use them.
    pub elsewhere: BTreeMap<String, BTreeSet<Owner>>,
}

impl Asked {
    /// Whether nobody is asked for.
    fn is_nobody(&self) -> bool {
        self.stacks.is_empty()
            && self.functions.is_empty()
            && self.roles.is_empty()
            && self.seen.is_empty()
            && self.elsewhere.is_empty()
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The roles to judge, with everyone who uses them, sorted by role.
    pub roles: Vec<RoleUsers>,
    /// Functions and others that are meant and cannot be read, so that nobody knows their roles; by what to call them.
    pub unread: BTreeMap<String, Unread>,
    /// Functions that traces show and that no longer exist.
    pub gone: BTreeSet<Arn>,
    /// Functions that traces show and that are of another region than the one that is looked in.
    pub abroad: BTreeSet<Arn>,
    /// What else could not be looked up, a sentence each.
    pub gaps: BTreeSet<String>,
    /// Functions and roles of the stacks that were asked for, by name, with what their templates call them.
    pub logical_ids: BTreeMap<String, String>,
}

/// Somebody who is meant and cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The name or ARN by which evidence may know it.
    pub name: String,
    /// What AWS said.
    pub error: ApiError,
}

/// A role and the functions that use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleUsers {
    /// The role's ARN; its name, where it was asked for by name and no function uses it.
    pub role: String,
    /// The functions, sorted.
    pub users: Vec<User>,
    /// Others that use it: tasks, state machines, and whom the user names.
    pub others: BTreeSet<Owner>,
    /// Why there may be users that are not listed, a sentence each: its evidence cannot bear a conviction.
    pub insufficient: BTreeSet<String>,
}

/// A function that uses a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Whether it was asked for, or merely shares the role.
    pub target: bool,
    /// What Lambda says of it.
    pub settings: FunctionSettings,
}

/// Targets that cannot be looked up at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// There is no such stack.
    #[error("there is no stack `{0}` in this account and region")]
    NoSuchStack(String),
    /// There is no such function.
    #[error("there is no function `{0}` in this account and region")]
    NoSuchFunction(String),
    /// A function is named in a way that Lambda does not know.
    #[error(transparent)]
    NotAFunction(#[from] ParseFunctionNameError),
    /// A function of another region.
    #[error("the function `{function}` is not in the region {region}")]
    OtherRegion {
        /// The function as asked for.
        function: String,
        /// The region that is looked in.
        region: String,
    },
    /// Stacks were asked for, and none of them has functions.
    #[error("no Lambda function is in {}", stacks.join(", "))]
    NoFunctions {
        /// The stacks.
        stacks: Vec<String>,
    },
    /// A name of a template that no stack has.
    #[error("no function or role of {} has the logical id `{logical_id}`", stacks.join(", "))]
    NoLogicalId {
        /// The name.
        logical_id: String,
        /// The stacks.
        stacks: Vec<String>,
        /// Those that they have.
        known: Vec<String>,
    },
    /// A name of a template that stands for several.
    #[error("`{logical_id}` is the logical id of several: {}", physical_ids.join(", "))]
    SeveralOfLogicalId {
        /// The name.
        logical_id: String,
        /// What it stands for.
        physical_ids: Vec<String>,
    },
    /// AWS did not let it be looked up.
    #[error("cannot look up {what}")]
    Api {
        /// What was looked up.
        what: String,
        /// What AWS said.
        source: ApiError,
    },
}

impl TargetError {
    fn api(what: &str, source: ApiError) -> Self {
        Self::Api {
            what: what.to_owned(),
            source,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::NoSuchStack(_) | Self::NoSuchFunction(_) => {
                "check the name, --region, and which account the credentials are of"
            }
            Self::NotAFunction(_) => {
                "give a function's name or ARN, perhaps with `:` and a version or alias"
            }
            Self::OtherRegion { function, .. } => {
                let region = function.split(':').nth(3).unwrap_or_default();
                return Some(format!("run once for each region: --region {region}"));
            }
            Self::NoFunctions { .. } => {
                "name the functions with --function, or their role with --role"
            }
            Self::NoLogicalId { known, .. } => {
                let shown: Vec<&str> = known.iter().take(10).map(String::as_str).collect();
                return Some(format!(
                    "under `policies`, `logical-ids` may name {}",
                    shown.join(", ")
                ));
            }
            Self::SeveralOfLogicalId { .. } => {
                "name the function or role itself under `policies`, by `functions` or `roles`"
            }
            Self::Api { source, .. } => return source.permission_hint(),
        };
        Some(hint.to_owned())
    }
}

#[cfg(test)]
mod tests;
