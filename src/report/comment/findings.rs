//! A role: what is too much, what is missing, and the diff that would mend it.

use super::budget::{Item, Rank};
use super::roles::severity;
use super::{Context, judged, links, sign};
use crate::compare::{Kind, Lack, Origin};
use crate::judge::Verdict;
use crate::report::markdown::{bullets, code, expired, fenced, listed, place_of};
use crate::report::redact::is_shortened;
use crate::report::text::words::{counted, grouped, times};
use crate::report::why::why;
use crate::report::words::{
    all_but, also_assumed, by_aws, denied_by, each_once, in_template, lacking, language,
    never_called, short_among, traces_of, untraced, why_missing,
};
use crate::report::{Excess, Function, Missing, Role, Suggested};

/// Findings of a role that are listed.
const FINDINGS: usize = 12;
/// Missing permissions that are listed.
const MISSING: usize = 8;
/// Reasons for which a role is not judged that are listed.
const REASONS: usize = 6;
/// Lines of a diff that is not folded.
const OPEN_DIFF: usize = 40;
/// Roles that are not folded.
const OPEN_ROLES: usize = 3;

/// Everything about one role that calls for action; nothing where it passes with nothing to say.
pub(super) fn section(role: &Role, name: &str, place: usize, context: &Context) -> Vec<Item> {
    let findings: Vec<&Excess> = judged(role).collect();
    let quiet = role.verdict == Verdict::Pass && findings.is_empty() && role.missing.is_empty();
    if quiet {
        return Vec::new();
    }
    let folded = place >= OPEN_ROLES;
    // On thin evidence a diff would take out what runs.
    let is_sure = role.verdict != Verdict::Inconclusive;
    let mut out = heading(role, name, folded, findings.len());
    out.push_str(&insufficient(role));
    let (borne, open): (Vec<&Excess>, Vec<&Excess>) = findings
        .into_iter()
        .partition(|finding| role.bears(finding));
    for (findings, heading) in [(borne, ""), (open, "What would count, were it judged:\n\n")] {
        if !findings.is_empty() {
            out.push_str(heading);
            out.push_str(&bullets(&findings, FINDINGS, |finding| {
                line(role, finding, context)
            }));
            out.push('\n');
        }
    }
    if role.not_judged > 0 {
        out.push_str(&counted(role.not_judged, "grant"));
        out.push_str(" not judged: no AWS call of its functions was recorded.\n\n");
    }
    out.push_str(&missing(&role.missing));
    if folded {
        // One item, so that nothing can be left out between its tags.
        let end = "</details>\n\n";
        let diffs = if is_sure {
            diffs(role, OPEN_DIFF).concat()
        } else {
            String::new()
        };
        let short = format!("{out}{end}");
        return vec![Item::with_diffs(
            Rank::Finding,
            format!("{out}{diffs}{end}"),
            short,
        )];
    }
    let mut items = vec![Item::new(Rank::Role, out)];
    if !is_sure {
        return items;
    }
    items.extend(
        diffs(role, OPEN_DIFF)
            .into_iter()
            .map(|diff| Item::new(Rank::Diff, diff)),
    );
    items.extend(policies(role));
    items
}

fn heading(role: &Role, called: &str, folded: bool, findings: usize) -> String {
    let mark = sign(role.verdict);
    let name = code(called);
    let files = match (&role.role, role.policy_files.as_slice()) {
        (None, _) | (Some(_), []) => String::new(),
        (Some(_), files) => format!("{} · ", listed(files, 3)),
    };
    let users = match in_template(role.logical_id.as_ref(), code) {
        own if own.is_empty() => users(role),
        own => format!("{own} · {}", users(role)),
    };
    if folded {
        let found = counted(findings as u64, "finding");
        // Code is not read in a summary: a name that could be anything else is told below it alone.
        let title = Some(called).filter(|called| links::is_plain_name(called));
        let title = title.unwrap_or("Another role");
        return format!(
            "<details><summary>{mark} {title}: {found}</summary>\n\n**{name}**  \n{files}{users}\n\n"
        );
    }
    format!("#### {mark} {name}\n\n{files}{users}\n\n")
}

fn users(role: &Role) -> String {
    let names: Vec<String> = role
        .functions
        .iter()
        .map(|function| {
            let name = code(&short_among(function, &role.functions));
            // That it waits is no word for what fails.
            let waits = function.waits.as_ref();
            let is_new = waits.is_some_and(|waits| waits.reason.is_none());
            if role.verdict == Verdict::Fail && is_new {
                let waits = None;
                let function = Function {
                    waits,
                    ..function.clone()
                };
                let traces = traces_of(&function, code);
                return format!("{name} ({traces}; new. What is high fails without them)");
            }
            format!("{name} ({})", traces_of(function, code))
        })
        .collect();
    let shown = names.iter().take(4).cloned().collect::<Vec<_>>().join(", ");
    let also = also_assumed(role, code);
    match names.len() {
        0 => "no trace is from a function that uses this role: check name, region and time range"
            .to_owned(),
        count if count > 4 => format!("used by {shown} and {} more{also}", count - 4),
        _ => format!("used by {shown}{also}"),
    }
}

fn insufficient(role: &Role) -> String {
    if role.verdict != Verdict::Inconclusive {
        return String::new();
    }
    let reasons = bullets(&role.insufficient, REASONS, |reason| code(reason));
    format!("Not judged, because:\n\n{reasons}\n")
}

/// One finding in a line.
pub(super) fn line(role: &Role, finding: &Excess, context: &Context) -> String {
    let why = why(finding).map_or_else(String::new, |why| format!(". It {why}"));
    let page = links::to_page(finding.kind, context).filter(|_| !why.is_empty());
    let page = page.map_or_else(String::new, |page| format!(" ({page})"));
    let new = if finding.new { " · **new here**" } else { "" };
    format!(
        "{} {} on {}{}: {}{why}{page}{}{new}",
        severity(finding.severity),
        all_but(listed(&finding.actions, 4), finding.not_action),
        all_but(listed(&finding.resources, 2), finding.not_resource),
        place(role, finding, context),
        observed(role, finding),
        expired(finding)
    )
}

/// Where a finding stands, in parentheses: the line alone where there is but one file.
fn place(role: &Role, finding: &Excess, context: &Context) -> String {
    let one_file = role.policy_files.len() == 1;
    let shown = |origin: &Origin| {
        let by_aws = by_aws(&origin.policy).map(|name| format!("AWS's policy {}", code(name)));
        by_aws.unwrap_or_else(|| match (origin.line_alone(one_file), origin.line) {
            (Some(line), _) => format!("line {line}"),
            (None, Some(line)) => format!("{} line {line}", code(&origin.policy)),
            (None, None) => code(&origin.policy),
        })
    };
    let all = each_once(finding.origins.iter().map(|origin| {
        let shown = shown(origin);
        let linked = links::to_line(role, origin, &shown, context).unwrap_or(shown);
        // In parentheses already.
        let place = origin.place.as_deref();
        linked + &place.map_or_else(String::new, |place| format!(", {}", code(place)))
    }));
    let places: Vec<&str> = all.iter().take(2).map(String::as_str).collect();
    match (places.len(), all.len()) {
        (0, _) => String::new(),
        (shown, all) if all > shown => format!(" ({} and {} more)", places.join(", "), all - shown),
        _ => format!(" ({})", places.join(", ")),
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
        resources => format!(" on {}", listed(resources, 2)),
    };
    if finding.observed.is_empty() {
        return match finding.kind {
            Kind::UnusedService => never_called(finding),
            Kind::UnusedAction | Kind::BroadAction | Kind::BroadResource
                if all > finding.actions.len() as u64 =>
            {
                format!("none of its {} actions was called", grouped(all))
            }
            Kind::UnusedAction | Kind::BroadAction | Kind::BroadResource => {
                "never called".to_owned()
            }
        };
    }
    match finding.unobserved_count {
        0 if on.is_empty() => "called, but not on these resources".to_owned(),
        0 => format!("needed only{on}"),
        _ => format!(
            "{} of {} actions called: {}{on}",
            finding.observed.len(),
            grouped(all),
            listed(&finding.observed, 4)
        ),
    }
}

/// What was called and is not granted, or was denied.
fn missing(missing: &[Missing]) -> String {
    if missing.is_empty() {
        return String::new();
    }
    let lines = bullets(missing, MISSING, |one| {
        if one.calls == 0 && one.because == Lack::NotGranted {
            let resources = listed(&one.resources, 2);
            return format!(
                "{} on {resources}: {}",
                code(&one.action),
                why_missing(one, place_of)
            );
        }
        let calls = times(one.calls);
        let why = match (one.because, denied_by(one, place_of)) {
            (Lack::Denied, Some(by)) => format!("AWS denied it {calls}; it is denied by {by}"),
            (Lack::Denied, None) => format!("AWS denied it {calls}"),
            (Lack::NotGranted, _) => why_missing(one, place_of),
        };
        let resources = listed(&one.resources, 2);
        format!("{} on {resources}: {why}", code(&one.action))
    });
    format!("{}:\n\n{lines}\n", lacking(missing.iter()))
}

/// The diffs of a role's policies; a long one is folded.
fn diffs(role: &Role, open: usize) -> Vec<String> {
    let diffs = role
        .suggested
        .iter()
        .filter_map(|one| Some((one, one.diff.as_ref()?)));
    diffs
        .map(|(suggested, diff)| {
            let shown = format!("{}{}", attachment(role, suggested), fenced("diff", diff));
            let lines = diff.lines().count();
            // Of what passes nothing has to be changed.
            if lines > open || role.verdict == Verdict::Pass {
                format!(
                    "<details><summary>The diff that fixes it, {lines} lines</summary>\n\n{shown}\n</details>\n\n"
                )
            } else {
                format!("{shown}\n")
            }
        })
        .collect()
}

/// What to do with a policy that only AWS can edit; nothing where it can be edited.
fn attachment(role: &Role, suggested: &Suggested) -> String {
    let Some((_, name)) = suggested.policy.split_once(":iam::aws:policy/") else {
        return String::new();
    };
    format!(
        "{} is AWS's own policy: detach it from {}, and attach one of your own that grants what is left here:\n\n",
        code(name),
        code(&role.called())
    )
}

/// Whole policies, folded.
fn policies(role: &Role) -> Vec<Item> {
    let with_text = role.suggested.iter();
    with_text
        .filter_map(|suggested| {
            // What is pasted must be right: a policy with shortened account ids is not.
            let document = suggested.document.as_ref();
            let document = document.filter(|document| !is_shortened(document))?;
            let text = format!(
                "<details><summary>The suggested policy as a whole</summary>\n\n{}\n\n{}\n</details>\n\n",
                code(&suggested.policy),
                fenced(language(document), document)
            );
            Some(Item::new(Rank::Policy, text))
        })
        .collect()
}
