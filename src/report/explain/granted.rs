//! Each action element of the policies, with where it stands and what a gate says of it.

use crate::compare::{Excess, Kind, Origin, Severity};
use crate::iam::{
    ActionClause, ActionPattern, Effect, Glob, PolicyDocument, ResourceClause, Statement,
};
use crate::judge::JudgedRole;
use crate::judge::State;
use crate::needed::{Because, NeededPermissions};
use crate::report::text::words::listed;
use serde::Serialize;
use std::collections::BTreeSet;

/// Actions that a reason names before the rest is counted.
const NAMED: usize = 3;

/// One action element of one statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GrantedElement {
    /// The element as written.
    pub action: String,
    /// Whether it stands in `NotAction`, so that it names what is left out.
    pub not_action: bool,
    /// The statement's resources as written, with `not ` before those of `NotResource`.
    pub resources: Vec<String>,
    /// Where it stands.
    pub origin: Origin,
    /// How it stands; several where parts of it stand in different ways.
    pub standing: Vec<Standing>,
}

/// How a granted element, or a part of it, stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Standing {
    /// More than was called.
    Excess {
        /// How bad.
        severity: Severity,
        /// Whether it counts.
        counts: State,
        /// What was called of it, or that nothing was.
        reason: String,
        /// The resources that are too much.
        resources: Vec<String>,
    },
    /// Nothing decides it.
    Undecided {
        /// What leaves it open.
        reason: String,
        /// The actions that are meant.
        actions: Vec<String>,
    },
    /// It can never match a request.
    Dead {
        /// Why not.
        reason: String,
    },
    /// It is needed.
    Justified {
        /// What for.
        reason: String,
    },
    /// It takes away.
    Denies,
}

/// Every element of the policies, or those that speak of the actions asked about, in the order of the policies.
pub fn elements(
    policies: &[PolicyDocument],
    judged: &JudgedRole,
    asked: Option<&ActionPattern>,
) -> Vec<GrantedElement> {
    let mut elements = Vec::new();
    for policy in policies {
        for statement in &policy.statements {
            let not_action = matches!(statement.actions, ActionClause::NotAction(_));
            for pattern in statement.actions.patterns() {
                // What `NotAction` leaves out says nothing of what it grants.
                let is_asked =
                    asked.is_none_or(|asked| not_action || pattern.value.intersects(asked));
                if !is_asked {
                    continue;
                }
                let origin = Origin::of(policy, statement, pattern.span);
                let standing = match statement.effect {
                    Effect::Deny => vec![Standing::Denies],
                    Effect::Allow => standing(&pattern.value, statement, &origin, judged, asked),
                };
                elements.push(GrantedElement {
                    action: pattern.value.text().to_owned(),
                    not_action,
                    resources: resources(statement),
                    origin,
                    standing,
                });
            }
        }
    }
    elements
}

fn resources(statement: &Statement) -> Vec<String> {
    match &statement.resources {
        ResourceClause::Resource(resources) => resources
            .iter()
            .map(|resource| resource.value.text().to_owned())
            .collect(),
        ResourceClause::NotResource(resources) => resources
            .iter()
            .map(|resource| format!("not {}", resource.value.text()))
            .collect(),
        ResourceClause::Absent => Vec::new(),
    }
}

fn standing(
    pattern: &ActionPattern,
    statement: &Statement,
    origin: &Origin,
    judged: &JudgedRole,
    asked: Option<&ActionPattern>,
) -> Vec<Standing> {
    // Several elements may stand in one line, so that the place alone does not tell which is meant.
    let is_meant = |actions: &BTreeSet<String>, origins: &BTreeSet<Origin>| {
        let named = || {
            actions.iter().any(|action| {
                action == pattern.text() || pattern.covers(&ActionPattern::new(action))
            })
        };
        origins.contains(origin) && named()
    };
    let comparison = &judged.comparison;
    let mut standing = Vec::new();
    for (excess, state) in comparison.excess.iter().zip(&judged.states) {
        if is_meant(&excess.actions, &excess.origins) {
            standing.push(Standing::Excess {
                severity: excess.severity,
                counts: *state,
                reason: excess
                    .advice
                    .clone()
                    .unwrap_or_else(|| what_was_called(excess)),
                resources: excess.resources.iter().cloned().collect(),
            });
        }
    }
    for undecided in &comparison.undecided {
        let speaks = |asked: &ActionPattern| {
            let mut actions = undecided.actions.iter().map(ActionPattern::new);
            actions.any(|action| action.intersects(asked))
        };
        if is_meant(&undecided.actions, &undecided.origins) && asked.is_none_or(speaks) {
            standing.push(Standing::Undecided {
                reason: undecided.reason(),
                actions: undecided.actions.iter().cloned().collect(),
            });
        }
    }
    for dead in &comparison.dead {
        if is_meant(&dead.actions, &dead.origins) {
            standing.push(Standing::Dead {
                reason: dead.reason.clone(),
            });
        }
    }
    // Of a crowd of wildcards not every member was looked at.
    if standing.is_empty() && comparison.is_sampled && pattern.is_wildcard() {
        let reasons: Vec<&str> = comparison.given_up.iter().map(String::as_str).collect();
        standing.push(Standing::Undecided {
            reason: reasons.join("; "),
            actions: vec![pattern.text().to_owned()],
        });
    }
    if standing.is_empty() {
        standing.push(Standing::Justified {
            reason: needed_for(pattern, statement, &judged.needs),
        });
    }
    standing
}

/// What was called of it, or that nothing was; what it is about stands beside it.
fn what_was_called(excess: &Excess) -> String {
    let service = excess
        .actions
        .first()
        .filter(|_| !excess.not_action)
        .and_then(|action| action.split_once(':'));
    let called = excess.observed.len();
    let all = called + excess.unobserved.len();
    let needed: Vec<String> = excess.needed_resources.iter().cloned().collect();
    let needed = listed(&needed, 2);
    match (excess.kind, service) {
        (Kind::UnusedService, Some((prefix, _))) => {
            format!("never called; no {prefix} call at all was seen")
        }
        (Kind::UnusedService, None) | (Kind::UnusedAction, _) => "never called".to_owned(),
        (Kind::BroadAction, _) => format!("{called} of {all} actions called"),
        (Kind::BroadResource, _) if called == 0 && !excess.doubts.is_empty() => {
            if excess.wants_a_name || needed.is_empty() {
                "may be needed, on what the policy has to name".to_owned()
            } else {
                format!("may be needed, only on {needed}")
            }
        }
        (Kind::BroadResource, _) if needed.is_empty() => {
            "never called on these resources".to_owned()
        }
        (Kind::BroadResource, _) => format!("needed only on {needed}"),
    }
}

/// What an element is needed for: the needs within it, and how often each was met.
fn needed_for(pattern: &ActionPattern, statement: &Statement, needs: &NeededPermissions) -> String {
    let reached: Vec<&Glob> = match &statement.resources {
        ResourceClause::Resource(resources) => resources
            .iter()
            .map(|resource| resource.value.glob())
            .collect(),
        ResourceClause::NotResource(_) | ResourceClause::Absent => Vec::new(),
    };
    let is_within = |resources: &BTreeSet<String>| {
        reached.is_empty()
            || resources.iter().any(|needed| {
                let needed = Glob::parse(needed);
                reached.iter().any(|granted| granted.intersects(&needed))
            })
    };
    let mut calls = 0;
    let mut actions = BTreeSet::new();
    let mut settings = BTreeSet::new();
    for (permission, tally) in &needs.needed {
        if pattern.matches(&permission.action) && is_within(&permission.resources) {
            calls += tally.calls;
            actions.insert(permission.action.to_string());
            if let Because::Configuration { setting, .. } = &permission.because {
                settings.insert(setting.clone());
            }
        }
    }
    let mut told: Vec<&str> = actions.iter().take(NAMED).map(String::as_str).collect();
    let more = format!("{} more", actions.len().saturating_sub(NAMED));
    if actions.len() > NAMED {
        told.push(&more);
    }
    let times = match calls {
        0 => String::new(),
        1 => ": one call".to_owned(),
        calls => format!(": {calls} calls"),
    };
    let settings: Vec<String> = settings.into_iter().collect();
    let by = match settings.as_slice() {
        [] => String::new(),
        settings => format!(", by {}", settings.join(", ")),
    };
    match told.as_slice() {
        [] => "nothing of it is more than is needed".to_owned(),
        [one] if *one == pattern.text() => format!("needed{by}{times}"),
        told => format!("needed for {}{by}{times}", told.join(", ")),
    }
}
