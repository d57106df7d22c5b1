//! How to fix it, in three ways.

use super::budget::{Item, Rank};
use super::{Context, judged, name};
use crate::gate::Verdict;
use crate::report::markdown::{code, fenced};
use crate::report::{Excess, Report, Role};
use crate::shell::quoted;
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Span, Timestamp};
use std::fmt::Write as _;

/// How long an exception lasts that is written as proposed, in days.
const EXCEPTION_DAYS: i64 = 90;

/// Three ways to fix it, or two to get evidence; nothing where all is well.
pub(super) fn ways(report: &Report, context: &Context) -> Option<Item> {
    let text = match report.verdict {
        Verdict::Pass => return None,
        Verdict::Inconclusive => thin_evidence(),
        Verdict::Fail => three_ways(report, context),
    };
    Some(Item::new(Rank::Fix, text))
}

fn thin_evidence() -> String {
    "<details><summary>How to get evidence</summary>\n\n\
     1. Turn on active tracing for each function, and instrument its AWS SDK.\n\
     2. Look further back with `time-range`, or ask for fewer traces with `min-traces`.\n\
     3. Until there is enough, `on-inconclusive: warn` lets this pass.\n\n\
     </details>\n\n"
        .to_owned()
}

fn three_ways(report: &Report, context: &Context) -> String {
    let first = if context.suggestions {
        "**Commit** the suggestions on the lines in *Files changed*."
    } else {
        "**Edit** the policy as the diff above shows."
    };
    let mut out = format!("<details><summary>How to fix it</summary>\n\n1. {first}\n");
    out.push_str("2. **Let the program do it**, in a checkout:\n\n");
    out.push_str(&indented(&fenced("sh", &command(context))));
    let worst = report
        .roles
        .iter()
        .filter(|role| role.verdict == Verdict::Fail)
        .find_map(|role| Some((role, judged(role).max_by_key(|one| one.severity)?)));
    if let Some((role, finding)) = worst {
        let _ = write!(
            out,
            "3. **Keep it**, and say why, in {} on the base branch:\n\n",
            code(&context.config)
        );
        out.push_str(&indented(&fenced(
            "yaml",
            &exception(report, role, finding),
        )));
    }
    out.push_str("\n</details>\n\n");
    out
}

fn command(context: &Context) -> String {
    let mut words = vec!["aws-least-privilege gate".to_owned()];
    words.extend(context.arguments.iter().map(|word| quoted(word)));
    words.push("--write".to_owned());
    words.join(" ")
}

/// An entry that accepts a finding; strings as JSON, which YAML takes too.
fn exception(report: &Report, role: &Role, finding: &Excess) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let list = |all: &[String]| {
        let all: Vec<String> = all.iter().map(|one| text(one)).collect();
        all.join(", ")
    };
    let mut out = "accept:\n".to_owned();
    let _ = writeln!(out, "  - role: {}", text(&name(role)));
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
    day.checked_add(Span::new().days(EXCEPTION_DAYS)).ok()
}

/// A block inside an item of a numbered list.
fn indented(block: &str) -> String {
    block.lines().fold(String::new(), |mut out, line| {
        let _ = writeln!(out, "   {line}");
        out
    })
}
