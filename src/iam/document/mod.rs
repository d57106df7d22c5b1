//! Policy documents: JSON as people write it and AWS accepts it, with where every element stands.
//!
//! The source text is kept, so that an edit is a list of ranges to replace. Says what the text means, not whether it is a
//! good idea. Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.

mod arns;
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

/// Bytes that a document may have; AWS's largest quota is a fiftieth of it.
pub const MAX_BYTES: usize = 1 << 20;

/// Objects and arrays within each other that a document may have; the grammar needs six.
pub const MAX_DEPTH: usize = 32;

/// Characters that one element of `Action` or `Resource` may have: IAM takes no longer ARN.
pub const MAX_ELEMENT_CHARS: usize = 2048;

/// Something that AWS accepts and that is worth knowing: text that never matches, an old version, ...
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What was found.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Whether AWS does not say what the text means, so that the widest reading is taken.
    pub is_doubt: bool,
}

/// What a document is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Syntax {
    /// JSON, which can be edited in place.
    #[default]
    Json,
    /// YAML, which is only read.
    Yaml,
    /// JSON inside a string of a JSON file, which is only read.
    Encoded,
    /// Policies inside a template, which is only read.
    Template,
}

/// A policy document, its statements and the text they were read from.
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
    /// What the document is called: a path, or a policy's name or ARN.
    pub name: String,
    /// The text that it was read from; all spans are ranges of it.
    pub source: String,
    /// What the text is written in.
    pub syntax: Syntax,
    /// Version of the language that it is written in.
    pub version: Version,
    /// `Id`, where it has one.
    pub id: Option<String>,
    /// The `Description` that this tool and its predecessor write into what they generate. No element of IAM's.
    pub description: Option<Spanned<String>>,
    /// Statements in the order written.
    pub statements: Vec<Statement>,
    /// Where the value of `Statement` stands: an array, or the one statement.
    pub statements_span: Span,
    /// What AWS accepts and is worth knowing, in the order written.
    pub notes: Vec<Note>,
    /// What it says as JSON, where it stands in a template and can be said so.
    pub json: Option<Arc<str>>,
}

impl PolicyDocument {
    /// Reads a document, or the one in what `aws iam get-role-policy` and `get-policy-version` print; `name` is what errors and
    /// findings call it, usually its file's path. The policies of resources and organisations read too.
    ///
    /// # Errors
    ///
    /// What is not JSON, what IAM's grammar does not have, what is too large or too deep, with its line and column, and files of
    /// other kinds, by what they are.
    pub fn parse(text: &str, name: impl Into<String>) -> Result<Self, PolicyError> {
        read::document(text, name.into(), Syntax::Json, Reading::Written)
    }

    /// Reads a document that AWS keeps, and has therefore accepted: what this reader does not know is noted and read in the sense
    /// that grants most.
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
    /// What is not JSON, too large or too deep, and what no reading can be given.
    pub fn parse_kept(text: &str, name: impl Into<String>) -> Result<Self, PolicyError> {
        read::document(text, name.into(), Syntax::Json, Reading::Kept)
    }

    /// The document, if IAM would take it for a permissions policy: what a role, a user or a group is given.
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
    /// What IAM refuses in such a policy: a `Principal`, resources that are no ARN, actions without a service, `Sid`s of other
    /// characters, empty lists; and placeholders that are not filled in.
    pub fn of_identity(self) -> Result<Self, PolicyError> {
        match identity::refused(&self) {
            None => Ok(self),
            Some((span, problem)) => Err(PolicyError::new(&self.name, span, problem)),
        }
    }

    /// Reads a document written in YAML: the same elements, and places that are places in the YAML.
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
    /// What [`parse`](Self::parse) refuses, what is not YAML, and aliases, tags and second documents.
    pub fn parse_yaml(text: &str, name: impl Into<String>) -> Result<Self, PolicyError> {
        read::document(text, name.into(), Syntax::Yaml, Reading::Written)
    }

    /// The same document written in JSON: itself where it is JSON, the text inside its string, or what its YAML stands for, laid
    /// out anew. `None` where that cannot be read again.
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

    /// Reads the text that comes in the place of this one: what is known of a statement beside its text is known of the new one too.
    /// `old` says which statement each of the new ones was; of those that it does not know, nothing is.
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
