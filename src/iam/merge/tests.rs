//! Laws of merging and splitting, over small sets of pairs.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::print::{GeneratedStatement, document, size_without_whitespace};
use super::super::{Action, PolicyDocument};
use super::{Grants, split, statements};

fn pairs() -> impl Strategy<Value = Vec<(Action, String)>> {
    let action = "[ab]:[XYxy]{1,2}".prop_map(|text| text.parse().unwrap());
    vec((action, "arn:[rst]"), 0..20)
}

fn granted(statements: &[GeneratedStatement]) -> Vec<(Action, String)> {
    let mut granted = Vec::new();
    for statement in statements {
        for action in &statement.actions {
            granted.extend(
                statement
                    .resources
                    .iter()
                    .map(|resource| (action.clone(), resource.clone())),
            );
        }
    }
    granted
}

proptest! {
    #[test]
    fn merging_neither_widens_nor_narrows_nor_repeats(pairs in pairs()) {
        let expected: BTreeSet<(Action, String)> = pairs.iter().cloned().collect();
        let granted = granted(&statements(&pairs.into_iter().collect()));
        prop_assert_eq!(granted.len(), expected.len());
        prop_assert_eq!(granted.into_iter().collect::<BTreeSet<_>>(), expected);
    }

    #[test]
    fn order_and_duplicates_change_nothing(pairs in pairs().prop_shuffle(), again in any::<prop::sample::Index>()) {
        let text = |pairs: &[(Action, String)]| document(&statements(&pairs.iter().cloned().collect()), None);
        let before = text(&pairs);
        let mut other = pairs.clone();
        other.reverse();
        if !pairs.is_empty() {
            other.push(pairs[again.index(pairs.len())].clone());
        }
        prop_assert_eq!(text(&other), before);
    }

    #[test]
    fn never_more_statements_than_actions_or_resources(pairs in pairs()) {
        let actions: BTreeSet<&Action> = pairs.iter().map(|(action, _)| action).collect();
        let resources: BTreeSet<&String> = pairs.iter().map(|(_, resource)| resource).collect();
        let most = actions.len().min(resources.len());
        prop_assert!(statements(&pairs.iter().cloned().collect()).len() <= most);
    }

    #[test]
    fn case_55_splitting_keeps_every_pair_within_the_limit(pairs in pairs(), limit in 120_usize..300) {
        let whole = statements(&pairs.into_iter().collect());
        let documents = split(whole.clone(), limit);
        for part in &documents {
            prop_assert!(size_without_whitespace(&document(part, None)) <= limit);
        }
        let (mut parts, mut whole) = (granted(&documents.concat()), granted(&whole));
        parts.sort();
        whole.sort();
        prop_assert_eq!(parts, whole);
    }

    #[test]
    fn what_is_printed_reads_back(pairs in pairs()) {
        let statements = statements(&pairs.into_iter().collect());
        let text = document(&statements, Some("arn:\"quoted\"\n"));
        let policy = PolicyDocument::parse(&text, "generated").unwrap();
        prop_assert_eq!(policy.description.unwrap().value, "arn:\"quoted\"\n");
        let read: Vec<GeneratedStatement> = policy
            .statements
            .iter()
            .map(|statement| GeneratedStatement {
                sid: statement.sid.clone(),
                actions: statement.actions.patterns().iter().filter_map(|own| own.value.as_action()).collect(),
                resources: statement.resources.patterns().iter().map(|own| own.value.text().to_owned()).collect(),
            })
            .collect();
        prop_assert_eq!(read, statements);
    }
}

fn pair(action: &str, resource: &str) -> (Action, String) {
    (action.parse().unwrap(), resource.to_owned())
}

#[test]
fn case_54_two_actions_on_two_resources_are_not_crossed() {
    let crossed: Grants = [pair("s3:A", "r1"), pair("s3:B", "r2")]
        .into_iter()
        .collect();
    assert_eq!(statements(&crossed).len(), 2);
    let full: Grants = ["r1", "r2"]
        .into_iter()
        .flat_map(|resource| [pair("s3:A", resource), pair("s3:B", resource)])
        .collect();
    assert_eq!(statements(&full).len(), 1);
}

#[test]
fn each_service_is_grouped_the_way_that_suits_it() {
    // Two statements grouped by resource, three by action.
    let by_resource = [
        pair("a:A", "r"),
        pair("a:B", "s"),
        pair("a:C", "r"),
        pair("a:C", "s"),
    ];
    // Two statements grouped by action, three by resource.
    let by_action = [
        pair("b:A", "x"),
        pair("b:B", "y"),
        pair("b:A", "z"),
        pair("b:B", "z"),
    ];
    let grants: Grants = by_resource.into_iter().chain(by_action).collect();
    assert_eq!(statements(&grants).len(), 4);
}

#[test]
fn an_action_keeps_one_spelling() {
    let grants: Grants = [pair("s3:getobject", "r"), pair("s3:GetObject", "s")]
        .into_iter()
        .collect();
    let text = document(&statements(&grants), None);
    assert!(text.contains("s3:GetObject") && !text.contains("s3:getobject"));
}

#[test]
fn one_pair_that_is_too_large_is_kept_whole() {
    let grants: Grants = [pair("s3:GetObject", &"r".repeat(200))]
        .into_iter()
        .collect();
    assert_eq!(split(statements(&grants), 100), [statements(&grants)]);
}
