//! How to fix what was found: as the suggestion below says, or where there is none a line a finding, at the place in the policy.

use super::style::{BOLD, painted};
use super::table::place;
use super::{ROWS, line};
use crate::compare::Kind;
use crate::config::DEFAULT_NAME;
use crate::gate::{State, Verdict};
use crate::report::keep::acceptance;
use crate::report::{Excess, Report, Role, printable};

/// Replacements that are spelled out; a longer list is in the JSON report.
const SPELLED_OUT: usize = 6;

/// What thin evidence wants.
const MORE: &str =
    "More traces make this certain: gather more, or lower --min-traces if these are all there are.";

/// The section, absent when there is nothing to fix.
pub(super) fn section(out: &mut String, report: &Report) {
    let unsure = report
        .roles
        .iter()
        .any(|role| !role.insufficient.is_empty() && role.verdict == Verdict::Inconclusive);
    let (suggested, open): (Vec<&Role>, Vec<&Role>) = report
        .roles
        .iter()
        .filter(|role| {
            role.excess
                .iter()
                .any(|one| is_judged(one) && role.bears(one))
        })
        .partition(|role| is_mended(role));
    if suggested.is_empty() && open.is_empty() {
        if unsure {
            line(out, format_args!("\n{}", painted(BOLD, "How to fix")));
            line(out, format_args!("  {MORE}"));
        }
        return;
    }
    line(out, format_args!("\n{}", painted(BOLD, "How to fix")));
    if !suggested.is_empty() {
        line(
            out,
            format_args!("  Edit the policy as suggested below: what may be needed stays."),
        );
    }
    let findings: Vec<(&Role, &Excess)> = open
        .into_iter()
        .flat_map(|role| {
            role.excess
                .iter()
                .filter(|one| role.bears(one))
                .map(move |one| (role, one))
        })
        .filter(|(_, finding)| is_judged(finding))
        .collect();
    let files: usize = report
        .roles
        .iter()
        .map(|role| role.policy_files.len())
        .sum();
    for (role, finding) in findings.iter().take(ROWS) {
        line(
            out,
            format_args!(
                "  {}  {}",
                place(finding, files == 1),
                advice(finding, role)
            ),
        );
    }
    if findings.len() > ROWS {
        line(
            out,
            format_args!("  and {} more: see --format json", findings.len() - ROWS),
        );
    }
    if unsure {
        line(out, format_args!("  {MORE}"));
    }
    keep(out, report);
    line(
        out,
        format_args!(
            "  If the code does need one of these, run it under X-Ray and gate again: what is observed is not excess."
        ),
    );
}

/// How to keep the worst that fails, and say why.
fn keep(out: &mut String, report: &Report) {
    let failing = report.roles.iter();
    let failing = failing.filter(|role| role.verdict == Verdict::Fail);
    let worst = failing
        .filter_map(|role| {
            let judged = role.excess.iter().filter(|one| is_judged(one));
            Some((role, judged.max_by_key(|one| one.severity)?))
        })
        .max_by_key(|(_, finding)| finding.severity);
    let Some((role, finding)) = worst else { return };
    line(
        out,
        format_args!("  To keep the worst of them, say why in {DEFAULT_NAME}:"),
    );
    for text in acceptance(report, role, finding).lines() {
        line(out, format_args!("    {}", printable(text)));
    }
}

fn is_judged(finding: &Excess) -> bool {
    finding.state == State::Judged
}

/// Whether a suggestion takes out all that is judged. One with notes leaves something.
fn is_mended(role: &Role) -> bool {
    let policies = || role.suggested.iter();
    policies().count() > 0 && policies().all(|one| one.document.is_some() && one.notes.is_empty())
}

fn advice(finding: &Excess, role: &Role) -> String {
    if let Some(advice) = &finding.advice {
        return printable(advice);
    }
    let element = |plain: &[String], not: Option<&'static str>| match not {
        Some(name) => format!("the `{name}`"),
        None => quoted(plain),
    };
    let actions = element(&finding.actions, finding.not_action.then_some("NotAction"));
    let resources = element(
        &finding.resources,
        finding.not_resource.then_some("NotResource"),
    );
    match finding.kind {
        Kind::UnusedService | Kind::UnusedAction if finding.not_action => {
            "remove the statement".to_owned()
        }
        Kind::UnusedService | Kind::UnusedAction => format!("remove {actions}"),
        Kind::BroadAction => {
            let by = format!("replace {actions} by {}", quoted(&finding.observed));
            if finding.needed_resources.is_empty() {
                by
            } else {
                format!("{by} on {}", needed(finding, role))
            }
        }
        Kind::BroadResource if finding.needed_resources.is_empty() => {
            format!("remove {resources}")
        }
        Kind::BroadResource => format!(
            "for {}, replace {resources} by {}",
            quoted(&finding.actions),
            needed(finding, role)
        ),
    }
}

/// What was needed, as it is written where the policy is.
fn needed(finding: &Excess, role: &Role) -> String {
    if role.written_as.is_empty() {
        return quoted(&finding.needed_resources);
    }
    let written = finding
        .needed_resources
        .iter()
        .take(SPELLED_OUT)
        .map(|arn| {
            let words = role.written_as.get(arn);
            words.map_or_else(
                || format!("\"{}\"", printable(arn)),
                |words| format!("`{}`", printable(words)),
            )
        });
    let shown: Vec<String> = written.collect();
    match finding.needed_resources.len().saturating_sub(SPELLED_OUT) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn quoted(names: &[String]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(SPELLED_OUT)
        .map(|name| format!("\"{}\"", printable(name)))
        .collect();
    match names.len().saturating_sub(SPELLED_OUT) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
