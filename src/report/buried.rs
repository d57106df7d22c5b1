//! What a baseline takes out of sight: how bad it is, and the worst of it by name.

use super::printable;
use super::words::all_but;
use crate::compare::{Excess, Severity};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Findings that are named.
const NAMED: usize = 10;

/// A line with the counts and one for each of the worst, of findings with what their roles are called. Nothing where none is high or
/// critical: nobody needs to be warned of those.
pub fn buried<'f>(findings: impl Iterator<Item = (String, &'f Excess)>) -> Vec<String> {
    let mut findings: Vec<(String, &Excess)> = findings.collect();
    findings.sort_by_key(|(_, finding)| Reverse(finding.severity));
    let counts = counts(findings.iter().map(|(_, finding)| finding.severity));
    findings.retain(|(_, finding)| finding.severity >= Severity::High);
    if findings.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!(
        "The gate will no longer fail for {}. Look at the worst first:",
        counts.join(", ")
    )];
    let named = findings.iter().take(NAMED);
    lines.extend(named.map(|(role, finding)| named_line(role, finding)));
    if let more @ 1.. = findings.len().saturating_sub(NAMED) {
        lines.push(format!("  and {more} more that are high or critical"));
    }
    lines
}

/// How many there are of each severity, in the order of the findings.
fn counts(severities: impl Iterator<Item = Severity>) -> Vec<String> {
    let mut counts: Vec<(Severity, usize)> = Vec::new();
    for severity in severities {
        match counts.last_mut() {
            Some((last, count)) if *last == severity => *count += 1,
            _ => counts.push((severity, 1)),
        }
    }
    let told = counts.iter();
    told.map(|(severity, count)| format!("{count} {}", severity.id()))
        .collect()
}

fn named_line(role: &str, finding: &Excess) -> String {
    let elements = |all: &BTreeSet<String>, is_all_but: bool| {
        let all: Vec<String> = all.iter().map(|one| printable(one)).collect();
        all_but(all.join(", "), is_all_but)
    };
    format!(
        "  {}: {} on {} ({})",
        finding.severity.id(),
        elements(&finding.actions, finding.not_action),
        elements(&finding.resources, finding.not_resource),
        printable(role)
    )
}
