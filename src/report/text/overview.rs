//! Many roles: a row each, and which of them are told whole.

use super::page::Lines as _;
use super::style::{BOLD, painted, severity_style};
use super::verdict::{roles as counted_roles, word};
use super::words::listed;
use super::{Page, line};
use crate::compare::Severity;
use crate::judge::{State, Verdict};
use crate::report::unread::{Told, name_of, told_apart};
use crate::report::words::short;
use crate::report::{Report, Role, printable};

/// Roles that are told whole without a table.
const FEW: usize = 5;

/// Of more, those that are told whole.
const WHOLE: usize = 3;

/// Whether there are so many roles that a table comes first.
pub(super) fn are_many(report: &Report) -> bool {
    told_apart(&report.roles).len() > FEW
}

/// What is told whole of many: the worst that do not pass.
pub(super) fn worst(report: &Report) -> Vec<Told<'_>> {
    let mut told = told_apart(&report.roles);
    // Stable: those that are equally bad stay in the report's order.
    told.sort_by_key(|one| std::cmp::Reverse(rank(one)));
    told.retain(|one| rank(one).0 != Verdict::Pass);
    told.truncate(WHOLE);
    told
}

/// How bad: the verdict, the worst that counts, how much of it.
fn rank(told: &Told<'_>) -> (Verdict, Option<Severity>, usize) {
    match told {
        Told::Role(role) => {
            let judged = || {
                let excess = role.excess.iter();
                excess.filter(|one| one.state == State::Judged)
            };
            let worst = judged().map(|one| one.severity).max();
            let of_worst = judged().filter(|one| Some(one.severity) == worst).count();
            (role.verdict, worst, of_worst)
        }
        Told::Unread { .. } => (Verdict::Inconclusive, None, 0),
    }
}

/// The verdict on all, and a row for each role, the worst first. Names are last, so that a long one moves nothing.
pub(super) fn table(page: &mut Page, report: &Report) {
    let mut told = told_apart(&report.roles);
    told.sort_by_key(|one| std::cmp::Reverse(rank(one)));
    let (style, verdict) = word(report.verdict, false);
    line(
        page,
        format_args!(
            "{}  {}",
            painted(style, verdict),
            painted(BOLD, &counted_roles(report))
        ),
    );
    page.put("");
    let head = format!(
        "  {:<17}  {:<8}  {:>8}  {:>7}  role",
        "verdict", "worst", "findings", "missing"
    );
    page.verbatim(&painted(BOLD, &head));
    for one in &told {
        row(page, one);
    }
    page.put("");
}

fn row(page: &mut Page, told: &Told<'_>) {
    let (verdict, worst, _) = rank(told);
    let (is_thin, findings, missing, name) = match told {
        Told::Role(role) => {
            let excess = role.excess.iter();
            let judged = excess.filter(|one| one.state == State::Judged).count();
            let whose = role.framework.as_ref();
            let whose = whose.map_or_else(String::new, |whose| format!(" ({whose})"));
            let name = printable(&format!("{}{whose}", called(role)));
            (role.wants_traces(), judged, role.missing.len(), name)
        }
        Told::Unread { roles, .. } => {
            let names: Vec<String> = roles
                .iter()
                .map(|role| short(&name_of(role)).to_owned())
                .collect();
            let names = format!("{} roles: {}", roles.len(), listed(&names, 5));
            (false, 0, 0, names)
        }
    };
    let (style, verdict) = word(verdict, is_thin);
    let (severity, own) = worst.map_or(("-", None), |worst| (worst.id(), Some(worst)));
    let severity = format!("{severity:<8}");
    let severity = own.map_or(severity.clone(), |own| {
        painted(severity_style(own), &severity)
    });
    let label = format!(
        "  {}  {severity}  {findings:>8}  {missing:>7}  ",
        painted(style, &format!("{verdict:<17}")),
    );
    page.hang(&label, &name);
}

fn called(role: &Role) -> String {
    let name = role.called();
    if name.is_empty() {
        short(&name_of(role)).to_owned()
    } else {
        name
    }
}

/// Where the rest is.
pub(super) fn rest(page: &mut Page, report: &Report, shown: &[Told<'_>]) {
    let count = |told: &[Told<'_>]| -> usize {
        told.iter()
            .map(|one| match one {
                Told::Role(_) => 1,
                Told::Unread { roles, .. } => roles.len(),
            })
            .sum()
    };
    let rest = report.roles.len() - count(shown);
    if rest == 0 {
        return;
    }
    let more = if shown.is_empty() {
        format!("{rest} roles")
    } else {
        format!("{rest} more roles")
    };
    page.put(&format!(
        "{more}: --all shows every role in full, `explain ROLE` one of them."
    ));
    page.put("");
}
