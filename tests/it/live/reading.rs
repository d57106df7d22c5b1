//! Not one trace lost, whatever pages, batches and limits come in between.

use super::xray_server::{Behaviour, FakeTrace, SUMMARIES, TRACES, XrayServer};
use super::{NOW, function, read, request};
use aws_least_privilege::evidence::TraceEvidence;
use aws_least_privilege::evidence::xray_api::{Event, Request};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const MINUTES: u64 = 1440;

/// So many traces of a function over the last day, a few of them close together.
fn a_day(count: usize, function: &str) -> Vec<FakeTrace> {
    let at = |number: usize| {
        let number = i64::try_from(number).expect("a number");
        // A busy stretch, then the rest at odd distances, and nothing in the older half.
        if number < 150 {
            NOW - 7000 - number % 30
        } else {
            NOW - 1 - number * 7919 % 40_000
        }
    };
    (0..count)
        .map(|number| FakeTrace::of(number, at(number), function))
        .collect()
}

fn ids(traces: &[TraceEvidence]) -> BTreeSet<String> {
    traces
        .iter()
        .filter_map(|trace| trace.trace)
        .map(|id| id.to_string())
        .collect()
}

fn all_of(traces: &[FakeTrace]) -> BTreeSet<String> {
    traces.iter().map(|trace| trace.id.clone()).collect()
}

#[test]
fn every_trace_is_read_once_through_empty_pages_and_split_batches() {
    let traces = a_day(403, "orders");
    let behaviour = Behaviour {
        unprocessed: 2,
        batch_pages: true,
        destination: Some("XRay"),
        ..Behaviour::default()
    };
    let server = XrayServer::start(traces.clone(), behaviour);
    let read = read(&server.url(), &request(MINUTES));
    assert!(read.reasons().is_empty(), "{:?}", read.gaps());
    assert_eq!(read.traces.len(), 403);
    assert_eq!(ids(&read.traces), all_of(&traces));
    assert_eq!(
        read.calls(),
        403,
        "each trace's call is in a document of the second page"
    );
    let counts = server.counts();
    assert!(
        counts.empty_pages > 10,
        "{} empty pages",
        counts.empty_pages
    );
    assert!(counts.unprocessed.values().any(|missed| *missed == 2));
    assert_eq!(
        counts.served.keys().cloned().collect::<BTreeSet<_>>(),
        all_of(&traces)
    );
}

#[test]
fn requests_are_what_x_ray_asks_for() {
    let server = XrayServer::start(a_day(20, "orders"), Behaviour::default());
    read(&server.url(), &request(MINUTES));
    let counts = server.counts();
    let queries: BTreeSet<(i64, i64)> = counts
        .queries
        .iter()
        .map(|query| {
            assert_eq!(query["Sampling"], Value::Bool(false));
            assert_eq!(query["TimeRangeType"], "TraceId");
            assert!(
                query.get("SamplingStrategy").is_none() && query.get("FilterExpression").is_none()
            );
            let time = |name: &str| query[name].as_i64().expect("whole seconds");
            (time("StartTime"), time("EndTime"))
        })
        .collect();
    let ends = queries.iter().skip(1).map(|(start, _)| *start);
    let ends: Vec<i64> = ends.chain([NOW]).collect();
    for ((start, end), next) in queries.iter().zip(ends) {
        assert_eq!(*end, next, "each time once, without a hole");
        assert!(end - start <= 21_600, "six hours at most: {queries:?}");
    }
    assert_eq!(queries.first().map(|(start, _)| *start), Some(NOW - 86_400));
    assert!(queries.len() < 20, "{queries:?}");
}

#[test]
fn throttled_requests_are_slowed_down_and_none_is_lost() {
    let traces = a_day(400, "orders");
    let behaviour = Behaviour {
        most_in_flight: Some(2),
        latency: Duration::from_millis(3),
        ..Behaviour::default()
    };
    let server = XrayServer::start(traces.clone(), behaviour);
    let read = read(&server.url(), &request(MINUTES));
    assert_eq!(ids(&read.traces), all_of(&traces));
    let counts = server.counts();
    let asked: u64 = counts.requests.values().sum();
    assert!(counts.throttled > 0);
    assert!(
        counts.throttled * 3 < asked,
        "{} of {asked} requests were throttled",
        counts.throttled
    );
    assert!(
        counts.most_in_flight <= 8,
        "{} in flight",
        counts.most_in_flight
    );
    let is_told = |event: &Event| matches!(event, Event::Note(note) if note.contains("throttled"));
    assert!(read.events.iter().any(is_told));
}

#[test]
fn what_x_ray_does_not_get_to_is_a_gap() {
    let traces = a_day(20, "orders");
    let never: BTreeSet<String> = traces
        .iter()
        .take(2)
        .map(|trace| trace.id.clone())
        .collect();
    let server = XrayServer::start(
        traces,
        Behaviour {
            never: never.clone(),
            ..Behaviour::default()
        },
    );
    let read = read(&server.url(), &request(MINUTES));
    assert_eq!(read.traces.len(), 18);
    let gaps: BTreeMap<String, &str> = read
        .gaps()
        .into_iter()
        .map(|(reason, detail, _)| (detail, reason))
        .collect();
    let expected: BTreeMap<String, &str> =
        never.into_iter().map(|id| (id, "unprocessed")).collect();
    assert_eq!(gaps, expected);
    assert!(read.outcome.expect("it ends").lose_calls());
    assert!(
        server.counts().requests[TRACES] < 20,
        "asked again to a bound"
    );
}

#[test]
fn exceeded_limits_and_traces_in_progress_are_gaps() {
    let mut traces = a_day(4, "orders");
    traces[0].limit_exceeded = true;
    traces[1].partial = true;
    traces[2].partial = true;
    traces[2].start = NOW - 60;
    let ids: Vec<String> = traces.iter().map(|trace| trace.id.clone()).collect();
    let server = XrayServer::start(traces, Behaviour::default());
    let read = read(&server.url(), &request(MINUTES));
    let gaps = read.gaps();
    assert_eq!(gaps.len(), 3, "{gaps:?}");
    assert!(gaps.contains(&("limit-exceeded", ids[0].clone(), 1)));
    assert!(gaps.contains(&("in-progress", ids[1].clone(), 1)));
    assert!(gaps.contains(&("still-running", ids[2].clone(), 1)));
    assert_eq!(read.calls(), 4, "what there is of them counts");
}

#[test]
fn only_the_functions_traces_are_asked_for_and_the_filter_is_kept() {
    let mut traces = a_day(60, "orders");
    traces[3].error = true;
    traces.extend((100..120).map(|number| FakeTrace::of(number, NOW - 500, "billing")));
    traces.extend((200..220).map(|number| FakeTrace::of(number, NOW - 500, "mails")));
    let server = XrayServer::start(traces, Behaviour::default());
    let functions = vec![function("orders"), function("billing")];
    let both = read(
        &server.url(),
        &Request {
            functions: functions.clone(),
            ..request(MINUTES)
        },
    );
    assert_eq!(both.traces.len(), 80);
    let failed = read(
        &server.url(),
        &Request {
            functions,
            filter: Some("error".to_owned()),
            ..request(MINUTES)
        },
    );
    assert_eq!(failed.traces.len(), 1);
    assert!(
        server
            .counts()
            .queries
            .iter()
            .all(|query| query["FilterExpression"].is_string())
    );
}

#[test]
fn more_traces_than_asked_for_are_a_sample_of_each_function() {
    let mut traces = a_day(300, "orders");
    for trace in traces.iter_mut().skip(290) {
        trace.error = true;
    }
    traces.extend((1000..1010).map(|number| FakeTrace::of(number, NOW - 500, "billing")));
    let errors: BTreeSet<String> = traces
        .iter()
        .filter(|trace| trace.error)
        .map(|trace| trace.id.clone())
        .collect();
    let server = XrayServer::start(traces, Behaviour::default());
    let functions = vec![function("orders"), function("billing")];
    let read = read(
        &server.url(),
        &Request {
            functions,
            max_traces: 25,
            ..request(MINUTES)
        },
    );
    assert_eq!(read.traces.len(), 25 + 10);
    assert!(
        !ids(&read.traces).is_disjoint(&errors),
        "a trace that failed is a kind of its own"
    );
    assert_eq!(read.reasons(), ["sampled"]);
    let gaps = read.gaps();
    assert_eq!(
        gaps[0].1,
        "orders of account 123456789012: 25 of 300 traces listed are read"
    );
    assert!(
        !read.outcome.expect("it ends").lose_calls(),
        "a sample can convict"
    );
}

#[test]
fn far_more_traces_than_asked_for_are_chosen_by_x_ray() {
    let mut traces: Vec<FakeTrace> = (0..9000)
        .map(|number| {
            FakeTrace::of(
                number,
                NOW - 1 - i64::try_from(number * 2).unwrap(),
                "orders",
            )
        })
        .collect();
    traces.extend((20_000..20_005).map(|number| FakeTrace::of(number, NOW - 5000, "billing")));
    let server = XrayServer::start(traces, Behaviour::default());
    let functions = vec![function("billing"), function("orders")];
    let read = read(
        &server.url(),
        &Request {
            functions,
            max_traces: 100,
            ..request(360)
        },
    );
    let counts = server.counts();
    let of_billing = read
        .traces
        .iter()
        .filter(|trace| trace.owners.iter().any(|owner| owner.name() == "billing"));
    assert_eq!(
        of_billing.count(),
        5,
        "the rare function is listed alone and whole"
    );
    assert_eq!(read.traces.len(), 105);
    assert!(
        counts
            .queries
            .iter()
            .any(|query| query["SamplingStrategy"]["Name"] == "FixedRate"
                && query["Sampling"] == true)
    );
    // Listing everything twice would take 9005 / 40 * 2 pages at least.
    assert!(
        counts.requests[SUMMARIES] < 300,
        "{} pages",
        counts.requests[SUMMARIES]
    );
    let sampled: Vec<String> = read
        .gaps()
        .into_iter()
        .map(|(_, detail, _)| detail)
        .collect();
    assert!(
        sampled
            .iter()
            .any(|detail| detail.starts_with("X-Ray was asked for")),
        "{sampled:?}"
    );
}

#[test]
fn accounts_are_kept_apart() {
    let mut other = FakeTrace::of(1, NOW - 500, "orders");
    other.account = "210987654321".to_owned();
    other.documents = other
        .documents
        .iter()
        .map(|text| text.replace("123456789012", "210987654321"))
        .collect();
    let server = XrayServer::start(
        [FakeTrace::of(2, NOW - 500, "orders"), other],
        Behaviour::default(),
    );
    let read = read(&server.url(), &request(60));
    let owners: BTreeSet<String> = read
        .traces
        .iter()
        .flat_map(|trace| &trace.owners)
        .map(ToString::to_string)
        .collect();
    let of = |account: &str| format!("arn:aws:lambda:eu-west-1:{account}:function:orders");
    assert_eq!(
        owners,
        BTreeSet::from([of("123456789012"), of("210987654321")])
    );
}

#[test]
fn spans_that_go_to_logs_make_the_evidence_insufficient() {
    let server = XrayServer::start(
        a_day(5, "orders"),
        Behaviour {
            destination: Some("CloudWatchLogs"),
            ..Behaviour::default()
        },
    );
    let read = read(&server.url(), &request(MINUTES));
    assert_eq!(read.reasons(), ["spans-in-logs"]);
    assert!(read.gaps()[0].1.contains("about 1 %"), "{:?}", read.gaps());
    assert!(read.outcome.expect("it ends").lose_calls());
}

#[test]
fn progress_tells_how_many_there_are_and_how_many_are_read() {
    let server = XrayServer::start(a_day(60, "orders"), Behaviour::default());
    let read = read(&server.url(), &request(MINUTES));
    let mut listed = read.events.iter().filter_map(|event| match event {
        Event::Listing { traces, done, of } => Some((*traces, *done, *of)),
        Event::Reading { .. } | Event::Note(_) | Event::Scanned(_) => None,
    });
    let (traces, done, of) = listed.next_back().expect("it is told");
    assert_eq!((traces, done), (60, of));
    assert_eq!(
        read.events.last(),
        Some(&Event::Reading { traces: 60, of: 60 })
    );
}

#[test]
fn no_traces_are_no_error() {
    let server = XrayServer::start([], Behaviour::default());
    let read = read(&server.url(), &request(MINUTES));
    assert!(read.traces.is_empty() && read.reasons().is_empty());
}

/// What X-Ray scanned for a reading, as it says at the end of the listing.
fn scanned(read: &super::Read) -> u64 {
    let mut told = read.events.iter().filter_map(|event| match event {
        Event::Scanned(traces) => Some(*traces),
        Event::Listing { .. } | Event::Reading { .. } | Event::Note(_) => None,
    });
    told.next().expect("it is told")
}

#[test]
fn what_x_ray_scans_is_summed_whether_or_not_it_matches() {
    let mut traces = a_day(90, "orders");
    traces.extend((200..230).map(|number| FakeTrace::of(number, NOW - 500, "mails")));
    let server = XrayServer::start(traces, Behaviour::default());
    let request = Request {
        functions: vec![function("orders")],
        ..request(MINUTES)
    };
    let read = read(&server.url(), &request);
    assert_eq!(read.traces.len(), 90);
    assert_eq!(scanned(&read), server.counts().processed as u64);
    assert!(scanned(&read) >= 120, "{}", scanned(&read));
}

#[test]
fn scanning_ends_before_the_bound_is_passed_and_that_is_a_gap() {
    let spread = || {
        (0..600).map(|number| {
            FakeTrace::of(
                number + 1,
                NOW - 1 - 144 * i64::try_from(number).unwrap(),
                "orders",
            )
        })
    };
    for most in [0, 100, 250, 599] {
        let server = XrayServer::start(spread(), Behaviour::default());
        let request = Request {
            max_scanned: most,
            ..request(MINUTES)
        };
        let read = read(&server.url(), &request);
        assert!(scanned(&read) <= most, "{} of {most}", scanned(&read));
        assert!(scanned(&read) + 40 >= most, "{} of {most}", scanned(&read));
        assert_eq!(scanned(&read), server.counts().processed as u64);
        assert_eq!(read.reasons(), ["max-scanned"]);
        assert!(read.outcome.expect("it ends").lose_calls());
    }
    let server = XrayServer::start(spread(), Behaviour::default());
    let whole = Request {
        max_scanned: 700,
        ..request(MINUTES)
    };
    let whole = read(&server.url(), &whole);
    assert_eq!((whole.reasons(), whole.traces.len()), (Vec::new(), 600));
}

#[test]
fn many_functions_are_listed_with_one_scan_and_a_few_with_their_filter() {
    let names: Vec<String> = (0..60)
        .map(|number| format!("a-function-with-a-long-name-{number}"))
        .collect();
    let mut traces: Vec<FakeTrace> = (0..)
        .zip(&names)
        .map(|(number, name)| FakeTrace::of(number, NOW - 510, name))
        .collect();
    traces.extend((200..400).map(|number| FakeTrace::of(number, NOW - 900, "others")));
    let all = traces.len() as u64;
    let listed = |functions: usize, filter: Option<&str>| {
        let server = XrayServer::start(traces.clone(), Behaviour::default());
        let request = Request {
            functions: names
                .iter()
                .take(functions)
                .map(|name| function(name))
                .collect(),
            filter: filter.map(str::to_owned),
            ..request(360)
        };
        let read = read(&server.url(), &request);
        let filtered = server
            .counts()
            .queries
            .iter()
            .all(|query| query["FilterExpression"].is_string());
        (read.traces.len(), scanned(&read), filtered)
    };
    assert_eq!(listed(3, None), (3, all, true));
    // Four expressions would be needed, and would scan it all four times.
    assert_eq!(listed(60, None), (60, all, false));
    assert_eq!(
        listed(60, Some("error")),
        (0, all, true),
        "the user's own filter stays"
    );
}
