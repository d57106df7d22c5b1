//! Which `Deny` takes away what was called, so that whoever reads of it finds it.

use super::Granted;
use crate::catalog::Catalog;
use crate::iam::permissions::PermissionSet;
use crate::iam::{Action, Answer};
use std::collections::BTreeSet;

/// Statements that are named; of one action, more are hardly ever met.
const MOST: usize = 3;

/// The statements that deny an action on these resources, or on some of them, whatever the request, by `Sid` or line and by
/// policy. None where no single one does so for certain.
pub(super) fn denial(
    action: &Action,
    resources: &BTreeSet<String>,
    policies: &Granted<'_>,
    granted: &PermissionSet,
    catalog: &Catalog,
) -> Option<String> {
    let denying = granted.denies.iter().filter(|cell| {
        let mut resources = resources.iter();
        cell.condition.is_empty()
            && cell.principal.is_none()
            && cell.actions.contains(action, catalog)
            && resources.any(|own| cell.resources.contains(own) == Answer::Yes)
    });
    let places: BTreeSet<_> = denying.map(|cell| cell.origin).collect();
    let named = places.iter().filter_map(|place| {
        let policy = policies.policy(place.policy)?;
        let statement = policy.statements.get(place.statement)?;
        Some(match statement.sid.as_deref() {
            Some(sid) if !sid.is_empty() => format!("the `Deny` `{sid}` of `{}`", policy.name),
            _ => format!(
                "the `Deny` in line {} of `{}`",
                statement.span.line, policy.name
            ),
        })
    });
    let mut named: Vec<String> = named.collect();
    let more = named.len().saturating_sub(MOST);
    named.truncate(MOST);
    if more > 0 {
        named.push(format!("{more} more"));
    }
    (!named.is_empty()).then(|| named.join(" and "))
}
