//! The actions that a grant covers, by how they stand.

use super::evidence::EvidenceByAction;
use super::grant::Grant;
use super::severity::{self, Severity};
use super::standing::{Ineffective, Standing};
use crate::catalog::{ActionEntry, Catalog};
use crate::iam::Action;
use std::collections::{BTreeMap, BTreeSet};

/// The members of a grant's pattern, by how they stand.
#[derive(Debug, Default)]
pub(super) struct Members {
    pub(super) observed: BTreeSet<Action>,
    pub(super) beyond: BTreeMap<(Severity, BTreeSet<String>), Beyond>,
    pub(super) unobserved: BTreeMap<(Severity, BTreeSet<String>), BTreeSet<Action>>,
    pub(super) undecided: BTreeMap<(String, BTreeSet<String>), BTreeSet<Action>>,
    pub(super) dead: BTreeSet<Ineffective>,
    pub(super) not_in_effect: BTreeSet<Action>,
    pub(super) needed: BTreeSet<String>,
}

/// Observed actions that are granted on more than they were observed on.
#[derive(Debug, Default)]
pub(super) struct Beyond {
    pub(super) actions: BTreeSet<Action>,
    pub(super) needed: BTreeSet<String>,
}

impl Members {
    pub(super) fn add(
        &mut self,
        entry: ActionEntry<'_>,
        standing: Standing,
        grant: &Grant<'_>,
        evidence: &EvidenceByAction,
        catalog: &Catalog,
    ) {
        let action = entry.action();
        match standing {
            Standing::Dead(reason) => {
                if reason.is_taken_away() {
                    self.not_in_effect.insert(action);
                }
                self.dead.insert(reason);
            }
            Standing::Justified { needed } => {
                self.needed.extend(needed);
                self.observed.insert(action);
            }
            Standing::Beyond {
                resources,
                needed,
                instead,
            } => {
                let texts = reached(grant, &resources);
                let observed_on = &evidence.get(&action).needed;
                let severity =
                    severity::of_broad_resource(grant, &entry, &texts, observed_on, catalog);
                let resources = resources.into_iter().collect();
                // Of a wildcard, a member that was observed on other resources alone was not observed here.
                if needed.is_empty() && grant.is_wildcard() {
                    self.unobserved
                        .entry((severity, resources))
                        .or_default()
                        .insert(action);
                    return;
                }
                let beyond = self.beyond.entry((severity, resources)).or_default();
                beyond.actions.insert(action.clone());
                beyond.needed.extend(instead);
                self.needed.extend(needed);
                self.observed.insert(action);
            }
            Standing::NotObserved { resources } => {
                let texts = reached(grant, &resources);
                let severity = severity::of_unobserved_action(grant, &entry, &texts, catalog);
                let key = (severity, resources.into_iter().collect());
                self.unobserved.entry(key).or_default().insert(action);
            }
            Standing::Undecided {
                resources,
                reason,
                observed,
            } => {
                if observed {
                    self.observed.insert(action.clone());
                }
                let key = (reason, resources.into_iter().collect());
                self.undecided.entry(key).or_default().insert(action);
            }
        }
    }
}

/// What a grant reaches, for how bad that is: what a `NotResource` leaves is as good as everything.
fn reached<'r>(grant: &Grant<'_>, resources: &'r [String]) -> Vec<&'r str> {
    if grant.not_resource() {
        vec!["*"]
    } else {
        resources.iter().map(String::as_str).collect()
    }
}
