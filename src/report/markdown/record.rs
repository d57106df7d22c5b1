//! What is on the record and should not be any more: acceptances that are over or that nothing is found for, and entries of
//! the baseline that are no longer true.

use super::section::{bullets, details};
use super::{code, listed};
use crate::report::{Excess, Report};

/// Entries that are shown.
const ROWS: usize = 30;

/// That a finding was accepted until a day that is over, behind what else is said of it; empty where it was not.
pub fn expired(finding: &Excess) -> String {
    finding
        .expired
        .as_ref()
        .map_or_else(String::new, |expired| {
            format!(
                " · accepted until {}, which is over: {}",
                code(&expired.until),
                code(&expired.reason)
            )
        })
}

/// A folded list of the entries that no longer apply, and what to do about each; nothing where all do.
pub fn outdated(report: &Report) -> Option<String> {
    let accepts = report.unmatched_accepts.iter().map(|entry| {
        format!(
            "{} line {} accepts {} on {}, for which nothing is found: take it out",
            code(&entry.file),
            entry.line,
            listed(&entry.actions, 4),
            listed(&entry.resources, 2)
        )
    });
    let stale = report.roles.iter().flat_map(|role| {
        role.stale.iter().map(move |entry| {
            let name = role.role.clone();
            let name = name.unwrap_or_else(|| role.policy_files.join(", "));
            format!(
                "the baseline has {} on {} for {}, which is no longer excess: {} takes it out",
                listed(&entry.actions, 4),
                listed(&entry.resources, 2),
                code(&name),
                code("baseline --prune")
            )
        })
    });
    let all: Vec<String> = accepts.chain(stale).collect();
    if all.is_empty() {
        return None;
    }
    let shown = bullets(&all, ROWS, String::clone);
    let title = match all.len() {
        1 => "1 entry of the record no longer applies".to_owned(),
        count => format!("{count} entries of the record no longer apply"),
    };
    Some(details(&title, &format!("{shown}\n")))
}
