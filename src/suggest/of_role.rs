//! The suggestions for a judged role: none where the evidence does not bear an edit.

use super::{Circumstances, Fixed, Kind, Suggestion, hosts, suggestions};
use crate::catalog::Catalog;
use crate::compare::Severity;
use crate::iam::PolicyDocument;
use crate::iam::document::Syntax;
use crate::judge::{JudgedRole, State};
use crate::roles::Role;
use std::collections::BTreeSet;

/// The role's policies as they should be, by how it was judged.
pub fn of_role(role: &Role, judged: &JudgedRole, catalog: &Catalog) -> Vec<Suggestion> {
    if not_now(role, judged).is_some() {
        return Vec::new();
    }
    let mut fixed = Fixed::new();
    if let Some(template) = &role.template {
        let hosted = role.policies.iter().enumerate();
        for (place, policy) in hosted.filter(|(_, own)| own.syntax == Syntax::Template) {
            let worse = worse_than_low(judged, policy);
            let own = hosts::fixed(policy, template, &worse).into_iter();
            fixed.extend(own.map(|(statement, why)| ((place, statement), why)));
        }
    }
    let circumstances = Circumstances {
        needs: &judged.needs,
        granted: role.granted(),
        comparison: &judged.comparison,
        states: &judged.states,
        held: &judged.held,
        are_files: role.are_files,
        adds_missing: !role.others_take_additions,
        left_out: &[],
        wide: &BTreeSet::new(),
        template: role.template.as_ref(),
        fixed: &fixed,
    };
    let mut found = suggestions(&circumstances, catalog);
    // Policies of AWS's beside those of a template are told by the findings.
    found.retain(|own| role.template.is_none() || own.kind == Kind::Template);
    found
}

/// The statements of a policy of which something is judged that is worse than low, by their places.
fn worse_than_low(judged: &JudgedRole, policy: &PolicyDocument) -> BTreeSet<usize> {
    let findings = judged.comparison.excess.iter().zip(&judged.states);
    let worse = findings
        .filter(|(excess, state)| **state == State::Judged && excess.severity > Severity::Low);
    let origins = worse.flat_map(|(excess, _)| &excess.origins);
    origins
        .filter(|origin| origin.policy == policy.name)
        .map(|origin| origin.statement)
        .collect()
}

/// Why nothing is offered to be written, whatever its policies are.
pub fn not_now(role: &Role, judged: &JudgedRole) -> Option<&'static str> {
    if role.unreadable {
        return Some("its role could not be read");
    }
    if !judged.has_evidence() {
        return Some("no AWS call of those who use it was seen");
    }
    // On thin evidence nothing is offered to be written: what it does not show may be needed.
    if !judged.is_thin && !role.insufficient.is_empty() {
        return Some(
            "not all that uses it or that it is granted is known, so more may be needed than the traces show",
        );
    }
    if judged.is_thin || !judged.insufficient.is_empty() {
        return Some("there are not enough traces, and what they do not show may be needed");
    }
    if judged.is_disarmed() {
        return Some("calls of a service that is in it may be missing from the evidence");
    }
    None
}
