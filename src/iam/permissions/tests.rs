//! Compares cells with the evaluator, with a catalogue of four actions.

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::action_set::{ActionNumbering, ActionSet};
use super::super::evaluate::tests::{RESOURCES, policy, statement};
use super::super::evaluate::{Outcome, decide};
use super::super::{Action, ActionPattern, Answer};
use super::PermissionSet;

/// A small catalogue; `s3:GetTomorrow` and `new:Thing` are in none.
struct Known(Vec<Action>);

impl ActionNumbering for Known {
    fn count(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap()
    }

    fn number(&self, action: &Action) -> Option<u32> {
        let place = self.0.iter().position(|known| known == action)?;
        u32::try_from(place).ok()
    }

    fn matching(&self, pattern: &ActionPattern) -> Vec<u32> {
        let matched = self.0.iter().filter(|action| pattern.matches(action));
        matched.filter_map(|action| self.number(action)).collect()
    }
}

fn known() -> Known {
    let names = [
        "iam:PassRole",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
    ];
    Known(names.iter().map(|name| name.parse().unwrap()).collect())
}

proptest! {
    #[test]
    fn says_what_the_evaluator_says(
        statements in vec(statement(), 0..6),
        action in prop::sample::select(vec!["S3:GetObject", "s3:PutObject", "iam:passrole", "s3:GetTomorrow", "new:Thing"]),
        resource in prop::sample::select(RESOURCES.to_vec()),
    ) {
        let (policy, action) = (policy(&statements), action.parse().unwrap());
        let set = PermissionSet::from_documents(&[&policy], &known());
        let expected = match decide(&[&policy], &action, resource).outcome {
            Outcome::Allowed => Answer::Yes,
            Outcome::ExplicitlyDenied | Outcome::ImplicitlyDenied => Answer::No,
            Outcome::Undecided(_) => Answer::Undecided,
        };
        prop_assert_eq!(set.contains(&action, resource, &known()), expected);
    }
}

fn actions(element: &str) -> ActionSet {
    let text = format!(r#"{{"Statement": {{"Effect": "Allow", {element}, "Resource": "*"}}}}"#);
    let policy = super::PolicyDocument::parse(&text, "p").unwrap();
    ActionSet::of(&policy.statements[0].actions, &known())
}

#[test]
fn known_actions_are_bits_and_the_rest_are_patterns() {
    let reads = actions(r#""Action": ["s3:Get*", "s3:PutObject"]"#);
    assert_eq!(reads.known().iter().collect::<Vec<_>>(), [1, 3]);
    assert!(reads.contains(&"s3:GetTomorrow".parse().unwrap(), &known()));
    assert!(!reads.contains(&"s3:PutTomorrow".parse().unwrap(), &known()));
    assert_eq!(
        actions(r#""Action": "s3:putobject""#),
        actions(r#""Action": ["s3:PutObject", "s3:"]"#)
    );
}

#[test]
fn a_set_is_empty_only_when_no_action_can_be_in_it() {
    assert!(actions(r#""NotAction": "*""#).is_empty());
    assert!(actions(r#""Action": ["s3:", "*:GetObject"]"#).is_empty());
    assert!(!actions(r#""Action": "new:*""#).is_empty());
    assert!(!actions(r#""NotAction": ["iam:*", "s3:*"]"#).is_empty());
}
