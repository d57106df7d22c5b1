//! A suggestion as SARIF has it: lines of a file, and what stands in their place.
//!
//! Follows section 3.55 of <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use super::Suggested;
use super::redact::is_shortened;
use serde_json::{Value, json};

/// The fix of a file at this place; nothing where it cannot be edited, or its text is not all there.
pub(super) fn of(suggested: &Suggested, uri: &str, role: &str) -> Option<Value> {
    let document = suggested.document.as_deref()?;
    let is_whole = !suggested.edits.is_empty() && !is_shortened(document);
    if !is_whole {
        return None;
    }
    let newline = if document.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let last = lines_before(suggested, document);
    let replacements = suggested.edits.iter().map(|edit| {
        let mut region = json!({
            "startLine": edit.first_line,
            "startColumn": 1,
            "endLine": edit.last_line,
        });
        // A region ends before the line break, which goes too where nothing comes instead.
        if edit.text.is_empty()
            && edit.last_line < last
            && let Some(fields) = region.as_object_mut()
        {
            fields.insert("endLine".to_owned(), json!(edit.last_line + 1));
            fields.insert("endColumn".to_owned(), json!(1));
        }
        json!({
            "deletedRegion": region,
            "insertedContent": {"text": edit.text.replace('\n', newline)},
        })
    });
    Some(json!({
        "description": {"text": format!("{role}: remove what was never called, wherever this file grants it and can be edited")},
        "artifactChanges": [{
            "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
            "replacements": replacements.collect::<Vec<_>>(),
        }],
    }))
}

/// Lines that the file has before the edit.
fn lines_before(suggested: &Suggested, document: &str) -> usize {
    let after = document.split_inclusive('\n').count();
    let edits = || suggested.edits.iter();
    let gone: usize = edits()
        .map(|edit| edit.last_line + 1 - edit.first_line.min(edit.last_line + 1))
        .sum();
    let new = |text: &str| {
        if text.is_empty() {
            0
        } else {
            text.split('\n').count()
        }
    };
    let added: usize = edits().map(|edit| new(&edit.text)).sum();
    (after + gone).saturating_sub(added)
}
