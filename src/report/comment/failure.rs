//! What a comment says where a later run could not judge: the verdict that stood there is not that of the commit.

use super::Context;
use super::headline::{footer, subject};
use crate::report::markdown::{code, message};
use std::fmt::Write as _;

/// The comment of a run that has no verdict.
pub fn failure(error: &str, hint: Option<&str>, context: &Context) -> String {
    let commit = context.commit.as_deref().unwrap_or("the last commit");
    let short: String = commit
        .chars()
        .take(if context.commit.is_some() { 7 } else { 30 })
        .collect();
    let mut out = format!(
        "### ❌ {}could not judge {}\n\nWhat went wrong: {}\n",
        subject(context),
        code(&short),
        message(error)
    );
    if let Some(hint) = hint {
        // Writing to a string cannot fail.
        let _ = write!(out, "\nWhat to do: {}\n", message(hint));
    }
    out.push_str("\nThe verdict that was here was for an earlier commit.\n\n");
    out.push_str(&footer(context));
    out
}
