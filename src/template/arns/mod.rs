//! What `Ref` and `Fn::GetAtt` give of a resource: its name, and ARNs that are made of it.
//!
//! From the schemas of CloudFormation's types and IAM's ARN formats ([`known`]), and a few types by hand ([`hand`]). An attribute
//! that neither knows has no ARN that could be written down before it is deployed: it stays a symbol.

mod hand;
mod holes;
mod known;

pub(super) use holes::{Hole, Mode, Piece, pieces};

use std::collections::BTreeMap;

/// What `Ref` gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reference {
    /// The name, or an id that AWS makes.
    Name,
    /// The ARN.
    Arn,
    /// The address of a queue.
    QueueUrl,
    /// Several values in one, or what no schema says.
    Unknown,
}

/// How the name and the ARNs of a type are made.
#[derive(Debug)]
pub(super) struct Shape {
    /// What `Ref` gives.
    pub(super) reference: Reference,
    /// The property that names it; empty where AWS makes an id.
    pub(super) name: String,
    /// The attribute that is the id which AWS makes.
    made: String,
    /// The attribute that is its own ARN; empty where none is.
    pub(super) own: String,
    /// Its own ARN, with holes.
    pub(super) arn: Option<String>,
    /// The ARN of each attribute, its own and those of other things.
    attributes: BTreeMap<String, String>,
}

/// Attributes that are the name of what they are of.
const NAMES: &[&str] = &[
    "QueueName",
    "TopicName",
    "Name",
    "PipelineName",
    "ApiId",
    "RestApiId",
];

/// How the ARN of a type is made, where that is known.
pub(super) fn of(kind: &str) -> Option<&'static Shape> {
    known::shapes().get(kind)
}

impl Shape {
    /// The service's name in the ARN; empty where it has none.
    pub(super) fn service(&self) -> &str {
        let arn = self.arn.as_deref().unwrap_or_default();
        arn.split(':').nth(2).unwrap_or_default()
    }

    /// The ARN that an attribute is, with holes.
    pub(super) fn attribute(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).map(String::as_str)
    }

    /// Whether an attribute is the ARN of the resource itself.
    pub(super) fn is_own(&self, attribute: &str) -> bool {
        self.arn.is_some() && self.attribute(attribute) == self.arn.as_deref()
    }

    /// Whether an attribute is the name.
    pub(super) fn is_name(&self, attribute: &str) -> bool {
        let is_id = !self.made.is_empty() && self.made == attribute;
        let is_made = self.name.is_empty() && attribute.ends_with("ApiId");
        is_id || NAMES.contains(&attribute) && (!self.name.is_empty() || is_made)
    }

    /// Whether a part that AWS makes is the id of the resource.
    pub(super) fn is_made(&self, made: &str) -> bool {
        made.is_empty() || made == self.made
    }

    /// Whether the last part of its ARN is its name.
    pub(super) fn ends_in_name(&self) -> bool {
        let last = pieces(self.arn.as_deref().unwrap_or_default()).last();
        match last {
            Some(Piece::Hole(Hole::Made(made))) => self.is_made(made),
            Some(Piece::Hole(Hole::Property { name, .. })) => name == self.name,
            Some(Piece::Text(_) | Piece::Hole(_)) | None => false,
        }
    }
}
