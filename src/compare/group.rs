//! Groups the actions of a grant that must get the same result, so that each group is judged once.

use super::evidence::{Evidence, EvidenceByAction};
use super::grant::{Grant, Granting};
use super::narrow;
use super::severity::{Facts, Severity};
use super::spot::Spot;
use super::standing::Judge;
use crate::catalog::{ActionEntry, Catalog, sensitive};
use crate::iam::algebra::Likeness;
use crate::iam::{Action, ActionPattern, ConditionAtom};
use std::collections::{BTreeMap, BTreeSet};

/// Actions of one element that have the same result on each resource element of the statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The actions. Empty for a wildcard that matches no action of the catalogue.
    pub actions: BTreeSet<Action>,
    /// The result on each resource element, in order. One for a `NotResource`.
    pub spots: Vec<Spot>,
}

/// A judged group, and what its actions have in common.
#[derive(Debug)]
pub(super) struct Judged<'e, 'n> {
    pub(super) group: Group,
    /// What the needs say about them.
    pub(super) evidence: Option<&'e Evidence<'n>>,
    /// The facts that decide the severity.
    pub(super) facts: Facts,
}

/// What two actions without evidence must have in common to be in one group.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Alike {
    likeness: Likeness,
    facts: Facts,
    hangs_on_the_region: bool,
    /// The `Deny` statements that leave only what they select.
    selecting: Vec<usize>,
}

/// The groups of a grant's actions, in the order of their first action.
pub(super) fn groups<'e, 'n>(
    grant: &Grant<'_>,
    evidence: &'e EvidenceByAction<'n>,
    judge: &mut Judge<'_, '_>,
    catalog: &Catalog,
) -> Vec<Judged<'e, 'n>> {
    let mut groups = Vec::new();
    // A condition may have thousands of values, so it is read once and not for each action.
    let settled = judge.settled(grant).cloned().unwrap_or_default();
    let narrowing: Vec<&ConditionAtom> = narrow::tests_of_allow(&settled).collect();
    let facts = |action: &Action, entry: Option<&ActionEntry<'_>>| {
        let mut narrowing = narrowing.iter();
        Facts {
            is_narrowed: narrowing.any(|atom| narrow::has_key(entry, atom)),
            ..facts(grant, action, entry)
        }
    };
    let mut rest: BTreeMap<Alike, (ActionEntry<'_>, BTreeSet<Action>)> = BTreeMap::new();
    let entries = match judge.known(grant).zip(grant.crowd) {
        Some((known, crowd)) => crowd.entries(grant, known, evidence, catalog),
        None => grant.entries(catalog),
    };
    for entry in &entries {
        let action = entry.action();
        let facts = facts(&action, Some(entry));
        if let Some(known) = evidence.get(&action) {
            let spots = judge.spots(&action, Some(entry), Some(known));
            let selecting = judge.selecting(Some(entry));
            let facts = facts.also_narrowed(judge.is_selected_by_denials(&action, &selecting));
            groups.push(Judged {
                group: Group {
                    actions: BTreeSet::from([action]),
                    spots,
                },
                evidence: Some(known),
                facts,
            });
            continue;
        }
        let likeness = judge.likeness(&action);
        let alike = Alike {
            likeness,
            facts,
            hangs_on_the_region: judge.hangs_on_the_region(&action),
            selecting: judge.selecting(Some(entry)),
        };
        let (_, actions) = rest
            .entry(alike)
            .or_insert_with(|| (*entry, BTreeSet::new()));
        actions.insert(action);
    }
    for (alike, (entry, actions)) in rest {
        let action = entry.action();
        let is_selected = judge.is_selected_by_denials(&action, &alike.selecting);
        groups.push(Judged {
            group: Group {
                actions,
                spots: judge.spots(&action, Some(&entry), None),
            },
            evidence: None,
            facts: alike.facts.also_narrowed(is_selected),
        });
    }
    // Actions newer than the catalogue are known only because they were called.
    let unlisted: Vec<&Action> = evidence
        .actions()
        .filter(|action| grant.matches(action) && catalog.action(action).is_none())
        .filter(|action| evidence.get(action).is_some())
        .collect();
    for action in &unlisted {
        let known = evidence.get(action);
        groups.push(Judged {
            group: Group {
                actions: BTreeSet::from([(*action).clone()]),
                spots: judge.spots(action, None, known),
            },
            evidence: known,
            facts: facts(action, None),
        });
    }
    if let Granting::Element(pattern) = grant.actions
        && entries.is_empty()
        && unlisted.is_empty()
        && let Some(action) = stand_in(pattern)
    {
        groups.push(Judged {
            group: Group {
                actions: pattern.as_action().into_iter().collect(),
                spots: judge.spots(&action, None, None),
            },
            evidence: None,
            facts: facts(&action, None),
        });
    }
    groups.sort_by(|one, other| one.group.actions.first().cmp(&other.group.actions.first()));
    groups
}

/// An action that a pattern matches, for a pattern without an action in the catalogue.
fn stand_in(pattern: &ActionPattern) -> Option<Action> {
    pattern.as_action().or_else(|| {
        let some = pattern.text().replace('*', "").replace('?', "x");
        let some = if some.ends_with(':') {
            format!("{some}x")
        } else {
            some
        };
        some.parse().ok()
    })
}

/// The facts about an action, except what depends on the condition.
fn facts(grant: &Grant<'_>, action: &Action, entry: Option<&ActionEntry<'_>>) -> Facts {
    Facts {
        level: entry.map(ActionEntry::level),
        escalates: sensitive::escalates(action).is_some(),
        is_handed_on: hands_on(action),
        reads_data: sensitive::reads_data(action).is_some(),
        is_brought: grant.brings_along(action),
        is_narrowed: false,
    }
}

/// Whether the action passes or assumes a role. Such an action reaches no further than the named role.
fn hands_on(action: &Action) -> bool {
    ["iam:PassRole", "sts:AssumeRole"]
        .iter()
        .any(|own| own.parse() == Ok(action.clone()))
}

impl Judged<'_, '_> {
    /// The first action, which stands for the group.
    pub(super) fn first(&self) -> Option<&Action> {
        self.group.actions.first()
    }

    /// Whether a call that needs them was observed.
    pub(super) fn is_observed(&self) -> bool {
        self.evidence.is_some_and(|evidence| evidence.observed)
    }

    /// The severity of granting them on these resources without need.
    pub(super) fn severity(
        &self,
        grant: &Grant<'_>,
        resources: &[&str],
        catalog: &Catalog,
    ) -> Severity {
        super::severity::of(grant, self, resources, catalog)
    }
}
