//! Laws of suggestions, held on generated policies and needs.

use aws_least_privilege::catalog::Catalog;
use aws_least_privilege::compare::{Granted, compare};
use aws_least_privilege::evidence::saved;
use aws_least_privilege::iam::PolicyDocument;
use aws_least_privilege::iam::algebra::{self, Relation};
use aws_least_privilege::iam::evaluate::{Outcome, decide};
use aws_least_privilege::iam::permissions::PermissionSet;
use aws_least_privilege::judge::State;
use aws_least_privilege::judge::exempt::Held;
use aws_least_privilege::needed::NeededPermissions;
use aws_least_privilege::suggest::{Circumstances, Fixed, Suggestion, suggestions};
use aws_least_privilege::usage::Usage;
use proptest::prelude::*;

/// Calls as the cases of `tests/suggestions` write them, and what each was on.
const CALLS: &[(&str, &str, &str)] = &[
    (
        "DynamoDB GetItem table_name=orders",
        "dynamodb:GetItem",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
    ),
    (
        "DynamoDB PutItem table_name=orders",
        "dynamodb:PutItem",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
    ),
    (
        "DynamoDB Query table_name=customers index_name=by-name",
        "dynamodb:Query",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/customers/index/by-name",
    ),
    (
        "S3 GetObject bucket_name=invoices",
        "s3:GetObject",
        "arn:aws:s3:::invoices/2026/1.json",
    ),
    (
        "S3 PutObject bucket_name=invoices",
        "s3:PutObject",
        "arn:aws:s3:::invoices/2026/1.json",
    ),
    (
        "S3 ListObjectsV2 bucket_name=invoices",
        "s3:ListBucket",
        "arn:aws:s3:::invoices",
    ),
    (
        "SQS SendMessage queue_url=https://sqs.eu-west-1.amazonaws.com/111122223333/mail",
        "sqs:SendMessage",
        "arn:aws:sqs:eu-west-1:111122223333:mail",
    ),
    (
        "SNS Publish topic_arn=arn:aws:sns:eu-west-1:111122223333:news",
        "sns:Publish",
        "arn:aws:sns:eu-west-1:111122223333:news",
    ),
];

const ACTIONS: &[&str] = &[
    "dynamodb:*",
    "dynamodb:*Item",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "DYNAMODB:getitem",
    "s3:*",
    "s3:Get*",
    "s3:PutObject",
    "s3:ListBucket",
    "s3:GetObject",
    "s3:HeadObject",
    "sqs:*",
    "sqs:SendMessage",
    "sqs:PurgeQueue",
    "sns:Publish",
    "firehose:*",
    "iam:PassRole",
    "kms:Decrypt",
];

const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
    "arn:aws:dynamodb:*:*:table/*",
    "arn:aws:dynamodb:eu-west-1:111122223333:table/customers/index/*",
    "arn:aws:s3:::invoices",
    "arn:aws:s3:::invoices/*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::*/2026/*",
    "arn:aws:s3:::invoices/${aws:username}/*",
    "arn:aws:sqs:eu-west-1:111122223333:mail",
    "arn:aws:sqs:*",
    "arn:aws:sns:eu-west-1:111122223333:news",
];

fn needs_of(calls: &[usize]) -> NeededPermissions {
    let lines: Vec<&str> = calls.iter().map(|call| CALLS[*call].0).collect();
    let traces = crate::suggestions::traces(&lines.join("\n"));
    needs_in(&traces)
}

/// What the one function of these traces needs.
pub(crate) fn needs_in(traces: &str) -> NeededPermissions {
    let mut usage = Usage::default();
    saved::read(
        &["-".into()],
        &mut traces.as_bytes(),
        jiff::Timestamp::MAX,
        &mut |trace| {
            usage.record(Catalog::embedded(), trace);
        },
    )
    .expect("they are traces");
    let (owner, observed) = usage.owners.first_key_value().expect("one function ran");
    NeededPermissions::of(owner, observed, None, Catalog::embedded())
}

fn list(of: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(prop::sample::select(of), 1..4)
}

/// The text of a policy, in one of the ways in which people lay it out.
fn policy() -> impl Strategy<Value = String> {
    let tail = prop::sample::select(&["", "", "", "condition", "deny", "not-action"][..]);
    let statement = (list(ACTIONS), list(RESOURCES), tail, any::<bool>()).prop_map(|(actions, resources, tail, sid)| {
        let one_or_more = |texts: Vec<&str>| match texts.as_slice() {
            [one] => serde_json::json!(one),
            several => serde_json::json!(several),
        };
        let mut statement = serde_json::json!({"Effect": "Allow", "Action": one_or_more(actions), "Resource": one_or_more(resources)});
        match tail {
            "condition" => statement["Condition"] = serde_json::json!({"Bool": {"aws:SecureTransport": "true"}}),
            "deny" => statement["Effect"] = "Deny".into(),
            "not-action" => {
                let actions = statement["Action"].take();
                statement.as_object_mut().expect("an object").remove("Action");
                statement["NotAction"] = actions;
            }
            _ => {}
        }
        (statement, sid)
    });
    let statements = prop::collection::vec(statement, 1..4);
    (statements, any::<bool>(), any::<bool>()).prop_map(|(statements, pretty, crlf)| {
        let statements: Vec<serde_json::Value> = statements
            .into_iter()
            .enumerate()
            .map(|(place, (mut statement, sid))| {
                if sid {
                    statement["Sid"] = format!("S{place}").into();
                }
                statement
            })
            .collect();
        let policy = serde_json::json!({"Version": "2012-10-17", "Statement": statements});
        if !pretty {
            return policy.to_string();
        }
        let text = serde_json::to_string_pretty(&policy).expect("it is JSON");
        if crlf {
            text.replace('\n', "\r\n")
        } else {
            text
        }
    })
}

fn suggested(needs: &NeededPermissions, policy: &PolicyDocument) -> Vec<Suggestion> {
    let catalog = Catalog::embedded();
    let policies = [policy.clone()];
    let granted = Granted {
        policies: &policies,
        ..Granted::default()
    };
    let comparison = compare(needs, &granted, catalog);
    let states = vec![State::Judged; comparison.excess.len()];
    let circumstances = Circumstances {
        needs,
        granted,
        comparison: &comparison,
        states: &states,
        are_files: true,
        adds_missing: false,
        held: &Held::default(),
        left_out: &[],
        wide: &std::collections::BTreeSet::new(),
        template: None,
        fixed: &Fixed::new(),
    };
    suggestions(&circumstances, catalog)
}

fn parsed(text: &str) -> PolicyDocument {
    PolicyDocument::parse(text, "policy.json").unwrap_or_else(|error| panic!("{error}\n{text}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_suggestion_keeps_what_was_seen_grants_nothing_new_and_is_the_last(
        text in policy(),
        calls in prop::collection::vec(0..CALLS.len(), 1..6),
    ) {
        let catalog = Catalog::embedded();
        let (needs, old) = (needs_of(&calls), parsed(&text));
        for suggestion in suggested(&needs, &old) {
            let Some(document) = &suggestion.document else {
                let reason = suggestion.reason.as_deref().unwrap_or_default();
                prop_assert!(!reason.contains("could be proved"), "{reason}\n{text}");
                continue;
            };
            let new = parsed(document);
            let set = |policy| PermissionSet::from_documents(&[policy], catalog);
            let relation = algebra::compare(&set(&new), &set(&old), catalog).relation;
            prop_assert!(matches!(relation, Relation::Narrower | Relation::Equivalent), "{relation:?}\n{text}\n{document}");
            for call in &calls {
                let (_, action, resource) = CALLS[*call];
                let action = action.parse().expect("an action");
                let before = decide(&[&old], &action, resource).outcome;
                let after = decide(&[&new], &action, resource).outcome;
                if before == Outcome::Allowed {
                    prop_assert_eq!(after, Outcome::Allowed, "{} on {}\n{}\n{}", action, resource, text, document);
                }
            }
            prop_assert!(suggestion.notes.is_empty() || !suggestion.replacements.is_empty());
            if suggestion.notes.is_empty() {
                let policies = [new.clone()];
                let comparison = compare(&needs, &Granted { policies: &policies, ..Granted::default() }, catalog);
                prop_assert!(comparison.excess.is_empty(), "{:?}\n{text}\n{document}", comparison.excess);
            }
            for again in suggested(&needs, &new) {
                prop_assert_eq!(again.document, None, "{}\n{}", text, document);
            }
        }
    }
}
