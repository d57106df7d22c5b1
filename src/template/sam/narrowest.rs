//! The policy template that a team would take: the one with the fewest actions that still covers what is needed.

use super::data::known;
use std::collections::BTreeSet;

/// A policy template and the actions that it grants, in small letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrowest {
    /// Its name.
    pub name: &'static str,
    /// Its actions.
    pub actions: BTreeSet<String>,
}

/// The policy template with the fewest actions among those that grant all of the needed ones; by name where several have as few.
/// Nothing covers no need at all: there is none then.
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
        let actions = actions_of(&template.document);
        actions.is_superset(&needed).then_some((actions.len(), name, actions))
    });
    let (_, name, actions) = candidates.min_by(|one, other| (one.0, one.1).cmp(&(other.0, other.1)))?;
    Some(Narrowest { name, actions })
}

fn actions_of(document: &serde_json::Value) -> BTreeSet<String> {
    let statements = document.get("Statement").and_then(|list| list.as_array());
    let statements = statements.map(Vec::as_slice).unwrap_or_default().iter();
    let written = statements.filter_map(|statement| statement.get("Action"));
    let texts = written.flat_map(|action| match action.as_array() {
        Some(list) => list.iter().collect(),
        None => vec![action],
    });
    texts
        .filter_map(|action| action.as_str())
        .map(str::to_ascii_lowercase)
        .collect()
}
