//! Edits the statements of a policy in the text that contains them: hand-written YAML, or JSON.
//!
//! It knows how lists, maps and scalars are laid out, and of policies only the names of a statement's elements. What stays
//! keeps its bytes, comments and quotes; what is new is written like its neighbors. A comment beside a removed entry is
//! removed too. A comment above it stays, because it may be about the entries below. What cannot be edited in this way is
//! refused with a reason. The caller must read the edited text again: only that proves the edits right.

mod brackets;
mod document;
mod items;
mod lines;
mod statements;
mod words;

#[cfg(test)]
mod tests;

pub use document::instead;
pub use statements::{Fate, Statements, Wanted, without};

use crate::yaml::{Node, Value};

/// Reads and writes the values of a text.
pub trait Language {
    /// The texts that an element of a list stands for: one, several, or none. `None` if that is not known.
    fn reads(&self, element: &Node) -> Option<Vec<String>>;

    /// How a text is written here, in a statement that has `beside`. `None` if it is written as itself.
    ///
    /// # Errors
    ///
    /// If the text cannot be written here.
    fn writes(
        &self,
        text: &str,
        beside: Option<&Node>,
        place: Place,
    ) -> Result<Option<String>, Refused>;
}

/// Where a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Behind a dash.
    Item,
    /// Behind a key, outside of brackets.
    Value,
    /// Within brackets.
    Flow,
    /// In JSON.
    Json,
}

/// The language of policy files, in which a text stands for itself.
#[derive(Debug, Clone, Copy)]
pub struct Plain;

impl Language for Plain {
    fn reads(&self, element: &Node) -> Option<Vec<String>> {
        match &element.value {
            Value::Text(text) if element.tag.is_none() => Some(vec![text.clone()]),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Map(_) => None,
        }
    }

    fn writes(&self, _: &str, _: Option<&Node>, _: Place) -> Result<Option<String>, Refused> {
        Ok(None)
    }
}

/// Why a text is not edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is an anchor or an alias.
    #[error("it has an anchor or an alias, so that one text stands in several places")]
    Anchor,
    /// There is a merge key (`<<`).
    #[error("it has a merge key (`<<`), so that some of it stands elsewhere")]
    Merge,
    /// There is a tab in the YAML.
    #[error("it has tabs")]
    Tab,
    /// An entry stands for several texts, of which only some are to be removed.
    #[error("one entry of it has several values, and only some of them should go")]
    Partly,
    /// It is not known what an entry stands for.
    #[error("the value of an entry of it is not known")]
    Unknown,
    /// A text would name an account.
    #[error("it would name an account, which is another one wherever the template is deployed")]
    Account,
    /// A part of a text is known only after deployment.
    #[error(
        "the value is known only after deployment: write the statement by hand, and keep the reference that is there now"
    )]
    Symbol,
    /// Texts that are the same here may differ elsewhere.
    #[error(
        "the value is right for this stack and may differ in another: write the statement by hand, and keep the reference that is there now"
    )]
    Stages,
    /// A comment stands in brackets where it belongs to no entry.
    #[error("it has a comment inside brackets")]
    Comment,
    /// These edits do not know the layout.
    #[error("it is written in a way that this tool does not edit")]
    Layout,
}
