//! What IAM can grant: the actions of each service prefix, their access level, and the resource types they act on.
//!
//! Follows the [Service Authorization Reference](https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html).

use super::template;
use crate::iam::Action;
use serde::Deserialize;

/// How AWS classes an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum AccessLevel {
    /// Lists resources.
    #[serde(rename = "L")]
    List,
    /// Reads contents or attributes.
    #[serde(rename = "R")]
    Read,
    /// Adds or removes tags.
    #[serde(rename = "T")]
    Tagging,
    /// Creates, changes or deletes.
    #[serde(rename = "W")]
    Write,
    /// Grants or changes permissions.
    #[serde(rename = "P")]
    PermissionsManagement,
}

/// The actions and resource types of one IAM service prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceReference {
    pub(super) prefix: String,
    pub(super) actions: Vec<ActionRow>,
    /// Lower-case name and place in `actions`, sorted, because IAM compares names without regard to case.
    pub(super) by_folded_name: Vec<(String, usize)>,
    pub(super) types: Vec<ResourceType>,
    /// Condition keys, which actions and types name by their place.
    pub(super) condition_keys: Vec<String>,
    /// ARN formats of no type of the reference, which actions name by their place.
    pub(super) further_formats: Vec<String>,
    pub(super) implied: Vec<Implied>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ActionRow {
    pub(super) action: Action,
    pub(super) level: AccessLevel,
    pub(super) types: Vec<usize>,
    pub(super) dependents: Vec<Action>,
    /// The action's own condition keys; those of its types are the types'.
    pub(super) condition_keys: Vec<usize>,
    pub(super) further_formats: Vec<usize>,
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

/// An action of another service that AWS performs with the caller's rights and that traces do not show.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Implied {
    /// The action.
    pub action: Action,
    /// Why it may be performed, one sentence.
    pub reason: String,
}

/// One action of the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct ActionEntry<'c> {
    pub(super) reference: &'c ServiceReference,
    pub(super) row: &'c ActionRow,
    pub(super) number: u32,
}

impl ServiceReference {
    /// The IAM prefix: the `s3` of `s3:GetObject`.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The names of its actions, in the byte order of their names.
    pub fn action_names(&self) -> impl Iterator<Item = &str> {
        self.actions.iter().map(|row| row.action.name())
    }

    /// Its resource types, by name.
    pub fn resource_types(&self) -> &[ResourceType] {
        &self.types
    }

    /// Every ARN format that anything of the service is documented with.
    pub(super) fn all_formats(&self) -> impl Iterator<Item = &str> {
        let of_types = self.types.iter().flat_map(|kind| &kind.formats);
        of_types.chain(&self.further_formats).map(String::as_str)
    }

    /// Actions of other services that AWS performs with the caller's rights when this service is used.
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

    /// Its name in the reference: `bucket`, `function`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its ARN formats, with `${Variables}`.
    pub fn formats(&self) -> &[String] {
        &self.formats
    }

    /// Its ARN formats as patterns, with `*` for every variable.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// The ARN templates at the generality at which people write policies, one for each format.
    pub fn granularity(&self) -> &[String] {
        &self.granularity
    }
}

impl<'c> ActionEntry<'c> {
    /// The action, spelt as AWS documents it.
    pub fn action(&self) -> Action {
        self.row.action.clone()
    }

    /// Its IAM prefix.
    pub fn prefix(&self) -> &'c str {
        &self.reference.prefix
    }

    /// Its name.
    pub fn name(&self) -> &'c str {
        self.row.action.name()
    }

    /// How AWS classes it.
    pub fn level(&self) -> AccessLevel {
        self.row.level
    }

    /// The resource types it acts on; none when it can only be granted on `*`.
    pub fn resource_types(&self) -> impl Iterator<Item = &'c ResourceType> {
        let reference = self.reference;
        self.row
            .types
            .iter()
            .filter_map(|place| reference.types.get(*place))
    }

    /// The ARN formats of all that it can act on: those of its resource types, and those that only another copy of the
    /// reference or AWS's other pages give. Of the latter no need is made; a grant on them is not dead.
    pub fn formats(&self) -> impl Iterator<Item = &'c str> {
        let of_types = self.resource_types().flat_map(ResourceType::formats);
        of_types.map(String::as_str).chain(self.further_formats())
    }

    /// The ARN formats that it can act on besides those of its types.
    pub(super) fn further_formats(&self) -> impl Iterator<Item = &'c str> {
        let reference = self.reference;
        let places = self.row.further_formats.iter();
        let further = places.filter_map(|place| reference.further_formats.get(*place));
        further.map(String::as_str)
    }

    /// Whether the reference says that it can only be granted on `*`.
    pub fn is_wildcard_only(&self) -> bool {
        self.row.types.is_empty()
    }

    /// Actions that AWS may check as well when this one is used (`iam:PassRole` and the like).
    pub fn dependents(&self) -> &'c [Action] {
        &self.row.dependents
    }

    /// Its number over the whole catalogue.
    pub fn number(&self) -> u32 {
        self.number
    }
}
