//! What was judged, gathered: one finding for one cause, with every place that grants it.

use super::evidence::EvidenceByAction;
use super::grant::Grant;
use super::members::{Beyond, Members};
use super::severity::Severity;
use super::{Comparison, Dead, Excess, Kind, Origin, Undecided};
use crate::catalog::Catalog;
use crate::iam::{Action, ActionPattern};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// How many members of a wildcard an undecided entry spells out.
const MEMBERS_SHOWN: usize = 20;

/// Findings as they gather; the same cause found in several places is one finding with several origins.
#[derive(Debug, Default)]
pub(super) struct Findings {
    excess: BTreeMap<Cause, Excess>,
    undecided: BTreeMap<(BTreeSet<String>, String, Place), Undecided>,
    dead: BTreeMap<(BTreeSet<String>, String, Place), Dead>,
}

type Place = (String, usize);

/// What makes two excesses one: within a statement, the same kind on the same resources of one service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Cause {
    place: Place,
    kind: Kind,
    severity: Severity,
    service: String,
    resources: BTreeSet<String>,
    /// A wildcard is a cause of its own; plain actions share one.
    wildcard: Option<BTreeSet<String>>,
}

impl Findings {
    pub(super) fn add(&mut self, grant: &Grant<'_>, members: Members, evidence: &EvidenceByAction) {
        let nothing_lives = members.observed.is_empty()
            && members.unobserved.is_empty()
            && members.undecided.is_empty();
        if nothing_lives {
            if let Some(reason) = members.dead.last() {
                self.add_dead(grant, reason.reason());
            }
            return;
        }
        self.add_open_members(grant, &members);
        if members.unobserved.is_empty() {
            for ((severity, resources), Beyond { actions, needed }) in members.beyond {
                self.add_excess(
                    grant,
                    Kind::BroadResource,
                    severity,
                    Excess {
                        kind: Kind::BroadResource,
                        severity,
                        actions: grant.written(),
                        not_action: grant.not_action(),
                        resources,
                        not_resource: grant.not_resource(),
                        conditional: grant.is_conditional(),
                        observed: actions,
                        unobserved: BTreeSet::new(),
                        not_in_effect: members.not_in_effect.clone(),
                        needed_resources: needed,
                        origins: BTreeSet::new(),
                        advice: None,
                    },
                );
            }
            return;
        }
        let worst = members
            .unobserved
            .keys()
            .map(|(severity, _)| *severity)
            .chain(members.beyond.keys().map(|(severity, _)| *severity))
            .max()
            .unwrap_or(Severity::Medium);
        let kind = if !members.observed.is_empty() {
            Kind::BroadAction
        } else if grant
            .prefix()
            .is_some_and(|prefix| evidence.service_observed(prefix))
        {
            Kind::UnusedAction
        } else {
            Kind::UnusedService
        };
        let resources = members
            .unobserved
            .keys()
            .flat_map(|(_, resources)| resources)
            .chain(members.beyond.keys().flat_map(|(_, resources)| resources))
            .cloned()
            .collect();
        self.add_excess(
            grant,
            kind,
            worst,
            Excess {
                kind,
                severity: worst,
                actions: grant.written(),
                not_action: grant.not_action(),
                resources,
                not_resource: grant.not_resource(),
                conditional: grant.is_conditional(),
                observed: members.observed,
                unobserved: members.unobserved.into_values().flatten().collect(),
                not_in_effect: members.not_in_effect,
                needed_resources: members.needed,
                origins: BTreeSet::new(),
                advice: None,
            },
        );
    }

    fn add_excess(&mut self, grant: &Grant<'_>, kind: Kind, severity: Severity, excess: Excess) {
        let cause = Cause {
            place: place(&grant.origin),
            kind,
            severity,
            service: grant.prefix().unwrap_or_default().to_ascii_lowercase(),
            resources: excess.resources.clone(),
            wildcard: grant.is_wildcard().then(|| grant.written()),
        };
        let finding = self.excess.entry(cause).or_insert_with(|| Excess {
            actions: BTreeSet::new(),
            observed: BTreeSet::new(),
            unobserved: BTreeSet::new(),
            not_in_effect: BTreeSet::new(),
            needed_resources: BTreeSet::new(),
            ..excess.clone()
        });
        finding.actions.extend(excess.actions);
        finding.observed.extend(excess.observed);
        finding.unobserved.extend(excess.unobserved);
        finding.not_in_effect.extend(excess.not_in_effect);
        finding.needed_resources.extend(excess.needed_resources);
        finding.origins.insert(grant.origin.clone());
    }

    /// Members that nothing decides: as written where that is the whole pattern, by name where it is a part.
    fn add_open_members(&mut self, grant: &Grant<'_>, members: &Members) {
        let whole = members.unobserved.is_empty() && members.observed.is_empty();
        for ((reason, resources), actions) in &members.undecided {
            let as_written = !grant.is_wildcard() || (whole && members.undecided.len() == 1);
            let named = if as_written {
                grant.written()
            } else {
                shown(actions)
            };
            let not_action = as_written && grant.not_action();
            self.add_undecided(grant, &named, not_action, resources, reason);
        }
    }

    /// A name that the catalogue does not list and nobody was seen to call.
    pub(super) fn add_unlisted(
        &mut self,
        grant: &Grant<'_>,
        pattern: &ActionPattern,
        catalog: &Catalog,
    ) {
        match catalog.operation_not_action(pattern.text()) {
            Some(action) => {
                let reason = format!("it is the name of an operation; the action is {action}");
                self.add_dead(grant, &reason);
            }
            None => self.add_undecided(
                grant,
                &grant.written(),
                false,
                &grant.resource_texts(),
                "the catalogue does not list this action: it is misspelt, or newer than the catalogue",
            ),
        }
    }

    pub(super) fn add_undecided(
        &mut self,
        grant: &Grant<'_>,
        actions: &BTreeSet<String>,
        not_action: bool,
        resources: &BTreeSet<String>,
        reason: &str,
    ) {
        let key = (resources.clone(), reason.to_owned(), place(&grant.origin));
        let entry = self.undecided.entry(key).or_insert_with(|| Undecided {
            actions: BTreeSet::new(),
            not_action,
            resources: resources.clone(),
            not_resource: grant.not_resource(),
            reason: reason.to_owned(),
            origins: BTreeSet::new(),
        });
        entry.actions.extend(actions.iter().cloned());
        entry.origins.insert(grant.origin.clone());
    }

    pub(super) fn add_dead(&mut self, grant: &Grant<'_>, reason: &str) {
        let resources = grant.resource_texts();
        let key = (resources.clone(), reason.to_owned(), place(&grant.origin));
        let entry = self.dead.entry(key).or_insert_with(|| Dead {
            actions: BTreeSet::new(),
            not_action: grant.not_action(),
            resources,
            not_resource: grant.not_resource(),
            reason: reason.to_owned(),
            origins: BTreeSet::new(),
        });
        entry.actions.extend(grant.written());
        entry.origins.insert(grant.origin.clone());
    }

    /// The findings in their order: worst first, then by place. Findings that differ in place alone become one.
    pub(super) fn into_comparison(self) -> Comparison {
        let mut excess: Vec<Excess> = Vec::new();
        for finding in self.excess.into_values() {
            let twin = excess.iter_mut().find(|other| is_twin(other, &finding));
            match twin {
                Some(twin) => twin.origins.extend(finding.origins),
                None => excess.push(finding),
            }
        }
        excess.sort_by(|one, other| {
            let key = |finding: &Excess| (Reverse(finding.severity), finding.kind);
            key(one)
                .cmp(&key(other))
                .then_with(|| one.origins.cmp(&other.origins))
                .then_with(|| one.actions.cmp(&other.actions))
                .then_with(|| one.resources.cmp(&other.resources))
        });
        let mut undecided: Vec<Undecided> = self.undecided.into_values().collect();
        undecided.sort();
        let mut dead: Vec<Dead> = self.dead.into_values().collect();
        dead.sort();
        Comparison {
            excess,
            undecided,
            dead,
            missing: Vec::new(),
        }
    }
}

fn is_twin(one: &Excess, other: &Excess) -> bool {
    one.kind == other.kind
        && one.severity == other.severity
        && one.actions == other.actions
        && one.resources == other.resources
        && (one.not_action, one.not_resource, one.conditional)
            == (other.not_action, other.not_resource, other.conditional)
}

fn place(origin: &Origin) -> Place {
    (origin.policy.clone(), origin.statement)
}

fn shown(actions: &BTreeSet<Action>) -> BTreeSet<String> {
    let more = actions.len().saturating_sub(MEMBERS_SHOWN);
    let named = actions.iter().take(MEMBERS_SHOWN).map(Action::to_string);
    named
        .chain((more > 0).then(|| format!("... and {more} more")))
        .collect()
}
