//! Who is judged together: functions grouped by the role, or the policy file, that they share.
//!
//! The unit of comparison is the role. Where only policy files are known, a file that all functions share stands for a
//! role, and a path with `{function}` gives each function a role of its own.

pub mod before;
pub mod choice;
mod framework;
pub mod iam_role;
pub mod in_aws;
pub mod patience;
pub mod policy_files;
pub mod target;
mod template_users;
pub mod templates;
mod written;

pub use crate::template::framework::Framework;
pub use patience::{Changed, KnownPrincipal, Patience};
pub use target::{Target, Targets, UnclearTarget};
pub use template_users::UserInTemplate;
pub use templates::InTemplate;

use crate::iam::PolicyDocument;
use crate::needed::configuration::ConfigurationNeeds;
use std::collections::{BTreeMap, BTreeSet};

/// Functions that share policies.
#[derive(Debug, Clone, Default)]
pub struct Role {
    /// The role's ARN, where it is known; in a template, its logical id.
    pub arn: Option<String>,
    /// Who uses it.
    pub users: Vec<User>,
    /// The policies that are judged.
    pub policies: Vec<PolicyDocument>,
    /// Policies that its users have besides, judged elsewhere.
    pub beside: Vec<PolicyDocument>,
    /// Its permissions boundary.
    pub boundary: Option<PolicyDocument>,
    /// Whether the policies are files of a checkout.
    pub are_files: bool,
    /// Whether its users have files of their own, which are the place for what is missing.
    pub others_take_additions: bool,
    /// Why its evidence cannot bear a conviction, besides what its traces say.
    pub insufficient: Vec<String>,
    /// What it may be granted besides its policies, a sentence each: that it grants no more than is needed is not known then.
    pub unknown: BTreeSet<String>,
    /// Whether its policies could not be read, so that nothing can be said.
    pub unreadable: bool,
    /// Principals that may assume it and are not waited for.
    pub known: Vec<KnownPrincipal>,
    /// Why, in words that are the same for all roles of one cause.
    pub unread: Option<String>,
    /// Whose it is, where a framework brings it along for functions of its own: `the CDK's LogRetention`.
    pub framework: Option<Framework>,
    /// Where it is, where a template has it.
    pub template: Option<InTemplate>,
    /// Where its policy files were before a change moved them, by their paths now.
    pub moved: BTreeMap<String, String>,
}

/// What a role was granted before a change.
#[derive(Debug, Clone, Default)]
pub struct Was {
    /// Its policies.
    pub granted: Vec<PolicyDocument>,
    /// The permissions boundary that limited them.
    pub boundary: Option<PolicyDocument>,
    /// What it may have been granted besides, as [`Role::unknown`] says it.
    pub unknown: BTreeSet<String>,
}

/// A function that uses a role.
#[derive(Debug, Clone)]
pub struct User {
    /// The function.
    pub target: Target,
    /// Whether it was asked for, or merely shares the role.
    pub asked: bool,
    /// What its configuration implies, where that was read.
    pub configuration: Option<ConfigurationNeeds>,
    /// Whether Lambda traces it by itself, where that was read.
    pub active_tracing: Option<bool>,
    /// Its runtime, such as `python3.13`, where that was read.
    pub runtime: Option<String>,
    /// Why its evidence is not waited for, where it is not.
    pub patience: Option<Patience>,
    /// What it was called before a change renames it: what was observed of that is observed of it.
    pub former: Option<String>,
    /// Whether a file of its own must be there, where files are by function: not for one that nobody named and that has none.
    pub wants_file: bool,
}

impl User {
    /// A function that was asked for and of whose configuration nothing is known.
    pub fn asked(target: Target) -> Self {
        Self {
            target,
            asked: true,
            configuration: None,
            active_tracing: None,
            runtime: None,
            patience: None,
            former: None,
            wants_file: true,
        }
    }
}
