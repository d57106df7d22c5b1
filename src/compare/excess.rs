//! Judges one grant: compares each action that it covers with the needs.

use super::evidence::EvidenceByAction;
use super::findings::Findings;
use super::grant::{Grant, Granting};
use super::group::{Group, groups};
use super::members::Members;
use super::standing::{Asking, Judge};
use crate::catalog::Catalog;

/// Judges one grant and adds the result to `findings`. Returns its actions in groups, with the result for each.
pub(super) fn judge(
    grant: &Grant<'_>,
    evidence: &EvidenceByAction<'_>,
    asking: &mut Asking<'_>,
    catalog: &Catalog,
    findings: &mut Findings,
) -> Vec<Group> {
    if let Granting::Element(pattern) = grant.actions {
        if let Some(reason) = pattern.never_matches() {
            findings.add_dead(grant, reason);
            return Vec::new();
        }
        if let Some(action) = catalog.operation_not_action(pattern.text()) {
            let reason = format!("it is the name of an operation; the action is {action}");
            findings.add_dead(grant, &reason);
            return Vec::new();
        }
    }
    let mut judge = Judge {
        asking,
        catalog,
        grant,
    };
    let judged = groups(grant, evidence, &mut judge, catalog);
    if judged.is_empty() && grant.crowd.is_none() {
        findings.add_dead(grant, "its `NotAction` leaves no action");
        return Vec::new();
    }
    let mut members = Members::default();
    for group in &judged {
        members.add(group, grant, catalog);
    }
    findings.add(grant, members, evidence);
    judged.into_iter().map(|judged| judged.group).collect()
}
