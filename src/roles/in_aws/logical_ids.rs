//! What the names in a stack's template stand for.

use super::{TargetError, stack};
use crate::aws::cloudformation::{StackApi, StackResource};
use std::collections::{BTreeMap, BTreeSet};

/// What a logical id stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Physical {
    /// A Lambda function, by its name.
    Function(String),
    /// An IAM role, by its name.
    Role(String),
}

impl Physical {
    fn of(resource: &StackResource) -> Option<Self> {
        let id = resource.physical_id.clone()?;
        match resource.kind.as_str() {
            "AWS::Lambda::Function" => Some(Self::Function(id)),
            "AWS::IAM::Role" => Some(Self::Role(id)),
            _ => None,
        }
    }

    fn id(&self) -> &str {
        match self {
            Self::Function(id) | Self::Role(id) => id,
        }
    }
}

/// The functions and roles that names of templates stand for, in stacks and those nested in them. A stack's own goes before one
/// that is nested deeper.
///
/// # Errors
///
/// When a stack cannot be read, a name is in none of them, or stands for several.
pub async fn physical<'i>(
    api: &impl StackApi,
    stacks: &[String],
    logical_ids: impl Iterator<Item = &'i String>,
) -> Result<BTreeMap<String, Physical>, TargetError> {
    let mut known: BTreeMap<String, BTreeMap<usize, BTreeSet<Physical>>> = BTreeMap::new();
    // What of it could not be read is told when its functions are looked up.
    let mut gaps = BTreeSet::new();
    for stack in stacks {
        for (depth, resource) in stack::resources(api, stack, &mut gaps).await? {
            if let Some(physical) = Physical::of(&resource) {
                let ids = known.entry(resource.logical_id).or_default();
                ids.entry(depth).or_default().insert(physical);
            }
        }
    }
    let mut found = BTreeMap::new();
    for logical_id in logical_ids {
        let of_name = known.get(logical_id).and_then(BTreeMap::first_key_value);
        let mut physical = of_name.into_iter().flat_map(|(_, ids)| ids);
        match (physical.next(), physical.next()) {
            (Some(one), None) => found.insert(logical_id.clone(), one.clone()),
            (Some(one), Some(other)) => {
                return Err(TargetError::SeveralOfLogicalId {
                    logical_id: logical_id.clone(),
                    physical_ids: vec![one.id().to_owned(), other.id().to_owned()],
                });
            }
            (None, _) => {
                return Err(TargetError::NoLogicalId {
                    logical_id: logical_id.clone(),
                    stacks: stacks.to_vec(),
                    known: known.into_keys().collect(),
                });
            }
        };
    }
    Ok(found)
}

/// The physical ids of all that stacks and those nested in them consist of, by logical id; a stack's own go before those that are
/// nested deeper. An id that stands for several is none.
///
/// # Errors
///
/// When a stack cannot be read.
pub async fn all_physical(
    api: &impl StackApi,
    stacks: &[String],
) -> Result<BTreeMap<String, String>, TargetError> {
    let mut known: BTreeMap<String, BTreeMap<usize, BTreeSet<String>>> = BTreeMap::new();
    // What of it could not be read is told when its functions are looked up.
    let mut gaps = BTreeSet::new();
    for stack in stacks {
        for (depth, resource) in stack::resources(api, stack, &mut gaps).await? {
            if let Some(physical) = resource.physical_id {
                let ids = known.entry(resource.logical_id).or_default();
                ids.entry(depth).or_default().insert(physical);
            }
        }
    }
    let only = known.into_iter().filter_map(|(logical_id, ids)| {
        let mut first = ids.into_iter().next()?.1.into_iter();
        let one = first.next()?;
        first.next().is_none().then_some((logical_id, one))
    });
    Ok(only.collect())
}
