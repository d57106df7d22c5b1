//! Needs that went through and that no statement allows: they are added, in statements of their own.
//!
//! Only those whose resource is known. Calls that AWS denied are never added: whoever runs the code can forge a trace of one.

use super::Circumstances;
use super::edits::{Sids, quoted};
use crate::compare::Lack;
use crate::iam::PolicyDocument;
use crate::iam::edit::{Layout, Member};
use crate::iam::evaluate::{Outcome, decide};
use crate::iam::merge::{Grants, statements};
use crate::iam::print::GeneratedStatement;

/// What the `Sid` of an added statement begins with, in a policy all of whose statements have one.
const SID: &str = "Observed";

/// A statement to add.
pub(super) type Addition = GeneratedStatement;

/// The statements that grant what is needed and not granted.
pub(super) fn additions(role: &Circumstances<'_>) -> Vec<Addition> {
    if !role.adds_missing {
        return Vec::new();
    }
    let policies: Vec<&PolicyDocument> = role.granted.policies.iter().collect();
    let mut grants = Grants::default();
    let missing = role.comparison.missing.iter();
    for missing in missing.filter(|missing| missing.because == Lack::NotGranted) {
        let is_known = role.needs.needed.keys().any(|permission| {
            permission.resource_known
                && permission.action == missing.action
                && permission.resources == missing.resources
        });
        let denied = |resource: &String| {
            let decision = decide(&policies, &missing.action, resource);
            decision.outcome == Outcome::ExplicitlyDenied
        };
        if is_known && !missing.resources.iter().any(denied) {
            for resource in &missing.resources {
                grants.add(missing.action.clone(), resource.clone());
            }
        }
    }
    statements(&grants)
}

/// The additions as JSON, laid out as the policy's last statement is.
pub(super) fn texts(
    policy: &PolicyDocument,
    layout: &Layout,
    sids: &mut Sids,
    additions: &[Addition],
) -> Vec<String> {
    let Some(last) = policy.statements.last() else {
        return Vec::new();
    };
    let named = policy.statements.iter().all(|own| own.sid.is_some());
    let text = |addition: &Addition| {
        let sid = quoted(&sids.new_from(SID));
        let actions: Vec<String> = addition
            .actions
            .iter()
            .map(|action| quoted(&action.to_string()))
            .collect();
        let resources: Vec<String> = addition.resources.iter().map(|text| quoted(text)).collect();
        let mut members = vec![
            ("Effect", Member::One("\"Allow\"")),
            ("Action", Member::List(&actions)),
            ("Resource", Member::List(&resources)),
        ];
        if named {
            members.insert(0, ("Sid", Member::One(&sid)));
        }
        layout.object(&policy.source, last.span.start, &members)
    };
    additions.iter().map(text).collect()
}
