//! Divides a finding into parts about which the record says different things.
//!
//! A wildcard is divided as a list is: actions that the record may treat differently are shown by their own names, and the
//! rest is shown as written.

use super::touch::Touch;
use crate::compare::{Excess, Severity};
use crate::iam::{Action, ActionPattern, ResourcePattern, Version};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One action element on one resource element of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair<'a> {
    pub(super) action: &'a str,
    pub(super) resource: &'a str,
    /// Whether the action is one that a wildcard matches, and not an element as written.
    pub(super) is_member: bool,
}

/// The resource elements of a finding, each with the text that stands for it in a [`Pair`]. A whole `NotResource` is one
/// element with the text `*`, because only something that covers everything covers it.
fn resources(finding: &Excess) -> Vec<(&str, BTreeSet<String>)> {
    if finding.not_resource {
        return vec![("*", finding.resources.clone())];
    }
    let each = finding.resources.iter();
    each.map(|text| (text.as_str(), BTreeSet::from([text.clone()])))
        .collect()
}

/// Actions of a finding about which the record says the same.
struct Element {
    /// The text that stands for them in a [`Pair`].
    asked: String,
    /// The elements that the report shows.
    written: BTreeSet<String>,
    /// The actions of the catalogue among them.
    meant: BTreeSet<Action>,
    /// The place of the wildcard that matches them, if they are shown by name.
    member_of: Option<usize>,
    /// The place of their element.
    place: usize,
}

/// Divides the actions of a finding. `spoken_of` are the actions that the finding is about; about the other actions of a
/// wildcard nothing is said.
fn elements(finding: &Excess, spoken_of: &BTreeSet<Action>, touch: &Touch<'_>) -> Vec<Element> {
    let all: BTreeSet<&Action> = finding.observed.union(&finding.unobserved).collect();
    if finding.not_action {
        let written = finding.actions.clone();
        let meant = all.into_iter().cloned().collect();
        let whole = whole(0, "*".to_owned(), written, meant);
        return split(whole, &ActionPattern::new("*"), spoken_of, touch);
    }
    let each = finding.actions.iter().enumerate();
    each.flat_map(|(place, text)| {
        let pattern = ActionPattern::new(text);
        let meant: BTreeSet<Action> = if let Some(named) = pattern.as_action() {
            all.get(&named).into_iter().copied().cloned().collect()
        } else {
            let meant = all.iter().filter(|action| pattern.matches(action));
            meant.map(|action| (*action).clone()).collect()
        };
        let written = BTreeSet::from([text.clone()]);
        split(
            whole(place, text.clone(), written, meant),
            &pattern,
            spoken_of,
            touch,
        )
    })
    .collect()
}

fn whole(
    place: usize,
    asked: String,
    written: BTreeSet<String>,
    meant: BTreeSet<Action>,
) -> Element {
    Element {
        asked,
        written,
        meant,
        member_of: None,
        place,
    }
}

/// Divides the actions of a wildcard if some entry of the record covers only some of them.
fn split(
    mut whole: Element,
    pattern: &ActionPattern,
    spoken_of: &BTreeSet<Action>,
    touch: &Touch<'_>,
) -> Vec<Element> {
    if !pattern.is_wildcard() || touch.is_idle() {
        return vec![whole];
    }
    let mut alike: BTreeMap<BTreeSet<usize>, BTreeSet<Action>> = BTreeMap::new();
    let (meant, silent): (BTreeSet<Action>, BTreeSet<Action>) = whole
        .meant
        .iter()
        .cloned()
        .partition(|action| spoken_of.contains(action));
    for action in &meant {
        let own = touch.of_member(action);
        alike.entry(own).or_default().insert(action.clone());
    }
    let of_all = touch.of_all(pattern, &alike.keys().collect::<Vec<_>>());
    let rest = alike.remove(&of_all);
    if alike.is_empty() {
        return vec![whole];
    }
    let place = whole.place;
    let apart = alike.into_values().filter_map(|meant| {
        Some(Element {
            asked: meant.first()?.to_string(),
            written: meant.iter().map(ToString::to_string).collect(),
            meant,
            member_of: Some(place),
            place,
        })
    });
    let mut apart: Vec<Element> = apart.collect();
    if let Some(rest) = rest {
        whole.meant = rest;
        whole.meant.extend(silent);
        apart.push(whole);
    }
    apart
}

/// Every pair of a finding. Wildcards are not divided.
pub(super) fn pairs(finding: &Excess) -> Vec<(String, &str)> {
    let resources = resources(finding);
    let actions: Vec<String> = if finding.not_action {
        vec!["*".to_owned()]
    } else {
        finding.actions.iter().cloned().collect()
    };
    let pairs = actions.iter().flat_map(|action| {
        let resources = resources.iter();
        resources.map(move |(resource, _)| (action.clone(), *resource))
    });
    pairs.collect()
}

/// The parts of a finding, each with what is said about it. If the same is said about everything, the result is the whole
/// finding.
///
/// Actions stay together if the same is said about them on each resource. So do resources if the same is said about them for
/// these actions.
pub(super) fn divided<L: Ord + Clone>(
    finding: &Excess,
    spoken_of: &BTreeSet<Action>,
    touch: &Touch<'_>,
    mut say: impl FnMut(&Excess, Pair<'_>) -> L,
) -> Vec<(Excess, L)> {
    let resources = resources(finding);
    let said = elements(finding, spoken_of, touch)
        .into_iter()
        .map(|element| {
            let reach = reach(finding, &element.meant);
            let said = resources.iter().map(|(resource, written)| {
                let pair = Pair {
                    action: &element.asked,
                    resource,
                    is_member: element.member_of.is_some(),
                };
                is_within(reach.as_ref(), written).then(|| say(finding, pair))
            });
            (filled(said.collect()), element)
        });
    let mut groups: BTreeMap<Vec<Option<L>>, Vec<Element>> = BTreeMap::new();
    for (said, element) in said {
        groups.entry(said).or_default().push(element);
    }
    let mut parts = Vec::new();
    for (said, mut actions) in groups {
        back_into_their_wildcards(&mut actions);
        let reaches: Vec<_> = actions
            .iter()
            .map(|own| reach(finding, &own.meant))
            .collect();
        let mut by_label: BTreeMap<L, BTreeSet<String>> = BTreeMap::new();
        for (label, (_, written)) in said.into_iter().zip(&resources) {
            let mut each = reaches.iter();
            let is_reached = each.any(|reach| is_within(reach.as_ref(), written));
            if let Some(label) = label.filter(|_| is_reached) {
                let together = by_label.entry(label).or_default();
                together.extend(written.iter().cloned());
            }
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

/// The resource elements that some of these actions are too much on. `None` if the finding does not say that of any of them: it is
/// about all of its resources then.
fn reach<'f>(finding: &'f Excess, actions: &BTreeSet<Action>) -> Option<BTreeSet<&'f String>> {
    let each = actions.iter().flat_map(|action| {
        let from = (action.clone(), Arc::default());
        let own = finding.severities.range(from..);
        own.take_while(move |((of, _), _)| of == action)
    });
    let mut each = each.peekable();
    each.peek()?;
    Some(each.flat_map(|((_, on), _)| on.iter()).collect())
}

/// Whether something is too much on a resource element, or on one of those that a `NotResource` has.
fn is_within(reach: Option<&BTreeSet<&String>>, written: &BTreeSet<String>) -> bool {
    reach.is_none_or(|reach| written.iter().any(|text| reach.contains(text)))
}

/// Replaces missing labels by another label of the list, so that they do not keep actions apart.
fn filled<L: Clone>(mut labels: Vec<Option<L>>) -> Vec<Option<L>> {
    let any = labels.iter().flatten().next().cloned();
    for label in &mut labels {
        if label.is_none() {
            label.clone_from(&any);
        }
    }
    labels
}

/// Moves actions back into their wildcard if the same is said about them and about the rest of it.
fn back_into_their_wildcards(elements: &mut Vec<Element>) {
    let (members, mut kept): (Vec<Element>, Vec<Element>) =
        elements.drain(..).partition(|own| own.member_of.is_some());
    for member in members {
        let rest = kept
            .iter_mut()
            .find(|own| own.member_of.is_none() && Some(own.place) == member.member_of);
        match rest {
            Some(rest) => rest.meant.extend(member.meant),
            None => kept.push(member),
        }
    }
    *elements = kept;
}

fn part(finding: &Excess, elements: &[Element], resources: BTreeSet<String>) -> Excess {
    let mut part = finding.clone();
    let meant: BTreeSet<&Action> = elements.iter().flat_map(|own| &own.meant).collect();
    part.observed.retain(|action| meant.contains(action));
    part.unobserved.retain(|action| meant.contains(action));
    part.actions = elements
        .iter()
        .flat_map(|own| own.written.iter().cloned())
        .collect();
    if elements.iter().any(|own| own.member_of.is_some()) {
        part.written_whole = false;
        part.not_action = false;
    }
    if let Some(worst) = worst(finding, &meant, &resources) {
        part.severity = worst;
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

/// The worst severity of some actions on some resources, if the finding has a severity for each.
fn worst(
    finding: &Excess,
    actions: &BTreeSet<&Action>,
    resources: &BTreeSet<String>,
) -> Option<Severity> {
    let each = finding.severities.iter();
    let own = each
        .filter(|((action, on), _)| actions.contains(action) && !on.is_disjoint(resources))
        .map(|(_, severity)| *severity);
    own.max()
}
