//! One grant judged: each action that it covers held against the needs.

use super::evidence::EvidenceByAction;
use super::findings::Findings;
use super::grant::{Grant, Granting};
use super::members::Members;
use super::standing::Judge;
use crate::catalog::Catalog;
use crate::iam::algebra::Remainder;
use std::collections::BTreeMap;

/// Judges one grant and adds what comes of it to the findings.
pub(super) fn judge(
    grant: &Grant<'_>,
    evidence: &EvidenceByAction,
    remainder: &mut Remainder<'_>,
    catalog: &Catalog,
    findings: &mut Findings,
) {
    if let Granting::Element(pattern) = grant.actions
        && let Some(reason) = pattern.never_matches()
    {
        return findings.add_dead(grant, reason);
    }
    let mut members = Members::default();
    let entries = grant.entries(catalog);
    let mut judge = Judge {
        remainder,
        catalog,
        grant,
        not_needed: BTreeMap::new(),
    };
    for entry in &entries {
        let standings = judge.standings(entry, evidence.get(&entry.action()));
        for standing in standings {
            members.add(*entry, standing, grant, evidence, catalog);
        }
    }
    // An action newer than the catalogue's list is known by having been observed.
    let beyond_catalogue = evidence
        .observed()
        .any(|action| grant.matches(action) && catalog.action(action).is_none());
    match grant.actions {
        Granting::Element(pattern) if entries.is_empty() && !beyond_catalogue => {
            findings.add_unlisted(grant, pattern, catalog);
        }
        Granting::AllBut(_) if entries.is_empty() => {
            findings.add_dead(grant, "its `NotAction` leaves no action");
        }
        Granting::Element(_) | Granting::AllBut(_) => findings.add(grant, members, evidence),
    }
}
