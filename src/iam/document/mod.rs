//! Reads policy documents: JSON as people write it and AWS accepts it, with the place of every element.
//!
//! The source text is kept, so that an edit is a list of ranges to replace. This module reads what the text means and does
//! not judge it. Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.

mod arns;
mod conditions;
mod elements;
mod envelope;
mod error;
mod foreign;
mod hosted;
mod identity;
mod json;
mod placeholder;
mod read;
mod yaml;

pub use envelope::decode;
pub use error::{PolicyError, PolicyProblem};
pub use foreign::Foreign;
pub use hosted::Hosted;

use std::fmt;
use std::sync::Arc;

use super::{Span, Spanned, Statement, Version};
use elements::shortened;
use read::Reading;

/// The most bytes of a document. AWS's largest quota is a fiftieth of it.
pub const MAX_BYTES: usize = 1 << 20;

/// The most levels of nested objects and arrays. The grammar needs six.
pub const MAX_DEPTH: usize = 32;

/// The most characters of one element of `Action` or `Resource`. IAM accepts no longer ARN.
pub const MAX_ELEMENT_CHARS: usize = 2048;

/// Something that AWS accepts and that the user should know: text that never matches, an old version, ...
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What was found.
    pub message: String,
    /// Its place.
    pub span: Span,
    /// Whether AWS does not document what the text means, so that the widest reading is used.
    pub is_doubt: bool,
}

/// The format of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Syntax {
    /// JSON. It can be edited in place.
    #[default]
    Json,
    /// YAML. It is only read.
    Yaml,
    /// JSON inside a string of a JSON file. It is only read.
    Encoded,
    /// Policies inside a template. They are only read.
    Template,
}

/// A policy document: its statements, and the text they were read from.
///
/// ```
/// use aws_least_privilege::iam::PolicyDocument;
///
/// let text = r#"{"Version": "2012-10-17", "Statement":
///     {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}}"#;
/// let policy = PolicyDocument::parse(text, "policy.json")?;
/// let action = &policy.statements[0].actions.patterns()[0];
/// assert_eq!(action.line(), 2);
/// assert_eq!(&policy.source[action.span.range()], "\"s3:GetObject\"");
///
/// let wrong = PolicyDocument::parse(&text.replace("Action", "Actoin"), "policy.json").unwrap_err();
/// assert_eq!(wrong.to_string(), "`policy.json` line 2, column 25: unknown element `Actoin`");
/// assert_eq!(wrong.hint(), Some("did you mean `Action`?".to_owned()));
/// # Ok::<(), aws_least_privilege::iam::PolicyError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyDocument {
    /// The name of the document: a path, or a policy's name or ARN.
    pub name: String,
    /// The text that it was read from. All spans are ranges of it.
    pub source: String,
    /// The format of the text.
    pub syntax: Syntax,
    /// The version of the policy language.
    pub version: Version,
    /// The `Id`, if there is one.
    pub id: Option<String>,
    /// The `Description` that this tool and its predecessor add to generated policies. IAM does not have that element.
    pub description: Option<Spanned<String>>,
    /// The statements in the order written.
    pub statements: Vec<Statement>,
    /// The place of the value of `Statement`: an array, or a single statement.
    pub statements_span: Span,
    /// What AWS accepts and the user should know, in the order written.
    pub notes: Vec<Note>,
    /// The content as JSON, for a document in a template, if JSON can express it.
    pub json: Option<Arc<str>>,
    /// Where a response of IAM says that this version of the policy is not the default one, which alone is in force.
    pub not_in_force: Option<Span>,
}

impl PolicyDocument {
    /// Reads a document, or the output of `aws iam get-role-policy` and `get-policy-version`. Errors and findings use
    /// `name`, which is usually the path. Resource policies and policies of organizations can be read too.
    ///
    /// # Errors
    ///
    /// If the text is not JSON, has something that IAM's grammar does not have, is too large or too deep, or is a file of
    /// another kind. The error has a line and column, and names the other kind.
    pub fn parse(text: &str, name: impl Into<String>) -> Result<Self, PolicyError> {
        read::document(text, name.into(), Syntax::Json, Reading::Written)
    }

    /// Reads a document that AWS stores and has therefore accepted. Anything that this reader does not know becomes a note
    /// and is read as granting as much as possible.
    ///
    /// ```
    /// use aws_least_privilege::iam::PolicyDocument;
    ///
    /// let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Newer": 1}}"#;
    /// assert!(PolicyDocument::parse(text, "role/inline").is_err());
    /// let kept = PolicyDocument::parse_kept(text, "role/inline")?;
    /// assert_eq!((kept.statements.len(), kept.notes.len()), (1, 1));
    /// # Ok::<(), aws_least_privilege::iam::PolicyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the text is not JSON, is too large or too deep, or cannot be read at all.
    pub fn parse_kept(text: &str, name: impl Into<String>) -> Result<Self, PolicyError> {
        read::document(text, name.into(), Syntax::Json, Reading::Kept)
    }

    /// Returns the document if IAM would accept it as a permissions policy of a role, user or group.
    ///
    /// Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.
    ///
    /// ```
    /// use aws_least_privilege::iam::PolicyDocument;
    ///
    /// let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
    ///     "Principal": {"Service": "lambda.amazonaws.com"}}}"#;
    /// let refused = PolicyDocument::parse(text, "trust.json")?.of_identity().unwrap_err();
    /// assert_eq!(refused.to_string(), "`trust.json` line 2, column 18: this is a trust policy: it says who may assume a role");
    /// # Ok::<(), aws_least_privilege::iam::PolicyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If it has something that IAM refuses in such a policy: a `Principal`, resources that are not ARNs, actions without a
    /// service, other characters in a `Sid`, or empty lists. Also if it has placeholders that were not replaced.
    pub fn of_identity(self) -> Result<Self, PolicyError> {
        match identity::refused(&self) {
            None => Ok(self),
            Some((span, problem)) => Err(PolicyError::new(&self.name, span, problem)),
        }
    }

    /// The statements that IAM would refuse in a permissions policy, each by its index with the problem.
    pub fn refused_statements(&self) -> Vec<(usize, PolicyError)> {
        let found = identity::refused_statements(self).into_iter();
        found
            .map(|(index, (span, problem))| (index, PolicyError::new(&self.name, span, problem)))
            .collect()
    }

    /// Reads a document written in YAML. It has the same elements, and its places are places in the YAML.
    ///
    /// ```
    /// use aws_least_privilege::iam::PolicyDocument;
    ///
    /// let text = "Version: 2012-10-17\nStatement:\n  Effect: Allow\n  Action: s3:GetObject\n  Resource: '*'\n";
    /// let policy = PolicyDocument::parse_yaml(text, "policy.yaml")?;
    /// assert_eq!(policy.statements[0].actions.patterns()[0].line(), 4);
    /// # Ok::<(), aws_least_privilege::iam::PolicyError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If [`parse`](Self::parse) would refuse the content, if the text is not YAML, or if it has aliases, tags or a second
    /// document.
    pub fn parse_yaml(text: &str, name: impl Into<String>) -> Result<Self, PolicyError> {
        read::document(text, name.into(), Syntax::Yaml, Reading::Written)
    }

    /// The same document in JSON. A JSON document is returned as it is, an encoded one is decoded, and for YAML new JSON is
    /// written. `None` if the result cannot be read again.
    ///
    /// ```
    /// use aws_least_privilege::iam::PolicyDocument;
    ///
    /// let yaml = "Statement:\n  - {Effect: Allow, Action: [s3:GetObject], Resource: '*'} # all\n";
    /// let json = PolicyDocument::parse_yaml(yaml, "policy.yaml")?.as_json().unwrap();
    /// assert!(json.source.contains("\n      \"Action\": [\n        \"s3:GetObject\"\n      ]"));
    /// # Ok::<(), aws_least_privilege::iam::PolicyError>(())
    /// ```
    pub fn as_json(&self) -> Option<Self> {
        match self.syntax {
            Syntax::Json => Some(self.clone()),
            Syntax::Yaml => Self::parse(&yaml::as_json(&self.source)?, self.name.clone()).ok(),
            Syntax::Encoded => Self::parse(&read::encoded(&self.source)?, self.name.clone()).ok(),
            Syntax::Template => {
                let json = self.parse_next(self.json.as_deref()?, Some).ok()?;
                (json.statements.len() == self.statements.len()).then_some(json)
            }
        }
    }

    /// Reads a text that replaces this document's text, and keeps what is known about its statements besides the text. `old`
    /// returns which statement each new one was; if it returns `None`, nothing is kept for that statement.
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Self::parse).
    pub fn parse_next(
        &self,
        text: &str,
        old: impl Fn(usize) -> Option<usize>,
    ) -> Result<Self, PolicyError> {
        let mut new = Self::parse(text, self.name.clone())?;
        for statement in &mut new.statements {
            let own = old(statement.index).and_then(|place| self.statements.get(place));
            if let Some(own) = own {
                statement.place.clone_from(&own.place);
                statement.made_by.clone_from(&own.made_by);
            }
        }
        Ok(new)
    }
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Span { line, column, .. } = self.span;
        write!(formatter, "line {line}, column {column}: {}", self.message)
    }
}

#[cfg(test)]
mod tests;
