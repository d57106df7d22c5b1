//! The report as a person reads it: the verdict, what was found of each role, the evidence, how to fix it, the verdict again.
//!
//! Of many roles, a table and the worst. Prose is wrapped; names, commands and diffs are not.
//! Styled with ANSI codes throughout; whoever prints it takes them out where they are not wanted.

mod findings;
pub(super) mod fix;
mod lists;
mod overview;
pub(super) mod page;
mod record;
pub mod shape;
pub(super) mod style;
mod suggested;
mod verdict;
pub(super) mod words;

use super::split::Share;
use super::unread::{Told, name_of, told_apart};
use super::words::{
    also_assumed, in_template, lacking, of_framework, short, short_among, traces_of,
};
use super::{GapCount, Report, Role, printable};
use crate::judge::{State, Verdict};
use crate::shell::quoted;
use page::{Lines, Page};
use shape::{Detail, Shape};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use style::{BOLD, DIM, GOOD, WARN, painted};
pub(super) use verdict::{heading, sum, unsure};
use words::{counted, day, listed, times};

/// Rows of a table before the rest is counted.
const ROWS: usize = 12;

/// The report as text.
pub fn render(report: &Report, shape: &Shape) -> String {
    let mut page = Page::new(shape.width);
    if shape.detail != Detail::Quiet {
        body(&mut page, report, shape);
    }
    verdict::last(&mut page, report, shape);
    page.into_text()
}

fn body(page: &mut Page, report: &Report, shape: &Shape) {
    if let Some(why) = &report.not_judged {
        line(
            page,
            format_args!("{}  {}", painted(GOOD, "PASS"), printable(why)),
        );
        changes(page, report);
        page.put("");
        return;
    }
    if report.roles.is_empty() {
        line(
            page,
            format_args!(
                "{}",
                painted(WARN, "CANNOT TELL  no function was found to judge")
            ),
        );
    }
    let is_summary = shape.detail == Detail::Summary;
    let are_many = overview::are_many(report);
    if !report.roles.is_empty() && (is_summary || are_many) {
        overview::table(page, report);
    }
    if is_summary {
        if let Some(scanned) = &report.evidence.scanned {
            line(page, format_args!("{}\n", scanned.sentence()));
        }
        return;
    }
    let told = if are_many && shape.detail != Detail::All {
        overview::worst(report)
    } else {
        told_apart(&report.roles)
    };
    for one in &told {
        match one {
            Told::Role(role) => role_section(page, role),
            Told::Unread { cause, roles } => unread_section(page, cause, roles),
        }
    }
    overview::rest(page, report, &told);
    of_all(page, report, shape);
    changes(page, report);
    record::former_names(page, report);
    evidence(page, report);
    record::unmatched(page, report);
    let whole: Vec<&Role> = told
        .into_iter()
        .flat_map(|one| match one {
            Told::Role(role) => vec![role],
            Told::Unread { roles, .. } => roles,
        })
        .collect();
    fix::section(page, report, &whole, &shape.edited);
    suggested::section(page, &whole, !shape.edited.is_empty());
    next(page, report);
    edited(page, shape);
    page.put("");
}

/// What was edited after all this was found.
fn edited(page: &mut Page, shape: &Shape) {
    if shape.edited.is_empty() {
        return;
    }
    let files: Vec<String> = shape.edited.iter().map(|file| printable(file)).collect();
    line(
        page,
        format_args!(
            "\n{} {}. What is listed above is how it was before the edit: run the same command again to judge it as it is now.",
            painted(BOLD, "Edited:"),
            files.join(", "),
        ),
    );
}

/// Whom a policy file is compared with, where nobody said whose it is: with everybody's calls it is granted what strangers need.
fn of_all(page: &mut Page, report: &Report, shape: &Shape) {
    let mut roles = report.roles.iter().filter(|role| role.is_of_all());
    let Some(role) = roles.next().filter(|_| shape.is_of_all) else {
        return;
    };
    let names = role.functions.iter().map(|user| short(&user.arn));
    let names: BTreeSet<String> = names.map(quoted).collect();
    let flags: Vec<String> = names
        .iter()
        .take(4)
        .map(|name| format!("--function {name}"))
        .collect();
    let more = if names.len() > flags.len() {
        " ..."
    } else {
        ""
    };
    page.put(&format!(
        "\nNo function was named, so {} is compared with what all {} functions in the traces need. Name those that use it: {}{more}",
        printable(&role.policy_files.join(", ")),
        role.functions.len(),
        printable(&flags.join(" ")),
    ));
}

/// What would make the next run surer or quieter, each with its command.
fn next(out: &mut Page, report: &Report) {
    if report.next.is_empty() {
        return;
    }
    line(out, format_args!("\n{}", painted(BOLD, "Next time")));
    for advice in &report.next {
        line(out, format_args!("  {}", printable(&advice.text)));
        if let Some(command) = &advice.command {
            out.verbatim(&format!("    {}", painted(DIM, &printable(command))));
        }
    }
}

/// Adds a line.
pub(super) fn line(out: &mut impl Lines, text: std::fmt::Arguments<'_>) {
    out.put(&text.to_string());
}

fn role_section(out: &mut Page, role: &Role) {
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
    if let Some(whose) = &role.framework {
        line(out, format_args!("{}", of_framework(&printable(whose))));
    }
    if let Some(split) = split(role) {
        line(out, format_args!("{split}"));
    }
    unsure(out, &role.insufficient);
    findings::excess(out, role);
    record::section(out, role);
    lists::missing(out, role);
    lists::undecided(out, role);
    lists::dead(out, role);
    line(out, format_args!(""));
}

/// Roles of which nothing could be read, for one cause: a line, however many there are.
fn unread_section(out: &mut Page, cause: &str, roles: &[&Role]) {
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
fn changes(out: &mut Page, report: &Report) {
    for change in report.config_changes.iter().take(ROWS) {
        let (head, file) = (printable(&change.head), printable(&change.file));
        if change.is_of_a_broken_file() {
            let what = painted(WARN, "the configuration here cannot be read:");
            let instead = change.in_its_place();
            line(out, format_args!("{what} {head}. {instead}"));
            continue;
        }
        let what = if report.accepts_count && change.setting == "accept" {
            painted(BOLD, "counts here already:")
        } else if change.loosens {
            painted(WARN, "once merged, lets more pass:")
        } else {
            painted(BOLD, "once merged:")
        };
        line(
            out,
            format_args!(
                "{what} {} in {file}: {head} instead of {}",
                printable(&change.setting),
                printable(&change.base)
            ),
        );
    }
    more(out, report.config_changes.len());
}

/// What was found, counted by severity, worst first.
fn summary(role: &Role) -> String {
    let counts = verdict::severities(std::slice::from_ref(role));
    let mut excess = match counts.len() {
        0 if role.not_judged > 0 => {
            format!("{} not judged", counted(role.not_judged, "grant"))
        }
        0 if role.excess.is_empty() => "No excess permission found".to_owned(),
        0 => "Nothing to judge".to_owned(),
        _ => format!("Granted beyond what was called: {}", counts.join(", ")),
    };
    for (state, name) in [
        (State::Accepted, "accepted"),
        (State::Baseline, "not new"),
        (State::Probation, "new, waiting for traces"),
        (State::Framework, "a framework's own"),
    ] {
        let findings = role.excess.iter();
        let count = findings.filter(|finding| finding.state == state).count();
        if count > 0 {
            // Writing to a string cannot fail.
            let _ = write!(excess, "; {name}: {count}");
        }
    }
    if role.not_judged > 0 && !counts.is_empty() {
        // Writing to a string cannot fail.
        let _ = write!(excess, "; not judged: {}", role.not_judged);
    }
    match role.missing.len() {
        0 => excess,
        missing => {
            let lacking = lacking(role.missing.iter()).to_lowercase();
            format!("{excess}; {lacking}: {missing}")
        }
    }
}

/// Who uses the role, and how much was seen of each.
fn users(role: &Role) -> String {
    let users: Vec<String> = role
        .functions
        .iter()
        .map(|function| {
            let name = printable(&short_among(function, &role.functions));
            format!("{name} ({})", traces_of(function, str::to_owned))
        })
        .collect();
    let whose = match in_template(role.logical_id.as_ref(), str::to_owned) {
        own if own.is_empty() => own,
        own => format!("; the role has the {own}"),
    };
    let whose = whose + &also_assumed(role, printable);
    match users.len() {
        0 => "No trace is from a function that uses this role: check name, region and time range"
            .to_owned(),
        1 => format!("Used by {}{whose}", users.join("")),
        more => format!("Used by {more} functions: {}{whose}", users.join(", ")),
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
        "They need {permissions} together; each on its own: {}",
        listed(&shown, 5)
    ))
}

/// The evidence line, with the caveat that belongs to every finding.
fn evidence(out: &mut Page, report: &Report) {
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
    also_seen(out, report);
    let of_roles = report.roles.iter().flat_map(|role| &role.gaps);
    let all: Vec<&GapCount> = evidence.gaps.iter().chain(of_roles).collect();
    gaps(out, &all);
}

/// What the evidence lacks, a line each.
pub(super) fn gaps(out: &mut Page, all: &[&GapCount]) {
    for gap in all.iter().take(ROWS) {
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
    more(out, all.len());
}

/// Who else called AWS in these traces.
fn also_seen(out: &mut Page, report: &Report) {
    let others = &report.evidence.others;
    if others.is_empty() {
        return;
    }
    let judged = report.roles.iter().flat_map(|role| &role.functions);
    let mut arns_of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for function in judged.chain(others) {
        let arns = arns_of.entry(short(&function.arn)).or_default();
        arns.insert(&function.arn);
    }
    let names: Vec<String> = others
        .iter()
        .map(|other| {
            // Of another account or region it may have a name that is judged here.
            let is_one = arns_of
                .get(short(&other.arn))
                .is_none_or(|arns| arns.len() == 1);
            let name = if is_one {
                short(&other.arn)
            } else {
                &other.arn
            };
            format!("{name} ({})", counted(other.calls, "AWS call"))
        })
        .collect();
    line(
        out,
        format_args!("Also seen and not judged here: {}", listed(&names, 5)),
    );
}

/// How many rows were left out.
fn more(out: &mut Page, rows: usize) {
    if rows > ROWS {
        line(
            out,
            format_args!("  and {} more: see --format json", rows - ROWS),
        );
    }
}
