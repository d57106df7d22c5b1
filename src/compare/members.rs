//! Sorts the actions of a grant by their result.

use super::grant::Grant;
use super::group::Judged;
use super::severity::Severity;
use super::spot::{Beyond, Ineffective, Spot};
use crate::catalog::Catalog;
use crate::iam::Action;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Resource elements as written. Thousands of actions may have the same thousands of elements, so equal sets are one.
pub(super) type Resources = Arc<BTreeSet<String>>;

/// The actions that a grant matches, by their result.
#[derive(Debug, Default)]
pub(super) struct Members {
    pub(super) observed: BTreeSet<Action>,
    pub(super) beyond: BTreeMap<(Severity, Resources, bool), TooBroad>,
    pub(super) unobserved: BTreeMap<(Severity, Resources), BTreeSet<Action>>,
    pub(super) undecided: BTreeMap<(Severity, BTreeSet<String>, Resources), BTreeSet<Action>>,
    pub(super) given_up: BTreeMap<(BTreeSet<String>, Resources), BTreeSet<Action>>,
    pub(super) dead: BTreeSet<Ineffective>,
    pub(super) not_in_effect: BTreeSet<Action>,
    pub(super) needed: BTreeSet<String>,
    /// Each set of resource elements that was met.
    met: BTreeSet<Resources>,
}

/// Actions granted on more resources than those where they were observed or may be needed.
#[derive(Debug, Default)]
pub(super) struct TooBroad {
    pub(super) actions: BTreeSet<Action>,
    pub(super) needed: BTreeSet<String>,
    pub(super) reasons: BTreeSet<String>,
    /// Whether evidence names everything that can replace the grant.
    pub(super) is_named: bool,
}

impl Members {
    /// Whether every action can never match a request.
    pub(super) fn is_dead(&self) -> bool {
        self.observed.is_empty()
            && self.beyond.is_empty()
            && self.unobserved.is_empty()
            && self.undecided.is_empty()
            && self.given_up.is_empty()
    }

    /// The severity of the worst excess.
    pub(super) fn worst(&self) -> Option<Severity> {
        let unobserved = self.unobserved.keys().map(|(severity, _)| *severity);
        let beyond = self.beyond.keys().map(|(severity, ..)| *severity);
        unobserved.chain(beyond).max()
    }

    /// The severity of each excess action, by the resource elements where it is excess.
    pub(super) fn severities(&self) -> BTreeMap<(Action, Resources), Severity> {
        let unobserved = self.unobserved.iter();
        let unobserved =
            unobserved.map(|((severity, resources), actions)| (*severity, resources, actions));
        let beyond = self.beyond.iter();
        let beyond =
            beyond.map(|((severity, resources, _), broad)| (*severity, resources, &broad.actions));
        let each = unobserved
            .chain(beyond)
            .flat_map(|(severity, resources, actions)| {
                let actions = actions.iter();
                actions.map(move |action| ((action.clone(), resources.clone()), severity))
            });
        each.collect()
    }

    pub(super) fn add(&mut self, judged: &Judged<'_, '_>, grant: &Grant<'_>, catalog: &Catalog) {
        let actions = &judged.group.actions;
        let mut undecided: BTreeMap<&BTreeSet<String>, BTreeSet<&str>> = BTreeMap::new();
        let mut given_up: BTreeMap<&BTreeSet<String>, BTreeSet<&str>> = BTreeMap::new();
        let mut unobserved: BTreeSet<&str> = BTreeSet::new();
        let mut beyond: Option<(BTreeSet<&str>, TooBroad)> = None;
        let mut lives = false;
        let mut dead = BTreeSet::new();
        for (place, spot) in judged.group.spots.iter().enumerate() {
            let texts = grant.texts(place);
            match spot {
                Spot::Dead(reason) => {
                    dead.insert(*reason);
                    continue;
                }
                Spot::Justified => {}
                Spot::Undecided(reasons) => undecided.entry(reasons).or_default().extend(texts),
                Spot::GivenUp(reasons) => given_up.entry(reasons).or_default().extend(texts),
                Spot::NotObserved => unobserved.extend(texts),
                Spot::Beyond(Beyond {
                    instead,
                    is_named,
                    reasons,
                }) => {
                    let (resources, all) = beyond.get_or_insert_with(|| {
                        let named = TooBroad {
                            is_named: true,
                            ..TooBroad::default()
                        };
                        (BTreeSet::new(), named)
                    });
                    resources.extend(texts);
                    all.needed.extend(instead.iter().cloned());
                    all.reasons.extend(reasons.iter().cloned());
                    all.is_named &= is_named;
                }
            }
            lives = true;
        }
        if !lives {
            let Some(last) = dead.last() else { return };
            if last.is_taken_away() {
                self.not_in_effect.extend(actions.iter().cloned());
            }
            self.dead.insert(*last);
            return;
        }
        let severity = |resources: &Resources| {
            let reached = reached(grant, resources);
            judged.severity(grant, &reached, catalog)
        };
        let needed = grant.reached(judged.evidence.map(|evidence| &evidence.needed));
        for (reasons, resources) in undecided {
            let resources = self.shared(&resources);
            let key = (severity(&resources), reasons.clone(), resources);
            let known = self.undecided.entry(key).or_default();
            known.extend(actions.iter().cloned());
        }
        for (reasons, resources) in given_up {
            let resources = self.shared(&resources);
            let known = self
                .given_up
                .entry((reasons.clone(), resources))
                .or_default();
            known.extend(actions.iter().cloned());
        }
        if !unobserved.is_empty() {
            let unobserved = self.shared(&unobserved);
            let key = (severity(&unobserved), unobserved);
            let known = self.unobserved.entry(key).or_default();
            known.extend(actions.iter().cloned());
        }
        let is_observed = judged.is_observed();
        if let Some((resources, broad)) = beyond {
            let resources = self.shared(&resources);
            // A wildcard's action that was observed only on other resources was not observed on these.
            if is_observed && needed.is_empty() && broad.reasons.is_empty() && grant.is_wildcard() {
                let key = (severity(&resources), resources);
                let known = self.unobserved.entry(key).or_default();
                known.extend(actions.iter().cloned());
                return;
            }
            let key = (severity(&resources), resources, is_observed);
            let known = self.beyond.entry(key).or_insert_with(|| TooBroad {
                is_named: true,
                ..TooBroad::default()
            });
            known.actions.extend(actions.iter().cloned());
            known.needed.extend(broad.needed);
            known.reasons.extend(broad.reasons);
            known.is_named &= broad.is_named;
        }
        if is_observed {
            self.observed.extend(actions.iter().cloned());
            self.needed.extend(needed);
        }
    }

    /// The one set of these resource elements.
    fn shared(&mut self, texts: &BTreeSet<&str>) -> Resources {
        let texts: BTreeSet<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        if let Some(known) = self.met.get(&texts) {
            return Arc::clone(known);
        }
        let new = Arc::new(texts);
        self.met.insert(Arc::clone(&new));
        new
    }
}

/// The resources that decide the severity. A `NotResource` counts as everything.
fn reached<'r>(grant: &Grant<'_>, resources: &'r Resources) -> Vec<&'r str> {
    if grant.not_resource() {
        vec!["*"]
    } else {
        resources.iter().map(String::as_str).collect()
    }
}
