//! Entries of the configuration that keep what fails: one for each finding, which speaks of exactly that, in a line.

use super::{Excess, Report, Role};
use crate::judge::{State, Verdict};
use crate::settings::file::Reason;
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Span, Timestamp};
use std::cmp::Reverse;
use std::fmt::Write as _;

/// How long an acceptance lasts that is written as proposed, in days.
const DAYS: i64 = 90;

/// Entries that are shown; who wants to keep more has no use of a gate yet.
const ENTRIES: usize = 30;

/// Entries for the findings of roles that fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Keeping {
    /// The entries below `accept:`, the worst finding first.
    pub(super) text: String,
    /// How many there are.
    pub(super) count: usize,
    /// What is to be known of those that are not there.
    pub(super) besides: Vec<String>,
}

/// The entries that keep what fails; nothing where nothing does.
pub(super) fn keeping(report: &Report) -> Option<Keeping> {
    let judged = report.roles.iter().flat_map(|role| {
        let own = role.excess.iter().filter(|one| fails(report, role, one));
        own.map(move |one| (role, one))
    });
    let mut judged: Vec<(&Role, &Excess)> = judged.collect();
    judged.sort_by_key(|(_, finding)| Reverse(finding.severity));
    let mut lines: Vec<String> = Vec::new();
    let mut without = 0;
    for (role, finding) in judged {
        match entry(report, role, finding) {
            // Several findings may be told by one entry.
            Some(line) if lines.contains(&line) => {}
            Some(line) => lines.push(line),
            None => without += 1,
        }
    }
    if lines.is_empty() {
        return None;
    }
    let mut text = "accept:\n".to_owned();
    for line in lines.iter().take(ENTRIES) {
        let _ = writeln!(text, "{line}");
    }
    let mut besides = Vec::new();
    if let Some(more) = lines.len().checked_sub(ENTRIES).filter(|more| *more > 0) {
        besides.push(format!(
            "{more} more are shown once these are kept or fixed."
        ));
    }
    if without > 0 {
        let them = if without == 1 {
            "One finding has"
        } else {
            "Some findings have"
        };
        besides.push(format!(
            "{them} no entry: a `NotAction` or `NotResource` grants more than an entry can name. Name what is needed."
        ));
    }
    Some(Keeping {
        text,
        count: lines.len(),
        besides,
    })
}

/// Whether a finding is one for which its role fails.
fn fails(report: &Report, role: &Role, finding: &Excess) -> bool {
    let is_bad = report
        .fail_on
        .is_some_and(|least| finding.severity >= least);
    role.verdict == Verdict::Fail && finding.state == State::Judged && role.bears(finding) && is_bad
}

/// The entry that keeps one finding, for who looks at it alone; nothing where it does not fail.
pub(super) fn keeping_one(report: &Report, role: &Role, finding: &Excess) -> Option<String> {
    if !fails(report, role, finding) {
        return None;
    }
    let entry = entry(report, role, finding)?;
    Some(format!("accept:\n{entry}"))
}

/// An entry that accepts a finding and nothing else; strings as JSON, which YAML takes too. Nothing where no list says what is
/// granted.
fn entry(report: &Report, role: &Role, finding: &Excess) -> Option<String> {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let list = |all: &[String]| {
        let all: Vec<String> = all.iter().map(|one| text(one)).collect();
        all.join(", ")
    };
    let is_listed = usize::try_from(finding.unobserved_count) == Ok(finding.unobserved.len());
    let actions = match (finding.not_action, is_listed) {
        (false, _) => &finding.actions,
        (true, true) => &finding.unobserved,
        (true, false) => return None,
    };
    if finding.not_resource || actions.is_empty() {
        return None;
    }
    let mut out = format!(
        "  - {{role: {}, actions: [{}], resources: [{}], reason: {}",
        text(&name(report, role, finding)),
        list(actions),
        list(&finding.resources),
        text(Reason::PLACEHOLDER)
    );
    if let Some(until) = until(report) {
        // Writing to a string cannot fail.
        let _ = write!(out, ", until: {until}");
    }
    out.push('}');
    Some(out)
}

/// What the entry calls the role: its name, its ARN where another one is called the same, or the file that grants it.
fn name(report: &Report, role: &Role, finding: &Excess) -> String {
    let short = |arn: &str| arn.rsplit('/').next().unwrap_or(arn).to_owned();
    let Some(arn) = role.role.as_deref() else {
        let granting = finding.origins.iter().map(|origin| &origin.policy);
        let mut own = granting.filter(|policy| role.policy_files.contains(policy));
        let file = own.next().or(role.policy_files.first());
        return file.cloned().unwrap_or_default();
    };
    let name = short(arn);
    let roles = report.roles.iter();
    let mut others = roles.filter_map(|other| other.role.as_deref());
    if others.any(|other| other != arn && short(other) == name) {
        arn.to_owned()
    } else {
        name
    }
}

/// Some time after the end of the window, or after the judgement where there is none.
fn until(report: &Report) -> Option<Date> {
    let end = report.window.end.as_ref();
    let end = end.and_then(|end| end.parse::<Timestamp>().ok());
    let day = match end {
        Some(end) => Offset::UTC.to_datetime(end).date(),
        None => report.judged_on.as_ref()?.parse().ok()?,
    };
    day.checked_add(Span::new().days(DAYS)).ok()
}
