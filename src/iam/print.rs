//! Prints policy documents that this tool generates: pretty JSON in a stable order. Also measures their size as IAM counts
//! it.
//!
//! It prints what it is given; [`merge`](super::merge) merges and splits. Documents that people wrote are edited in place
//! and never printed anew.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Action, Version};

/// The most characters of a managed policy, without white space:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
pub const MANAGED_POLICY_SIZE: usize = 6_144;

/// The most characters of all inline policies of a role together, without white space:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
pub const ROLE_INLINE_POLICIES_SIZE: usize = 10_240;

/// One `Allow` statement that grants every action on every resource of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct GeneratedStatement {
    /// The `Sid`, if the statement gets one.
    pub sid: Option<String>,
    /// The actions.
    pub actions: BTreeSet<Action>,
    /// The resources, as text of the current policy version. [`Glob`](super::Glob) writes such text.
    pub resources: BTreeSet<String>,
}

/// The JSON with the usual line breaks and indentation, and with every token in its order. `None` if its brackets do not
/// match.
///
/// ```
/// use aws_least_privilege::iam::print::laid_out;
///
/// let text = r#"{"a":["b, {c}",{}],"d":1}"#;
/// let expected = "{\n  \"a\": [\n    \"b, {c}\",\n    {}\n  ],\n  \"d\": 1\n}\n";
/// assert_eq!(laid_out(text).as_deref(), Some(expected));
/// assert_eq!(laid_out("]"), None);
/// ```
pub fn laid_out(json: &str) -> Option<String> {
    let mut out = String::with_capacity(json.len() * 2);
    let mut depth: usize = 0;
    let mut letters = json.trim().chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {
                out.push(letter);
                let mut is_escaped = false;
                for letter in letters.by_ref() {
                    out.push(letter);
                    match letter {
                        '"' if !is_escaped => break,
                        '\\' => is_escaped = !is_escaped,
                        _ => is_escaped = false,
                    }
                }
            }
            '{' | '[' => {
                out.push(letter);
                while letters.next_if(char::is_ascii_whitespace).is_some() {}
                if let Some(end) = letters.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(end);
                } else {
                    depth += 1;
                    break_line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.checked_sub(1)?;
                break_line(&mut out, depth);
                out.push(letter);
            }
            ',' => {
                out.push(letter);
                break_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            space if space.is_ascii_whitespace() => {}
            other => out.push(other),
        }
    }
    out.push('\n');
    (depth == 0).then_some(out)
}

fn break_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
}

/// The policy document of these statements in the given order, with a final line break. A `description` becomes a first
/// element `Description`. IAM does not have that element, so it must be removed before the policy is attached.
///
/// ```
/// use aws_least_privilege::iam::print::{GeneratedStatement, document};
///
/// let read = GeneratedStatement {
///     sid: None,
///     actions: ["s3:GetObject".parse()?].into(),
///     resources: ["arn:aws:s3:::bucket/*".to_owned()].into(),
/// };
/// let expected = r#"{
///   "Version": "2012-10-17",
///   "Statement": [
///     {
///       "Effect": "Allow",
///       "Action": [
///         "s3:GetObject"
///       ],
///       "Resource": [
///         "arn:aws:s3:::bucket/*"
///       ]
///     }
///   ]
/// }
/// "#;
/// assert_eq!(document(&[read], None), expected);
/// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
/// ```
pub fn document(statements: &[GeneratedStatement], description: Option<&str>) -> String {
    let document = Document {
        description,
        version: Version::V2012.name(),
        statements: statements.iter().map(Statement::of).collect(),
    };
    let mut text = json(serde_json::to_string_pretty(&document));
    text.push('\n');
    text
}

/// The number of characters of a document as IAM's quotas count them: without white space between its elements.
///
/// ```
/// use aws_least_privilege::iam::print::size_without_whitespace;
///
/// assert_eq!(size_without_whitespace("{ \"Sid\":\n  \"a b\" }"), 13);
/// ```
pub fn size_without_whitespace(document: &str) -> usize {
    let (mut size, mut in_string, mut escaped) = (0, false, false);
    for character in document.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            _ => {}
        }
        size += usize::from(in_string || !character.is_whitespace());
    }
    size
}

/// The number of characters that a statement adds to a document, without white space and without the comma behind it.
pub(super) fn statement_size(statement: &GeneratedStatement) -> usize {
    json(serde_json::to_string(&Statement::of(statement)))
        .chars()
        .count()
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "Description", skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(rename = "Version")]
    version: &'static str,
    #[serde(rename = "Statement")]
    statements: Vec<Statement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
    effect: &'static str,
    action: Vec<String>,
    resource: &'a BTreeSet<String>,
}

impl<'a> Statement<'a> {
    fn of(statement: &'a GeneratedStatement) -> Self {
        Self {
            sid: statement.sid.as_deref(),
            effect: "Allow",
            action: statement.actions.iter().map(ToString::to_string).collect(),
            resource: &statement.resources,
        }
    }
}

#[expect(
    clippy::expect_used,
    reason = "JSON of strings and lists has no way to fail"
)]
fn json(written: serde_json::Result<String>) -> String {
    written.expect("strings and lists are JSON")
}
