//! What was called and is not there: refused by AWS, or allowed by none of these policies.

use super::grant::{Denial, denied};
use super::{Lack, Missing};
use crate::iam::inclusion::union_covers;
use crate::iam::{Answer, Effect, Glob, PolicyDocument, ResourceClause, Statement};
use crate::needed::{Because, NeededPermissions, Permission};

/// Everything missing, sorted. Denied calls are advice: whoever runs the code can forge a trace of a refusal.
pub(super) fn missing(
    needs: &NeededPermissions,
    policies: &[&PolicyDocument],
    denials: &[Denial<'_>],
) -> Vec<Missing> {
    let mut missing: Vec<Missing> = Vec::new();
    for (permission, tally) in &needs.denied {
        missing.push(Missing {
            action: permission.action.clone(),
            resources: permission.resources.clone(),
            because: Lack::Denied,
            calls: tally.calls,
            detail: "AWS denied these calls; grant it only if the code is meant to make them"
                .to_owned(),
        });
    }
    for (permission, tally) in &needs.needed {
        if let Because::Configuration {
            required: false, ..
        } = permission.because
        {
            continue;
        }
        if let Some(detail) = lack_of(permission, policies, denials) {
            let detail = match &permission.because {
                Because::Observed => detail.to_owned(),
                Because::Configuration { setting, .. } => {
                    format!("Lambda needs it for {setting}, and no statement here allows it")
                }
            };
            missing.push(Missing {
                action: permission.action.clone(),
                resources: permission.resources.clone(),
                because: Lack::NotGranted,
                calls: tally.calls,
                detail,
            });
        }
    }
    missing.sort();
    missing
}

fn lack_of(
    permission: &Permission,
    policies: &[&PolicyDocument],
    denials: &[Denial<'_>],
) -> Option<&'static str> {
    let needed: Vec<Glob> = permission
        .resources
        .iter()
        .map(|text| Glob::parse(text))
        .collect();
    let denied = denied(denials, &permission.action);
    let taken = !needed.is_empty()
        && permission.resource_known
        && needed
            .iter()
            .all(|needed| union_covers(&denied.surely, needed) == Answer::Yes);
    if taken {
        return Some(
            "a `Deny` statement takes it away, and yet the calls went through: these policies are not the ones that were in force",
        );
    }
    let granted = policies
        .iter()
        .flat_map(|policy| &policy.statements)
        .filter(|statement| statement.effect == Effect::Allow)
        .any(|statement| may_allow(statement, permission, &needed));
    (!granted).then_some(
        "the calls went through, but no statement here allows them: another policy does, or these are not the ones that were in force",
    )
}

/// Whether a statement allows the permission on at least part of what it is needed on. Doubt counts as a yes: a missing
/// permission is a claim, and claims are made only when certain.
fn may_allow(statement: &Statement, permission: &Permission, needed: &[Glob]) -> bool {
    if !statement.actions.matches(&permission.action) {
        return false;
    }
    match &statement.resources {
        ResourceClause::Resource(resources) => resources.iter().any(|resource| {
            let resource = &resource.value;
            resource.never_matches().is_none()
                && (!permission.resource_known
                    || needed
                        .iter()
                        .any(|needed| resource.glob().intersects(needed)))
        }),
        ResourceClause::NotResource(_) | ResourceClause::Absent => true,
    }
}
