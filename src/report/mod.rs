//! What is told of a gate: one plain value, and one pure renderer a format.
//!
//! The JSON report is this value and nothing else; every other renderer reads it and nothing else. Lists are sorted,
//! times are RFC 3339 in UTC. Fields may be added, none changes its meaning.

pub mod annotations;
mod aside;
pub mod build;
pub mod buried;
pub mod check;
pub mod comment;
mod config_change;
pub mod doctor;
mod evidence;
pub mod excessive;
pub mod explain;
pub mod grants;
pub mod html;
pub mod json;
mod keep;
pub mod markdown;
mod order;
mod policy_template;
mod printable;
pub mod redact;
pub mod relation;
pub mod sarif;
mod sarif_fix;
pub mod split;
pub mod summary;
pub mod text;
mod unread;
mod why;
mod words;

pub use aside::{Dead, Undecided};
pub use config_change::ConfigChange;
pub use evidence::{Appeal, Scanned};
pub use printable::{is_shown, printable};

use crate::compare::{Kind, Lack, Origin, Severity};
use crate::evidence::GapReason;
use crate::judge::has_evidence;
pub use crate::judge::{FormerName, Function, Waits};
use crate::judge::{State, Verdict};
pub use crate::roles::KnownPrincipal;
use crate::suggest::LineEdit;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of this shape, raised only when a field changes its meaning.
pub const SCHEMA_VERSION: u32 = 1;

/// Everything that a gate found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The worst verdict of the roles.
    pub verdict: Verdict,
    /// The least severity that fails a role; absent where none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail_on: Option<Severity>,
    /// From the first segment to the last.
    pub window: Window,
    /// The day of the judgement, of what fails without any trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged_on: Option<String>,
    /// What was read.
    pub evidence: Evidence,
    /// Every role that was judged.
    pub roles: Vec<Role>,
    /// Why no role was judged, where that is as it should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_judged: Option<String>,
    /// What the configuration accepts and nothing was found for.
    pub unmatched_accepts: Vec<UnmatchedAccept>,
    /// What the change that was judged would make of the configuration, once it is merged.
    pub config_changes: Vec<ConfigChange>,
    /// Entries of the record that hold for the change, and for nothing once it is merged: it renames what they name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_names: Vec<FormerName>,
    /// Whether what the change accepts itself counts already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accepts_count: bool,
    /// What would make the next run surer or quieter, where nothing is configured yet.
    pub next: Vec<Advice>,
}

/// One thing to do before the next run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Advice {
    /// What was lacking.
    pub lacking: Lacking,
    /// What was seen, and what to do about it, one sentence.
    pub text: String,
    /// The command that does it, where one does.
    pub command: Option<String>,
}

/// What a run lacked.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Lacking {
    /// A function was in no trace.
    Traces,
    /// A function's traces have no AWS call.
    Calls,
    /// Calls do not name their resources.
    Parameters,
    /// There is too little evidence, for whatever reason.
    Evidence,
    /// Findings that are there today stand in the way of seeing new ones.
    Baseline,
}

/// A span of time; absent ends when no trace carried a usable time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Window {
    /// Start of the earliest segment, or of the window that was asked for.
    pub start: Option<String>,
    /// End of the latest segment, or of the window that was asked for.
    pub end: Option<String>,
}

/// What was read, and what of it could not be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Where it came from: paths, or `x-ray`.
    pub sources: Vec<String>,
    /// Distinct traces.
    pub traces: u64,
    /// Segment documents, inferred ones not counted.
    pub segments: u64,
    /// AWS calls.
    pub calls: u64,
    /// What X-Ray looked through for it; absent where X-Ray was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scanned: Option<Scanned>,
    /// What X-Ray was asked once more before actions failed; absent where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appeal: Option<Appeal>,
    /// The region that AWS was asked in; absent where AWS was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The account that the credentials were of, where AWS was asked and tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Who else made AWS calls in these traces and was not judged.
    pub others: Vec<Function>,
    /// What could not be read or attributed to anyone.
    pub gaps: Vec<GapCount>,
}

/// A gap and how often it was met.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct GapCount {
    /// Why, kebab case.
    pub reason: String,
    /// Where.
    pub detail: String,
    /// How often.
    pub count: u64,
}

impl GapCount {
    /// Whether it is something that is not judged: beside what is, or no more.
    pub fn is_not_judged(&self) -> bool {
        self.reason == GapReason::NotJudged.id() || self.is_judged_no_more()
    }

    /// Whether it is something that the base has judged, and that the change takes away.
    pub fn is_judged_no_more(&self) -> bool {
        self.reason == GapReason::JudgedNoMore.id()
    }
}

/// A role, or a policy file that stands for one, and what was found of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Role {
    /// The role's ARN; absent where only policy files are known.
    pub role: Option<String>,
    /// How it was judged.
    pub verdict: Verdict,
    /// Whether it would fail if the gate failed on medium excess and worse; told where `fail-on` is `none`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub would_fail: bool,
    /// The policy files that were held against the needs.
    pub policy_files: Vec<String>,
    /// Who uses it.
    pub functions: Vec<Function>,
    /// Where several use it: what each would need of a role of its own.
    pub split: Vec<split::Share>,
    /// Why the evidence cannot bear a conviction, a sentence each; empty when it can.
    pub insufficient: Vec<String>,
    /// Principals that may assume it, and that are not waited for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<KnownPrincipal>,
    /// What of its policies was too intricate to be looked at to the end, a sentence each.
    pub given_up: Vec<String>,
    /// What it may be granted besides what was judged, a sentence each: an attached policy whose text is in AWS alone, a part of a template
    /// that could not be read. Without an excess it is inconclusive then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown_grants: Vec<String>,
    /// Why nothing of it could be read, in words that are the same for all roles of one cause; absent where it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
    /// What its functions need.
    pub needed: Vec<NeededPermission>,
    /// What is granted and was not observed. Without an AWS call of its users it has only what needs no evidence.
    pub excess: Vec<Excess>,
    /// The number of grants that were not judged, because no AWS call of its users was recorded.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub not_judged: u64,
    /// What was called and is not granted, or was denied.
    pub missing: Vec<Missing>,
    /// What nothing here decides.
    pub undecided: Vec<Undecided>,
    /// Grants that can never match a request.
    pub dead: Vec<Dead>,
    /// Policies that would do.
    pub suggested: Vec<Suggested>,
    /// What is in the baseline and is no longer excess.
    pub stale: Vec<Stale>,
    /// What of its functions' evidence is missing.
    pub gaps: Vec<GapCount>,
    /// What the template of its stack calls it, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logical_id: Option<String>,
    /// Whose it is, where a framework brings it along for functions of its own: `the CDK's LogRetention`. Of such a role
    /// high and critical grants count that a change adds, or that the framework does not make by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub framework: Option<String>,
    /// How resources that were observed are written in the template that has the role: by ARN, `!GetAtt Orders.Arn`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub written_as: BTreeMap<String, String>,
}

/// One needed permission with its evidence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct NeededPermission {
    /// The action.
    pub action: String,
    /// What it is needed on, as general as people write it.
    pub resources: Vec<String>,
    /// Whether the traces named the resource; if not, `resources` are the widest patterns.
    pub resource_known: bool,
    /// `observed` in traces, or implied by `configuration`.
    pub because: String,
    /// The function's setting that implies it.
    pub setting: Option<String>,
    /// How the operation became this action: `exact`, `same-name` or `assumed`.
    pub mapping: String,
    /// Calls that needed it.
    pub calls: u64,
    /// When it was first needed.
    pub first_seen: Option<String>,
    /// When it was last needed.
    pub last_seen: Option<String>,
    /// The latest traces that show it, three at most.
    pub example_traces: Vec<String>,
}

/// One thing that is granted and was not observed.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own and a member of the JSON report"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Excess {
    /// One line that says what it is.
    pub title: String,
    /// What kind of excess.
    pub kind: Kind,
    /// How bad.
    pub severity: Severity,
    /// Whether it counts.
    pub state: State,
    /// Whether the base lacks it.
    pub new: bool,
    /// The actions as the policy writes them.
    pub actions: Vec<String>,
    /// Whether the policy writes them as `NotAction`: all but these are granted.
    pub not_action: bool,
    /// The resources as the policy writes them.
    pub resources: Vec<String>,
    /// Whether the policy writes them as `NotResource`: it is granted on all but these.
    pub not_resource: bool,
    /// Whether it is granted under a `Condition`.
    pub conditional: bool,
    /// Actions among them that were observed.
    pub observed: Vec<String>,
    /// Actions among them that were not observed, at most 100.
    pub unobserved: Vec<String>,
    /// How many were not observed in all.
    pub unobserved_count: u64,
    /// Actions that the statement grants and a `Deny` or the permissions boundary takes away whole, at most 100: they are not
    /// in effect, and not judged.
    pub not_in_effect: Vec<String>,
    /// What the observed actions were needed on.
    pub needed_resources: Vec<String>,
    /// Why it may be needed on less than is granted, a sentence each.
    pub doubts: Vec<String>,
    /// Whether it fails on any evidence: it is new, and of a kind that nobody can need.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub certain: bool,
    /// Whether the base granted it when the grace began, as far as its history was read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub settled: bool,
    /// The last day on which it waits for traces at most, where it is granted already and that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_until: Option<String>,
    /// Every place that grants it.
    pub origins: Vec<Origin>,
    /// What to do about it, where that is not plain from the rest.
    pub advice: Option<String>,
    /// Why it is accepted and until when, where it is.
    pub accepted: Option<Accepted>,
    /// Why it was accepted and until when, where that is over and it is judged again.
    pub expired: Option<Accepted>,
}

/// An entry of the configuration for which nothing was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct UnmatchedAccept {
    /// The configuration.
    pub file: String,
    /// The line at which the entry begins.
    pub line: usize,
    /// The role or policy file that it names.
    pub role: Option<String>,
    /// Its actions.
    pub actions: Vec<String>,
    /// Its resources.
    pub resources: Vec<String>,
    /// Its reason.
    pub reason: String,
    /// Its last day.
    pub until: String,
}

/// What is in the baseline and is no longer excess.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Stale {
    /// What kind of excess it was.
    pub kind: Kind,
    /// The actions as the policy wrote them.
    pub actions: Vec<String>,
    /// The resources as the policy wrote them.
    pub resources: Vec<String>,
}

/// An excess that the configuration accepts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Accepted {
    /// Why.
    pub reason: String,
    /// Until when.
    pub until: String,
    /// The login of who brings the entry, where the pull request that is judged brings it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// A permission that was called for and is not there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Missing {
    /// The action.
    pub action: String,
    /// On what.
    pub resources: Vec<String>,
    /// `denied`: AWS refused calls; `not-granted`: calls succeeded, but no policy here grants them.
    pub because: Lack,
    /// How many calls.
    pub calls: u64,
    /// The `Deny` statements of these policies that take it away, whatever the request.
    pub denied_by: Vec<Origin>,
    /// What to make of it.
    pub detail: String,
}

impl Report {
    /// Takes in what templates call functions and roles, by their names.
    pub fn name_by_template(&mut self, logical_ids: &BTreeMap<String, String>) {
        let of = |name: &str| logical_ids.get(name).filter(|own| *own != name).cloned();
        for role in &mut self.roles {
            role.logical_id = of(&role.called());
            for function in &mut role.functions {
                function.logical_id = of(words::short(&function.arn));
            }
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Role {
    /// What people call it: the last part of its ARN, or its policy files.
    pub fn called(&self) -> String {
        called(self.role.as_deref(), &self.policy_files)
    }

    /// Whether anything was observed of those who use it: without a trace, or without an AWS call, no finding is one to act on.
    pub fn has_evidence(&self) -> bool {
        has_evidence(&self.functions)
    }

    /// Whether its findings are told one by one: there is evidence of its users, or none will ever come.
    pub fn is_told(&self) -> bool {
        self.has_evidence() || self.framework.is_some()
    }

    /// Whether it stands for a policy file that several functions are taken for the users of.
    pub fn is_of_all(&self) -> bool {
        self.role.is_none() && self.functions.len() > 1 && !self.policy_files.is_empty()
    }

    /// Whether it is open because of what was not observed: a function without enough traces, or without a call.
    pub fn is_thin(&self) -> bool {
        self.verdict == Verdict::Inconclusive && self.unread.is_none() && !self.is_open()
    }

    /// Whether more traces would change nothing: work was given up, or not all that it is granted is known.
    pub fn is_open(&self) -> bool {
        !self.given_up.is_empty() || !self.unknown_grants.is_empty()
    }

    /// Whether more traces would settle what is open: something was found on thin evidence, and no work was given up.
    pub fn wants_traces(&self) -> bool {
        let mut excess = self.excess.iter();
        let found = self.not_judged > 0 || excess.any(|finding| finding.state == State::Judged);
        !self.is_open() && found
    }

    /// Whether a finding that counts is one to act on, whatever else is open: the evidence bears it, or it needs none. Nothing is
    /// waited for of what is too new to have been observed: a finding that counts then is told.
    pub fn bears(&self, finding: &Excess) -> bool {
        let waits = |function: &Function| {
            let waits = function.waits.as_ref();
            waits.is_some_and(|waits| waits.reason.is_none())
        };
        let is_new = || self.functions.iter().any(waits);
        finding.certain || (self.insufficient.is_empty() && (self.has_evidence() || is_new()))
    }
}

/// What people call a role: the last part of its ARN, or its policy files.
fn called(role: Option<&str>, files: &[String]) -> String {
    role.map_or_else(
        || files.join(", "),
        |arn| arn.rsplit('/').next().unwrap_or(arn).to_owned(),
    )
}

/// A policy that would do, or why none can be suggested.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Suggested {
    /// The policy it replaces.
    pub policy: String,
    /// The document; absent where none can be suggested.
    pub document: Option<String>,
    /// Its unified diff; absent where there is no document.
    pub diff: Option<String>,
    /// The same edit in whole lines of the policy's text, from the first to the last; empty where the text cannot be edited.
    pub edits: Vec<LineEdit>,
    /// Why there is no document.
    pub reason: Option<String>,
    /// What to know before using it, a sentence each.
    pub notes: Vec<String>,
}
