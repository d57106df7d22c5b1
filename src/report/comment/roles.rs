//! The roles in a table, worst first.

use super::budget::{Item, Rank};
use super::{judged, name_in, sign};
use crate::compare::Severity;
use crate::judge::Verdict;
use crate::report::markdown::{code, listed, message};
use crate::report::words::{all_but, lacking};
use crate::report::{Excess, Report, Role};
use std::fmt::Write as _;

/// Roles that the table shows.
const ROWS: usize = 100;

/// A table of all roles, where there is more than one. Columns that are empty everywhere are left out.
pub(super) fn table(report: &Report) -> Option<Item> {
    if report.roles.len() < 2 {
        return None;
    }
    let any = |is: &dyn Fn(&Role) -> bool| report.roles.iter().any(is);
    let new = any(&|role| judged(role).any(|finding| finding.new));
    let missing = any(&|role| !role.missing.is_empty());
    let all_missing = report.roles.iter().flat_map(|role| &role.missing);
    let lacking = format!(" {} |", lacking(all_missing));
    let mut out = "| | Role | Not observed |".to_owned();
    let mut rule = "|---|---|--:|".to_owned();
    for (shown, head) in [(new, " New |"), (missing, lacking.as_str())] {
        if shown {
            out.push_str(head);
            rule.push_str("--:|");
        }
    }
    let _ = writeln!(out, " Worst |\n{rule}---|");
    for role in report.roles.iter().take(ROWS) {
        let count = |is: &dyn Fn(&&Excess) -> bool| judged(role).filter(|one| is(one)).count();
        let mut row = format!(
            "| {} | {}{} | {} |",
            sign(role.verdict),
            code(&name_in(report, role)),
            whose(role),
            count(&|_| true)
        );
        // Writing to a string cannot fail.
        if new {
            let _ = write!(row, " {} |", count(&|finding| finding.new));
        }
        if missing {
            let _ = write!(row, " {} |", role.missing.len());
        }
        let _ = writeln!(out, "{row} {} |", worst(role));
    }
    out.push('\n');
    if let Some(more) = report.roles.get(ROWS..).filter(|more| !more.is_empty()) {
        let count = |verdict| more.iter().filter(|role| role.verdict == verdict).count();
        let told = [
            (count(Verdict::Fail), "fail"),
            (count(Verdict::Inconclusive), "cannot be judged"),
            (count(Verdict::Pass), "pass"),
        ];
        let told: Vec<String> = told
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        let _ = writeln!(out, "and {} more roles: {}.\n", more.len(), told.join(", "));
    }
    Some(Item::new(Rank::Table, out))
}

/// Whose a role is that a framework brings along.
fn whose(role: &Role) -> String {
    role.framework
        .as_ref()
        .map_or_else(String::new, |whose| format!(" ({})", message(whose)))
}

/// The worst finding in half a line, or why there is none.
fn worst(role: &Role) -> String {
    let worst = judged(role).max_by_key(|finding| (finding.severity, finding.new));
    match (worst, role.insufficient.first()) {
        (Some(finding), _) => format!(
            "{}: {} on {}",
            severity(finding.severity),
            all_but(listed(&finding.actions, 1), finding.not_action),
            all_but(listed(&finding.resources, 1), finding.not_resource)
        ),
        (None, Some(reason)) if role.verdict == Verdict::Inconclusive => code(reason),
        (None, _) => String::new(),
    }
}

/// A severity's name; the two that hurt are bold.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "**critical**",
        Severity::High => "**high**",
        Severity::Medium => "medium",
        Severity::Low => "low",
    }
}
