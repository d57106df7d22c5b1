//! What the change would make of the gate itself.

use super::budget::{Item, Rank};
use crate::report::markdown::{bullets, code, message};
use crate::report::{ConfigChange, FormerName, Report};
use crate::settings::change::DEFAULT;
use std::fmt::Write as _;

/// Changes that are listed.
const CHANGES: usize = 12;

/// The section of the comment.
pub(super) fn section(report: &Report) -> Option<Item> {
    let text = changes(report);
    (!text.is_empty()).then(|| Item::new(Rank::Table, text))
}

/// A configuration that is broken, what of it counts already, settings that the change loosens, those that it changes
/// otherwise, then entries that name what it renames; empty where there is none of these.
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
    if !report.former_names.is_empty() {
        let names = bullets(&report.former_names, CHANGES, former);
        let _ = write!(
            out,
            "**⚠️ Once merged, this no longer holds**, for it names what is called otherwise here. Write the new name in this pull request:\n\n{names}\n"
        );
    }
    out
}

fn former(own: &FormerName) -> String {
    format!(
        "{} of {}, now {} ({})",
        code(&own.setting),
        code(&own.former),
        code(&own.now),
        place(&own.file, own.line)
    )
}

fn place(file: &str, line: Option<usize>) -> String {
    line.map_or_else(|| code(file), |line| format!("{} line {line}", code(file)))
}

fn line(change: &ConfigChange) -> String {
    format!(
        "{}: {} instead of {} ({})",
        code(&change.setting),
        value(&change.head),
        value(&change.base),
        place(&change.file, change.line)
    )
}

/// A value, with a word on whether anybody says it.
fn value(text: &str) -> String {
    match text.strip_suffix(DEFAULT) {
        Some(default) => format!("{}{DEFAULT}", code(default)),
        None => code(text),
    }
}
