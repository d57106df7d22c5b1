//! `Globals`: properties that each resource of a kind has, unless it says otherwise.

use super::tree::{self, Maker};
use crate::template::Resource;
use crate::yaml::Node;

/// What SAM does not take from `Globals` for a function, and refuses there.
pub(super) const REFUSED: [&str; 4] = ["Role", "Policies", "FunctionName", "Events"];

/// A dictionary or list of a resource that is taken instead of the global one, and not joined with it.
const REPLACED: [&str; 2] = [
    "Function.Architectures",
    "CapacityProvider.InstanceRequirements.Architectures",
];

/// The properties of a resource with what `Globals` says for its kind.
pub(super) fn merged(globals: Option<&Node>, resource: &Resource) -> Node {
    let own = &resource.properties;
    let kind = resource.kind.strip_prefix("AWS::Serverless::");
    let section = kind.and_then(|kind| Some((kind, tree::get(globals?, kind)?)));
    let Some((kind, section)) = section.filter(|(_, section)| tree::is_map(section)) else {
        return own.clone();
    };
    let ignored = tree::attribute(resource, "IgnoreGlobals");
    if ignored.and_then(tree::text) == Some("*") {
        return own.clone();
    }
    let ignored = ignored.map(tree::items).unwrap_or_default().iter();
    let ignored: Vec<&str> = ignored.filter_map(tree::text).collect();
    let kept = tree::entries(section).filter(|(name, _)| !ignored.contains(name));
    let kept = kept.map(|(name, node)| (name, node.clone()));
    let make = Maker::of(section, format!("SAM globals of {kind}"));
    if !tree::is_map(own) {
        return make.map(kept);
    }
    merge(&make.map(kept), own, kind)
}

/// The destinations that a function has from `Globals` as they are written there, and not joined with its own.
pub(super) fn shared_destinations(
    globals: Option<&Node>,
    resource: &Resource,
) -> Vec<&'static str> {
    let is_function = resource.kind == "AWS::Serverless::Function";
    // What is left of `Globals` after `IgnoreGlobals` is a copy.
    if !is_function || tree::attribute(resource, "IgnoreGlobals").is_some() {
        return Vec::new();
    }
    let of = |properties: &'_ Node, outcome: &str| {
        let config = tree::get(properties, "EventInvokeConfig")?;
        let destinations = tree::get(config, "DestinationConfig")?;
        tree::get(destinations, outcome).map(|_| ())
    };
    let section = globals.and_then(|globals| tree::get(globals, "Function"));
    let outcomes = ["OnSuccess", "OnFailure"].into_iter();
    let is_shared = |outcome: &&'static str| {
        section.and_then(|section| of(section, outcome)).is_some()
            && of(&resource.properties, outcome).is_none()
    };
    outcomes.filter(is_shared).collect()
}

/// How SAM counts a value here: functions are values.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    Map,
    List,
}

fn kind(node: &Node) -> Kind {
    if tree::is_map(node) && tree::function(node).is_none() {
        Kind::Map
    } else if tree::is_list(node) {
        Kind::List
    } else {
        Kind::Plain
    }
}

fn merge(global: &Node, own: &Node, path: &str) -> Node {
    let same = kind(global) == kind(own);
    if !same || kind(own) == Kind::Plain || REPLACED.contains(&path) {
        return own.clone();
    }
    let make = Maker::of(global, "SAM globals");
    if kind(own) == Kind::List {
        let joined = tree::items(global).iter().chain(tree::items(own));
        return make.list(joined.cloned());
    }
    let prune = path == "CapacityProvider.ManagedResourceTags";
    let inherited = tree::entries(global).filter_map(|(name, node)| {
        match tree::entries(own).find(|(own, _)| *own == name) {
            Some((_, own)) => Some((name, merge(node, own, &format!("{path}.{name}")))),
            None => (!prune).then(|| (name, node.clone())),
        }
    });
    let is_new = |name: &str| tree::entries(global).all(|(known, _)| known != name);
    let new = tree::entries(own).filter(|(name, _)| is_new(name));
    let new = new.map(|(name, node)| (name, node.clone()));
    make.map(inherited.chain(new).collect::<Vec<_>>())
}
