//! Answers that no answer of AWS's is: read up to a size, and an error or a gap beyond it, whichever client asked.

use super::http::{Answer, HttpServer};
use super::program::traces;
use super::refusing::{Guard, action};
use super::xray_server::{Behaviour, XrayServer};
use crate::program;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a server would send, and what the program may take in memory at most.
const SENT_MIB: usize = 400;
const MOST_MIB: u64 = 220;

/// The bound, and what a slow machine may take besides.
const TIMEOUT: &str = "20s";
const BOUNDED: Duration = Duration::from_secs(40);

/// The peak of a process's memory in MiB, as long as it is there.
#[cfg(target_os = "linux")]
fn peak(child: &Child) -> Option<u64> {
    #[expect(clippy::disallowed_methods, reason = "the system tells it in a file")]
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib / 1024)
}

#[cfg(not(target_os = "linux"))]
fn peak(_child: &Child) -> Option<u64> {
    None
}

/// Runs the program to its end: its code, what it said, and its peak of memory in MiB.
fn run(arguments: &[&str], aws: &str, xray: &str) -> (Option<i32>, String, u64) {
    let mut command = program::command(arguments);
    command
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ENDPOINT_URL", aws)
        .env("AWS_ENDPOINT_URL_XRAY", xray)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let begun = Instant::now();
    let mut child = command.spawn().expect("the program runs");
    let mut most = 0;
    while child
        .try_wait()
        .expect("its state can be asked for")
        .is_none()
    {
        most = most.max(peak(&child).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(begun.elapsed() < BOUNDED, "{:?}", begun.elapsed());
    let ended = child.wait_with_output().expect("it ended");
    let said = [ended.stdout, ended.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    (ended.status.code(), said, most)
}

#[test]
fn what_is_larger_than_any_answer_is_not_read_to_the_end() {
    let xray = XrayServer::start(traces(&["checkout"]), Behaviour::default());
    let stack = ["gate", "--stack", "shop", "--timeout", TIMEOUT];
    let all = ["gate", "--timeout", TIMEOUT, "-r", "1d"];
    for chunked in [true, false] {
        let giant = move || Answer::Giant {
            mib: SENT_MIB,
            chunked,
        };
        // CloudFormation, which is asked first.
        let aws = HttpServer::start(move |_| giant());
        let (code, said, most) = run(&stack, &aws.url(), &xray.url());
        assert_eq!(code, Some(1), "{said}");
        assert!(
            said.contains("ListStackResources: the answer is larger than 32 MiB"),
            "{said}"
        );
        assert!(said.contains("AWS_ENDPOINT_URL"), "{said}");
        assert!(most < MOST_MIB, "{most} MiB");
        // X-Ray itself.
        let (code, said, most) = run(&all, &aws.url(), &aws.url());
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("the answer is larger than 32 MiB"), "{said}");
        assert!(most < MOST_MIB, "{most} MiB");
        // Lambda, of which a gap tells, and STS, whose answer is but told.
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().to_str().expect("a path");
        let scan = ["scan", "-r", "1440", "-o", path, "--timeout", TIMEOUT];
        let (code, said, most) = run(&scan, &aws.url(), &xray.url());
        assert_eq!(code, Some(0), "{said}");
        assert!(
            said.contains("not-looked-up") && said.contains("larger than 32 MiB"),
            "{said}"
        );
        assert!(most < MOST_MIB, "{most} MiB");
    }
}

#[test]
fn it_is_not_asked_for_again() {
    let asked = Arc::new(std::sync::atomic::AtomicU64::new(0));
    let counted = Arc::clone(&asked);
    let guard = Guard::alone(move |action, _| {
        (action == "cloudformation:ListStackResources").then(|| {
            counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            Answer::Giant {
                mib: 40,
                chunked: true,
            }
        })
    });
    let stack = ["gate", "--stack", "shop", "--timeout", TIMEOUT];
    let (code, said, _) = run(&stack, &guard.url(), "http://127.0.0.1:9");
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 1);
}

#[test]
fn a_body_that_drips_ends_in_time() {
    let aws = HttpServer::start(|request| {
        if action(request).starts_with("sts:") {
            return Answer::Reset;
        }
        Answer::Drip
    });
    let stack = ["gate", "--stack", "shop", "--timeout", "3s"];
    let (code, said, _) = run(&stack, &aws.url(), "http://127.0.0.1:9");
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("ListStackResources") && said.contains("--timeout"),
        "{said}"
    );
}
