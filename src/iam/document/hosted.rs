//! Reads the policies of one role in a template as one document, with their places in the template.

use std::ops::Range;

use jsonc_parser::ast::{
    Array, BooleanLit, NullKeyword, Object, ObjectProp, ObjectPropName, StringLit, Value,
};
use jsonc_parser::common::Range as Place;

use super::super::span::Lines;
use super::super::{MadeBy, ResourcePattern, Statement, Version};
use super::read::{Reader, Reading};
use super::{PolicyDocument, PolicyError, Syntax};
use crate::yaml::{self, Node};
use serde_json::{Value as Json, json};

/// One policy of a role in a template.
#[derive(Debug, Clone, Copy)]
pub struct Hosted<'n> {
    /// The policy document, with every value resolved.
    pub document: &'n Node,
    /// The place of the policy in words: `OrdersFunction › Policies[1]`.
    pub place: &'n str,
    /// Tells what produced a statement, from what produced its node.
    pub made_by: fn(&str) -> Option<MadeBy>,
}

impl PolicyDocument {
    /// Reads the policies of one role in a template's text, as one document of the current version. Each statement has its
    /// place in words. A symbol in a resource (`${Orders}`) is text that is not known before deployment.
    ///
    /// # Errors
    ///
    /// If a policy has something that IAM's grammar does not have. The error has the line and column in the template.
    pub fn hosted(
        policies: &[Hosted<'_>],
        text: &str,
        name: impl Into<String>,
    ) -> Result<Self, PolicyError> {
        let name = name.into();
        let mut reader = Reader {
            lines: Lines::of(text),
            offset: 0,
            whole: None,
            reading: Reading::Written,
            version: Version::default(),
            notes: Vec::new(),
            is_hosted: true,
        };
        let mut statements: Vec<Statement> = Vec::new();
        let mut statements_span = None;
        let mut json = Some(Vec::new());
        for policy in policies {
            let value = value(policy.document);
            let read = reader.document(&value, Syntax::Template);
            let read = read
                .map_err(|(place, problem)| PolicyError::new(&name, reader.span(place), problem))?;
            statements_span.get_or_insert(read.statements_span);
            let nodes = policy.document.get("Statement").map(Node::items);
            let nodes = nodes.unwrap_or_default();
            for (mut statement, node) in read.statements.into_iter().zip(nodes) {
                let sids = statements.iter().map(|own| own.sid.as_deref());
                let text = as_json(node, &statement, sids, read.version);
                json = json.zip(text).map(|(mut all, text)| {
                    all.push(text);
                    all
                });
                statement.index = statements.len();
                statement.place = Some(policy.place.to_owned());
                statement.made_by = node.by().and_then(policy.made_by);
                statements.push(statement);
            }
        }
        // A missing version is no problem in a template.
        reader.notes.retain(|note| note.is_doubt);
        let statements_span = statements_span.unwrap_or_else(|| reader.span(0..0));
        Ok(Self {
            name,
            source: text.to_owned(),
            syntax: Syntax::Template,
            version: Version::V2012,
            id: None,
            description: None,
            statements,
            statements_span,
            notes: reader.notes,
            json: json.map(|statements| {
                let document = json!({"Version": Version::V2012.name(), "Statement": statements});
                format!("{document:#}\n").into()
            }),
            not_in_force: None,
        })
    }
}

/// A statement as JSON in the current version. `None` if that would change its meaning. A `Sid` that another policy of the
/// role has too is left out, because a document may have it only once.
fn as_json<'s>(
    node: &Node,
    statement: &Statement,
    mut others: impl Iterator<Item = Option<&'s str>>,
    version: Version,
) -> Option<Json> {
    let mut json = json_of(node)?;
    let members = json.as_object_mut()?;
    if statement.sid.is_some() && others.any(|own| own == statement.sid.as_deref()) {
        members.remove("Sid");
    }
    // In the old version `${aws:username}` is plain text. Symbols are not known in either version.
    let is_plain = || {
        let text = json.to_string();
        without_policy_variables(&text) == text
    };
    (version == Version::V2012 || is_plain()).then_some(json)
}

fn json_of(node: &Node) -> Option<Json> {
    Some(match &node.value {
        yaml::Value::Null => Json::Null,
        yaml::Value::Bool(value) => Json::Bool(*value),
        // Numbers are read as text.
        yaml::Value::Number(text) | yaml::Value::Text(text) => Json::String(text.clone()),
        yaml::Value::List(items) => Json::Array(items.iter().map(json_of).collect::<Option<_>>()?),
        yaml::Value::Map(members) => {
            let members = members
                .iter()
                .map(|(key, value)| Some((key.text.clone(), json_of(value)?)));
            Json::Object(members.collect::<Option<_>>()?)
        }
    })
}

/// A resource of a template. Its symbols are variables in both versions, and policy variables only in the current one.
pub(super) fn pattern(text: &str, version: Version) -> ResourcePattern {
    let text = match version {
        Version::V2012 => text.to_owned(),
        Version::V2008 => without_policy_variables(text),
    };
    ResourcePattern::new(text, Version::V2012)
}

/// The text with policy variables such as `${aws:username}` escaped. `${Orders}` and `${AWS::Region}` stay as they are.
fn without_policy_variables(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        plain.push_str(before);
        let inside = behind.split('}').next().unwrap_or_default();
        let is_variable = inside.contains(':') && !inside.starts_with("AWS::");
        plain.push_str(if is_variable { "${$}{" } else { "${" });
        rest = behind;
    }
    plain.push_str(rest);
    plain
}

fn value(node: &Node) -> Value<'static> {
    let range = place(&node.span());
    match &node.value {
        yaml::Value::Null => Value::NullKeyword(NullKeyword { range }),
        yaml::Value::Bool(value) => Value::BooleanLit(BooleanLit {
            range,
            value: *value,
        }),
        // Numbers occur only in conditions, where their text means the same.
        yaml::Value::Number(text) | yaml::Value::Text(text) => Value::StringLit(StringLit {
            range,
            value: text.clone().into(),
        }),
        yaml::Value::List(items) => Value::Array(Array {
            range,
            elements: items.iter().map(value).collect(),
        }),
        yaml::Value::Map(members) => {
            let properties = members.iter().map(|(key, node)| {
                let own = place(&key.span);
                ObjectProp {
                    range: Place::new(own.start, own.end.max(node.span().end)),
                    name: ObjectPropName::String(StringLit {
                        range: own,
                        value: key.text.clone().into(),
                    }),
                    value: value(node),
                }
            });
            Value::Object(Object {
                range,
                properties: properties.collect(),
            })
        }
    }
}

fn place(span: &Range<usize>) -> Place {
    Place::new(span.start, span.end)
}
