//! Laws of rulings, and a naive twin that tries everything.

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::tests::{RESOURCES, policy, statement};
use super::*;
use crate::iam::{Action, Context};

const OPERATORS: [&str; 6] = [
    "StringEquals",
    "StringNotEquals",
    "StringLikeIfExists",
    "ForAllValues:StringLike",
    "ForAnyValue:StringNotEquals",
    "Null",
];

/// Statements of the vocabulary, some under a condition that a small context decides.
fn conditional() -> impl Strategy<Value = String> {
    let value = prop::sample::select(vec!["a", "b", "*", "true", "${aws:username}"]);
    let condition = (prop::sample::select(OPERATORS.to_vec()), value);
    (statement(), prop::option::of(condition)).prop_map(|(text, condition)| {
        let unconditional = text.split_once(", \"Condition\"").map(|(before, _)| before);
        let text = unconditional.unwrap_or(text.trim_end_matches('}'));
        match condition {
            None => format!("{text}}}"),
            Some((operator, value)) => {
                format!(r#"{text}, "Condition": {{"{operator}": {{"K": "{value}"}}}}}}"#)
            }
        }
    })
}

fn contexts() -> impl Strategy<Value = Context> {
    let pair = (
        prop::sample::select(vec!["k", "aws:username"]),
        prop::sample::select(vec!["a", "b", "k"]),
    );
    vec(pair, 0..3).prop_map(|pairs| pairs.into_iter().collect())
}

fn get() -> Action {
    "s3:GetObject".parse().unwrap()
}

fn documents(levels: &[Vec<String>]) -> Vec<PolicyDocument> {
    levels.iter().map(|own| policy(own)).collect()
}

fn access(
    identity: &[PolicyDocument],
    boundaries: &[PolicyDocument],
    context: &Context,
    resource: &str,
) -> Access {
    let request = Request {
        action: &get(),
        resource,
        context: Some(context),
        asks: Asks::Resource,
    };
    let policies = Policies {
        identity,
        boundaries,
        ..Policies::default()
    };
    evaluate(policies, &request)
}

/// Finds the same ruling by other means: with the texts of the vocabulary instead of patterns, and with every value instead
/// of sets.
mod twin {
    use super::super::Ruling;
    use crate::iam::Context;
    use serde_json::Value;

    fn only(context: &Context, key: &str) -> Option<String> {
        match context.values(key) {
            Some([one]) => Some(one.clone()),
            _ => None,
        }
    }

    fn filled(text: &str, context: &Context) -> Option<String> {
        if !text.contains("${") {
            return Some(text.to_owned());
        }
        Some(text.replace("${aws:username}", &only(context, "aws:username")?))
    }

    fn glob(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern, text) {
            ([], []) => true,
            ([b'*', rest @ ..], _) => (0..=text.len()).any(|from| glob(rest, &text[from..])),
            ([own, rest @ ..], [their, behind @ ..]) => own == their && glob(rest, behind),
            _ => false,
        }
    }

    fn like(pattern: &str, text: &str) -> bool {
        glob(pattern.as_bytes(), text.as_bytes())
    }

    fn action(pattern: &str) -> bool {
        pattern != "s3:" && like(&pattern.to_lowercase(), "s3:getobject")
    }

    fn resource(pattern: &str, context: &Context, resource: &str) -> bool {
        // The one short ARN of the vocabulary is read as everything below it.
        if pattern == "arn:aws:s3" {
            return resource.starts_with("arn:aws:s3:");
        }
        filled(pattern, context).is_some_and(|pattern| like(&pattern, resource))
    }

    fn condition(operator: &str, own: &str, context: &Context) -> bool {
        let found = context.values("k").unwrap_or_default();
        let filled = filled(own, context);
        let equals = |value: &String| filled.as_ref() == Some(value);
        let alike = |value: &String| filled.as_ref().is_some_and(|own| like(own, value));
        match (operator, found) {
            ("Null", _) => own == found.is_empty().to_string(),
            ("StringEquals", [one]) => equals(one),
            ("StringNotEquals", [one]) => !equals(one),
            ("StringLikeIfExists", [one]) => alike(one),
            ("StringNotEquals", _) | ("StringLikeIfExists", []) => true,
            ("StringEquals" | "StringLikeIfExists", _) => false,
            ("ForAllValues:StringLike", all) => !all.iter().any(|one| !alike(one)),
            ("ForAnyValue:StringNotEquals", all) => !all.iter().all(equals),
            other => panic!("{other:?}"),
        }
    }

    fn applies(statement: &Value, context: &Context, asked: &str) -> bool {
        let text = |name: &str| statement.get(name).and_then(Value::as_str);
        let acts = match (text("Action"), text("NotAction")) {
            (Some(pattern), _) => action(pattern),
            (None, pattern) => !action(pattern.unwrap()),
        };
        let on = match (text("Resource"), text("NotResource")) {
            (Some(pattern), _) => resource(pattern, context, asked),
            (None, pattern) => !resource(pattern.unwrap(), context, asked),
        };
        let operators = statement.get("Condition").and_then(Value::as_object);
        acts && on
            && operators
                .into_iter()
                .flatten()
                .all(|(operator, keys)| condition(operator, keys["K"].as_str().unwrap(), context))
    }

    pub(super) fn ruling(
        identity: &[Vec<String>],
        boundaries: &[Vec<String>],
        context: &Context,
        asked: &str,
    ) -> Ruling {
        let matched = |texts: &[String], effect: &str| {
            texts.iter().any(|text| {
                let statement: Value = serde_json::from_str(text).unwrap();
                statement["Effect"] == effect && applies(&statement, context, asked)
            })
        };
        let all = || identity.iter().chain(boundaries);
        if all().any(|texts| matched(texts, "Deny")) {
            Ruling::ExplicitlyDenied
        } else if identity.iter().any(|texts| matched(texts, "Allow"))
            && boundaries.iter().all(|texts| matched(texts, "Allow"))
        {
            Ruling::Allowed
        } else {
            Ruling::ImplicitlyDenied
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_naive_twin_rules_the_same(
        identity in vec(vec(conditional(), 0..4), 0..3),
        boundaries in vec(vec(conditional(), 0..3), 0..3),
        context in contexts(),
        resource in prop::sample::select(RESOURCES.to_vec()),
    ) {
        let found = access(&documents(&identity), &documents(&boundaries), &context, resource);
        prop_assert_eq!(found.ruling, twin::ruling(&identity, &boundaries, &context, resource));
    }
}

proptest! {
    #[test]
    fn order_duplication_and_case_change_nothing(
        statements in vec(conditional(), 1..5),
        context in contexts(),
        resource in prop::sample::select(RESOURCES.to_vec()),
    ) {
        let ruling = |texts: Vec<String>| {
            access(&documents(&[texts]), &[], &context, resource).ruling
        };
        let once = ruling(statements.clone());
        let mut reversed = statements.clone();
        reversed.reverse();
        prop_assert_eq!(ruling(reversed), once);
        let twice = [statements.clone(), statements.clone()].concat();
        prop_assert_eq!(ruling(twice), once);
        let shouted = |text: &String| {
            let loud = ["s3:*", "s3:GetObject", "s3:Get*", "iam:*"].into_iter();
            loud.fold(text.clone(), |text, own| {
                text.replace(&format!("\"{own}\""), &format!("\"{}\"", own.to_uppercase()))
            })
        };
        prop_assert_eq!(ruling(statements.iter().map(shouted).collect()), once);
    }

    #[test]
    fn a_deny_and_a_boundary_never_add(
        identity in vec(conditional(), 0..4),
        more in conditional(),
        boundary in vec(conditional(), 0..3),
        context in contexts(),
        resource in prop::sample::select(RESOURCES.to_vec()),
    ) {
        let is_allowed = |identity: &[String], boundaries: &[Vec<String>]| {
            let ruling = access(&documents(&[identity.to_vec()]), &documents(boundaries), &context, resource).ruling;
            ruling == Ruling::Allowed
        };
        let before = is_allowed(&identity, &[]);
        prop_assert!(before || !is_allowed(&identity, &[boundary]));
        let denies = more.contains("\"Deny\"");
        let after = is_allowed(&[identity, vec![more]].concat(), &[]);
        let kept = if denies { before || !after } else { after || !before };
        prop_assert!(kept);
    }

    #[test]
    fn an_explicit_deny_wins_in_every_layer(
        identity in vec(conditional(), 0..4),
        context in contexts(),
        resource in prop::sample::select(RESOURCES.to_vec()),
    ) {
        let deny = r#"{"Effect": "Deny", "Action": "*", "Resource": "*"}"#.to_owned();
        let own = documents(std::slice::from_ref(&identity));
        let with = documents(&[[identity, vec![deny.clone()]].concat()]);
        let apart = documents(&[vec![deny]]);
        prop_assert_eq!(access(&with, &[], &context, resource).ruling, Ruling::ExplicitlyDenied);
        prop_assert_eq!(access(&own, &apart, &context, resource).ruling, Ruling::ExplicitlyDenied);
    }

    #[test]
    fn where_nothing_is_left_open_both_ways_of_asking_agree(
        statements in vec(statement(), 0..5),
        resource in prop::sample::select(RESOURCES.to_vec()),
    ) {
        use super::super::{Outcome, decide};
        let document = policy(&statements);
        let decided = decide(&[&document], &get(), resource).outcome;
        let ruled = access(&[document], &[], &Context::default(), resource);
        let expected = match decided {
            Outcome::Allowed => Ruling::Allowed,
            Outcome::ExplicitlyDenied => Ruling::ExplicitlyDenied,
            // If it is open whether a `Deny` applies, both kinds of denial are possible.
            Outcome::ImplicitlyDenied => {
                prop_assert_ne!(ruled.ruling, Ruling::Allowed);
                return Ok(());
            }
            Outcome::Undecided(_) => return Ok(()),
        };
        prop_assert_eq!(ruled.ruling, expected);
        prop_assert!(!ruled.in_doubt);
    }
}
