//! Needed against granted: what is excess, what is missing, what stays undecided, what can never match.
//!
//! Each action element of each `Allow` statement is held against the needs. Where the answer hangs on something that is
//! not known (a condition, a policy variable, a resource that no trace named), the answer is *undecided*, never a guess.

mod attached;
mod doubt;
mod evidence;
mod excess;
mod findings;
mod grant;
mod members;
pub mod missing;
pub mod severity;
mod standing;

use crate::catalog::Catalog;
use crate::iam::algebra::Remainder;
use crate::iam::permissions::PermissionSet;
use crate::iam::{Action, PolicyDocument};
use crate::needed::NeededPermissions;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

pub use severity::Severity;

/// What kind of excess something is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Nothing of the service was observed.
    UnusedService,
    /// The service was observed, this action was not.
    UnusedAction,
    /// A wildcard of which some members were observed.
    BroadAction,
    /// The action was observed, on less than is granted.
    BroadResource,
}

/// What came of holding policies against needs; every list is sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// Granted and not observed, worst first.
    pub excess: Vec<Excess>,
    /// Called, but not granted or denied.
    pub missing: Vec<Missing>,
    /// Granted, and nothing here decides whether it is needed.
    pub undecided: Vec<Undecided>,
    /// Granted in words that can never match a request.
    pub dead: Vec<Dead>,
}

/// One thing that is granted and was not observed: one cause, every place that grants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excess {
    /// What kind.
    pub kind: Kind,
    /// How bad.
    pub severity: Severity,
    /// Action elements as written.
    pub actions: BTreeSet<String>,
    /// Whether those are elements of a `NotAction`: all but these are granted.
    pub not_action: bool,
    /// Resource elements as written.
    pub resources: BTreeSet<String>,
    /// Whether those are elements of a `NotResource`: it is granted on all but these.
    pub not_resource: bool,
    /// Whether it is granted under a `Condition`.
    pub conditional: bool,
    /// Actions among them that were observed.
    pub observed: BTreeSet<Action>,
    /// Actions among them that were not.
    pub unobserved: BTreeSet<Action>,
    /// Actions that the statement grants and a `Deny` or the permissions boundary takes away whole: not in effect, and not
    /// judged.
    pub not_in_effect: BTreeSet<Action>,
    /// What the observed ones were needed on.
    pub needed_resources: BTreeSet<String>,
    /// Every place that grants it.
    pub origins: BTreeSet<Origin>,
    /// What to do about it, where that is not plain from the rest.
    pub advice: Option<String>,
}

/// A place in a policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Origin {
    /// The policy's path or name.
    pub policy: String,
    /// The statement's place in the document, from 0.
    pub statement: usize,
    /// The statement's `Sid`.
    pub sid: Option<String>,
    /// The line, from 1.
    pub line: Option<usize>,
}

/// Why something counts as missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lack {
    /// AWS refused the calls.
    Denied,
    /// The calls went through, but none of these policies allows them.
    NotGranted,
}

/// A permission that was called for and is not there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// The action.
    pub action: Action,
    /// On what.
    pub resources: BTreeSet<String>,
    /// Why it counts as missing.
    pub because: Lack,
    /// How many calls.
    pub calls: u64,
    /// What to make of it, one sentence.
    pub detail: String,
}

/// A grant that nothing here decides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undecided {
    /// Action elements as written, or the members of a wildcard that are meant.
    pub actions: BTreeSet<String>,
    /// Whether those are elements of a `NotAction`: all but these are meant.
    pub not_action: bool,
    /// Resource elements as written.
    pub resources: BTreeSet<String>,
    /// Whether those are elements of a `NotResource`: all but these are meant.
    pub not_resource: bool,
    /// What leaves it open, one sentence.
    pub reason: String,
    /// Every place that grants it.
    pub origins: BTreeSet<Origin>,
}

/// A grant that can never match a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dead {
    /// Action elements as written.
    pub actions: BTreeSet<String>,
    /// Whether those are elements of a `NotAction`: all but these are meant.
    pub not_action: bool,
    /// Resource elements as written.
    pub resources: BTreeSet<String>,
    /// Whether those are elements of a `NotResource`: all but these are meant.
    pub not_resource: bool,
    /// Why it cannot match, one sentence.
    pub reason: String,
    /// Every place that has it.
    pub origins: BTreeSet<Origin>,
}

/// What a role is granted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Granted<'a> {
    /// The policies that are judged.
    pub policies: &'a [PolicyDocument],
    /// Policies of the same role that are judged elsewhere: what they grant is not missing, and what they deny is denied, but
    /// nothing of theirs is excess here.
    pub beside: &'a [PolicyDocument],
    /// The permissions boundary.
    pub boundary: Option<&'a PolicyDocument>,
}

impl Granted<'_> {
    /// All of it, ready to be computed with: what the judged policies allow comes first.
    fn permissions(&self, catalog: &Catalog) -> PermissionSet {
        let all: Vec<&PolicyDocument> = self.policies.iter().chain(self.beside).collect();
        let set = PermissionSet::from_documents(&all, catalog);
        match self.boundary {
            Some(boundary) => set.within(boundary, all.len(), catalog),
            None => set,
        }
    }
}

/// Holds what a role is granted against the needs of everyone who uses it.
pub fn compare(needs: &NeededPermissions, granted: &Granted<'_>, catalog: &Catalog) -> Comparison {
    let evidence = evidence::EvidenceByAction::of(needs);
    let set = granted.permissions(catalog);
    let mut remainder = Remainder::of(&set);
    let mut findings = findings::Findings::default();
    for grant in grant::allows(granted.policies) {
        excess::judge(&grant, &evidence, &mut remainder, catalog, &mut findings);
    }
    Comparison {
        missing: missing::missing(needs, &set, &mut remainder, catalog),
        ..attached::one_finding_a_policy(findings.into_comparison(), needs)
    }
}
