//! What hurts most comes first: roles by their worst finding, findings by severity, new ones before old ones.

use super::{Excess, Report, Role};
use crate::compare::Severity;
use crate::judge::{State, Verdict};
use std::cmp::Reverse;

/// The report in the order in which people read it. Equal ones stay in the report's order.
pub(super) fn worst_first(report: &Report) -> Report {
    let mut report = report.clone();
    for role in &mut report.roles {
        role.excess
            .sort_by_key(|finding| Reverse((finding.severity, finding.new)));
    }
    report.roles.sort_by_key(|role| Reverse(weight(role)));
    report
}

/// Findings of a role that count.
pub(super) fn judged(role: &Role) -> impl Iterator<Item = &Excess> {
    role.excess
        .iter()
        .filter(|finding| finding.state == State::Judged)
}

fn weight(role: &Role) -> (Verdict, Option<Severity>, bool, usize) {
    let worst = judged(role).map(|finding| finding.severity).max();
    let is_new = judged(role).any(|finding| finding.new && Some(finding.severity) == worst);
    (role.verdict, worst, is_new, judged(role).count())
}
