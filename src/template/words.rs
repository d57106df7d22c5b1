//! From an ARN that was observed back to how people write it in the template.

use super::arns::{self, Reference};
use super::resolve::{Resolver, has_symbol};
use super::written::{Written, literal};
use crate::yaml::{Key, Node, Value};
use std::fmt;

/// How the resources of a template are written in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// ARN, and what stands for it between `${` and `}`.
    known: Vec<(String, String)>,
    /// Whether what differs between stacks is told apart in them.
    is_told_apart: bool,
    region: Option<String>,
    account: Option<String>,
    partition: Option<String>,
    /// Parameters and their values, where these are long enough to be names.
    parameters: Vec<(String, String)>,
}

/// A function that gives a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Word {
    /// `!Ref` of a logical id.
    Reference(String),
    /// `!GetAtt` of a logical id and an attribute.
    Attribute(String, String),
    /// `!Sub` of a text.
    Text(String),
    /// `!Sub` of a text and a map of what stands for names in it.
    Mapped(String, Vec<(String, Node)>),
}

impl fmt::Display for Word {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reference(id) => write!(formatter, "!Ref {id}"),
            Self::Attribute(id, attribute) => write!(formatter, "!GetAtt {id}.{attribute}"),
            Self::Text(text) | Self::Mapped(text, _) => write!(formatter, "!Sub \"{text}\""),
        }
    }
}

/// Letters that a parameter's value has at least where it stands for a name: `prod` in an ARN may be anything.
const SHORTEST_NAME: usize = 5;

impl Words {
    /// Those of every resource whose ARN is known.
    pub fn of(resolver: &Resolver<'_>) -> Self {
        let resources = resolver.template.resources.iter();
        let known = resources.filter_map(|resource| {
            let shape = arns::of(&resource.kind)?;
            let arn = resolver.arn_of(resource)?;
            let word = match (shape.own.as_str(), shape.reference) {
                (_, Reference::Arn) => resource.logical_id.clone(),
                ("", _) => return None,
                (attribute, _) => format!("{}.{attribute}", resource.logical_id),
            };
            // A log group's ARN ends in `:*`, which what is observed may end in too.
            let is_known = resolver.values.told_apart || !has_symbol(&arn);
            is_known.then_some((arn, word))
        });
        let mut known: Vec<(String, String)> = known.collect();
        known.sort_by_key(|(arn, _)| std::cmp::Reverse(arn.len()));
        Self {
            known,
            is_told_apart: resolver.values.told_apart,
            region: resolver.values.region.clone(),
            account: resolver.values.account.clone(),
            partition: resolver.values.partition.clone(),
            parameters: parameters(resolver),
        }
    }

    /// An ARN as it is written in the template: `!GetAtt Orders.Arn`, `!Sub "${Orders.Arn}/index/*"`; nothing where it is no resource
    /// of the template and says nothing of region or account.
    pub fn of_arn(&self, arn: &str) -> Option<String> {
        self.of_resource(arn)
            .or_else(|| self.of_parts(arn, &[]))
            .map(|word| word.to_string())
    }

    /// A resource of the template, or what is in one, as it is written there.
    pub fn of_own(&self, arn: &str) -> Option<Word> {
        let rest = arn.splitn(6, ':').nth(5).unwrap_or_default();
        (!has_symbol(rest)).then(|| self.of_resource(arn))?
    }

    /// The same for an edit: also by a parameter whose value is the name. Nothing where a part of it is known only once it is deployed.
    pub fn for_edit(&self, arn: &str) -> Option<Word> {
        let rest = arn.splitn(6, ':').nth(5).unwrap_or_default();
        if has_symbol(rest) {
            return None;
        }
        self.of_resource(arn)
            .or_else(|| self.of_parts(arn, &self.parameters))
    }

    /// What is written somewhere, in the same words: `arn` is what it is where what differs between stacks is told apart, as these
    /// words have to be too.
    pub fn as_written(&self, written: &Written, arn: &str) -> Word {
        let is_named = |word: &str| {
            let id = word.split('.').next().unwrap_or_default();
            written.names.contains(id)
        };
        // What follows the ARN of a resource may be what only the written text can say.
        match self.among(arn, &is_named) {
            Some(Word::Text(text)) if text.matches("${").count() > 1 => {}
            Some(word) => return word,
            None => {}
        }
        match written.only().map(|own| own.split_once('.').ok_or(own)) {
            Some(Err(id)) => Word::Reference(id.to_owned()),
            Some(Ok((id, attribute))) => Word::Attribute(id.to_owned(), attribute.to_owned()),
            None if written.variables.is_empty() => Word::Text(written.text.clone()),
            None => Word::Mapped(written.text.clone(), written.variables.clone()),
        }
    }

    /// What a word for a resource of the template stands for, in these words.
    pub fn says(&self, word: &Word) -> Option<String> {
        let known = |name: &str| {
            let mut known = self.known.iter().filter(|(_, word)| word == name);
            Some(known.next()?.0.clone())
        };
        match word {
            Word::Reference(id) => known(id),
            Word::Attribute(id, attribute) => known(&format!("{id}.{attribute}")),
            Word::Text(text) => {
                let (name, rest) = text.strip_prefix("${")?.split_once('}')?;
                Some(format!("{}{rest}", known(name)?))
            }
            Word::Mapped(..) => None,
        }
    }

    fn of_resource(&self, arn: &str) -> Option<Word> {
        self.among(arn, &|_| true)
    }

    fn among(&self, arn: &str, is_meant: &dyn Fn(&str) -> bool) -> Option<Word> {
        for (known, word) in self.known.iter().filter(|(_, word)| is_meant(word)) {
            let Some(rest) = arn.strip_prefix(known.as_str()) else {
                continue;
            };
            if rest.is_empty() {
                return Some(match word.split_once('.') {
                    Some((id, attribute)) => Word::Attribute(id.to_owned(), attribute.to_owned()),
                    None => Word::Reference(word.clone()),
                });
            }
            if rest.starts_with(['/', ':']) {
                let rest = if self.is_told_apart {
                    rest.to_owned()
                } else {
                    literal(rest)
                };
                return Some(Word::Text(format!("${{{word}}}{rest}")));
            }
        }
        None
    }

    fn of_parts(&self, arn: &str, parameters: &[(String, String)]) -> Option<Word> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", partition, service, region, account, rest] = parts.as_slice() else {
            return None;
        };
        let pseudo = |part: &str, known: &Option<String>, name: &str| {
            let is_it = !part.is_empty() && known.as_deref() == Some(part);
            if is_it {
                format!("${{AWS::{name}}}")
            } else {
                part.to_owned()
            }
        };
        let written = [
            pseudo(partition, &self.partition, "Partition"),
            (*service).to_owned(),
            pseudo(region, &self.region, "Region"),
            pseudo(account, &self.account, "AccountId"),
        ];
        let written = format!("arn:{}:{}", written.join(":"), named(rest, parameters));
        written.contains("${AWS::").then_some(Word::Text(written))
    }
}

fn parameters(resolver: &Resolver<'_>) -> Vec<(String, String)> {
    let parameters = resolver.template.parameters.iter();
    let values = parameters.filter_map(|own| {
        let reference = Node::written(Value::Text(own.name.clone()), 0..0);
        let reference = Node::written(Value::Map(vec![(Key::new("Ref", 0..0), reference)]), 0..0);
        let value = resolver.text(&reference)?;
        let is_name = value.len() >= SHORTEST_NAME && !has_symbol(&value);
        is_name.then(|| (own.name.clone(), value))
    });
    values.collect()
}

/// The part of an ARN behind the account, with parameters in the place of names that are their values.
fn named(rest: &str, parameters: &[(String, String)]) -> String {
    let by_parameter = |part: &str| {
        let mut named = parameters.iter().filter(|(_, value)| value == part);
        match (named.next(), named.next()) {
            (Some((name, _)), None) => format!("${{{name}}}"),
            _ => literal(part),
        }
    };
    let mut written = String::new();
    let mut part = String::new();
    for letter in rest.chars() {
        if letter == '/' || letter == ':' {
            written.push_str(&by_parameter(&part));
            written.push(letter);
            part.clear();
        } else {
            part.push(letter);
        }
    }
    written.push_str(&by_parameter(&part));
    written
}
