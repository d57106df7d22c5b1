//! A value of a document, where it was written, and how.

use std::ops::Range;
use std::sync::Arc;

/// A value and where it comes from.
///
/// Two nodes are equal where their values are, wherever they were written.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where it comes from.
    pub origin: Origin,
    /// The tag as written, such as `!Sub`, where it has one.
    pub tag: Option<String>,
    /// How it is written.
    pub style: Style,
    /// Whether an anchor names it, so that an alias elsewhere may stand for it; an alias has what its anchor names.
    pub is_anchored: bool,
    /// The value.
    pub value: Value,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// It stands in these bytes of the text.
    Written(Range<usize>),
    /// Something made it of what stands in these bytes.
    Derived {
        /// The bytes.
        from: Range<usize>,
        /// What made it, in a user's words: `DynamoDBCrudPolicy`, `Tracing: Active`.
        by: Arc<str>,
    },
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// A word without quotes.
    #[default]
    Plain,
    /// `'text'`.
    SingleQuoted,
    /// `"text"`.
    DoubleQuoted,
    /// `|` or `>` and lines below it.
    Block,
    /// A list or a map in brackets.
    Flow,
    /// A list or a map by indentation.
    Indented,
}

/// What a document can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number: as written, or in decimal where the schema knows other notations.
    Number(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order written.
    Map(Vec<(Key, Node)>),
}

/// A key of a map.
#[derive(Debug, Clone)]
pub struct Key {
    /// The bytes where it stands; of a key that something made, those that it was made of.
    pub span: Range<usize>,
    /// Its text.
    pub text: String,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.tag == other.tag && self.value == other.value
    }
}

impl Eq for Node {}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Key {}

impl Key {
    /// A key that stands in these bytes.
    pub fn new(text: impl Into<String>, span: Range<usize>) -> Self {
        Self {
            span,
            text: text.into(),
        }
    }
}

impl Node {
    /// A value that stands in these bytes.
    pub fn written(value: Value, span: Range<usize>) -> Self {
        Self {
            origin: Origin::Written(span),
            tag: None,
            style: Style::default(),
            is_anchored: false,
            value,
        }
    }

    /// A value that something made of what stands in these bytes.
    ///
    /// ```
    /// use aws_least_privilege::yaml::{Node, Value};
    ///
    /// let made = Node::derived(Value::Text("*".into()), &(3..8), "S3ReadPolicy");
    /// assert_eq!((made.span(), made.by()), (3..8, Some("S3ReadPolicy")));
    /// ```
    pub fn derived(value: Value, from: &Range<usize>, by: &str) -> Self {
        Self {
            origin: Origin::Derived {
                from: from.clone(),
                by: by.into(),
            },
            tag: None,
            style: Style::default(),
            is_anchored: false,
            value,
        }
    }

    /// Text that something made of what stands in these bytes.
    pub fn text_of(text: impl Into<String>, from: &Range<usize>, by: &str) -> Self {
        Self::derived(Value::Text(text.into()), from, by)
    }

    /// A list that something made of what stands in these bytes.
    pub fn list_of(items: Vec<Self>, from: &Range<usize>, by: &str) -> Self {
        Self::derived(Value::List(items), from, by)
    }

    /// A map that something made of what stands in these bytes.
    pub fn map_of<'k>(
        members: impl IntoIterator<Item = (&'k str, Self)>,
        from: &Range<usize>,
        by: &str,
    ) -> Self {
        let members = members.into_iter();
        let members = members.map(|(key, value)| (Key::new(key, from.clone()), value));
        Self::derived(Value::Map(members.collect()), from, by)
    }

    /// The bytes where it stands, or of which it was made.
    pub fn span(&self) -> Range<usize> {
        match &self.origin {
            Origin::Written(span) | Origin::Derived { from: span, .. } => span.clone(),
        }
    }

    /// What made it, where it does not stand in the text.
    pub fn by(&self) -> Option<&str> {
        match &self.origin {
            Origin::Written(_) => None,
            Origin::Derived { by, .. } => Some(by),
        }
    }

    /// The same value from somewhere else.
    #[must_use]
    pub fn with_value(&self, value: Value) -> Self {
        Self {
            origin: self.origin.clone(),
            tag: None,
            style: self.style,
            is_anchored: self.is_anchored,
            value,
        }
    }

    /// The value of a key, where this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let members = self.members();
        let found = members.iter().find(|(own, _)| own.text == key)?;
        Some(&found.1)
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        match &mut self.value {
            Value::Map(members) => {
                let found = members.iter_mut().find(|(own, _)| own.text == key)?;
                Some(&mut found.1)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
                None
            }
        }
    }

    /// Gives a key a value, in the place of the one it has; of no effect on what is no map.
    pub fn set(&mut self, key: &str, value: Self) {
        if let Some(old) = self.get_mut(key) {
            *old = value;
            return;
        }
        let span = value.span();
        if let Value::Map(members) = &mut self.value {
            members.push((Key::new(key, span), value));
        }
    }

    /// Takes a key and its value out of a map.
    pub fn take(&mut self, key: &str) -> Option<Self> {
        match &mut self.value {
            Value::Map(members) => {
                let place = members.iter().position(|(own, _)| own.text == key)?;
                Some(members.remove(place).1)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
                None
            }
        }
    }

    /// Its keys and values, where this is a map.
    pub fn members(&self) -> &[(Key, Self)] {
        match &self.value {
            Value::Map(members) => members,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
                &[]
            }
        }
    }

    /// The one key and value of a map with one.
    pub fn only_member(&self) -> Option<(&str, &Self)> {
        match self.members() {
            [(key, value)] => Some((&key.text, value)),
            _ => None,
        }
    }

    /// The elements of a list, or the one value that stands for a list of one; none of nothing.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            Value::Null => &[],
            Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Map(_) => {
                std::slice::from_ref(self)
            }
        }
    }

    /// Whether it is a map.
    pub fn is_map(&self) -> bool {
        matches!(self.value, Value::Map(_))
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self.value, Value::List(_))
    }

    /// Its text, where it is text.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => {
                None
            }
        }
    }

    /// What it is as text: itself, its digits, `true` or `false`.
    pub fn to_text(&self) -> Option<String> {
        match &self.value {
            Value::Text(text) | Value::Number(text) => Some(text.clone()),
            Value::Bool(is_true) => Some(is_true.to_string()),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// Its truth, where it has one: a truth value, or the word for it.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.value {
            Value::Bool(is_true) => Some(*is_true),
            Value::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            Value::Text(_) | Value::Null | Value::Number(_) | Value::List(_) | Value::Map(_) => {
                None
            }
        }
    }
}
