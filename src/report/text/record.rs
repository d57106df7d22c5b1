//! What is on the record and not judged, a short line each: accepted, there before, on probation, a framework's own, no longer true.

use super::style::{BOLD, DIM, WARN, painted};
use super::words::{counted, listed};
use super::{Page, ROWS, line};
use crate::judge::State;
use crate::report::words::waits;
use crate::report::{Excess, Report, Role, printable};

/// The lines of a role, absent where nothing is on the record.
pub(super) fn section(out: &mut Page, role: &Role) {
    let of = |state: State| -> Vec<&Excess> {
        let excess = role.excess.iter();
        excess.filter(|finding| finding.state == state).collect()
    };
    list(
        out,
        "Accepted, not judged",
        &of(State::Accepted),
        |finding| {
            finding
                .accepted
                .as_ref()
                .map_or_else(String::new, |accepted| {
                    format!("until {}: {}", accepted.until, printable(&accepted.reason))
                })
        },
    );
    list(
        out,
        "New, waiting for traces: code that is not deployed cannot have been observed",
        &of(State::Probation),
        |finding| format!("{}{}", finding.severity.id(), waits(finding, printable)),
    );
    list(
        out,
        "Brought along by a framework, not judged",
        &of(State::Framework),
        |finding| finding.severity.id().to_owned(),
    );
    let before = of(State::Baseline).len() as u64;
    if before > 0 {
        let findings = counted(before, "finding");
        line(
            out,
            format_args!(
                "\n  {} {findings}: see --format json",
                painted(BOLD, "Not new, not judged:"),
            ),
        );
    }
    if !role.stale.is_empty() {
        line(
            out,
            format_args!(
                "\n  {}",
                painted(
                    BOLD,
                    "In the baseline and no longer true; `baseline --prune` takes it out"
                )
            ),
        );
        for entry in role.stale.iter().take(ROWS) {
            line(
                out,
                format_args!(
                    "  {} on {}",
                    listed(&entry.actions, 4),
                    listed(&entry.resources, 2)
                ),
            );
        }
        rest(out, role.stale.len());
    }
}

fn list(out: &mut Page, heading: &str, findings: &[&Excess], why: impl Fn(&Excess) -> String) {
    if findings.is_empty() {
        return;
    }
    line(out, format_args!("\n  {}", painted(BOLD, heading)));
    for finding in findings.iter().take(ROWS) {
        line(
            out,
            format_args!(
                "  {} on {}  {}",
                listed(&finding.actions, 4),
                listed(&finding.resources, 2),
                painted(DIM, &why(finding)),
            ),
        );
    }
    rest(out, findings.len());
}

fn rest(out: &mut Page, rows: usize) {
    if rows > ROWS {
        line(
            out,
            format_args!("  and {} more: see --format json", rows - ROWS),
        );
    }
}

/// The entries that name what the change renames.
pub(super) fn former_names(out: &mut Page, report: &Report) {
    for own in report.former_names.iter().take(ROWS) {
        line(
            out,
            format_args!(
                "{} {} in {} names {}, which is {} here: write the new name in the same change",
                painted(WARN, "once merged, no longer holds:"),
                own.setting,
                printable(&own.file),
                printable(&own.former),
                printable(&own.now),
            ),
        );
    }
    rest(out, report.former_names.len());
}

/// The configuration's entries for which nothing was found.
pub(super) fn unmatched(out: &mut Page, report: &Report) {
    for entry in report.unmatched_accepts.iter().take(ROWS) {
        line(
            out,
            format_args!(
                "{} nothing is found for what {} accepts on line {}, {} on {}: take it out",
                painted(WARN, "warning:"),
                printable(&entry.file),
                entry.line,
                listed(&entry.actions, 2),
                listed(&entry.resources, 1),
            ),
        );
    }
}
