//! One grant judged: each action that it covers held against the needs.

use super::evidence::EvidenceByAction;
use super::findings::Findings;
use super::grant::Grant;
use super::members::Members;
use super::standing::{Limits, standing};
use crate::catalog::Catalog;

/// Judges one grant and adds what comes of it to the findings.
pub(super) fn judge(
    grant: &Grant<'_>,
    evidence: &EvidenceByAction,
    limits: &Limits<'_>,
    catalog: &Catalog,
    findings: &mut Findings,
) {
    if let Some(reason) = grant.pattern.never_matches() {
        return findings.add_dead(grant, reason);
    }
    if let Some(reason) = grant.undecidable {
        return findings.add_undecided(grant, &grant.written(), &grant.resource_texts(), reason);
    }
    let mut members = Members::default();
    let entries = catalog.actions_matching(grant.pattern);
    for entry in &entries {
        let standing = standing(entry, grant, evidence.get(&entry.action()), limits, catalog);
        members.add(*entry, standing, grant, evidence, catalog);
    }
    // An action newer than the catalogue's list is known by having been observed.
    let beyond_catalogue = evidence
        .observed()
        .any(|action| grant.pattern.matches(action) && catalog.action(action).is_none());
    if entries.is_empty() && !beyond_catalogue {
        return findings.add_unlisted(grant, catalog);
    }
    findings.add(grant, members, evidence);
}
