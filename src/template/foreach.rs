//! `Fn::ForEach` among resources: one resource for each element of a list that the template writes out.
//!
//! Follows <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html>.

use super::{Gap, Touches};
use crate::yaml::{Key, Node, Value};

/// Resources that all loops of a template make together, at most: CloudFormation takes 500.
const MOST: usize = 2_000;

/// Loops within each other.
const MAX_DEPTH: usize = 8;

/// The members with those of loops in the place of the loops.
pub(super) fn expanded(members: Vec<(Key, Node)>, gaps: &mut Vec<Gap>) -> Vec<(Key, Node)> {
    let mut made = Vec::new();
    add(members, gaps, &mut made, 0);
    made
}

fn add(members: Vec<(Key, Node)>, gaps: &mut Vec<Gap>, made: &mut Vec<(Key, Node)>, depth: usize) {
    for (key, node) in members {
        if !key.text.starts_with("Fn::ForEach::") {
            made.push((key, node));
            continue;
        }
        match passes(&node) {
            Some(passes) if depth < MAX_DEPTH && made.len() + passes.len() <= MOST => {
                for pass in passes {
                    add(pass, gaps, made, depth + 1);
                }
            }
            _ => gaps.push(Gap {
                message: format!(
                    "the resources of `{}` are not read: its list is no list of texts here",
                    key.text
                ),
                span: key.span,
                touches: Touches::Every,
            }),
        }
    }
}

/// What each turn of a loop makes; nothing where its list is not written out.
fn passes(node: &Node) -> Option<Vec<Vec<(Key, Node)>>> {
    let [name, list, body] = node.items() else {
        return None;
    };
    let name = name.as_text()?;
    let Value::List(elements) = &list.value else {
        return None;
    };
    let turns = elements.iter().map(|element| {
        let element = element.to_text()?;
        let members = body.members().iter();
        let filled = members.map(|(key, value)| {
            let key = Key::new(replaced(&key.text, name, &element), key.span.clone());
            (key, filled(value, name, &element))
        });
        Some(filled.collect())
    });
    turns.collect()
}

fn replaced(text: &str, name: &str, element: &str) -> String {
    let letters: String = element
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let plain = text.replace(&format!("${{{name}}}"), element);
    plain.replace(&format!("&{{{name}}}"), &letters)
}

fn filled(node: &Node, name: &str, element: &str) -> Node {
    if let Some(("Ref", argument)) = node.only_member()
        && argument.as_text() == Some(name)
    {
        return node.with_value(Value::Text(element.to_owned()));
    }
    let value = match &node.value {
        Value::Text(text) => Value::Text(replaced(text, name, element)),
        Value::List(items) => Value::List(
            items
                .iter()
                .map(|item| filled(item, name, element))
                .collect(),
        ),
        Value::Map(members) => {
            let members = members.iter().map(|(key, value)| {
                let key = Key::new(replaced(&key.text, name, element), key.span.clone());
                (key, filled(value, name, element))
            });
            Value::Map(members.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => node.value.clone(),
    };
    node.with_value(value)
}
