//! The first line, the evidence, and the last line.

use super::{Context, judged, sign};
use crate::compare::Lack;
use crate::judge::Verdict;
use crate::report::markdown::code;
use crate::report::text::words::counted;
use crate::report::{Report, Role};
use jiff::Timestamp;

/// The longest subject that the first line names, in characters.
const LONGEST_SUBJECT: usize = 40;

/// The verdict in a line.
pub(super) fn headline(report: &Report, context: &Context) -> String {
    let mark = sign(report.verdict);
    let subject = subject(context);
    let said = if report.not_judged.is_some() {
        "nothing was judged".to_owned()
    } else if report.roles.is_empty() {
        "no function was found to judge".to_owned()
    } else {
        said(report)
    };
    format!("### {mark} {subject}{said}\n\n")
}

fn said(report: &Report) -> String {
    let (excess, new) = counts(&report.roles);
    let not_granted = report
        .roles
        .iter()
        .flat_map(|role| &role.missing)
        .filter(|missing| missing.because == Lack::NotGranted)
        .count() as u64;
    match report.verdict {
        Verdict::Fail if excess == 0 => {
            let verb = if not_granted == 1 { "is" } else { "are" };
            let missing = counted(not_granted, "permission");
            format!("{missing} {verb} needed and not granted")
        }
        Verdict::Fail => format!(
            "{} beyond what was observed{}",
            go(excess, "grant"),
            here(new, excess)
        ),
        Verdict::Inconclusive => "not enough traces to judge".to_owned(),
        Verdict::Pass if excess == 0 => "nothing is granted beyond what was observed".to_owned(),
        Verdict::Pass => format!(
            "passes, though {} beyond what was observed{}",
            go(excess, "grant"),
            here(new, excess)
        ),
    }
}

/// Findings that count, and how many of them are new.
pub(super) fn counts(roles: &[Role]) -> (u64, u64) {
    let findings = || roles.iter().flat_map(judged);
    let new = findings().filter(|finding| finding.new).count();
    (findings().count() as u64, new as u64)
}

fn here(new: u64, all: u64) -> String {
    match new {
        0 => String::new(),
        new if new == all => ", new here".to_owned(),
        new => format!(", {new} of them new here"),
    }
}

fn go(count: u64, noun: &str) -> String {
    let verb = if count == 1 { "goes" } else { "go" };
    format!("{} {verb}", counted(count, noun))
}

fn subject(context: &Context) -> String {
    let Some(first) = context.subject.first() else {
        return String::new();
    };
    let mut short: String = first.chars().take(LONGEST_SUBJECT).collect();
    if short.len() < first.len() {
        short.push('…');
    }
    match context.subject.len() - 1 {
        0 => format!("{}: ", code(&short)),
        more => format!("{} and {more} more: ", code(&short)),
    }
}

/// On what evidence, with the caveat that belongs to every finding.
pub(super) fn evidence(report: &Report) -> String {
    if let Some(why) = &report.not_judged {
        return format!("{why}\n\n");
    }
    let traces = counted(report.evidence.traces, "trace");
    let span = span(report).map_or_else(|| traces.clone(), |span| format!("{span}, {traces}"));
    let caveat = " X-Ray records a sample of requests, so what runs rarely may be missing from it.";
    let (what, caveat) = match report.verdict {
        Verdict::Fail => ("Not observed in", caveat),
        Verdict::Inconclusive => ("Looked at", caveat),
        Verdict::Pass => ("Looked at", ""),
    };
    let appeal = report.evidence.appeal.as_ref();
    let appeal = appeal.map_or_else(String::new, |appeal| {
        format!(" {}.", code(&appeal.sentence()))
    });
    format!("**{what} {span}.**{caveat}{appeal}\n\n")
}

/// How long was looked: `30 days`, `6 hours`.
pub(super) fn span(report: &Report) -> Option<String> {
    let time = |time: &Option<String>| time.as_ref()?.parse::<Timestamp>().ok();
    let (start, end) = (time(&report.window.start)?, time(&report.window.end)?);
    let minutes = u64::try_from(end.duration_since(start).as_mins()).ok()?;
    let rounded = |unit: u64| (minutes + unit / 2) / unit;
    Some(match minutes {
        0..=119 => counted(minutes.max(1), "minute"),
        120..=2879 => counted(rounded(60), "hour"),
        _ => counted(rounded(24 * 60), "day"),
    })
}

/// What was judged, by what, and where the rest is.
pub(super) fn footer(context: &Context) -> String {
    let mut parts = Vec::new();
    if let Some(commit) = &context.commit {
        let short: String = commit.chars().take(7).collect();
        parts.push(code(&short));
    }
    parts.push(format!("aws-least-privilege {}", env!("CARGO_PKG_VERSION")));
    if let Some(url) = context.run_url.as_deref().filter(|url| is_plain(url)) {
        parts.push(format!("[all details]({url})"));
    }
    format!("<sub>{}</sub>\n", parts.join(" · "))
}

/// Whether an address has nothing that could end a link.
fn is_plain(url: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-._/:".contains(letter);
    url.starts_with("https://") && url.chars().all(plain)
}
