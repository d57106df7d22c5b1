//! The verdict in words: before a role, and as the last line for whoever reads the end of a log.

use super::page::Lines;
use super::shape::Shape;
use super::style::{BAD, BOLD, GOOD, WARN, painted};
use super::words::counted;
use super::{Page, line};
use crate::compare::Severity;
use crate::exit::Exit;
use crate::judge::{State, Verdict};
use crate::report::words::lacking;
use crate::report::{Report, Role, printable};
use anstyle::Style;

/// The verdict on a role, with its name or those of the files that stand for it.
/// Thin evidence and what else keeps a verdict open are told apart.
pub(in crate::report) fn heading(
    out: &mut impl Lines,
    verdict: Verdict,
    is_thin: bool,
    role: Option<&str>,
    files: &[String],
) {
    let files = || printable(&files.join(", "));
    let name = role.map_or_else(files, printable);
    let (style, word) = word(verdict, is_thin);
    line(
        out,
        format_args!("{}  {}", painted(style, word), painted(BOLD, &name)),
    );
}

/// A verdict as people read it.
pub(super) fn word(verdict: Verdict, is_thin: bool) -> (Style, &'static str) {
    match verdict {
        Verdict::Pass => (GOOD, "PASS"),
        Verdict::Inconclusive if is_thin => (WARN, "NOT ENOUGH TRACES"),
        Verdict::Inconclusive => (WARN, "CANNOT TELL"),
        Verdict::Fail => (BAD, "FAIL"),
    }
}

/// Why evidence cannot bear a conviction, a line a reason.
pub(in crate::report) fn unsure(out: &mut impl Lines, reasons: &[String]) {
    for reason in reasons {
        line(
            out,
            format_args!("{} {}", painted(WARN, "not sure:"), printable(reason)),
        );
    }
}

/// How many roles were judged how: `12 roles: 3 fail, 9 pass`.
pub(super) fn roles(report: &Report) -> String {
    let all = report.roles.len() as u64;
    let of = |verdict: Verdict| {
        report
            .roles
            .iter()
            .filter(move |one| one.verdict == verdict)
    };
    let counts: Vec<String> = [
        (Verdict::Fail, "fails", "fail"),
        (Verdict::Inconclusive, "cannot be told", "cannot be told"),
        (Verdict::Pass, "passes", "pass"),
    ]
    .into_iter()
    .filter_map(|(verdict, one, several)| match of(verdict).count() {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {several}")),
    })
    .collect();
    format!("{}: {}", counted(all, "role"), counts.join(", "))
}

/// What is judged of some roles, counted by severity, worst first; nothing where there is none.
pub(super) fn severities(roles: &[Role]) -> Vec<String> {
    let worst_first = [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
    ];
    let of = |severity: Severity| {
        let findings = roles.iter().flat_map(|role| &role.excess);
        findings
            .filter(|one| one.state == State::Judged && one.severity == severity)
            .count()
    };
    let counts = worst_first
        .into_iter()
        .map(|severity| (of(severity), severity));
    counts
        .filter(|(count, _)| *count > 0)
        .map(|(count, severity)| format!("{count} {}", severity.id()))
        .collect()
}

/// The end: the verdict once more, and what it comes to.
pub(super) fn last(page: &mut Page, report: &Report, shape: &Shape) {
    let open = || {
        let mut roles = report.roles.iter();
        roles.any(|role| role.verdict == Verdict::Inconclusive && role.wants_traces())
    };
    let (style, word) = word(report.verdict, open());
    let told = sum(report, shape.exit);
    page.put(&format!("{}  {told}", painted(style, word)));
}

/// How many roles and findings there are, and what the exit code says.
pub(in crate::report) fn sum(report: &Report, exit: Exit) -> String {
    let mut told = vec![if report.roles.is_empty() {
        "no role was judged".to_owned()
    } else {
        roles(report)
    }];
    let findings = severities(&report.roles);
    if !findings.is_empty() {
        told.push(format!(
            "granted beyond what was called: {}",
            findings.join(", ")
        ));
    }
    let silent: u64 = report.roles.iter().map(|role| role.not_judged).sum();
    if silent > 0 {
        told.push(format!("{} not judged", counted(silent, "grant")));
    }
    let missing = || report.roles.iter().flat_map(|role| &role.missing);
    if missing().next().is_some() {
        let head = lacking(missing()).to_lowercase();
        told.push(format!("{head}: {}", missing().count()));
    }
    let (code, meaning) = (exit.code(), meaning(report, exit));
    format!("{}. Exit code {code}: {meaning}.", told.join("; "))
}

fn meaning(report: &Report, exit: Exit) -> &'static str {
    match (exit, report.verdict) {
        (Exit::Success, Verdict::Inconclusive) => {
            "there is not enough evidence, and on-inconclusive is warn"
        }
        (Exit::Success, Verdict::Pass | Verdict::Fail) => "the gate passed",
        (Exit::GateFailed | Exit::Denied | Exit::Broader, _) => "the gate failed",
        (Exit::Inconclusive, _) => "there is not enough evidence to pass or fail",
        (Exit::Failure | Exit::Usage, _) => "the job could not be done",
    }
}
