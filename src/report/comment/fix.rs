//! How to fix it, in three ways.

use super::budget::{Item, Rank};
use super::headline::base;
use super::{Accepting, Context, Elsewhere, judged};
use crate::evidence::GapReason;
use crate::judge::Verdict;
use crate::report::keep::keeping;
use crate::report::markdown::{code, fenced, listed};
use crate::report::redact::is_shortened;
use crate::report::words::by_aws;
use crate::report::{Lacking, Report, Role, Suggested};
use crate::shell::quoted;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Three ways to fix it, or two to get evidence; nothing where all is well.
pub(super) fn ways(report: &Report, context: &Context) -> Option<Item> {
    let text = match report.verdict {
        Verdict::Pass => return None,
        Verdict::Inconclusive => thin_evidence(report),
        Verdict::Fail => three_ways(report, context),
    };
    Some(Item::new(Rank::Fix, text))
}

/// What would bring a verdict: a sentence for each thing that was lacking, in the words of the inputs.
fn thin_evidence(report: &Report) -> String {
    let open = || {
        let roles = report.roles.iter();
        roles.filter(|role| role.verdict == Verdict::Inconclusive)
    };
    let functions = || open().flat_map(|role| &role.functions);
    let any_gap = |reason: GapReason| {
        let gaps = report.evidence.gaps.iter();
        let mut gaps = gaps.chain(open().flat_map(|role| &role.gaps));
        gaps.any(|gap| gap.reason == reason.id())
    };
    let is_lacking = |lacking: bool, sentence: &'static str| lacking.then_some(sentence);
    let sentences = [
        is_lacking(
            open().any(|role| role.unread.is_some() && role.policy_files.is_empty()),
            "**Let the role be read.** AWS did not: the lines above name the permission that the job's AWS role needs.",
        ),
        is_lacking(
            open().any(|role| role.unread.is_some() && !role.policy_files.is_empty()),
            "**Let the attached policy be read.** Its text is in AWS alone: judge the deployed role with `role` or `stack` and without `policy-file`.",
        ),
        is_lacking(
            report.roles.is_empty() || functions().any(|function| function.traces == 0),
            "**Turn on tracing.** A function is in no trace: set `TracingConfig` to `Active`, call it, and see that `function`, `region` and `time-range` mean it.",
        ),
        is_lacking(
            functions().any(|function| function.traces > 0 && function.calls == 0),
            "**Instrument the AWS SDK.** A function has traces and no AWS call in them, so nothing says what it needs.",
        ),
        is_lacking(
            open()
                .filter(|role| role.unread.is_none())
                .flat_map(|role| &role.functions)
                .any(|function| function.traces > 0 && function.calls > 0),
            "**Look further back** with `time-range`, or ask for fewer traces with `min-traces`.",
        ),
        is_lacking(
            any_gap(GapReason::NotAtTheBase),
            "**Merge the traces first.** Traces that this pull request brings prove nothing for it.",
        ),
        is_lacking(
            any_gap(GapReason::Skipped),
            "**Let every file be read.** Some files that may hold traces were not: the run's summary names them.",
        ),
        is_lacking(
            open().any(|role| !role.unknown_grants.is_empty()),
            "**Say in the template what is granted.** The lines above name what is not known: fix it, or judge the deployed role with `role` or `stack` and without `policy-file`.",
        ),
        is_lacking(
            open().any(|role| !role.given_up.is_empty()),
            "**Make the policy simpler.** It is too intricate to be looked at to the end; more traces change nothing.",
        ),
    ];
    let mut out = "<details><summary>How to get a verdict</summary>\n\n".to_owned();
    for sentence in sentences.into_iter().flatten() {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "- {sentence}");
    }
    // A warning is for thin evidence alone.
    if !open().any(Role::is_open) {
        out.push_str("- Until then, `on-inconclusive: warn` lets this pass.\n");
    }
    out.push_str("\n</details>\n\n");
    out
}

fn three_ways(report: &Report, context: &Context) -> String {
    let first = if context.suggestions {
        "**Commit** the suggestions on the lines in *Files changed*.".to_owned()
    } else {
        edit(report)
    };
    let mut out = format!("<details><summary>How to fix it</summary>\n\n1. {first}\n");
    let mut number = 2;
    // A role as it is deployed has no file to write to. In a checkout the change's own configuration decides.
    let is_loosened = report.config_changes.iter().any(|change| change.loosens);
    if can_write(report) && !is_loosened {
        let what = if is_partly(report) {
            "do what the diffs show"
        } else {
            "do it"
        };
        let _ = writeln!(out, "2. **Let the program {what}**, in a checkout:\n");
        out.push_str(&indented(&fenced("sh", &command(context))));
        if context.elsewhere == Elsewhere::WithoutBase {
            let _ = writeln!(
                out,
                "\n   Without the base this takes out what was there before, too."
            );
        }
        number = 3;
    }
    out.push_str(&keep(report, context, number));
    let start = report.next.iter();
    let is_old = failing(report).any(|role| judged(role).any(|finding| !finding.new));
    let mut start = start.filter(|advice| is_old && advice.lacking == Lacking::Baseline);
    if let Some(command) = start.find_map(|advice| advice.command.as_ref()) {
        let _ = write!(
            out,
            "\n**First run of the gate?** Keep what there is today in a baseline, and fail on what is new alone. The file counts once it is on \
             {}. Or set `fail-on: none`, and look on.\n\n{}",
            base(context),
            fenced("sh", command)
        );
    }
    out.push_str("\n</details>\n\n");
    out
}

/// The entries that keep what fails, one a finding, and where they are written.
fn keep(report: &Report, context: &Context, number: usize) -> String {
    let Some(keeping) = keeping(report) else {
        return String::new();
    };
    let what = if keeping.count == 1 {
        "it"
    } else {
        "one of them"
    };
    let config = code(&context.config);
    let (place, note) = match context.accepting {
        Accepting::OnBase => ("on the base branch", None),
        Accepting::Here => (
            "in this pull request",
            Some(
                "It counts here at once. Whoever owns the file approves it with the pull request.",
            ),
        ),
        Accepting::OnBaseForWantOfOwner => (
            "on the base branch",
            Some(
                "`accept-from: head` does not hold: nobody owns the file by the base's `CODEOWNERS`.",
            ),
        ),
    };
    if is_shortened(&keeping.text) {
        return format!(
            "{number}. **Keep {what}**, and say why, in {config} {place}. The entries to paste have account ids, which are not shown here: \
             `aws-least-privilege gate` prints them in a checkout.\n"
        );
    }
    let mut out = format!("{number}. **Keep {what}**, and say why, in {config} {place}:\n\n");
    out.push_str(&indented(&fenced("yaml", &keeping.text)));
    let besides = keeping.besides.iter().map(String::as_str);
    for besides in note.into_iter().chain(besides) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "\n   {besides}");
    }
    out
}

/// What to edit: a file of the checkout, or a role where it is kept.
fn edit(report: &Report) -> String {
    let aws = by_aws_alone(report);
    if !aws.is_empty() {
        let own = if aws.len() == 1 {
            "your own"
        } else {
            "policies of your own"
        };
        return format!("**Detach** {} and attach {own}, as above.", listed(&aws, 4));
    }
    let needless = needless(report);
    if !needless.is_empty() {
        return format!(
            "**Detach** {}: nothing that is granted there was called.",
            listed(&needless, 4)
        );
    }
    edited(report).to_owned()
}

/// The policies of AWS's that are to be replaced, where nothing else is to be edited.
fn by_aws_alone(report: &Report) -> Vec<String> {
    let suggested = failing(report).flat_map(|role| &role.suggested);
    let suggested = suggested.filter(|one| one.diff.is_some());
    let names: Option<BTreeSet<&str>> = suggested.map(|one| by_aws(&one.policy)).collect();
    if is_partly(report) {
        return Vec::new();
    }
    names.into_iter().flatten().map(str::to_owned).collect()
}

/// The policies of AWS's of which nothing is to be left, where nothing else fails.
fn needless(report: &Report) -> Vec<String> {
    let suggested = failing(report).flat_map(|role| &role.suggested);
    let has_rest = |own: &&Suggested| own.document.is_some() || own.diff.is_some();
    let rest: BTreeSet<&str> = suggested
        .filter(has_rest)
        .map(|own| own.policy.as_str())
        .collect();
    let origins = failing(report)
        .flat_map(judged)
        .flat_map(|finding| &finding.origins);
    let names: Option<BTreeSet<&str>> = origins
        .map(|origin| by_aws(&origin.policy).filter(|_| !rest.contains(origin.policy.as_str())))
        .collect();
    names.into_iter().flatten().map(str::to_owned).collect()
}

fn edited(report: &Report) -> &'static str {
    if failing(report).all(|role| !has_diff(role)) {
        "**Edit** the policy: take out what the lines above name."
    } else if is_partly(report) {
        "**Edit** the policies as the diffs above show. Where there is none, take out what the lines name."
    } else if can_write(report) {
        "**Edit** the policy as the diff above shows."
    } else {
        "**Edit** the policy as the diff above shows, where it is written: the template or the role."
    }
}

/// Whether any role that fails has a file that the program edits.
fn can_write(report: &Report) -> bool {
    let mut failing = failing(report);
    failing.any(|role| {
        let mut suggested = role.suggested.iter();
        suggested.any(|one| one.diff.is_some() && role.policy_files.contains(&one.policy))
    })
}

fn has_diff(role: &Role) -> bool {
    role.suggested.iter().any(|one| one.diff.is_some())
}

/// Whether some of the roles that fail have a diff and others have none.
fn is_partly(report: &Report) -> bool {
    failing(report).any(has_diff) && !failing(report).all(has_diff)
}

fn failing(report: &Report) -> impl Iterator<Item = &Role> {
    let roles = report.roles.iter();
    roles.filter(|role| role.verdict == Verdict::Fail)
}

fn command(context: &Context) -> String {
    let mut words = vec!["aws-least-privilege gate".to_owned()];
    words.extend(context.arguments.iter().map(|word| quoted(word)));
    words.push("--write".to_owned());
    words.join(" ")
}

/// A block inside an item of a numbered list.
fn indented(block: &str) -> String {
    block.lines().fold(String::new(), |mut out, line| {
        let _ = writeln!(out, "   {line}");
        out
    })
}
