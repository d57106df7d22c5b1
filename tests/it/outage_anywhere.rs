//! The outage law for every service of the catalogue: random operations, what AWS checks for them on one resource each, and
//! something beside that nothing needs. The edit takes away what is beside, and nothing that is checked.
//!
//! `outage.rs` has calls whose rights are written by hand from AWS's pages. Here the catalogue says what is checked, so this
//! finds faults of the comparison and the edit, and none of the catalogue.

use crate::effort;
use crate::outage::edited;
use crate::possible::{bounds, mapped, named, needs_of, one_resource, task};
use aws_least_privilege::catalog::{Catalog, Mapped};
use aws_least_privilege::evidence::Owner;
use aws_least_privilege::iam::evaluate::{Outcome, decide};
use aws_least_privilege::iam::{Action, PolicyDocument};
use aws_least_privilege::needed::NeededPermissions;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// A grant: action and resource.
type Grant = (Action, String);

/// All operations that the catalogue maps.
static OPERATIONS: LazyLock<Vec<Mapped>> = LazyLock::new(|| {
    let services = Catalog::embedded().services();
    let all =
        services.flat_map(|service| service.operations().map(move |name| (service.name(), name)));
    all.filter_map(|(service, operation)| mapped(service, operation))
        .collect()
});

/// All actions of the catalogue.
static ACTIONS: LazyLock<Vec<Action>> = LazyLock::new(|| {
    let catalog = Catalog::embedded();
    let services = catalog
        .prefixes()
        .filter_map(|prefix| catalog.service(prefix));
    let names = services.flat_map(|service| {
        service
            .action_names()
            .map(move |name| format!("{}:{name}", service.prefix()))
    });
    names.filter_map(|name| name.parse().ok()).collect()
});

/// What AWS checks for the operation: its own actions on one resource each, and what those depend on.
fn checked(mapped: &Mapped, needs: &NeededPermissions) -> BTreeSet<Grant> {
    let catalog = Catalog::embedded();
    let mut found = BTreeSet::new();
    for permission in needs.needed.keys() {
        let first = permission.resources.first().map(String::as_str);
        let one = first.filter(|all| *all != "*").map(named);
        found.insert((
            permission.action.clone(),
            one.unwrap_or_else(|| "*".to_owned()),
        ));
    }
    let entries = mapped
        .needs
        .iter()
        .filter_map(|need| catalog.action(&need.action));
    for dependent in entries.flat_map(|entry| entry.dependents().iter()) {
        let bounds = bounds(needs, &dependent.to_string());
        let one = one_resource(dependent, &bounds);
        found.insert((dependent.clone(), one.unwrap_or_else(|| "*".to_owned())));
    }
    found
}

/// The needs of an owner that called all these operations, and what AWS checks for them.
fn checked_of_all(owner: &Owner, operations: &[&Mapped]) -> (NeededPermissions, BTreeSet<Grant>) {
    let mut needs = NeededPermissions::default();
    let mut exact = BTreeSet::new();
    for operation in operations {
        let own = needs_of(owner, operation);
        exact.extend(checked(operation, &own));
        needs.merge(&own);
    }
    (needs, exact)
}

fn function() -> Owner {
    let arn = "arn:aws:lambda:eu-west-1:111122223333:function:shop".parse();
    Owner::LambdaFunction(arn.expect("it is an ARN"))
}

fn is_in_doubt(needs: &NeededPermissions, action: &Action) -> bool {
    needs.doubts.keys().any(|doubt| doubt.is_about(action))
        || needs.needed.keys().any(|own| own.action == *action)
}

fn allows(policy: &PolicyDocument, (action, resource): &Grant) -> bool {
    decide(&[policy], action, resource).outcome == Outcome::Allowed
}

fn statement((action, resource): &Grant) -> Value {
    json!({"Effect": "Allow", "Action": action.to_string(), "Resource": resource})
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: effort::seed(), ..ProptestConfig::with_cases(effort::cases(200)) })]

    #[test]
    fn an_edit_keeps_what_any_operation_of_any_service_is_checked_for(
        called in prop::collection::vec(any::<Index>(), 1..4),
        by_function in any::<bool>(),
        beside in prop::collection::vec((any::<Index>(), any::<bool>()), 1..4),
        first in any::<bool>(),
        is_listed in any::<bool>(),
    ) {
        let owner = if by_function { function() } else { task() };
        let operations: Vec<&Mapped> = called.iter().map(|place| place.get(&OPERATIONS)).collect();
        let (needs, exact) = checked_of_all(&owner, &operations);
        // An operation that needs nothing leaves a policy without statements, which is to be removed whole.
        prop_assume!(!exact.is_empty());
        let beside: BTreeSet<Grant> = beside.iter()
            .map(|(place, is_wide)| (place.get(&ACTIONS), is_wide))
            .filter(|(action, _)| !is_in_doubt(&needs, action))
            .map(|(action, is_wide)| {
                let one = if *is_wide { None } else { one_resource(action, &[]) };
                (action.clone(), one.unwrap_or_else(|| "*".to_owned()))
            })
            .collect();
        let (before, after) = if first { (&beside, &exact) } else { (&exact, &beside) };
        let mut statements: Vec<Value> = before.iter().chain(after).map(statement).collect();
        if is_listed {
            let actions: Vec<String> = exact.iter().map(|(action, _)| action.to_string()).collect();
            let resources: BTreeSet<&String> = exact.iter().map(|(_, resource)| resource).collect();
            if let [only] = resources.into_iter().collect::<Vec<_>>().as_slice() {
                statements = beside.iter().map(statement).collect();
                statements.push(json!({"Effect": "Allow", "Action": actions, "Resource": only}));
            }
        }
        let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        let policy = PolicyDocument::parse(&text, "policy.json").expect("it is a policy");
        let names: Vec<String> = operations.iter().map(|own| format!("{}:{}", own.service, own.operation)).collect();
        let name = names.join(", ");
        let edited = edited(&needs, &policy).map_err(|reason| TestCaseError::fail(format!("{name}: {reason} {text}")))?;
        for grant in &exact {
            prop_assert!(allows(&edited, grant), "{name}: {grant:?} is gone: {} was {text}", edited.source);
        }
        for grant in &beside {
            prop_assert!(!allows(&edited, grant), "{name}: {grant:?} is still there: {} was {text}", edited.source);
        }
    }
}
