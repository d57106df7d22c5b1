//! Policies that are made to be hard: each is compared and checked in bounded time, and the answer is right or undecided.
//!
//! The bound is there to tell minutes from seconds on any machine.

use aws_least_privilege::catalog::Catalog;
use aws_least_privilege::iam::algebra::{Relation, compare};
use aws_least_privilege::iam::evaluate::{Outcome, decide};
use aws_least_privilege::iam::permissions::PermissionSet;
use aws_least_privilege::iam::{Action, PolicyDocument};
use std::time::{Duration, Instant};

const AT_MOST: Duration = Duration::from_mins(2);

fn policy(statements: &[String]) -> PolicyDocument {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#,
        statements.join(",\n")
    );
    PolicyDocument::parse(&text, "hard.json").expect("it is a policy")
}

fn reads(effect: &str, resources: &[String], condition: &str) -> String {
    format!(
        r#"{{"Effect": "{effect}", "Action": "s3:GetObject", "Resource": {resources:?}{condition}}}"#
    )
}

fn objects(patterns: impl IntoIterator<Item = String>) -> Vec<String> {
    let patterns = patterns.into_iter();
    patterns
        .map(|pattern| format!("arn:aws:s3:::{pattern}"))
        .collect()
}

/// How the one stands to the other, which must not take long.
fn relation(one: &PolicyDocument, other: &PolicyDocument) -> Relation {
    let catalog = Catalog::embedded();
    let set = |policy: &PolicyDocument| PermissionSet::from_documents(&[policy], catalog);
    let began = Instant::now();
    let compared = compare(&set(one), &set(other), catalog);
    let took = began.elapsed();
    println!("{:?} in {took:.1?}", compared.relation);
    assert!(took < AT_MOST, "it took {took:?}");
    compared.relation
}

fn decided(policy: &PolicyDocument, resource: &str) -> Outcome {
    let action: Action = "s3:GetObject".parse().expect("it is an action");
    let began = Instant::now();
    let outcome = decide(&[policy], &action, resource).outcome;
    let took = began.elapsed();
    println!("checked in {took:.1?}");
    assert!(took < AT_MOST, "it took {took:?}");
    outcome
}

#[test]
fn a_hundred_globs_with_many_stars() {
    let globs =
        |more: &str| objects((0..60).map(|number| format!("*a*b{number}*c*d{more}*e*{number}*")));
    let narrow = policy(&[reads("Allow", &globs("x"), "")]);
    let wide = policy(&[reads("Allow", &globs(""), "")]);
    assert!(matches!(
        relation(&narrow, &wide),
        Relation::Narrower | Relation::Undecided
    ));
    let without = policy(&[
        reads("Allow", &globs(""), ""),
        reads("Deny", &globs("x"), ""),
    ]);
    assert!(matches!(
        relation(&without, &wide),
        Relation::Narrower | Relation::Undecided
    ));
    let far = format!("arn:aws:s3:::{}", "ab59cdxe".repeat(200));
    assert_eq!(decided(&wide, &far), Outcome::Allowed);
    assert_eq!(decided(&without, &far), Outcome::ExplicitlyDenied);
    let near = format!("arn:aws:s3:::{}", "ab".repeat(900));
    assert_eq!(decided(&wide, &near), Outcome::ImplicitlyDenied);
}

#[test]
fn runs_of_single_characters_behind_a_star() {
    // Whether the union matches everything hangs on every character of a window of 24.
    let family = |letter: char| {
        let single = move |length: usize| format!("b/*{letter}{}", "?".repeat(length));
        (0..24).map(single)
    };
    let all = policy(&[reads("Allow", &objects(["b/*".to_owned()]), "")]);
    let union = policy(&[reads("Allow", &objects(family('a').chain(family('c'))), "")]);
    assert!(matches!(
        relation(&all, &union),
        Relation::Broader | Relation::Undecided
    ));
    let crossed = policy(&[
        reads("Allow", &objects(family('a')), ""),
        reads("Deny", &objects(family('c')), ""),
    ]);
    assert!(matches!(
        relation(&crossed, &union),
        Relation::Narrower | Relation::Undecided
    ));
    let key = format!("arn:aws:s3:::b/{}", "x".repeat(900));
    assert_eq!(decided(&union, &key), Outcome::ImplicitlyDenied);
    assert_eq!(
        decided(&union, &format!("{key}c{}", "x".repeat(23))),
        Outcome::Allowed
    );
}

#[test]
fn conditions_of_many_keys() {
    let everything = objects(["*".to_owned()]);
    let test = |number: usize| format!(r#""aws:RequestTag/k{number}": ["a{number}*", "b?"]"#);
    let all_of = |count: usize| {
        let tests: Vec<String> = (0..count).map(test).collect();
        let condition = format!(
            r#", "Condition": {{"StringLike": {{{}}}}}"#,
            tests.join(", ")
        );
        policy(&[reads("Allow", &everything, &condition)])
    };
    assert!(matches!(
        relation(&all_of(120), &all_of(119)),
        Relation::Narrower | Relation::Undecided
    ));
    // Any of them: a statement each.
    let any_of = |count: usize| {
        let one = |number: usize| {
            let condition = format!(r#", "Condition": {{"StringLike": {{{}}}}}"#, test(number));
            reads("Allow", &everything, &condition)
        };
        policy(&(0..count).map(one).collect::<Vec<_>>())
    };
    assert!(matches!(
        relation(&any_of(60), &any_of(61)),
        Relation::Narrower | Relation::Undecided
    ));
    assert!(matches!(
        relation(&any_of(60), &all_of(60)),
        Relation::Broader | Relation::Undecided
    ));
    assert!(matches!(
        decided(&any_of(60), "arn:aws:s3:::b/x"),
        Outcome::Undecided(_)
    ));
}

#[test]
fn hundreds_of_statements() {
    let many = |count: usize, inside: &str| {
        let one = |number: usize| reads("Allow", &objects([format!("b{number}/{inside}")]), "");
        policy(&(0..count).map(one).collect::<Vec<_>>())
    };
    let (wide, narrow) = (many(200, "*"), many(200, "x*"));
    assert!(matches!(
        relation(&narrow, &wide),
        Relation::Narrower | Relation::Undecided
    ));
    assert_eq!(decided(&wide, "arn:aws:s3:::b199/x"), Outcome::Allowed);
    assert_eq!(
        decided(&wide, "arn:aws:s3:::b200/x"),
        Outcome::ImplicitlyDenied
    );
}

/// Far more than IAM takes, such as many files together.
#[test]
fn thousands_of_statements() {
    let many = |count: usize, inside: &str, effect: &str| -> Vec<String> {
        let one = |number: usize| reads(effect, &objects([format!("b{number}/{inside}")]), "");
        (0..count).map(one).collect()
    };
    let wide = policy(&many(2_000, "*", "Allow"));
    let narrow = policy(&many(2_000, "x*", "Allow"));
    assert!(matches!(
        relation(&narrow, &wide),
        Relation::Narrower | Relation::Undecided
    ));
    let denied = [many(1_000, "*", "Allow"), many(1_000, "x*", "Deny")].concat();
    assert!(matches!(
        relation(&policy(&denied), &wide),
        Relation::Narrower | Relation::Undecided
    ));
    assert_eq!(decided(&wide, "arn:aws:s3:::b1999/x"), Outcome::Allowed);
}
