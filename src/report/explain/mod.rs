//! What `explain` says: of a role each needed permission with its evidence, and each granted one with where it comes from and
//! how it stands.

pub mod granted;
pub mod text;

use super::build::needed_permissions;
use super::split::Share;
use super::{Function, GapCount, Missing, NeededPermission, Window, build, called};
use crate::iam::{Action, ActionPattern, PolicyDocument};
use crate::judge::JudgedRole;
use crate::judge::Verdict;
use crate::needed::NeededPermissions;
use granted::GrantedElement;
use serde::Serialize;
use std::collections::BTreeSet;

/// Everything that `explain` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// From the first segment to the last, or as asked for.
    pub window: Window,
    /// The function that is asked about, where it is not a role.
    pub function: Option<String>,
    /// The action that is asked about, as typed.
    pub action: Option<String>,
    /// What of the evidence as a whole could not be read or understood.
    pub gaps: Vec<GapCount>,
    /// The roles.
    pub roles: Vec<ExplainedRole>,
}

/// A role, explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedRole {
    /// Its ARN; absent where only policy files are known.
    pub role: Option<String>,
    /// How a gate judges it.
    pub verdict: Verdict,
    /// The policy files that stand for it.
    pub policy_files: Vec<String>,
    /// Who uses it.
    pub functions: Vec<Function>,
    /// Why its evidence cannot bear a conviction.
    pub insufficient: Vec<String>,
    /// What is needed, by whom.
    pub needed: Vec<NeededBy>,
    /// What is granted, and how it stands.
    pub granted: Vec<GrantedElement>,
    /// What was called and is not granted, or was denied.
    pub missing: Vec<Missing>,
    /// Where several use it: what each would need alone.
    pub split: Vec<Alone>,
    /// What of its users' evidence could not be read or understood.
    pub gaps: Vec<GapCount>,
}

impl ExplainedRole {
    /// Whether nothing that was asked about is granted, needed or missing.
    fn is_empty(&self) -> bool {
        self.granted.is_empty() && self.needed.is_empty() && self.missing.is_empty()
    }

    fn called(&self) -> String {
        called(self.role.as_deref(), &self.policy_files)
    }
}

/// A needed permission, and who needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NeededBy {
    /// The permission with its evidence.
    #[serde(flatten)]
    pub permission: NeededPermission,
    /// Who needs it.
    pub functions: Vec<String>,
}

/// What one user of a shared role would need alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alone {
    /// In numbers.
    #[serde(flatten)]
    pub share: Share,
    /// The permissions.
    pub needed: Vec<Pair>,
}

/// An action, and what it is needed on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Pair {
    /// The action.
    pub action: String,
    /// What it is needed on.
    pub resources: Vec<String>,
}

/// What is asked about.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// One function or other owner, as the report names it.
    pub function: Option<String>,
    /// Actions.
    pub action: Option<ActionPattern>,
}

impl Question {
    fn is_about(&self, action: &Action) -> bool {
        self.action
            .as_ref()
            .is_none_or(|asked| asked.matches(action))
    }
}

/// Explains a judged role; `policies` are those it was judged by.
pub fn explain(
    judged: JudgedRole,
    policies: &[PolicyDocument],
    question: &Question,
) -> ExplainedRole {
    let is_asked = |function: &str| {
        question
            .function
            .as_deref()
            .is_none_or(|asked| asked == function)
    };
    let mut needed: Vec<NeededBy> = Vec::new();
    let of_one = judged
        .alone
        .iter()
        .filter(|(function, _)| is_asked(function));
    let of_one: Vec<_> = of_one.collect();
    let mut whole = NeededPermissions::default();
    for (_, own) in &of_one {
        whole.merge(own);
    }
    for (permission, told) in whole.needed.keys().zip(needed_permissions(&whole)) {
        if !question.is_about(&permission.action) {
            continue;
        }
        let users = judged
            .alone
            .iter()
            .filter(|(_, own)| own.needed.contains_key(permission));
        needed.push(NeededBy {
            permission: told,
            functions: users.map(|(function, _)| function.clone()).collect(),
        });
    }
    let granted = granted::elements(policies, &judged, question.action.as_ref());
    let alone = judged.split().into_iter().map(|share| {
        let own = judged
            .alone
            .iter()
            .filter(|(function, _)| *function == share.function);
        let pairs: BTreeSet<Pair> = own
            .flat_map(|(_, own)| own.needed.keys())
            .map(|permission| Pair {
                action: permission.action.to_string(),
                resources: permission.resources.iter().cloned().collect(),
            })
            .collect();
        Alone {
            share,
            needed: pairs.into_iter().collect(),
        }
    });
    let split: Vec<Alone> = alone.collect();
    let insufficient = judged.reasons();
    let gaps = build::gap_counts(&judged.gaps);
    let missing = judged.comparison.missing.iter();
    let missing = missing.filter(|missing| question.is_about(&missing.action));
    ExplainedRole {
        missing: missing.cloned().map(build::missing).collect(),
        role: judged.role,
        verdict: judged.verdict,
        policy_files: judged.policy_files,
        functions: judged.functions,
        insufficient,
        needed,
        granted,
        split,
        gaps,
    }
}

/// The explanation as JSON.
pub fn json(explained: &Explained) -> String {
    super::json::pretty(explained)
}
