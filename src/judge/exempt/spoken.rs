//! The actions that a finding is about. A wildcard's finding lists what was observed too, most of which is justified.

use crate::compare::{Comparison, Excess, Spot};
use crate::iam::{Action, PolicyDocument};
use std::collections::BTreeSet;

/// Actions of which something in the finding's statements is too much.
pub(super) fn of(
    finding: &Excess,
    comparison: &Comparison,
    policies: &[PolicyDocument],
) -> BTreeSet<Action> {
    let is_here = |policy: usize, statement: usize| {
        let mut origins = finding.origins.iter();
        origins.any(|origin| {
            let named = policies.get(policy);
            origin.statement == statement && named.is_some_and(|own| own.name == origin.policy)
        })
    };
    let is_too_much = |spot: &Spot| match spot {
        Spot::Beyond(_) | Spot::NotObserved => true,
        Spot::Dead(_) | Spot::Justified | Spot::Undecided(_) | Spot::GivenUp(_) => false,
    };
    let elements = comparison.elements.iter();
    let groups = elements
        .filter(|((policy, statement, _), _)| is_here(*policy, *statement))
        .flat_map(|(_, groups)| groups);
    let about = groups.filter(|group| group.spots.iter().any(is_too_much));
    let mut spoken: BTreeSet<Action> = about
        .flat_map(|group| group.actions.iter().cloned())
        .collect();
    spoken.extend(finding.unobserved.iter().cloned());
    spoken
}
