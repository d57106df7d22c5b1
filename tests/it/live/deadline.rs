//! `--timeout`, through the real program: whatever AWS does, the program ends in time, says what it did not read, and passes nothing.

use super::http::{Answer, HttpServer};
use super::moto::Moto;
use super::program::{report, run, traces};
use super::shop::{Policies, Shop};
use super::xray_server::{Behaviour, Fault, TRACES, XrayServer};
use serde_json::Value;
use std::time::{Duration, Instant};

/// The bound, and what starting, judging and a slow machine may take besides.
const TIMEOUT: &str = "4s";
const BOUNDED: Duration = Duration::from_secs(14);

fn gate(moto: &str, xray: &str) -> (std::process::Output, Duration) {
    let arguments = [
        "gate",
        "--role",
        "shop-shared",
        "--timeout",
        TIMEOUT,
        "-r",
        "1d",
        "--format",
        "json",
    ];
    let begun = Instant::now();
    let ran = run(&arguments, moto, xray);
    (ran, begun.elapsed())
}

fn gaps(report: &Value) -> String {
    report["evidence"]["gaps"].to_string()
}

#[test]
fn what_x_ray_does_not_give_in_time_is_a_gap() {
    let moto = Moto::start();
    let _shop = Shop::create(&moto, &Policies::default());
    let hangs: fn(&str, u64) -> Option<Fault> =
        |path, number| (path == TRACES && number > 3).then_some(Fault::Hang);
    let throttles: fn(&str, u64) -> Option<Fault> = |path, number| {
        (path == TRACES && number > 3).then_some(Fault::Error(429, "ThrottledException"))
    };
    for faults in [hangs, throttles] {
        let behaviour = Behaviour {
            faults: Some(faults),
            ..Behaviour::default()
        };
        let xray = XrayServer::start(traces(&["checkout", "refund", "audit"]), behaviour);
        let (ran, took) = gate(&moto.url(), &xray.url());
        let told = report(&ran, 4);
        assert!(took < BOUNDED, "{took:?}");
        let gaps = gaps(&told);
        assert!(
            gaps.contains("out-of-time") && gaps.contains("of 75 traces were read"),
            "{gaps}"
        );
        assert!(
            told["evidence"]["traces"].as_u64() > Some(0),
            "what came in time counts"
        );
    }
    // Each page in time, and too many of them.
    let slow = Behaviour {
        latency: Duration::from_millis(900),
        ..Behaviour::default()
    };
    let xray = XrayServer::start(traces(&["checkout", "refund", "audit"]), slow);
    let (ran, took) = gate(&moto.url(), &xray.url());
    assert!(
        gaps(&report(&ran, 4)).contains("were not listed"),
        "it drips"
    );
    assert!(took < BOUNDED, "{took:?}");
}

#[test]
fn what_else_hangs_ends_too() {
    let silent = HttpServer::start(|_| Answer::Hang);
    let xray = XrayServer::start(traces(&["checkout"]), Behaviour::default());
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("policy.json");
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}"#;
    #[expect(clippy::disallowed_methods, reason = "the test is about a file")]
    std::fs::write(&path, policy).expect("it can be written");
    let path = path.to_str().expect("a path");
    let begun = Instant::now();
    let judged = [
        "gate",
        "--policy-file",
        path,
        "--timeout",
        TIMEOUT,
        "-r",
        "1d",
        "--format",
        "json",
    ];
    let told = report(&run(&judged, &silent.url(), &xray.url()), 3);
    assert!(begun.elapsed() < BOUNDED, "{:?}", begun.elapsed());
    assert!(
        gaps(&told).contains("--timeout"),
        "Lambda's silence is a gap: {told:#}"
    );

    let begun = Instant::now();
    let stack = ["gate", "--stack", "shop", "--timeout", TIMEOUT];
    let ran = run(&stack, &silent.url(), &xray.url());
    assert!(begun.elapsed() < BOUNDED, "{:?}", begun.elapsed());
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains("ListStackResources") && stderr.contains("--timeout"),
        "{stderr}"
    );
}
