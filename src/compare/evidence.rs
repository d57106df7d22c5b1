//! Collects what the needs say about each action, once for all grants.

use super::bound::{self, Acquitted, Names};
use crate::catalog::Catalog;
use crate::iam::{Action, Glob};
use crate::needed::execution_role_policies::grant as aws_grants;
use crate::needed::{Because, Bound, Cause, Doubt, NeededPermissions};
use std::collections::{BTreeMap, BTreeSet};

/// What the needs say about one action.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence<'n> {
    /// Whether a call that needs it was observed.
    pub(super) observed: bool,
    /// Whether only a setting of the function shows that it is needed.
    configured: bool,
    /// The resources that it was needed on, as far as traces named them.
    pub(super) needed: BTreeSet<String>,
    /// The doubts about it.
    pub(super) doubts: Vec<&'n Doubt>,
    /// The resources that these doubts can explain at most.
    pub(super) acquitted: Acquitted<'n>,
}

impl Evidence<'_> {
    /// Whether the needs say nothing about it.
    pub(super) fn is_nothing(&self) -> bool {
        !self.observed && self.doubts.is_empty()
    }

    /// Whether Lambda itself needs it because of a setting, and AWS's execution-role policies grant it for that.
    pub(super) fn is_configured(&self) -> bool {
        self.configured
    }

    /// Whether Lambda does it for every function, whatever its settings: it writes the log.
    fn is_of_the_service(&self) -> bool {
        let is_always = |doubt: &&Doubt| {
            doubt.cause == Cause::Runtime && matches!(doubt.on, Bound::Patterns(_))
        };
        !self.observed && self.doubts.iter().any(is_always)
    }

    /// Whether a call explains it, seen or not. Code before the handler and calls that are never traced are no explanation,
    /// because they could explain anything. A call that AWS denied shows that nothing was needed.
    pub(super) fn is_explained(&self) -> bool {
        let explains = |doubt: &&Doubt| {
            !matches!(
                doubt.cause,
                Cause::BeforeHandler | Cause::NeverTraced | Cause::Denied
            )
        };
        self.observed || self.doubts.iter().any(explains)
    }

    /// Whether it may be needed on a resource within an element that the evidence does not name.
    pub(super) fn has_unnamed(&self, element: Option<&Glob>) -> bool {
        self.doubts.iter().any(|doubt| match &doubt.on {
            Bound::Named => true,
            Bound::NamedAmong(patterns) => {
                element.is_none_or(|element| bound::is_among(patterns, element))
            }
            Bound::Patterns(_) | Bound::Everything => false,
        })
    }
}

/// What the needs say, by action.
#[derive(Debug)]
pub(super) struct EvidenceByAction<'n> {
    actions: BTreeMap<Action, Evidence<'n>>,
    services: BTreeSet<String>,
}

impl<'n> EvidenceByAction<'n> {
    /// Collects the evidence. `written` are the resource patterns of the policies; doubts without names look for names among
    /// them.
    pub(super) fn of(
        needs: &'n NeededPermissions,
        written: &'n [String],
        catalog: &Catalog,
    ) -> Self {
        let mut actions: BTreeMap<Action, Evidence<'n>> = BTreeMap::new();
        for permission in needs.needed.keys() {
            let evidence = actions.entry(permission.action.clone()).or_default();
            let by_setting = matches!(permission.because, Because::Configuration { .. });
            evidence.configured = by_setting && (evidence.configured || !evidence.observed);
            evidence.observed = true;
            if permission.resource_known {
                evidence.needed.extend(permission.resources.iter().cloned());
            }
        }
        for doubt in needs.doubts.keys() {
            for action in doubt.each(catalog) {
                actions.entry(action).or_default().doubts.push(doubt);
            }
        }
        let mut names = Names::of(written);
        for (action, evidence) in &mut actions {
            evidence.configured |= evidence.is_of_the_service();
            evidence.configured &= aws_grants(action);
            let doubts = evidence.doubts.iter().copied();
            evidence.acquitted = bound::acquitted(doubts, action, &mut names, catalog);
        }
        Self {
            actions,
            services: needs.services.clone(),
        }
    }

    /// What is known of an action, if anything.
    pub(super) fn get(&self, action: &Action) -> Option<&Evidence<'n>> {
        self.actions
            .get(action)
            .filter(|evidence| !evidence.is_nothing())
    }

    /// Actions of which something is known, in the catalogue or not.
    pub(super) fn actions(&self) -> impl Iterator<Item = &Action> {
        self.actions.keys()
    }

    /// The actions that a call explains, seen or not.
    pub(super) fn explained(&self) -> BTreeSet<Action> {
        let explained = self.actions.iter().filter(|(_, own)| own.is_explained());
        explained.map(|(action, _)| action.clone()).collect()
    }

    /// Whether any action of a service was called.
    pub(super) fn service_observed(&self, prefix: &str) -> bool {
        self.services.contains(&prefix.to_ascii_lowercase())
    }
}
