//! `--timeout`, through the real program: whatever AWS does, the program ends in time, says what it did not read, and passes nothing.

#![expect(clippy::disallowed_methods, reason = "the tests are about files")]

use super::http::{Answer, HttpServer};
use super::moto::Moto;
use super::program::{report, run, traces};
use super::shop::{Policies, Shop};
use super::xray_server::{Behaviour, Fault, TRACES, XrayServer};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

/// The bound, and what starting, judging and a slow machine may take besides.
const TIMEOUT: &str = "4s";
const BOUNDED: Duration = Duration::from_secs(14);

fn gate(moto: &str, xray: &str) -> (Output, Duration) {
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
    no_trace(&ran, "X-Ray did not list them all");
    assert!(took < BOUNDED, "{took:?}");
}

fn no_trace(ran: &Output, why: &str) {
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains("no trace was read before") && stderr.contains(why),
        "{stderr}"
    );
    assert!(ran.stdout.is_empty(), "there is nothing to judge");
}

#[test]
fn what_x_ray_gives_nothing_of_is_an_error_whatever_is_made_of_thin_evidence() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (policy, baseline) = (path("policy.json"), path("baseline.json"));
    let granted = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}]}"#;
    fs::write(&policy, granted).expect("it can be written");
    let silent = HttpServer::start(|_| Answer::Hang);
    let hangs = Behaviour {
        faults: Some(|path, _| (path == TRACES).then_some(Fault::Hang)),
        ..Behaviour::default()
    };
    let lists = XrayServer::start(traces(&["checkout"]), hangs);
    for (xray, why) in [
        (silent.url(), "X-Ray did not list them all"),
        (lists.url(), "25 were listed"),
    ] {
        let ran = |command: &[&str]| {
            let asked = ["--policy-file", &policy, "--timeout", TIMEOUT, "-r", "1d"];
            let begun = Instant::now();
            let ran = run(&[command, &asked].concat(), &silent.url(), &xray);
            assert!(begun.elapsed() < BOUNDED, "{:?}", begun.elapsed());
            ran
        };
        no_trace(&ran(&["gate", "--on-inconclusive", "warn", "-q"]), why);
        no_trace(&ran(&["explain"]), why);
        no_trace(&ran(&["baseline", "--baseline", &baseline]), why);
        assert!(!Path::new(&baseline).exists(), "nothing is written");
    }
    // A baseline that is there stays as it is.
    let accepted = r#"{"schema_version": 1, "roles": []}"#;
    fs::write(&baseline, accepted).expect("it can be written");
    let arguments = [
        "baseline",
        "--baseline",
        &baseline,
        "--policy-file",
        &policy,
    ];
    let arguments = [&arguments[..], &["--timeout", TIMEOUT]].concat();
    no_trace(&run(&arguments, &silent.url(), &silent.url()), "");
    assert_eq!(fs::read_to_string(&baseline).expect("a file"), accepted);
}

#[test]
fn what_else_hangs_ends_too() {
    let silent = HttpServer::start(|_| Answer::Hang);
    let xray = XrayServer::start(traces(&["checkout"]), Behaviour::default());
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("policy.json");
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}"#;
    fs::write(&path, policy).expect("it can be written");
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
