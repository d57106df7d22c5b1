//! One role: from what is granted to what is needed, then each finding with its statement, evidence and edit.

use super::heat::cells;
use super::{class_of, severity, shown, verdict};
use crate::compare::{Origin, Severity};
use crate::judge::State;
use crate::report::keep::keeping_one;
use crate::report::text::fix::advice;
use crate::report::text::words::{counted, grouped};
use crate::report::words::{
    all_but, also_assumed, lacking, set_aside, short, together, traces_of, why_missing,
};
use crate::report::{Dead, Excess, Missing, NeededPermission, Report, Role, Suggested, Undecided};
use crate::settings::file::DEFAULT_NAME;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// Reasons that are told in one sentence; more of them are a list to open.
const FEW: usize = 2;

pub(super) fn section(report: &Report, place: usize, role: &Role) -> Markup {
    let is_alone = report.roles.len() == 1;
    let worst = role.excess.iter().map(|finding| finding.severity).max();
    let services: Vec<String> = cells(role).into_keys().collect();
    let is_bad = worst >= Some(Severity::High);
    let words = format!("{} {}", role.called(), services.join(" ")).to_lowercase();
    html! {
        section class="role" id={ "role-" (place) } data-words=(shown(&words)) data-verdict=(class_of(role.verdict)) data-high=(is_bad) {
            details open[is_alone || role.verdict == crate::judge::Verdict::Fail] {
                summary {
                    h2 { (shown(&role.called())) }
                    span class={ "verdict " (class_of(role.verdict)) } { (verdict(role.verdict)) }
                    (bar(role))
                }
                @if let Some(arn) = role.role.as_ref().filter(|arn| **arn != role.called()) {
                    p class="quiet" { code { (shown(arn)) } }
                }
                (users(role))
                (sentences(&role.insufficient))
                (sentences(&role.given_up))
                @if let Some(why) = &role.unread { p { (shown(why)) } }
                @if !role.excess.is_empty() {
                    h3 { "Granted beyond what was called" }
                    @for finding in &role.excess { (excess(report, finding, role)) }
                }
                @if role.not_judged > 0 {
                    p {
                        (counted(role.not_judged, "grant"))
                        " not judged: no AWS call of its functions was recorded, so nothing says what they need."
                    }
                }
                @if !role.undecided.is_empty() {
                    h3 { "Cannot tell" }
                    ul { @for open in &role.undecided { (undecided(open)) } }
                }
                @if !role.missing.is_empty() {
                    h3 { (lacking(role.missing.iter())) }
                    ul { @for lack in &role.missing { (missing(lack)) } }
                }
                @if !role.dead.is_empty() {
                    h3 { "Dead, can never match" }
                    ul { @for grant in &role.dead { (dead(grant)) } }
                }
                @for policy in &role.suggested { (suggested(policy)) }
                @if !role.needed.is_empty() {
                    details {
                        summary { h3 { "Needed (" (role.needed.len()) ")" } }
                        table {
                            thead { tr { th { "Action" } th { "On" } th { "Calls" } th { "Last" } } }
                            tbody { @for needed in &role.needed { (need(needed)) } }
                        }
                    }
                }
            }
        }
    }
}

/// The actions of a role as one bar, each part as wide as its share: needed, cannot tell, never called.
fn bar(role: &Role) -> Markup {
    let distinct = |actions: BTreeSet<&String>| actions.len() as u64;
    let needed = distinct(role.needed.iter().map(|one| &one.action).collect());
    let open = role.undecided.iter().flat_map(|one| &one.actions);
    let excess = role.excess.iter().map(|finding| finding.unobserved_count);
    let parts = [
        (needed, "needed", "needed"),
        (distinct(open.collect()), "open", "cannot tell"),
        (excess.sum(), "excess", "never called"),
    ];
    let whole = parts.iter().map(|(count, ..)| count).sum::<u64>().max(1);
    let told = parts.map(|(count, _, what)| format!("{} {what}", grouped(count)));
    let told = format!("Actions: {}", told.join(", "));
    html! {
        svg class="bar" viewBox={ "0 0 " (whole) " 6" } preserveAspectRatio="none" role="img" {
            title { (told) }
            @for (index, (count, class, _)) in parts.iter().enumerate() {
                @let before = parts.iter().take(index).map(|(count, ..)| count).sum::<u64>();
                rect class=(class) x=(before) y="0" height="6" width=(count) {}
            }
        }
        span class="quiet" {
            "Actions: "
            @for (count, class, what) in &parts {
                span class={ "swatch " (class) } {} " " (grouped(*count)) " " (what) " "
            }
        }
    }
}

/// Lines of ours with text from outside in them.
fn shown_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(shown).collect();
    lines.join("\n")
}

fn users(role: &Role) -> Markup {
    html! {
        @if !role.functions.is_empty() {
            p { "Used by "
                @for (place, function) in role.functions.iter().enumerate() {
                    @if place > 0 { ", " }
                    (shown(short(&function.arn))) " (" (shown(&traces_of(function, str::to_owned))) ")"
                }
                (shown(&also_assumed(role, str::to_owned)))
            }
        }
    }
}

fn sentences(told: &[String]) -> Markup {
    html! { @for sentence in told { p { (shown(sentence)) } } }
}

fn excess(report: &Report, finding: &Excess, role: &Role) -> Markup {
    // On thin evidence there is nothing to act on.
    let is_to_fix = finding.state == State::Judged && role.bears(finding);
    let actions = all_but(shown(&finding.actions.join(", ")), finding.not_action);
    let resources = all_but(shown(&finding.resources.join(", ")), finding.not_resource);
    html! {
        details class={ "finding " (severity(finding.severity)) } data-severity=(severity(finding.severity)) {
            summary {
                span class={ "severity " (severity(finding.severity)) } { (severity(finding.severity)) (set_aside(finding.state)) }
                code { (actions) } " on " code { (resources) }
                @if finding.new { span class="new" { "new here" } }
            }
            dl {
                dt { "Where" }
                @for origin in &finding.origins { dd { (place(origin)) } }
                @if !finding.observed.is_empty() {
                    dt { "Called" } dd { code { (shown(&finding.observed.join(", "))) } }
                }
                @if !finding.needed_resources.is_empty() {
                    dt { "Called on" }
                    @for resource in &finding.needed_resources { dd { code { (shown(resource)) } } }
                }
                @if finding.unobserved_count > 0 {
                    dt { "Never called" }
                    dd {
                        (counted(finding.unobserved_count, "action")) ": "
                        code { (shown(&finding.unobserved.join(", "))) }
                        @if finding.unobserved_count > finding.unobserved.len() as u64 { " …" }
                    }
                }
                @for doubt in &finding.doubts { dt { "Doubt" } dd { (shown(doubt)) } }
                @if is_to_fix {
                    dt { "How to fix" } dd { (shown(&advice(finding, role))) }
                } @else if let Some(advice) = &finding.advice {
                    dt { "What to do" } dd { (shown(advice)) }
                }
                @if let Some(entry) = keeping_one(report, role, finding) {
                    dt { "To keep it, say why in " code { (DEFAULT_NAME) } }
                    dd { pre { (shown_lines(&entry)) } }
                }
                @if let Some(accepted) = &finding.accepted {
                    dt { "Accepted" } dd { (shown(&accepted.reason)) ", until " (shown(&accepted.until)) }
                }
            }
        }
    }
}

fn place(origin: &Origin) -> Markup {
    html! {
        code { (shown(&origin.policy)) }
        @if let Some(line) = origin.line { " line " (line) }
        @if let Some(sid) = &origin.sid { ", statement " code { (shown(sid)) } }
        @if let Some(words) = &origin.place { ", " (shown(words)) }
    }
}

fn dead(grant: &Dead) -> Markup {
    let actions = all_but(shown(&grant.actions.join(", ")), grant.not_action);
    let resources = all_but(shown(&grant.resources.join(", ")), grant.not_resource);
    html! {
        li {
            code { (actions) } " on " code { (resources) } ": " (shown(&grant.reason))
            @for origin in &grant.origins { "; " (place(origin)) }
        }
    }
}

fn undecided(open: &Undecided) -> Markup {
    let actions = all_but(shown(&open.actions.join(", ")), open.not_action);
    let resources = all_but(shown(&open.resources.join(", ")), open.not_resource);
    let reasons = together(&open.reasons);
    html! {
        li {
            code { (actions) } " on " code { (resources) } ": "
            @if reasons.len() > FEW {
                details {
                    summary { (reasons.len()) " reasons" }
                    ul { @for reason in &reasons { li { (shown(reason)) } } }
                }
            } @else {
                (shown(&reasons.join("; ")))
            }
        }
    }
}

fn missing(lack: &Missing) -> Markup {
    let place = |origin: &Origin| match origin.line {
        Some(line) => format!("{} line {line}", origin.policy),
        None => origin.policy.clone(),
    };
    html! {
        li {
            code { (shown(&lack.action)) } " on " code { (shown(&lack.resources.join(", "))) } ": " (shown(&why_missing(lack, place)))
        }
    }
}

fn need(needed: &NeededPermission) -> Markup {
    html! {
        tr {
            td { code { (shown(&needed.action)) } }
            td { @for resource in &needed.resources { div { code { (shown(resource)) } } } }
            td class="number" { (grouped(needed.calls)) }
            td { @if let Some(last) = &needed.last_seen { (shown(last)) } }
        }
    }
}

fn suggested(policy: &Suggested) -> Markup {
    html! {
        h3 { "Suggested: " code { (shown(&policy.policy)) } }
        @if let Some(why) = &policy.reason { p { (shown(why)) } }
        (sentences(&policy.notes))
        @if let Some(diff) = &policy.diff {
            pre class="diff" {
                @for line in diff.lines() {
                    @let class = match line.as_bytes().first() { Some(b'+') => "plus", Some(b'-') => "minus", _ => "same" };
                    span class=(class) { (shown(line)) } "\n"
                }
            }
        }
    }
}
