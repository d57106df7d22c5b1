//! Policies inside of templates.

pub mod sam;

use crate::yaml::{Node, Span};
use std::collections::BTreeMap;

/// A template, as it is read.
#[derive(Debug, Clone)]
pub struct Template {
    /// `Globals`.
    pub globals: Option<Node>,
    /// `Conditions`.
    pub conditions: Vec<(String, Node)>,
    /// `Resources`.
    pub resources: Vec<Resource>,
}

/// A resource of a template.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its name in the template.
    pub logical_id: String,
    /// `Type`.
    pub kind: String,
    /// `Properties`.
    pub properties: Node,
    /// `Condition`.
    pub condition: Option<String>,
    /// The whole of it as it is written.
    pub node: Node,
    /// Where it is written.
    pub span: Span,
}

/// What is known of the stack.
#[derive(Debug, Clone, Default)]
pub struct Values {
    /// Parameters by name.
    pub parameters: BTreeMap<String, Node>,
    /// The region.
    pub region: Option<String>,
}

/// What could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// What.
    pub detail: String,
    /// Where.
    pub span: Span,
}
