//! Excess held against brute force, and the numbered cases of policy semantics that only a comparison with needs shows.

use aws_least_privilege::catalog::{Catalog, MappingKind};
use aws_least_privilege::compare::{Comparison, Granted, Kind, Lack, Severity, compare};
use aws_least_privilege::iam::evaluate::{Outcome, decide};
use aws_least_privilege::iam::{Action, Glob, PolicyDocument};
use aws_least_privilege::needed::{Because, NeededPermissions, Permission};
use proptest::prelude::*;
use std::collections::BTreeSet;

const TABLE: &str = "arn:aws:dynamodb:eu-west-1:111122223333:table/";

/// What is asked for, one by one: enough names to tell every pattern below from every other.
const ACTIONS: [&str; 3] = [
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:DeleteItem",
];
const NAMES: [&str; 9] = ["a", "ab", "ac", "b", "bb", "bc", "c", "zb", "zz"];

/// What `NotResource` of tables leaves however many of them it lists.
const ELSEWHERE: &str = "arn:aws:dynamodb:us-east-1:210987654321:table/a";

const ACTION_ELEMENTS: [&str; 6] = [
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:*Item",
    "dynamodb:Put*",
    "dynamodb:D*",
    "dynamodb:*",
];
const NAME_ELEMENTS: [&str; 7] = ["a", "b", "a*", "*", "?", "*b", "b*"];

fn policy(statements: &str) -> PolicyDocument {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": [{statements}]}}"#);
    PolicyDocument::parse(&text, "policy.json").expect("the policy parses")
}

fn needs<'n>(needed: impl IntoIterator<Item = (&'n str, String)>) -> NeededPermissions {
    let mut needs = NeededPermissions::default();
    for (action, resource) in needed {
        let action: Action = action.parse().expect("it is an action");
        needs.services.insert(action.prefix().to_owned());
        let permission = Permission {
            action,
            resources: BTreeSet::from([resource]),
            resource_known: true,
            mapping: MappingKind::Exact,
            because: Because::Observed,
        };
        needs.needed.entry(permission).or_default();
    }
    needs
}

fn compared(statements: &str, boundary: Option<&str>, needs: &NeededPermissions) -> Comparison {
    let policies = [policy(statements)];
    let boundary = boundary.map(policy);
    let granted = Granted {
        policies: &policies,
        beside: &[],
        boundary: boundary.as_ref(),
        ..Granted::default()
    };
    compare(needs, &granted, Catalog::embedded())
}

fn statement() -> impl Strategy<Value = String> {
    let actions = prop::sample::subsequence(ACTION_ELEMENTS.to_vec(), 1..=2);
    let names = prop::sample::subsequence(NAME_ELEMENTS.to_vec(), 1..=2);
    let effect = prop_oneof![3 => Just("Allow"), 2 => Just("Deny")];
    (
        effect,
        prop::bool::weighted(0.1),
        actions,
        any::<bool>(),
        names,
    )
        .prop_map(|(effect, not_action, actions, not_resource, names)| {
            let action = if not_action { "NotAction" } else { "Action" };
            let resource = if not_resource {
                "NotResource"
            } else {
                "Resource"
            };
            let arns: Vec<String> = names.iter().map(|name| format!("{TABLE}{name}")).collect();
            format!(r#"{{"Effect": "{effect}", "{action}": {actions:?}, "{resource}": {arns:?}}}"#)
        })
}

fn statements() -> impl Strategy<Value = String> {
    prop::collection::vec(statement(), 1..4).prop_map(|statements| statements.join(", "))
}

fn needed() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let one = (
        prop::sample::select(&ACTIONS[..]),
        prop::sample::select(&NAMES[..]),
    );
    prop::collection::vec(one, 0..4).prop_map(|needed| {
        let named = needed.into_iter();
        named
            .map(|(action, name)| (action, format!("{TABLE}{name}")))
            .collect()
    })
}

/// Whether a request is allowed, by asking for it.
fn allowed(statements: &str, boundary: Option<&str>, action: &str, resource: &str) -> bool {
    let action = action.parse().expect("it is an action");
    let documents = [Some(statements), boundary];
    documents.into_iter().flatten().all(|statements| {
        decide(&[&policy(statements)], &action, resource).outcome == Outcome::Allowed
    })
}

/// The sampled requests that are granted and that no need accounts for.
fn beyond(
    statements: &str,
    boundary: Option<&str>,
    needed: &[(&'static str, String)],
) -> BTreeSet<(String, String)> {
    let mut beyond = BTreeSet::new();
    for action in ACTIONS {
        let here = NAMES.iter().map(|name| format!("{TABLE}{name}"));
        for resource in here.chain([ELSEWHERE.to_owned()]) {
            let accounted = needed
                .iter()
                .any(|(own, on)| *own == action && Glob::parse(on).matches(&resource));
            if !accounted && allowed(statements, boundary, action, &resource) {
                beyond.insert((action.to_owned(), resource));
            }
        }
    }
    beyond
}

/// The sampled actions that findings are about.
fn found(comparison: &Comparison) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for finding in &comparison.excess {
        let about = match finding.kind {
            Kind::BroadResource => finding.observed.iter(),
            Kind::UnusedService | Kind::UnusedAction | Kind::BroadAction => {
                finding.unobserved.iter()
            }
        };
        found.extend(about.map(Action::to_string));
    }
    found.retain(|action| ACTIONS.contains(&action.as_str()));
    found
}

/// The sampled actions that findings are about or touch: a broad wildcard may have members that were observed on less than
/// is granted, in the same finding.
fn spoken_of(comparison: &Comparison) -> BTreeSet<String> {
    let mut spoken_of = found(comparison);
    for finding in &comparison.excess {
        if finding.kind == Kind::BroadAction {
            spoken_of.extend(finding.observed.iter().map(Action::to_string));
        }
    }
    spoken_of
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, max_shrink_iters: 64, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_granted_beyond_the_needs_is_passed_over(
        statements in statements(),
        boundary in prop::option::weighted(0.3, statements()),
        needed in needed(),
    ) {
        let boundary = boundary.as_deref();
        let comparison = compared(&statements, boundary, &needs(needed.clone()));
        prop_assert!(comparison.undecided.is_empty(), "{:?}", comparison.undecided);
        let told = spoken_of(&comparison);
        for (action, resource) in beyond(&statements, boundary, &needed) {
            prop_assert!(told.contains(&action), "{action} on {resource}: {:?}", comparison.excess);
        }
    }

    #[test]
    fn nothing_is_called_excess_that_is_not_granted_beyond_the_needs(
        statements in statements(),
        boundary in prop::option::weighted(0.3, statements()),
        needed in needed(),
    ) {
        let boundary = boundary.as_deref();
        let comparison = compared(&statements, boundary, &needs(needed.clone()));
        let beyond = beyond(&statements, boundary, &needed);
        for action in found(&comparison) {
            let is_there = beyond.iter().any(|(own, _)| *own == action);
            prop_assert!(is_there, "{action}: {:?}", comparison.excess);
        }
    }

    #[test]
    fn a_denial_or_a_boundary_never_adds_excess(
        statements in statements(),
        more in statement(),
        boundary in statements(),
        needed in needed(),
    ) {
        let needs = needs(needed);
        let before = spoken_of(&compared(&statements, None, &needs));
        let denial = more.replace("Allow", "Deny");
        let denied = found(&compared(&format!("{statements}, {denial}"), None, &needs));
        prop_assert!(denied.is_subset(&before), "{denied:?} {before:?}");
        let bounded = found(&compared(&statements, Some(&boundary), &needs));
        prop_assert!(bounded.is_subset(&before), "{bounded:?} {before:?}");
    }

    #[test]
    fn what_succeeded_and_is_not_allowed_is_missing_and_nothing_else_is(
        statements in statements(),
        boundary in prop::option::weighted(0.3, statements()),
        needed in needed(),
    ) {
        let boundary = boundary.as_deref();
        let comparison = compared(&statements, boundary, &needs(needed.clone()));
        let missing: BTreeSet<(String, String)> = comparison
            .missing
            .iter()
            .flat_map(|missing| {
                let resources = missing.resources.iter();
                resources.map(|on| (missing.action.to_string(), on.clone()))
            })
            .collect();
        let not_allowed: BTreeSet<(String, String)> = needed
            .into_iter()
            .filter(|(action, on)| !allowed(&statements, boundary, action, on))
            .map(|(action, on)| (action.to_owned(), on))
            .collect();
        prop_assert_eq!(missing, not_allowed);
    }
}

fn get_item_on_orders() -> NeededPermissions {
    needs([("dynamodb:GetItem", format!("{TABLE}orders"))])
}

fn allow(action: &str, resource: &str) -> String {
    format!(r#"{{"Effect": "Allow", "Action": "{action}", "Resource": "{resource}"}}"#)
}

#[test]
fn case_50_a_boundary_limits_what_is_in_effect_and_the_rest_is_told() {
    let granted = allow("dynamodb:*Item", &format!("{TABLE}*"));
    let boundary = allow("dynamodb:GetItem", "*");
    let comparison = compared(&granted, Some(&boundary), &get_item_on_orders());
    let [finding] = comparison.excess.as_slice() else {
        panic!("one finding: {:?}", comparison.excess);
    };
    // Raw excess would be every action that ends in Item; in effect is GetItem on other tables alone.
    assert_eq!(finding.kind, Kind::BroadResource);
    assert!(finding.unobserved.is_empty());
    let put: Action = "dynamodb:PutItem".parse().unwrap();
    assert!(finding.not_in_effect.contains(&put));
}

#[test]
fn case_50_a_boundary_that_allows_just_the_needed_part_leaves_no_excess() {
    let granted = allow("dynamodb:GetItem", &format!("{TABLE}*"));
    let boundary = allow("dynamodb:*", &format!("{TABLE}orders"));
    let comparison = compared(&granted, Some(&boundary), &get_item_on_orders());
    let told = Comparison {
        elements: std::collections::BTreeMap::new(),
        explained: BTreeSet::new(),
        ..comparison
    };
    assert_eq!(told, Comparison::default());
}

#[test]
fn case_51_calls_that_the_boundary_does_not_allow_are_missing_with_the_doubt() {
    let granted = allow("dynamodb:GetItem", &format!("{TABLE}*"));
    let boundary = allow("dynamodb:GetItem", &format!("{TABLE}stock"));
    let comparison = compared(&granted, Some(&boundary), &get_item_on_orders());
    let [missing] = comparison.missing.as_slice() else {
        panic!("one is missing: {:?}", comparison.missing);
    };
    assert_eq!(missing.because, Lack::NotGranted);
    assert!(
        missing
            .detail
            .contains("a policy of the resource allows them")
    );
}

#[test]
fn case_13_everything_but_one_table_is_critical_whatever_is_listed() {
    let granted =
        format!(r#"{{"Effect": "Allow", "Action": "*", "NotResource": "{TABLE}secrets"}}"#);
    let comparison = compared(&granted, None, &get_item_on_orders());
    let severities: Vec<Severity> = comparison.excess.iter().map(|own| own.severity).collect();
    assert_eq!(severities, [Severity::Critical]);
}
