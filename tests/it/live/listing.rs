//! What the real program asks X-Ray for: the window, the filter, and no more than may be scanned.

use super::program::{now, run, traces};
use super::refusing::Guard;
use super::xray_server::{Behaviour, Counts, XrayServer};
use serde_json::Value;
use std::fs;

/// Runs a command with a policy file that grants what nobody calls, and returns what X-Ray was asked and served.
fn asked(command: &str, functions: &[&str], more: &[&str]) -> (Option<i32>, Counts) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("policy.json");
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kinesis:PutRecord",
        "Resource": "arn:aws:kinesis:eu-west-1:123456789012:stream/lone"}]}"#;
    fs::write(&path, policy).expect("it can be written");
    let path = path.to_str().expect("a path");
    let xray = XrayServer::start(traces(functions), Behaviour::default());
    let guard = Guard::alone(|_, _| None);
    let mut arguments = vec![command, "--policy-file", path];
    arguments.extend(more);
    let ran = run(&arguments, &guard.url(), &xray.url());
    let counts = std::mem::take(&mut *xray.counts());
    (ran.status.code(), counts)
}

/// How much time the queries cover, and where the last ends.
fn covered(counts: &Counts) -> (i64, i64) {
    let times = |name: &str| {
        let of = |query: &Value| query[name].as_f64().expect("a time");
        let times = counts.queries.iter().map(of);
        #[expect(clippy::cast_possible_truncation, reason = "seconds")]
        times.map(|time| time as i64).collect::<Vec<i64>>()
    };
    let start = times("StartTime").into_iter().min().expect("a query");
    let end = times("EndTime").into_iter().max().expect("a query");
    (end - start, end)
}

#[test]
fn explain_and_gate_ask_for_seven_days() {
    let week = 7 * 24 * 3600;
    for (command, more, seconds) in [
        ("explain", &["checkout"][..], week),
        ("gate", &["--no-appeal"], week),
        ("gate", &["--no-appeal", "-r", "12h"], 12 * 3600),
    ] {
        let (_, counts) = asked(command, &["checkout"], more);
        let (length, end) = covered(&counts);
        // A window of whole minutes may begin and end within a second.
        assert!(
            (seconds..=seconds + 1).contains(&length),
            "{command}: {length}"
        );
        assert!((now() - end).abs() < 300, "{command}: it ends now");
    }
}

#[test]
fn a_function_is_asked_for_with_a_filter_and_all_without_one() {
    let of = |more: &[&str]| {
        let (_, counts) = asked("gate", &["checkout", "refund"], more);
        assert!(!counts.queries.is_empty());
        let filters = counts.queries.iter();
        let filters = filters.map(|query| query["FilterExpression"].as_str().map(str::to_owned));
        filters.collect::<std::collections::BTreeSet<Option<String>>>()
    };
    assert_eq!(of(&["--no-appeal"]).into_iter().collect::<Vec<_>>(), [None]);
    let one = of(&["--function", "checkout", "--no-appeal"]);
    let named = |filter: &Option<String>| {
        let filter = filter.as_deref().unwrap_or_default();
        filter.contains("\"checkout\"") && !filter.contains("refund")
    };
    assert!(one.iter().all(named), "{one:?}");
}

#[test]
fn no_more_is_scanned_than_may_be() {
    // A page has one trace at most. Of a larger one nobody knows the size before it is there.
    for most in [1_usize, 5, 20] {
        let limit = most.to_string();
        let (code, counts) = asked("gate", &["checkout"], &["--max-scanned", &limit]);
        assert!(counts.processed <= most, "{} of {most}", counts.processed);
        assert_eq!(code, Some(4), "it could not see everything");
    }
}
