//! A finding divided into parts of which different things are said.

use crate::compare::Excess;
use crate::iam::{ActionPattern, ResourcePattern, Version};
use std::collections::{BTreeMap, BTreeSet};

/// One action element on one resource element of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair<'a> {
    pub(super) action: &'a str,
    pub(super) resource: &'a str,
}

/// Elements of a finding with what stands for each in a [`Pair`]: what a `NotAction` or a `NotResource` leaves is one element,
/// and no less than everything covers it.
fn elements(written: &BTreeSet<String>, is_all_but: bool) -> Vec<(&str, BTreeSet<String>)> {
    if is_all_but {
        return vec![("*", written.clone())];
    }
    let each = written.iter();
    each.map(|text| (text.as_str(), BTreeSet::from([text.clone()])))
        .collect()
}

/// Every pair of a finding.
pub(super) fn pairs(finding: &Excess) -> Vec<Pair<'_>> {
    let resources = elements(&finding.resources, finding.not_resource);
    let actions = elements(&finding.actions, finding.not_action).into_iter();
    let pairs = actions.flat_map(|(action, _)| {
        let resources = resources.iter();
        resources
            .map(|(resource, _)| Pair { action, resource })
            .collect::<Vec<_>>()
    });
    pairs.collect()
}

/// The parts of a finding with what is said of each: whole where the same is said of all of it.
///
/// Actions of which the same is said on every resource stay together, and so do the resources of which the same is said for
/// these actions.
pub(super) fn divided<L: Ord + Clone>(
    finding: &Excess,
    mut say: impl FnMut(&Excess, Pair<'_>) -> L,
) -> Vec<(Excess, L)> {
    let resources = elements(&finding.resources, finding.not_resource);
    let mut groups: BTreeMap<Vec<L>, BTreeSet<String>> = BTreeMap::new();
    for (action, written) in elements(&finding.actions, finding.not_action) {
        let said = resources
            .iter()
            .map(|(resource, _)| say(finding, Pair { action, resource }))
            .collect();
        groups.entry(said).or_default().extend(written);
    }
    let mut parts = Vec::new();
    for (said, actions) in groups {
        let mut by_label: BTreeMap<L, BTreeSet<String>> = BTreeMap::new();
        for (label, (_, written)) in said.into_iter().zip(&resources) {
            let together = by_label.entry(label).or_default();
            together.extend(written.iter().cloned());
        }
        for (label, resources) in by_label {
            parts.push((part(finding, &actions, resources), label));
        }
    }
    parts.sort_by(|(one, _), (other, _)| {
        (&one.actions, &one.resources).cmp(&(&other.actions, &other.resources))
    });
    parts
}

fn part(finding: &Excess, actions: &BTreeSet<String>, resources: BTreeSet<String>) -> Excess {
    if *actions == finding.actions && resources == finding.resources {
        return finding.clone();
    }
    let mut part = finding.clone();
    if *actions != finding.actions {
        let patterns: Vec<ActionPattern> = actions.iter().map(ActionPattern::new).collect();
        let is_meant =
            |action: &crate::iam::Action| patterns.iter().any(|pattern| pattern.matches(action));
        part.observed.retain(is_meant);
        part.unobserved.retain(is_meant);
        part.actions.clone_from(actions);
    }
    if resources != finding.resources {
        let patterns: Vec<ResourcePattern> = resources
            .iter()
            .map(|text| ResourcePattern::new(text, Version::V2012))
            .collect();
        part.needed_resources.retain(|needed| {
            let needed = ResourcePattern::new(needed, Version::V2012);
            patterns
                .iter()
                .any(|pattern| pattern.glob().intersects(needed.glob()))
        });
        part.resources = resources;
    }
    part
}
