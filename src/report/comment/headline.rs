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
    let passes = report.verdict == Verdict::Pass && !report.roles.is_empty();
    if let Some(passes) = passes.then(|| passes_with(report, context)).flatten() {
        let subject = named(context).map_or_else(String::new, |name| format!("{name} "));
        return format!("### {mark} {subject}{passes}\n\n");
    }
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
        Verdict::Inconclusive => match unread(report) {
            Some(unread) => format!("AWS did not let {unread} be read"),
            None if is_open(report) => "cannot tell".to_owned(),
            None => "not enough traces to judge".to_owned(),
        },
        Verdict::Pass => "nothing is granted beyond what was observed".to_owned(),
    }
}

/// What there is to say of what passes; nothing where all that is granted was observed.
fn passes_with(report: &Report, context: &Context) -> Option<String> {
    let pass = if context.subject.len() > 1 {
        "pass"
    } else {
        "passes"
    };
    match counts(&report.roles) {
        (0, _) => Some(format!("{pass}: {}", besides(report, context)?)),
        (excess, _) => Some(format!(
            "{pass}, though {} beyond what was observed{}",
            go(excess, "grant"),
            here(report, context)
        )),
    }
}

/// The roles of which nobody can tell, where AWS let none of them be read.
fn unread(report: &Report) -> Option<String> {
    let open = report.roles.iter();
    let open = open.filter(|role| role.verdict == Verdict::Inconclusive);
    let open: Vec<&Role> = open.collect();
    let is_unread = |role: &&Role| role.unread.is_some() && role.policy_files.is_empty();
    match open.as_slice() {
        [] => None,
        all if !all.iter().all(is_unread) => None,
        [role] => Some(code(&role.called())),
        all => Some(counted(all.len() as u64, "role")),
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
    let of_grants = [
        (of_state(State::Accepted), "accepted"),
        (of_state(State::Baseline), on_base.as_str()),
        (of_state(State::Probation), "new and waiting for traces"),
        (of_state(State::Framework), "a framework's own"),
    ];
    let of_others = [
        (undecided, "cannot tell"),
        (denied.len(), "called and denied"),
        (lacking.len(), "needed and not granted"),
    ];
    let is_there = |(count, _): &(usize, &str)| *count > 0;
    let of_grants = of_grants.into_iter().filter(is_there).enumerate();
    // The first says of what it is the number.
    let of_grants = of_grants.map(|(place, (count, what))| match place {
        0 => format!("{} {what}", counted(count as u64, "grant")),
        _ => format!("{count} {what}"),
    });
    let of_others = of_others.into_iter().filter(is_there);
    let of_others = of_others.map(|(count, what)| format!("{count} {what}"));
    let told: Vec<String> = of_grants.chain(of_others).collect();
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
    named(context).map_or_else(String::new, |name| format!("{name}: "))
}

/// What was asked for, cut short; nothing where that has no name.
fn named(context: &Context) -> Option<String> {
    let first = context.subject.first()?;
    let mut short: String = first.chars().take(LONGEST_SUBJECT).collect();
    if short.len() < first.len() {
        short.push('…');
    }
    Some(match context.subject.len() - 1 {
        0 => code(&short),
        more => format!("{} and {more} more", code(&short)),
    })
}

/// On what evidence, with the caveat that belongs to every finding.
pub(super) fn evidence(report: &Report) -> String {
    if let Some(why) = &report.not_judged {
        return format!("{why}\n\n");
    }
    if report.verdict == Verdict::Fail && report.evidence.traces == 0 {
        let this = match counts(&report.roles) {
            (0, _) => "what is lacking here needs",
            (1, _) => "this grant needs",
            _ => "these grants need",
        };
        return format!("**Judged without traces:** {this} none to fail.\n\n");
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
