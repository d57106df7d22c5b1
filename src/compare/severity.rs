//! Decides the severity of an excess.

use super::evidence::Evidence;
use super::grant::Grant;
use super::group::Judged;
use crate::catalog::{AccessLevel, Catalog, has_every_arn};
use crate::iam::{Action, Glob, ResourcePattern, Version};
use crate::needed::Bound;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// How bad an excess is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Breadth that reaches no other named resource of this account and region, what Lambda itself needs, or what comes along with
    /// the narrowest policy template.
    Low,
    /// A not-observed action, or a resource pattern that reaches other named resources.
    Medium,
    /// `service:*` on `*`, escalation, not-observed changes on `*`, or reading of secrets and data on `*`.
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

/// The facts about an action that decide the severity of granting it without need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, true or not"
)]
pub(super) struct Facts {
    /// AWS's access level; `None` if the catalogue does not list the action.
    pub(super) level: Option<AccessLevel>,
    /// Whether it allows privilege escalation.
    pub(super) escalates: bool,
    /// Whether it only passes or assumes a named role.
    pub(super) is_handed_on: bool,
    /// Whether it reads secrets or stored data.
    pub(super) reads_data: bool,
    /// Whether it came with what is needed and nobody wrote it.
    pub(super) is_brought: bool,
    /// Whether the statement's condition selects resources of it, or that of a `Deny` does.
    pub(super) is_narrowed: bool,
}

impl Facts {
    /// The same where something else may narrow it too.
    pub(super) fn also_narrowed(self, is_narrowed: bool) -> Self {
        Self {
            is_narrowed: self.is_narrowed || is_narrowed,
            ..self
        }
    }
}

/// The severity of actions granted on these resources, which go beyond what was observed and what may be needed.
pub(super) fn of(
    grant: &Grant<'_>,
    judged: &Judged<'_, '_>,
    resources: &[&str],
    catalog: &Catalog,
) -> Severity {
    let facts = judged.facts;
    let sensitive = facts.escalates || facts.reads_data;
    let known = judged.evidence;
    if known.is_some_and(|evidence| only_elsewhere(evidence, resources)) {
        // These are the needed resources, in other accounts and regions.
        return if sensitive {
            Severity::Medium
        } else {
            Severity::Low
        };
    }
    if grant.is_everything() {
        return Severity::Critical;
    }
    let action = judged.first();
    if facts.escalates && !are_named(action, resources, catalog) {
        return Severity::Critical;
    }
    if known.is_some_and(Evidence::is_configured) {
        return Severity::Low;
    }
    if facts.escalates {
        return if facts.is_handed_on {
            Severity::Medium
        } else {
            Severity::High
        };
    }
    if facts.is_brought && !judged.is_observed() {
        return Severity::Low;
    }
    // A condition that narrows `*` leaves less than `*`.
    let everything = reach_everything(action, resources, catalog) && !facts.is_narrowed;
    let observed = judged.is_observed();
    let changes = match facts.level {
        Some(AccessLevel::Write | AccessLevel::Tagging | AccessLevel::PermissionsManagement)
        | None => !observed,
        Some(AccessLevel::List | AccessLevel::Read) => false,
    };
    let reads = facts.reads_data && !known.is_some_and(Evidence::is_explained);
    if everything && (grant.is_whole_service() || changes || reads) {
        return Severity::High;
    }
    Severity::Medium
}

/// Whether the resources are the needed ones, in any partition, region and account.
fn only_elsewhere(evidence: &Evidence<'_>, resources: &[&str]) -> bool {
    // Only names from evidence count here, not names from the policy itself.
    let bounds = evidence.doubts.iter().filter_map(|doubt| match &doubt.on {
        Bound::Patterns(patterns) => Some(patterns),
        Bound::Named | Bound::NamedAmong(_) | Bound::Everything => None,
    });
    let needed = evidence.needed.iter().chain(bounds.flatten());
    let widened: Vec<Glob> = needed
        .filter(|needed| *needed != "*")
        .map(|needed| Glob::parse(&widened(needed)))
        .collect();
    resources.iter().all(|resource| {
        widened
            .iter()
            .any(|needed| needed.covers(&Glob::parse(resource)))
    })
}

fn are_named(action: Option<&Action>, resources: &[&str], catalog: &Catalog) -> bool {
    let action = action.filter(|_| !resources.is_empty());
    action.is_some_and(|action| {
        resources
            .iter()
            .all(|resource| catalog.names_one(action, resource))
    })
}

/// Whether one of these resources is `*`, or reaches as far for the action.
pub(super) fn reach_everything(
    action: Option<&Action>,
    resources: &[&str],
    catalog: &Catalog,
) -> bool {
    let mut everything = action.map(|action| catalog.everything_of(action));
    resources.iter().any(|resource| {
        let widest = if resource.contains('$') {
            Cow::Owned(ResourcePattern::new(*resource, Version::V2012).with_empty_variables())
        } else {
            Cow::Borrowed(*resource)
        };
        match &mut everything {
            Some(everything) => everything.is_within(&widest),
            None => has_every_arn(&Glob::parse(&widest)),
        }
    })
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

    #[test]
    fn a_variable_may_be_nothing_so_that_a_wildcard_behind_it_reaches_everything() {
        let catalog = Catalog::embedded();
        let action: Action = "s3:GetObject".parse().unwrap();
        let reaches = |resource: &str| {
            let of_action = reach_everything(Some(&action), &[resource], catalog);
            (of_action, reach_everything(None, &[resource], catalog))
        };
        assert_eq!(reaches("*"), (true, true));
        assert_eq!(reaches("${aws:PrincipalTag/team}*"), (true, true));
        let buckets = "arn:aws:s3:::${aws:PrincipalTag/team}*";
        assert_eq!(reaches(buckets), (true, false));
        assert_eq!(
            reaches("arn:aws:s3:::${aws:PrincipalTag/team}/*"),
            (false, false)
        );
        assert_eq!(reaches("arn:aws:s3:::shop-*"), (false, false));
    }
}
