//! The report as JSON, and the schema that it follows.

use super::Report;
use serde::Serialize;

/// The report as indented JSON with a final newline.
pub fn render(report: &Report) -> String {
    pretty(report)
}

/// The JSON Schema of the report, indented, with a final newline.
///
/// ```
/// let schema = aws_least_privilege::report::json::schema();
/// assert!(schema.contains("\"schema_version\""));
/// ```
pub fn schema() -> String {
    pretty(&schemars::schema_for!(Report))
}

pub(super) fn pretty(value: &impl Serialize) -> String {
    // Only maps with keys that are not strings can fail, and there are none.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
