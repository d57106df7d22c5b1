//! What each user of a shared role would need alone: how much narrower a role of its own would be.

use crate::iam::Action;
use crate::judge::JudgedRole;
use crate::needed::NeededPermissions;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What one function, or another owner, of a shared role would need of a role of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Share {
    /// Its ARN, or kind and name.
    pub function: String,
    /// Permissions that it needs alone: pairs of an action and what it is needed on.
    pub permissions: u64,
    /// Permissions that all users of the role need together.
    pub of: u64,
    /// Actions that the role needs and it does not.
    pub actions_less: u64,
    /// Resources, as general as people write them, that the role needs and it does not.
    pub resources_less: u64,
}

impl JudgedRole {
    /// What each of its users would need of a role of its own; those that were not observed are left out.
    pub fn split(&self) -> Vec<Share> {
        let observed = |function: &str| {
            let mut functions = self.functions.iter();
            functions.any(|user| user.arn == function && user.traces > 0)
        };
        let observed = self.alone.iter().filter(|(function, _)| observed(function));
        shares(observed.map(|(function, own)| (function.clone(), own)))
    }
}

/// The shares of those who use a role together; nothing for a role of one user.
///
/// Users without observed traces have no share: what they would need is not known.
pub fn shares<'a>(users: impl Iterator<Item = (String, &'a NeededPermissions)>) -> Vec<Share> {
    let users: Vec<(String, Extent<'_>)> = users
        .map(|(function, needs)| (function, Extent::of(needs)))
        .collect();
    if users.len() < 2 {
        return Vec::new();
    }
    let mut whole = Extent::default();
    for (_, extent) in &users {
        whole.permissions.extend(&extent.permissions);
        whole.actions.extend(&extent.actions);
        whole.resources.extend(&extent.resources);
    }
    let less = |whole: usize, own: usize| whole.saturating_sub(own) as u64;
    let mut shares: Vec<Share> = users
        .iter()
        .map(|(function, own)| Share {
            function: function.clone(),
            permissions: own.permissions.len() as u64,
            of: whole.permissions.len() as u64,
            actions_less: less(whole.actions.len(), own.actions.len()),
            resources_less: less(whole.resources.len(), own.resources.len()),
        })
        .collect();
    shares.sort();
    shares
}

/// How far needs reach.
#[derive(Debug, Default)]
struct Extent<'a> {
    permissions: BTreeSet<(&'a Action, &'a BTreeSet<String>)>,
    actions: BTreeSet<&'a Action>,
    resources: BTreeSet<&'a String>,
}

impl<'a> Extent<'a> {
    fn of(needs: &'a NeededPermissions) -> Self {
        let mut extent = Self::default();
        for permission in needs.needed.keys() {
            let pair = (&permission.action, &permission.resources);
            extent.permissions.insert(pair);
            extent.actions.insert(&permission.action);
            extent.resources.extend(&permission.resources);
        }
        extent
    }
}
