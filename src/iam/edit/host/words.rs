//! Writes new texts like their neighbors: with the same quotes, and with lists in brackets or by indentation.

use super::lines::{LIMITS, Text, is_flow, is_list};
use super::{Place, Refused};
use crate::yaml::{self, Node, Schema, Style, Value};

/// How many columns a dash is indented from its key, if no list shows it.
const OFFSET: usize = 2;

/// How a new list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lists {
    /// In brackets: `[a, b]`.
    Flow,
    /// With one entry a line, and the dash indented from the key by this many columns.
    Block(usize),
}

/// How texts are quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spelling {
    /// The style of texts that need no quotes.
    usual: Style,
    /// The style of texts that need quotes.
    quoted: Style,
}

impl Spelling {
    /// Takes the style from the first texts of some values.
    pub(super) fn of<'n>(values: &(impl Iterator<Item = &'n Node> + Clone)) -> Self {
        let items = || values.clone().flat_map(Node::items);
        let texts =
            || items().filter(|item| item.tag.is_none() && matches!(item.value, Value::Text(_)));
        let usual = texts()
            .map(|text| text.style)
            .find(|style| *style != Style::Block);
        let quoted = texts()
            .map(|text| text.style)
            .find(|style| is_quoted(*style));
        Self {
            usual: usual.unwrap_or_default(),
            quoted: quoted.unwrap_or(Style::SingleQuoted),
        }
    }

    /// The same where keys are written like this one: who quotes them quotes texts.
    pub(super) fn by_key(self, key: &str) -> Self {
        let style = match key.chars().next() {
            Some('"') => Style::DoubleQuoted,
            Some('\'') => Style::SingleQuoted,
            Some(_) | None => return self,
        };
        Self {
            usual: style,
            quoted: style,
        }
    }

    /// The same, but with the style of the first text of a list.
    fn like(self, list: &Node) -> Self {
        let own = list.items().iter().find(|item| {
            item.tag.is_none() && matches!(item.value, Value::Text(_)) && item.style != Style::Block
        });
        match own.map(|own| own.style) {
            Some(style) if is_quoted(style) => Self {
                usual: style,
                quoted: style,
            },
            Some(style) => Self {
                usual: style,
                ..self
            },
            None => self,
        }
    }
}

fn is_quoted(style: Style) -> bool {
    matches!(style, Style::SingleQuoted | Style::DoubleQuoted)
}

impl Lists {
    /// Takes the layout of the lists among the elements of statements, otherwise that of the list of statements. `column`
    /// returns the column of a key in its line, and `dash` the column of a list's dashes.
    pub(super) fn of<'n>(
        elements: impl Iterator<Item = (usize, &'n Node)>,
        statements: (usize, &Node),
        column: impl Fn(usize) -> usize,
        dash: impl Fn(&Node) -> usize,
    ) -> Self {
        let mut lists = elements
            .filter(|(_, node)| is_list(node))
            .map(|(key, node)| {
                if is_flow(node) {
                    Self::Flow
                } else {
                    Self::Block(dash(node).saturating_sub(column(key)))
                }
            });
        let (key, list) = statements;
        let by_statements = || {
            let is_block = is_list(list) && !is_flow(list);
            let offset = dash(list).saturating_sub(column(key));
            Self::Block(if is_block { offset } else { OFFSET })
        };
        lists.next().unwrap_or_else(by_statements)
    }
}

impl Text<'_> {
    /// A new text for a list, or for the value that stands for one.
    pub(super) fn spelled(
        &self,
        text: &str,
        beside: &Node,
        place: Place,
    ) -> Result<String, Refused> {
        self.word(text, self.spelling.like(beside), Some(beside), place)
    }

    /// A new text where there is no list to follow.
    pub(super) fn new_word(&self, text: &str, place: Place) -> Result<String, Refused> {
        self.word(text, self.spelling, None, place)
    }

    fn word(
        &self,
        text: &str,
        spelling: Spelling,
        beside: Option<&Node>,
        place: Place,
    ) -> Result<String, Refused> {
        let is_flow = place == Place::Flow;
        let place = if self.is_json { Place::Json } else { place };
        if let Some(written) = self.language.writes(text, beside, place)? {
            return Ok(written);
        }
        if self.is_json {
            return Ok(double(text));
        }
        let written = match spelling.usual {
            Style::DoubleQuoted => double(text),
            Style::SingleQuoted => single(text),
            _ if stands_plain(text, is_flow) => text.to_owned(),
            _ if spelling.quoted == Style::DoubleQuoted => double(text),
            Style::Plain | Style::Block | Style::Flow | Style::Indented => single(text),
        };
        if reads_as(&written, text, is_flow) {
            return Ok(written);
        }
        let written = double(text);
        if reads_as(&written, text, is_flow) {
            Ok(written)
        } else {
            Err(Refused::Layout)
        }
    }
}

impl Text<'_> {
    /// A text in quotes: what a reader may take for something else, as a date.
    pub(super) fn quoted(&self, text: &str) -> String {
        if self.is_json || self.spelling.quoted == Style::DoubleQuoted {
            double(text)
        } else {
            single(text)
        }
    }
}

/// A key, quoted like an existing one.
pub(super) fn key_like(name: &str, like: &str) -> String {
    match like.chars().next() {
        Some(quote @ ('"' | '\'')) => format!("{quote}{name}{quote}"),
        Some(_) | None => name.to_owned(),
    }
}

pub(super) fn double(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn stands_plain(text: &str, is_flow: bool) -> bool {
    !text.starts_with(['"', '\'']) && reads_as(text, text, is_flow)
}

/// Whether written text is read as the same text again, whatever words the schema treats specially.
fn reads_as(written: &str, text: &str, is_flow: bool) -> bool {
    let whole = if is_flow {
        format!("k: [{written}, {written}]\n")
    } else {
        format!("k:\n  - {written}\n  - {written}\n")
    };
    let read = yaml::parse(&whole, Schema::Yaml11, LIMITS).ok().flatten();
    let read = read.and_then(|node| node.get("k").cloned());
    read.is_some_and(|list| {
        let mut items = list.items().iter();
        list.items().len() == 2
            && items.all(|item| item.as_text() == Some(text) && item.tag.is_none())
    })
}
