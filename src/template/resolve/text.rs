//! Text that is put together of what is known and of symbols for what is not.

use crate::yaml::{Node, Value};
use std::hash::{DefaultHasher, Hash, Hasher as _};

/// The longest text that is put together.
pub(super) const MAX_TEXT: usize = 16 << 10;

/// A text that nobody knows: `${Name}`, with nothing in it that a policy variable has.
pub(super) fn symbol(name: &str) -> String {
    let plain: String = name
        .chars()
        .take(100)
        .map(|letter| match letter {
            letter if letter.is_ascii_alphanumeric() => letter,
            '-' | '_' | '/' => letter,
            _ => '.',
        })
        .collect();
    format!("${{{plain}}}")
}

/// The symbol of what a node stands for: another node that does not say the same has another.
pub(super) fn own_symbol(name: &str, node: &Node) -> String {
    let plain = name.chars().filter(char::is_ascii_alphanumeric).take(40);
    let plain: String = plain.collect();
    format!(
        "${{{plain}.{}}}",
        digits(&(name, to_json(node).to_string()))
    )
}

fn digits(of: &impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// What an action begins with that is not known where values are told apart: IAM's grammar has no symbols there.
pub const OPEN_ACTION: &str = "symbol:";

/// Actions with symbols as actions that IAM's grammar has, each one of its own.
pub(super) fn open_actions(actions: &mut Node) {
    match &mut actions.value {
        Value::Text(text) if text.contains("${") => {
            *text = format!("{OPEN_ACTION}A{}", digits(text));
        }
        Value::List(items) => items.iter_mut().for_each(open_actions),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Map(_) => {}
    }
}

/// The end of a name, where the CDK puts the letters that tell names apart: two of them fit into one symbol.
pub(super) fn end(name: &str) -> &str {
    let from = name.len().saturating_sub(48);
    name.get(from..).unwrap_or(name)
}

pub(super) fn bounded(text: String) -> String {
    if text.len() > MAX_TEXT {
        return symbol("Text");
    }
    text
}

/// Whether all of a text is one symbol, so that nobody knows its parts.
pub(super) fn is_all_symbol(text: &str) -> bool {
    let inside = text
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'));
    inside.is_some_and(|inside| !inside.contains("${"))
}

/// The parts between separators that stand outside `${...}`.
pub(super) fn split(text: &str, separator: &str) -> Vec<String> {
    if separator.is_empty() {
        return vec![text.to_owned()];
    }
    let mut parts = vec![String::new()];
    let mut rest = text;
    while !rest.is_empty() {
        let end = if rest.starts_with("${") {
            rest.find('}').map_or(rest.len(), |end| end + 1)
        } else if let Some(behind) = rest.strip_prefix(separator) {
            parts.push(String::new());
            rest = behind;
            continue;
        } else {
            rest.chars().next().map_or(rest.len(), char::len_utf8)
        };
        let (own, behind) = rest.split_at(end);
        if let Some(last) = parts.last_mut() {
            last.push_str(own);
        }
        rest = behind;
    }
    parts
}

/// `{{resolve:ssm:/name}}` as a symbol: what is there is looked up when the stack is deployed.
pub(super) fn without_dynamic(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("{{resolve:") {
        let Some((inside, after)) = behind.split_once("}}") else {
            break;
        };
        plain.push_str(before);
        plain.push_str(&symbol(inside));
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// A value as JSON.
pub fn to_json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(is_true) => serde_json::Value::Bool(*is_true),
        Value::Number(text) => serde_json::from_str(text).unwrap_or_else(|_| text.clone().into()),
        Value::Text(text) => text.clone().into(),
        Value::List(items) => items.iter().map(to_json).collect(),
        Value::Map(members) => {
            let members = members
                .iter()
                .map(|(key, value)| (key.text.clone(), to_json(value)));
            serde_json::Value::Object(members.collect())
        }
    }
}
