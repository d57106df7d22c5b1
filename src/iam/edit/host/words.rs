//! New texts as their neighbours are written: quotes, and lists in brackets or by indentation.

use super::lines::{LIMITS, Text, is_flow, is_list};
use super::{Place, Refused};
use crate::yaml::{self, Node, Schema, Style, Value};

/// Columns that a dash stands behind its key where no list shows it.
const OFFSET: usize = 2;

/// How a list is written that did not stand there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lists {
    /// `[a, b]`.
    Flow,
    /// An entry a line, its dash so many columns behind the key.
    Block(usize),
}

/// How texts are quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spelling {
    /// Texts that need no quotes.
    usual: Style,
    /// Texts that need them.
    quoted: Style,
}

impl Spelling {
    /// By the first texts of some values.
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

    /// The same where the first text of a list is written like this.
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
    /// By the lists among the elements of statements, else by the list of the statements; `column` is where a key is in its line, `dash` where a list has its dashes.
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
    /// A new text in a list, or in its place.
    pub(super) fn spelled(
        &self,
        text: &str,
        beside: &Node,
        place: Place,
    ) -> Result<String, Refused> {
        self.word(text, self.spelling.like(beside), place)
    }

    /// A new text where there is no list beside it.
    pub(super) fn new_word(&self, text: &str, place: Place) -> Result<String, Refused> {
        self.word(text, self.spelling, place)
    }

    fn word(&self, text: &str, spelling: Spelling, place: Place) -> Result<String, Refused> {
        let is_flow = place == Place::Flow;
        let place = if self.is_json { Place::Json } else { place };
        if let Some(written) = self.language.writes(text, place)? {
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

/// A key in the quotes of one that stands there.
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

/// Whether what is written reads as the text again, whichever words the schema knows.
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
