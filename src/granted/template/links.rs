//! Roles that templates hand to each other: as a parameter of a nested stack, as an output of one, as an export.
//!
//! Follows the reference itself and not the ARN, which nobody knows where the template does not name the role.

use super::Expanded;
use super::together::{Nested, written};
use crate::template::resolve::Resolver;
use crate::template::{Gap, Resource, Touches};
use crate::yaml::Node;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// References that lead from one template to the next.
const LONGEST_CHAIN: usize = 12;

/// Somebody of another template who uses a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Elsewhere {
    /// The place of the other template among those that are read together.
    pub template: usize,
    /// The logical id there.
    pub logical_id: String,
    /// Whether it is a state machine, and no function.
    pub is_state_machine: bool,
}

/// What is known of the roles of a template from others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Handed {
    /// Who uses it in other templates, by the logical id of the role.
    pub users: BTreeMap<String, BTreeSet<Elsewhere>>,
    /// Why not all is known of a role that is handed on, by its logical id.
    pub doubts: BTreeMap<String, BTreeSet<String>>,
    /// The functions and state machines that run with a role of another template, by logical id.
    pub held: BTreeSet<String>,
}

/// The roles that others use, template by template.
pub(super) fn handed(all: &[Expanded], nested: &[Nested]) -> Vec<Handed> {
    let links = Links {
        resolvers: all
            .iter()
            .map(|own| Resolver::new(&own.template, &own.values))
            .collect(),
        nested,
        exports: OnceCell::new(),
    };
    let mut handed = vec![Handed::default(); all.len()];
    for (place, own) in all.iter().enumerate() {
        for resource in &own.template.resources {
            links.of_user((place, own), resource, &mut handed);
            links.of_unread((place, own), resource, &mut handed);
        }
    }
    handed
}

struct Links<'t> {
    resolvers: Vec<Resolver<'t>>,
    nested: &'t [Nested],
    exports: OnceCell<BTreeMap<String, Option<(usize, &'t Node)>>>,
}

/// A role: the place of its template and its logical id.
type Role = (usize, String);

impl<'t> Links<'t> {
    /// The roles of other templates that a function or state machine uses.
    fn of_user(
        &self,
        (place, own): (usize, &'t Expanded),
        resource: &'t Resource,
        handed: &mut [Handed],
    ) {
        let (property, is_state_machine) = match resource.kind.as_str() {
            "AWS::Lambda::Function" => ("Role", false),
            "AWS::StepFunctions::StateMachine" => ("RoleArn", true),
            _ => return,
        };
        let resolver = self.resolvers.get(place);
        if resolver.and_then(|resolver| resolver.is_there(resource)) == Some(false) {
            return;
        }
        let Some(written) = resource.property(property) else {
            return;
        };
        for (template, role) in self.roles(place, written) {
            if let Some(own) = handed.get_mut(place) {
                own.held.insert(resource.logical_id.clone());
            }
            let Some(of_role) = handed.get_mut(template).filter(|_| template != place) else {
                continue;
            };
            let users = of_role.users.entry(role.clone()).or_default();
            users.insert(Elsewhere {
                template: place,
                logical_id: resource.logical_id.clone(),
                is_state_machine,
            });
            let gaps = own.template.gaps.iter().chain(&own.gaps);
            let is_of_user = |gap: &&Gap| matches!(&gap.touches, Touches::These(ids) if ids.contains(&resource.logical_id));
            let doubts = gaps.filter(is_of_user).map(|gap| own.told(gap));
            of_role.doubts.entry(role).or_default().extend(doubts);
        }
    }

    /// The roles that are handed to a nested stack that is not read.
    fn of_unread(
        &self,
        (place, own): (usize, &'t Expanded),
        resource: &'t Resource,
        handed: &mut [Handed],
    ) {
        let is_read =
            |nested: &Nested| nested.parent == place && nested.logical_id == resource.logical_id;
        if written(resource).is_none() || self.nested.iter().any(is_read) {
            return;
        }
        let given = resource.property("Parameters").map(Node::members);
        for (_, value) in given.unwrap_or_default() {
            for (template, role) in self.roles(place, value) {
                let told = format!(
                    "the role is handed to the nested stack `{}`, which is not judged: what uses it there is not known",
                    resource.words()
                );
                if let Some(of_role) = handed.get_mut(template) {
                    let doubts = of_role.doubts.entry(role).or_default();
                    doubts.insert(own.placed(&told, resource.span.start));
                }
            }
        }
    }

    /// The roles that a value of a template names.
    fn roles(&self, place: usize, value: &'t Node) -> BTreeSet<Role> {
        let mut found = BTreeSet::new();
        let mut asked = vec![(place, value)];
        let mut seen = BTreeSet::new();
        for _ in 0..LONGEST_CHAIN {
            let mut next = Vec::new();
            for (place, value) in asked {
                let Some(resolver) = self.resolvers.get(place) else {
                    continue;
                };
                for (node, _) in resolver.branches(value, false) {
                    if seen.insert((place, node.span().start, node.span().end)) {
                        self.step(place, node, &mut found, &mut next);
                    }
                }
            }
            asked = next;
        }
        found
    }

    /// One step: a role, or what leads to it.
    fn step(
        &self,
        place: usize,
        node: &'t Node,
        found: &mut BTreeSet<Role>,
        next: &mut Vec<(usize, &'t Node)>,
    ) {
        let Some(resolver) = self.resolvers.get(place) else {
            return;
        };
        let (name, attribute) = match reference(node) {
            Some(Reference::Own(name, attribute)) => (name, attribute),
            Some(Reference::Value(value)) => return next.push((place, value)),
            Some(Reference::Export(name)) => return next.extend(self.exported(place, name)),
            None => return,
        };
        if let Some(resource) = resolver.template.resource(name) {
            if resource.kind == "AWS::IAM::Role" {
                found.insert((place, name.to_owned()));
            }
            let inner = self.nested.iter();
            let mut inner =
                inner.filter(|own| own.parent == place && own.logical_id == resource.logical_id);
            let output = attribute.and_then(|attribute| attribute.strip_prefix("Outputs."));
            if let (Some(inner), Some(output)) = (inner.next(), output)
                && let Some(child) = self.resolvers.get(inner.child)
            {
                let outputs = child.template.outputs.iter();
                let values = outputs.filter(|(key, _)| key.text == output);
                next.extend(values.filter_map(|(_, own)| Some((inner.child, own.get("Value")?))));
            }
        } else if resolver.template.parameter(name).is_some() && attribute.is_none() {
            for outer in self.nested.iter().filter(|own| own.child == place) {
                let parent = self.resolvers.get(outer.parent);
                let stack = parent.and_then(|parent| parent.template.resource(&outer.logical_id));
                let given = stack.and_then(|stack| stack.property("Parameters")?.get(name));
                next.extend(given.map(|given| (outer.parent, given)));
            }
        }
    }

    /// What one template alone exports by a name.
    fn exported(&self, place: usize, name: &Node) -> Option<(usize, &'t Node)> {
        let name = self.resolvers.get(place)?.text(name)?;
        let exports = self.exports.get_or_init(|| self.exports());
        exports.get(&name).copied().flatten()
    }

    /// All exports by name; nothing for those of several.
    fn exports(&self) -> BTreeMap<String, Option<(usize, &'t Node)>> {
        let mut exports = BTreeMap::new();
        for (place, own) in self.resolvers.iter().enumerate() {
            for (_, output) in &own.template.outputs {
                let name = output.get("Export").and_then(|export| export.get("Name"));
                let name = name.and_then(|name| own.text(name));
                if let (Some(name), Some(value)) = (name, output.get("Value")) {
                    let entry = exports.entry(name);
                    entry
                        .and_modify(|known| *known = None)
                        .or_insert(Some((place, value)));
                }
            }
        }
        exports
    }
}

/// What a value names.
enum Reference<'n> {
    /// A resource or parameter of the same template, with the attribute.
    Own(&'n str, Option<&'n str>),
    /// Another value of the same template.
    Value(&'n Node),
    /// An export by its name.
    Export(&'n Node),
}

fn reference(node: &Node) -> Option<Reference<'_>> {
    let (function, argument) = node.only_member()?;
    match (function, argument.items()) {
        ("Ref", _) => Some(Reference::Own(argument.as_text()?, None)),
        ("Fn::GetAtt", [name, attribute]) => {
            Some(Reference::Own(name.as_text()?, attribute.as_text()))
        }
        ("Fn::ImportValue", _) => Some(Reference::Export(argument)),
        ("Fn::Sub", [text, variables]) => substituted(text.as_text()?, Some(variables)),
        ("Fn::Sub", _) => substituted(argument.as_text()?, None),
        _ => None,
    }
}

/// `${Role.Arn}`, or `arn:...:role/${RoleName}`.
fn substituted<'n>(text: &'n str, variables: Option<&'n Node>) -> Option<Reference<'n>> {
    let (before, name) = text.strip_suffix('}')?.rsplit_once("${")?;
    let is_whole = before.is_empty() || before.contains(":role/") && before.ends_with('/');
    if !is_whole || name.starts_with('!') {
        return None;
    }
    if let Some(value) = variables.and_then(|variables| variables.get(name)) {
        return Some(Reference::Value(value));
    }
    let (name, attribute) = match name.split_once('.') {
        Some((name, attribute)) => (name, Some(attribute)),
        None => (name, None),
    };
    Some(Reference::Own(name, attribute))
}
