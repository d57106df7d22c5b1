//! What is missing, undecided and dead.

use super::findings::{BELOW, severity_label};
use super::style::{BOLD, painted};
use super::words::{counted, listed};
use super::{Page, ROWS, line, more};
use crate::compare::Origin;
use crate::report::words::{all_but, lacking, together, why_missing};
use crate::report::{Role, Undecided, printable};

pub(super) fn missing(out: &mut Page, role: &Role) {
    if role.missing.is_empty() {
        return;
    }
    line(
        out,
        format_args!("\n  {}", painted(BOLD, lacking(role.missing.iter()))),
    );
    for missing in role.missing.iter().take(ROWS) {
        let why = why_missing(missing, place_of);
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

/// Where a statement is, and its `Sid`.
fn place_of(origin: &Origin) -> String {
    let line = origin.line.map(|line| format!(":{line}"));
    let sid = origin.sid.as_deref().filter(|sid| !sid.is_empty());
    let sid = sid.map(|sid| format!(" ({})", printable(sid)));
    format!(
        "{}{}{}",
        printable(&origin.policy),
        line.unwrap_or_default(),
        sid.unwrap_or_default()
    )
}

pub(super) fn undecided(out: &mut Page, role: &Role) {
    if role.undecided.is_empty() {
        return;
    }
    line(
        out,
        format_args!(
            "\n  {}",
            painted(
                BOLD,
                &format!("Cannot tell, never fails ({})", role.undecided.len())
            )
        ),
    );
    for undecided in role.undecided.iter().take(ROWS) {
        let actions = all_but(listed(&undecided.actions, usize::MAX), undecided.not_action);
        let resources = all_but(listed(&undecided.resources, 2), undecided.not_resource);
        out.hang(
            &severity_label(undecided.severity),
            &format!("{actions} on {resources}:"),
        );
        out.hang(BELOW, &printable(&reasons(undecided)));
    }
    more(out, role.undecided.len());
}

/// The first two reasons, and how many more there are.
fn reasons(undecided: &Undecided) -> String {
    let reasons = together(&undecided.reasons);
    let shown: Vec<&str> = reasons.iter().take(2).map(String::as_str).collect();
    let shown = shown.join("; ");
    match reasons.len().saturating_sub(2) {
        0 => shown,
        more => format!("{shown}; and {}", counted(more as u64, "more reason")),
    }
}

pub(super) fn dead(out: &mut Page, role: &Role) {
    if role.dead.is_empty() {
        return;
    }
    line(
        out,
        format_args!("\n  {}", painted(BOLD, "Dead, can never match")),
    );
    for dead in role.dead.iter().take(ROWS) {
        let actions = all_but(listed(&dead.actions, 3), dead.not_action);
        let resources = all_but(listed(&dead.resources, 2), dead.not_resource);
        line(
            out,
            format_args!("  {actions} on {resources}: {}", printable(&dead.reason)),
        );
    }
    more(out, role.dead.len());
}
