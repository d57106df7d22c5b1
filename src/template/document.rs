//! A policy document of a template with its values filled in, as far as they are known.
//!
//! What only an unknown condition brings counts in an `Allow` and not in a `Deny`: nothing is narrowed by what may not be there.

use super::resolve::{Resolver, has_symbol, is_uncertain};
use super::{Gap, Touches};
use crate::yaml::{self, Limits, Node, Origin, Schema, Value};
use std::ops::Range;

/// A document, and where in it an action is not known.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) document: Option<Node>,
    open: Vec<(String, Range<usize>)>,
}

impl Settled {
    pub(super) fn gaps(&self, touches: &Touches, place: &str) -> Vec<Gap> {
        let gaps = self.open.iter().map(|(text, span)| Gap {
            message: format!(
                "{place}: nobody knows which actions `{text}` is before it is deployed"
            ),
            span: span.clone(),
            touches: touches.clone(),
        });
        gaps.collect()
    }
}

/// The document with every value resolved; nothing where all of it is taken out.
pub(super) fn settled(written: &Node, uncertain: bool, resolver: &Resolver<'_>) -> Settled {
    let mut open = Vec::new();
    let document = resolver.value(written).and_then(of_text);
    let document = document.map(|mut document| {
        let uncertain = uncertain || is_uncertain(&document);
        if let Some(listed) = document.take("Statement") {
            let statements = listed.items().iter();
            let statements = statements.filter_map(|one| statement(one, uncertain, &mut open));
            let statements = Value::List(statements.collect());
            document.set("Statement", listed.with_value(statements));
        }
        document
    });
    Settled { document, open }
}

/// A document that is written as JSON inside a text.
fn of_text(node: Node) -> Option<Node> {
    const LIMITS: Limits = Limits {
        bytes: 1 << 20,
        depth: 32,
        values: 20_000,
    };
    let Some(text) = node.as_text() else {
        return Some(node);
    };
    let read = yaml::parse(text, Schema::Core, LIMITS).ok().flatten();
    read.filter(Node::is_map)
        .map(|inside| placed(inside, &node.origin))
        .or(Some(node))
}

/// The same, all of it at one place.
fn placed(node: Node, origin: &Origin) -> Node {
    let span = match origin {
        Origin::Written(span) | Origin::Derived { from: span, .. } => span.clone(),
    };
    let value = match node.value {
        Value::List(items) => {
            Value::List(items.into_iter().map(|item| placed(item, origin)).collect())
        }
        Value::Map(members) => {
            let members = members.into_iter().map(|(key, value)| {
                (
                    yaml::Key::new(key.text, span.clone()),
                    placed(value, origin),
                )
            });
            Value::Map(members.collect())
        }
        scalar @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_)) => scalar,
    };
    Node {
        origin: origin.clone(),
        tag: None,
        style: node.style,
        is_anchored: node.is_anchored,
        value,
    }
}

fn statement(node: &Node, uncertain: bool, open: &mut Vec<(String, Range<usize>)>) -> Option<Node> {
    let uncertain = uncertain || is_uncertain(node);
    if !node.is_map() {
        return Some(node.clone());
    }
    let mut own = Node {
        tag: None,
        ..node.clone()
    };
    let effects = own.get("Effect").map(Node::items).unwrap_or_default();
    let allows = effects
        .iter()
        .any(|effect| effect.as_text() == Some("Allow"));
    if !allows && (uncertain || effects.iter().any(is_uncertain)) {
        return None;
    }
    if effects.len() > 1 {
        let effect = node
            .get("Effect")?
            .with_value(Value::Text("Allow".to_owned()));
        own.set("Effect", effect);
    }
    for name in ["Action", "NotAction", "Resource", "NotResource"] {
        let Some(list) = own.get_mut(name) else {
            continue;
        };
        let widens = !name.starts_with("Not");
        let speaks_of_actions = name.ends_with("Action");
        let had_some = !list.items().is_empty();
        let mut kept = Vec::new();
        for item in list.items() {
            // What may not be there counts where it grants more.
            if is_uncertain(item) && widens != allows {
                continue;
            }
            let symbol = item
                .as_text()
                .filter(|text| speaks_of_actions && has_symbol(text));
            if let Some(text) = symbol {
                if widens == allows {
                    open.push((text.to_owned(), item.span()));
                }
                continue;
            }
            kept.push(Node {
                tag: None,
                ..item.clone()
            });
        }
        // All of it is taken out: of an `Action` nothing is left to grant or deny, of a `NotAction` everything.
        if kept.is_empty() && had_some {
            if widens {
                return None;
            }
            own.take(name);
            let all = node.with_value(Value::Text("*".to_owned()));
            own.set(name.trim_start_matches("Not"), all);
            continue;
        }
        let list = own.get_mut(name)?;
        *list = match (&list.value, kept.as_slice()) {
            (Value::List(_), _) => list.with_value(Value::List(kept)),
            (_, [one]) => one.clone(),
            _ => list.with_value(Value::List(kept)),
        };
    }
    if own.get("Condition").is_some_and(hangs_on_unknown) {
        if !allows {
            return None;
        }
        own.take("Condition");
    }
    Some(own)
}

/// Whether something in it is only there under an unknown condition.
fn hangs_on_unknown(node: &Node) -> bool {
    is_uncertain(node)
        || match &node.value {
            Value::List(items) => items.iter().any(hangs_on_unknown),
            Value::Map(members) => members.iter().any(|(_, value)| hangs_on_unknown(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => false,
        }
}
