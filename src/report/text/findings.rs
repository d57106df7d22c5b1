//! The findings of a role, worst first: what is granted, then where it stands and what was seen of it.

use super::style::{BOLD, DIM, painted, severity_style};
use super::words::{counted, grouped, listed};
use super::{Page, ROWS, line, more};
use crate::compare::{Kind, Severity};
use crate::judge::State;
use crate::report::words::{all_but, by_aws, never_called, untraced};
use crate::report::{Excess, Role, printable};
use std::collections::BTreeMap;

/// Places of one finding that are told.
const PLACES: usize = 2;

/// Lines of one place that are told.
const LINES: usize = 4;

/// What stands before the lines below a severity.
pub(super) const BELOW: &str = "            ";

/// A severity as the first word of a line.
pub(super) fn severity_label(severity: Severity) -> String {
    let word = format!("{:<8}", severity.id());
    format!("  {}  ", painted(severity_style(severity), &word))
}

/// Each finding that is judged: how bad and what; below it where, and what was observed instead.
pub(super) fn excess(out: &mut Page, role: &Role) {
    let judged: Vec<&Excess> = role
        .excess
        .iter()
        .filter(|finding| finding.state == State::Judged)
        .collect();
    let (borne, open): (Vec<&Excess>, Vec<&Excess>) =
        judged.into_iter().partition(|finding| role.bears(finding));
    list(out, role, &borne);
    if role.not_judged > 0 {
        let all = counted(role.not_judged, "grant");
        line(
            out,
            format_args!(
                "\n  {all} not judged: no AWS call of its functions was recorded, so nothing says what they need"
            ),
        );
    }
    if open.is_empty() {
        return;
    }
    if !role.insufficient.is_empty() {
        line(
            out,
            format_args!("\n  Not judged yet, for the evidence is thin:"),
        );
    }
    list(out, role, &open);
}

fn list(out: &mut Page, role: &Role, judged: &[&Excess]) {
    if judged.is_empty() {
        return;
    }
    line(out, format_args!(""));
    let one_file = role.policy_files.len() == 1;
    for finding in judged.iter().take(ROWS) {
        let actions = all_but(listed(&finding.actions, 4), finding.not_action);
        let resources = all_but(listed(&finding.resources, 2), finding.not_resource);
        out.hang(
            &severity_label(finding.severity),
            &format!("{} on {resources}", painted(BOLD, &actions)),
        );
        let place = painted(DIM, &format!("{}:", place(finding, one_file)));
        out.hang(BELOW, &format!("{place} {}", observed(role, finding)));
        if let Some(expired) = &finding.expired {
            out.hang(
                BELOW,
                &format!(
                    "accepted until {}, which is over: {}",
                    expired.until,
                    printable(&expired.reason)
                ),
            );
        }
    }
    more(out, judged.len());
}

/// Where a finding stands: the lines alone where there is but one file. AWS's own policies are told by name: nobody reads their
/// lines.
pub(super) fn place(finding: &Excess, one_file: bool) -> String {
    let mut lines: BTreeMap<(usize, String, String), Vec<String>> = BTreeMap::new();
    let mut order: Vec<(String, String)> = Vec::new();
    for origin in &finding.origins {
        let words = origin.in_words(printable);
        let (policy, line) = match by_aws(&origin.policy) {
            Some(name) => (format!("AWS's policy {}", printable(name)), None),
            None if origin.line_alone(one_file).is_some() => (String::new(), origin.line),
            None => (printable(&origin.policy), origin.line),
        };
        let one = (policy, words);
        let number = order.iter().position(|other| *other == one);
        let number = number.unwrap_or_else(|| {
            order.push(one.clone());
            order.len() - 1
        });
        let own = lines.entry((number, one.0, one.1)).or_default();
        let line = line.map(|line| line.to_string());
        // Several statements may stand in one line.
        own.extend(line.filter(|line| !own.contains(line)));
    }
    let places: Vec<String> = lines
        .into_iter()
        .map(|((_, policy, words), lines)| {
            let count = lines.len();
            let lines = listed(&lines, LINES);
            match (policy.as_str(), count) {
                (policy, 0) => format!("{policy}{words}"),
                ("", 1) => format!("line {lines}{words}"),
                ("", _) => format!("lines {lines}{words}"),
                (policy, 1) => format!("{policy}:{lines}{words}"),
                (policy, _) => format!("{policy}, lines {lines}{words}"),
            }
        })
        .collect();
    // Escaping what is escaped already changes nothing.
    listed(&places, PLACES)
}

/// What was observed of a finding, in half a line.
fn observed(role: &Role, finding: &Excess) -> String {
    if let Some(untraced) = untraced(role, finding) {
        return untraced.to_owned();
    }
    let all = finding.observed.len() as u64 + finding.unobserved_count;
    if finding.observed.is_empty() {
        return match finding.kind {
            Kind::UnusedService => never_called(finding),
            Kind::UnusedAction | Kind::BroadAction | Kind::BroadResource if all > 1 => {
                format!("none of its {} actions was called", grouped(all))
            }
            Kind::UnusedAction | Kind::BroadAction | Kind::BroadResource => {
                "never called".to_owned()
            }
        };
    }
    let on = match finding.needed_resources.as_slice() {
        [] => String::new(),
        resources => format!(" on {}", listed(resources, 2)),
    };
    match finding.unobserved_count {
        0 => match on.as_str() {
            "" => "called, but not on these resources".to_owned(),
            on => format!("needed only{on}"),
        },
        others => format!(
            "called: {}{on}; {} never called",
            listed(&finding.observed, 4),
            counted(others, "other action"),
        ),
    }
}
