//! The report as one HTML page that needs nothing else: to open, to filter, to print, and to hand on.
//!
//! First the verdict, then a map of roles and services, then each role with its findings. All of it is there without the script, which
//! only hides what a filter takes away. Names come from traces and policies that anybody may have written: every text goes through
//! `shown`, the page's own policy lets nothing be loaded, and nothing from outside becomes an attribute that means something.

mod heat;
mod role;

use super::text::words::{counted, grouped};
use super::{Report, printable};
use crate::compare::Severity;
use crate::judge::Verdict;
use maud::{DOCTYPE, Markup, PreEscaped, html};

static STYLE: &str = include_str!("page.css");
static SCRIPT: &str = include_str!("page.js");

/// What the page may load: nothing, from nowhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/// The whole page.
pub fn render(report: &Report) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (verdict(report.verdict)) " · aws-least-privilege" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (first_lines(report))
                main {
                    @if let Some(why) = &report.not_judged {
                        p { (shown(why)) }
                    }
                    @if report.roles.len() > 1 { (filters()) }
                    (heat::map(&report.roles))
                    @for (place, role) in report.roles.iter().enumerate() {
                        (role::section(place, role, report.roles.len() == 1))
                    }
                    (gaps(report))
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn first_lines(report: &Report) -> Markup {
    let evidence = &report.evidence;
    html! {
        header class=(class_of(report.verdict)) {
            h1 { (verdict(report.verdict)) }
            p { (in_all(report)) }
            p class="quiet" {
                (counted(evidence.traces, "trace")) ", " (counted(evidence.calls, "AWS call"))
                @if let (Some(start), Some(end)) = (&report.window.start, &report.window.end) {
                    ", from " time { (shown(start)) } " to " time { (shown(end)) }
                }
                ". What was never called here may still be called: traces are samples, and some calls are in no trace."
            }
        }
    }
}

/// What there is in all, in one sentence.
fn in_all(report: &Report) -> String {
    let excess = report.roles.iter().map(|role| role.excess.len() as u64);
    let open = report.roles.iter().map(|role| role.undecided.len() as u64);
    let missing = report.roles.iter().map(|role| role.missing.len() as u64);
    let silent = report.roles.iter().map(|role| role.not_judged);
    let mut parts = vec![
        counted(report.roles.len() as u64, "role"),
        format!("{} granted beyond what was called", grouped(excess.sum())),
    ];
    let more = [
        (silent.sum(), "not judged"),
        (open.sum::<u64>(), "cannot tell"),
        (missing.sum(), "called, not granted"),
    ];
    let more = more.into_iter().filter(|(count, _)| *count > 0);
    parts.extend(more.map(|(count, what)| format!("{} {what}", grouped(count))));
    parts.join(" · ")
}

fn filters() -> Markup {
    html! {
        form class="filters" hidden {
            label { "Role or service " input type="search" name="text" autocomplete="off"; }
            label { "Show "
                select name="worst" {
                    option value="" { "all roles" }
                    option value="fail" { "roles that fail" }
                    option value="high" { "critical and high" }
                }
            }
            output {}
        }
    }
}

fn gaps(report: &Report) -> Markup {
    let gaps = &report.evidence.gaps;
    html! {
        @if !gaps.is_empty() {
            section {
                h2 { "What could not be read" }
                ul {
                    @for gap in gaps {
                        li { (shown(&gap.detail)) @if gap.count > 1 { " (" (grouped(gap.count)) " times)" } }
                    }
                }
            }
        }
    }
}

/// Text from outside, with nothing that a reader would not see; what HTML would read as its own is escaped where it is put in.
pub(super) fn shown(text: &str) -> String {
    printable(text)
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "Pass",
        Verdict::Fail => "Fail",
        Verdict::Inconclusive => "Not enough traces",
    }
}

fn class_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Inconclusive => "open",
    }
}

fn severity(severity: Severity) -> &'static str {
    severity.id()
}
