//! The actions of each IAM prefix, with their access level and the resource types they act on.
//!
//! Follows the
//! [Service Authorization Reference](https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html).

use super::template;
use crate::iam::Action;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The access level of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum AccessLevel {
    /// The action lists resources.
    #[serde(rename = "L")]
    List,
    /// The action reads contents or attributes.
    #[serde(rename = "R")]
    Read,
    /// The action adds or removes tags.
    #[serde(rename = "T")]
    Tagging,
    /// The action creates, changes or deletes resources.
    #[serde(rename = "W")]
    Write,
    /// The action grants or changes permissions.
    #[serde(rename = "P")]
    PermissionsManagement,
}

/// The actions and resource types of one IAM service prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceReference {
    pub(super) prefix: String,
    pub(super) actions: Vec<ActionRow>,
    /// The names in lower case with their index in `actions`, sorted, because IAM ignores the case of names.
    pub(super) by_folded_name: Vec<(String, usize)>,
    pub(super) types: Vec<ResourceType>,
    /// Condition keys. Actions and types refer to them by index.
    pub(super) condition_keys: Vec<String>,
    /// ARN formats that belong to no type of the reference. Actions refer to them by index.
    pub(super) further_formats: Vec<String>,
    pub(super) implied: Vec<Implied>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ActionRow {
    pub(super) action: Action,
    pub(super) level: AccessLevel,
    pub(super) types: Vec<usize>,
    pub(super) dependents: Vec<Action>,
    /// The action's own condition keys. Those of its types are in `ResourceType`.
    pub(super) condition_keys: Vec<usize>,
    pub(super) further_formats: Vec<usize>,
    /// The names of resource types of which the action's operation makes one, under an id that AWS gives.
    pub(super) made: BTreeSet<String>,
}

/// A type of resource that a policy can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceType {
    pub(super) name: String,
    pub(super) formats: Vec<String>,
    pub(super) granularity: Vec<String>,
    pub(super) patterns: Vec<String>,
    pub(super) condition_keys: Vec<usize>,
}

/// An action of another service that AWS performs with the caller's rights. Traces do not show it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Implied {
    /// The action.
    pub action: Action,
    /// Why AWS may perform it, as one sentence.
    pub reason: String,
}

/// One action in the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct ActionEntry<'c> {
    pub(super) reference: &'c ServiceReference,
    pub(super) row: &'c ActionRow,
    pub(super) number: u32,
}

impl ServiceReference {
    /// Returns the IAM prefix: the `s3` of `s3:GetObject`.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Returns the names of its actions, in byte order.
    pub fn action_names(&self) -> impl Iterator<Item = &str> {
        self.actions.iter().map(|row| row.action.name())
    }

    /// Returns its resource types, sorted by name.
    pub fn resource_types(&self) -> &[ResourceType] {
        &self.types
    }

    /// Returns every ARN format that is documented for the service.
    pub(super) fn all_formats(&self) -> impl Iterator<Item = &str> {
        let of_types = self.types.iter().flat_map(|kind| &kind.formats);
        of_types.chain(&self.further_formats).map(String::as_str)
    }

    /// Returns the actions of other services that AWS performs with the caller's rights when this service is used.
    pub fn implied(&self) -> &[Implied] {
        &self.implied
    }

    pub(super) fn action_place(&self, name: &str) -> Option<usize> {
        let folded = name.to_ascii_lowercase();
        let found = self
            .by_folded_name
            .binary_search_by(|(known, _)| known.as_str().cmp(&folded));
        let (_, place) = self.by_folded_name.get(found.ok()?)?;
        Some(*place)
    }

    pub(super) fn resource_type(&self, name: &str) -> Option<&ResourceType> {
        let found = self
            .types
            .binary_search_by(|known| known.name.as_str().cmp(name));
        self.types.get(found.ok()?)
    }
}

impl ResourceType {
    pub(super) fn new(
        name: String,
        formats: Vec<String>,
        granularity: Vec<String>,
        condition_keys: Vec<usize>,
    ) -> Self {
        let patterns = formats
            .iter()
            .map(|format| template::widest(format))
            .collect();
        Self {
            name,
            formats,
            granularity,
            patterns,
            condition_keys,
        }
    }

    /// Returns its name in the reference: `bucket`, `function`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns its ARN formats, with `${Variables}`.
    pub fn formats(&self) -> &[String] {
        &self.formats
    }

    /// Returns its ARN formats as patterns, with `*` for every variable.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// Returns an ARN template for each format, generalised as policies usually write it.
    pub fn granularity(&self) -> &[String] {
        &self.granularity
    }
}

impl<'c> ActionEntry<'c> {
    /// Returns the action, as AWS spells it.
    pub fn action(&self) -> Action {
        self.row.action.clone()
    }

    /// Returns its IAM prefix.
    pub fn prefix(&self) -> &'c str {
        &self.reference.prefix
    }

    /// Returns its name.
    pub fn name(&self) -> &'c str {
        self.row.action.name()
    }

    /// Returns its access level.
    pub fn level(&self) -> AccessLevel {
        self.row.level
    }

    /// Returns the resource types it acts on. There are none if it can only be granted on `*`.
    pub fn resource_types(&self) -> impl Iterator<Item = &'c ResourceType> {
        let reference = self.reference;
        self.row
            .types
            .iter()
            .filter_map(|place| reference.types.get(*place))
    }

    /// Returns every ARN format that the action can act on: those of its resource types, and those that only another
    /// version of the reference or other AWS pages have. Needs are made only from the types, but a grant on any of
    /// these formats is not dead.
    pub fn formats(&self) -> impl Iterator<Item = &'c str> {
        let of_types = self.resource_types().flat_map(ResourceType::formats);
        of_types.map(String::as_str).chain(self.further_formats())
    }

    /// Returns the ARN formats that do not belong to its types.
    pub(super) fn further_formats(&self) -> impl Iterator<Item = &'c str> {
        let reference = self.reference;
        let places = self.row.further_formats.iter();
        let further = places.filter_map(|place| reference.further_formats.get(*place));
        further.map(String::as_str)
    }

    /// Whether, according to the reference, it can only be granted on `*`.
    pub fn is_wildcard_only(&self) -> bool {
        self.row.types.is_empty()
    }

    /// Returns actions that AWS may check as well when this one is used, such as `iam:PassRole`.
    pub fn dependents(&self) -> &'c [Action] {
        &self.row.dependents
    }

    /// Returns its number in the whole catalogue.
    pub fn number(&self) -> u32 {
        self.number
    }
}
