//! The policies as they should be: the whole diff, once for all roles that want the same.

use super::style::{BAD, BOLD, DIM, GOOD, painted};
use super::words::listed;
use super::{Page, line};
use crate::report::words::{by_aws, detach};
use crate::report::{Role, Suggested, printable};

/// Characters of a line before the rest is left out: a minified policy is one line.
const COLUMNS: usize = 2_000;

/// Roles of one suggestion that are named.
const NAMED: usize = 5;

/// The section for the roles that are told whole, absent when there is nothing to suggest. Where files were edited, how to have that done
/// is not told.
pub(super) fn section(out: &mut Page, roles: &[&Role], is_edited: bool) {
    let mut all: Vec<(&Suggested, Vec<&Role>)> = Vec::new();
    for role in roles {
        for own in &role.suggested {
            match all.iter_mut().find(|(other, _)| is_same(own, other)) {
                Some((_, others)) => others.push(role),
                None => all.push((own, vec![role])),
            }
        }
    }
    for (own, of) in &all {
        one(out, own, of, roles.len() > 1);
    }
    if is_edited {
        return;
    }
    let editable = roles.iter().any(|role| {
        let in_files = !role.policy_files.is_empty();
        in_files && role.suggested.iter().any(|own| !own.edits.is_empty())
    });
    let whole = "--suggest-dir DIR writes each policy whole to a folder";
    if editable {
        line(
            out,
            format_args!("\nThe same command with --write edits the files like this; {whole}."),
        );
    } else if all.iter().any(|(own, _)| own.document.is_some()) {
        line(out, format_args!("\nThe same command with {whole}."));
    }
}

/// Whether two suggestions are one: the same policy is to become the same.
fn is_same(one: &Suggested, other: &Suggested) -> bool {
    let cause = |own: &Suggested| (own.policy.clone(), own.document.clone(), own.reason.clone());
    cause(one) == cause(other)
}

fn one(out: &mut Page, suggested: &Suggested, of: &[&Role], several: bool) {
    let by_aws = by_aws(&suggested.policy);
    let policy = by_aws.map_or_else(|| printable(&suggested.policy), printable);
    let names: Vec<String> = of.iter().map(|role| role.called()).collect();
    let names = listed(&names, NAMED);
    let whose = if several || by_aws.is_some() {
        format!(" in {names}")
    } else {
        String::new()
    };
    let heading = if suggested.reason.is_some() {
        "No suggestion"
    } else {
        "Suggested"
    };
    line(
        out,
        format_args!("\n{} for {policy}{whose}", painted(BOLD, heading)),
    );
    if by_aws.is_some() {
        line(out, format_args!("  {}", detach(&policy, &names)));
    }
    if let Some(reason) = &suggested.reason {
        line(out, format_args!("  {}", printable(reason)));
    }
    let own_words = |note: &&String| by_aws.is_none() || !note.starts_with("AWS manages this");
    for note in suggested.notes.iter().filter(own_words) {
        line(out, format_args!("  {}", printable(note)));
    }
    let Some(diff) = &suggested.diff else {
        return;
    };
    out.verbatim("");
    for text in diff.lines() {
        out.verbatim(&diff_line(text));
    }
}

/// A line of a diff in its colour. A tab stays a tab, for people indent by it.
fn diff_line(text: &str) -> String {
    let text = text.trim_end_matches('\r');
    let parts: Vec<String> = text.split('\t').map(printable).collect();
    let mut shown = parts.join("\t");
    if shown.chars().count() > COLUMNS {
        shown = shown.chars().take(COLUMNS).collect();
        shown.push_str(" ...");
    }
    let style = match text.as_bytes() {
        [b'-', b'-', b'-', ..] | [b'+', b'+', b'+', ..] => BOLD,
        [b'@', ..] => DIM,
        [b'-', ..] => BAD,
        [b'+', ..] => GOOD,
        _ => return shown,
    };
    painted(style, &shown)
}
