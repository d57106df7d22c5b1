//! Compares what a role is granted with what it needs: what is excess, what is missing, what is undecided, and what can
//! never match.
//!
//! Each action element of each `Allow` statement is compared with the needs, and then with the doubts: what may be needed
//! although no trace shows it. Each doubt explains certain resources at most. A grant within them is *undecided*, never a
//! guess. A grant beyond them is excess, and so is one that nothing explains.

mod attached;
pub mod bound;
mod brought;
mod crowd;
mod denial;
mod evidence;
pub mod evident;
mod excess;
mod findings;
mod forms;
mod grant;
mod group;
mod known;
mod members;
pub mod missing;
mod narrow;
mod open_name;
mod place;
mod readings;
pub mod severity;
mod spot;
mod standing;

use crate::catalog::Catalog;
use crate::iam::document::Syntax;
use crate::iam::permissions::PermissionSet;
use crate::iam::{Action, PolicyDocument, Span, Statement};
use crate::needed::NeededPermissions;
use evidence::EvidenceByAction;
use readings::Readings;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use standing::Asking;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use brought::Narrowest;
pub use evident::needs_no_evidence;
pub use group::Group;
pub use known::Known;
pub use severity::Severity;
pub use spot::{Beyond, Ineffective, Reasons, Spot};

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

impl Kind {
    /// Its name in reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::UnusedService => "unused-service",
            Self::UnusedAction => "unused-action",
            Self::BroadAction => "broad-action",
            Self::BroadResource => "broad-resource",
        }
    }
}

/// The result of comparing policies with needs. Every list is sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// What is granted and was not observed, worst first.
    pub excess: Vec<Excess>,
    /// What was called but is not granted, or was denied.
    pub missing: Vec<Missing>,
    /// What is granted, if the evidence does not decide whether it is needed.
    pub undecided: Vec<Undecided>,
    /// What is granted in words that can never match a request.
    pub dead: Vec<Dead>,
    /// The actions that a call explains, seen or not: more than the code before the handler, which could explain anything.
    pub explained: BTreeSet<Action>,
    /// What was too complex to check completely, one sentence each. The findings are certain all the same.
    pub given_up: BTreeSet<String>,
    /// Whether there were so many wildcards that only some of their actions were checked. Then no edit can be suggested.
    pub is_sampled: bool,
    /// The result for the actions of each element, by the places of policy, statement and element. Edits are made from this.
    pub elements: BTreeMap<(usize, usize, usize), Vec<Group>>,
}

/// Excess: something granted that was not observed. It is one cause, with every place that grants it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, true or not"
)]
pub struct Excess {
    /// The kind of excess.
    pub kind: Kind,
    /// The severity of the worst part.
    pub severity: Severity,
    /// The severity of each excess action, by the resource elements where it is excess.
    pub severities: BTreeMap<(Action, Arc<BTreeSet<String>>), Severity>,
    /// The action elements as written.
    pub actions: BTreeSet<String>,
    /// Whether these are elements of a `NotAction`: all actions except these are granted.
    pub not_action: bool,
    /// The resource elements as written.
    pub resources: BTreeSet<String>,
    /// Whether these are elements of a `NotResource`: the grant is on all resources except these.
    pub not_resource: bool,
    /// Whether the statement has a `Condition`.
    pub conditional: bool,
    /// The actions that were observed.
    pub observed: BTreeSet<Action>,
    /// The actions that were not observed.
    pub unobserved: BTreeSet<Action>,
    /// Actions that the statement grants and that a `Deny` or the permissions boundary takes away completely. They have no
    /// effect and are not judged.
    pub not_in_effect: BTreeSet<Action>,
    /// The resources on which the observed actions were needed.
    pub needed_resources: BTreeSet<String>,
    /// Why the actions may be needed on a part of what is granted. Empty if they are not, or were only observed.
    pub doubts: BTreeSet<String>,
    /// Whether they may be needed on a resource that the policy has to name, because no evidence names it.
    pub wants_a_name: bool,
    /// Whether `actions` are elements as written. They are not if the record divides the actions of a wildcard.
    pub written_whole: bool,
    /// Every place that grants it.
    pub origins: BTreeSet<Origin>,
    /// What to do about it, if the rest of the finding does not say.
    pub advice: Option<String>,
}

/// A place in a policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// The policy's path or name.
    pub policy: String,
    /// The statement's place in the document, from 0.
    pub statement: usize,
    /// The statement's `Sid`.
    pub sid: Option<String>,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The column, from 1, where the policy stands in a template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// Where it is in words, where the policy stands in a template: `OrdersFunction › Policies[1]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

impl Origin {
    /// The place of a statement, or of an element of it, at a span.
    pub fn of(policy: &PolicyDocument, statement: &Statement, span: Span) -> Self {
        let in_template = policy.syntax == Syntax::Template;
        Self {
            policy: policy.name.clone(),
            statement: statement.index,
            sid: statement.sid.clone(),
            line: Some(span.line),
            column: in_template.then_some(span.column),
            place: statement.place.clone(),
        }
    }

    /// The place in words, in parentheses after a space. Empty if the policy is in no template.
    pub fn in_words(&self, written: impl Fn(&str) -> String) -> String {
        let place = self.place.as_deref();
        place.map_or_else(String::new, |place| format!(" ({})", written(place)))
    }

    /// The line, if it is in a file of the checkout and not in an AWS managed policy.
    pub fn line_alone(&self, one_file: bool) -> Option<usize> {
        self.line
            .filter(|_| one_file && !self.policy.starts_with("arn:"))
    }
}

/// Why something counts as missing.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Lack {
    /// AWS refused the calls.
    Denied,
    /// The calls went through, but none of these policies allows them.
    NotGranted,
}

/// A permission that calls or a setting need and that is not granted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// The action.
    pub action: Action,
    /// The resources.
    pub resources: BTreeSet<String>,
    /// Why it counts as missing.
    pub because: Lack,
    /// The number of calls.
    pub calls: u64,
    /// The `Deny` statements that take it away in every request.
    pub denied_by: BTreeSet<Origin>,
    /// What to make of it, in one sentence.
    pub detail: String,
}

/// A grant that the evidence leaves undecided.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, true or not"
)]
pub struct Undecided {
    /// The severity it would have as excess.
    pub severity: Severity,
    /// The action elements as written, or the actions of a wildcard that are undecided.
    pub actions: BTreeSet<String>,
    /// Whether these are elements of a `NotAction`: all actions except these.
    pub not_action: bool,
    /// The resource elements as written.
    pub resources: BTreeSet<String>,
    /// Whether these are elements of a `NotResource`: all resources except these.
    pub not_resource: bool,
    /// Why it is undecided, one sentence each.
    pub reasons: BTreeSet<String>,
    /// Whether work was given up: more work might have decided it.
    pub given_up: bool,
    /// Whether the base does not have it, if there is a base.
    pub new: bool,
    /// Every place that grants it.
    pub origins: BTreeSet<Origin>,
}

impl Undecided {
    /// All the reasons in one sentence.
    pub fn reason(&self) -> String {
        let reasons: Vec<&str> = self.reasons.iter().map(String::as_str).collect();
        reasons.join("; ")
    }
}

/// A grant that can never match a request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dead {
    /// The action elements as written.
    pub actions: BTreeSet<String>,
    /// Whether these are elements of a `NotAction`: all actions except these.
    pub not_action: bool,
    /// The resource elements as written.
    pub resources: BTreeSet<String>,
    /// Whether these are elements of a `NotResource`: all resources except these.
    pub not_resource: bool,
    /// Why it cannot match, in one sentence.
    pub reason: String,
    /// Every place that has it.
    pub origins: BTreeSet<Origin>,
}

/// What a role is granted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Granted<'a> {
    /// The policies that are judged.
    pub policies: &'a [PolicyDocument],
    /// Other policies of the same role, which are judged elsewhere. What they allow is not missing and what they deny is
    /// denied, but none of it is excess here.
    pub beside: &'a [PolicyDocument],
    /// The permissions boundary.
    pub boundary: Option<&'a PolicyDocument>,
    /// What is known about every request of the role.
    pub known: Known<'a>,
    /// Finds the narrowest policy template for some actions, if the policies come from such templates.
    pub narrowest: Option<Narrowest>,
}

impl Granted<'_> {
    /// The policy with this number in [`permissions`](Self::permissions).
    fn policy(&self, number: usize) -> Option<&PolicyDocument> {
        let all = self.policies.iter().chain(self.beside);
        all.chain(self.boundary).nth(number)
    }

    /// All policies as one permission set. What the judged policies allow comes first.
    fn permissions(&self, catalog: &Catalog) -> PermissionSet {
        let all: Vec<&PolicyDocument> = self.policies.iter().chain(self.beside).collect();
        let set = PermissionSet::from_documents(&all, catalog);
        match self.boundary {
            Some(boundary) => set.within(boundary, all.len(), catalog),
            None => set,
        }
    }
}

/// What of the needs is not granted, as [`compare`] finds it. Nothing else is judged.
pub fn missing(
    needs: &NeededPermissions,
    granted: &Granted<'_>,
    catalog: &Catalog,
) -> Vec<Missing> {
    let permissions = granted.permissions(catalog);
    let readings = Readings::of(&permissions, granted);
    let in_any_region = Readings::in_any_region(&permissions, granted);
    let mut asking = Asking::of(&readings, in_any_region.as_ref());
    missing::missing(needs, granted, &mut asking, catalog)
}

/// Compares what a role is granted with the needs of everyone who uses the role.
pub fn compare(needs: &NeededPermissions, granted: &Granted<'_>, catalog: &Catalog) -> Comparison {
    let permissions = granted.permissions(catalog);
    let readings = Readings::of(&permissions, granted);
    let in_any_region = Readings::in_any_region(&permissions, granted);
    let evidence = EvidenceByAction::of(needs, &readings.written, catalog);
    let mut asking = Asking::of(&readings, in_any_region.as_ref());
    let mut findings = findings::Findings::default();
    let mut elements = BTreeMap::new();
    let brought = brought::brought(granted, needs);
    let crowd = crowd::Crowd::of(granted.policies, &evidence, catalog);
    for grant in grant::allows(granted.policies, &brought, crowd.as_ref()) {
        let groups = excess::judge(&grant, &evidence, &mut asking, catalog, &mut findings);
        elements.insert((grant.policy, grant.statement.index, grant.element), groups);
    }
    let missing = missing::missing(needs, granted, &mut asking, catalog);
    let mut found = Comparison {
        missing,
        elements,
        explained: evidence.explained(),
        is_sampled: crowd.is_some(),
        ..attached::one_finding_a_policy(findings.into_comparison(), needs)
    };
    if crowd.is_some() {
        found.given_up.insert(crowd::REASON.to_owned());
    }
    found
}
