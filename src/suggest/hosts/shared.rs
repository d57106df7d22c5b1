//! Who else has what an edit would change: a managed policy that others name, and a role that others may take.

use super::language::elements;
use super::references::{OUTPUTS, References};
use crate::template::read::long;
use crate::yaml::{Node, Value};
use std::collections::BTreeSet;

/// What runs functions: whose calls are in the traces.
const LAMBDA: [&str; 3] = [
    "lambda.amazonaws.com",
    "lambda.amazonaws.com.cn",
    "edgelambda.amazonaws.com",
];

/// Who may have a managed policy besides the role that is judged: anybody who names it, by its logical id, its name or what it is
/// exported as.
pub(super) fn others(logical_id: &str, resource: &Node, references: &References) -> Option<String> {
    if resource.get("Type").and_then(Node::as_text) != Some("AWS::IAM::ManagedPolicy") {
        return None;
    }
    let properties = resource.get("Properties")?;
    if properties.get("ManagedPolicyName").is_some() {
        return Some(format!(
            "`{logical_id}` is a managed policy with a name, by which others may have it too"
        ));
    }
    let naming = references.who_names(logical_id);
    if naming.contains(&OUTPUTS) {
        return Some(format!(
            "`{logical_id}` is among the outputs, and other stacks may attach it"
        ));
    }
    let most = usize::from(properties.get("Roles").is_none());
    (naming.len() > most).then(|| {
        format!(
            "`{logical_id}` is a managed policy that {} name: what one of them does not need another may",
            naming
                .iter()
                .map(|id| format!("`{id}`"))
                .collect::<Vec<_>>()
                .join(" and ")
        )
    })
}

/// Who may take a role besides functions, by the trust policy that the template writes.
pub(super) fn who_may_take(root: &Node, logical_id: &str) -> Option<String> {
    let properties = root.get("Resources")?.get(logical_id)?.get("Properties")?;
    let trust = long(properties.get("AssumeRolePolicyDocument")?.clone());
    let mut principals = BTreeSet::new();
    for statement in trust.get("Statement").map(elements).unwrap_or_default() {
        let Some(principal) = statement.get("Principal") else {
            continue;
        };
        if principal.as_text().is_some() {
            principals.insert("everybody".to_owned());
        }
        for (key, value) in principal.members() {
            let is_lambda = |node: &Node| {
                key.text == "Service"
                    && match &node.value {
                        Value::Text(text) => LAMBDA.contains(&text.as_str()),
                        // `!Sub lambda.${AWS::URLSuffix}`
                        Value::Map(_) => node
                            .get("Fn::Sub")
                            .and_then(Node::as_text)
                            .is_some_and(|text| text.starts_with("lambda.${AWS::")),
                        Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) => false,
                    }
            };
            let others = elements(value).iter().filter(|node| !is_lambda(node));
            principals.extend(others.map(|node| match node.as_text() {
                Some(text) => format!("`{text}`"),
                None => "somebody that the template names by a function".to_owned(),
            }));
        }
    }
    let first = principals.first()?;
    Some(format!(
        "its trust policy lets {first} take the role too, and what that calls is not looked at"
    ))
}
