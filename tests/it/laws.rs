//! Laws of the whole pipeline, held on generated evidence.

use aws_least_privilege::catalog::Catalog;
use aws_least_privilege::compare::{Granted, Lack, compare};
use aws_least_privilege::evidence::{Observation, Outcome, Owner, TraceEvidence, saved};
use aws_least_privilege::iam::PolicyDocument;
use aws_least_privilege::needed::NeededPermissions;
use aws_least_privilege::roles::Targets;
use aws_least_privilege::scan;
use aws_least_privilege::usage::Usage;
use aws_least_privilege::xray::{Call, Parameters, TraceId};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Service, operation and one recorded parameter, in the spellings of several SDKs.
const CALLS: &[(&str, &str, &str, &str)] = &[
    ("DynamoDB", "GetItem", "table_name", "orders"),
    ("AmazonDynamoDBv2", "PutItem", "table_name", "orders"),
    ("dynamodb", "Query", "table_name", "customers"),
    ("DynamoDB", "BatchWriteItem", "table_names", "orders"),
    ("DynamoDB", "DescribeTable", "", ""),
    ("S3", "GetObject", "bucket_name", "invoices"),
    ("Amazon S3", "PutObject", "bucket_name", "invoices"),
    ("s3", "ListObjectsV2", "bucket", "invoices"),
    ("S3", "ListBuckets", "", ""),
    (
        "SQS",
        "SendMessage",
        "queue_url",
        "https://sqs.eu-west-1.amazonaws.com/111122223333/jobs",
    ),
    (
        "AmazonSQS",
        "SendMessageBatch",
        "queue_url",
        "https://sqs.eu-west-1.amazonaws.com/111122223333/mail.fifo",
    ),
    (
        "SNS",
        "Publish",
        "topic_arn",
        "arn:aws:sns:eu-west-1:111122223333:news",
    ),
    ("AWSLambda", "Invoke", "function_name", "render"),
    ("Lambda", "Invoke", "function_name", "render:PROD"),
    (
        "SecretsManager",
        "GetSecretValue",
        "secret_id",
        "db/password",
    ),
    ("SSM", "GetParameter", "name", "/app/flag"),
    (
        "SFN",
        "StartExecution",
        "state_machine_arn",
        "arn:aws:states:eu-west-1:111122223333:stateMachine:ship",
    ),
    ("Events", "PutEvents", "", ""),
    (
        "KMS",
        "Decrypt",
        "key_id",
        "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-1111-2222-333344445555",
    ),
    ("monitoring", "PutMetricData", "", ""),
    ("STS", "GetCallerIdentity", "", ""),
    ("Kinesis", "PutRecord", "stream_name", "clicks"),
];

fn call(index: usize) -> Call {
    let (service, operation, name, value) = CALLS[index];
    let mut parameters = Parameters::default();
    if !name.is_empty() {
        parameters.insert(name, value);
    }
    Call {
        service: service.into(),
        operation: operation.into(),
        partition: Some("aws".into()),
        region: Some("eu-west-1".into()),
        account: Some("111122223333".into()),
        parameters,
        ..Call::default()
    }
}

fn usage_of(calls: &[usize]) -> (Owner, Usage) {
    let function = "arn:aws:lambda:eu-west-1:111122223333:function:f";
    let owner = Owner::LambdaFunction(function.parse().expect("an ARN"));
    let mut usage = Usage::default();
    for (number, index) in calls.iter().enumerate() {
        usage.record(
            Catalog::embedded(),
            TraceEvidence {
                trace: TraceId::parse(&format!("{number:032x}")),
                segments: 1,
                owners: BTreeSet::from([owner.clone()]),
                about: BTreeSet::new(),
                observations: vec![Observation {
                    owner: owner.clone(),
                    call: call(*index),
                    outcome: Outcome::Success,
                    at: None,
                }],
                http_only: BTreeSet::new(),
                gaps: Vec::new(),
                start: None,
                end: None,
            },
        );
    }
    (owner, usage)
}

/// The documents that `scan` would write for the one function of this usage.
fn scanned(usage: &Usage) -> Vec<PolicyDocument> {
    let targets = Targets::default().resolve(usage);
    let policies = scan::policies(&targets, usage, Catalog::embedded(), true);
    policies
        .iter()
        .flat_map(|policy| &policy.documents)
        .map(|text| {
            PolicyDocument::parse(text, "scan.json").expect("scan writes policies that parse")
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_scan_writes_is_neither_too_much_nor_too_little(calls in prop::collection::vec(0..CALLS.len(), 1..30)) {
        let (owner, usage) = usage_of(&calls);
        let needs = NeededPermissions::of(&owner, &usage.owners[&owner], None, Catalog::embedded());
        let comparison = compare(&needs, &Granted { policies: &scanned(&usage), ..Granted::default() }, Catalog::embedded());
        // Where no trace names a resource, scan writes all of its type, and the gate asks for a name.
        let named = comparison.excess.iter().all(|own| own.wants_a_name);
        prop_assert!(named, "excess: {:?}", comparison.excess);
        prop_assert!(comparison.missing.is_empty(), "missing: {:?}", comparison.missing);
        prop_assert!(comparison.dead.is_empty(), "dead: {:?}", comparison.dead);
    }

    #[test]
    fn a_statement_left_out_of_what_scan_writes_is_missing(calls in prop::collection::vec(0..CALLS.len(), 1..12)) {
        let (owner, usage) = usage_of(&calls);
        let needs = NeededPermissions::of(&owner, &usage.owners[&owner], None, Catalog::embedded());
        let documents = scanned(&usage);
        for left_out in 0..documents[0].statements.len() {
            let mut fewer = documents.clone();
            fewer[0].statements.remove(left_out);
            let comparison = compare(&needs, &Granted { policies: &fewer, ..Granted::default() }, Catalog::embedded());
            let lacks = comparison.missing.iter().any(|missing| missing.because == Lack::NotGranted);
            prop_assert!(lacks, "statement {left_out} of {:?} is not needed", documents[0].source);
        }
    }

    #[test]
    fn the_order_of_calls_changes_nothing(calls in prop::collection::vec(0..CALLS.len(), 1..30), seed in any::<u64>()) {
        let mut shuffled = calls.clone();
        let length = shuffled.len();
        for place in 0..length {
            let other = usize::try_from((seed >> (place % 48)) % length as u64).expect("it is below the length");
            shuffled.swap(place, other);
        }
        let text = |calls: &[usize]| scanned(&usage_of(calls).1).into_iter().map(|document| document.source).collect::<Vec<_>>();
        prop_assert_eq!(text(&calls), text(&shuffled));
    }

    #[test]
    fn a_denied_call_never_becomes_a_grant(index in 0..CALLS.len()) {
        let (owner, mut usage) = usage_of(&[]);
        usage.record(Catalog::embedded(), TraceEvidence {
            trace: TraceId::parse(&"1".repeat(32)),
            segments: 1,
            owners: BTreeSet::from([owner.clone()]),
            about: BTreeSet::new(),
            observations: vec![Observation {
                owner: owner.clone(),
                call: call(index),
                outcome: Outcome::Denied { action: None, resource: None },
                at: None,
            }],
            http_only: BTreeSet::new(),
            gaps: Vec::new(),
            start: None,
            end: None,
        });
        for document in scanned(&usage) {
            prop_assert!(document.statements.is_empty(), "{}", document.source);
        }
    }
}

/// One trace of one call, as BatchGetTraces returns it.
fn trace(number: usize, table: &str) -> String {
    let id = format!("1-5aaf0fa0-{number:024x}");
    let document = format!(
        r#"{{"id":"{number:016x}","trace_id":"{id}","name":"f","start_time":{start}.5,"end_time":{start}.9,"origin":"AWS::Lambda::Function","aws":{{"function_arn":"arn:aws:lambda:eu-west-1:111122223333:function:f"}},"subsegments":[{{"id":"a{number:015x}","name":"DynamoDB","namespace":"aws","start_time":{start}.6,"end_time":{start}.7,"http":{{"response":{{"status":200}}}},"aws":{{"operation":"GetItem","table_name":"{table}"}}}}]}}"#,
        start = 1_700_000_000 + number,
    );
    let document = document.replace('"', "\\\"");
    format!(r#"{{"Id":"{id}","Segments":[{{"Id":"{number:016x}","Document":"{document}"}}]}}"#)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn order_and_duplicates_of_saved_traces_change_nothing(
        order in Just((0..20usize).collect::<Vec<_>>()).prop_shuffle(),
        again in prop::collection::vec(0..20usize, 0..10),
    ) {
        let tables = ["orders", "customers", "stock"];
        let lines = |numbers: &[usize]| -> String {
            numbers.iter().map(|number| trace(*number, tables[number % 3]) + "\n").collect()
        };
        let told = |text: &str| {
            let mut usage = Usage::default();
            saved::read(&["-".into()], &mut text.as_bytes(), jiff::Timestamp::MAX, &mut |trace| usage.record(Catalog::embedded(), trace))
                .expect("the traces are readable");
            let owner = usage.owners.keys().next().expect("a function ran").clone();
            let needs = NeededPermissions::of(&owner, &usage.owners[&owner], None, Catalog::embedded());
            (usage.traces, usage.calls, usage.segments, usage.start, usage.end, needs.needed)
        };
        let plain = told(&lines(&(0..20).collect::<Vec<_>>()));
        prop_assert_eq!(plain.0, 20);
        prop_assert_eq!(plain.1, 20);
        prop_assert_eq!(plain.5.len(), 3);
        let mixed: Vec<usize> = order.into_iter().chain(again).collect();
        prop_assert_eq!(told(&lines(&mixed)), plain);
    }
}
