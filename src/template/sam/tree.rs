//! Reading trees, and writing new ones that remember what they were made of.

use crate::template::{MadeOf, Resource};
use crate::yaml::{Key, Node, Value};
use sha1::{Digest as _, Sha1};
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

/// The value of a key; nothing if it is not there, or there and empty.
pub(super) fn get<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let mut entries = entries(node);
    let (_, found) = entries.find(|(name, _)| *name == key)?;
    (found.value != Value::Null).then_some(found)
}

/// Keys and values of a map.
pub(super) fn entries(node: &Node) -> impl Iterator<Item = (&str, &Node)> {
    let entries = match &node.value {
        Value::Map(entries) => entries.as_slice(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => &[],
    };
    entries.iter().map(|(key, node)| (key.text.as_str(), node))
}

/// Elements of a list.
pub(super) fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Map(_) => &[],
    }
}

pub(super) fn text(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Text(text) => Some(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => None,
    }
}

pub(super) fn is_list(node: &Node) -> bool {
    matches!(node.value, Value::List(_))
}

pub(super) fn is_map(node: &Node) -> bool {
    matches!(node.value, Value::Map(_))
}

/// `true` itself.
pub(super) fn is_truth(node: &Node) -> bool {
    node.value == Value::Bool(true)
}

/// `false` itself.
pub(super) fn is_false(node: &Node) -> bool {
    node.value == Value::Bool(false)
}

/// Whether it is anything at all, as the transform asks: not empty, not `false`, not zero.
pub(super) fn is_true(node: &Node) -> bool {
    match &node.value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.trim_start_matches('-').parse() != Ok(0.0),
        Value::Text(text) => !text.is_empty(),
        Value::List(items) => !items.is_empty(),
        Value::Map(entries) => !entries.is_empty(),
    }
}

/// Name and argument of a function of templates.
pub(super) fn function(node: &Node) -> Option<(&str, &Node)> {
    let mut entries = entries(node);
    let (name, argument) = entries.next()?;
    let is_one = name == "Ref" || name == "Condition" || name.starts_with("Fn::");
    (is_one && entries.next().is_none()).then_some((name, argument))
}

/// Whether it is `!Ref AWS::NoValue`, which takes away what it is the value of.
pub(super) fn is_no_value(node: &Node) -> bool {
    matches!(function(node), Some(("Ref", argument)) if text(argument) == Some("AWS::NoValue"))
}

/// The logical id in `!Ref Id` and `!GetAtt Id.Attribute`.
pub(super) fn logical_id(node: &Node) -> Option<&str> {
    match function(node)? {
        ("Ref", argument) => text(argument),
        ("Fn::GetAtt", argument) => match items(argument) {
            [id, _] => text(id),
            _ => None,
        },
        _ => None,
    }
}

/// An attribute of a resource beside its properties.
pub(super) fn attribute<'r>(resource: &'r Resource, name: &str) -> Option<&'r Node> {
    get(&resource.attributes, name)
}

/// Whether two trees say the same, wherever they are written and whatever the order of keys.
pub(super) fn same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::List(ones), Value::List(others)) => {
            ones.len() == others.len()
                && ones.iter().zip(others).all(|(one, other)| same(one, other))
        }
        (Value::Map(ones), Value::Map(others)) => {
            let has = |name: &str, node: &Node| {
                let mut others = entries(other);
                others.any(|(known, other)| known == name && same(node, other))
            };
            ones.len() == others.len() && entries(one).all(|(name, node)| has(name, node))
        }
        (one, other) => one == other,
    }
}

/// The same tree with each child replaced.
pub(super) fn each_child(node: &Node, change: &dyn Fn(&Node) -> Node) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(change).collect()),
        Value::Map(entries) => {
            let entries = entries.iter();
            Value::Map(
                entries
                    .map(|(key, node)| (key.clone(), change(node)))
                    .collect(),
            )
        }
        value @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_)) => value.clone(),
    };
    node.with_value(value)
}

/// A name with ten letters of a hash behind it, as SAM makes names of conditions.
pub(super) fn hashed(name: &str, of: &str) -> String {
    let mut made = name.to_owned();
    for byte in Sha1::digest(of).iter().take(5) {
        // Writing to a string cannot fail.
        let _ = write!(made, "{byte:02x}");
    }
    made
}

/// A resource that was made for another.
pub(super) fn resource(
    id: &str,
    kind: &str,
    properties: Node,
    condition: Option<String>,
    of: &Resource,
) -> Resource {
    // What stands in the text keeps what stands beside it.
    let is_written = id == of.logical_id;
    Resource {
        logical_id: id.to_owned(),
        kind: kind.to_owned(),
        attributes: properties.with_value(Value::Map(Vec::new())),
        properties,
        condition,
        metadata: of.metadata.clone().filter(|_| is_written),
        depends_on: if is_written {
            of.depends_on.clone()
        } else {
            Vec::new()
        },
        span: of.span.clone(),
        made_of: (!is_written).then(|| MadeOf {
            logical_id: of.logical_id.clone(),
            by: "SAM".to_owned(),
        }),
    }
}

/// Writes elements that are made of one that is written.
#[derive(Debug, Clone)]
pub(super) struct Maker {
    from: Range<usize>,
    by: Arc<str>,
}

impl Maker {
    /// What is made of an element, and by what.
    pub(super) fn of(node: &Node, by: impl AsRef<str>) -> Self {
        Self {
            from: node.span(),
            by: Arc::from(by.as_ref()),
        }
    }

    /// What is made of a resource.
    pub(super) fn of_resource(resource: &Resource, by: impl AsRef<str>) -> Self {
        Self {
            from: resource.span.clone(),
            by: Arc::from(by.as_ref()),
        }
    }

    fn node(&self, value: Value) -> Node {
        Node::derived(value, &self.from, &self.by)
    }

    pub(super) fn text(&self, text: &str) -> Node {
        self.node(Value::Text(text.to_owned()))
    }

    pub(super) fn number(&self, number: &str) -> Node {
        self.node(Value::Number(number.to_owned()))
    }

    pub(super) fn truth(&self) -> Node {
        self.node(Value::Bool(true))
    }

    pub(super) fn list(&self, items: impl IntoIterator<Item = Node>) -> Node {
        self.node(Value::List(items.into_iter().collect()))
    }

    pub(super) fn map<'k>(&self, entries: impl IntoIterator<Item = (&'k str, Node)>) -> Node {
        let entries = entries.into_iter();
        let entries = entries.map(|(name, node)| (self.key(name), node));
        self.node(Value::Map(entries.collect()))
    }

    fn key(&self, name: &str) -> Key {
        Key::new(name, self.from.clone())
    }

    /// `!Ref id`.
    pub(super) fn reference(&self, id: &str) -> Node {
        self.map([("Ref", self.text(id))])
    }

    /// `!GetAtt id.attribute`.
    pub(super) fn attribute(&self, id: &str, attribute: &str) -> Node {
        let parts = self.list([self.text(id), self.text(attribute)]);
        self.map([("Fn::GetAtt", parts)])
    }

    /// `!Sub text`.
    pub(super) fn sub(&self, text: &str) -> Node {
        self.map([("Fn::Sub", self.text(text))])
    }

    /// `!If [condition, then, otherwise]`.
    pub(super) fn choose(&self, condition: &str, then: Node, otherwise: Node) -> Node {
        let branches = self.list([self.text(condition), then, otherwise]);
        self.map([("Fn::If", branches)])
    }

    /// The condition that another does not hold.
    pub(super) fn not(&self, condition: &str) -> Node {
        let condition = self.map([("Condition", self.text(condition))]);
        self.map([("Fn::Not", self.list([condition]))])
    }

    /// The condition that two others hold.
    pub(super) fn both(&self, one: &str, other: &str) -> Node {
        let conditions = [one, other].map(|name| self.map([("Condition", self.text(name))]));
        self.map([("Fn::And", self.list(conditions))])
    }

    /// The condition that one of several holds.
    pub(super) fn any(&self, conditions: &[String]) -> Node {
        let conditions = conditions.iter();
        let conditions = conditions.map(|name| self.map([("Condition", self.text(name))]));
        self.map([("Fn::Or", self.list(conditions))])
    }

    /// A tree of JSON, where `{"Ref": name}` is replaced if `fill` knows the name.
    pub(super) fn json(
        &self,
        json: &serde_json::Value,
        fill: &dyn Fn(&str) -> Option<Node>,
    ) -> Node {
        use serde_json::Value as Json;
        match json {
            Json::Object(entries) => {
                let reference = entries.get("Ref").filter(|_| entries.len() == 1);
                let filled = reference.and_then(Json::as_str).and_then(fill);
                filled.unwrap_or_else(|| {
                    let entries = entries.iter();
                    self.map(entries.map(|(name, json)| (name.as_str(), self.json(json, fill))))
                })
            }
            Json::Array(items) => self.list(items.iter().map(|json| self.json(json, fill))),
            Json::String(text) => self.text(text),
            Json::Number(number) => self.number(&number.to_string()),
            Json::Bool(truth) => self.node(Value::Bool(*truth)),
            Json::Null => self.node(Value::Null),
        }
    }

    /// A tree of JSON, where each text is replaced.
    pub(super) fn json_with(&self, json: &serde_json::Value, fill: &dyn Fn(&str) -> Node) -> Node {
        use serde_json::Value as Json;
        match json {
            Json::Object(entries) => {
                let entries = entries.iter();
                self.map(entries.map(|(name, json)| (name.as_str(), self.json_with(json, fill))))
            }
            Json::Array(items) => self.list(items.iter().map(|json| self.json_with(json, fill))),
            Json::String(text) => fill(text),
            Json::Number(_) | Json::Bool(_) | Json::Null => self.json(json, &|_| None),
        }
    }
}
