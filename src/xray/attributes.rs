//! Collects the OpenTelemetry attributes of a span, from every place of a segment document that can hold them.
//!
//! The collector writes span attributes to `metadata.default`, or to `annotations` if they are indexed. The path
//! without a collector writes them directly into `metadata`, and some into `aws`. Their names have dots or underscores.
//! Only names that OpenTelemetry or AWS define are collected, so that a user's annotation `region` is not mistaken for
//! one.

use super::call::normalised;
use super::json;
use super::segment::Node;
use serde_json::value::RawValue;

/// The first words of the attribute names that are collected.
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

/// How many attributes of one node are read. OpenTelemetry's default limit for a span is 128.
const MAX_ATTRIBUTES: usize = 1024;

/// The longest value that is kept. It is longer than the longest ARN or queue URL.
pub(crate) const MAX_VALUE_LENGTH: usize = 8192;

/// The attributes of one node.
#[derive(Debug, Default)]
pub(crate) struct Attributes(Vec<Attribute>);

/// One attribute: its recorded name, its normalised name, and its values.
#[derive(Debug)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) normalised: String,
    pub(crate) values: Vec<String>,
}

impl Attributes {
    /// Collects the attributes of a node, except those in its `aws` block.
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

    /// Adds an attribute if its name has a first word that matters.
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

    /// Returns the first value of the attribute with this normalised name.
    pub(crate) fn get(&self, normalised_name: &str) -> Option<&str> {
        let found = self
            .0
            .iter()
            .find(|attribute| attribute.normalised == normalised_name)?;
        found.values.first().map(String::as_str)
    }

    /// Returns the first value of the first of these attributes that exists.
    pub(crate) fn first(&self, normalised_names: &[&str]) -> Option<&str> {
        normalised_names.iter().find_map(|name| self.get(name))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Attribute> {
        self.0.iter()
    }
}
