//! Reads YAML as the JSON that it stands for, with the place of every value, so that one reader handles both formats.
//!
//! It is only for reading: places are places in the YAML, where an edit for JSON does not fit. It follows YAML 1.2: `true`,
//! `null` and numbers, unquoted and as JSON writes them, have those types. Everything else is text, also `2012-10-17`, `yes`
//! and `0123`. Comments are lost. Aliases, tags, keys that are not text, and a second document are refused, so that every
//! value is written where it is used.

use std::ops::Range;

use granit_parser::{Event, ScalarStyle};
use jsonc_parser::ast::{
    Array, BooleanLit, NullKeyword, NumberLit, Object, ObjectProp, ObjectPropName, StringLit, Value,
};
use jsonc_parser::common::{Range as Place, Ranged as _};

use super::json::{Found, range};
use super::{MAX_BYTES, MAX_DEPTH, PolicyProblem};
use crate::yaml::{Events, NotYaml};

/// Reads the single document of a text, which must have no byte order mark.
pub(super) fn parse(text: &str) -> Result<Value<'_>, Found> {
    if text.len() > MAX_BYTES {
        return Err((0..0, PolicyProblem::TooLarge(text.len())));
    }
    let mut tree = Tree::default();
    for next in Events::of(text) {
        let (event, place) =
            next.map_err(|NotYaml { at, why }| (at..at, PolicyProblem::NotYaml(why)))?;
        match event {
            Event::Scalar(value, style, _, tag) => {
                refuse(tag.is_some(), &place, "a tag")?;
                let scalar = match style {
                    ScalarStyle::Plain => plain(value, &place, text),
                    ScalarStyle::SingleQuoted
                    | ScalarStyle::DoubleQuoted
                    | ScalarStyle::Literal
                    | ScalarStyle::Folded => string(value, &place),
                };
                tree.add(scalar)?;
            }
            Event::SequenceStart(_, _, tag) => {
                refuse(tag.is_some(), &place, "a tag")?;
                tree.open(Open::Array(place.start, Vec::new()))?;
            }
            Event::MappingStart(_, _, tag) => {
                refuse(tag.is_some(), &place, "a tag")?;
                tree.open(Open::Object(place.start, Vec::new(), None))?;
            }
            Event::SequenceEnd | Event::MappingEnd => tree.close(place.end)?,
            Event::Alias(_) => refuse(true, &place, "an alias")?,
            Event::DocumentStart(..) => {
                refuse(tree.root.is_some(), &place, "a second document")?;
            }
            // Marks between documents, and events that were not requested.
            Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentEnd
            | Event::Anchor(..)
            | Event::UnresolvedAlias(_)
            | _ => {}
        }
    }
    match tree.root {
        None | Some(Value::NullKeyword(_)) => Err((0..0, PolicyProblem::Empty)),
        Some(value) => Ok(value),
    }
}

/// The JSON that a text stands for, with one element a line and a final line break. `None` if the text cannot be read.
pub(super) fn as_json(text: &str) -> Option<String> {
    let value = parse(text.trim_start_matches('\u{feff}')).ok()?;
    let mut json = String::new();
    write(&value, 0, &mut json);
    json.push('\n');
    Some(json)
}

fn write(value: &Value<'_>, depth: usize, json: &mut String) {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    match value {
        Value::StringLit(literal) => json.push_str(&quoted(&literal.value)),
        Value::NumberLit(literal) => json.push_str(literal.value),
        Value::BooleanLit(literal) => json.push_str(if literal.value { "true" } else { "false" }),
        Value::NullKeyword(_) => json.push_str("null"),
        Value::Array(array) => {
            let items = array.elements.iter().map(|value| (String::new(), value));
            write_all(('[', ']'), items, depth, json);
        }
        Value::Object(object) => {
            let named = object.properties.iter();
            let items = named.map(|own| (quoted(own.name.as_str()) + ": ", &own.value));
            write_all(('{', '}'), items, depth, json);
        }
    }
}

fn write_all<'value, 'text: 'value>(
    (open, close): (char, char),
    items: impl ExactSizeIterator<Item = (String, &'value Value<'text>)>,
    depth: usize,
    json: &mut String,
) {
    let count = items.len();
    json.push(open);
    for (place, (name, value)) in items.enumerate() {
        json.push_str(if place == 0 { "\n" } else { ",\n" });
        json.push_str(&"  ".repeat(depth + 1));
        json.push_str(&name);
        write(value, depth + 1, json);
    }
    if count > 0 {
        json.push('\n');
        json.push_str(&"  ".repeat(depth));
    }
    json.push(close);
}

fn refuse(found: bool, place: &Range<usize>, what: &'static str) -> Result<(), Found> {
    if found {
        return Err((place.clone(), PolicyProblem::YamlFeature(what)));
    }
    Ok(())
}

/// Values that are not complete yet.
enum Open<'text> {
    Array(usize, Vec<Value<'text>>),
    /// The last field is the key that waits for its value.
    Object(usize, Vec<ObjectProp<'text>>, Option<StringLit<'text>>),
}

#[derive(Default)]
struct Tree<'text> {
    open: Vec<Open<'text>>,
    root: Option<Value<'text>>,
}

impl<'text> Tree<'text> {
    fn open(&mut self, value: Open<'text>) -> Result<(), Found> {
        let (Open::Array(start, _) | Open::Object(start, ..)) = value;
        if let Some(Open::Object(_, _, None)) = self.open.last() {
            refuse(true, &(start..start), "a key that is no text")?;
        }
        if self.open.len() >= MAX_DEPTH {
            return Err((start..start, PolicyProblem::TooDeep));
        }
        self.open.push(value);
        Ok(())
    }

    fn close(&mut self, end: usize) -> Result<(), Found> {
        let closed = match self.open.pop() {
            None => return Ok(()),
            Some(Open::Array(start, elements)) => Value::Array(Array {
                range: Place::new(start, end.max(start)),
                elements,
            }),
            Some(Open::Object(start, properties, _)) => Value::Object(Object {
                range: Place::new(start, end.max(start)),
                properties,
            }),
        };
        self.add(closed)
    }

    fn add(&mut self, value: Value<'text>) -> Result<(), Found> {
        match self.open.last_mut() {
            None => self.root = Some(value),
            Some(Open::Array(_, elements)) => elements.push(value),
            Some(Open::Object(_, properties, key)) => match key.take() {
                Some(name) => properties.push(ObjectProp {
                    range: Place::new(name.range.start, value.range().end.max(name.range.end)),
                    name: ObjectPropName::String(name),
                    value,
                }),
                None => match value {
                    Value::StringLit(name) => *key = Some(name),
                    Value::NumberLit(_)
                    | Value::BooleanLit(_)
                    | Value::NullKeyword(_)
                    | Value::Object(_)
                    | Value::Array(_) => refuse(true, &range(&value), "a key that is no text")?,
                },
            },
        }
        Ok(())
    }
}

fn string<'text>(value: std::borrow::Cow<'text, str>, place: &Range<usize>) -> Value<'text> {
    Value::StringLit(StringLit {
        range: Place::new(place.start, place.end),
        value,
    })
}

fn plain<'text>(
    value: std::borrow::Cow<'text, str>,
    place: &Range<usize>,
    text: &'text str,
) -> Value<'text> {
    let range = Place::new(place.start, place.end);
    match value.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => Value::NullKeyword(NullKeyword { range }),
        "true" | "True" | "TRUE" => Value::BooleanLit(BooleanLit { range, value: true }),
        "false" | "False" | "FALSE" => Value::BooleanLit(BooleanLit {
            range,
            value: false,
        }),
        written => match text.get(place.clone()) {
            Some(number) if number == written && is_number(number) => Value::NumberLit(NumberLit {
                range,
                value: number,
            }),
            _ => string(value, place),
        },
    }
}

fn is_number(text: &str) -> bool {
    serde_json::from_str::<serde_json::Number>(text).is_ok()
}

#[cfg(test)]
mod tests;
