//! The entry of the configuration that keeps exactly one finding.

use super::{Excess, Report, Role};
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Span, Timestamp};
use std::fmt::Write as _;

/// How long an acceptance lasts that is written as proposed, in days.
const DAYS: i64 = 90;

/// An entry that accepts a finding; strings as JSON, which YAML takes too.
pub(super) fn acceptance(report: &Report, role: &Role, finding: &Excess) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let list = |all: &[String]| {
        let all: Vec<String> = all.iter().map(|one| text(one)).collect();
        all.join(", ")
    };
    let files = || role.policy_files.join(", ");
    let arn = role.role.as_deref();
    let name = arn.map_or_else(files, |arn| {
        arn.rsplit('/').next().unwrap_or(arn).to_owned()
    });
    let mut out = "accept:\n".to_owned();
    let _ = writeln!(out, "  - role: {}", text(&name));
    let _ = writeln!(out, "    actions: [{}]", list(&finding.actions));
    let _ = writeln!(out, "    resources: [{}]", list(&finding.resources));
    out.push_str("    reason: \"why it is needed\"\n");
    if let Some(until) = until(report) {
        let _ = writeln!(out, "    until: {until}");
    }
    out
}

/// Some time after the end of the window.
fn until(report: &Report) -> Option<Date> {
    let end: Timestamp = report.window.end.as_ref()?.parse().ok()?;
    let day = Offset::UTC.to_datetime(end).date();
    day.checked_add(Span::new().days(DAYS)).ok()
}
