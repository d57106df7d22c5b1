//! An edit as people review it: a unified diff, and the lines that change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use similar::{DiffTag, TextDiff};

/// Lines around each change that a diff shows.
const CONTEXT: usize = 3;

/// Lines of a file and what stands in their place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LineEdit {
    /// The first line that goes, from 1.
    pub first_line: usize,
    /// The last line that goes.
    pub last_line: usize,
    /// What comes instead, whole lines without the last line break; empty where the lines just go.
    pub text: String,
}

/// The unified diff of two versions of a file; empty where they are the same.
pub(super) fn diff(name: &str, old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let name = name.replace(['\n', '\r'], " ");
    diff.unified_diff()
        .context_radius(CONTEXT)
        .header(&name, &name)
        .to_string()
}

/// The lines that change from the old version to the new. Lines that are only added come with the line before them, or the one
/// behind, so that every edit replaces something.
pub(super) fn line_edits(old: &str, new: &str) -> Vec<LineEdit> {
    let diff = TextDiff::from_lines(old, new);
    let lines = |text: &str| -> Vec<String> {
        text.split_inclusive('\n')
            .map(|line| line.trim_end_matches(['\n', '\r']).to_owned())
            .collect()
    };
    let (old, new) = (lines(old), lines(new));
    let mut edits = Vec::new();
    for op in diff.ops() {
        let (mut from, mut to) = (op.old_range(), op.new_range());
        match op.tag() {
            DiffTag::Equal => continue,
            DiffTag::Insert if from.start > 0 => {
                from.start -= 1;
                to.start = to.start.saturating_sub(1);
            }
            DiffTag::Insert => {
                from.end += 1;
                to.end += 1;
            }
            DiffTag::Delete | DiffTag::Replace => {}
        }
        edits.push(LineEdit {
            first_line: from.start + 1,
            last_line: from.end.min(old.len()),
            text: new.get(to).unwrap_or_default().join("\n"),
        });
    }
    edits
}
