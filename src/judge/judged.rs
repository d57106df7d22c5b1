//! A judged role: who uses it, what they need, the comparison, and the verdict.

use super::exempt::baseline::BaselineEntry;
use super::exempt::{Held, Standing};
use super::verdict::{self, State, Verdict};
use crate::compare::Comparison;
use crate::evidence::Gaps;
use crate::needed::NeededPermissions;
use crate::roles::{Framework, KnownPrincipal};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A judged role.
#[derive(Debug)]
pub struct JudgedRole {
    /// The role's ARN, if it is known.
    pub role: Option<String>,
    /// The policy files that were compared.
    pub policy_files: Vec<String>,
    /// The functions that use it.
    pub functions: Vec<Function>,
    /// What each of them needs.
    pub alone: Vec<(String, NeededPermissions)>,
    /// Why the evidence is insufficient for a failure.
    pub insufficient: Vec<String>,
    /// Whether a function is too new to have sufficient evidence. Then no policy is suggested.
    pub is_thin: bool,
    /// Whether nothing was observed of its functions, and the configuration says that they hardly run.
    pub is_silent: bool,
    /// Principals that may assume the role and for which the configuration requires no evidence.
    pub known: Vec<KnownPrincipal>,
    /// Services, by IAM prefix, whose calls may be missing from the evidence. Findings about only these cannot fail the
    /// role.
    pub hidden: BTreeSet<String>,
    /// What its functions need together.
    pub needs: NeededPermissions,
    /// The result of the comparison.
    pub comparison: Comparison,
    /// The state of each excess, in the order of the comparison.
    pub states: Vec<State>,
    /// What the record says about each excess, in the same order. Empty if the record was not applied.
    pub standings: Vec<Standing>,
    /// Baseline entries that are no longer true.
    pub stale: Vec<BaselineEntry>,
    /// What is accepted or in the baseline. No edit removes it.
    pub held: Held,
    /// What is missing from its functions' evidence.
    pub gaps: Gaps,
    /// What it may be granted besides, where that counts, as [`crate::roles::Role::unknown`] says it.
    pub unknown: BTreeSet<String>,
    /// Whose it is, where a framework brings it along for functions of its own: `the CDK's LogRetention`.
    pub framework: Option<Framework>,
    /// Why the role could not be read. Roles with the same cause have the same text.
    pub unread: Option<String>,
    /// For observed resources by ARN: how the role's template writes them.
    pub written_as: BTreeMap<String, String>,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether the role would fail with the default threshold, if the gate is set to never fail on excess.
    pub would_fail: bool,
}

impl JudgedRole {
    /// Whether the evidence contains at least one trace and one AWS call of its users. Without them there is nothing to act
    /// on.
    pub fn has_evidence(&self) -> bool {
        has_evidence(&self.functions)
    }

    /// Whether a finding that counts is only about services whose calls may be missing from the evidence.
    pub fn is_disarmed(&self) -> bool {
        let found = self.comparison.excess.iter().zip(&self.states);
        let mut counts = found.filter(|(_, state)| **state == State::Judged);
        counts.any(|(excess, _)| verdict::is_disarmed(excess, &self.hidden))
    }
}

/// Whether the evidence contains at least one trace and one AWS call of these functions.
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
