//! Finds parts of the traces that could not be read. The missing part may be the one that matters.

use super::session::sentence;
use super::{Cause, Examined, Finding};

/// The reasons, what each means, and how to fix it.
const REASONS: &[(&str, &str, &str)] = &[
    (
        "malformed",
        "A file or document is no trace and no JSON",
        "aws xray batch-get-traces --trace-ids ID > traces.json",
    ),
    (
        "truncated",
        "A file ends in the middle",
        "aws xray batch-get-traces --trace-ids ID > traces.json",
    ),
    (
        "more-pages",
        "A saved answer has another page, which was not saved",
        "aws xray batch-get-traces --trace-ids ID > traces.json",
    ),
    (
        "too-large",
        "A file or document is larger than is read",
        "split --lines 1000 traces.jsonl part-",
    ),
    (
        "limit-exceeded",
        "X-Ray left segments out of traces that are too long",
        "",
    ),
    (
        "max-scanned",
        "There were more traces than may be scanned",
        " --max-scanned 50000000",
    ),
    (
        "out-of-time",
        "The time was over before all traces were read",
        " --timeout 1h",
    ),
];

pub(super) fn find(examined: &Examined) -> Vec<Finding> {
    let known = REASONS.iter().filter_map(|(reason, meaning, mend)| {
        let of: Vec<_> = examined
            .lost
            .iter()
            .filter(|lost| lost.reason == *reason)
            .collect();
        let first = of.first()?;
        let count: u64 = of.iter().map(|lost| lost.count).sum();
        let times = if count > 1 {
            format!(" ({count} times)")
        } else {
            String::new()
        };
        let text = sentence(&format!("{meaning}{times}: {}", first.detail));
        let finding = Finding::new(Cause::Lost, text);
        Some(match mend.strip_prefix(' ') {
            Some(flag) => finding.mended_by(examined.command("gate", &format!(" {flag}"))),
            None if mend.is_empty() => {
                finding.advising("Let the function do less in one invocation.")
            }
            None => finding.mended_by(*mend),
        })
    });
    known.collect()
}
