//! The file that compare mode of `scan` writes, in the shape of this tool's predecessor.

use crate::compare::{Excess, Kind};
use crate::judge::JudgedRole;
use serde::Serialize;

/// One function, its role, and what the role is granted that was not observed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    arn: &'a str,
    role: Option<&'a str>,
    excess_permissions: Vec<Permission>,
}

/// A statement of what is excess.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Permission {
    effect: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_action: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_resource: Option<Vec<String>>,
}

/// An entry for every function that was asked for. The unit of comparison is the role: functions that share one have the
/// same excess.
pub fn render(roles: &[JudgedRole]) -> String {
    let mut entries: Vec<Entry<'_>> = roles
        .iter()
        .flat_map(|role| {
            let asked = role.functions.iter().filter(|function| function.target);
            asked.map(|function| Entry {
                arn: &function.arn,
                role: role.role.as_deref(),
                excess_permissions: role.comparison.excess.iter().map(permission).collect(),
            })
        })
        .collect();
    entries.sort_by(|one, other| (one.arn, one.role).cmp(&(other.arn, other.role)));
    super::json::pretty(&entries)
}

/// Of a wildcard that is used in part, the members that were not observed; else what the policy says.
fn permission(excess: &Excess) -> Permission {
    let unobserved = excess.unobserved.iter().map(ToString::to_string).collect();
    let written: Vec<String> = excess.actions.iter().cloned().collect();
    let resources: Vec<String> = excess.resources.iter().cloned().collect();
    let (action, not_action) = match excess.kind {
        Kind::BroadAction => (Some(unobserved), None),
        Kind::UnusedService | Kind::UnusedAction | Kind::BroadResource if excess.not_action => {
            (None, Some(written))
        }
        Kind::UnusedService | Kind::UnusedAction | Kind::BroadResource => (Some(written), None),
    };
    let (resource, not_resource) = if excess.not_resource {
        (None, Some(resources))
    } else {
        (Some(resources), None)
    };
    Permission {
        effect: "Allow",
        action,
        not_action,
        resource,
        not_resource,
    }
}
