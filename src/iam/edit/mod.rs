//! Edits of a text as lists of ranges to replace, made so that nothing else of the text changes.
//!
//! Knows JSON's commas and how people lay lists out, and nothing of policies: what is to go and what is to come instead, the
//! caller says. The text must be JSON that was read before, so that between two elements there is nothing but white space
//! and one comma.

pub mod host;
mod layout;
mod list;

pub use layout::{Layout, Member};
pub use list::{Change, List};

use std::ops::Range;

/// Bytes of a text, and what is to stand in their place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Replacement {
    /// First byte that goes.
    pub start: usize,
    /// Byte after the last one that goes; where it is `start`, text is added.
    pub end: usize,
    /// What comes instead.
    pub text: String,
}

impl Replacement {
    /// Puts text in the place of a range.
    pub fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            start: range.start,
            end: range.end,
            text: text.into(),
        }
    }

    /// Adds text before a byte.
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::new(at..at, text)
    }
}

/// The text with all replacements made; `None` where two of them overlap or one is no range of the text.
///
/// Of replacements that begin at the same byte, those that only add come first, in the order given.
///
/// ```
/// use aws_least_privilege::iam::edit::{Replacement, apply};
///
/// let edits = [Replacement::new(4..7, "c"), Replacement::insert(4, "b "), Replacement::new(0..1, "A")];
/// assert_eq!(apply("a 1 two", &edits).as_deref(), Some("A 1 b c"));
/// assert_eq!(apply("a 1 two", &[Replacement::new(0..5, ""), Replacement::new(4..7, "")]), None);
/// ```
pub fn apply(text: &str, replacements: &[Replacement]) -> Option<String> {
    let mut ordered: Vec<&Replacement> = replacements.iter().collect();
    ordered.sort_by_key(|own| (own.start, own.end));
    let mut edited = String::with_capacity(text.len());
    let mut from = 0;
    for replacement in ordered {
        edited.push_str(text.get(from..replacement.start)?);
        edited.push_str(&replacement.text);
        text.get(replacement.start..replacement.end)?;
        from = replacement.end;
    }
    edited.push_str(text.get(from..)?);
    Some(edited)
}

#[cfg(test)]
mod tests;
