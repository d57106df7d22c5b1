//! What the policies denied when a baseline was written. The entries hold the excess as it is written, wildcards and all, so that
//! what a `Deny` takes away from a wildcard lies within them.

use crate::iam::{ActionClause, Effect, PolicyDocument, ResourceClause, Statement};
use crate::judge::exempt::cover::Area;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The elements of a `Deny` without a condition, as the policy wrote them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Denied {
    actions: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    not_action: bool,
    resources: BTreeSet<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    not_resource: bool,
}

impl Denied {
    /// What a statement denies in every request; nothing if it does not.
    fn of(statement: &Statement) -> Option<Self> {
        let is_certain = statement.effect == Effect::Deny
            && statement.condition.is_none()
            && statement.principal.is_none();
        let not_resource = match statement.resources {
            ResourceClause::Resource(_) => false,
            ResourceClause::NotResource(_) => true,
            ResourceClause::Absent => return None,
        };
        let actions = statement.actions.patterns().iter();
        let resources = statement.resources.patterns().iter();
        is_certain.then(|| Self {
            actions: actions.map(|own| own.value.text().to_owned()).collect(),
            not_action: matches!(statement.actions, ActionClause::NotAction(_)),
            resources: resources.map(|own| own.value.text().to_owned()).collect(),
            not_resource,
        })
    }

    pub(super) fn area(&self) -> Area {
        Area::written(
            (&self.actions, self.not_action),
            (&self.resources, self.not_resource),
        )
    }

    /// Each action on each resource, so that another division into statements denies the same. A list of exceptions stays whole.
    fn pieces(&self) -> impl Iterator<Item = Area> {
        let actions = each(&self.actions, self.not_action);
        let resources = each(&self.resources, self.not_resource);
        actions.into_iter().flat_map(move |actions| {
            let pieces = resources.iter().map(|resources| {
                Area::written((&actions, self.not_action), (resources, self.not_resource))
            });
            pieces.collect::<Vec<_>>()
        })
    }
}

fn each(elements: &BTreeSet<String>, are_exceptions: bool) -> Vec<BTreeSet<String>> {
    if are_exceptions {
        return vec![elements.clone()];
    }
    let each = elements.iter();
    each.map(|own| BTreeSet::from([own.clone()])).collect()
}

/// What policies deny in every request.
pub(super) fn of(policies: &[PolicyDocument]) -> BTreeSet<Denied> {
    let statements = policies.iter().flat_map(|policy| &policy.statements);
    statements.filter_map(Denied::of).collect()
}

/// What was denied once and is not any more.
pub(super) fn lifted<'d>(
    denied: impl IntoIterator<Item = &'d Denied>,
    policies: &[PolicyDocument],
) -> Vec<Area> {
    let now: Vec<Area> = of(policies).iter().map(Denied::area).collect();
    let pieces = denied.into_iter().flat_map(Denied::pieces);
    pieces
        .filter(|then| !now.iter().any(|now| now.includes(then)))
        .collect()
}
