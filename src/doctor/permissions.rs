//! Finds permissions that the credentials lack: all of them in one finding, with a policy to paste.

use super::{Cause, Examined, Finding, Weight};
use crate::aws::{ApiErrorKind, rights};
use std::collections::BTreeSet;

/// Without these actions there is nothing to look at.
const INDISPENSABLE: &[&str] = &["xray:BatchGetTraces", "xray:GetTraceSummaries"];

pub(super) fn find(examined: &Examined) -> Vec<Finding> {
    let refusals = examined.refusals.iter();
    let denied = refusals.filter(|refusal| refusal.error.kind == ApiErrorKind::Denied);
    let denied: BTreeSet<&str> = denied.map(|refusal| refusal.action.as_str()).collect();
    if denied.is_empty() {
        return Vec::new();
    }
    let actions: Vec<&str> = denied.iter().copied().collect();
    let weight = if denied.iter().any(|action| INDISPENSABLE.contains(action)) {
        Weight::CannotLook
    } else {
        Weight::Insufficient
    };
    let them = if let [_] = actions.as_slice() {
        "a permission"
    } else {
        "permissions"
    };
    let text = format!("The credentials lack {them}: {}.", actions.join(", "));
    let advice = "Attach this policy to the user or role that the credentials are of; it has all that this tool asks for, and can \
                  change nothing.";
    let finding = Finding::new(Cause::Permissions, text).weighing(weight);
    vec![finding.advising(advice).mended_by(rights::policy())]
}
