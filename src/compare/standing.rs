//! How one granted action stands against the needs.

use super::boundary::Ceiling;
use super::evidence::Evidence;
use super::grant::{Denial, Denied, Grant, denied};
use crate::catalog::{ActionEntry, Catalog};
use crate::iam::inclusion::union_covers;
use crate::iam::{Answer, Glob, PolicyDocument, ResourcePattern};

/// How one action of a grant stands.
#[derive(Debug, Clone)]
pub(super) enum Standing {
    /// No resource of the statement is one that it can act on, or a `Deny` takes them all away.
    Dead(&'static str),
    /// It was observed, and nothing beyond is granted.
    Justified {
        /// What it was observed on within this grant.
        needed: Vec<String>,
    },
    /// It was observed, and these resources go beyond what it was observed on.
    Beyond {
        /// Resource elements as written.
        resources: Vec<String>,
        /// What it was observed on within this grant; nothing where it was observed on other resources alone.
        needed: Vec<String>,
        /// What of that these resources reach: what they can be replaced by.
        instead: Vec<String>,
    },
    /// It was not observed.
    NotObserved {
        /// Resource elements as written that it can act on.
        resources: Vec<String>,
    },
    /// Nothing here decides whether it is needed.
    Undecided {
        /// Resource elements as written.
        resources: Vec<String>,
        /// What leaves it open.
        reason: String,
        /// Whether calls of the action were observed.
        observed: bool,
    },
}

/// What takes away from every grant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits<'a> {
    /// The `Deny` statements.
    pub(super) denials: &'a [Denial<'a>],
    /// The permissions boundary.
    pub(super) boundary: Option<&'a PolicyDocument>,
}

/// Judges one action that a grant's pattern matches.
pub(super) fn standing(
    entry: &ActionEntry<'_>,
    grant: &Grant<'_>,
    evidence: &Evidence,
    limits: &Limits<'_>,
    catalog: &Catalog,
) -> Standing {
    let action = entry.action();
    let able: Vec<&ResourcePattern> = grant
        .resources
        .iter()
        .copied()
        .filter(|resource| resource.never_matches().is_none())
        .filter(|resource| !resource.is_exact() || catalog.can_act_on(&action, resource.text()))
        .collect();
    if able.is_empty() {
        return Standing::Dead(
            "none of the statement's resources is one that the action can act on",
        );
    }
    let denied = denied(limits.denials, &action);
    let ceiling = limits
        .boundary
        .map(|boundary| Ceiling::of(boundary, &action));
    let reached: Vec<&ResourcePattern> = able
        .into_iter()
        .filter(|resource| union_covers(&denied.surely, resource.glob()) != Answer::Yes)
        .collect();
    if reached.is_empty() {
        return Standing::Dead("a `Deny` statement takes it away whole");
    }
    let reached: Vec<&ResourcePattern> = reached
        .into_iter()
        .filter(|resource| {
            ceiling
                .as_ref()
                .is_none_or(|ceiling| ceiling.leaves(resource))
        })
        .collect();
    if reached.is_empty() {
        return Standing::Dead("the permissions boundary does not allow it");
    }
    let doubt = |resources: &[&ResourcePattern]| {
        let narrowed = |ceiling: &Ceiling| {
            !resources
                .iter()
                .all(|resource| ceiling.leaves_all(resource))
        };
        let by_boundary = ceiling.as_ref().is_some_and(narrowed);
        doubt(grant, resources, &denied).or_else(|| {
            by_boundary.then(|| "the permissions boundary allows but a part of it".to_owned())
        })
    };
    let open = |resources: &[&ResourcePattern], reason: String| Standing::Undecided {
        resources: texts(resources),
        reason,
        observed: evidence.observed,
    };
    if evidence.observed {
        let needed = within(&reached, evidence);
        let mut accounted: Vec<Glob> = needed.iter().map(|needed| Glob::parse(needed)).collect();
        accounted.extend(denied.surely.iter().cloned());
        let unobserved = match beyond(&reached, &accounted) {
            Ok(unobserved) => unobserved,
            Err(reason) => return open(&reached, reason),
        };
        if unobserved.is_empty() {
            return Standing::Justified { needed };
        }
        if let Some(reason) = evidence
            .unknown_resource
            .clone()
            .or_else(|| doubt(&unobserved))
        {
            return open(&unobserved, reason);
        }
        accounted.extend(evidence.possible_on.iter().cloned());
        let beyond = match beyond(&unobserved, &accounted) {
            Ok(beyond) => beyond,
            Err(reason) => return open(&unobserved, reason),
        };
        return match &evidence.possible {
            Some(reason) if beyond.is_empty() => open(&unobserved, reason.clone()),
            _ => Standing::Beyond {
                resources: texts(&beyond),
                needed,
                instead: within(&beyond, evidence),
            },
        };
    }
    let reason = doubt(&reached).or_else(|| evidence.possible.clone());
    if let Some(reason) = reason {
        return open(&reached, reason);
    }
    Standing::NotObserved {
        resources: texts(&reached),
    }
}

/// The resources that reach further than what is accounted for.
fn beyond<'a>(
    reached: &[&'a ResourcePattern],
    accounted: &[Glob],
) -> Result<Vec<&'a ResourcePattern>, String> {
    let mut beyond = Vec::new();
    for resource in reached {
        match union_covers(accounted, resource.glob()) {
            Answer::Yes => {}
            Answer::No => beyond.push(*resource),
            Answer::Undecided => {
                return Err(format!(
                    "`{}` is too intricate a pattern to compare",
                    resource.text()
                ));
            }
        }
    }
    Ok(beyond)
}

/// What was needed of what the grant reaches.
fn within(reached: &[&ResourcePattern], evidence: &Evidence) -> Vec<String> {
    let is_reached = |needed: &&String| {
        let needed = Glob::parse(needed);
        reached
            .iter()
            .any(|resource| resource.glob().intersects(&needed))
    };
    evidence.needed.iter().filter(is_reached).cloned().collect()
}

/// What else keeps an excess on these resources from being certain.
fn doubt(grant: &Grant<'_>, resources: &[&ResourcePattern], denied: &Denied) -> Option<String> {
    if let Some(reason) = grant.hangs_on {
        return Some(reason.to_owned());
    }
    if denied.perhaps {
        return Some("a `Deny` statement that hangs on the request may take it away".to_owned());
    }
    resources.iter().find_map(|resource| {
        let why = resource.undecided_because()?;
        Some(format!("`{}`: {why}", resource.text()))
    })
}

fn texts(resources: &[&ResourcePattern]) -> Vec<String> {
    resources
        .iter()
        .map(|resource| resource.text().to_owned())
        .collect()
}
