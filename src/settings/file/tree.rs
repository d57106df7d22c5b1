//! YAML as a tree with the place of every value and key, bounded before anything recurses.
//!
//! Follows YAML 1.2: unquoted `true`, `null` and whole numbers are such, everything else is text, `2027-01-31` and `yes` too.
//! Anchors, aliases, tags and a second document are refused: a configuration says what it means where it says it.

use super::error::{ConfigError, Place, Problem};
use granit_parser::{Event, Parser, ScalarStyle, Span};

/// The most bytes that a configuration may have.
pub const MAX_BYTES: usize = 256 << 10;

/// Lists and maps that may lie within each other; a configuration has four.
pub const MAX_DEPTH: usize = 16;

/// A value and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Truth(bool),
    /// As written.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A key of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) place: Place,
    pub(super) text: String,
}

/// Reads the one document of a text; nothing where it has none.
pub(super) fn parse(text: &str, file: &str) -> Result<Option<Node>, ConfigError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let wrong = |place, problem| ConfigError::new(file, place, problem);
    if text.len() > MAX_BYTES {
        return Err(wrong(Place::START, Problem::TooLarge));
    }
    let mut tree = Tree::default();
    let options = granit_parser::options! { emit_anchor_events: true };
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.map_err(|error| {
            let place = Place::new(error.marker().line(), error.marker().col());
            wrong(place, Problem::NotYaml(error.info()))
        })?;
        tree.take(event, span)
            .map_err(|(place, problem)| wrong(place, problem))?;
    }
    Ok(tree.root)
}

type Found = (Place, Problem);

enum Open {
    List(Place, Vec<Node>),
    /// With the key that waits for its value.
    Map(Place, Vec<(Key, Node)>, Option<Key>),
}

#[derive(Default)]
struct Tree {
    open: Vec<Open>,
    root: Option<Node>,
}

impl Tree {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Found> {
        let begins = span.tag_start().unwrap_or(span.start);
        let place = Place::new(begins.line(), begins.col());
        let refuse = |what| Err((place, Problem::Refused(what)));
        match event {
            Event::Anchor(..) => refuse("an anchor"),
            Event::Scalar(_, _, _, Some(_))
            | Event::SequenceStart(_, _, Some(_))
            | Event::MappingStart(_, _, Some(_)) => refuse("a tag"),
            Event::Alias(_) => refuse("an alias"),
            Event::DocumentStart(..) if self.root.is_some() => refuse("a second document"),
            Event::Scalar(text, style, _, None) => {
                let value = match style {
                    ScalarStyle::Plain => plain(&text),
                    ScalarStyle::SingleQuoted
                    | ScalarStyle::DoubleQuoted
                    | ScalarStyle::Literal
                    | ScalarStyle::Folded => Value::Text(text.into_owned()),
                };
                self.add(Node { place, value })
            }
            Event::SequenceStart(_, _, None) => self.begin(Open::List(place, Vec::new()), place),
            Event::MappingStart(_, _, None) => {
                self.begin(Open::Map(place, Vec::new(), None), place)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            // The marks between documents, and what the parser was not asked for.
            Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(..)
            | Event::DocumentEnd
            | Event::UnresolvedAlias(_)
            | _ => Ok(()),
        }
    }

    fn begin(&mut self, open: Open, place: Place) -> Result<(), Found> {
        if let Some(Open::Map(_, _, None)) = self.open.last() {
            return Err((place, Problem::Refused("a key that is no text")));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err((place, Problem::TooDeep));
        }
        self.open.push(open);
        Ok(())
    }

    fn end(&mut self) -> Result<(), Found> {
        match self.open.pop() {
            None => Ok(()),
            Some(Open::List(place, items)) => self.add(Node {
                place,
                value: Value::List(items),
            }),
            Some(Open::Map(place, members, _)) => self.add(Node {
                place,
                value: Value::Map(members),
            }),
        }
    }

    fn add(&mut self, node: Node) -> Result<(), Found> {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, members, waiting)) => match waiting.take() {
                Some(key) => members.push((key, node)),
                None => *waiting = Some(key(node, members)?),
            },
        }
        Ok(())
    }
}

fn key(node: Node, before: &[(Key, Node)]) -> Result<Key, Found> {
    let place = node.place;
    let text = match node.value {
        Value::Text(text) | Value::Number(text) => text,
        Value::Null | Value::Truth(_) | Value::List(_) | Value::Map(_) => {
            return Err((place, Problem::Refused("a key that is no text")));
        }
    };
    match before.iter().find(|(other, _)| other.text == text) {
        Some((other, _)) => Err((
            place,
            Problem::DuplicateKey {
                key: text,
                first: other.place.line,
            },
        )),
        None => Ok(Key { place, text }),
    }
}

fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Truth(true),
        "false" | "False" | "FALSE" => Value::Truth(false),
        number if number.parse::<u64>().is_ok() => Value::Number(number.to_owned()),
        text => Value::Text(text.to_owned()),
    }
}
