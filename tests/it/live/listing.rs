//! What the real program asks X-Ray for: the window, the filter, and no more than may be scanned.

use super::program::{now, report, run, traces};
use super::refusing::Guard;
use super::xray_server::{Behaviour, Counts, FakeTrace, XrayServer};
use serde_json::{Value, json};
use std::fs;
use std::process::Output;
use std::time::Duration;

/// Runs a command with a policy file that grants what nobody calls, and returns what X-Ray was asked and served.
fn asked(command: &str, functions: &[&str], more: &[&str]) -> (Option<i32>, Counts) {
    let (ran, counts) = asked_of(traces(functions), Behaviour::default(), command, more);
    (ran.status.code(), counts)
}

/// The same of traces that X-Ray has, and what the program printed.
fn asked_of(
    traces: Vec<FakeTrace>,
    behaviour: Behaviour,
    command: &str,
    more: &[&str],
) -> (Output, Counts) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("policy.json");
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kinesis:PutRecord",
        "Resource": "arn:aws:kinesis:eu-west-1:123456789012:stream/lone"}]}"#;
    fs::write(&path, policy).expect("it can be written");
    let path = path.to_str().expect("a path");
    let xray = XrayServer::start(traces, behaviour);
    let guard = Guard::alone(|_, _| None);
    let mut arguments = vec![command, "--policy-file", path];
    arguments.extend(more);
    let ran = run(&arguments, &guard.url(), &xray.url());
    let counts = std::mem::take(&mut *xray.counts());
    (ran, counts)
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
    // A page has one trace at most.
    for most in [1_usize, 5, 20] {
        let limit = most.to_string();
        let (code, counts) = asked("gate", &["checkout"], &["--max-scanned", &limit]);
        assert!(counts.processed <= most, "{} of {most}", counts.processed);
        assert_eq!(code, Some(4), "it could not see everything");
    }
}

/// Many traces, one each two seconds, that begin before now by these seconds at least.
fn burst(before: i64, many: u32) -> impl Iterator<Item = FakeTrace> {
    let newest = now() - before;
    (0..many).map(move |number| {
        let start = newest - 2 * i64::from(number);
        let place = usize::try_from(start).expect("after 1970");
        FakeTrace::of(place, start, "checkout")
    })
}

/// Runs the gate with a limit, and returns what its report says of it and what X-Ray was asked and served.
fn limited(traces: Vec<FakeTrace>, behaviour: Behaviour, more: &[&str]) -> (String, Counts) {
    let mut arguments = vec!["--format", "json"];
    arguments.extend(more);
    let (ran, counts) = asked_of(traces, behaviour, "gate", &arguments);
    let judged = report(&ran, 4);
    (judged["evidence"]["gaps"].to_string(), counts)
}

#[test]
fn a_limit_below_what_an_even_page_has_is_not_passed() {
    for most in [10, 50, 499] {
        let traces = burst(10, 500).collect();
        let limit = most.to_string();
        let more = ["--max-scanned", &limit, "--time-range", "5h"];
        let (gaps, counts) = limited(traces, Behaviour::default(), &more);
        assert!(counts.processed <= most, "{} of {most}", counts.processed);
        let told = format!("and might have passed the {most} of --max-scanned");
        assert!(gaps.contains(&told), "{gaps}");
    }
}

#[test]
fn a_limit_is_not_passed_where_traces_come_up_to_ten_times_as_densely_as_before() {
    // Hours of 10 traces and hours of 90 take turns, the quiet ones first.
    let hours = |hours: i64| {
        (0..hours).flat_map(|hour| {
            let many = if hour % 2 == 0 { 10 } else { 90 };
            (0..many).map(move |number| {
                let start = now() - 60 - hour * 3600 - number * (3600 / many);
                FakeTrace::of(
                    usize::try_from(start).expect("after 1970"),
                    start,
                    "checkout",
                )
            })
        })
    };
    for most in [20, 300, 1150] {
        let behaviour = Behaviour {
            latency: Duration::from_millis(3),
            ..Behaviour::default()
        };
        let limit = most.to_string();
        let more = ["--max-scanned", &limit, "--time-range", "24h"];
        let (gaps, counts) = limited(hours(24).collect(), behaviour, &more);
        let processed = counts.processed;
        assert!(processed <= most, "{processed} of {most}");
        assert!(processed * 2 >= most, "{processed} of {most}");
        assert!(counts.queries.len() < 1000, "{}", counts.queries.len());
        assert!(gaps.contains("max-scanned"), "{gaps}");
    }
}

#[test]
fn a_burst_that_passes_the_limit_is_the_last_page_that_is_asked_for() {
    // Each twenty minutes have a trace, but the oldest.
    let even = (0..13).flat_map(|page| burst(600 + page * 1200, 1));
    let traces = even.chain(burst(5 * 3600 - 1100, 500)).collect();
    let more = ["--max-scanned", "100", "--time-range", "5h"];
    let (gaps, counts) = limited(traces, Behaviour::default(), &more);
    // A trace where two requests meet is scanned twice.
    assert!(counts.processed <= 14 + 500, "{}", counts.processed);
    let told = "more than the 100 of --max-scanned, for they came denser than any before";
    assert!(gaps.contains(told), "{gaps}");
}

#[test]
fn what_is_asked_for_at_the_same_time_is_bounded_by_what_was_answered() {
    // The newest end of each six hours but the first is busy.
    let traces = (1..28).flat_map(|slice| burst(slice * 6 * 3600 + 60, 200));
    let behaviour = Behaviour {
        latency: Duration::from_millis(100),
        ..Behaviour::default()
    };
    let (gaps, counts) = limited(traces.collect(), behaviour, &["--max-scanned", "300"]);
    assert!(counts.processed <= 300 + 4 * 200, "{}", counts.processed);
    assert!(gaps.contains("of --max-scanned"), "{gaps}");
}

#[test]
fn a_week_far_from_the_limit_is_listed_by_many_requests_at_the_same_time() {
    let traces = (0..28 * 6).flat_map(|hour| burst(hour * 3600 + 60, 5));
    let behaviour = Behaviour {
        latency: Duration::from_millis(20),
        ..Behaviour::default()
    };
    let arguments = ["--no-appeal", "--format", "json", "--max-traces", "40"];
    let (ran, counts) = asked_of(traces.collect(), behaviour, "gate", &arguments);
    let judged = report(&ran, 3);
    let pages = counts.queries.len();
    assert_eq!(counts.most_in_flight, 8);
    assert!(pages < 7 * 24 * 3 + 60, "{pages}");
    let gaps = judged["evidence"]["gaps"].to_string();
    assert!(!gaps.contains("max-scanned"), "{gaps}");
    assert_eq!(judged["evidence"]["scanned"]["traces"], json!(28 * 6 * 5));
}
