//! Before a live gate fails an action of a function, X-Ray is asked once more for that very service, over thirty days.

use super::http::Answer;
use super::program::{now, report, run, traces};
use super::refusing::Guard;
use super::xray_server::{Behaviour, FakeTrace, XrayServer};
use serde_json::{Value, json};
use std::fs;
use std::process::Output;

const DAY: i64 = 24 * 3600;

/// Gates a policy that lets `checkout` write to a table, which it does each half hour, and to a bucket.
fn gate(more: Vec<FakeTrace>, flags: &[&str]) -> (Output, XrayServer) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("role.json");
    let allow = |action: &str, resource: &str| json!({"Effect": "Allow", "Action": action, "Resource": resource});
    let policy = json!({"Version": "2012-10-17", "Statement": [
        allow("dynamodb:PutItem", "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"),
        allow("s3:PutObject", "arn:aws:s3:::reports/*"),
    ]});
    fs::write(&path, policy.to_string()).expect("it can be written");
    let mut all = traces(&["checkout"]);
    all.extend(more);
    let guard = Guard::alone(|_, _| None::<Answer>);
    let xray = XrayServer::start(all, Behaviour::default());
    let path = path.to_str().expect("a path").to_owned();
    let mut arguments = vec![
        "gate",
        "--policy-file",
        &path,
        "--function",
        "checkout",
        "--format",
        "json",
    ];
    arguments.extend(flags);
    let ran = run(&arguments, &guard.url(), &xray.url());
    (ran, xray)
}

/// A trace of so many days ago in which a function writes to the bucket.
fn monthly(days: i64, function: &str) -> FakeTrace {
    let number = 90_000 + usize::try_from(days).expect("days");
    FakeTrace::of(number, now() - days * DAY, function).calling(
        "S3",
        &json!({"operation": "PutObject", "bucket_name": "reports", "key": "2026.csv", "region": "eu-west-1"}),
    )
}

fn excess(report: &Value) -> usize {
    report["roles"][0]["excess"]
        .as_array()
        .expect("findings")
        .len()
}

#[test]
fn what_ran_in_the_month_acquits() {
    let (ran, xray) = gate(vec![monthly(20, "checkout")], &[]);
    let passed = report(&ran, 0);
    assert_eq!(excess(&passed), 0);
    let appeal = &passed["evidence"]["appeal"];
    assert_eq!(
        (&appeal["services"], &appeal["traces"], &appeal["found"]),
        (&json!(["s3"]), &json!(1), &json!(1))
    );
    let asked = xray.counts().queries.clone();
    let filters = asked
        .iter()
        .filter_map(|query| query["FilterExpression"].as_str());
    let appeals: Vec<&str> = filters
        .filter(|filter| filter.contains("service(\"S3\")"))
        .collect();
    assert!(!appeals.is_empty());
    assert!(
        appeals
            .iter()
            .all(|filter| filter.contains("name: \"checkout\""))
    );
    // What it found counts as a need, and its traces are not counted with those of the week.
    assert_eq!(passed["roles"][0]["functions"][0]["traces"], json!(25));
}

#[test]
fn without_an_answer_it_fails_as_before_and_says_that_it_was_asked() {
    for others in [Vec::new(), vec![monthly(20, "refund")]] {
        let (ran, _xray) = gate(others, &[]);
        let failed = report(&ran, 3);
        assert_eq!(excess(&failed), 1);
        assert_eq!(failed["evidence"]["appeal"]["found"], json!(0));
    }
}

#[test]
fn it_is_not_asked_where_it_may_not_be_or_need_not_be() {
    let (ran, xray) = gate(vec![monthly(20, "checkout")], &["--no-appeal"]);
    let failed = report(&ran, 3);
    assert_eq!(failed["evidence"].get("appeal"), None);
    let queries = xray.counts().queries.clone();
    assert!(queries.iter().all(|query| {
        !query["FilterExpression"]
            .as_str()
            .unwrap_or_default()
            .contains("service(\"S3\")")
    }));

    // Thirty days were read already.
    let (ran, _xray) = gate(vec![monthly(20, "checkout")], &["--time-range", "30d"]);
    let passed = report(&ran, 0);
    assert_eq!(passed["evidence"].get("appeal"), None);
}

#[test]
fn it_keeps_within_what_may_be_scanned() {
    // X-Ray scans what others did on its way back to the trace that would acquit.
    let between = (0..100).map(|number| {
        let hours = i64::try_from(number).expect("hours") * 2;
        FakeTrace::of(80_000 + number, now() - 8 * DAY - hours * 3600, "refund")
    });
    let month = between.chain([monthly(20, "checkout")]).collect();
    let (ran, xray) = gate(month, &["--max-scanned", "60"]);
    let told = report(&ran, 3);
    let appeal = &told["evidence"]["appeal"];
    assert!(
        appeal["unanswered"].is_string() || appeal["found"] == json!(0),
        "{appeal:#}"
    );
    let processed = xray.counts().processed;
    assert!(processed <= 60, "{processed}");
}
