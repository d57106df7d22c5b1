//! A role as it was judged: who uses it, what they need, what came of the comparison, and the verdict.

use super::exempt::baseline::BaselineEntry;
use super::exempt::{Held, Standing};
use super::verdict::{self, State, Verdict};
use crate::compare::Comparison;
use crate::evidence::Gaps;
use crate::needed::NeededPermissions;
use crate::roles::KnownPrincipal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A judged role.
#[derive(Debug)]
pub struct JudgedRole {
    /// The role's ARN, where it is known.
    pub role: Option<String>,
    /// The policy files it was held against.
    pub policy_files: Vec<String>,
    /// Who uses it.
    pub functions: Vec<Function>,
    /// What each of them needs.
    pub alone: Vec<(String, NeededPermissions)>,
    /// Why its evidence cannot bear a conviction.
    pub insufficient: Vec<String>,
    /// Whether a function is too new to have enough evidence, so that nothing is offered to be written.
    pub is_thin: bool,
    /// Whether nothing was observed of its functions, and the configuration knows that they hardly run.
    pub is_silent: bool,
    /// Principals that may assume it and are not waited for.
    pub known: Vec<KnownPrincipal>,
    /// Services, by IAM prefix, of which calls may be missing from the evidence: what is found of them convicts nobody.
    pub hidden: BTreeSet<String>,
    /// What its functions need.
    pub needs: NeededPermissions,
    /// What came of the comparison.
    pub comparison: Comparison,
    /// The state of each excess, in the comparison's order.
    pub states: Vec<State>,
    /// What the record says of each, in the same order; empty where nothing is on the record.
    pub standings: Vec<Standing>,
    /// Entries of the baseline that are no longer true.
    pub stale: Vec<BaselineEntry>,
    /// What is accepted or in the baseline, which no edit takes away.
    pub held: Held,
    /// What is missing from its functions' evidence.
    pub gaps: Gaps,
    /// Whose it is, where a framework brings it along for functions of its own: `the CDK's LogRetention`.
    pub framework: Option<String>,
    /// Why nothing of it could be read, in words that are the same for all roles of one cause.
    pub unread: Option<String>,
    /// How resources that were observed are written in the template that has the role: by ARN.
    pub written_as: BTreeMap<String, String>,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether it would fail if the gate failed on medium excess and worse, where it fails on none.
    pub would_fail: bool,
}

impl JudgedRole {
    /// Whether a trace and an AWS call of its users were recorded: without them there is nothing to act on.
    pub fn has_evidence(&self) -> bool {
        has_evidence(&self.functions)
    }

    /// Whether anything that counts was found of a service of which calls may be missing.
    pub fn is_disarmed(&self) -> bool {
        let found = self.comparison.excess.iter().zip(&self.states);
        let mut counts = found.filter(|(_, state)| **state == State::Judged);
        counts.any(|(excess, _)| verdict::is_disarmed(excess, &self.hidden))
    }
}

/// Whether a trace and an AWS call of some of these were recorded.
pub fn has_evidence(functions: &[Function]) -> bool {
    functions.iter().any(|user| user.traces > 0) && functions.iter().any(|user| user.calls > 0)
}

/// A function, or another owner of calls, that uses a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Function {
    /// Its ARN, or the kind and name of an owner without one.
    pub arn: String,
    /// Traces in which its code ran.
    pub traces: u64,
    /// AWS calls that it made.
    pub calls: u64,
    /// Whether it was asked for, or merely shares the role.
    pub target: bool,
    /// What the template of its stack calls it, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logical_id: Option<String>,
    /// Why its evidence is not waited for, where there is too little of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits: Option<Waits>,
}

/// Why a function with too little evidence makes nothing inconclusive: it is new, or known to run rarely.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Waits {
    /// Why the configuration knows it; absent where it is new.
    pub reason: Option<String>,
    /// The last day on which it is not waited for; absent while it is only proposed.
    pub until: Option<String>,
}
