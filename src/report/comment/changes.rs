//! What the change would make of the gate itself.

use super::budget::{Item, Rank};
use crate::report::markdown::{bullets, code};
use crate::report::{ConfigChange, Report};
use std::fmt::Write as _;

/// Changes that are listed.
const CHANGES: usize = 12;

/// The section of the comment.
pub(super) fn section(report: &Report) -> Option<Item> {
    let text = changes(report);
    (!text.is_empty()).then(|| Item::new(Rank::Table, text))
}

/// Settings that the change loosens, then those that it changes otherwise; empty where it changes none.
pub(in crate::report) fn changes(report: &Report) -> String {
    let (loosens, others): (Vec<&ConfigChange>, Vec<&ConfigChange>) = report
        .config_changes
        .iter()
        .partition(|change| change.loosens);
    let mut out = String::new();
    for (changes, what) in [
        (
            loosens,
            "**⚠️ Once merged, this would let more pass.** It is judged by the configuration as it was:",
        ),
        (
            others,
            "This changes the configuration for what comes after it:",
        ),
    ] {
        if !changes.is_empty() {
            let lines = bullets(&changes, CHANGES, |change| line(change));
            // Writing to a string cannot fail.
            let _ = write!(out, "{what}\n\n{lines}\n");
        }
    }
    out
}

fn line(change: &ConfigChange) -> String {
    let place = change.line.map_or_else(
        || code(&change.file),
        |line| format!("{} line {line}", code(&change.file)),
    );
    format!(
        "{}: {} instead of {} ({place})",
        code(&change.setting),
        code(&change.head),
        code(&change.base)
    )
}
