//! What the change would make of the gate itself.

use super::budget::{Item, Rank};
use crate::report::markdown::{bullets, code, message};
use crate::report::{ConfigChange, Report};
use crate::settings::change::DEFAULT;
use std::fmt::Write as _;

/// Changes that are listed.
const CHANGES: usize = 12;

/// The section of the comment.
pub(super) fn section(report: &Report) -> Option<Item> {
    let text = changes(report);
    (!text.is_empty()).then(|| Item::new(Rank::Table, text))
}

/// A configuration that is broken, what of it counts already, settings that the change loosens, then those that it changes
/// otherwise; empty where it changes none.
pub(in crate::report) fn changes(report: &Report) -> String {
    let all = report.config_changes.iter();
    let (broken, all): (Vec<_>, Vec<_>) = all.partition(|change| change.is_of_a_broken_file());
    let counts = |change: &&ConfigChange| report.accepts_count && change.setting == "accept";
    let (here, all): (Vec<_>, Vec<_>) = all.into_iter().partition(counts);
    let (loosens, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|change| change.loosens);
    let mut out = String::new();
    for change in broken {
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "**⚠️ The configuration here cannot be read:** {}. {}\n",
            message(&change.head),
            change.in_its_place()
        );
    }
    for (changes, what) in [
        (
            here,
            "This counts here already, for `accept-from: head` holds:",
        ),
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
        value(&change.head),
        value(&change.base)
    )
}

/// A value, with a word on whether anybody says it.
fn value(text: &str) -> String {
    match text.strip_suffix(DEFAULT) {
        Some(default) => format!("{}{DEFAULT}", code(default)),
        None => code(text),
    }
}
