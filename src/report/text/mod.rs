//! The report as a person reads it first: the verdict, a short table a role, the evidence, how to fix it.
//!
//! Styled with ANSI codes throughout; whoever prints it takes them out where they are not wanted.

mod fix;
pub(super) mod style;

use super::{Excess, Function, Report, Role, printable};
use crate::compare::{Kind, Lack, Severity};
use crate::gate::{State, Verdict};
use std::fmt::Write as _;
use style::{BAD, BOLD, DIM, GOOD, WARN, painted, severity_style};

/// Rows of a table before the rest is counted.
const ROWS: usize = 12;

/// Columns that places are given; longer ones push the rest of their line to the right.
const WIDEST_PLACE: usize = 40;

/// The report as text.
pub fn render(report: &Report) -> String {
    let mut out = String::new();
    if report.roles.is_empty() {
        line(
            &mut out,
            format_args!(
                "{}",
                painted(WARN, "INCONCLUSIVE  no function was found to judge")
            ),
        );
    }
    for role in &report.roles {
        role_section(&mut out, role);
    }
    evidence(&mut out, report);
    fix::section(&mut out, report);
    out
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}

fn role_section(out: &mut String, role: &Role) {
    let files = || printable(&role.policy_files.join(", "));
    let name = role.role.as_deref().map_or_else(files, printable);
    let (style, word) = match role.verdict {
        Verdict::Pass => (GOOD, "PASS"),
        Verdict::Inconclusive => (WARN, "INCONCLUSIVE"),
        Verdict::Fail => (BAD, "FAIL"),
    };
    line(
        out,
        format_args!("{}  {}", painted(style, word), painted(BOLD, &name)),
    );
    line(out, format_args!("{}", summary(role)));
    line(out, format_args!("{}", users(role)));
    for reason in &role.insufficient {
        line(
            out,
            format_args!("{} {}", painted(WARN, "not sure:"), printable(reason)),
        );
    }
    excess_table(out, role);
    missing(out, role);
    undecided(out, role);
    dead(out, role);
    line(out, format_args!(""));
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
                .filter(|finding| finding.severity == *severity)
                .count();
            (count > 0).then(|| format!("{count} {}", severity.id()))
        })
        .collect();
    let excess = match counts.len() {
        0 => "No excess permission found".to_owned(),
        _ => format!("Granted and not observed: {}", counts.join(", ")),
    };
    match role.missing.len() {
        0 => excess,
        missing => format!("{excess}; missing: {missing}"),
    }
}

/// Who uses the role, and how much was seen of each.
fn users(role: &Role) -> String {
    let users: Vec<String> = role
        .functions
        .iter()
        .map(|function| {
            let name = function.arn.rsplit(':').next().unwrap_or(&function.arn);
            format!(
                "{} ({})",
                printable(name),
                counted(function.traces, "trace")
            )
        })
        .collect();
    match users.len() {
        0 => "Used by no function that was observed".to_owned(),
        1 => format!("Used by {}", users.join("")),
        more => format!("Used by {more} functions: {}", users.join(", ")),
    }
}

/// Two lines a finding: how bad, where and what; what was observed instead.
fn excess_table(out: &mut String, role: &Role) {
    if role.excess.is_empty() {
        return;
    }
    let places: Vec<String> = role
        .excess
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
    for (finding, place) in role.excess.iter().zip(&places).take(ROWS) {
        let state = match finding.state {
            State::Judged => "",
            State::Accepted => " (accepted)",
            State::Baseline => " (baseline)",
            State::Probation => " (probation)",
        };
        line(
            out,
            format_args!(
                "  {} {} {} on {}{state}",
                painted(
                    severity_style(finding.severity),
                    &format!("{:<8}", finding.severity.id())
                ),
                painted(DIM, &format!("{place:<width$}")),
                painted(BOLD, &listed(&finding.actions, 4)),
                listed(&finding.resources, 2),
            ),
        );
        line(
            out,
            format_args!("  {:<8} {:<width$} {}", "", "", observed(finding)),
        );
    }
    more(out, role.excess.len());
}

/// Where a finding stands: the line alone where there is but one file.
fn place(finding: &Excess, one_file: bool) -> String {
    let places: Vec<String> = finding
        .origins
        .iter()
        .map(|origin| match origin.line {
            Some(line) if one_file => format!("line {line}"),
            Some(line) => format!("{}:{line}", printable(&origin.policy)),
            None => printable(&origin.policy),
        })
        .collect();
    listed(&places, 2)
}

/// What was observed of a finding, in half a line.
fn observed(finding: &Excess) -> String {
    let all = finding.observed.len() as u64 + finding.unobserved_count;
    if finding.observed.is_empty() {
        return match finding.kind {
            Kind::UnusedService => "not observed, nor anything else of the service".to_owned(),
            Kind::UnusedAction | Kind::BroadAction | Kind::BroadResource if all > 1 => {
                format!("not observed, none of the {} actions", grouped(all))
            }
            Kind::UnusedAction | Kind::BroadAction | Kind::BroadResource => {
                "not observed".to_owned()
            }
        };
    }
    let on = match finding.needed_resources.as_slice() {
        [] => String::new(),
        resources => format!(" on {}", listed(resources, 2)),
    };
    match finding.unobserved_count {
        0 => match on.as_str() {
            "" => "observed, but not on these resources".to_owned(),
            on => format!("observed only{on}"),
        },
        _ => format!(
            "{} of {} actions observed: {}{on}",
            finding.observed.len(),
            grouped(all),
            listed(&finding.observed, 4)
        ),
    }
}

fn missing(out: &mut String, role: &Role) {
    if role.missing.is_empty() {
        return;
    }
    line(out, format_args!("\n  {}", painted(BOLD, "Missing")));
    for missing in role.missing.iter().take(ROWS) {
        let why = match missing.because {
            Lack::Denied => format!("denied {}", times(missing.calls)),
            Lack::NotGranted => format!("called {}, granted nowhere here", times(missing.calls)),
        };
        line(
            out,
            format_args!(
                "  {} on {}: {why}",
                printable(&missing.action),
                listed(&missing.resources, 2)
            ),
        );
    }
    more(out, role.missing.len());
}

fn undecided(out: &mut String, role: &Role) {
    if role.undecided.is_empty() {
        return;
    }
    line(
        out,
        format_args!("\n  {}", painted(BOLD, "Undecided, never failing")),
    );
    for undecided in role.undecided.iter().take(ROWS) {
        let actions = listed(&undecided.actions, 3);
        let resources = listed(&undecided.resources, 2);
        line(
            out,
            format_args!(
                "  {actions} on {resources}: {}",
                printable(&undecided.reason)
            ),
        );
    }
    more(out, role.undecided.len());
}

fn dead(out: &mut String, role: &Role) {
    if role.dead.is_empty() {
        return;
    }
    line(
        out,
        format_args!("\n  {}", painted(BOLD, "Dead, can never match")),
    );
    for dead in role.dead.iter().take(ROWS) {
        let actions = listed(&dead.actions, 3);
        let resources = listed(&dead.resources, 2);
        line(
            out,
            format_args!("  {actions} on {resources}: {}", printable(&dead.reason)),
        );
    }
    more(out, role.dead.len());
}

fn more(out: &mut String, rows: usize) {
    if rows > ROWS {
        line(
            out,
            format_args!("  and {} more: see --format json", rows - ROWS),
        );
    }
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
            let name = other.arn.rsplit(':').next().unwrap_or(&other.arn);
            format!("{name} ({})", counted(other.calls, "AWS call"))
        })
        .collect();
    line(
        out,
        format_args!("Also seen and not judged here: {}", listed(&names, 5)),
    );
}

/// The day of an RFC 3339 time, with the hour and minute: `2026-11-19 08:30`.
fn day(time: &str) -> String {
    time.get(..16).unwrap_or(time).replace('T', " ")
}

/// A few names, and how many more there are.
fn listed(names: &[String], at_most: usize) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(at_most)
        .map(|name| printable(name))
        .collect();
    match names.len().saturating_sub(at_most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A count and its noun.
pub(super) fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

fn times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{} times", grouped(count)),
    }
}

/// A number with thousands separated by commas.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(18_204), "18,204");
        assert_eq!(grouped(1_000_000), "1,000,000");
    }

    #[test]
    fn lists_say_how_many_more_there_are() {
        let names = ["a", "b", "c"].map(String::from);
        assert_eq!(listed(&names, 2), "a, b and 1 more");
        assert_eq!(listed(&names, 3), "a, b, c");
    }
}
