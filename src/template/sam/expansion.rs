//! What an expansion knows and has made so far.

use super::events::Event;
use super::references::References;
use super::role::Role;
use super::tree::{self, Maker};
use crate::partition;
use crate::template::{Gap, Resource, Template, Touches, Values};
use crate::yaml::{Key, Node, Value};
use std::collections::{BTreeMap, BTreeSet};

/// An expansion under way.
#[derive(Debug)]
pub(super) struct Expansion {
    /// What parameters are known to be.
    parameters: BTreeMap<String, Node>,
    partition: String,
    /// What was made, and what needed no expansion.
    pub(super) resources: Vec<Resource>,
    /// Conditions that SAM adds.
    pub(super) conditions: Vec<(Key, Node)>,
    /// What `Fn.Alias` and the like stand for.
    pub(super) references: References,
    /// What could not be expanded.
    pub(super) gaps: Vec<Gap>,
    deployments: Vec<Deployment>,
    /// Functions that have a destination of `Globals` as it is written there.
    sharing: BTreeSet<(String, &'static str)>,
    /// What the first of them made of it.
    shared: BTreeMap<&'static str, Node>,
}

/// A function that is deployed step by step.
#[derive(Debug)]
struct Deployment {
    of: Resource,
    condition: Option<String>,
    has_role: bool,
}

impl Expansion {
    /// Begins with what needs no expansion.
    pub(super) fn new(template: &Template, values: &Values, resources: Vec<Resource>) -> Self {
        let region = values.region.as_deref();
        let partition = values
            .partition
            .clone()
            .or_else(|| region.map(|region| partition::of_region(region).to_owned()));
        let defaults = template.parameters.iter();
        let defaults = defaults.filter_map(|said| Some((said.name.clone(), said.default.clone()?)));
        let mut parameters: BTreeMap<String, Node> = defaults.collect();
        let given = values.parameters.iter().map(|(name, value)| {
            let value = Value::Text(value.clone());
            (name.clone(), Node::derived(value, &(0..0), "parameter"))
        });
        parameters.extend(given);
        Self {
            parameters,
            partition: partition.unwrap_or_else(|| "aws".to_owned()),
            resources,
            conditions: Vec::new(),
            references: References::new(),
            gaps: Vec::new(),
            deployments: Vec::new(),
            sharing: BTreeSet::new(),
            shared: BTreeMap::new(),
        }
    }

    /// Says that a function has a destination of `Globals` as it is written there.
    pub(super) fn share(&mut self, function: &str, outcome: &'static str) {
        self.sharing.insert((function.to_owned(), outcome));
    }

    /// Where a destination of `Globals` goes, if the function has it from there and another has made it.
    pub(super) fn shared(&self, function: &str, outcome: &'static str) -> Option<&Node> {
        let shares = self.sharing.contains(&(function.to_owned(), outcome));
        self.shared.get(outcome).filter(|_| shares)
    }

    /// Keeps where a destination goes, for those that have it from `Globals` too: the transform writes it back there, so that all
    /// of them send to what was made for the first.
    pub(super) fn keep_shared(&mut self, function: &str, outcome: &'static str, to: &Node) {
        if self.sharing.contains(&(function.to_owned(), outcome)) {
            self.shared.entry(outcome).or_insert_with(|| to.clone());
        }
    }

    /// The partition that managed policies are named in.
    pub(super) fn partition(&self) -> &str {
        &self.partition
    }

    /// The managed policy that lets a role write traces.
    pub(super) fn xray_policy(&self) -> &'static str {
        if self.partition == "aws" {
            "AWSXrayWriteOnlyAccess"
        } else {
            "AWSXRayDaemonWriteAccess"
        }
    }

    /// The value of a parameter that an element refers to, if it is known; else the element.
    pub(super) fn resolved(&self, node: &Node) -> Node {
        let Some(("Ref", argument)) = tree::function(node) else {
            return node.clone();
        };
        let value = tree::text(argument).and_then(|name| self.parameters.get(name));
        value.unwrap_or(node).clone()
    }

    /// A resource that is there by now.
    pub(super) fn resource(&self, id: &str) -> Option<&Resource> {
        self.resources
            .iter()
            .find(|resource| resource.logical_id == id)
    }

    /// A property of a resource, with the parameter that it refers to.
    pub(super) fn written_property(&self, id: &str, name: &str) -> Option<Node> {
        let property = tree::get(&self.resource(id)?.properties, name)?;
        Some(self.resolved(property))
    }

    /// Makes a resource for another, on its condition.
    pub(super) fn make(
        &mut self,
        of: &Resource,
        id: &str,
        kind: &str,
        properties: Vec<(&str, Node)>,
        make: &Maker,
    ) -> &mut Resource {
        let properties = make.map(properties);
        let resource = tree::resource(id, kind, properties, of.condition.clone(), of);
        let place = self.resources.len();
        self.resources.push(resource);
        #[expect(clippy::indexing_slicing, reason = "it was pushed there")]
        &mut self.resources[place]
    }

    /// Keeps what a reference to a resource's property stands for; the first one holds.
    pub(super) fn refer(&mut self, id: &str, property: &str, to: &str) {
        let key = (id.to_owned(), property.to_owned());
        self.references.entry(key).or_insert_with(|| to.to_owned());
    }

    /// Adds a condition.
    pub(super) fn add_condition(&mut self, name: &str, condition: Node) {
        if self.conditions.iter().all(|(known, _)| known.text != name) {
            let key = Key::new(name, condition.span());
            self.conditions.push((key, condition));
        }
    }

    /// Something that SAM refuses, so that the template cannot be deployed as it is.
    pub(super) fn refused(&mut self, of: &Resource, node: &Node, problem: &str) {
        let id = &of.logical_id;
        let touches = match of.kind.as_str() {
            // Whose role it would be, is what is not known.
            "AWS::Serverless::Connector" => Touches::Every,
            _ => Touches::These([id.clone(), format!("{id}Role")].into()),
        };
        self.gaps.push(Gap {
            message: format!("SAM refuses `{id}`: {problem}"),
            span: node.span(),
            touches,
        });
    }

    /// Policies beside a role that is given.
    pub(super) fn without_effect(&mut self, of: &Resource, policies: &Node) {
        self.gaps.push(Gap {
            message: format!(
                "`Policies` of `{}` is written and without effect: `Role` is given, and SAM adds nothing to it",
                of.logical_id
            ),
            span: policies.span(),
            touches: Touches::Nothing,
        });
    }

    /// The API that is made for events that name none.
    pub(super) fn implicit_api(&mut self, event: &Event<'_>, of: &Resource) {
        let (given, id, kind) = match event.kind {
            "HttpApi" => ("ApiId", "ServerlessHttpApi", "AWS::ApiGatewayV2::Api"),
            _ => ("RestApiId", "ServerlessRestApi", "AWS::ApiGateway::RestApi"),
        };
        if event.get(given).is_some() || self.resource(id).is_some() {
            return;
        }
        let make = Maker::of(event.node, "SAM implicit API");
        self.make(of, id, kind, Vec::new(), &make).condition = None;
    }

    /// Keeps a function that is deployed step by step.
    pub(super) fn deployment(&mut self, of: &Resource, preference: Option<&Node>) {
        let Some(preference) = preference.filter(|node| tree::is_true(node)) else {
            return;
        };
        let flag = |name: &str| {
            let node = tree::get(preference, name)?;
            let node = self.resolved(node);
            let is_off = ["false", "False"]
                .iter()
                .any(|off| tree::text(&node) == Some(off));
            Some(tree::is_true(&node) && !is_off)
        };
        if flag("Enabled") == Some(false) {
            return;
        }
        let passes = flag("PassthroughCondition") == Some(true);
        let condition = of.condition.clone().filter(|_| passes);
        let has_role = tree::get(preference, "Role").is_some();
        let of = of.clone();
        self.deployments.push(Deployment {
            of,
            condition,
            has_role,
        });
    }

    /// Makes the role by which functions are deployed, if one of them asks for it.
    pub(super) fn finish_deployments(&mut self) {
        let deployments = std::mem::take(&mut self.deployments);
        let Some(first) = deployments.iter().find(|one| !one.has_role) else {
            return;
        };
        let make = Maker::of_resource(&first.of, "SAM deployment preference");
        let mut of = first.of.clone();
        of.condition = None;
        let conditions = deployments.iter().map(|one| one.condition.clone());
        let conditions: Option<Vec<String>> = conditions.collect();
        if let Some(mut conditions) = conditions {
            conditions.sort();
            conditions.dedup();
            of.condition = if let [one] = conditions.as_slice() {
                Some(one.clone())
            } else {
                let name = "ServerlessCodeDeployCondition";
                self.add_condition(name, make.any(&conditions));
                Some(name.to_owned())
            };
        }
        let id = "CodeDeployServiceRole".to_owned();
        let mut role = Role::of_service(id, "codedeploy.amazonaws.com", &make);
        let name = match self.partition.as_str() {
            "aws-iso" | "aws-iso-b" => "service-role/AWSCodeDeployRoleForLambdaLimited",
            _ => "service-role/AWSCodeDeployRoleForLambda",
        };
        role.managed.push(make.aws_policy(&self.partition, name));
        role.finish(&of, &make, self);
    }
}
