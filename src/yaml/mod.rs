//! Trees of YAML and JSON, where each element knows where it is written or what it was made of.

use std::ops::Range;
use std::sync::Arc;

/// Bytes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Byte after the last one.
    pub end: usize,
}

impl Span {
    /// The bytes, to index the text with.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// Where an element comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// It is written there.
    Written(Span),
    /// It was made of what is written there.
    Derived {
        /// What it was made of.
        from: Span,
        /// By what: `SAM policy template DynamoDBCrudPolicy`.
        by: Arc<str>,
    },
}

/// An element of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Where it comes from.
    pub origin: Origin,
    /// What it is.
    pub value: Value,
}

/// A key of a map and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Where it is written.
    pub span: Span,
    /// Its text.
    pub text: String,
}

/// What an element is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number as it is written.
    Number(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order in which it is written.
    Map(Vec<(Key, Node)>),
}

impl Node {
    /// An element that is written.
    pub fn written(span: Span, value: Value) -> Self {
        Self {
            origin: Origin::Written(span),
            value,
        }
    }

    /// An element that was made of what is written elsewhere.
    pub fn derived(value: Value, from: Span, by: &Arc<str>) -> Self {
        Self {
            origin: Origin::Derived {
                from,
                by: Arc::clone(by),
            },
            value,
        }
    }

    /// Where it is written, or what it was made of.
    pub fn span(&self) -> Span {
        match self.origin {
            Origin::Written(span) | Origin::Derived { from: span, .. } => span,
        }
    }
}
