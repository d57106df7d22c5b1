//! What to write in the place of a policy template of SAM's: nobody can take an action out of one.

use super::{Excess, NeededPermission, Role};
use crate::template::sam::{narrowest_template, template_actions};
use std::collections::{BTreeMap, BTreeSet};

/// Names that one piece of advice spells out.
const NAMES: usize = 6;

/// What to do about a finding that policy templates alone grant: name a narrower one, or write a statement. Nothing where it is
/// granted in another way.
pub(super) fn advice(finding: &Excess, role: &Role) -> Option<String> {
    let named: Option<BTreeSet<&str>> = finding
        .origins
        .iter()
        .map(|origin| template_of(origin.place.as_deref()?))
        .collect();
    let named = named?;
    let name = named.first().filter(|_| named.len() == 1)?;
    Some(instead_of(name, role))
}

/// The policy template at the end of a place in words: `Report › Policies[0] › SNSPublishMessagePolicy`.
fn template_of(place: &str) -> Option<&str> {
    let (_, last) = place.rsplit_once(" › ")?;
    template_actions(last).map(|_| last)
}

fn instead_of(name: &str, role: &Role) -> String {
    let actions = template_actions(name).unwrap_or_default();
    let is_granted = |need: &&NeededPermission| actions.contains(&need.action.to_ascii_lowercase());
    let needed: Vec<&NeededPermission> = role.needed.iter().filter(is_granted).collect();
    if needed.is_empty() {
        return format!("take {name} out: nothing that it grants was called");
    }
    let narrower = narrowest_template(needed.iter().map(|need| need.action.as_str()));
    if let Some(narrower) = narrower.filter(|found| found.actions.len() < actions.len()) {
        return format!("write {} in place of {name}", narrower.name);
    }
    let mut on: BTreeMap<BTreeSet<&str>, BTreeSet<&str>> = BTreeMap::new();
    for need in needed {
        let resources = need.resources.iter().map(|arn| {
            let written = role.written_as.get(arn);
            written.map_or(arn.as_str(), String::as_str)
        });
        let together = on.entry(resources.collect()).or_default();
        together.insert(&need.action);
    }
    let statements: Vec<String> = on
        .iter()
        .map(|(resources, actions)| format!("{} on {}", few(actions), few(resources)))
        .collect();
    format!(
        "write a statement in place of {name}: {}",
        statements.join("; ")
    )
}

fn few(names: &BTreeSet<&str>) -> String {
    let shown: Vec<&str> = names.iter().take(NAMES).copied().collect();
    match names.len().saturating_sub(NAMES) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::template_of;

    #[test]
    fn only_what_sam_has_is_a_policy_template() {
        let of = |place| template_of(place);
        assert_eq!(
            of("Report › Policies[0] › DynamoDBCrudPolicy"),
            Some("DynamoDBCrudPolicy")
        );
        assert_eq!(of("Report › Policies[0]"), None);
        assert_eq!(of("DynamoDBCrudPolicy"), None);
    }
}
