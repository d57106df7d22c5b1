//! What `scan` says it wrote.

use super::text::style::{BOLD, WARN, painted};
use super::text::words::counted;
use super::{Scanned, printable};
use crate::usage::Usage;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// One file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The function's ARN.
    pub arn: String,
    /// The file's path.
    pub file: String,
    /// What to know about it, a sentence each.
    pub hints: Vec<String>,
}

#[derive(Serialize)]
struct Line<'a> {
    arn: &'a str,
    file: &'a str,
}

/// For people: a line a file, its hints beneath. `found` are the ARNs of the functions with a policy, also where it could
/// not be written; whether the files have a `Description`, which IAM refuses.
pub fn text(
    written: &[Written],
    found: &BTreeSet<&str>,
    usage: &Usage,
    is_described: bool,
) -> String {
    let mut out = String::new();
    for Written { arn, file, hints } in written {
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{}  {}",
            printable(arn),
            painted(BOLD, &printable(file))
        );
        for hint in hints {
            let _ = writeln!(out, "    {}", printable(hint));
        }
    }
    let files = counted(written.len() as u64, "policy file");
    let _ = writeln!(out, "{files} from {}", counted(usage.traces, "trace"));
    if is_described && !written.is_empty() {
        out.push_str("IAM refuses the `Description` in these files: --for-iam writes policies that IAM takes\n");
    }
    if let Some(scanned) = Scanned::of(usage) {
        let _ = writeln!(out, "{}", scanned.sentence());
    }
    let written_for = |arn: &str| found.contains(arn);
    for (owner, observed) in &usage.owners {
        let arn = owner.to_string();
        if observed.calls > 0 && !written_for(&arn) {
            let calls = counted(observed.calls, "AWS call");
            let _ = writeln!(
                out,
                "also seen: {} ({calls}); name it with --function",
                printable(&arn)
            );
        }
    }
    if found.is_empty() {
        let _ = writeln!(
            out,
            "{}",
            painted(WARN, "no function was found in the traces")
        );
    }
    let others = usage.owners.iter();
    let others = others.filter(|(owner, _)| !written_for(&owner.to_string()));
    let others = others.filter(|(_, observed)| observed.gaps.lose_calls());
    let of_others = others.flat_map(|(_, observed)| observed.gaps.iter());
    for (reason, detail, count) in usage.gaps.iter().chain(of_others) {
        let _ = writeln!(
            out,
            "{} {} ({count}): {}",
            painted(WARN, "gap:"),
            reason.id(),
            printable(detail)
        );
    }
    out
}

/// For machines: an array of `{"arn", "file"}`.
pub fn json(written: &[Written]) -> String {
    let lines: Vec<Line<'_>> = written
        .iter()
        .map(|Written { arn, file, .. }| Line { arn, file })
        .collect();
    // Only maps with keys that are not strings can fail, and there are none.
    let mut text = serde_json::to_string_pretty(&lines).unwrap_or_default();
    text.push('\n');
    text
}
