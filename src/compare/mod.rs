//! Needed against granted: what is excess, what is missing, what stays undecided, what can never match.
//!
//! Each action element of each `Allow` statement is held against the needs, and then against what is in doubt: what may be
//! needed without a trace showing it, each doubt with what it can acquit at most. Within that the answer is *undecided*, never a
//! guess; beyond it, and of what nothing speaks for, it is excess.

mod attached;
pub mod bound;
mod brought;
mod crowd;
mod denial;
mod evidence;
pub mod evident;
mod excess;
mod findings;
mod grant;
mod group;
mod known;
mod members;
pub mod missing;
mod narrow;
mod place;
mod readings;
pub mod severity;
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

pub use brought::Narrowest;
pub use evident::needs_no_evidence;
pub use group::Group;
pub use known::Known;
pub use severity::Severity;
pub use standing::{Beyond, Ineffective, Spot};

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
    /// What was too intricate to be looked at to the end, a sentence each. What was found all the same is certain.
    pub given_up: BTreeSet<String>,
    /// Whether some members stand for all of a wildcard, there being too many wildcards: no edit can be made of it.
    pub is_sampled: bool,
    /// How the actions of each element stand, by the places of policy, statement and element. What edits are made of.
    pub elements: BTreeMap<(usize, usize, usize), Vec<Group>>,
}

/// One thing that is granted and was not observed: one cause, every place that grants it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, true or not"
)]
pub struct Excess {
    /// What kind.
    pub kind: Kind,
    /// How bad: as the worst of it.
    pub severity: Severity,
    /// How bad each action of the catalogue is on resource elements that it is too much on.
    pub severities: BTreeMap<(Action, BTreeSet<String>), Severity>,
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
    /// Why it may be needed, on less than is granted; nothing where it is not, or was observed alone.
    pub doubts: BTreeSet<String>,
    /// Whether it may be needed on something that the policy has to name, for no evidence does.
    pub wants_a_name: bool,
    /// Whether `actions` are elements as written; not where the record tells a wildcard's members apart.
    pub written_whole: bool,
    /// Every place that grants it.
    pub origins: BTreeSet<Origin>,
    /// What to do about it, where that is not plain from the rest.
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
    /// The place of a statement, or of an element of it, that stands at a span.
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

    /// Where it is in words, behind a space and in parentheses; nothing where it is in no template.
    pub fn in_words(&self, written: impl Fn(&str) -> String) -> String {
        let place = self.place.as_deref();
        place.map_or_else(String::new, |place| format!(" ({})", written(place)))
    }

    /// The line, where it is in a file of the checkout and not in a policy of AWS's beside it.
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
    /// The `Deny` statements that take it away, whatever the request.
    pub denied_by: BTreeSet<Origin>,
    /// What to make of it, one sentence.
    pub detail: String,
}

/// A grant that nothing here decides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, true or not"
)]
pub struct Undecided {
    /// How bad it would be as excess.
    pub severity: Severity,
    /// Action elements as written, or the members of a wildcard that are meant.
    pub actions: BTreeSet<String>,
    /// Whether those are elements of a `NotAction`: all but these are meant.
    pub not_action: bool,
    /// Resource elements as written.
    pub resources: BTreeSet<String>,
    /// Whether those are elements of a `NotResource`: all but these are meant.
    pub not_resource: bool,
    /// What leaves it open, a sentence each.
    pub reasons: BTreeSet<String>,
    /// Whether the work was given up: more of it might have decided.
    pub given_up: bool,
    /// Whether the base lacks it, where there is one.
    pub new: bool,
    /// Every place that grants it.
    pub origins: BTreeSet<Origin>,
}

impl Undecided {
    /// All that leaves it open, in one sentence.
    pub fn reason(&self) -> String {
        let reasons: Vec<&str> = self.reasons.iter().map(String::as_str).collect();
        reasons.join("; ")
    }
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
    /// What is known of every request that the role makes.
    pub known: Known<'a>,
    /// Which policy template would do, where policies are made of such.
    pub narrowest: Option<Narrowest>,
}

impl Granted<'_> {
    /// The policy of this number in [`permissions`](Self::permissions).
    fn policy(&self, number: usize) -> Option<&PolicyDocument> {
        let all = self.policies.iter().chain(self.beside);
        all.chain(self.boundary).nth(number)
    }

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
        is_sampled: crowd.is_some(),
        ..attached::one_finding_a_policy(findings.into_comparison(), needs)
    };
    if crowd.is_some() {
        found.given_up.insert(crowd::REASON.to_owned());
    }
    found
}
