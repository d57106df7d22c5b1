//! A suggestion on lines of a policy file, which one click commits.

use super::headline::span;
use super::{Context, findings};
use crate::judge::State;
use crate::report::markdown::{bullets, fenced};
use crate::report::text::words::counted;
use crate::report::{Excess, Report, Role};

/// Findings that a suggestion names.
const FINDINGS: usize = 4;

/// The comment that suggests `text` in the place of lines of a file; nothing where `text` cannot be shown as it is.
///
/// It names the findings of the role that stand on these lines.
pub fn suggestion(
    report: &Report,
    role: &Role,
    path: &str,
    lines: std::ops::RangeInclusive<usize>,
    text: Option<&str>,
) -> Option<String> {
    let block = fenced("suggestion", text.unwrap_or_default());
    if text.is_some_and(|text| !block.contains(&format!("\n{text}\n"))) {
        return None;
    }
    let is_here = |finding: &&Excess| {
        finding.state == State::Judged
            && finding.origins.iter().any(|origin| {
                origin.policy == path && origin.line.is_some_and(|line| lines.contains(&line))
            })
    };
    let here: Vec<&Excess> = role.excess.iter().filter(is_here).collect();
    let traces = counted(report.evidence.traces, "trace");
    let seen = span(report).map_or_else(|| traces.clone(), |span| format!("{span}, {traces}"));
    let named = bullets(&here, FINDINGS, |finding| {
        let line = findings::line(role, finding, &Context::default());
        line.trim_end().to_owned()
    });
    Some(format!("**Not observed in {seen}.**\n\n{named}\n{block}"))
}
