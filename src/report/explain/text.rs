//! The explanation as a person reads it: what is wrong first, then what is needed and by whom.

use super::granted::{GrantedElement, Standing};
use super::{Alone, Explained, ExplainedRole, NeededBy};
use crate::judge::State;
use crate::report::text::page::{Lines as _, Page};
use crate::report::text::style::{BOLD, DIM, GOOD, WARN, painted, severity_style};
use crate::report::text::words::{counted, day, listed};
use crate::report::text::{gaps, heading, line, unsure};
use crate::report::words::{lacking, set_aside, short, traces_of};
use crate::report::{GapCount, printable};
use std::collections::BTreeSet;

/// Reasons that are told of one thing.
const REASONS: usize = 3;

/// Roles that one line names.
const NAMED: usize = 8;

/// The explanation as text of a width. Whoever prints it takes the styles out where they are not wanted.
pub fn render(explained: &Explained, width: usize) -> String {
    let mut out = Page::new(width);
    // Where one action is asked about, roles that have nothing to do with it are told in one line.
    let (silent, told): (Vec<_>, Vec<_>) = explained
        .roles
        .iter()
        .partition(|role| explained.action.is_some() && role.is_empty());
    for (place, role) in told.iter().enumerate() {
        if place > 0 {
            out.put("");
        }
        section(&mut out, explained, role);
    }
    without(&mut out, explained, &silent, !told.is_empty());
    let of_roles = explained.roles.iter().flat_map(|role| &role.gaps);
    // Who asks about one action asks about the roles that are judged.
    let is_asked = |gap: &&GapCount| explained.action.is_none() || !gap.is_not_judged();
    let all: Vec<&GapCount> = explained
        .gaps
        .iter()
        .chain(of_roles)
        .filter(is_asked)
        .collect();
    if !all.is_empty() {
        line(
            &mut out,
            format_args!("\n{}", painted(BOLD, "What the evidence lacks")),
        );
        gaps(&mut out, &all);
    }
    out.into_text()
}

fn section(out: &mut Page, explained: &Explained, role: &ExplainedRole) {
    heading(
        out,
        role.verdict,
        !role.insufficient.is_empty(),
        role.role.as_deref(),
        &role.policy_files,
    );
    let users: Vec<String> = role
        .functions
        .iter()
        .map(|user| format!("{} ({})", short(&user.arn), traces_of(user, str::to_owned)))
        .collect();
    line(out, format_args!("Used by {}", listed(&users, 8)));
    unsure(out, &role.insufficient);
    granted(out, role);
    needed(out, explained, role);
    missing(out, role);
    if explained.action.is_none() && explained.function.is_none() {
        split(out, &role.split);
    }
}

/// The roles that are neither granted nor need what is asked about.
fn without(out: &mut Page, explained: &Explained, roles: &[&ExplainedRole], is_after: bool) {
    let Some(action) = explained.action.as_deref().filter(|_| !roles.is_empty()) else {
        return;
    };
    let names: Vec<String> = roles.iter().map(|role| role.called()).collect();
    if is_after {
        out.put("");
    }
    out.put(&format!(
        "{} is neither granted to nor needed by {}",
        printable(action),
        listed(&names, NAMED)
    ));
}

/// The worst first, and in each kind in the order of the policies.
fn granted(out: &mut Page, role: &ExplainedRole) {
    let mut rows: Vec<(&GrantedElement, &Standing)> = role
        .granted
        .iter()
        .flat_map(|element| {
            element
                .standing
                .iter()
                .map(move |standing| (element, standing))
        })
        .collect();
    rows.sort_by_key(|(_, standing)| rank(standing));
    let mut counts: Vec<(String, u64)> = Vec::new();
    for (_, standing) in &rows {
        let word = word(standing);
        match counts.last_mut() {
            Some((last, count)) if *last == word => *count += 1,
            _ => counts.push((word, 1)),
        }
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|(word, count)| format!("{count} {word}"))
        .collect();
    let head = painted(BOLD, &format!("Granted ({})", role.granted.len()));
    line(out, format_args!("\n{head} {}", counts.join(", ")));
    let one_file = role.policy_files.len() == 1;
    for (element, standing) in rows {
        let word = word(standing);
        let (style, reason) = match standing {
            Standing::Excess {
                severity, reason, ..
            } => (severity_style(*severity), reason.clone()),
            Standing::Undecided { reason, actions } => {
                let whole = actions.contains(&element.action);
                let of = if whole {
                    String::new()
                } else {
                    format!("{}: ", listed(actions, 3))
                };
                (WARN, format!("{of}{reason}"))
            }
            Standing::Dead { reason } => (DIM, reason.clone()),
            Standing::Justified { reason } => (GOOD, reason.clone()),
            Standing::Denies => (DIM, String::new()),
        };
        let not = if element.not_action { "all but " } else { "" };
        line(
            out,
            format_args!(
                "  {} {} {not}{} on {}",
                painted(style, &format!("{word:<9}")),
                painted(DIM, &place(element, one_file)),
                painted(BOLD, &printable(&element.action)),
                listed(&element.resources, 2),
            ),
        );
        if !reason.is_empty() {
            out.hang("            ", &printable(&shortened(&reason)));
        }
    }
}

/// The first of many reasons, and how many more there are.
fn shortened(reason: &str) -> String {
    let reasons: Vec<&str> = reason.split("; ").collect();
    match reasons.get(..REASONS) {
        Some(first) if reasons.len() > REASONS + 1 => {
            let more = counted((reasons.len() - REASONS) as u64, "more reason");
            format!("{}; and {more} (--format json has them)", first.join("; "))
        }
        Some(_) | None => reason.to_owned(),
    }
}

/// How something stands, in a word or two.
fn word(standing: &Standing) -> String {
    match standing {
        Standing::Excess {
            severity, counts, ..
        } => format!("{}{}", severity.id(), set_aside(*counts)),
        Standing::Undecided { .. } => "undecided".to_owned(),
        Standing::Dead { .. } => "dead".to_owned(),
        Standing::Justified { .. } => "needed".to_owned(),
        Standing::Denies => "denies".to_owned(),
    }
}

/// What needs a reader's eye comes first.
fn rank(standing: &Standing) -> (u8, u8) {
    match standing {
        Standing::Excess {
            severity, counts, ..
        } => (u8::from(*counts != State::Judged), 4 - (*severity as u8)),
        Standing::Undecided { .. } => (2, 0),
        Standing::Dead { .. } => (3, 0),
        Standing::Justified { .. } => (4, 0),
        Standing::Denies => (5, 0),
    }
}

fn place(element: &GrantedElement, one_file: bool) -> String {
    let origin = &element.origin;
    let sid = origin
        .sid
        .as_deref()
        .map_or_else(String::new, |sid| format!(" {}", printable(sid)));
    let place = match (origin.line_alone(one_file), origin.line) {
        (Some(line), _) => format!("line {line}{sid}"),
        (None, Some(line)) => format!("{}:{line}{sid}", printable(&origin.policy)),
        (None, None) => format!("{}{sid}", printable(&origin.policy)),
    };
    place + &origin.in_words(printable)
}

fn needed(out: &mut Page, explained: &Explained, role: &ExplainedRole) {
    let by = explained
        .function
        .as_deref()
        .map_or_else(String::new, |function| {
            format!(" by {}", printable(short(function)))
        });
    let head = format!("Needed{by} ({})", role.needed.len());
    line(out, format_args!("\n{}", painted(BOLD, &head)));
    for NeededBy {
        permission,
        functions,
    } in &role.needed
    {
        let on = if permission.resource_known {
            listed(&permission.resources, 2)
        } else {
            format!("{} (not recorded which)", listed(&permission.resources, 2))
        };
        line(
            out,
            format_args!(
                "  {} on {on}",
                painted(BOLD, &printable(&permission.action))
            ),
        );
        let mut facts = Vec::new();
        match &permission.setting {
            Some(setting) => facts.push(format!("by configuration: {}", printable(setting))),
            None => facts.push(counted(permission.calls, "call")),
        }
        if let (Some(first), Some(last)) = (&permission.first_seen, &permission.last_seen) {
            facts.push(if first == last {
                day(first)
            } else {
                format!("{} to {}", day(first), day(last))
            });
        }
        if role.functions.len() > 1 {
            let users: Vec<String> = functions
                .iter()
                .map(|user| short(user).to_owned())
                .collect();
            facts.push(format!("by {}", listed(&users, 3)));
        }
        facts.push(format!("mapping {}", permission.mapping));
        if let Some(trace) = permission.example_traces.first() {
            facts.push(format!("trace {}", printable(trace)));
        }
        line(out, format_args!("    {}", painted(DIM, &facts.join(", "))));
    }
}

fn missing(out: &mut Page, role: &ExplainedRole) {
    if role.missing.is_empty() {
        return;
    }
    let head = format!("{} ({})", lacking(role.missing.iter()), role.missing.len());
    line(out, format_args!("\n{}", painted(BOLD, &head)));
    for missing in &role.missing {
        line(
            out,
            format_args!(
                "  {} on {}: {}",
                painted(BOLD, &printable(&missing.action)),
                listed(&missing.resources, 2),
                printable(&missing.detail)
            ),
        );
    }
}

fn split(out: &mut Page, split: &[Alone]) {
    if split.is_empty() {
        return;
    }
    let head = painted(BOLD, "With a role of its own");
    line(out, format_args!("\n{head}"));
    for Alone { share, needed } in split {
        line(
            out,
            format_args!(
                "  {}: {} of the {} that the role needs; {} and {} less",
                painted(BOLD, &printable(short(&share.function))),
                share.permissions,
                counted(share.of, "permission"),
                counted(share.actions_less, "action"),
                counted(share.resources_less, "resource"),
            ),
        );
        let actions: BTreeSet<String> = needed.iter().map(|pair| pair.action.clone()).collect();
        let actions: Vec<String> = actions.into_iter().collect();
        line(
            out,
            format_args!("    {}", painted(DIM, &listed(&actions, 8))),
        );
    }
}
