//! Decodes the stored block of one IAM prefix.

use super::file::CatalogError;
use super::index::BlockRow;
use super::possible::PossibleRow;
use super::reference::{AccessLevel, ActionRow, Implied, ResourceType, ServiceReference};
use super::source::Source;
use crate::iam::Action;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// All facts about one IAM prefix.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) reference: ServiceReference,
    /// The SDK services that are authorised under this prefix, by their botocore names.
    pub(super) services: BTreeMap<String, ServiceWords>,
    /// What AWS may check in addition. Operations refer to these rows by index.
    pub(super) possible: Vec<PossibleRow>,
}

/// The operations and parameter names of one SDK service.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceWords {
    /// The mapping of each operation to actions.
    #[serde(rename = "o")]
    pub(super) operations: BTreeMap<String, Mapping>,
    /// Names of operations that occur only in recordings. The value is the operation; an empty value means that it is
    /// no AWS call.
    #[serde(rename = "y", default)]
    pub(super) spellings: BTreeMap<String, String>,
    /// Other normalised names under which a request member is recorded.
    #[serde(rename = "p", default)]
    pub(super) parameters: BTreeMap<String, Vec<String>>,
    /// Operations by folded name, to find them in any spelling.
    #[serde(skip)]
    pub(super) by_folded_name: BTreeMap<String, String>,
    /// The keys of `spellings` by folded name.
    #[serde(skip)]
    pub(super) by_folded_spelling: BTreeMap<String, String>,
}

/// The mapping of an operation to actions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mapping {
    #[serde(rename = "m")]
    pub(super) kind: Kind,
    #[serde(rename = "n")]
    pub(super) needs: Vec<NeedRule>,
    /// The indexes of what AWS may check in addition, on resources that the request does not name.
    #[serde(rename = "b", default)]
    pub(super) possible: Vec<usize>,
    /// The indexes of the implied actions of this operation.
    #[serde(rename = "k", default)]
    pub(super) implied: Vec<usize>,
    /// The resource types of which the operation makes one, under an id that AWS gives.
    #[serde(rename = "u", default)]
    pub(super) made: Vec<String>,
}

/// How certain the mapping is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Kind {
    #[serde(rename = "e")]
    Exact,
    #[serde(rename = "s")]
    SameName,
    #[serde(rename = "a")]
    Assumed,
    #[serde(rename = "n")]
    None,
}

/// One action that an operation needs, and its resources.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NeedRule {
    /// `Name` for an action of this prefix, or `prefix:Name`.
    #[serde(rename = "a")]
    pub(super) action: String,
    #[serde(rename = "r", default)]
    pub(super) resources: Vec<ResourceRule>,
    #[serde(rename = "i", default)]
    pub(super) condition: Option<ConditionRule>,
    /// 1 if AWS may check the action as well and the trace cannot show whether it does.
    #[serde(rename = "o", default)]
    pub(super) optional: u8,
    /// The index of the reason why AWS may check it.
    #[serde(rename = "b", default)]
    pub(super) possible: Option<usize>,
    /// Resource types of the action for which the operation has no rule, although it has rules for others.
    #[serde(rename = "d", default)]
    pub(super) others: Vec<String>,
    /// 1 if a call may name a resource of none of the types. AWS then checks it on `*`.
    #[serde(rename = "z", default)]
    pub(super) may_name_none: u8,
}

/// How to build the ARN of one resource type from the request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ResourceRule {
    /// The resource type. Empty if it is not known.
    #[serde(rename = "t")]
    pub(super) kind: String,
    /// Request members that may contain the whole ARN.
    #[serde(rename = "w", default)]
    pub(super) whole: Vec<Source>,
    /// The sources for each ARN variable.
    #[serde(rename = "v", default)]
    pub(super) variables: BTreeMap<String, Vec<Source>>,
    /// 1 if the call creates the identifier itself, or acts on all resources of the type.
    #[serde(rename = "u", default)]
    pub(super) open_ended: u8,
    /// 1 if every such call names this resource. If it was not recorded, the resource is unknown.
    #[serde(rename = "q", default)]
    pub(super) always_named: u8,
    /// 1 if the Service Authorization Reference marks the type as required.
    #[serde(rename = "s", default)]
    pub(super) starred: u8,
}

/// A condition on the request: `["has", S...]`, `["lacks", S...]`, `["starts", S, TEXT]`.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub(super) enum ConditionRule {
    Has(Vec<Source>),
    Lacks(Vec<Source>),
    Starts(Source, String),
}

impl TryFrom<Vec<String>> for ConditionRule {
    type Error = String;

    fn try_from(words: Vec<String>) -> Result<Self, String> {
        let mut words = words.into_iter();
        let verb = words.next().unwrap_or_default();
        let rest: Vec<String> = words.collect();
        let sources = || rest.iter().map(|text| Source::parse(text)).collect();
        match (verb.as_str(), rest.as_slice()) {
            ("has", [_, ..]) => Ok(Self::Has(sources())),
            ("lacks", [_, ..]) => Ok(Self::Lacks(sources())),
            ("starts", [source, text]) => Ok(Self::Starts(Source::parse(source), text.clone())),
            _ => Err(format!("`{verb}` is not a condition")),
        }
    }
}

#[derive(Deserialize)]
struct Stored {
    a: Vec<StoredAction>,
    c: Vec<String>,
    t: Vec<StoredType>,
    x: Vec<String>,
    s: BTreeMap<String, ServiceWords>,
    #[serde(default)]
    k: Vec<(String, String)>,
    b: Vec<(String, String, String)>,
}

/// Name, access level, indexes of its types, dependent actions, indexes of its own condition keys and of its further
/// ARN formats.
type StoredAction = (
    String,
    AccessLevel,
    Vec<i64>,
    Vec<String>,
    Vec<usize>,
    Vec<usize>,
);

#[derive(Deserialize)]
struct StoredType {
    n: String,
    f: Vec<String>,
    g: Vec<String>,
    c: Vec<usize>,
}

impl Stored {
    /// Checks that every index of a condition key or a further ARN format is in range.
    fn check_places(&self, prefix: &str) -> Result<(), CatalogError> {
        let within = |places: &[usize], names: &[String]| places.iter().all(|at| *at < names.len());
        let actions = self
            .a
            .iter()
            .all(|(.., keys, formats)| within(keys, &self.c) && within(formats, &self.x));
        if actions && self.t.iter().all(|kind| within(&kind.c, &self.c)) {
            return Ok(());
        }
        let problem = "it names a condition key or an ARN format that is not there";
        Err(CatalogError::content(prefix, problem))
    }
}

impl Block {
    pub(super) fn read(row: &BlockRow, raw: &[u8]) -> Result<Self, CatalogError> {
        let prefix = row.prefix.as_str();
        let mut stored: Stored =
            serde_json::from_slice(raw).map_err(|error| CatalogError::content(prefix, error))?;
        if usize::try_from(row.action_count) != Ok(stored.a.len()) {
            return Err(CatalogError::content(
                prefix,
                "it has not as many actions as the index says",
            ));
        }
        if stored
            .t
            .iter()
            .any(|kind| kind.f.len() != kind.g.len() || kind.f.is_empty())
        {
            return Err(CatalogError::content(
                prefix,
                "a resource type lacks a template",
            ));
        }
        stored.check_places(prefix)?;
        let mut services = std::mem::take(&mut stored.s);
        let made = made_by_actions(services.values());
        let possible = std::mem::take(&mut stored.b)
            .into_iter()
            .map(|(text, reason, letters)| {
                Ok(PossibleRow {
                    action: action(prefix, &text)?,
                    reason,
                    letters,
                })
            })
            .collect::<Result<_, CatalogError>>()?;
        let mut reference = reference(prefix, stored)?;
        for row in &mut reference.actions {
            row.made = made.get(row.action.name()).cloned().unwrap_or_default();
        }
        for words in services.values_mut() {
            words.by_folded_name = by_folded(words.operations.keys());
            words.by_folded_spelling = by_folded(words.spellings.keys());
        }
        Ok(Self {
            reference,
            services,
            possible,
        })
    }
}

/// Returns the resource types that the operations of each action make.
fn made_by_actions<'w>(
    services: impl Iterator<Item = &'w ServiceWords>,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut made: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for mapping in services.flat_map(|words| words.operations.values()) {
        for need in mapping.needs.iter().filter(|need| need.optional == 0) {
            let types = made.entry(need.action.clone()).or_default();
            types.extend(mapping.made.iter().cloned());
        }
    }
    made
}

fn by_folded<'n>(names: impl Iterator<Item = &'n String>) -> BTreeMap<String, String> {
    names
        .map(|name| (super::names::folded(name), name.clone()))
        .collect()
}

fn reference(prefix: &str, stored: Stored) -> Result<ServiceReference, CatalogError> {
    let mut types: Vec<ResourceType> = stored
        .t
        .into_iter()
        .map(|kind| ResourceType::new(kind.n, kind.f, kind.g, kind.c))
        .collect();
    if !types.is_sorted_by(|one, next| one.name < next.name) {
        return Err(CatalogError::content(
            prefix,
            "its resource types are not sorted",
        ));
    }
    types.shrink_to_fit();
    let actions = stored
        .a
        .into_iter()
        .map(
            |(name, level, places, dependents, condition_keys, further_formats)| {
                Ok(ActionRow {
                    action: action(prefix, &format!("{prefix}:{name}"))?,
                    level,
                    types: type_places(prefix, &places, types.len())?,
                    dependents: dependents
                        .iter()
                        .map(|text| action(prefix, text))
                        .collect::<Result<_, _>>()?,
                    condition_keys,
                    further_formats,
                    made: BTreeSet::new(),
                })
            },
        )
        .collect::<Result<Vec<_>, CatalogError>>()?;
    let mut by_folded_name: Vec<(String, usize)> = actions
        .iter()
        .enumerate()
        .map(|(place, row)| (row.action.name().to_ascii_lowercase(), place))
        .collect();
    by_folded_name.sort();
    let implied = stored
        .k
        .into_iter()
        .map(|(text, reason)| {
            Ok(Implied {
                action: action(prefix, &text)?,
                reason,
            })
        })
        .collect::<Result<_, CatalogError>>()?;
    Ok(ServiceReference {
        prefix: prefix.to_owned(),
        actions,
        by_folded_name,
        types,
        condition_keys: stored.c,
        further_formats: stored.x,
        implied,
    })
}

fn action(prefix: &str, text: &str) -> Result<Action, CatalogError> {
    text.parse()
        .map_err(|error| CatalogError::content(prefix, error))
}

/// Checks the indexes of an action's resource types. `-1` marks an action that can only be granted on `*`.
fn type_places(prefix: &str, places: &[i64], types: usize) -> Result<Vec<usize>, CatalogError> {
    let known = places.iter().filter(|place| **place >= 0).map(|place| {
        usize::try_from(*place)
            .ok()
            .filter(|place| *place < types)
            .ok_or_else(|| {
                CatalogError::content(prefix, "an action names a resource type that is not there")
            })
    });
    known.collect()
}
