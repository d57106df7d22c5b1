//! One policy document a function, from what it was observed to need.

use crate::catalog::Catalog;
use crate::evidence::Owner;
use crate::iam::merge::{self, Grants};
use crate::iam::print::{self, MANAGED_POLICY_SIZE};
use crate::needed::NeededPermissions;
use crate::roles::Target;
use crate::usage::{OwnerUsage, Usage};
use std::collections::BTreeSet;

/// The policy of one function, in one document or, where it is too large for one, in several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionPolicy {
    /// The function's ARN, or the kind and name of an owner without one.
    pub arn: String,
    /// The function's name.
    pub name: String,
    /// The documents, each within the size of a managed policy.
    pub documents: Vec<String>,
    /// What to know about them, a sentence each.
    pub hints: Vec<String>,
}

/// The policies of the targets, by ARN.
pub fn policies(
    targets: &BTreeSet<Target>,
    usage: &Usage,
    catalog: &Catalog,
    describe: bool,
) -> Vec<FunctionPolicy> {
    let nothing = OwnerUsage::default();
    let mut policies: Vec<FunctionPolicy> = targets
        .iter()
        .map(|target| match target {
            Target::Seen(owner) => {
                let usage = usage.owners.get(owner).unwrap_or(&nothing);
                policy(owner, usage, catalog, describe)
            }
            Target::NotSeen(name) => FunctionPolicy {
                arn: name.clone(),
                name: target.name().to_owned(),
                documents: documents(name, &NeededPermissions::default(), describe),
                hints: vec![
                    "it is in no trace: check the name, and that tracing is active".to_owned(),
                ],
            },
        })
        .collect();
    policies.sort_by(|one, other| one.arn.cmp(&other.arn));
    policies
}

/// Says of functions that no longer exist that they do not; `gone` are their ARNs.
pub fn tell_gone(policies: &mut [FunctionPolicy], gone: &BTreeSet<String>) {
    for policy in policies
        .iter_mut()
        .filter(|policy| gone.contains(&policy.arn))
    {
        let told = "it no longer exists: Lambda has no function of this name";
        policy.hints.insert(0, told.to_owned());
    }
}

fn policy(owner: &Owner, usage: &OwnerUsage, catalog: &Catalog, describe: bool) -> FunctionPolicy {
    let needs = NeededPermissions::of(owner, usage, None, catalog);
    let arn = owner.to_string();
    FunctionPolicy {
        documents: documents(&arn, &needs, describe),
        hints: hints(usage, &needs),
        name: owner.name().to_owned(),
        arn,
    }
}

fn documents(arn: &str, needs: &NeededPermissions, describe: bool) -> Vec<String> {
    let mut grants = Grants::default();
    for permission in needs.needed.keys() {
        for resource in &permission.resources {
            grants.add(permission.action.clone(), resource.clone());
        }
    }
    let description = describe.then_some(arn);
    let parts = merge::split(merge::statements(&grants), MANAGED_POLICY_SIZE);
    if parts.is_empty() {
        return vec![print::document(&[], description)];
    }
    parts
        .iter()
        .map(|part| print::document(part, description))
        .collect()
}

fn hints(usage: &OwnerUsage, needs: &NeededPermissions) -> Vec<String> {
    let mut hints = Vec::new();
    if usage.calls == 0 {
        hints.push(format!(
            "no AWS call in {} traces: is the AWS SDK of the code instrumented?",
            usage.traces
        ));
    }
    let unknown = needs
        .needed
        .keys()
        .filter(|permission| !permission.resource_known)
        .count();
    if unknown > 0 {
        let permissions = if unknown == 1 {
            "permission names"
        } else {
            "permissions name"
        };
        hints.push(format!(
            "{unknown} {permissions} no single resource, because the traces do not: see the command whitelist"
        ));
    }
    if !needs.denied.is_empty() {
        let denied: BTreeSet<String> = needs
            .denied
            .keys()
            .map(|denied| denied.action.to_string())
            .collect();
        let denied: Vec<String> = denied.into_iter().collect();
        hints.push(format!("denied calls are left out: {}", denied.join(", ")));
    }
    for (reason, detail, count) in usage.gaps.iter() {
        hints.push(format!("{}: {detail} ({count})", reason.id()));
    }
    hints
}
