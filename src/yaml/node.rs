//! A value of a document, with its place and its style.

use std::ops::Range;
use std::sync::Arc;

/// A value and its origin.
///
/// Two nodes are equal if their values and tags are equal, wherever they were written.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where the value comes from.
    pub origin: Origin,
    /// The tag as written, such as `!Sub`.
    pub tag: Option<String>,
    /// How it is written.
    pub style: Style,
    /// Whether the value has an anchor, so that an alias elsewhere may repeat it. The node of an alias is a copy of the
    /// anchored node.
    pub is_anchored: bool,
    /// The value.
    pub value: Value,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// It is written in these bytes of the text.
    Written(Range<usize>),
    /// It was derived from what is written in these bytes.
    Derived {
        /// The bytes.
        from: Range<usize>,
        /// What derived it, in the user's words: `DynamoDBCrudPolicy`, `Tracing: Active`.
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
    /// A block scalar: `|` or `>` and the lines below it.
    Block,
    /// A list or a map in brackets.
    Flow,
    /// A list or a map by indentation.
    Indented,
}

/// The value of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `null`, or nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number: as written, or in decimal if the schema allows other notations.
    Number(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the text.
    Map(Vec<(Key, Node)>),
}

/// A key of a map.
#[derive(Debug, Clone)]
pub struct Key {
    /// The bytes where it is written. For a derived key, the bytes that it was derived from.
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
    /// Creates a key that is written in these bytes.
    pub fn new(text: impl Into<String>, span: Range<usize>) -> Self {
        Self {
            span,
            text: text.into(),
        }
    }
}

impl Node {
    /// Creates a value that is written in these bytes.
    pub fn written(value: Value, span: Range<usize>) -> Self {
        Self {
            origin: Origin::Written(span),
            tag: None,
            style: Style::default(),
            is_anchored: false,
            value,
        }
    }

    /// Creates a value that was derived from what is written in these bytes.
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

    /// Creates a derived text.
    pub fn text_of(text: impl Into<String>, from: &Range<usize>, by: &str) -> Self {
        Self::derived(Value::Text(text.into()), from, by)
    }

    /// Creates a derived list.
    pub fn list_of(items: Vec<Self>, from: &Range<usize>, by: &str) -> Self {
        Self::derived(Value::List(items), from, by)
    }

    /// Creates a derived map.
    pub fn map_of<'k>(
        members: impl IntoIterator<Item = (&'k str, Self)>,
        from: &Range<usize>,
        by: &str,
    ) -> Self {
        let members = members.into_iter();
        let members = members.map(|(key, value)| (Key::new(key, from.clone()), value));
        Self::derived(Value::Map(members.collect()), from, by)
    }

    /// Returns the bytes where it is written, or from which it was derived.
    pub fn span(&self) -> Range<usize> {
        match &self.origin {
            Origin::Written(span) | Origin::Derived { from: span, .. } => span.clone(),
        }
    }

    /// Returns what derived it, or `None` if it is written in the text.
    pub fn by(&self) -> Option<&str> {
        match &self.origin {
            Origin::Written(_) => None,
            Origin::Derived { by, .. } => Some(by),
        }
    }

    /// Returns a node with another value and the same origin, without the tag.
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

    /// Returns the value of a key, if this is a map that has the key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let members = self.members();
        let found = members.iter().find(|(own, _)| own.text == key)?;
        Some(&found.1)
    }

    /// Returns the value of a key for changing it.
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

    /// Sets the value of a key. It does nothing if this is not a map.
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

    /// Removes a key from a map and returns its value.
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

    /// Returns the keys and values of a map. They are empty for any other value.
    pub fn members(&self) -> &[(Key, Self)] {
        match &self.value {
            Value::Map(members) => members,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
                &[]
            }
        }
    }

    /// Returns the key and value of a map with exactly one.
    pub fn only_member(&self) -> Option<(&str, &Self)> {
        match self.members() {
            [(key, value)] => Some((&key.text, value)),
            _ => None,
        }
    }

    /// Returns the elements of a list. Any other value counts as a list of one, and `null` as an empty list.
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

    /// Returns the text of a text value.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => {
                None
            }
        }
    }

    /// Returns a text, number or boolean as text.
    pub fn to_text(&self) -> Option<String> {
        match &self.value {
            Value::Text(text) | Value::Number(text) => Some(text.clone()),
            Value::Bool(is_true) => Some(is_true.to_string()),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// Returns the value of a boolean, or of the text `true` or `false` in any case.
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
