//! How to fix what was found: as the suggestion below says, or where there is none a line a finding, at the place in the policy.
//!
//! A policy that has a suggestion gets no such line: both would say what to do about the same statement, and not quite the same.

use super::findings::place;
use super::page::Lines as _;
use super::style::{BOLD, painted};
use super::words::listed;
use super::{Page, ROWS, line, more};
use crate::compare::Kind;
use crate::judge::{State, Verdict};
use crate::report::keep::keeping;
use crate::report::words::{by_aws, detach};
use crate::report::{Excess, Report, Role, policy_template, printable};
use crate::settings::file::DEFAULT_NAME;
use std::collections::{BTreeMap, BTreeSet};

/// Replacements that are spelled out; a longer list is in the JSON report.
const SPELLED_OUT: usize = 6;

/// What thin evidence wants.
const MORE: &str =
    "More traces make this certain: gather more, or lower --min-traces if these are all there are.";

/// What a role wants of which nothing was observed.
const ANY: &str =
    "Nothing says what its functions need: gather traces that show an AWS call of each.";

/// What is wanted where a policy or a role is elsewhere: more traces change nothing.
const ATTACHED: &str = "What is granted elsewhere is not in these files: give the template that has it too, or judge the deployed role, with --role or --stack and without --policy-file.";

/// What a role wants of which not all grants are known.
const UNKNOWN: &str = "Not all its grants are known: fix what the lines above name, or judge the deployed role, with --role or --stack and without --policy-file.";

/// What a role wants that is called as a framework's own and grants more.
const MORE_THAN_ITS_OWN: &str = "The code of a framework is not traced: remove the grant, or say in the configuration why it stays.";

/// The section for the roles that are told whole, absent when there is nothing to fix. `edited` are the files that are mended already.
pub(super) fn section(out: &mut Page, report: &Report, roles: &[&Role], edited: &[String]) {
    let besides = besides(roles);
    // What passes asks for nothing.
    let open = roles
        .iter()
        .filter(|role| role.verdict != Verdict::Pass || role.would_fail);
    let judged = open.flat_map(|role| {
        let excess = role.excess.iter();
        let judged = excess.filter(|one| is_judged(one) && role.bears(one));
        judged.map(move |one| (*role, one))
    });
    let (suggested, open): (Vec<_>, Vec<_>) =
        judged.partition(|(role, finding)| is_suggested(role, finding));
    if suggested.is_empty() && open.is_empty() && besides.is_empty() {
        return;
    }
    line(out, format_args!("\n{}", painted(BOLD, "How to fix")));
    if !suggested.is_empty() {
        let is_done = suggested
            .iter()
            .all(|(role, _)| role.policy_files.iter().all(|file| edited.contains(file)));
        let what = if is_done {
            "The policy was edited"
        } else {
            "Edit the policy"
        };
        out.put(&format!(
            "  {what} as suggested below: what may be needed stays."
        ));
    }
    let (by_aws, open): (Vec<_>, Vec<_>) = open
        .into_iter()
        .partition(|(_, finding)| is_by_aws(finding));
    detached(out, &by_aws);
    let mut lines: Vec<String> = Vec::new();
    for (role, finding) in &open {
        let place = place(finding, role.policy_files.len() == 1);
        let told = format!("{place}: {}{}", advice(finding, role), kept(finding, role));
        // Several findings may be mended by one thing to do.
        if !lines.contains(&told) {
            lines.push(told);
        }
    }
    for told in lines.iter().take(ROWS) {
        out.put(&format!("  {told}"));
    }
    more(out, lines.len());
    for told in besides {
        out.put(&format!("  {told}"));
    }
    if suggested.is_empty() && open.is_empty() && by_aws.is_empty() {
        return;
    }
    keep(out, report);
    line(
        out,
        format_args!(
            "  Does the code need one of these? Call it with tracing on, and gate again: what was called is kept."
        ),
    );
}

/// What roles want of which nobody can tell yet.
fn besides(roles: &[&Role]) -> Vec<&'static str> {
    let unsure: Vec<&&Role> = roles
        .iter()
        .filter(|role| !role.insufficient.is_empty() && role.verdict == Verdict::Inconclusive)
        .collect();
    let is_elsewhere = |role: &&&Role| role.unread.is_some() && !role.policy_files.is_empty();
    let is_thin =
        |role: &&&Role| !is_elsewhere(role) && !role.is_open() && role.framework.is_none();
    let besides = [
        (unsure.iter().any(is_elsewhere), ATTACHED),
        (
            unsure
                .iter()
                .any(|role| !is_elsewhere(role) && !role.unknown_grants.is_empty()),
            UNKNOWN,
        ),
        (
            unsure.iter().any(|role| role.framework.is_some()),
            MORE_THAN_ITS_OWN,
        ),
        (
            unsure
                .iter()
                .any(|role| is_thin(role) && role.has_evidence()),
            MORE,
        ),
        (
            unsure
                .iter()
                .any(|role| is_thin(role) && !role.has_evidence()),
            ANY,
        ),
    ];
    let besides = besides.into_iter();
    besides
        .filter_map(|(is_so, told)| is_so.then_some(told))
        .collect()
}

/// How to keep what fails, and say why: an entry a finding.
fn keep(out: &mut Page, report: &Report) {
    let Some(keeping) = keeping(report) else {
        return;
    };
    let what = if keeping.count == 1 {
        "it"
    } else {
        "one of them"
    };
    line(
        out,
        format_args!("  To keep {what}, say why in {DEFAULT_NAME}:"),
    );
    for text in keeping.text.lines() {
        out.verbatim(&format!("    {}", printable(text)));
    }
    for besides in &keeping.besides {
        out.put(&format!("  {}", printable(besides)));
    }
}

fn is_judged(finding: &Excess) -> bool {
    finding.state == State::Judged
}

/// Whether each policy that grants it has a suggestion, whose diff and notes say all there is to do.
fn is_suggested(role: &Role, finding: &Excess) -> bool {
    let has_one = |policy: &str| {
        let mut suggested = role.suggested.iter();
        suggested.any(|one| one.policy == policy && one.document.is_some())
    };
    !finding.origins.is_empty() && finding.origins.iter().all(|origin| has_one(&origin.policy))
}

/// Whether AWS's own policies alone grant it.
fn is_by_aws(finding: &Excess) -> bool {
    let mut origins = finding.origins.iter();
    !finding.origins.is_empty() && origins.all(|origin| by_aws(&origin.policy).is_some())
}

/// A policy that AWS manages, once for all roles that have it; what one role needs of it is told where there is but one.
fn detached(out: &mut Page, findings: &[(&Role, &Excess)]) {
    let mut policies: BTreeMap<&str, Vec<(&Role, &Excess)>> = BTreeMap::new();
    for (role, finding) in findings {
        let names = finding
            .origins
            .iter()
            .filter_map(|origin| by_aws(&origin.policy));
        for name in names.collect::<BTreeSet<&str>>() {
            policies.entry(name).or_default().push((role, finding));
        }
    }
    for (policy, of) in policies {
        let roles: BTreeSet<String> = of.iter().map(|(role, _)| role.called()).collect();
        let roles: Vec<String> = roles.into_iter().collect();
        let told = detach(&printable(policy), &listed(&roles, SPELLED_OUT));
        let advice = match of.as_slice() {
            [(_, alone)] => alone.advice.as_deref(),
            _ => None,
        };
        let advice = advice.map_or_else(String::new, |advice| format!(": {}", printable(advice)));
        out.hang("  ", &format!("{told}{advice}"));
    }
}

/// What of the same statement may be needed, so that nobody takes it out with the rest.
fn kept(finding: &Excess, role: &Role) -> &'static str {
    let of_same = role.undecided.iter().any(|one| {
        let mut origins = one.origins.iter();
        origins.any(|origin| {
            let mut own = finding.origins.iter();
            own.any(|other| (&other.policy, other.statement) == (&origin.policy, origin.statement))
        })
    });
    if of_same && !matches!(finding.kind, Kind::BroadResource) {
        "; keep what \"Cannot tell\" lists of this statement"
    } else {
        ""
    }
}

/// What to do about one finding.
pub(in crate::report) fn advice(finding: &Excess, role: &Role) -> String {
    if let Some(advice) = &finding.advice {
        return printable(advice);
    }
    if let Some(advice) = policy_template::advice(finding, role) {
        return printable(&advice);
    }
    let element = |plain: &[String], not: Option<&'static str>| match not {
        Some(name) => format!("the `{name}`"),
        None => quoted(plain),
    };
    let actions = element(&finding.actions, finding.not_action.then_some("NotAction"));
    let resources = element(
        &finding.resources,
        finding.not_resource.then_some("NotResource"),
    );
    match finding.kind {
        Kind::UnusedService | Kind::UnusedAction if finding.not_action => {
            "remove the statement".to_owned()
        }
        Kind::UnusedService | Kind::UnusedAction => format!("remove {actions}"),
        Kind::BroadAction => {
            let by = format!("replace {actions} by {}", quoted(&finding.observed));
            if finding.needed_resources.is_empty() {
                by
            } else {
                format!("{by} on {}", needed(finding, role))
            }
        }
        Kind::BroadResource if finding.needed_resources.is_empty() => {
            format!("remove {resources}")
        }
        Kind::BroadResource => format!(
            "for {}, replace {resources} by {}",
            quoted(&finding.actions),
            needed(finding, role)
        ),
    }
}

/// What was needed, as it is written where the policy is.
fn needed(finding: &Excess, role: &Role) -> String {
    if role.written_as.is_empty() {
        return quoted(&finding.needed_resources);
    }
    let written = finding
        .needed_resources
        .iter()
        .take(SPELLED_OUT)
        .map(|arn| {
            let words = role.written_as.get(arn);
            words.map_or_else(
                || format!("\"{}\"", printable(arn)),
                |words| format!("`{}`", printable(words)),
            )
        });
    let shown: Vec<String> = written.collect();
    match finding.needed_resources.len().saturating_sub(SPELLED_OUT) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn quoted(names: &[String]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(SPELLED_OUT)
        .map(|name| format!("\"{}\"", printable(name)))
        .collect();
    match names.len().saturating_sub(SPELLED_OUT) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
