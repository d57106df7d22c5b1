//! How bad an excess is.

use super::grant::Grant;
use crate::catalog::{AccessLevel, ActionEntry, Catalog, sensitive};
use crate::iam::Glob;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// How bad an excess is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Breadth that reaches no other named resource of this account and region.
    Low,
    /// A not-observed action, or a resource pattern that reaches other named resources.
    Medium,
    /// `service:*` on `*`, or not-observed write, tagging or permissions-management actions on `*`.
    High,
    /// Action `*`, or a privilege-escalation action on more than named resources.
    Critical,
}

impl Severity {
    /// The name in reports and options.
    pub fn id(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// How bad it is that an action that was not observed is granted on these resources.
pub(super) fn of_unobserved_action(
    grant: &Grant<'_>,
    entry: &ActionEntry<'_>,
    resources: &[&str],
    catalog: &Catalog,
) -> Severity {
    let everything = reaches_everything(entry, resources, catalog);
    if grant.is_everything() || escalates(entry, resources, catalog) {
        return Severity::Critical;
    }
    // On what a condition leaves of `*` is less than on `*`.
    let everything = everything && !grant.is_narrowed();
    let changes = match entry.level() {
        AccessLevel::Write | AccessLevel::Tagging | AccessLevel::PermissionsManagement => true,
        AccessLevel::List | AccessLevel::Read => false,
    };
    if everything && (changes || grant.is_whole_service()) {
        return Severity::High;
    }
    Severity::Medium
}

/// How bad it is that an observed action is granted on these resources, which go beyond what it was observed on.
pub(super) fn of_broad_resource(
    grant: &Grant<'_>,
    entry: &ActionEntry<'_>,
    beyond: &[&str],
    observed_on: &BTreeSet<String>,
    catalog: &Catalog,
) -> Severity {
    let widened: Vec<Glob> = observed_on
        .iter()
        .map(|needed| Glob::parse(&widened(needed)))
        .collect();
    let only_elsewhere = beyond.iter().all(|resource| {
        widened
            .iter()
            .any(|needed| needed.covers(&Glob::parse(resource)))
    });
    if only_elsewhere {
        return Severity::Low;
    }
    if grant.is_everything() || escalates(entry, beyond, catalog) {
        return Severity::Critical;
    }
    let everything = reaches_everything(entry, beyond, catalog);
    if everything && grant.is_whole_service() {
        return Severity::High;
    }
    Severity::Medium
}

fn escalates(entry: &ActionEntry<'_>, resources: &[&str], catalog: &Catalog) -> bool {
    sensitive::reason(&entry.action()).is_some()
        && resources
            .iter()
            .any(|resource| !catalog.is_named(&entry.action(), resource))
}

fn reaches_everything(entry: &ActionEntry<'_>, resources: &[&str], catalog: &Catalog) -> bool {
    resources
        .iter()
        .any(|resource| catalog.is_everything(&entry.action(), resource))
}

/// The same resource in any partition, region and account.
fn widened(resource: &str) -> String {
    match resource.splitn(6, ':').collect::<Vec<_>>().as_slice() {
        ["arn", _, service, _, _, rest] => format!("arn:*:{service}:*:*:{rest}"),
        _ => resource.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widening_keeps_service_and_resource() {
        assert_eq!(
            widened("arn:aws:sqs:eu-west-1:123456789012:orders"),
            "arn:*:sqs:*:*:orders"
        );
        assert_eq!(widened("arn:aws:s3:::b/*"), "arn:*:s3:*:*:b/*");
        assert_eq!(widened("*"), "*");
    }
}
