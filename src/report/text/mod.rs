//! The report as a person reads it first: the verdict, a short table a role, the evidence, how to fix it.
//!
//! Styled with ANSI codes throughout; whoever prints it takes them out where they are not wanted.

mod fix;
mod lists;
mod record;
pub(super) mod style;
mod suggested;
mod table;
pub(super) mod words;

use super::split::Share;
use super::unread::{Told, name_of, told_apart};
use super::words::{short, traces_of};
use super::{Function, Report, Role, printable};
use crate::compare::Severity;
use crate::judge::{State, Verdict};
use std::fmt::Write as _;
use style::{BAD, BOLD, DIM, GOOD, WARN, painted};
use words::{counted, day, listed, times};

/// Rows of a table before the rest is counted.
const ROWS: usize = 12;

/// The report as text.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    if let Some(why) = &report.not_judged {
        line(
            &mut out,
            format_args!("{}  {}", painted(GOOD, "PASS"), printable(why)),
        );
        changes(&mut out, report);
        return out;
    }
    if report.roles.is_empty() {
        line(
            &mut out,
            format_args!(
                "{}",
                painted(WARN, "CANNOT TELL  no function was found to judge")
            ),
        );
    }
    for one in told_apart(&report.roles) {
        match one {
            Told::Role(role) => role_section(&mut out, role),
            Told::Unread { cause, roles } => unread_section(&mut out, cause, &roles),
        }
    }
    changes(&mut out, report);
    evidence(&mut out, report);
    record::unmatched(&mut out, report);
    fix::section(&mut out, report);
    suggested::section(&mut out, report);
    next(&mut out, report);
    out
}

/// What would make the next run surer or quieter, each with its command.
fn next(out: &mut String, report: &Report) {
    if report.next.is_empty() {
        return;
    }
    line(out, format_args!("\n{}", painted(BOLD, "Next time")));
    for advice in &report.next {
        line(out, format_args!("  {}", printable(&advice.text)));
        if let Some(command) = &advice.command {
            line(
                out,
                format_args!("    {}", painted(DIM, &printable(command))),
            );
        }
    }
}

pub(super) fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}

/// The verdict on a role, with its name or those of the files that stand for it.
/// Thin evidence and what else keeps a verdict open are told apart.
pub(super) fn heading(
    out: &mut String,
    verdict: Verdict,
    is_thin: bool,
    role: Option<&str>,
    files: &[String],
) {
    let files = || printable(&files.join(", "));
    let name = role.map_or_else(files, printable);
    let (style, word) = match verdict {
        Verdict::Pass => (GOOD, "PASS"),
        Verdict::Inconclusive => (
            WARN,
            if is_thin {
                "NOT ENOUGH TRACES"
            } else {
                "CANNOT TELL"
            },
        ),
        Verdict::Fail => (BAD, "FAIL"),
    };
    line(
        out,
        format_args!("{}  {}", painted(style, word), painted(BOLD, &name)),
    );
}

/// Why evidence cannot bear a conviction, a line a reason.
pub(super) fn unsure(out: &mut String, reasons: &[String]) {
    for reason in reasons {
        line(
            out,
            format_args!("{} {}", painted(WARN, "not sure:"), printable(reason)),
        );
    }
}

fn role_section(out: &mut String, role: &Role) {
    let (name, files) = (role.role.as_deref(), &role.policy_files);
    heading(out, role.verdict, role.wants_traces(), name, files);
    if role.would_fail {
        line(
            out,
            format_args!("{}", painted(WARN, "would fail with --fail-on medium")),
        );
    }
    line(out, format_args!("{}", summary(role)));
    line(out, format_args!("{}", users(role)));
    if let Some(split) = split(role) {
        line(out, format_args!("{split}"));
    }
    unsure(out, &role.insufficient);
    table::excess(out, role);
    record::section(out, role);
    lists::missing(out, role);
    lists::undecided(out, role);
    lists::dead(out, role);
    line(out, format_args!(""));
}

/// Roles of which nothing could be read, for one cause: a line, however many there are.
fn unread_section(out: &mut String, cause: &str, roles: &[&Role]) {
    let name = |role: &&Role| printable(short(&name_of(role)));
    let names: Vec<String> = roles.iter().map(name).collect();
    let count = format!("{} roles: {}", roles.len(), listed(&names, 5));
    heading(out, Verdict::Inconclusive, false, Some(&count), &[]);
    let first = roles.iter().find_map(|role| role.insufficient.first());
    let first = first.map(|reason| format!("; the first: {reason}"));
    let reason = format!(
        "none of them can be read: {cause}{}",
        first.unwrap_or_default()
    );
    unsure(out, &[reason]);
    line(out, format_args!(""));
}

/// What the change would make of the gate itself.
fn changes(out: &mut String, report: &Report) {
    for change in report.config_changes.iter().take(ROWS) {
        let what = if change.loosens {
            painted(WARN, "once merged, lets more pass:")
        } else {
            painted(BOLD, "once merged:")
        };
        line(
            out,
            format_args!(
                "{what} {} in {}: {} instead of {}",
                printable(&change.setting),
                printable(&change.file),
                printable(&change.head),
                printable(&change.base)
            ),
        );
    }
    more(out, report.config_changes.len());
}

/// What was found, counted by severity, worst first.
fn summary(role: &Role) -> String {
    let worst_first = [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
    ];
    let counts: Vec<String> = worst_first
        .iter()
        .filter_map(|severity| {
            let count = role
                .excess
                .iter()
                .filter(|finding| finding.state == State::Judged && finding.severity == *severity)
                .count();
            (count > 0).then(|| format!("{count} {}", severity.id()))
        })
        .collect();
    let mut excess = match counts.len() {
        0 if role.excess.is_empty() => "No excess permission found".to_owned(),
        0 => "Nothing to judge".to_owned(),
        _ => format!("Granted and never called: {}", counts.join(", ")),
    };
    for (state, name) in [
        (State::Accepted, "accepted"),
        (State::Baseline, "already on main"),
        (State::Probation, "new, waiting for traces"),
    ] {
        let findings = role.excess.iter();
        let count = findings.filter(|finding| finding.state == state).count();
        if count > 0 {
            // Writing to a string cannot fail.
            let _ = write!(excess, "; {name}: {count}");
        }
    }
    match role.missing.len() {
        0 => excess,
        missing => format!("{excess}; called, not granted: {missing}"),
    }
}

/// Who uses the role, and how much was seen of each.
fn users(role: &Role) -> String {
    let users: Vec<String> = role
        .functions
        .iter()
        .map(|function| {
            let name = printable(short(&function.arn));
            format!("{name} ({})", traces_of(function))
        })
        .collect();
    match users.len() {
        0 => "No trace is from a function that uses this role: check name, region and time range"
            .to_owned(),
        1 => format!("Used by {}", users.join("")),
        more => format!("Used by {more} functions: {}", users.join(", ")),
    }
}

/// What each user of a shared role would need alone, the one that needs least first.
fn split(role: &Role) -> Option<String> {
    let of = role.split.first()?.of;
    let mut narrower: Vec<&Share> = role.split.iter().collect();
    narrower.sort_by_key(|share| (share.permissions, &share.function));
    let shown: Vec<String> = narrower
        .iter()
        .map(|share| format!("{} {}", short(&share.function), share.permissions))
        .collect();
    let permissions = counted(of, "permission");
    Some(format!(
        "Of the {permissions} that they need together, each alone needs: {}",
        listed(&shown, 5)
    ))
}

/// The evidence line, with the caveat that belongs to every finding.
fn evidence(out: &mut String, report: &Report) {
    let evidence = &report.evidence;
    let window = match (&report.window.start, &report.window.end) {
        (Some(start), Some(end)) => format!("from {} to {}", day(start), day(end)),
        _ => "at an unknown time".to_owned(),
    };
    line(
        out,
        format_args!(
            "{} {} and {} {window}. X-Ray records a sample of requests: what runs rarely may be missing from it.",
            painted(BOLD, "Evidence:"),
            counted(evidence.traces, "trace"),
            counted(evidence.calls, "AWS call"),
        ),
    );
    if let Some(place) = evidence.asked() {
        line(out, format_args!("{}.", printable(&place.to_string())));
    }
    if let Some(scanned) = &evidence.scanned {
        line(out, format_args!("{}", scanned.sentence()));
    }
    if let Some(appeal) = &evidence.appeal {
        line(out, format_args!("{}", printable(&appeal.sentence())));
    }
    also_seen(out, &evidence.others);
    let gaps = evidence
        .gaps
        .iter()
        .chain(report.roles.iter().flat_map(|role| &role.gaps));
    for gap in gaps.take(ROWS) {
        line(
            out,
            format_args!(
                "{} {} ({}): {}",
                painted(WARN, "gap:"),
                gap.reason,
                times(gap.count),
                printable(&gap.detail)
            ),
        );
    }
}

/// Who else called AWS in these traces.
fn also_seen(out: &mut String, others: &[Function]) {
    if others.is_empty() {
        return;
    }
    let names: Vec<String> = others
        .iter()
        .map(|other| {
            let name = short(&other.arn);
            format!("{name} ({})", counted(other.calls, "AWS call"))
        })
        .collect();
    line(
        out,
        format_args!("Also seen and not judged here: {}", listed(&names, 5)),
    );
}

/// How many rows were left out.
fn more(out: &mut String, rows: usize) {
    if rows > ROWS {
        line(
            out,
            format_args!("  and {} more: see --format json", rows - ROWS),
        );
    }
}
