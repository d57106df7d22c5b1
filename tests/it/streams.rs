//! Pipes and devices, in and out: what is read from one is as good as a file, and none is waited for without end.

#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "the tests are about files")]

use crate::outputs::{POLICY, fifo, folder, names, run, stdout};
use crate::program;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

/// More than a slow machine takes for a command that waits for nobody.
const SOON: Duration = Duration::from_secs(20);

/// The bound on silence of the program, and what a slow machine takes besides. Twice the bound is too long.
const MINUTE: std::ops::Range<Duration> = Duration::from_secs(59)..Duration::from_secs(100);

fn start(folder: &Path, arguments: &[&str]) -> (Output, Duration) {
    let begun = Instant::now();
    let ran = program::command(arguments).current_dir(folder).output();
    (ran.expect("the program runs"), begun.elapsed())
}

#[test]
fn everything_that_is_read_may_come_from_a_pipe() {
    let folder = folder();
    let traces = fs::read_to_string(folder.path().join("traces.json")).expect("it is there");
    let config = "fail-on: low\n".to_owned();
    let baseline = r#"{"schema_version": 1, "roles": []}"#.to_owned();
    let policy = ["--policy-file", "policy.json"];
    let saved = ["--traces", "traces.json"];
    let cases = [
        (
            traces.clone(),
            [&["--traces", "pipe"][..], &policy].concat(),
        ),
        (
            POLICY.to_owned(),
            [&saved[..], &["--policy-file", "pipe"]].concat(),
        ),
        (
            config,
            [&saved[..], &policy, &["--config", "pipe"]].concat(),
        ),
        (
            baseline,
            [&saved[..], &policy, &["--baseline", "pipe"]].concat(),
        ),
    ];
    let pipe = folder.path().join("pipe");
    fifo(&pipe);
    for (text, flags) in cases {
        let into = pipe.clone();
        let writing = std::thread::spawn(move || fs::write(into, text).expect("it is read"));
        let (ran, took) = start(folder.path(), &[&["gate"][..], &flags].concat());
        assert!(stdout(&ran, 3).contains("firehose"), "{flags:?}");
        assert!(took < SOON, "{took:?}");
        writing.join().expect("it ends");
    }
    let mut child = program::command(&["gate", "--traces", "-", "--policy-file", "policy.json"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(traces.as_bytes()).expect("it is read");
    drop(input);
    let ran = child.wait_with_output().expect("it ends");
    assert!(stdout(&ran, 3).contains("firehose"));
}

#[test]
fn a_baseline_is_written_to_pipes_and_devices_at_once() {
    let folder = folder();
    let judged = ["--traces", "traces.json", "--policy-file", "policy.json"];
    let to = |path: &str, more: &[&str]| {
        let arguments = [&["baseline", "--baseline", path][..], &judged, more].concat();
        let (ran, took) = start(folder.path(), &arguments);
        assert!(took < SOON, "{path}: {took:?}");
        ran
    };
    for path in ["-", "/dev/stdout", "/dev/fd/1"] {
        let told = stdout(&to(path, &[]), 0);
        let written: serde_json::Value = serde_json::from_str(&told).expect("it is JSON alone");
        assert_ne!(written["roles"], serde_json::json!([]), "{path}: {told}");
    }
    stdout(&to("/dev/null", &[]), 0);
    let ran = to("/dev/full", &[]);
    stdout(&ran, 1);
    assert!(String::from_utf8_lossy(&ran.stderr).contains("cannot write `/dev/full`"));
    for path in ["-", "/dev/stdout", "/dev/null"] {
        let ran = to(path, &["--prune"]);
        stdout(&ran, 2);
        assert!(String::from_utf8_lossy(&ran.stderr).contains("cannot be pruned"));
    }
    let pipe = folder.path().join("pipe");
    fifo(&pipe);
    let from = pipe.clone();
    let reading = std::thread::spawn(move || fs::read_to_string(from).expect("it can be read"));
    stdout(&to("pipe", &[]), 0);
    assert!(reading.join().expect("it ends").contains("firehose"));
    assert_eq!(names(folder.path()), ["pipe", "policy.json", "traces.json"]);
}

#[test]
fn traces_and_a_report_may_both_be_a_dash() {
    let folder = folder();
    let traces = fs::File::open(folder.path().join("traces.json")).expect("it is there");
    let gate = ["gate", "--traces", "-", "--policy-file", "policy.json"];
    let ran = program::command(&[&gate[..], &["--report-file", "-", "--quiet"]].concat())
        .current_dir(folder.path())
        .stdin(traces)
        .output();
    let told = stdout(&ran.expect("the program runs"), 3);
    assert!(told.contains("\"verdict\": \"fail\""), "{told}");
}

#[test]
#[ignore = "a minute of waiting; CONTRIBUTING has the command"]
fn a_pipe_that_nobody_serves_is_given_up_after_a_minute() {
    let judged = ["--traces", "traces.json", "--policy-file", "policy.json"];
    let cases: [(Vec<&str>, i32); 6] = [
        (vec!["--traces", "pipe", "--policy-file", "policy.json"], 1),
        (vec!["--traces", "traces.json", "--policy-file", "pipe"], 2),
        ([&judged[..], &["--config", "pipe"]].concat(), 2),
        ([&judged[..], &["--baseline", "pipe"]].concat(), 2),
        ([&judged[..], &["--base-policy-file", "pipe"]].concat(), 2),
        (
            [
                &judged[..],
                &["--report-file", "pipe", "--sarif-file", "r.sarif"],
            ]
            .concat(),
            1,
        ),
    ];
    std::thread::scope(|scope| {
        for (flags, code) in cases {
            scope.spawn(move || {
                let folder = folder();
                fifo(&folder.path().join("pipe"));
                let (ran, took) = start(folder.path(), &[&["gate"][..], &flags].concat());
                let told = stdout(&ran, code);
                let stderr = String::from_utf8_lossy(&ran.stderr);
                assert!(MINUTE.contains(&took), "{flags:?}: {took:?}");
                assert!(stderr.contains("`pipe`"), "{flags:?}: {stderr}");
                if flags.contains(&"--report-file") {
                    assert!(
                        told.contains("FAIL") && stderr.contains("60 seconds"),
                        "{stderr}"
                    );
                    assert!(folder.path().join("r.sarif").exists());
                }
            });
        }
        // Standard input that stays open and says nothing.
        scope.spawn(|| {
            let folder = folder();
            let begun = Instant::now();
            let mut child = program::command(&["gate", "--traces", "-"])
                .args(["--policy-file", "policy.json"])
                .current_dir(folder.path())
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("the program runs");
            let input = child.stdin.take();
            assert_eq!(child.wait().expect("it ends").code(), Some(1));
            assert!(MINUTE.contains(&begun.elapsed()), "{:?}", begun.elapsed());
            drop(input);
        });
    });
}

#[test]
fn a_function_has_the_same_names_offline_as_lambda_takes() {
    let folder = folder();
    for name in [
        "shop",
        "shop:PROD",
        "function:shop",
        "function:shop:PROD",
        "111122223333:function:shop",
        "111122223333:function:shop:7",
        "arn:aws:lambda:eu-west-1:111122223333:function:shop:PROD",
    ] {
        let ran = run(folder.path(), &["--function", name, "--format", "json"]);
        let report: serde_json::Value = serde_json::from_str(&stdout(&ran, 3)).expect("it is JSON");
        let functions = &report["roles"][0]["functions"];
        assert_eq!(
            functions[0]["arn"], "arn:aws:lambda:eu-west-1:111122223333:function:shop",
            "{name}"
        );
    }
    let ran = run(folder.path(), &["--function", "function:other:PROD"]);
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("other"), "{stderr}");
}
