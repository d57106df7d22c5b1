//! The resources of statements that are edited, as they are written: what stays of them stays what it refers to.
//!
//! A name that is `orders` in this stack may be another one in the next, so that it is not enough for a new text to be the same here.

use super::language::{elements, spelled};
use super::stages::{covers, is_fixed, placed, within};
use crate::iam::edit::host::Language;
use crate::template::read::long;
use crate::template::resolve::Resolver;
use crate::template::words::{Word, Words};
use crate::template::written::{Written, literal};
use crate::template::{Template, Values};
use crate::yaml::{Node, Value};
use std::ops::Range;

/// A resource of a statement.
#[derive(Debug, Clone)]
struct Source {
    /// What it is in this stack.
    read: String,
    /// What it is where what differs between stacks is told apart.
    apart: String,
    written: Written,
    /// As the template spells it, where that is one line.
    spelling: Option<String>,
    /// Where its statement stands.
    statement: Range<usize>,
}

/// The resources of the statements that are edited.
#[derive(Debug, Clone, Default)]
pub(super) struct Kept {
    sources: Vec<Source>,
    words: Words,
}

/// How a text was written.
pub(super) enum Found {
    /// No resource of the statements is it.
    No,
    /// Several are, which are not the same in each stack.
    Several,
    /// As the template spells it, and in words.
    As(Option<String>, Word),
}

impl Kept {
    /// Those of statements that stand in a text; `apart` tells apart what differs between stacks, and `reads` says what is so in this
    /// one.
    pub(super) fn of_text(
        statements: &[&Node],
        source: &str,
        apart: &Resolver<'_>,
        reads: &dyn Language,
    ) -> Self {
        let all = statements.iter().flat_map(|own| each(own));
        let all = all.filter_map(|(element, statement)| {
            let read = match reads.reads(element)?.as_slice() {
                [one] => one.clone(),
                _ => return None,
            };
            let spelling = spelled(element, source).map(str::to_owned);
            let own = one(&long(element.clone()), read, statement, apart)?;
            Some(Source { spelling, ..own })
        });
        Self::new(all.collect(), apart)
    }

    /// Those of the statements that SAM made of the entry which stands in these bytes.
    pub(super) fn made(
        template: &Template,
        entry: &Range<usize>,
        resolver: &Resolver<'_>,
        apart: &Resolver<'_>,
    ) -> Self {
        let mut statements = Vec::new();
        for resource in &template.resources {
            made_of(&resource.properties, entry, &mut statements);
        }
        let all = statements.iter().flat_map(|own| each(own));
        let all = all.filter_map(|(element, statement)| {
            let read = resolver.value(element)?;
            one(element, read.as_text()?.to_owned(), statement, apart)
        });
        Self::new(all.collect(), apart)
    }

    fn new(sources: Vec<Source>, apart: &Resolver<'_>) -> Self {
        Self {
            words: if sources.is_empty() {
                Words::default()
            } else {
                Words::of(apart)
            },
            sources,
        }
    }

    /// Those of the statement that has a node.
    pub(super) fn beside(&self, node: &Node) -> Self {
        let at = node.span().start;
        let own = self.sources.iter();
        let own = own.filter(|own| own.statement.contains(&at));
        Self {
            sources: own.cloned().collect(),
            words: self.words.clone(),
        }
    }

    /// How a text was written, itself or what it is a part of; `words` are those of this stack.
    pub(super) fn of(&self, text: &str, words: &Words, values: &Values) -> Found {
        let same: Vec<&Source> = self.sources.iter().filter(|own| own.read == text).collect();
        if let Some(first) = same.first() {
            if same.iter().any(|own| own.apart != first.apart) {
                return Found::Several;
            }
            if !first.written.refers() {
                return Found::No;
            }
            let word = self.words.as_written(&first.written, &first.apart);
            return Found::As(first.spelling.clone(), word);
        }
        self.narrowed(text, words, values)
    }

    /// How something is written that is within what was.
    fn narrowed(&self, text: &str, words: &Words, values: &Values) -> Found {
        let around = self.sources.iter().filter(|own| covers(&own.read, text));
        let around: Vec<String> = around.map(|own| placed(&own.apart, values)).collect();
        if around.iter().any(|own| is_fixed(own)) {
            return Found::No;
        }
        // What the template has is better than a part of its name.
        let own = words.of_own(text);
        let apart = own.as_ref().and_then(|word| self.words.says(word));
        if let (Some(word), Some(apart)) = (&own, apart) {
            let apart = placed(&apart, values);
            if around.iter().any(|own| within(own, &apart, values)) {
                return Found::As(None, word.clone());
            }
        }
        let mut parts: Vec<(Written, String)> = Vec::new();
        for part in self.sources.iter().filter_map(|own| own.part(text)) {
            if parts.iter().all(|own| own.1 != part.1) {
                parts.push(part);
            }
        }
        match parts.as_slice() {
            [] => Found::No,
            // The letters that CloudFormation puts behind a name are of this stack alone.
            [_] if own.is_some_and(|word| is_made(&word, values)) => Found::Several,
            [(written, apart)] => Found::As(None, self.words.as_written(written, apart)),
            [_, ..] => Found::Several,
        }
    }
}

/// Whether CloudFormation named the resource of a word.
fn is_made(word: &Word, values: &Values) -> bool {
    let id = match word {
        Word::Reference(id) | Word::Attribute(id, _) => id.as_str(),
        Word::Text(text) => {
            let inside = text.strip_prefix("${").unwrap_or_default();
            inside.split(['.', '}']).next().unwrap_or_default()
        }
        Word::Mapped(..) => "",
    };
    values.physical.contains_key(id)
}

impl Source {
    /// What begins as this does up to its wildcard, with the end that it has.
    fn part(&self, text: &str) -> Option<(Written, String)> {
        let (mut written, tail) = self.written.before_wildcard()?;
        if !written.refers() {
            return None;
        }
        let end = text.strip_prefix(self.read.strip_suffix(tail)?)?;
        let apart = format!("{}{}", self.apart.strip_suffix(tail)?, literal(end));
        written.text.push_str(&literal(end));
        Some((written, apart))
    }
}

fn one(node: &Node, read: String, statement: Range<usize>, apart: &Resolver<'_>) -> Option<Source> {
    let template = apart.template;
    let is_taken =
        |name: &str| template.resource(name).is_some() || template.parameter(name).is_some();
    Some(Source {
        read,
        apart: apart.text(node)?,
        written: Written::of(node, &is_taken)?,
        spelling: None,
        statement,
    })
}

/// What a statement is about, with where it stands.
fn each(statement: &Node) -> impl Iterator<Item = (&Node, Range<usize>)> {
    let names = ["Resource", "NotResource"];
    let list = names.iter().find_map(|name| statement.get(name));
    let all = list.into_iter().flat_map(elements);
    all.map(|element| (element, statement.span()))
}

/// The statements that were made of what stands in these bytes.
fn made_of<'n>(node: &'n Node, entry: &Range<usize>, found: &mut Vec<&'n Node>) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| made_of(item, entry, found)),
        Value::Map(members) => {
            for (key, value) in members {
                if key.text == "Statement" {
                    let all = elements(value).iter();
                    found.extend(all.filter(|own| own.by().is_some() && own.span() == *entry));
                } else {
                    made_of(value, entry, found);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
    }
}
