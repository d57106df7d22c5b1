//! What was found of a role, a table each.

use super::section::{details, table};
use super::{code, expired, fenced, listed};
use crate::compare::{Kind, Origin};
use crate::report::text::words::{counted, grouped};
use crate::report::words::{
    all_but, by_aws, each_once, lacking, language, never_called, set_aside, untraced, waits,
    why_missing,
};
use crate::report::{Excess, Role, Suggested};

/// What is granted and was not observed, worst first.
pub(super) fn excess(role: &Role) -> String {
    let silent = match role.not_judged {
        0 => String::new(),
        silent => format!(
            "{} not judged: no AWS call of its functions was recorded, so nothing says what they need.\n",
            counted(silent, "grant")
        ),
    };
    if role.excess.is_empty() {
        return silent;
    }
    let one_file = role.policy_files.len() == 1;
    let rows = role.excess.iter().map(|finding| {
        format!(
            "| {}{}{} | {} | {} on {} | {}{} |",
            finding.severity.id(),
            set_aside(finding.state),
            waits(finding, code),
            places(finding, one_file),
            all_but(listed(&finding.actions, 4), finding.not_action),
            all_but(listed(&finding.resources, 2), finding.not_resource),
            observed(role, finding),
            expired(finding),
        )
    });
    let table = table(
        "| severity | where | granted | observed |\n|---|---|---|---|\n",
        rows,
    );
    format!("{table}{silent}")
}

/// Where a finding stands: the line alone where there is but one file.
fn places(finding: &Excess, one_file: bool) -> String {
    let all = finding.origins.iter().map(|origin| {
        if let Some(name) = by_aws(&origin.policy) {
            return format!("AWS's policy {}", code(name));
        }
        let place = match (origin.line_alone(one_file), origin.line) {
            (Some(line), _) => format!("line {line}"),
            (None, Some(line)) => format!("{} line {line}", code(&origin.policy)),
            (None, None) => code(&origin.policy),
        };
        place + &origin.in_words(code)
    });
    let all = each_once(all);
    let shown = all.iter().take(2).map(String::as_str);
    let shown = shown.collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(2) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// What was observed of a finding.
fn observed(role: &Role, finding: &Excess) -> String {
    if let Some(advice) = &finding.advice {
        return code(advice);
    }
    if let Some(untraced) = untraced(role, finding) {
        return untraced.to_owned();
    }
    let all = finding.observed.len() as u64 + finding.unobserved_count;
    let on = match finding.needed_resources.as_slice() {
        [] => String::new(),
        resources => format!(" on {}", listed(resources, 3)),
    };
    match (finding.observed.is_empty(), finding.kind) {
        (true, Kind::UnusedService) => never_called(finding),
        (true, Kind::UnusedAction | Kind::BroadAction | Kind::BroadResource) if all > 1 => {
            format!("none of its {} actions was called", grouped(all))
        }
        (true, Kind::UnusedAction | Kind::BroadAction | Kind::BroadResource) => {
            "never called".to_owned()
        }
        (false, _) if finding.unobserved_count > 0 => format!(
            "{} of {} actions: {}{on}",
            finding.observed.len(),
            grouped(all),
            listed(&finding.observed, 6)
        ),
        (false, _) if on.is_empty() => "called, but not on these resources".to_owned(),
        (false, _) => format!("needed only{on}"),
    }
}

/// What was called and is not granted, or was denied.
pub(super) fn missing(role: &Role) -> String {
    if role.missing.is_empty() {
        return String::new();
    }
    let rows = role.missing.iter().map(|missing| {
        let why = why_missing(missing, place_of);
        format!(
            "| {} | {} | {why} |",
            code(&missing.action),
            listed(&missing.resources, 2)
        )
    });
    let head = lacking(role.missing.iter()).to_lowercase();
    table(&format!("| {head} | on | why |\n|---|---|---|\n"), rows)
}

/// Where a statement is, and its `Sid`.
pub fn place_of(origin: &Origin) -> String {
    let line = origin.line.map(|line| format!(" line {line}"));
    let sid = origin.sid.as_deref().filter(|sid| !sid.is_empty());
    let sid = sid.map(|sid| format!(" ({})", code(sid)));
    format!(
        "{}{}{}",
        code(&origin.policy),
        line.unwrap_or_default(),
        sid.unwrap_or_default()
    )
}

/// What nothing here decides.
pub(super) fn undecided(role: &Role) -> String {
    let rows = role.undecided.iter().map(|undecided| {
        row(
            &all_but(listed(&undecided.actions, usize::MAX), undecided.not_action),
            &all_but(listed(&undecided.resources, 2), undecided.not_resource),
            &format!("{}: {}", undecided.severity.id(), undecided.reason),
        )
    });
    folded("Cannot tell, never fails", rows)
}

/// What can never match a request.
pub(super) fn dead(role: &Role) -> String {
    let rows = role.dead.iter().map(|dead| {
        row(
            &all_but(listed(&dead.actions, 3), dead.not_action),
            &all_but(listed(&dead.resources, 2), dead.not_resource),
            &dead.reason,
        )
    });
    folded("Dead, can never match", rows)
}

fn row(actions: &str, resources: &str, reason: &str) -> String {
    format!("| {actions} | {resources} | {} |", code(reason))
}

fn folded(title: &str, rows: impl ExactSizeIterator<Item = String>) -> String {
    match rows.len() {
        0 => String::new(),
        count => details(
            &format!("{title} ({count})"),
            &table("| granted | on | reason |\n|---|---|---|\n", rows),
        ),
    }
}

/// A policy that would do: its diff, or the whole of it where it has none, or why there is none.
pub(super) fn suggested(suggested: &Suggested) -> String {
    let told = suggested.reason.iter().chain(&suggested.notes);
    let told: String = told
        .flat_map(|note| [code(note), "\n\n".to_owned()])
        .collect();
    let shown = match (&suggested.diff, &suggested.document) {
        (Some(diff), _) => fenced("diff", diff) + "\n",
        (None, Some(document)) => fenced(language(document), document) + "\n",
        (None, None) => String::new(),
    };
    let title = match suggested.document {
        Some(_) => "Suggested policy",
        None => "No policy suggested",
    };
    details(
        title,
        &format!("{}\n\n{told}{shown}", code(&suggested.policy)),
    )
}
