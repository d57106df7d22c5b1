//! Conditions of a template: true, false, or not known before the stack is deployed.

use super::resolve::{Resolver, has_symbol};
use crate::yaml::Node;
use std::collections::BTreeMap;

/// Conditions that refer to others, at most so deep.
const MAX_DEPTH: usize = 32;

/// The conditions that are known.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    known: BTreeMap<String, bool>,
}

impl Conditions {
    pub(super) fn of(resolver: &Resolver<'_>) -> Self {
        let mut conditions = Self::default();
        // In the order written a condition may refer to one that comes later: as often as there are new ones.
        for _ in 0..MAX_DEPTH {
            let before = conditions.known.len();
            for (key, node) in &resolver.template.conditions {
                if let Some(holds) = conditions.evaluated(node, resolver, 0) {
                    conditions.known.insert(key.text.clone(), holds);
                }
            }
            if conditions.known.len() == before {
                break;
            }
        }
        conditions
    }

    pub(super) fn holds(&self, name: &str) -> Option<bool> {
        self.known.get(name).copied()
    }

    fn evaluated(&self, node: &Node, resolver: &Resolver<'_>, depth: usize) -> Option<bool> {
        let (name, argument) = node.only_member()?;
        if depth > MAX_DEPTH {
            return None;
        }
        let inside = || {
            let items = argument.items().iter();
            items.map(|item| self.evaluated(item, resolver, depth + 1))
        };
        match name {
            "Condition" => self.holds(argument.as_text()?),
            "Fn::Equals" => {
                let [one, other] = argument.items() else {
                    return None;
                };
                let (one, other) = (resolver.text(one)?, resolver.text(other)?);
                (!has_symbol(&one) && !has_symbol(&other)).then_some(one == other)
            }
            "Fn::Not" => inside().next()?.map(|holds| !holds),
            "Fn::And" if inside().any(|one| one == Some(false)) => Some(false),
            "Fn::And" => inside().collect::<Option<Vec<_>>>().map(|_| true),
            "Fn::Or" if inside().any(|one| one == Some(true)) => Some(true),
            "Fn::Or" => inside().collect::<Option<Vec<_>>>().map(|_| false),
            _ => None,
        }
    }
}
