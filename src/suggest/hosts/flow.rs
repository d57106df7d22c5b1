//! Values in brackets, on one line, as YAML.

use crate::template::resolve::to_json;
use crate::yaml::{Node, Value};

/// The variables of a `Fn::Sub`; `has_tags` where functions are written as tags.
pub(super) fn map(variables: &[(String, Node)], has_tags: bool) -> String {
    let members = variables.iter();
    let members = members.map(|(name, node)| format!("{name}: {}", value(node, has_tags)));
    format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
}

/// JSON on one line as people lay it out: a space behind each mark.
pub(super) fn json(json: &serde_json::Value) -> String {
    use serde_json::Value as Json;
    let text = |text: &str| Json::from(text).to_string();
    match json {
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(self::json).collect();
            format!("[{}]", items.join(", "))
        }
        Json::Object(members) => {
            let members = members.iter();
            let members = members.map(|(key, own)| format!("{}: {}", text(key), self::json(own)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => json.to_string(),
    }
}

/// A value whose functions are in their long form.
fn value(node: &Node, has_tags: bool) -> String {
    match &node.value {
        Value::Text(text) => scalar(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => to_json(node).to_string(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| value(item, has_tags)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(members) => {
            if let Some((name, argument)) = node.only_member()
                && has_tags
                && let Some(tag) = tag(name)
                && let Some(tagged) = tagged(tag, argument)
            {
                return tagged;
            }
            let members = members.iter().map(|(key, own)| {
                let key = if tag(&key.text).is_some() {
                    key.text.clone()
                } else {
                    scalar(&key.text)
                };
                format!("{key}: {}", value(own, has_tags))
            });
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
    }
}

/// The tag of a function.
fn tag(function: &str) -> Option<&str> {
    match function {
        "Ref" => Some("Ref"),
        _ => function.strip_prefix("Fn::"),
    }
}

/// A function as a tag; CloudFormation takes no tag right behind another.
fn tagged(tag: &str, argument: &Node) -> Option<String> {
    match &argument.value {
        Value::List(parts) if tag == "GetAtt" => {
            let parts: Option<Vec<&str>> = parts.iter().map(Node::as_text).collect();
            Some(format!("!GetAtt {}", scalar(&parts?.join("."))))
        }
        Value::Text(text) => Some(format!("!{tag} {}", scalar(text))),
        Value::List(_) => Some(format!("!{tag} {}", value(argument, true))),
        Value::Map(_) | Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// A text, with quotes where it could be read as something else.
fn scalar(text: &str) -> String {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "-_./".contains(letter);
    let parts: Vec<&str> = text.split("::").collect();
    let is_plain = parts
        .iter()
        .all(|part| part.chars().all(is_part) && !part.is_empty())
        && text.starts_with(|letter: char| letter.is_ascii_alphabetic());
    let is_word = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]
        .contains(&text.to_ascii_lowercase().as_str());
    if is_plain && !is_word {
        return text.to_owned();
    }
    serde_json::Value::from(text).to_string()
}
