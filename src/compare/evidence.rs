//! What the needs say of each action, looked up once for every grant.

use crate::iam::{Action, Glob};
use crate::needed::{Because, NeededPermissions};
use std::collections::{BTreeMap, BTreeSet};

/// What the needs say of one action.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    /// Whether a call that needs it was observed.
    pub(super) observed: bool,
    /// What it was needed on, where traces named that.
    pub(super) needed: BTreeSet<String>,
    /// Why its resources are not known in full, if so.
    pub(super) unknown_resource: Option<String>,
    /// Why it may be needed without a trace showing it, if so.
    pub(super) possible: Option<String>,
    /// What it may be needed on in that case.
    pub(super) possible_on: Vec<Glob>,
}

impl Evidence {
    /// Whether the needs say nothing of it.
    pub(super) fn is_nothing(&self) -> bool {
        !self.observed && self.possible.is_none()
    }
}

/// The needs by action.
#[derive(Debug)]
pub(super) struct EvidenceByAction {
    actions: BTreeMap<Action, Evidence>,
    unmapped: BTreeMap<String, Evidence>,
    services: BTreeSet<String>,
    nothing: Evidence,
}

impl EvidenceByAction {
    pub(super) fn of(needs: &NeededPermissions) -> Self {
        let mut actions: BTreeMap<Action, Evidence> = BTreeMap::new();
        for permission in needs.needed.keys() {
            let action = &permission.action;
            let evidence = actions.entry(action.clone()).or_default();
            evidence.observed = true;
            if permission.resource_known {
                evidence.needed.extend(permission.resources.iter().cloned());
            } else {
                let reason = match &permission.because {
                    Because::Observed => {
                        format!("{action} was called, and the traces do not say on what")
                    }
                    Because::Configuration { setting, .. } => {
                        format!("Lambda needs {action} for {setting}, which does not say on what")
                    }
                };
                evidence.unknown_resource = Some(reason);
            }
        }
        for possible in &needs.possible {
            let evidence = actions.entry(possible.action.clone()).or_default();
            evidence
                .possible
                .get_or_insert_with(|| possible.reason.clone());
            evidence.possible_on.push(possible.resources.clone());
        }
        let unmapped = needs.unmapped.iter().filter_map(|(prefix, operations)| {
            let operation = operations.first()?;
            let reason = format!(
                "{operation} was called, and the catalogue does not know which action it needs"
            );
            let evidence = Evidence {
                possible: Some(reason),
                possible_on: vec![Glob::parse("*")],
                ..Evidence::default()
            };
            Some((prefix.clone(), evidence))
        });
        Self {
            unmapped: unmapped.collect(),
            services: needs.services.clone(),
            actions,
            nothing: Evidence::default(),
        }
    }

    /// What is known of an action. An action that was seen to be used or possible keeps that; one of a service whose
    /// operations are not all known may have been what an unknown operation needs.
    pub(super) fn get(&self, action: &Action) -> &Evidence {
        self.actions
            .get(action)
            .or_else(|| self.unmapped.get(action.prefix()))
            .unwrap_or(&self.nothing)
    }

    /// Actions that were observed, whether or not the catalogue lists them.
    pub(super) fn observed(&self) -> impl Iterator<Item = &Action> {
        let observed = |(action, evidence): (_, &Evidence)| evidence.observed.then_some(action);
        self.actions.iter().filter_map(observed)
    }

    /// Whether anything of a service was called.
    pub(super) fn service_observed(&self, prefix: &str) -> bool {
        self.services.contains(&prefix.to_ascii_lowercase())
    }
}
