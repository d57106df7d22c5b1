//! How to fix it, in three ways.

use super::budget::{Item, Rank};
use super::{Context, judged};
use crate::judge::Verdict;
use crate::report::Report;
use crate::report::keep::acceptance;
use crate::report::markdown::{code, fenced};
use crate::shell::quoted;
use std::fmt::Write as _;

/// Three ways to fix it, or two to get evidence; nothing where all is well.
pub(super) fn ways(report: &Report, context: &Context) -> Option<Item> {
    let text = match report.verdict {
        Verdict::Pass => return None,
        Verdict::Inconclusive => thin_evidence(),
        Verdict::Fail => three_ways(report, context),
    };
    Some(Item::new(Rank::Fix, text))
}

fn thin_evidence() -> String {
    "<details><summary>How to get evidence</summary>\n\n\
     1. Turn on active tracing for each function, and instrument its AWS SDK.\n\
     2. Look further back with `time-range`, or ask for fewer traces with `min-traces`.\n\
     3. Until there is enough, `on-inconclusive: warn` lets this pass.\n\n\
     </details>\n\n"
        .to_owned()
}

fn three_ways(report: &Report, context: &Context) -> String {
    let first = if context.suggestions {
        "**Commit** the suggestions on the lines in *Files changed*."
    } else {
        "**Edit** the policy as the diff above shows."
    };
    let mut out = format!("<details><summary>How to fix it</summary>\n\n1. {first}\n");
    out.push_str("2. **Let the program do it**, in a checkout:\n\n");
    out.push_str(&indented(&fenced("sh", &command(context))));
    let worst = report
        .roles
        .iter()
        .filter(|role| role.verdict == Verdict::Fail)
        .find_map(|role| Some((role, judged(role).max_by_key(|one| one.severity)?)));
    if let Some((role, finding)) = worst {
        let _ = write!(
            out,
            "3. **Keep it**, and say why, in {} on the base branch:\n\n",
            code(&context.config)
        );
        out.push_str(&indented(&fenced(
            "yaml",
            &acceptance(report, role, finding),
        )));
    }
    out.push_str("\n</details>\n\n");
    out
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
