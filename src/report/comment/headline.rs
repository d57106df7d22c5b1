//! The first line, the evidence, and the last line.

use super::links::is_plain_name;
use super::{Context, judged, sign};
use crate::compare::Lack;
use crate::judge::{State, Verdict};
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
        said(report, context)
    };
    format!("### {mark} {subject}{said}\n\n")
}

fn said(report: &Report, context: &Context) -> String {
    let (excess, _) = counts(&report.roles);
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
            here(report, context)
        ),
        Verdict::Inconclusive if is_open(report) => "cannot tell".to_owned(),
        Verdict::Inconclusive => "not enough traces to judge".to_owned(),
        Verdict::Pass if excess == 0 => match besides(report, context) {
            Some(besides) => format!("passes: {besides}"),
            None => "nothing is granted beyond what was observed".to_owned(),
        },
        Verdict::Pass => format!(
            "passes, though {} beyond what was observed{}",
            go(excess, "grant"),
            here(report, context)
        ),
    }
}

/// Whether more traces would change nothing: work was given up, or nothing could be read.
fn is_open(report: &Report) -> bool {
    let mut open = report.roles.iter();
    let is_open = |role: &Role| role.is_open() || role.unread.is_some();
    open.all(|role| role.verdict != Verdict::Inconclusive || is_open(role))
}

/// What is there besides findings that count; nothing where all that is granted was observed.
fn besides(report: &Report, context: &Context) -> Option<String> {
    let excess = || report.roles.iter().flat_map(|role| &role.excess);
    let of_state = |state| excess().filter(|finding| finding.state == state).count();
    let undecided = report.roles.iter().map(|role| role.undecided.len()).sum();
    let missing = report.roles.iter().flat_map(|role| &role.missing);
    let (denied, lacking): (Vec<_>, Vec<_>) =
        missing.partition(|missing| missing.because == Lack::Denied);
    let on_base = format!("already on {}", base(context));
    let told = [
        (of_state(State::Accepted), "accepted"),
        (of_state(State::Baseline), on_base.as_str()),
        (of_state(State::Probation), "new and waiting for traces"),
        (of_state(State::Framework), "a framework's own"),
        (undecided, "of which nothing tells whether they are used"),
        (denied.len(), "called and denied"),
        (lacking.len(), "needed and not granted"),
    ];
    let told: Vec<String> = told
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    (!told.is_empty()).then(|| told.join(", "))
}

/// What the base is called: as it is, where nothing in that could be taken for Markdown or an address.
pub(super) fn base(context: &Context) -> &str {
    let is_plain = |name: &&str| name.len() <= 60 && is_plain_name(name);
    let name = context.base.as_deref().unwrap_or("main");
    Some(name).filter(is_plain).unwrap_or("the base")
}

/// Findings that count, and how many of them are new.
pub(super) fn counts(roles: &[Role]) -> (u64, u64) {
    let findings = || roles.iter().flat_map(judged);
    let new = findings().filter(|finding| finding.new).count();
    (findings().count() as u64, new as u64)
}

/// How much of what goes too far is from here, and since when the rest is there.
fn here(report: &Report, context: &Context) -> String {
    let (all, new) = counts(&report.roles);
    let said = match new {
        0 if context.has_base && !context.is_deployed => ", none of them new here".to_owned(),
        0 => return String::new(),
        new if new == all => return ", new here".to_owned(),
        new => format!(", {new} of them new here"),
    };
    let findings = report.roles.iter().flat_map(judged);
    let mut old = findings.filter(|finding| !finding.new);
    let Some(days) = context.grace.filter(|_| old.all(|finding| finding.settled)) else {
        return said;
    };
    let (what, base) = (if new == 0 { "" } else { "the rest " }, base(context));
    format!(
        "{said} ({what}on {base} for more than {})",
        counted(days.into(), "day")
    )
}

fn go(count: u64, noun: &str) -> String {
    let verb = if count == 1 { "goes" } else { "go" };
    format!("{} {verb}", counted(count, noun))
}

pub(super) fn subject(context: &Context) -> String {
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
pub(super) fn is_plain(url: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-._/:".contains(letter);
    url.starts_with("https://") && url.chars().all(plain)
}
