//! What does not count: accepted, in the baseline, on probation, a framework's own.

use super::budget::{Item, Rank};
use super::headline::base;
use super::{Context, name_in};
use crate::judge::State;
use crate::report::markdown::{bullets, code, listed, message};
use crate::report::text::words::counted;
use crate::report::words::{all_but, waits};
use crate::report::{Excess, Report, Role, Undecided};

/// Findings that each list shows.
const ROWS: usize = 30;

/// A folded list a state, of all roles.
pub(super) fn set_aside(report: &Report, context: &Context) -> Vec<Item> {
    let on_base = format!("already on {}, not judged", base(context));
    [
        (State::Accepted, "accepted, on the record"),
        (State::Baseline, on_base.as_str()),
        (State::Probation, "new, waiting for traces"),
        (State::Framework, "brought along by a framework, not judged"),
    ]
    .into_iter()
    .filter_map(|(state, what)| list(report, state, what))
    .chain(undecided(report))
    .collect()
}

/// What is not judged with the rest, and what was judged until now.
pub(super) fn not_judged(report: &Report) -> Option<Item> {
    let gaps = report.evidence.gaps.iter();
    let told: Vec<String> = gaps
        .filter(|gap| gap.is_not_judged())
        .map(|gap| message(&gap.detail))
        .collect();
    if told.is_empty() {
        return None;
    }
    let lines = bullets(&told, ROWS, Clone::clone);
    let count = told.len();
    Some(Item::new(
        Rank::Evidence,
        format!("<details><summary>Not judged: {count}</summary>\n\n{lines}\n</details>\n\n"),
    ))
}

/// What nothing decides, with the reason: it never fails.
fn undecided(report: &Report) -> Option<Item> {
    let of_role = |role| undecided_of(report, role);
    let found: Vec<String> = report.roles.iter().flat_map(of_role).collect();
    if found.is_empty() {
        return None;
    }
    let whether = if found.len() == 1 {
        "it is"
    } else {
        "they are"
    };
    let count = counted(found.len() as u64, "grant");
    let lines = bullets(&found, ROWS, Clone::clone);
    Some(Item::new(
        Rank::SetAside,
        format!(
            "<details><summary>{count}: cannot tell whether {whether} needed</summary>\n\n{lines}\n</details>\n\n"
        ),
    ))
}

fn undecided_of(report: &Report, role: &Role) -> Vec<String> {
    let name = code(&name_in(report, role));
    let line = |open: &Undecided| {
        let more = match open.reasons.len() {
            0 | 1 => String::new(),
            reasons => format!(" and {} more", reasons - 1),
        };
        format!(
            "{} {name}: {} on {}: {}{more}",
            open.severity.id(),
            all_but(listed(&open.actions, 4), open.not_action),
            all_but(listed(&open.resources, 2), open.not_resource),
            message(open.reasons.first().unwrap_or(&open.reason))
        )
    };
    role.undecided.iter().map(line).collect()
}

fn list(report: &Report, state: State, what: &str) -> Option<Item> {
    let found: Vec<(&Role, &Excess)> = report
        .roles
        .iter()
        .flat_map(|role| role.excess.iter().map(move |finding| (role, finding)))
        .filter(|(_, finding)| finding.state == state)
        .collect();
    if found.is_empty() {
        return None;
    }
    let lines = bullets(&found, ROWS, |(role, finding)| {
        line(&name_in(report, role), finding)
    });
    let count = counted(found.len() as u64, "grant");
    let text = format!("<details><summary>{count} {what}</summary>\n\n{lines}\n</details>\n\n");
    Some(Item::new(Rank::SetAside, text))
}

fn line(name: &str, finding: &Excess) -> String {
    let accepted = finding
        .accepted
        .as_ref()
        .map_or_else(String::new, |accepted| {
            let by = accepted.by.as_ref();
            let by = by.map_or_else(String::new, |by| format!(", accepted here by {}", code(by)));
            format!(
                ", {} until {}{by}",
                code(&accepted.reason),
                code(&accepted.until)
            )
        });
    format!(
        "{} {}: {} on {}{accepted}{}",
        finding.severity.id(),
        code(name),
        all_but(listed(&finding.actions, 4), finding.not_action),
        all_but(listed(&finding.resources, 2), finding.not_resource),
        waits(finding, code)
    )
}
