//! References to what SAM makes: `Fn.Alias` is the alias that it made of the function `Fn`.

use super::tree::{self, Maker};
use crate::yaml::Node;
use std::collections::BTreeMap;

/// By resource and property, the logical id of what was made.
pub(super) type References = BTreeMap<(String, String), String>;

/// The same tree with references to what was made.
pub(super) fn rewritten(node: &Node, references: &References) -> Node {
    match tree::function(node) {
        Some(("Ref", argument)) => {
            let id = tree::text(argument).and_then(|name| replaced(name, references));
            if let Some(id) = id {
                return Maker::of(node, "SAM reference").reference(&id);
            }
        }
        Some(("Fn::GetAtt", argument)) => {
            let parts = tree::items(argument).iter();
            let parts: Option<Vec<&str>> = parts.map(tree::text).collect();
            let name = parts.map(|parts| parts.join("."));
            let id = name.and_then(|name| replaced(&name, references));
            if let Some((id, attribute)) = id.as_deref().and_then(|id| id.split_once('.')) {
                return Maker::of(node, "SAM reference").attribute(id, attribute);
            }
        }
        Some(("Fn::Sub", argument)) => {
            if let Some(argument) = substituted(argument, references) {
                return Maker::of(node, "SAM reference").map([("Fn::Sub", argument)]);
            }
        }
        _ => {}
    }
    tree::each_child(node, &|child| rewritten(child, references))
}

/// The argument of `Fn::Sub` with other references in its text; `None` if there are none.
fn substituted(argument: &Node, references: &References) -> Option<Node> {
    let make = Maker::of(argument, "SAM reference");
    if let Some(text) = tree::text(argument) {
        let changed = in_text(text, references);
        return (changed != text).then(|| make.text(&changed));
    }
    let [text, variables] = tree::items(argument) else {
        return None;
    };
    let written = tree::text(text)?;
    let changed = in_text(written, references);
    let variables = rewritten(variables, references);
    (changed != written).then(|| make.list([make.text(&changed), variables]))
}

fn in_text(text: &str, references: &References) -> String {
    let mut changed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        changed.push_str(before);
        changed.push_str("${");
        let Some((name, after)) = after.split_once('}') else {
            rest = after;
            break;
        };
        changed.push_str(&replaced(name, references).unwrap_or_else(|| name.to_owned()));
        changed.push('}');
        rest = after;
    }
    changed.push_str(rest);
    changed
}

/// `Fn.Alias` and what follows it, with the id of what was made.
fn replaced(name: &str, references: &References) -> Option<String> {
    let mut parts = name.splitn(3, '.');
    let key = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let id = references.get(&key)?;
    Some(match parts.next() {
        Some(rest) => format!("{id}.{rest}"),
        None => id.clone(),
    })
}
