//! Laws of evaluation, over statements drawn from a small vocabulary.

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::{Action, PolicyDocument};
use super::{Decision, Outcome, StatementRef, decide};

pub(in super::super) const RESOURCES: [&str; 4] = [
    "*",
    "arn:aws:s3:::b",
    "arn:aws:s3:::b/k",
    "arn:aws:s3:::b/private/k",
];

pub(in super::super) fn statement() -> impl Strategy<Value = String> {
    let effect = prop::sample::select(vec!["Allow", "Deny"]);
    let action = prop::sample::select(vec!["*", "s3:*", "s3:GetObject", "s3:Get*", "s3:", "iam:*"]);
    let resource = prop::sample::select(vec![
        "*",
        "arn:aws:s3:::b/*",
        "arn:aws:s3:::b*",
        "arn:aws:s3:::b/private/*",
        "arn:aws:s3",
        "arn:aws:s3:::b/${aws:username}",
    ]);
    let names = (
        prop::sample::select(vec!["Action", "NotAction"]),
        prop::sample::select(vec!["Resource", "NotResource"]),
    );
    let condition = prop::sample::select(vec![
        "",
        r#", "Condition": {"Bool": {"a:b": true}}"#,
        r#", "Condition": {}"#,
    ]);
    (effect, action, resource, names, condition).prop_map(
        |(effect, action, resource, (act, on), condition)| {
            format!(
                r#"{{"Effect": "{effect}", "{act}": "{action}", "{on}": "{resource}"{condition}}}"#
            )
        },
    )
}

pub(in super::super) fn policy(statements: &[String]) -> PolicyDocument {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#,
        statements.join(",")
    );
    PolicyDocument::parse(&text, "p").unwrap()
}

fn get() -> Action {
    "s3:GetObject".parse().unwrap()
}

fn outcome(statements: &[String], resource: &str) -> Outcome {
    decide(&[&policy(statements)], &get(), resource).outcome
}

/// The outcome without its reason, because there can be several.
fn kind(outcome: &Outcome) -> Outcome {
    match outcome {
        Outcome::Undecided(_) => Outcome::Undecided(String::new()),
        Outcome::Allowed | Outcome::ExplicitlyDenied | Outcome::ImplicitlyDenied => outcome.clone(),
    }
}

proptest! {
    #[test]
    fn order_and_grouping_change_nothing(statements in vec(statement(), 0..6), resource in prop::sample::select(RESOURCES.to_vec())) {
        let together = outcome(&statements, resource);
        let mut reversed = statements.clone();
        reversed.reverse();
        prop_assert_eq!(kind(&outcome(&reversed, resource)), kind(&together));
        let apart: Vec<PolicyDocument> = statements.iter().map(|own| policy(std::slice::from_ref(own))).collect();
        let apart: Vec<&PolicyDocument> = apart.iter().collect();
        prop_assert_eq!(decide(&apart, &get(), resource).outcome, together);
    }

    #[test]
    fn an_explicit_deny_wins(mut statements in vec(statement(), 0..6), at in any::<prop::sample::Index>(), resource in prop::sample::select(RESOURCES.to_vec())) {
        let deny = r#"{"Effect": "Deny", "Action": "s3:getobject", "Resource": "*"}"#;
        statements.insert(at.index(statements.len() + 1), deny.to_owned());
        prop_assert_eq!(outcome(&statements, resource), Outcome::ExplicitlyDenied);
    }

    #[test]
    fn a_deny_never_adds_and_an_allow_never_takes(statements in vec(statement(), 0..6), more in statement(), resource in prop::sample::select(RESOURCES.to_vec())) {
        /// A number that is larger if more is granted.
        fn rank(outcome: &Outcome) -> u8 {
            match outcome {
                Outcome::ExplicitlyDenied | Outcome::ImplicitlyDenied => 0,
                Outcome::Undecided(_) => 1,
                Outcome::Allowed => 2,
            }
        }
        let before = rank(&outcome(&statements, resource));
        let mut extended = statements;
        let denies = more.contains("Deny");
        extended.push(more);
        let after = rank(&outcome(&extended, resource));
        let kept = if denies { after <= before } else { after >= before };
        prop_assert!(kept);
    }

    #[test]
    fn a_decision_names_statements_that_apply(statements in vec(statement(), 0..6), resource in prop::sample::select(RESOURCES.to_vec())) {
        let policy = policy(&statements);
        let Decision { outcome, statements } = decide(&[&policy], &get(), resource);
        prop_assert_eq!(statements.is_empty(), outcome == Outcome::ImplicitlyDenied);
        if let Outcome::Undecided(reason) = &outcome {
            prop_assert!(!reason.is_empty());
        }
        for StatementRef { policy: _, statement } in statements {
            prop_assert!(!policy.statements[statement].applies(&get(), resource).is_no());
        }
    }
}

#[test]
fn what_cannot_change_the_answer_does_not_blur_it() {
    let allow = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#.to_owned();
    let deny = r#"{"Effect": "Deny", "Action": "*", "Resource": "*"}"#.to_owned();
    let perhaps = |effect: &str| {
        format!(
            r#"{{"Effect": "{effect}", "Action": "*", "Resource": "*", "Condition": {{"Bool": {{"a:b": "true"}}}}}}"#
        )
    };
    let outcome = |statements: &[String]| outcome(statements, "arn:aws:s3:::b/k");
    assert_eq!(
        outcome(&[allow.clone(), perhaps("Allow")]),
        Outcome::Allowed
    );
    assert_eq!(outcome(&[perhaps("Deny")]), Outcome::ImplicitlyDenied);
    assert_eq!(
        outcome(&[deny, perhaps("Allow")]),
        Outcome::ExplicitlyDenied
    );
    assert!(matches!(
        outcome(&[allow, perhaps("Deny")]),
        Outcome::Undecided(_)
    ));
    assert!(
        matches!(outcome(&[perhaps("Allow")]), Outcome::Undecided(reason) if reason.contains("a:b"))
    );
}
