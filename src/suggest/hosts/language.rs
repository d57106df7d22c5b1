//! How the values of a template are read, and how people write new ones there.
//!
//! A resource is written as the template writes it already, else by the function that gives it, else with pseudo parameters in the
//! place of partition, region and account: a template is deployed in more accounts than one.

use super::flow;
use super::kept::{Found, Kept};
use super::stages::Own;
use crate::account;
use crate::iam::edit::host::{Language, Place, Refused, Wanted};
use crate::template::read::long;
use crate::template::resolve::{Resolver, has_symbol, to_json};
use crate::template::words::{Word, Words};
use crate::yaml::{Node, Style, Value};
use serde_json::json;
use std::collections::BTreeMap;

/// The language of one template.
pub(super) struct CloudFormation<'a> {
    resolver: &'a Resolver<'a>,
    words: &'a Words,
    /// Whether functions are written as tags.
    has_tags: bool,
    /// How the text of a `!Sub` is quoted.
    quotes: Style,
    /// Resources as the template writes them, by what they are; those that are functions.
    known: BTreeMap<String, String>,
    /// Resources of the statements that are edited.
    kept: Kept<'a>,
}

impl<'a> CloudFormation<'a> {
    pub(super) fn of(
        root: &Node,
        source: &str,
        resolver: &'a Resolver<'a>,
        words: &'a Words,
        resources: &[&Node],
    ) -> Self {
        let mut signs = Signs::default();
        signs.add(root);
        let mut language = Self {
            resolver,
            words,
            has_tags: signs.has_tags || !signs.has_long_forms,
            quotes: signs.quotes.unwrap_or(Style::DoubleQuoted),
            known: BTreeMap::new(),
            kept: Kept::default(),
        };
        let mut known = BTreeMap::new();
        for node in resources.iter().flat_map(|list| elements(list)) {
            let Some(written) = spelled(node, source) else {
                continue;
            };
            if let Some([text]) = language.reads(node).as_deref() {
                known.entry(text.clone()).or_insert(written.to_owned());
            }
        }
        language.known = known;
        language
    }

    /// The same for statements with these resources.
    pub(super) fn keeping(&self, kept: Kept<'a>) -> Self {
        Self {
            known: self.known.clone(),
            kept,
            ..*self
        }
    }

    /// The resources of a statement that begins here which are written by a resource of the template ([`Found::Own`]).
    pub(super) fn by_resource(&self, kept: &Kept<'_>, at: usize, wanted: &[Wanted]) -> Own {
        let texts = wanted.iter().flat_map(|own| &own.resources);
        let own = texts.filter(|text| {
            let found = kept.of(text, self.words, self.resolver.values);
            matches!(found, Found::Own(_))
        });
        own.map(|text| (at, text.clone())).collect()
    }

    /// A function as the template writes it.
    fn as_spelled(known: &str, place: Place) -> Option<String> {
        // Within brackets a text without quotes has no brackets.
        let fits =
            place != Place::Flow || known.contains(['"', '\'']) || !known.contains(['{', '[', ',']);
        if !fits {
            return None;
        }
        // A function by indentation stands behind a dash alone.
        let is_bare = place != Place::Item && !known.starts_with(['!', '{']);
        Some(if is_bare {
            format!("{{{known}}}")
        } else {
            known.to_owned()
        })
    }

    fn written(&self, word: &Word, place: Place) -> String {
        if place == Place::Json {
            let json = match word {
                Word::Reference(id) => json!({"Ref": id}),
                Word::Attribute(id, attribute) => json!({"Fn::GetAtt": [id, attribute]}),
                Word::Text(text) => json!({"Fn::Sub": text}),
                Word::Mapped(text, variables) => {
                    let variables = variables.iter();
                    let variables: serde_json::Map<_, _> = variables
                        .map(|(name, node)| (name.clone(), to_json(node)))
                        .collect();
                    json!({"Fn::Sub": [text, variables]})
                }
            };
            return flow::json(&json);
        }
        let braced = |function: String| match place {
            Place::Item => function,
            Place::Value | Place::Flow | Place::Json => format!("{{{function}}}"),
        };
        match (word, self.has_tags) {
            (Word::Reference(id), true) => format!("!Ref {id}"),
            (Word::Attribute(id, attribute), true) => format!("!GetAtt {id}.{attribute}"),
            (Word::Text(text), true) => format!("!Sub {}", self.quoted(text, place)),
            (Word::Reference(id), false) => braced(format!("Ref: {id}")),
            (Word::Attribute(id, attribute), false) => {
                braced(format!("Fn::GetAtt: [{id}, {attribute}]"))
            }
            (Word::Text(text), false) => braced(format!("Fn::Sub: {}", quoted(text))),
            (Word::Mapped(text, variables), true) => {
                format!("!Sub [{}, {}]", quoted(text), flow::map(variables, true))
            }
            (Word::Mapped(text, variables), false) => {
                let map = flow::map(variables, false);
                braced(format!("Fn::Sub: [{}, {map}]", quoted(text)))
            }
        }
    }

    fn quoted(&self, text: &str, place: Place) -> String {
        let is_simple =
            |letter: char| letter.is_ascii_alphanumeric() || "${}.:/_-*".contains(letter);
        match self.quotes {
            Style::SingleQuoted => format!("'{}'", text.replace('\'', "''")),
            Style::Plain
                if text.chars().all(is_simple)
                    && text.starts_with(['a', '$'])
                    && place != Place::Flow =>
            {
                text.to_owned()
            }
            Style::Plain | Style::DoubleQuoted | Style::Block | Style::Flow | Style::Indented => {
                quoted(text)
            }
        }
    }
}

impl Language for CloudFormation<'_> {
    fn reads(&self, element: &Node) -> Option<Vec<String>> {
        let Some(value) = self.resolver.value(&long(element.clone())) else {
            return Some(Vec::new());
        };
        let texts = value.items().iter();
        texts
            .map(|item| item.as_text().map(str::to_owned))
            .collect()
    }

    fn writes(
        &self,
        text: &str,
        beside: Option<&Node>,
        place: Place,
    ) -> Result<Option<String>, Refused> {
        if !text.starts_with("arn:") {
            return Ok(None);
        }
        let kept = match beside {
            Some(beside) => self.kept.beside(beside),
            None => self.kept.clone(),
        };
        match kept.of(text, self.words, self.resolver.values) {
            Found::No => {}
            Found::Several => return Err(Refused::Stages),
            Found::As(spelling, word) => {
                let spelled = spelling.and_then(|known| Self::as_spelled(&known, place));
                return Ok(Some(spelled.unwrap_or_else(|| self.written(&word, place))));
            }
            Found::Own(word) => return Ok(Some(self.written(&word, place))),
        }
        if let Some(known) = self.known.get(text)
            && let Some(spelled) = Self::as_spelled(known, place)
        {
            return Ok(Some(spelled));
        }
        let word = self.words.for_edit(text).and_then(|word| match word {
            Word::Text(sub) => {
                let sub = kept.with_partition(text, sub);
                sub.contains("${").then_some(Word::Text(sub))
            }
            Word::Reference(_) | Word::Attribute(..) | Word::Mapped(..) => Some(word),
        });
        if word.is_none() && has_symbol(text) {
            return Err(Refused::Symbol);
        }
        let plain = match &word {
            Some(Word::Text(text)) => text,
            Some(Word::Reference(_) | Word::Attribute(..) | Word::Mapped(..)) => "",
            None => text,
        };
        let account = plain.split(':').nth(4).unwrap_or_default();
        if account::is_id(account) {
            return Err(Refused::Account);
        }
        Ok(word.map(|word| self.written(&word, place)))
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A function as it is written, where that is one line that can stand anywhere.
pub(super) fn spelled<'s>(node: &Node, source: &'s str) -> Option<&'s str> {
    let written = source.get(node.span())?.trim_end();
    let is_function = node.tag.is_some() || node.is_map();
    (is_function && !node.is_anchored && !written.contains(['\n', '#'])).then_some(written)
}

/// The elements of a list, or the one in its place.
pub(super) fn elements(list: &Node) -> &[Node] {
    if list.is_list() && list.tag.is_none() {
        list.items()
    } else {
        std::slice::from_ref(list)
    }
}

/// How a template writes its functions.
#[derive(Default)]
struct Signs {
    has_tags: bool,
    has_long_forms: bool,
    quotes: Option<Style>,
}

impl Signs {
    fn add(&mut self, node: &Node) {
        if let Some(tag) = &node.tag {
            self.has_tags |= tag.starts_with('!') && !tag.starts_with("!!");
            if tag == "!Sub" && matches!(node.value, Value::Text(_)) && node.style != Style::Block {
                self.quotes.get_or_insert(node.style);
            }
        }
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| self.add(item)),
            Value::Map(members) => {
                for (key, value) in members {
                    self.has_long_forms |= key.text == "Ref" || key.text.starts_with("Fn::");
                    self.add(value);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
        }
    }
}
