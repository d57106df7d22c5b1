//! What a doubt can acquit: its bound, as patterns.
//!
//! A bound that names nothing is met by what the policy itself names. The same patterns are taken away when a grant is judged
//! and kept when a suggestion is proved, so that the two cannot differ.

use super::Granted;
use crate::catalog::{Catalog, sensitive};
use crate::iam::{Action, Effect, ResourceClause, ResourcePattern, Version};
use crate::needed::{Bound, Cause, Doubt};
use std::collections::BTreeSet;

/// The patterns of what a doubt can acquit of an action. `written` are the resource patterns of the policies.
pub fn patterns<'d>(
    doubts: impl IntoIterator<Item = &'d Doubt>,
    action: &Action,
    written: &[String],
    catalog: &Catalog,
) -> Vec<ResourcePattern> {
    let mut texts: BTreeSet<&str> = BTreeSet::new();
    let (mut by_name, mut by_part) = (false, false);
    for doubt in doubts {
        match &doubt.on {
            Bound::Patterns(patterns) => texts.extend(patterns.iter().map(String::as_str)),
            Bound::Everything => {
                texts.insert("*");
            }
            Bound::Named => {
                by_name = true;
                by_part |= doubt.cause == Cause::UnnamedResource;
            }
        }
    }
    if by_name {
        let is_typeless = catalog
            .action(action)
            .is_some_and(|entry| entry.is_wildcard_only());
        if is_typeless {
            texts.insert("*");
        }
        // A call that was seen is held by a part of the name; what is not seen, escalation and secrets, by the whole.
        let strict = sensitive::escalates(action).is_some() || sensitive::reads_secret(action);
        let by_part = by_part || !strict;
        let named = written
            .iter()
            .filter(|text| is_named(action, text, by_part, catalog));
        texts.extend(named.map(String::as_str));
    }
    let pattern = |text: &&str| ResourcePattern::new(*text, Version::V2012).widest();
    texts.iter().map(pattern).collect()
}

/// The resource patterns of what is granted, as written: of all that allows, bounds or leaves something.
pub fn written(granted: &Granted<'_>) -> Vec<String> {
    let policies = granted.policies.iter().chain(granted.beside);
    let statements = policies
        .chain(granted.boundary)
        .flat_map(|policy| &policy.statements);
    let mut all: Vec<String> = statements
        .filter(|statement| {
            statement.effect == Effect::Allow
                || matches!(statement.resources, ResourceClause::NotResource(_))
        })
        .flat_map(|statement| statement.resources.patterns())
        .map(|pattern| pattern.value.text().to_owned())
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether a pattern counts as a name: whole, or by a fixed part of it. A variable alone names nothing: whoever sets the tag says what
/// it is.
fn is_named(action: &Action, text: &str, by_part: bool, catalog: &Catalog) -> bool {
    let widest = ResourcePattern::new(text, Version::V2012)
        .glob()
        .to_string();
    let has_fixed_part = || catalog.has_fixed_part(action, text);
    let is_whole = is_symbol(text)
        || (catalog.names_one(action, text) && (!has_variable(text) || has_fixed_part()));
    catalog.can_act_on(action, &widest) && (is_whole || (by_part && has_fixed_part()))
}

/// Whether a text is one resource of a template and nothing else: `${Orders}`, as what is known once it is deployed is written.
fn is_symbol(text: &str) -> bool {
    let inside = text
        .strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'));
    inside.is_some_and(|name| !name.is_empty() && !name.contains([':', '$', '}']))
}

/// Whether a text has a variable that IAM fills in for each request: its name has a colon, as in `${aws:username}`.
fn has_variable(text: &str) -> bool {
    let mut variables = text.split("${").skip(1);
    variables.any(|rest| {
        rest.split('}')
            .next()
            .is_some_and(|name| name.contains(':'))
    })
}
