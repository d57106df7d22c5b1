//! The policies as they should be: the diff, and the one thing to do.

use super::line;
use super::style::{BAD, BOLD, DIM, GOOD, painted};
use crate::report::{Report, Suggested, printable};

/// Lines of a diff before the rest is counted.
const LINES: usize = 60;

/// Characters of a line before the rest is left out: a minified policy is one line.
const COLUMNS: usize = 240;

/// The section, absent when there is nothing to suggest.
pub(super) fn section(out: &mut String, report: &Report) {
    let roles = report.roles.iter();
    let suggested: Vec<&Suggested> = roles.flat_map(|role| &role.suggested).collect();
    for own in &suggested {
        one(out, own);
    }
    let mut roles = report.roles.iter();
    let editable = roles.any(|role| {
        let in_files = !role.policy_files.is_empty();
        in_files && role.suggested.iter().any(|own| !own.edits.is_empty())
    });
    let whole = "--suggest-dir DIR writes each policy whole to a folder";
    if editable {
        line(
            out,
            format_args!("\nThe same command with --write edits the files like this; {whole}."),
        );
    } else if suggested.iter().any(|own| own.document.is_some()) {
        line(out, format_args!("\nThe same command with {whole}."));
    }
}

fn one(out: &mut String, suggested: &Suggested) {
    let policy = printable(&suggested.policy);
    if let Some(reason) = &suggested.reason {
        let heading = painted(BOLD, "No suggestion");
        line(out, format_args!("\n{heading} for {policy}"));
        line(out, format_args!("  {}", printable(reason)));
    } else {
        let heading = painted(BOLD, "Suggested");
        line(out, format_args!("\n{heading} for {policy}"));
    }
    for note in &suggested.notes {
        line(out, format_args!("  {}", printable(note)));
    }
    let Some(diff) = &suggested.diff else {
        return;
    };
    line(out, format_args!(""));
    let count = diff.lines().count();
    for text in diff.lines().take(LINES) {
        line(out, format_args!("{}", diff_line(text)));
    }
    if count > LINES {
        line(
            out,
            format_args!(
                "... and {} more lines: see --suggest-dir or --format json",
                count - LINES
            ),
        );
    }
}

/// A line of a diff in its colour. A tab stays a tab, for people indent by it.
fn diff_line(text: &str) -> String {
    let text = text.trim_end_matches('\r');
    let parts: Vec<String> = text.split('\t').map(printable).collect();
    let mut shown = parts.join("\t");
    if shown.chars().count() > COLUMNS {
        shown = shown.chars().take(COLUMNS).collect();
        shown.push_str(" ...");
    }
    let style = match text.as_bytes() {
        [b'-', b'-', b'-', ..] | [b'+', b'+', b'+', ..] => BOLD,
        [b'@', ..] => DIM,
        [b'-', ..] => BAD,
        [b'+', ..] => GOOD,
        _ => return shown,
    };
    painted(style, &shown)
}
