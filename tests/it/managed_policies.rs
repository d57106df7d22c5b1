//! The managed policies that AWS keeps, as moto ships them: each is read, and held against itself with and without more.
//!
//! Without optimisation this takes about eleven seconds of processor time, and half as long on two free cores.

use crate::live::moto;
use aws_least_privilege::catalog::Catalog;
use aws_least_privilege::iam::algebra::{Cause, Comparison, Relation, compare};
use aws_least_privilege::iam::permissions::PermissionSet;
use aws_least_privilege::iam::{Answer, Effect, PolicyDocument};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

/// As many as the pinned moto has.
const COUNT: usize = 1_582;

/// Time that a loaded machine may take.
const AT_MOST: Duration = Duration::from_mins(2);

/// An action that no policy names.
const NOBODYS: &str = "nobodys:Thing";

#[derive(Deserialize)]
struct Managed {
    #[serde(rename = "Document")]
    document: Value,
}

/// The text of each managed policy by its name.
pub(crate) fn documents() -> BTreeMap<String, String> {
    let module = moto::installed().join("moto/iam/aws_managed_policies.py");
    let module = fs::read_to_string(module).expect("moto has them");
    let json = module
        .split("\"\"\"")
        .nth(1)
        .expect("they are one string of Python's");
    let policies: BTreeMap<String, Managed> = serde_json::from_str(json).expect("it holds JSON");
    policies
        .into_iter()
        .map(|(name, managed)| (name, managed.document.to_string()))
        .collect()
}

/// What is wrong with how a policy relates to itself, and whether anything is left undecided.
fn held_against_itself(name: &str, text: &str) -> Result<bool, String> {
    let catalog = Catalog::embedded();
    let policy = PolicyDocument::parse(text, name).map_err(|error| error.to_string())?;
    // IAM took every one of them, so none is refused here.
    let policy = policy.of_identity().map_err(|error| error.to_string())?;
    let own = PermissionSet::from_documents(&[&policy], catalog);
    let plus = |effect: &str, action: &str| {
        let statement =
            format!(r#"{{"Effect": "{effect}", "Action": "{action}", "Resource": "*"}}"#);
        let more = format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#);
        let more = PolicyDocument::parse(&more, "more").expect("it is a policy");
        let more = PermissionSet::from_documents(&[&more], catalog);
        let mut set = own.clone();
        set.allows.extend(more.allows);
        set.denies.extend(more.denies);
        set
    };
    let expect = |other: &PermissionSet, expected: &[Relation], what: &str| {
        let found = compare(&own, other, catalog);
        let disputed = found.relation == Relation::Undecided && is_disputed(&found);
        if disputed || expected.contains(&found.relation) {
            return Ok(found.relation);
        }
        Err(format!("{what}: {:?} and not {expected:?}", found.relation))
    };
    let must = |other: &PermissionSet, relation: Relation, what: &str| {
        expect(other, &[relation], what).map(|_| ())
    };
    must(&own, Relation::Equivalent, "itself")?;

    let mut twice = own.clone();
    twice.allows.extend(own.allows.iter().rev().cloned());
    twice.denies.extend(own.denies.iter().rev().cloned());
    must(&twice, Relation::Equivalent, "itself twice")?;

    let nobodys = NOBODYS.parse().expect("it is an action");
    let speaks = |set: &PermissionSet| set.contains(&nobodys, "no-resource-that-is-named", catalog);
    let denials = PermissionSet {
        allows: own.denies.clone(),
        ..PermissionSet::default()
    };
    let (allowed, denied) = match (speaks(&denials), speaks(&own)) {
        (Answer::Yes, _) => (Relation::Equivalent, Relation::Equivalent),
        (_, Answer::Yes) => (Relation::Equivalent, Relation::Broader),
        (_, Answer::Undecided) => (Relation::Narrower, Relation::Broader),
        (_, Answer::No) => (Relation::Narrower, Relation::Equivalent),
    };
    must(&plus("Allow", NOBODYS), allowed, "with one Allow more")?;
    must(&plus("Deny", NOBODYS), denied, "with one Deny more")?;

    let allowing = policy.statements.iter();
    let allowing = allowing.filter(|statement| statement.effect == Effect::Allow);
    let mut actions = allowing
        .flat_map(|statement| statement.actions.patterns())
        .peekable();
    if actions.peek().is_none() {
        return Ok(false);
    }
    for action in actions {
        // What can act on nothing that the statement names is granted by nobody.
        let possible = [Relation::Broader, Relation::Equivalent];
        let denied = plus("Deny", action.value.text());
        let found = expect(&denied, &possible, "with an action of its own denied")?;
        if found != Relation::Equivalent {
            return Ok(found == Relation::Undecided);
        }
    }
    Err("denying all of its actions takes nothing away".to_owned())
}

/// Whether what is undecided is what AWS leaves open, and not what took too much work.
fn is_disputed(comparison: &Comparison) -> bool {
    let both = comparison.only_one.iter().chain(&comparison.only_other);
    let mut doubts = both.filter_map(|difference| difference.doubt.as_ref());
    comparison.cut.is_empty()
        && doubts.all(|doubt| {
            doubt
                .iter()
                .all(|cause| *cause == Cause::WithoutResourceTypes)
        })
}

#[test]
fn every_managed_policy_relates_to_itself_as_it_should() {
    let documents: Vec<(String, String)> = documents().into_iter().collect();
    assert_eq!(documents.len(), COUNT);
    let began = Instant::now();
    let held = |offset: usize| -> Vec<(&String, Result<bool, String>)> {
        let own = documents.iter().skip(offset).step_by(2);
        own.map(|(name, text)| (name, held_against_itself(name, text)))
            .collect()
    };
    let (mut all, more) = std::thread::scope(|threads| {
        let other = threads.spawn(|| held(1));
        (held(0), other.join().expect("it does not panic"))
    });
    let took = began.elapsed();
    all.extend(more);
    println!("{COUNT} managed policies, five comparisons and more each, in {took:.1?}");

    let wrong: Vec<String> = all
        .iter()
        .filter_map(|(name, held)| Some(format!("{name}: {}", held.as_ref().err()?)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Policies that pair an action without resource types with ARNs.
    let disputed = all.iter().filter(|(_, held)| *held == Ok(true)).count();
    assert!(disputed < 10, "{disputed} are undecided");
    assert!(took < AT_MOST, "it took {took:?}");
}
