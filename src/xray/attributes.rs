//! What OpenTelemetry recorded about a span, wherever the way to X-Ray put it.
//!
//! The collector writes span attributes to `metadata.default` or, when they are indexed, to `annotations`; the AWS-direct
//! path writes them flat into `metadata`, and some into `aws`. Names come with dots or with underscores. Only names of
//! OpenTelemetry's and AWS's own families are taken, so that a user's annotation `region` is not mistaken for one.

use super::call::normalised;
use super::json;
use super::segment::Node;
use serde_json::value::RawValue;

/// The first words of the attribute names that are taken.
const FAMILIES: &[&str] = &[
    "aws",
    "cloud",
    "db",
    "error",
    "exception",
    "faas",
    "gen",
    "http",
    "messaging",
    "net",
    "otel",
    "platformtype",
    "rpc",
    "server",
    "span",
    "url",
];

/// Attributes of one node that are read; a span has 128 at most by OpenTelemetry's default.
const MAX_ATTRIBUTES: usize = 1024;

/// Longest value that is kept: more than the longest ARN or queue URL.
pub(crate) const MAX_VALUE_LENGTH: usize = 8192;

/// The attributes of one node.
#[derive(Debug, Default)]
pub(crate) struct Attributes(Vec<Attribute>);

/// One attribute: its name as recorded and normalised, and its values.
#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) normalised: String,
    pub(crate) values: Vec<String>,
}

impl Attributes {
    /// Gathers the attributes in all places of a node but its `aws` block.
    pub(crate) fn of(node: &Node<'_>) -> Self {
        let mut attributes = Self::default();
        if let Some(annotations) = node.annotations {
            json::members(annotations, &mut |name, value| attributes.add(name, value));
        }
        if let Some(metadata) = node.metadata {
            json::members(metadata, &mut |name, value| {
                if value.get().starts_with('{') {
                    json::members(value, &mut |name, value| attributes.add(name, value));
                } else {
                    attributes.add(name, value);
                }
            });
        }
        attributes
    }

    /// Adds an attribute if it is of a family that matters.
    pub(crate) fn add(&mut self, name: &str, value: &RawValue) {
        let family = name.split(['.', '_']).next().unwrap_or_default();
        let known = FAMILIES
            .iter()
            .any(|known| family.eq_ignore_ascii_case(known));
        if !known || self.0.len() >= MAX_ATTRIBUTES {
            return;
        }
        let mut values = json::texts(value);
        values.retain(|value| !value.is_empty() && value.len() <= MAX_VALUE_LENGTH);
        if !values.is_empty() {
            self.0.push(Attribute {
                name: name.to_owned(),
                normalised: normalised(name),
                values,
            });
        }
    }

    /// The first value of the attribute with this normalised name.
    pub(crate) fn get(&self, normalised_name: &str) -> Option<&str> {
        let found = self
            .0
            .iter()
            .find(|attribute| attribute.normalised == normalised_name)?;
        found.values.first().map(String::as_str)
    }

    /// The first value of the first of these attributes that is there.
    pub(crate) fn first(&self, normalised_names: &[&str]) -> Option<&str> {
        normalised_names.iter().find_map(|name| self.get(name))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Attribute> {
        self.0.iter()
    }
}
