//! The roles that SAM makes, while they are being made: a function's event sources still add to its role.

use super::expansion::Expansion;
use super::tree::{self, Maker};
use crate::template::Resource;
use crate::yaml::Node;

/// A role that is being made.
#[derive(Debug)]
pub(super) struct Role {
    /// Its logical id.
    pub(super) id: String,
    /// Who may take it on.
    pub(super) trust: Node,
    /// `ManagedPolicyArns`.
    pub(super) managed: Vec<Node>,
    /// `Policies`.
    pub(super) inline: Vec<Node>,
    /// `Path`.
    pub(super) path: Option<Node>,
    /// `PermissionsBoundary`.
    pub(super) boundary: Option<Node>,
    /// The condition that it is made on, if it is another than that of what it is made for.
    pub(super) condition: Option<String>,
}

impl Role {
    /// A role without policies that a service may take on.
    pub(super) fn of_service(id: String, service: &str, make: &Maker) -> Self {
        Self {
            id,
            trust: make.trust(service),
            managed: Vec::new(),
            inline: Vec::new(),
            path: None,
            boundary: None,
            condition: None,
        }
    }

    /// Attaches a managed policy, unless it is attached already.
    pub(super) fn attach(&mut self, arn: Node) {
        if !self.managed.iter().any(|known| tree::same(known, &arn)) {
            self.managed.push(arn);
        }
    }

    /// Adds an inline policy, unless another has the same document.
    pub(super) fn add_once(&mut self, policy: Node) {
        let document = tree::get(&policy, "PolicyDocument");
        let has_it = |known: &Node| match (tree::get(known, "PolicyDocument"), document) {
            (Some(known), Some(document)) => tree::same(known, document),
            _ => false,
        };
        if !self.inline.iter().any(has_it) {
            self.inline.push(policy);
        }
    }

    /// Makes it, for a resource of the template.
    pub(super) fn finish(self, of: &Resource, make: &Maker, expansion: &mut Expansion) {
        let mut properties = vec![("AssumeRolePolicyDocument", self.trust)];
        if !self.managed.is_empty() {
            properties.push(("ManagedPolicyArns", make.list(self.managed)));
        }
        if !self.inline.is_empty() {
            properties.push(("Policies", make.list(self.inline)));
        }
        properties.extend(self.path.map(|path| ("Path", path)));
        properties.extend(self.boundary.map(|arn| ("PermissionsBoundary", arn)));
        let role = expansion.make(of, &self.id, "AWS::IAM::Role", properties, make);
        if self.condition.is_some() {
            role.condition = self.condition;
        }
    }
}
