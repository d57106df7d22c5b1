//! Merges the excess of each AWS managed policy for what Lambda itself needs into one low finding.
//!
//! These policies grant on `*`, because AWS cannot know the function, and AWS's own instructions say to attach them.

use super::{Comparison, Excess, Kind, Severity};
use crate::needed::NeededPermissions;
use crate::needed::execution_role_policies::{Replacement, name};
use std::collections::{BTreeMap, BTreeSet};

/// The same comparison, with one low finding for each such policy that grants too much.
pub(super) fn one_finding_a_policy(
    comparison: Comparison,
    needs: &NeededPermissions,
) -> Comparison {
    let mut excess = Vec::new();
    let mut by_policy: BTreeMap<&'static str, Vec<Excess>> = BTreeMap::new();
    for finding in comparison.excess {
        match attached(&finding) {
            Some(policy) => by_policy.entry(policy).or_default().push(finding),
            None => excess.push(finding),
        }
    }
    excess.extend(
        by_policy
            .into_iter()
            .filter_map(|(policy, findings)| one(policy, findings, needs)),
    );
    Comparison {
        excess,
        ..comparison
    }
}

/// The AWS managed policy that grants everything in the finding. `None` if something else grants part of it too.
fn attached(finding: &Excess) -> Option<&'static str> {
    let mut policies = finding.origins.iter().map(|origin| name(&origin.policy));
    let first = policies.next()??;
    policies.all(|other| other == Some(first)).then_some(first)
}

fn one(policy: &'static str, findings: Vec<Excess>, needs: &NeededPermissions) -> Option<Excess> {
    let granted: BTreeSet<_> = findings
        .iter()
        .flat_map(|finding| finding.observed.iter().chain(&finding.unobserved))
        .cloned()
        .collect();
    let needed = needs
        .needed
        .keys()
        .map(|permission| (&permission.action, &permission.resources));
    let replacement = Replacement::of(policy, |action| granted.contains(action), needed);
    let mut whole = findings.into_iter().reduce(|mut whole, finding| {
        whole.actions.extend(finding.actions);
        whole.resources.extend(finding.resources);
        whole.observed.extend(finding.observed);
        whole.unobserved.extend(finding.unobserved);
        whole.needed_resources.extend(finding.needed_resources);
        whole.doubts.extend(finding.doubts);
        whole.origins.extend(finding.origins);
        whole
    })?;
    whole.kind = if whole.observed.is_empty() {
        Kind::UnusedAction
    } else {
        Kind::BroadResource
    };
    whole.severity = Severity::Low;
    whole.severities.clear();
    whole.advice = Some(replacement.to_string());
    Some(whole)
}
