//! The entries of `Policies`: a managed policy, a document, a policy template, or one of these on a condition.
//!
//! An entry keeps its place: the inline policy of entry 3 is called `...RolePolicy3`, whatever the others are.

use super::data::{PolicyTemplate, known};
use super::expansion::Expansion;
use super::role::Role;
use super::tree::{self, Maker};
use crate::template::Resource;
use crate::yaml::Node;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Managed,
    Document,
    Template,
    Unknown,
}

impl Kind {
    fn of(entry: &Node) -> Self {
        if tree::text(entry).is_some() {
            return Self::Managed;
        }
        if let Some((name, argument)) = tree::function(entry) {
            return if name == "Fn::If" {
                Self::of_branches(argument)
            } else {
                Self::Managed
            };
        }
        if tree::get(entry, "Statement").is_some() {
            return Self::Document;
        }
        match template_of(entry) {
            Some(_) => Self::Template,
            None => Self::Unknown,
        }
    }

    /// Both branches have to be of one kind, but for one that is nothing at all.
    fn of_branches(argument: &Node) -> Self {
        let [_, then, otherwise] = tree::items(argument) else {
            return Self::Unknown;
        };
        match (Self::of(then), Self::of(otherwise)) {
            (one, other) if one == other => one,
            (_, other) if tree::is_no_value(then) => other,
            (one, _) if tree::is_no_value(otherwise) => one,
            _ => Self::Unknown,
        }
    }
}

/// The policy template that an entry names, and what it is called with.
fn template_of(entry: &Node) -> Option<(&str, &'static PolicyTemplate, &Node)> {
    let mut entries = tree::entries(entry);
    let (name, values) = entries.next()?;
    let template = known().template(name)?;
    entries.next().is_none().then_some((name, template, values))
}

/// The entries of `Policies`, which may be one alone.
pub(super) fn entries(policies: Option<&Node>) -> Vec<&Node> {
    match policies {
        Some(node) if tree::is_list(node) => tree::items(node).iter().collect(),
        Some(node) if tree::is_true(node) => vec![node],
        Some(_) | None => Vec::new(),
    }
}

/// Adds what the entries say to a role.
pub(super) fn add(policies: &[&Node], role: &mut Role, of: &Resource, expansion: &mut Expansion) {
    for (index, entry) in policies.iter().enumerate() {
        let name = format!("{}Policy{index}", role.id);
        let made = match Kind::of(entry) {
            Kind::Managed => {
                role.attach(managed(entry, expansion.partition()));
                continue;
            }
            Kind::Document => on_condition(entry, &|document| {
                Some(Maker::of(entry, "SAM policy document").inline(&name, document.clone()))
            }),
            Kind::Template => on_condition(entry, &|entry| from_template(entry, &name)),
            Kind::Unknown => None,
        };
        match made {
            Some(policy) => role.inline.push(policy),
            None => expansion.refused(of, entry, &what_is_wrong(entry, index)),
        }
    }
}

/// Makes the entry, or both branches of a condition; a branch that is nothing stays.
fn on_condition(entry: &Node, make: &dyn Fn(&Node) -> Option<Node>) -> Option<Node> {
    let Some(("Fn::If", argument)) = tree::function(entry) else {
        return make(entry);
    };
    let [condition, then, otherwise] = tree::items(argument) else {
        return None;
    };
    let branch = |node: &Node| {
        if tree::is_no_value(node) {
            Some(node.clone())
        } else {
            make(node)
        }
    };
    let branches = [condition.clone(), branch(then)?, branch(otherwise)?];
    let maker = Maker::of(entry, "SAM policy on a condition");
    Some(maker.map([("Fn::If", maker.list(branches))]))
}

/// An entry's managed policy: its ARN if it is a name that SAM knows, else as it is written.
fn managed(entry: &Node, partition: &str) -> Node {
    if let Some(name) = tree::text(entry) {
        return match known().managed_arn(name, partition) {
            Some(arn) => Maker::of(entry, format!("managed policy {name}")).text(&arn),
            None => entry.clone(),
        };
    }
    let Some(("Fn::If", argument)) = tree::function(entry) else {
        return entry.clone();
    };
    let [condition, then, otherwise] = tree::items(argument) else {
        return entry.clone();
    };
    let branch = |node: &Node| match tree::text(node) {
        Some(_) => managed(node, partition),
        None => node.clone(),
    };
    let maker = Maker::of(entry, "SAM policy on a condition");
    let branches = [condition.clone(), branch(then), branch(otherwise)];
    maker.map([("Fn::If", maker.list(branches))])
}

/// The inline policy of an entry that names a policy template; `None` if it does not say all that the template asks for.
fn from_template(entry: &Node, policy_name: &str) -> Option<Node> {
    let (name, template, values) = template_of(entry)?;
    let is_said = |parameter: &String| tree::entries(values).any(|(said, _)| said == parameter);
    if !tree::is_map(values) || !template.parameters.iter().all(is_said) {
        return None;
    }
    let fill = |parameter: &str| {
        let mut values = tree::entries(values);
        let found = values.find(|(said, _)| *said == parameter);
        found.map(|(_, value)| value.clone())
    };
    let maker = Maker::of(entry, format!("SAM policy template {name}"));
    let document = maker.json(&template.document, &fill);
    Some(maker.inline(policy_name, document))
}

/// Why SAM refuses an entry.
fn what_is_wrong(entry: &Node, index: usize) -> String {
    let name = tree::entries(entry).next().map(|(name, _)| name);
    match (name, template_of(entry)) {
        (_, Some((name, template, _))) => format!(
            "entry {index} of `Policies` does not say what the policy template `{name}` asks for: {}",
            template.parameters.join(", ")
        ),
        (Some("Fn::If"), None) => format!(
            "the branches of the condition in entry {index} of `Policies` are not of one kind"
        ),
        (Some(name), None) => {
            format!("entry {index} of `Policies` is no policy that SAM knows: `{name}`")
        }
        (None, None) => format!("entry {index} of `Policies` is no policy"),
    }
}
