//! The report as Markdown: the summary of a workflow's step.
//!
//! Made of sections, of which the less important are left out whole when all together would be too long.

mod escape;
mod findings;
mod record;
mod section;

pub use escape::{code, fenced, listed, message};
pub use findings::place_of;
pub use record::{expired, outdated};
pub(super) use section::bullets;

use super::text::words::{counted, day, times};
use super::unread::{Told, name_of, told_apart};
use super::words::{also_assumed, in_template, of_framework, short_among, traces_of};
use super::{Report, Role};
use crate::compare::Severity;
use crate::judge::{State, Verdict};
use section::{Section, Weight, fitted};
use std::fmt::Write as _;

/// The most that a step's summary is given, in bytes. GitHub drops a summary of more than 1 MiB whole, and other steps
/// of ours may have written to the same file.
pub const SUMMARY_BYTES: usize = 900 * 1024;

/// Rows of a table before the rest is counted.
const ROWS: usize = 100;

/// The report as Markdown, within [`SUMMARY_BYTES`].
///
/// ```
/// # use aws_least_privilege::{catalog::Catalog, report::{build, markdown}, usage::Usage};
/// # let usage = Usage::default();
/// let report = build::report(vec!["traces".to_owned()], &usage, &usage.gaps, Vec::new());
/// assert!(markdown::render(&report).starts_with("## ⚠️ Cannot tell: no function was found to judge\n"));
/// ```
pub fn render(report: &Report) -> String {
    render_within(report, SUMMARY_BYTES)
}

/// The report as Markdown of at most so many bytes: whole sections are left out, the least important first, and what is
/// left says how many. The heading is always there.
pub fn render_within(report: &Report, bytes: usize) -> String {
    let mut sections = vec![Section::new(
        Weight::Heading,
        format!("## {}\n\n", heading(report)),
    )];
    if let Some(why) = &report.not_judged {
        sections.push(Section::new(Weight::Heading, format!("{why}\n")));
        return fitted(sections, bytes);
    }
    let changes = super::comment::changes(report);
    sections.push(Section::new(Weight::Role, changes));
    for one in told_apart(&report.roles) {
        match one {
            Told::Role(role) => sections.extend(role_sections(role)),
            Told::Unread { cause, roles } => {
                sections.push(Section::new(Weight::Role, unread(cause, &roles)));
            }
        }
    }
    let outdated = outdated(report).unwrap_or_default();
    sections.push(Section::new(Weight::Gaps, outdated));
    sections.push(Section::new(Weight::Evidence, evidence(report)));
    sections.extend(gaps(report));
    fitted(sections, bytes)
}

/// The verdict and its numbers in a line that has no text of others.
pub fn heading(report: &Report) -> String {
    let all: usize = report.roles.iter().map(|role| role.excess.len()).sum();
    let excess = report.roles.iter().flat_map(|role| &role.excess);
    let excess = excess
        .filter(|finding| finding.state == State::Judged)
        .count();
    let missing = || report.roles.iter().flat_map(|role| &role.missing);
    if report.not_judged.is_some() {
        return format!(
            "{} {}: nothing was judged",
            sign(report.verdict),
            word(report)
        );
    }
    if report.roles.is_empty() {
        return format!(
            "{} {}: no function was found to judge",
            sign(report.verdict),
            word(report)
        );
    }
    let silent: u64 = report.roles.iter().map(|role| role.not_judged).sum();
    let excess = match excess {
        0 if silent > 0 => format!("{} not judged", counted(silent, "grant")),
        0 if all == 0 => "no excess permission found".to_owned(),
        0 => "no excess permission that counts".to_owned(),
        count => format!(
            "{} granted beyond what was called",
            counted(count as u64, "permission")
        ),
    };
    let missing = match missing().count() {
        0 => String::new(),
        count if missing().any(|one| one.calls == 0) => format!(", {count} needed and not granted"),
        count => format!(", {count} called and not granted"),
    };
    format!(
        "{} {}: {excess}{missing}",
        sign(report.verdict),
        word(report)
    )
}

/// What to tell where there is no verdict: what went wrong, what to do, and what to write into the workflow (ours).
pub fn failure(error: &str, hint: Option<&str>, workflow: Option<&str>) -> String {
    let mut out = format!(
        "## ❌ Error: the gate could not be held\n\nWhat went wrong: {}\n",
        message(error)
    );
    if let Some(hint) = hint {
        // Writing to a string cannot fail.
        let _ = write!(out, "\nWhat to do: {}\n", message(hint));
    }
    if let Some(workflow) = workflow {
        let _ = write!(out, "\n{}", fenced("yaml", workflow));
    }
    out
}

fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "✅",
        Verdict::Inconclusive => "⚠️",
        Verdict::Fail => "❌",
    }
}

fn word(report: &Report) -> &'static str {
    let open = |role: &&Role| role.verdict == Verdict::Inconclusive;
    let mut open = report.roles.iter().filter(open);
    match report.verdict {
        Verdict::Pass => "Pass",
        Verdict::Inconclusive if open.any(Role::wants_traces) => "Not enough traces",
        Verdict::Inconclusive => "Cannot tell",
        Verdict::Fail => "Fail",
    }
}

fn role_sections(role: &Role) -> Vec<Section> {
    let mut sections = vec![
        Section::new(Weight::Role, summary(role)),
        Section::new(Weight::Excess, findings::excess(role)),
        Section::new(Weight::Missing, findings::missing(role)),
    ];
    for suggested in &role.suggested {
        sections.push(Section::new(
            Weight::Suggested,
            findings::suggested(suggested),
        ));
    }
    sections.push(Section::new(Weight::Undecided, findings::undecided(role)));
    sections.push(Section::new(Weight::Dead, findings::dead(role)));
    sections
}

/// Which role, how it was judged, who uses it, and why that is not sure.
fn summary(role: &Role) -> String {
    let name = match &role.role {
        Some(arn) => code(arn),
        None => listed(&role.policy_files, 5),
    };
    let users: Vec<String> = role
        .functions
        .iter()
        .take(ROWS)
        .map(|function| {
            let name = code(&short_among(function, &role.functions));
            format!("{name} ({})", traces_of(function, code))
        })
        .collect();
    let also = also_assumed(role, code);
    let users = match role.functions.len() {
        0 => "No trace is from a function that uses this role: check name, region and time range."
            .to_owned(),
        1 => format!("Used by {}{also}.", users.join("")),
        more => format!("Used by {more} functions: {}{also}.", users.join(", ")),
    };
    let users = match in_template(role.logical_id.as_ref(), code) {
        own if own.is_empty() => users,
        own => format!("{users} Its {own}."),
    };
    let mut out = format!(
        "### {} {name}\n\n{}  \n{users}\n",
        sign(role.verdict),
        counts(role)
    );
    if let Some(whose) = &role.framework {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "\n{}.", message(&of_framework(whose)));
    }
    for (number, reason) in role.insufficient.iter().take(ROWS).enumerate() {
        // Writing to a string cannot fail.
        let before = if number == 0 {
            "\nNot sure, because:\n"
        } else {
            ""
        };
        let _ = writeln!(out, "{before}- {}", code(reason));
    }
    out.push('\n');
    out
}

/// Roles of which nothing could be read, for one cause.
fn unread(cause: &str, roles: &[&Role]) -> String {
    let names: Vec<String> = roles.iter().map(|role| name_of(role)).collect();
    let mut out = format!(
        "### {} {} roles that cannot be read\n\n{}: {}.\n",
        sign(Verdict::Inconclusive),
        roles.len(),
        message(cause),
        listed(&names, 5)
    );
    let first = roles.iter().find_map(|role| role.insufficient.first());
    if let Some(reason) = first {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "\nThe first:\n- {}", code(reason));
    }
    out.push('\n');
    out
}

/// How many findings of each severity, worst first.
fn counts(role: &Role) -> String {
    let worst_first = [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
    ];
    let counts: Vec<String> = worst_first
        .iter()
        .filter_map(|severity| {
            let is_it = |finding: &&super::Excess| finding.severity == *severity;
            let count = role.excess.iter().filter(is_it).count();
            (count > 0).then(|| format!("{count} {}", severity.id()))
        })
        .collect();
    if counts.is_empty() && role.not_judged > 0 {
        format!("{} not judged.", counted(role.not_judged, "grant"))
    } else if counts.is_empty() {
        "No excess permission found.".to_owned()
    } else {
        format!("Granted beyond what was called: {}.", counts.join(", "))
    }
}

/// What was read, with the caveat that belongs to every finding.
fn evidence(report: &Report) -> String {
    let window = match (&report.window.start, &report.window.end) {
        (Some(start), Some(end)) => format!("from {} to {} UTC", day(start), day(end)),
        _ => "at an unknown time".to_owned(),
    };
    let evidence = &report.evidence;
    let mut out = format!(
        "**Evidence:** {} and {} {window}. X-Ray records a sample of requests: what runs rarely may be missing from it, so what was \
         not observed may still be needed.\n\n",
        counted(evidence.traces, "trace"),
        counted(evidence.calls, "AWS call"),
    );
    if let Some(place) = evidence.asked() {
        let _ = writeln!(out, "{}.\n", message(&place.to_string()));
    }
    if let Some(scanned) = &evidence.scanned {
        let _ = writeln!(out, "{}\n", scanned.sentence());
    }
    if let Some(appeal) = &evidence.appeal {
        let _ = writeln!(out, "{}\n", code(&appeal.sentence()));
    }
    if !evidence.others.is_empty() {
        let names: Vec<String> = evidence
            .others
            .iter()
            .map(|other| other.arn.clone())
            .collect();
        let _ = writeln!(
            out,
            "Also seen and not judged here: {}.\n",
            listed(&names, 10)
        );
    }
    out
}

/// What could not be read or understood.
fn gaps(report: &Report) -> Option<Section> {
    let of_roles = report.roles.iter().flat_map(|role| &role.gaps);
    let gaps: Vec<_> = report.evidence.gaps.iter().chain(of_roles).collect();
    if gaps.is_empty() {
        return None;
    }
    let rows = gaps.iter().map(|gap| {
        format!(
            "| {} | {} | {} |",
            code(&gap.reason),
            code(&gap.detail),
            times(gap.count)
        )
    });
    let table = section::table("| gap | where | met |\n|---|---|---|\n", rows);
    let title = format!("Gaps in the evidence ({})", gaps.len());
    Some(Section::new(Weight::Gaps, section::details(&title, &table)))
}
