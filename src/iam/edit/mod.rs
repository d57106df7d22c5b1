//! Edits a text with a list of ranges to replace, so that nothing else of the text changes.
//!
//! It knows JSON's commas and how people lay out lists, and nothing about policies: the caller says what to remove and what
//! to write instead. The text must be JSON that was parsed before, so that between two elements there is only white space
//! and one comma.

pub mod host;
mod layout;
mod list;

pub use layout::{Layout, Member};
pub use list::{Change, List};

use std::ops::Range;

/// A range of bytes of a text, and the text that replaces it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Replacement {
    /// The first byte to replace.
    pub start: usize,
    /// The byte after the last one to replace. If it equals `start`, text is only added.
    pub end: usize,
    /// The new text.
    pub text: String,
}

impl Replacement {
    /// Replaces a range with a text.
    pub fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        Self {
            start: range.start,
            end: range.end,
            text: text.into(),
        }
    }

    /// Adds a text before a byte.
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self::new(at..at, text)
    }
}

/// The text with all replacements made. `None` if two of them overlap or if one is not a range of the text.
///
/// If several replacements begin at the same byte, those that only add come first, in the order given.
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
