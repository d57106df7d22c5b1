//! The findings of a role: two lines each, worst first.

use super::style::{BOLD, DIM, painted, severity_style};
use super::words::{counted, grouped, listed};
use super::{ROWS, line, more};
use crate::compare::Kind;
use crate::gate::State;
use crate::report::words::all_but;
use crate::report::{Excess, Role, printable};

/// Columns that places are given; longer ones push the rest of their line to the right.
const WIDEST_PLACE: usize = 40;

/// Two lines for each finding that is judged: how bad, where and what; what was observed instead.
pub(super) fn excess(out: &mut String, role: &Role) {
    let judged: Vec<&Excess> = role
        .excess
        .iter()
        .filter(|finding| finding.state == State::Judged)
        .collect();
    let (borne, open): (Vec<&Excess>, Vec<&Excess>) =
        judged.into_iter().partition(|finding| role.bears(finding));
    list(out, role, &borne);
    if open.is_empty() {
        return;
    }
    if !role.has_evidence() {
        let all = counted(open.len() as u64, "grant");
        line(
            out,
            format_args!(
                "\n  {all} not judged: no AWS call of its functions was recorded, so nothing says what they need"
            ),
        );
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

fn list(out: &mut String, role: &Role, judged: &[&Excess]) {
    if judged.is_empty() {
        return;
    }
    let places: Vec<String> = judged
        .iter()
        .map(|finding| place(finding, role.policy_files.len() == 1))
        .collect();
    let shown = places.iter().take(ROWS);
    let width = shown
        .map(|place| place.chars().count())
        .max()
        .unwrap_or_default()
        .min(WIDEST_PLACE);
    line(out, format_args!(""));
    for (finding, place) in judged.iter().zip(&places).take(ROWS) {
        line(
            out,
            format_args!(
                "  {} {} {} on {}",
                painted(
                    severity_style(finding.severity),
                    &format!("{:<8}", finding.severity.id())
                ),
                painted(DIM, &format!("{place:<width$}")),
                painted(
                    BOLD,
                    &all_but(listed(&finding.actions, 4), finding.not_action)
                ),
                all_but(listed(&finding.resources, 2), finding.not_resource),
            ),
        );
        line(
            out,
            format_args!("  {:<8} {:<width$} {}", "", "", observed(finding)),
        );
        if let Some(expired) = &finding.expired {
            line(
                out,
                format_args!(
                    "  {:<8} {:<width$} accepted until {}, which is over: {}",
                    "",
                    "",
                    expired.until,
                    printable(&expired.reason)
                ),
            );
        }
    }
    more(out, judged.len());
}

/// Where a finding stands: the line alone where there is but one file.
pub(super) fn place(finding: &Excess, one_file: bool) -> String {
    let places: Vec<String> = finding
        .origins
        .iter()
        .map(|origin| {
            let place = match (origin.line_alone(one_file), origin.line) {
                (Some(line), _) => format!("line {line}"),
                (None, Some(line)) => format!("{}:{line}", printable(&origin.policy)),
                (None, None) => printable(&origin.policy),
            };
            place + &origin.in_words(printable)
        })
        .collect();
    listed(&places, 2)
}

/// What was observed of a finding, in half a line.
fn observed(finding: &Excess) -> String {
    let all = finding.observed.len() as u64 + finding.unobserved_count;
    if finding.observed.is_empty() {
        return match finding.kind {
            Kind::UnusedService => "never called; no call of this service was seen".to_owned(),
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
            on => format!("called only{on}"),
        },
        _ => format!(
            "{} of {} actions called: {}{on}",
            finding.observed.len(),
            grouped(all),
            listed(&finding.observed, 4)
        ),
    }
}
