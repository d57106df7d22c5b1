//! Whatever goes wrong ends in bounded time, in a clear error or in nothing lost; never in a reading that looks whole.

use super::xray_server::{Behaviour, DESTINATION, FakeTrace, Fault, SUMMARIES, TRACES, XrayServer};
use super::{NOW, Read, read, request};
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// More than every bound of the tests' patience together.
const BOUNDED: Duration = Duration::from_secs(15);

fn served(faults: fn(&str, u64) -> Option<Fault>) -> Read {
    let traces = (0..40).map(|number| FakeTrace::of(number, NOW - 600, "orders"));
    let server = XrayServer::start(
        traces,
        Behaviour {
            faults: Some(faults),
            ..Behaviour::default()
        },
    );
    let begun = Instant::now();
    let read = read(&server.url(), &request(60));
    assert!(begun.elapsed() < BOUNDED, "it took {:?}", begun.elapsed());
    read
}

/// The whole message of a reading that failed, and its hint.
fn failed(read: Read) -> (String, String) {
    let error = read.outcome.expect_err("it is not to look whole");
    let hint = error.hint().expect("there is advice");
    let error = anyhow::Error::from(error);
    (
        error
            .chain()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(": "),
        hint,
    )
}

fn nothing_is_lost(read: &Read) {
    assert!(read.reasons().is_empty(), "{:?}", read.gaps());
    assert_eq!(read.traces.len(), 40);
}

#[test]
fn bursts_of_throttling_pass() {
    nothing_is_lost(&served(|_, number| {
        (number % 4 < 2).then_some(Fault::Error(400, "ThrottledException"))
    }));
    nothing_is_lost(&served(|_, number| {
        (number < 5).then_some(Fault::Status(429))
    }));
}

#[test]
fn throttling_for_ever_ends() {
    let (message, hint) = failed(served(|path, _| {
        (path == TRACES).then_some(Fault::Error(429, "ThrottledException"))
    }));
    assert_eq!(
        message,
        "cannot read traces from X-Ray: BatchGetTraces: throttled: scripted (ThrottledException)"
    );
    assert!(hint.contains("--max-traces"), "{hint}");
}

#[test]
fn bursts_of_server_errors_pass() {
    nothing_is_lost(&served(|_, number| {
        (number < 3).then_some(Fault::Status(500))
    }));
    nothing_is_lost(&served(|path, number| {
        (path == SUMMARIES && number < 2).then_some(Fault::Error(503, "ServiceUnavailable"))
    }));
}

#[test]
fn server_errors_for_ever_end() {
    let (message, _) = failed(served(|path, _| {
        (path == SUMMARIES).then_some(Fault::Status(500))
    }));
    assert_eq!(
        message,
        "cannot read traces from X-Ray: GetTraceSummaries: AWS failed: HTTP status 500"
    );
}

#[test]
fn connections_that_break_now_and_then_are_made_again() {
    nothing_is_lost(&served(|_, number| {
        (number % 5 == 1).then_some(Fault::Reset)
    }));
    nothing_is_lost(&served(|path, number| {
        (path == TRACES && number % 4 == 1).then_some(Fault::CutShort)
    }));
}

#[test]
fn connections_that_always_break_end() {
    let (message, hint) = failed(served(|_, _| Some(Fault::Reset)));
    assert!(
        message.starts_with(
            "cannot read traces from X-Ray: GetTraceSegmentDestination: the connection failed: "
        ),
        "{message}"
    );
    assert!(hint.contains("AWS_ENDPOINT_URL_XRAY"), "{hint}");
}

#[test]
fn bodies_that_are_always_cut_short_end() {
    let (message, _) = failed(served(|path, _| {
        (path == TRACES).then_some(Fault::CutShort)
    }));
    assert!(
        message.starts_with("cannot read traces from X-Ray: BatchGetTraces: "),
        "{message}"
    );
}

#[test]
fn a_refused_connection_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    drop(listener);
    let begun = Instant::now();
    let (message, hint) = failed(read(&url, &request(60)));
    assert!(begun.elapsed() < BOUNDED);
    assert!(message.contains("Connection refused"), "{message}");
    assert!(hint.contains("network"), "{hint}");
}

#[test]
fn a_server_that_hangs_is_given_up_and_one_that_hung_once_is_not() {
    let (message, _) = failed(served(|path, _| (path == TRACES).then_some(Fault::Hang)));
    assert_eq!(
        message,
        "cannot read traces from X-Ray: BatchGetTraces: no answer within 1.5 seconds"
    );
    nothing_is_lost(&served(|path, number| {
        (path == SUMMARIES && number == 0).then_some(Fault::Hang)
    }));
}

#[test]
fn malformed_answers_end() {
    for operation in [SUMMARIES, TRACES] {
        let faults = match operation {
            SUMMARIES => |path: &str, _| (path == SUMMARIES).then_some(Fault::Malformed),
            _ => |path: &str, _| (path == TRACES).then_some(Fault::Malformed),
        };
        let (message, _) = failed(served(faults));
        assert!(message.contains("the answer cannot be read"), "{message}");
    }
}

#[test]
fn tokens_that_lead_nowhere_end() {
    for (behaviour, said) in [
        (
            Behaviour {
                same_token: true,
                ..Behaviour::default()
            },
            "a token was there before",
        ),
        (
            Behaviour {
                endless: true,
                ..Behaviour::default()
            },
            "too many pages without a trace",
        ),
    ] {
        let server = XrayServer::start([], behaviour);
        let begun = Instant::now();
        let (message, _) = failed(read(&server.url(), &request(60)));
        assert!(begun.elapsed() < BOUNDED);
        assert!(message.contains(said), "{message}");
    }
}

#[test]
fn expired_credentials_are_told_at_once_with_what_to_do() {
    for (status, code) in [
        (403, "ExpiredTokenException"),
        (400, "UnrecognizedClientException"),
        (403, "InvalidSignatureException"),
    ] {
        let traces = [FakeTrace::of(1, NOW - 600, "orders")];
        let faults: fn(&str, u64) -> Option<Fault> = match (status, code) {
            (403, "ExpiredTokenException") => {
                |_, _| Some(Fault::Error(403, "ExpiredTokenException"))
            }
            (400, _) => |_, _| Some(Fault::Error(400, "UnrecognizedClientException")),
            _ => |_, _| Some(Fault::Error(403, "InvalidSignatureException")),
        };
        let server = XrayServer::start(
            traces,
            Behaviour {
                faults: Some(faults),
                ..Behaviour::default()
            },
        );
        let (message, hint) = failed(read(&server.url(), &request(60)));
        assert!(
            message.contains("the credentials are not accepted") && message.contains(code),
            "{message}"
        );
        assert!(hint.contains("aws sso login"), "{hint}");
        assert_eq!(
            server.counts().requests.values().sum::<u64>(),
            1,
            "asking again would not help"
        );
    }
}

#[test]
fn a_lacking_permission_is_told_with_its_name() {
    let (message, hint) = failed(served(|path, _| {
        (path == SUMMARIES).then_some(Fault::Error(403, "AccessDeniedException"))
    }));
    assert!(
        message.contains("GetTraceSummaries: not permitted"),
        "{message}"
    );
    assert!(hint.contains("xray:GetTraceSummaries"), "{hint}");
}

#[test]
fn optional_calls_may_fail() {
    nothing_is_lost(&served(|path, _| {
        (path == DESTINATION).then_some(Fault::Status(404))
    }));
    nothing_is_lost(&served(|path, _| {
        (path == DESTINATION).then_some(Fault::Status(500))
    }));
}

#[test]
fn a_filter_that_x_ray_refuses_is_told() {
    let server = XrayServer::start([], Behaviour::default());
    let filtered = super::Request {
        filter: Some("nonsense".to_owned()),
        ..request(60)
    };
    let (message, hint) = failed(read(&server.url(), &filtered));
    assert!(
        message.contains("refused: the filter expression is not valid"),
        "{message}"
    );
    assert!(hint.contains("--filter"), "{hint}");
}
