//! Who is judged together: functions grouped by the policies that they share.
//!
//! The unit of comparison is the role. Where only policy files are known, a file that all functions share stands for a
//! role, and a path with `{function}` gives each function a role of its own.

use crate::catalog::Catalog;
use crate::compare::compare;
use crate::evidence::{Gaps, Owner};
use crate::gate::{self, Coverage, State, Thresholds};
use crate::granted::policy_file::{PolicyFileError, PolicyPath};
use crate::iam::PolicyDocument;
use crate::needed::NeededPermissions;
use crate::report::Function;
use crate::report::build::JudgedRole;
use crate::usage::{OwnerUsage, Usage};
use std::collections::BTreeSet;

/// What the user asked to judge.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Targets {
    /// Function names or ARNs; none means all functions seen.
    pub functions: Vec<String>,
}

/// A function to judge: seen in the traces, or asked for and not seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Its code ran in the traces.
    Seen(Owner),
    /// It was asked for by this name and is in no trace.
    NotSeen(String),
}

impl Target {
    /// The name that fills `{function}` in a path.
    pub fn name(&self) -> &str {
        match self {
            Self::Seen(owner) => owner.name(),
            Self::NotSeen(name) => name.rsplit(':').next().unwrap_or(name),
        }
    }
}

impl Targets {
    /// The functions to judge. Without targets that is every Lambda function seen; where there is none, every other
    /// compute owner (ECS tasks, EC2 instances, named services). State machines and API stages are services of their own.
    pub fn resolve(&self, usage: &Usage) -> BTreeSet<Target> {
        if self.functions.is_empty() {
            return all(usage);
        }
        let mut targets = BTreeSet::new();
        for asked in &self.functions {
            let bare = without_qualifier(asked);
            let is_meant = |owner: &&Owner| {
                let shown = owner.to_string();
                shown == *asked || shown == bare || owner.name() == bare
            };
            let seen: Vec<&Owner> = usage.owners.keys().filter(is_meant).collect();
            if seen.is_empty() {
                targets.insert(Target::NotSeen(bare));
            }
            targets.extend(seen.into_iter().cloned().map(Target::Seen));
        }
        targets
    }
}

fn all(usage: &Usage) -> BTreeSet<Target> {
    let is_function = |owner: &&Owner| matches!(owner, Owner::LambdaFunction(_));
    let runs_code = |owner: &&Owner| !matches!(owner, Owner::StateMachine(_) | Owner::ApiStage(_));
    let functions: BTreeSet<Target> = usage
        .owners
        .keys()
        .filter(is_function)
        .cloned()
        .map(Target::Seen)
        .collect();
    if functions.is_empty() {
        return usage
            .owners
            .keys()
            .filter(runs_code)
            .cloned()
            .map(Target::Seen)
            .collect();
    }
    functions
}

/// Functions that share policies.
#[derive(Debug, Clone)]
pub struct Role {
    /// Who uses it.
    pub users: BTreeSet<Target>,
    /// The policies that are judged.
    pub policies: Vec<PolicyDocument>,
    /// Policies that its users have besides, judged elsewhere.
    pub beside: Vec<PolicyDocument>,
}

impl Role {
    /// The roles that policy files stand for: one for the shared files, one for each function's own.
    ///
    /// # Errors
    ///
    /// When a file is missing, too large, not text or not a policy document.
    pub fn of_policy_files(
        paths: &[PolicyPath],
        targets: &BTreeSet<Target>,
    ) -> Result<Vec<Self>, PolicyFileError> {
        let (own, shared): (Vec<_>, Vec<_>) = paths.iter().partition(|path| path.is_per_function());
        let shared = shared
            .iter()
            .map(|path| path.read(None))
            .collect::<Result<Vec<_>, _>>()?;
        let mut roles = Vec::new();
        let mut beside = Vec::new();
        for target in targets.iter().filter(|_| !own.is_empty()) {
            let policies = own
                .iter()
                .map(|path| path.read(Some(target.name())))
                .collect::<Result<Vec<_>, _>>()?;
            beside.extend(policies.iter().cloned());
            roles.push(Self {
                users: BTreeSet::from([target.clone()]),
                policies,
                beside: shared.clone(),
            });
        }
        if !shared.is_empty() {
            roles.push(Self {
                users: targets.clone(),
                policies: shared,
                beside,
            });
        }
        Ok(roles)
    }

    /// Holds the policies against what the users need together, and judges.
    pub fn judge(&self, usage: &Usage, thresholds: &Thresholds, catalog: &Catalog) -> JudgedRole {
        let nothing = OwnerUsage::default();
        let mut needs = NeededPermissions::default();
        let mut functions = Vec::new();
        let mut coverage = Vec::new();
        let mut gaps = Gaps::default();
        for target in &self.users {
            let (arn, observed) = match target {
                Target::Seen(owner) => {
                    let observed = usage.owners.get(owner).unwrap_or(&nothing);
                    needs.merge(&NeededPermissions::of(owner, observed, catalog));
                    (owner.to_string(), observed)
                }
                Target::NotSeen(name) => (name.clone(), &nothing),
            };
            gaps.merge(&observed.gaps);
            coverage.push(Coverage {
                name: target.name().to_owned(),
                traces: observed.traces,
                calls: observed.calls,
            });
            functions.push(Function {
                arn,
                traces: observed.traces,
                calls: observed.calls,
                target: true,
            });
        }
        functions.sort();
        coverage.sort();
        let comparison = compare(&needs, &self.policies, &self.beside, catalog);
        let states = vec![State::Judged; comparison.excess.len()];
        let lost = usage.gaps.lose_calls() || gaps.lose_calls();
        let insufficient = gate::insufficiencies(&coverage, lost, thresholds);
        JudgedRole {
            verdict: gate::judge(&comparison, &states, &insufficient, thresholds),
            policy_files: self
                .policies
                .iter()
                .map(|policy| policy.name.clone())
                .collect(),
            functions,
            insufficient,
            needs,
            comparison,
            states,
            gaps,
        }
    }
}

/// A function's name or ARN without version or alias: `f:PROD` is `f`, `arn:...:function:f:PROD` is `arn:...:function:f`.
fn without_qualifier(asked: &str) -> String {
    let parts: Vec<&str> = asked.split(':').collect();
    match parts.as_slice() {
        ["arn", _, "lambda", _, _, "function", _, _] => parts
            .get(..7)
            .map_or_else(|| asked.to_owned(), |kept| kept.join(":")),
        [name, _qualifier] => (*name).to_owned(),
        _ => asked.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::without_qualifier;

    #[test]
    fn qualifiers_are_stripped_from_names_and_arns() {
        assert_eq!(without_qualifier("f"), "f");
        assert_eq!(without_qualifier("f:PROD"), "f");
        assert_eq!(
            without_qualifier("arn:aws:lambda:eu-west-1:123456789012:function:f:7"),
            "arn:aws:lambda:eu-west-1:123456789012:function:f"
        );
        assert_eq!(without_qualifier("ecs-task"), "ecs-task");
    }
}
