//! Which resources of a template name which others, as they are written.

use super::language::elements;
use crate::template::read::long;
use crate::yaml::{Node, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The name under which outputs count as who refers.
pub(super) const OUTPUTS: &str = "";

/// Which logical ids each resource names, by its own logical id; what outputs name is under [`OUTPUTS`].
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct References(BTreeMap<String, BTreeSet<String>>);

impl References {
    pub(super) fn of(root: &Node) -> Self {
        let mut all = BTreeMap::new();
        let resources = root.get("Resources").map(Node::members).unwrap_or_default();
        for (key, resource) in resources {
            let mut resource = long(resource.clone());
            let buckets = notifying(&resource);
            // SAM makes resources of their own of what calls a function: it does not wait for them.
            if let Some(properties) = resource.get_mut("Properties") {
                properties.take("Events");
            }
            let mut named = BTreeSet::new();
            add(&resource, &mut named);
            let depends = resource.get("DependsOn").into_iter();
            let depends = depends.flat_map(elements);
            named.extend(depends.filter_map(Node::as_text).map(str::to_owned));
            all.insert(key.text.clone(), named);
            // SAM makes a bucket notify a function, and wait for its permission.
            for bucket in buckets {
                all.entry(bucket).or_default().insert(key.text.clone());
            }
        }
        let mut of_outputs = BTreeSet::new();
        if let Some(outputs) = root.get("Outputs") {
            add(&long(outputs.clone()), &mut of_outputs);
        }
        all.insert(OUTPUTS.to_owned(), of_outputs);
        Self(all)
    }

    /// Who names a resource, itself left out.
    pub(super) fn who_names(&self, id: &str) -> Vec<&str> {
        let all = self.0.iter();
        all.filter(|(own, named)| own.as_str() != id && named.contains(id))
            .map(|(own, _)| own.as_str())
            .collect()
    }

    /// What is named here and was not before: who names it, and it.
    pub(super) fn new_since<'r>(&'r self, before: &Self) -> Vec<(&'r str, &'r str)> {
        let mut new = Vec::new();
        for (own, named) in &self.0 {
            let old = before.0.get(own);
            let named = named
                .iter()
                .filter(|id| !old.is_some_and(|old| old.contains(*id)));
            new.extend(named.map(|id| (own.as_str(), id.as_str())));
        }
        new
    }

    /// Whether one resource needs another to be there first, by however many between.
    pub(super) fn leads(&self, from: &str, to: &str) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(id) = open.pop() {
            if id == to {
                return true;
            }
            if seen.insert(id) {
                open.extend(self.0.get(id).into_iter().flatten().map(String::as_str));
            }
        }
        false
    }
}

fn add(node: &Node, named: &mut BTreeSet<String>) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| add(item, named)),
        Value::Map(members) => {
            for (key, value) in members {
                let texts = || value.items().iter().chain([value]).find_map(Node::as_text);
                match key.text.as_str() {
                    "Ref" => named.extend(value.as_text().map(str::to_owned)),
                    "Fn::GetAtt" => {
                        let id = texts().and_then(|text| text.split('.').next());
                        named.extend(id.map(str::to_owned));
                    }
                    "Fn::Sub" => named.extend(texts().into_iter().flat_map(substituted)),
                    _ => {}
                }
                add(value, named);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
    }
}

/// The names in the braces of a `Fn::Sub`.
fn substituted(text: &str) -> impl Iterator<Item = String> {
    let inside = text.split("${").skip(1);
    let names = inside.filter_map(|rest| rest.split(['}', '.']).next());
    names.map(|name| name.trim().to_owned())
}

/// The buckets that a function of SAM's is called by.
fn notifying(resource: &Node) -> Vec<String> {
    let events = resource.get("Properties").and_then(|own| own.get("Events"));
    let events = events.map(Node::members).unwrap_or_default().iter();
    let of_s3 = events.filter(|(_, event)| event.get("Type").and_then(Node::as_text) == Some("S3"));
    of_s3
        .filter_map(|(_, event)| {
            let bucket = event.get("Properties")?.get("Bucket")?;
            Some(bucket.get("Ref")?.as_text()?.to_owned())
        })
        .collect()
}
