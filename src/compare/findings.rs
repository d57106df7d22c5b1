//! Collects what was judged into findings. One cause gives one finding, with every place that grants it.

use super::evidence::EvidenceByAction;
use super::grant::Grant;
use super::members::{Members, Resources};
use super::severity::Severity;
use super::spot::Ineffective;
use super::{Comparison, Dead, Excess, Kind, Origin, Undecided};
use crate::iam::Action;
use std::cmp::Reverse;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// The findings collected so far. A cause that is found again adds a place to its finding.
#[derive(Debug, Default)]
pub(super) struct Findings {
    excess: BTreeMap<Cause, Excess>,
    undecided: BTreeMap<OpenCause, Undecided>,
    given_up: BTreeSet<String>,
    dead: BTreeMap<(BTreeSet<String>, String, Place), Dead>,
}

type Place = (String, usize);

/// The resources, the reasons and the place of what is undecided.
type OpenCause = (Resources, BTreeSet<String>, Place);

/// What two pieces of excess must have in common to be one finding: the statement, the kind, the severity, the service and
/// the resources.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Cause {
    place: Place,
    kind: Kind,
    severity: Severity,
    service: String,
    resources: BTreeSet<String>,
    /// The elements, if they are a wildcard: each wildcard is a finding of its own. Plain actions share one.
    wildcard: Option<BTreeSet<String>>,
}

/// A sentence for the most frequent mistake with S3: a bucket action on objects, or an object action on the bucket.
fn no_resource(reason: Ineffective, grant: &Grant<'_>) -> Option<&'static str> {
    if reason != Ineffective::NoResource || grant.not_resource() || grant.not_action() {
        return None;
    }
    let (actions, resources) = (grant.written(), grant.resource_texts());
    let all_of = |kind: &str| {
        let mut actions = actions.iter();
        actions.all(|action| action.starts_with("s3:") && action.contains(kind))
    };
    let is_object = |arn: &String| arn.contains(":s3:::") && arn.contains('/');
    let is_bucket = |arn: &String| arn.contains(":s3:::") && !arn.contains('/');
    if all_of("Bucket") && resources.iter().all(is_object) {
        Some("it applies to the bucket, but this statement names only objects (…/*)")
    } else if all_of("Object") && resources.iter().all(is_bucket) {
        Some("it applies to objects (…/*), but this statement names only the bucket")
    } else {
        None
    }
}

impl Findings {
    pub(super) fn add(
        &mut self,
        grant: &Grant<'_>,
        members: Members,
        evidence: &EvidenceByAction<'_>,
    ) {
        if members.is_dead() {
            // In a crowd only some of the actions were checked, so the others may match.
            if let Some(reason) = members.dead.last().filter(|_| grant.crowd.is_none()) {
                self.add_dead(
                    grant,
                    no_resource(*reason, grant).unwrap_or(reason.reason()),
                );
            }
            return;
        }
        self.add_open_members(grant, &members);
        if members.unobserved.is_empty() {
            for ((severity, resources, is_observed), broad) in members.beyond {
                let (observed, unobserved) = if is_observed {
                    (broad.actions, BTreeSet::new())
                } else {
                    (BTreeSet::new(), broad.actions)
                };
                self.add_excess(
                    grant,
                    Excess {
                        kind: Kind::BroadResource,
                        severity,
                        resources: (*resources).clone(),
                        observed,
                        unobserved,
                        not_in_effect: members.not_in_effect.clone(),
                        needed_resources: broad.needed,
                        doubts: broad.reasons,
                        wants_a_name: !broad.is_named,
                        ..grant.nothing_yet()
                    },
                );
            }
            return;
        }
        let worst = members.worst().unwrap_or(Severity::Medium);
        let severities = members.severities();
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
        let unobserved_on = members.unobserved.keys().map(|(_, resources)| resources);
        let beyond_on = members.beyond.keys().map(|(_, resources, _)| resources);
        let resources = unobserved_on.chain(beyond_on);
        let resources = resources.flat_map(|own| own.iter().cloned()).collect();
        let mut unobserved: BTreeSet<Action> = members.unobserved.into_values().flatten().collect();
        let mut doubts = BTreeSet::new();
        let mut wants_a_name = false;
        for ((_, _, is_observed), broad) in members.beyond {
            if !is_observed {
                unobserved.extend(broad.actions);
            }
            doubts.extend(broad.reasons);
            wants_a_name |= !broad.is_named;
        }
        self.add_excess(
            grant,
            Excess {
                kind,
                severity: worst,
                severities,
                resources,
                observed: members.observed,
                unobserved,
                not_in_effect: members.not_in_effect,
                needed_resources: members.needed,
                doubts,
                wants_a_name,
                ..grant.nothing_yet()
            },
        );
    }

    fn add_excess(&mut self, grant: &Grant<'_>, excess: Excess) {
        let cause = Cause {
            place: place(&grant.origin),
            kind: excess.kind,
            severity: excess.severity,
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
            doubts: BTreeSet::new(),
            ..excess.clone()
        });
        finding.actions.extend(excess.actions);
        finding.severities.extend(excess.severities);
        finding.observed.extend(excess.observed);
        finding.unobserved.extend(excess.unobserved);
        finding.not_in_effect.extend(excess.not_in_effect);
        finding.needed_resources.extend(excess.needed_resources);
        finding.doubts.extend(excess.doubts);
        finding.wants_a_name |= excess.wants_a_name;
        finding.origins.insert(grant.origin.clone());
    }

    /// Adds the actions that are undecided or were given up. If that is the whole pattern it is shown as written; if it is a
    /// part, the actions are named.
    fn add_open_members(&mut self, grant: &Grant<'_>, members: &Members) {
        let whole = members.unobserved.is_empty()
            && members.observed.is_empty()
            && members.beyond.is_empty()
            && members.undecided.len() + members.given_up.len() == 1;
        let undecided =
            members
                .undecided
                .iter()
                .map(|((severity, reasons, resources), actions)| {
                    (*severity, reasons, resources, actions, false)
                });
        let given_up = members
            .given_up
            .iter()
            .map(|((reasons, resources), actions)| {
                (Severity::Critical, reasons, resources, actions, true)
            });
        for (severity, reasons, resources, actions, given_up) in undecided.chain(given_up) {
            let as_written = !grant.is_wildcard() || whole || actions.is_empty();
            let named = if as_written {
                grant.written()
            } else {
                actions.iter().map(Action::to_string).collect()
            };
            if given_up {
                self.given_up.extend(reasons.iter().map(|reason| {
                    let Origin { policy, line, .. } = &grant.origin;
                    let line = line.map_or_else(String::new, |line| format!(":{line}"));
                    format!("{policy}{line}: {reason}")
                }));
            }
            let key = (
                Resources::clone(resources),
                reasons.clone(),
                place(&grant.origin),
            );
            let entry = self.undecided.entry(key).or_insert_with(|| Undecided {
                severity,
                actions: BTreeSet::new(),
                not_action: as_written && grant.not_action(),
                resources: (**resources).clone(),
                not_resource: grant.not_resource(),
                reasons: reasons.clone(),
                given_up,
                new: false,
                origins: BTreeSet::new(),
            });
            entry.severity = entry.severity.max(severity);
            entry.actions.extend(named);
            entry.origins.insert(grant.origin.clone());
        }
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

    /// The findings in order: the worst first, then by place. Findings that differ only in their place become one.
    pub(super) fn into_comparison(self) -> Comparison {
        let mut twins: BTreeMap<Twin, Excess> = BTreeMap::new();
        for finding in self.excess.into_values() {
            match twins.entry(Twin::of(&finding)) {
                Entry::Occupied(mut twin) => twin.get_mut().origins.extend(finding.origins),
                Entry::Vacant(none) => {
                    none.insert(finding);
                }
            }
        }
        let mut excess: Vec<Excess> = twins.into_values().collect();
        excess.sort_by(|one, other| {
            let key = |finding: &Excess| (Reverse(finding.severity), finding.kind);
            key(one)
                .cmp(&key(other))
                .then_with(|| one.origins.cmp(&other.origins))
                .then_with(|| one.actions.cmp(&other.actions))
                .then_with(|| one.resources.cmp(&other.resources))
        });
        let mut undecided: Vec<Undecided> = self.undecided.into_values().collect();
        undecided.sort_by(|one, other| {
            let worst = other.severity.cmp(&one.severity);
            worst.then_with(|| one.cmp(other))
        });
        let mut dead: Vec<Dead> = self.dead.into_values().collect();
        dead.sort();
        Comparison {
            excess,
            undecided,
            dead,
            given_up: self.given_up,
            ..Comparison::default()
        }
    }
}

/// What findings that differ only in their place have in common.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Twin {
    kind: Kind,
    severity: Severity,
    actions: BTreeSet<String>,
    resources: BTreeSet<String>,
    /// Whether it has a `NotAction`, a `NotResource` and a `Condition`.
    dress: [bool; 3],
}

impl Twin {
    fn of(finding: &Excess) -> Self {
        Self {
            kind: finding.kind,
            severity: finding.severity,
            actions: finding.actions.clone(),
            resources: finding.resources.clone(),
            dress: [
                finding.not_action,
                finding.not_resource,
                finding.conditional,
            ],
        }
    }
}

fn place(origin: &Origin) -> Place {
    (origin.policy.clone(), origin.statement)
}
