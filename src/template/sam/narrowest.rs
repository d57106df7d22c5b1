//! The policy template that a team would take: the one with the fewest actions that still covers what is needed.

use super::data::known;
use crate::iam::{Action, MadeBy};
use serde_json::Value;
use std::collections::BTreeSet;

/// A policy template and the actions that it grants, in small letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrowest {
    /// Its name.
    pub name: &'static str,
    /// Its actions.
    pub actions: BTreeSet<String>,
}

/// The policy template with the fewest actions among those that grant all of the needed ones. One that has nothing but statements
/// with something needed goes before one that grants something else besides, as `DynamoDBRestoreFromBackupPolicy` does to whoever
/// writes items. No need is covered by no template.
///
/// ```
/// use aws_least_privilege::template::sam::narrowest_template;
///
/// let name = |needed: &[&str]| narrowest_template(needed.iter().copied()).map(|found| found.name);
/// assert_eq!(name(&["dynamodb:GetItem"]), Some("DynamoDBReadPolicy"));
/// assert_eq!(name(&["dynamodb:GetItem", "dynamodb:PutItem"]), Some("DynamoDBCrudPolicy"));
/// assert_eq!(name(&["dynamodb:GetItem", "s3:GetObject"]), None);
/// ```
pub fn narrowest_template<'a>(needed: impl IntoIterator<Item = &'a str>) -> Option<Narrowest> {
    let needed: BTreeSet<String> = needed.into_iter().map(str::to_ascii_lowercase).collect();
    if needed.is_empty() {
        return None;
    }
    let candidates = known().templates().filter_map(|(name, template)| {
        let statements = statements_of(&template.document);
        let foreign = statements
            .iter()
            .filter(|actions| actions.is_disjoint(&needed));
        let foreign = foreign.count();
        let actions: BTreeSet<String> = statements.into_iter().flatten().collect();
        let covers = actions.is_superset(&needed);
        covers.then_some(((foreign, actions.len(), name), actions))
    });
    let ((_, _, name), actions) = candidates.min_by(|one, other| one.0.cmp(&other.0))?;
    Some(Narrowest { name, actions })
}

/// The actions of the policy template of a name, in small letters; nothing where SAM has none of that name.
///
/// ```
/// use aws_least_privilege::template::sam::template_actions;
///
/// assert!(template_actions("SNSPublishMessagePolicy").unwrap().contains("sns:publish"));
/// assert_eq!(template_actions("OrdersPolicy"), None);
/// ```
pub fn template_actions(name: &str) -> Option<BTreeSet<String>> {
    let template = known().template(name)?;
    Some(
        statements_of(&template.document)
            .into_iter()
            .flatten()
            .collect(),
    )
}

/// The actions of [`narrowest_template`] for these; none if there is none.
pub fn narrowest_actions(needed: &BTreeSet<Action>) -> BTreeSet<Action> {
    let needed: Vec<String> = needed.iter().map(ToString::to_string).collect();
    let found = narrowest_template(needed.iter().map(String::as_str));
    let actions = found.into_iter().flat_map(|found| found.actions);
    actions.filter_map(|action| action.parse().ok()).collect()
}

/// What wrote the statements of a document, by what wrote the document in a template: [`Node::by`](crate::yaml::Node::by).
///
/// ```
/// use aws_least_privilege::iam::MadeBy;
/// use aws_least_privilege::template::sam::made_by;
///
/// let by = made_by("SAM policy template S3ReadPolicy");
/// assert_eq!(by, Some(MadeBy::PolicyTemplate("S3ReadPolicy".into())));
/// assert_eq!(made_by("SAM connector Store"), None);
/// ```
pub fn made_by(by: &str) -> Option<MadeBy> {
    if let Some(name) = by.strip_prefix("SAM policy template ") {
        return Some(MadeBy::PolicyTemplate(name.to_owned()));
    }
    let settings = [
        "SAM dead letter queue",
        "SAM destination ",
        "SAM event source ",
        "SAM schedule",
    ];
    let is_setting = settings.iter().any(|setting| by.starts_with(setting));
    is_setting.then(|| MadeBy::Setting(by.to_owned()))
}

/// The actions of each statement.
fn statements_of(document: &Value) -> Vec<BTreeSet<String>> {
    let list = |value: &Value| match value.as_array() {
        Some(items) => items.clone(),
        None => vec![value.clone()],
    };
    let statements = document.get("Statement").map(list).unwrap_or_default();
    let actions = |statement: &Value| {
        let written = statement.get("Action").map(list).unwrap_or_default();
        let texts = written.iter().filter_map(Value::as_str);
        texts.map(str::to_ascii_lowercase).collect()
    };
    statements.iter().map(actions).collect()
}
