//! Resources of statements as they are written, and what begins as they do.

use super::language::elements;
use crate::template::resolve::Resolver;
use crate::template::written::{Written, literal};
use crate::yaml::{Node, Value};
use std::ops::Range;

/// A resource of a statement.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// It, with functions in their long form.
    pub(super) node: Node,
    /// What it is in this stack.
    pub(super) read: String,
    /// What it is where what differs between stacks is told apart.
    pub(super) apart: String,
    pub(super) written: Written,
    /// As the template spells it, where that is one line.
    pub(super) spelling: Option<String>,
    /// Where its statement stands.
    pub(super) statement: Range<usize>,
}

/// What begins as a resource does up to its wildcard.
pub(super) struct Part<'s> {
    pub(super) of: &'s Source,
    /// What stands there from the wildcard on.
    pub(super) tail: &'s str,
    /// What stands there instead.
    pub(super) end: &'s str,
    pub(super) written: Written,
    pub(super) apart: String,
}

impl Source {
    /// What begins as this does up to its wildcard, with the end that it has.
    pub(super) fn part<'s>(&'s self, text: &'s str) -> Option<Part<'s>> {
        let (mut written, tail) = self.written.before_wildcard()?;
        if !written.refers() {
            return None;
        }
        let end = text.strip_prefix(self.read.strip_suffix(tail)?)?;
        let apart = format!("{}{}", self.apart.strip_suffix(tail)?, literal(end));
        written.text.push_str(&literal(end));
        Some(Part {
            of: self,
            tail,
            end,
            written,
            apart,
        })
    }
}

impl Part<'_> {
    /// Whether the end is no rest of a word that a value begins: where the value is another, that word is no other.
    pub(super) fn is_of_words(&self) -> bool {
        let before = self.written.text.strip_suffix(&literal(self.end));
        let is_behind_value = before.is_some_and(|own| own.ends_with('}'));
        !(is_behind_value && self.end.starts_with(char::is_alphanumeric))
    }
}

pub(super) fn one(
    node: &Node,
    read: String,
    statement: Range<usize>,
    apart: &Resolver<'_>,
) -> Option<Source> {
    let template = apart.template;
    let is_taken =
        |name: &str| template.resource(name).is_some() || template.parameter(name).is_some();
    Some(Source {
        node: node.clone(),
        read,
        apart: apart.text(node)?,
        written: Written::of(node, &is_taken)?,
        spelling: None,
        statement,
    })
}

/// What a statement is about, with where it stands.
pub(super) fn each(statement: &Node) -> impl Iterator<Item = (&Node, Range<usize>)> {
    let names = ["Resource", "NotResource"];
    let list = names.iter().find_map(|name| statement.get(name));
    let all = list.into_iter().flat_map(elements);
    all.map(|element| (element, statement.span()))
}

/// The statements that were made of what stands in these bytes.
pub(super) fn made_of<'n>(node: &'n Node, entry: &Range<usize>, found: &mut Vec<&'n Node>) {
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
