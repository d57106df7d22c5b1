//! Traces are written by whoever runs the code: nothing in them may widen a pattern or break one.

use super::{call, needs};
use aws_least_privilege::catalog::{Catalog, Resolution};
use aws_least_privilege::iam::Glob;
use proptest::prelude::*;

const HOSTILE: [&str; 14] = [
    "*",
    "?",
    "ord*",
    "${aws:username}",
    "a b",
    "a\nb",
    "\u{202e}gro",
    "a\0b",
    "\"]}",
    "",
    "<script>",
    "`x`",
    "[x](y)",
    "a|b",
];

#[test]
fn a_value_that_a_policy_would_read_as_a_wildcard_leaves_the_resource_unknown() {
    for value in HOSTILE {
        let unknown = "dynamodb:GetItem? arn:aws:dynamodb:eu-west-1:123456789012:table/*";
        needs(
            &call("DynamoDB", "GetItem", &[("table_name", value)]),
            &[unknown],
        );
        let unknown = "kinesis:PutRecord? arn:aws:kinesis:eu-west-1:123456789012:stream/*";
        needs(
            &call("Kinesis", "PutRecord", &[("stream_name", value)]),
            &[unknown],
        );
        let unknown = "s3:PutObject? arn:aws:s3:::*/*";
        needs(
            &call("S3", "PutObject", &[("bucket_name", value)]),
            &[unknown],
        );
    }
}

#[test]
fn a_hostile_arn_leaves_the_resource_unknown() {
    for arn in [
        "arn:aws:sns:*:*:*",
        "arn:aws:sns:eu-west-1:123456789012:a?",
        "arn:aws:s3:::orders",
        "arn:aws:sns",
        "arn:::::",
    ] {
        let unknown = "sns:Publish? arn:aws:sns:eu-west-1:123456789012:*";
        needs(&call("SNS", "Publish", &[("topic_arn", arn)]), &[unknown]);
    }
}

#[test]
fn regions_partitions_and_accounts_of_no_known_form_count_as_missing() {
    let mut call = call("DynamoDB", "GetItem", &[("table_name", "orders")]);
    call.region = Some("eu-west-1:*".into());
    call.account = Some("1234".into());
    call.partition = Some("a*".into());
    needs(
        &call,
        &["dynamodb:GetItem arn:aws:dynamodb:*:*:table/orders"],
    );
}

#[test]
fn one_bad_value_among_good_ones_is_left_out_of_the_pattern_but_not_out_of_mind() {
    let tables = [("table_names", "orders"), ("table_names", "*")];
    needs(
        &call("DynamoDB", "BatchGetItem", &tables),
        &[
            "dynamodb:BatchGetItem? arn:aws:dynamodb:eu-west-1:123456789012:table/* \
           arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
        ],
    );
}

#[test]
fn names_beside_arns_are_all_kept() {
    let named = [
        ("stream_name", "orders"),
        (
            "stream_name",
            "arn:aws:kinesis:us-east-1:210987654321:stream/clicks",
        ),
    ];
    let both = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders arn:aws:kinesis:us-east-1:210987654321:stream/clicks";
    needs(
        &call("Kinesis", "PutRecord", &named),
        &[&format!("kinesis:PutRecord {both}")],
    );
}

#[test]
fn a_lone_long_value_is_no_name() {
    let long = "a".repeat(5000);
    let unknown = "kinesis:PutRecord? arn:aws:kinesis:eu-west-1:123456789012:stream/*";
    needs(
        &call("Kinesis", "PutRecord", &[("stream_name", &long)]),
        &[unknown],
    );
}

proptest! {
    /// Whatever is recorded, resolving ends, and every known pattern stays inside the service's widest one.
    #[test]
    fn resolving_never_widens(
        which in 0..6_usize,
        value in "\\PC{0,60}|arn:aws:[a-z0-9]{1,8}:[a-z0-9-]{0,12}:[0-9*]{0,12}:[a-zA-Z0-9/:*?_${}-]{0,40}|https?://[a-z0-9.:-]{0,30}/[0-9]{0,12}/[a-zA-Z0-9_*?-]{0,20}",
        other in "\\PC{0,20}",
    ) {
        let (service, operation, name, bound) = [
            ("DynamoDB", "Query", "table_name", "arn:*:dynamodb:*:*:table/*"),
            ("S3", "GetObject", "bucket_name", "arn:*:s3*:*:*"),
            ("SQS", "SendMessage", "queue_url", "arn:*:sqs:*:*:*"),
            ("SNS", "Publish", "topic_arn", "arn:*:sns:*:*:*"),
            ("Lambda", "Invoke", "function_name", "arn:*:lambda:*:*:function:*"),
            ("SecretsManager", "GetSecretValue", "secret_id", "arn:*:secretsmanager:*:*:secret:*-??????"),
        ][which];
        let resolution = Catalog::embedded().resolve(&call(service, operation, &[(name, &value), ("index_name", &other), ("key", &other)]));
        let Resolution::Mapped(mapped) = resolution else { panic!("not mapped") };
        for need in &mapped.needs {
            for pattern in &need.resources.patterns {
                prop_assert!(Glob::parse(bound).covers(&Glob::parse(pattern)), "{pattern}");
                let names_all = pattern.ends_with("table/*") || pattern.ends_with(":::*/*");
                prop_assert!(!(names_all && need.resources.known), "{pattern}");
            }
        }
    }

    #[test]
    fn any_words_resolve_without_panicking(service in "\\PC{0,30}", operation in "\\PC{0,30}", name in "\\PC{0,20}", value in "\\PC{0,60}") {
        let _ = Catalog::embedded().resolve(&call(&service, &operation, &[(&name, &value)]));
        let _ = Catalog::embedded().resolve(&call("s3", &operation, &[(&name, &value)]));
    }
}
