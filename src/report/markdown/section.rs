//! Sections, and which of them are left out when there is not room for all.

use super::ROWS;
use std::fmt::Write as _;

/// How much a section matters; the last is left out first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// The verdict; never left out.
    Heading,
    /// A role's verdict.
    Role,
    /// What was read.
    Evidence,
    /// What is granted and was not observed.
    Excess,
    /// What is missing.
    Missing,
    /// What could not be read.
    Gaps,
    /// What nothing decides.
    Undecided,
    /// What can never match.
    Dead,
    /// Policies that would do.
    Suggested,
}

/// A part of the text that stands or falls whole.
#[derive(Debug, Clone)]
pub(super) struct Section {
    weight: Weight,
    text: String,
}

impl Section {
    pub(super) fn new(weight: Weight, text: String) -> Self {
        Self { weight, text }
    }
}

/// Sections in their order, as many as there is room for: the least important are left out first, of equal ones the last.
pub(super) fn fitted(mut sections: Vec<Section>, bytes: usize) -> String {
    sections.retain(|section| !section.text.is_empty());
    let mut length: usize = sections.iter().map(|section| section.text.len()).sum();
    let mut left_out = 0;
    let reserve = note(sections.len()).len();
    if length > bytes {
        let mut least: Vec<usize> = (0..sections.len()).collect();
        let weight = |place: &usize| sections.get(*place).map(|section| section.weight);
        least.sort_by_key(|place| std::cmp::Reverse((weight(place), *place)));
        for place in least {
            let Some(section) = sections.get_mut(place) else {
                continue;
            };
            if length + reserve <= bytes || section.weight == Weight::Heading {
                break;
            }
            length -= section.text.len();
            section.text.clear();
            left_out += 1;
        }
    }
    let mut out: String = sections
        .iter()
        .map(|section| section.text.as_str())
        .collect();
    if left_out > 0 {
        out.push_str(&note(left_out));
    }
    out
}

fn note(left_out: usize) -> String {
    let sections = if left_out == 1 {
        "section was"
    } else {
        "sections were"
    };
    format!(
        "{left_out} {sections} left out, for there is a limit to what GitHub shows. The JSON report has everything.\n"
    )
}

/// A table of the first rows, and how many more there are.
pub(super) fn table(head: &str, rows: impl ExactSizeIterator<Item = String>) -> String {
    let more = rows.len().saturating_sub(ROWS);
    let mut out = head.to_owned();
    for row in rows.take(ROWS) {
        out.push_str(&row);
        out.push('\n');
    }
    out.push('\n');
    if more > 0 {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "and {more} more, in the JSON report.\n");
    }
    out
}

/// A list of the first items, a line each, and how many more there are.
pub(in crate::report) fn bullets<T>(
    all: &[T],
    at_most: usize,
    line: impl Fn(&T) -> String,
) -> String {
    let mut out = String::new();
    for one in all.iter().take(at_most) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "- {}", line(one));
    }
    if let Some(more) = all.get(at_most..).filter(|more| !more.is_empty()) {
        let _ = writeln!(out, "- and {} more", more.len());
    }
    out
}

/// Text that is folded away beneath a title of ours.
pub(super) fn details(title: &str, text: &str) -> String {
    format!("<details><summary>{title}</summary>\n\n{text}</details>\n\n")
}
