//! Who may assume a role of a template, besides the functions and state machines that it is for.

use super::Elsewhere;
use crate::granted::iam_roles::{UNREADABLE_TRUST, others_who_may_assume_in};
use crate::template::Values;
use crate::template::roles::TemplateRole;
use crate::yaml::{Node, Value};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// What the template has in the place of the account where that is not known.
const ACCOUNT: &str = "${AWS::AccountId}";

/// A sentence for each; none where the template says nothing of it, or nobody is known who takes the role.
pub(super) fn others(
    role: &TemplateRole,
    elsewhere: Option<&BTreeSet<Elsewhere>>,
    values: &Values,
) -> BTreeSet<String> {
    let mut elsewhere = elsewhere.into_iter().flatten().peekable();
    let has_users_elsewhere = elsewhere.peek().is_some();
    let has_state_machine =
        !role.state_machines.is_empty() || elsewhere.any(|user| user.is_state_machine);
    let is_taken = !role.functions.is_empty() || has_state_machine || has_users_elsewhere;
    let Some(trust) = role.trust.as_ref().filter(|_| is_taken) else {
        return BTreeSet::new();
    };
    let account = values.account.as_deref().unwrap_or(ACCOUNT);
    let Some(mut others) = others_who_may_assume_in(account, &json(trust).to_string()) else {
        return BTreeSet::from([UNREADABLE_TRUST.to_owned()]);
    };
    if has_state_machine {
        others.retain(|other| !other.starts_with("the service states."));
    }
    others
}

/// As IAM reads it: whatever is no list and no map is text.
fn json(node: &Node) -> Json {
    match &node.value {
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(members) => members
            .iter()
            .map(|(key, value)| (key.text.clone(), json(value)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {
            node.to_text().map_or(Json::Null, Json::String)
        }
    }
}
