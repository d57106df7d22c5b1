//! A policy's statements edited in the text that they stand in: YAML as people write it, or JSON.
//!
//! Knows how lists, maps and scalars are laid out, and of policies no more than the names of a statement's elements. What stays
//! keeps its bytes, its comments and its quotes; what is new is written as its neighbours are. A comment beside an entry goes with
//! it, one above it stays, for it may speak of those below. What cannot be edited so is refused with a reason. The caller reads
//! the edited text again: these edits are right as far as that says so.

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

/// How the values of a text are read and written.
pub trait Language {
    /// What an element of a list stands for: one text, several, or none at all; nothing where nobody can tell.
    fn reads(&self, element: &Node) -> Option<Vec<String>>;

    /// A text as it is written here; nothing where it is written as itself.
    ///
    /// # Errors
    ///
    /// What cannot be written here.
    fn writes(&self, text: &str, place: Place) -> Result<Option<String>, Refused>;
}

/// Where something is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Behind a dash.
    Item,
    /// Behind a key, not within brackets.
    Value,
    /// Within brackets.
    Flow,
    /// In JSON.
    Json,
}

/// Texts that stand for themselves, as in a policy file.
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

    fn writes(&self, _: &str, _: Place) -> Result<Option<String>, Refused> {
        Ok(None)
    }
}

/// Why a text is not edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// An anchor or an alias.
    #[error("it has an anchor or an alias, so that one text stands in several places")]
    Anchor,
    /// `<<`.
    #[error("it has a merge key (`<<`), so that some of it stands elsewhere")]
    Merge,
    /// A tab in YAML.
    #[error("it has tabs")]
    Tab,
    /// An entry that is several, of which only some go.
    #[error("one entry of it stands for several, and only some of them should go")]
    Partly,
    /// An entry of which nobody knows what it is.
    #[error("nobody can tell what an entry of it stands for")]
    Unknown,
    /// A text that would name an account.
    #[error("it would name an account, which is another one wherever the template is deployed")]
    Account,
    /// A text of which a part is known once it is deployed.
    #[error("what should stand there is known only once it is deployed")]
    Symbol,
    /// A layout that these edits do not know.
    #[error("it is written in a way that this tool does not edit")]
    Layout,
}
