//! The report as one HTML page that needs nothing else: to open, to filter, to print, and to hand on.
//!
//! First the verdict, then a map of roles and services, then each role with its findings. All of it is there without the script, which
//! only hides what a filter takes away. Names come from traces and policies that anybody may have written: every text goes through
//! `shown`, the page's own policy lets nothing be loaded, and nothing from outside becomes an attribute that means something.

mod heat;
mod role;

use super::order::worst_first;
use super::text::sum;
use super::text::words::{counted, grouped};
use super::{Report, printable};
use crate::compare::Severity;
use crate::exit::Exit;
use crate::judge::Verdict;
use maud::{DOCTYPE, Markup, PreEscaped, html};

static STYLE: &str = include_str!("page.css");
static SCRIPT: &str = include_str!("page.js");

/// What the page may load: nothing, from nowhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/// The whole page, the worst first; `exit` is how the program ends.
pub fn render(report: &Report, exit: Exit) -> String {
    let report = &worst_first(report);
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
                (first_lines(report, exit))
                main {
                    @if let Some(why) = &report.not_judged {
                        p { (shown(why)) }
                    }
                    @if report.roles.len() > 1 { (filters()) }
                    (heat::map(&report.roles))
                    @for (place, role) in report.roles.iter().enumerate() {
                        (role::section(report, place, role))
                    }
                    (gaps(report))
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn first_lines(report: &Report, exit: Exit) -> Markup {
    let evidence = &report.evidence;
    html! {
        header class=(class_of(report.verdict)) {
            h1 { (verdict(report.verdict)) }
            p { (sum(report, exit)) }
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
