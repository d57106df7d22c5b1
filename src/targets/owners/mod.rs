//! Roles of those that are no Lambda functions: ECS tasks and state machines are looked up, others go by the user's word.
//!
//! Traces name no role, and of a task often but its family or its container. What cannot be looked up is a gap that says what
//! to configure, or an owner of whom nothing can be said.

use super::TargetError;
use crate::aws::ecs::TaskApi;
use crate::aws::step_functions::StateMachineApi;
use crate::aws::{ApiError, ApiErrorKind};
use crate::evidence::Owner;
use crate::iam::Arn;
use std::collections::{BTreeMap, BTreeSet};

/// What to do where nothing tells the role.
const REMEDY: &str = "name it in the configuration, under `owners:`, or give --role";

/// Someone that traces show, with what they tell of where its role can be looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenOwner {
    /// Who.
    pub owner: Owner,
    /// The family of its task definition, for a task whose traces have it.
    pub family: Option<String>,
    /// Its tasks, for a task whose traces have them.
    pub tasks: Vec<Arn>,
}

/// Who uses which role.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnerRoles {
    /// Owners by role; the role as an ARN, or as the user named it.
    pub roles: BTreeMap<String, BTreeSet<Owner>>,
    /// Owners that may not be looked up.
    pub unread: BTreeMap<Owner, ApiError>,
    /// Owners whose role nothing tells.
    pub unknown: BTreeSet<Owner>,
    /// What could not be looked up, a sentence each.
    pub gaps: BTreeSet<String>,
}

/// Finds the roles of owners: first by the user's word, then by asking ECS and Step Functions. Lambda functions are not for here.
///
/// # Errors
///
/// When AWS fails in another way than by not knowing, or not telling.
pub async fn of_owners(
    region: &str,
    seen: &[SeenOwner],
    named: &BTreeMap<String, String>,
    tasks: &impl TaskApi,
    machines: &impl StateMachineApi,
) -> Result<OwnerRoles, TargetError> {
    let mut found = OwnerRoles::default();
    for seen in seen {
        let owner = &seen.owner;
        if let Some(role) = named.get(owner.name()) {
            found.uses(role, owner);
            continue;
        }
        let answer = match owner {
            Owner::EcsTask(_) => of_task(region, seen, tasks, &mut found).await,
            Owner::StateMachine(machine) => of_machine(region, machine, machines, &mut found).await,
            Owner::LambdaFunction(_) => continue,
            Owner::Ec2Instance(_) | Owner::Named(_) => {
                found.unknown(
                    owner,
                    &format!("the role of {owner} is in no trace: {REMEDY}"),
                );
                continue;
            }
            // Most stages invoke functions that let them by policies of their own, and have no role.
            Owner::ApiStage(_) => {
                found.unknown.insert(owner.clone());
                continue;
            }
        };
        match answer {
            Ok(()) => {}
            // With credentials that are no good nothing else can be had either; all else concerns this one.
            Err(error) if error.kind == ApiErrorKind::Credentials => {
                return Err(TargetError::api(&format!("the role of {owner}"), error));
            }
            Err(error) => {
                found.unread.insert(owner.clone(), error);
            }
        }
    }
    Ok(found)
}

impl OwnerRoles {
    fn uses(&mut self, role: &str, owner: &Owner) {
        let users = self.roles.entry(role.to_owned()).or_default();
        users.insert(owner.clone());
    }

    fn unknown(&mut self, owner: &Owner, gap: &str) {
        self.unknown.insert(owner.clone());
        self.gaps.insert(gap.to_owned());
    }
}

/// The roles of the tasks that ECS still knows; where there are none, that of the family's latest definition.
async fn of_task(
    region: &str,
    seen: &SeenOwner,
    api: &impl TaskApi,
    found: &mut OwnerRoles,
) -> Result<(), ApiError> {
    let owner = &seen.owner;
    let mut clusters: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for task in seen.tasks.iter().filter(|task| task.region() == region) {
        let cluster = task.resource().split('/').nth(1).unwrap_or_default();
        clusters.entry(cluster).or_default().push(task.to_string());
    }
    if clusters.is_empty() && !seen.tasks.is_empty() {
        let gap = format!("{owner} was seen in the traces and is not of the region {region}");
        found.unknown(owner, &gap);
        return Ok(());
    }
    let mut definitions = BTreeSet::new();
    let mut roles = BTreeSet::new();
    for (cluster, tasks) in clusters {
        let known = match api.tasks(cluster, tasks).await {
            Err(error) if is_absent(&error) => Vec::new(),
            answer => answer?,
        };
        for task in known {
            match task.role {
                Some(role) => {
                    roles.insert(role);
                }
                None => {
                    definitions.insert(task.definition);
                }
            }
        }
    }
    if definitions.is_empty() && roles.is_empty() {
        definitions.extend(seen.family.clone());
    }
    if definitions.is_empty() && roles.is_empty() {
        let gap = format!(
            "the traces of {owner} name neither a family of task definitions nor a task that ECS still knows: {REMEDY}"
        );
        found.unknown(owner, &gap);
        return Ok(());
    }
    for definition in definitions {
        match api.definition_role(&definition).await {
            Ok(Some(role)) => {
                roles.insert(role);
            }
            Ok(None) => {
                let gap = format!(
                    "the task definition {definition} has no task role, so {owner} uses another, or none: {REMEDY}"
                );
                found.unknown(owner, &gap);
            }
            Err(error) if is_absent(&error) => {
                let gap = format!("there is no task definition {definition} for {owner}: {REMEDY}");
                found.unknown(owner, &gap);
            }
            Err(error) => return Err(error),
        }
    }
    if roles.len() > 1 {
        found.gaps.insert(format!(
            "{owner} runs with {} roles, and traces do not tell which of them made a call: all calls count for each",
            roles.len()
        ));
    }
    for role in roles {
        found.uses(&role, owner);
    }
    Ok(())
}

async fn of_machine(
    region: &str,
    machine: &Arn,
    api: &impl StateMachineApi,
    found: &mut OwnerRoles,
) -> Result<(), ApiError> {
    let owner = Owner::StateMachine(machine.clone());
    if machine.region() != region {
        let gap = format!("{machine} was seen in the traces and is not of the region {region}");
        found.unknown(&owner, &gap);
        return Ok(());
    }
    match api.role(&machine.to_string()).await {
        Ok(role) => found.uses(&role, &owner),
        Err(error) if is_absent(&error) => {
            let gap = format!("{machine} was seen in the traces and no longer exists");
            found.unknown(&owner, &gap);
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// ECS has no code of its own for a definition that is not there.
fn is_absent(error: &ApiError) -> bool {
    let code = || error.code.as_deref().unwrap_or_default();
    error.is_absent()
        || (error.kind == ApiErrorKind::Refused
            && matches!(
                code(),
                "ClusterNotFoundException" | "ClientException" | "StateMachineDoesNotExist"
            ))
}

#[cfg(test)]
mod tests;
