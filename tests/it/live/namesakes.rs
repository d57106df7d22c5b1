//! Functions of two accounts that have one name: nobody is taken for another.

use super::absent::answers;
use super::program::{TRACES, now, report, run};
use super::refusing::Guard;
use super::xray_server::{Behaviour, FakeTrace, XrayServer};
use crate::program;
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::Output;

const OTHER: &str = "999999999999";

/// Traces of a function of this name in two accounts.
fn traces(function: &str) -> Vec<FakeTrace> {
    let trace = |number: usize| {
        let start = now() - 7200 - 60 * i64::try_from(number).expect("a small number");
        FakeTrace::of(number + 1, start, function)
    };
    let own = (0..TRACES).map(trace);
    let theirs = (TRACES..2 * TRACES).map(|number| trace(number).in_account(OTHER));
    own.chain(theirs).collect()
}

fn arn(account: &str, function: &str) -> String {
    format!("arn:aws:lambda:eu-west-1:{account}:function:{function}")
}

/// A folder with a policy and the same traces as segment documents.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:PutItem",
        "Resource": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"}]});
    let documents: Vec<String> = traces("one")
        .into_iter()
        .flat_map(|trace| trace.documents)
        .collect();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text);
    write("policy.json", &policy.to_string()).expect("it can be written");
    write("traces.jsonl", &documents.join("\n")).expect("it can be written");
    folder
}

fn refused(ran: &Output, of: &[&str]) {
    let stderr = String::from_utf8_lossy(&ran.stderr);
    let stdout = String::from_utf8_lossy(&ran.stdout);
    assert_eq!(ran.status.code(), Some(2), "{of:?}: {stdout}{stderr}");
    let said = format!(
        "`one` is the name of 2 functions: {}, {}",
        arn("123456789012", "one"),
        arn(OTHER, "one")
    );
    assert!(stderr.contains(&said), "{of:?}: {stderr}");
    assert!(stdout.is_empty(), "{of:?}: {stdout}");
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().expect("it is text").to_owned()
}

#[test]
fn a_name_of_two_accounts_is_an_error_that_lists_both() {
    let folder = folder();
    let policy = path(folder.path(), "policy.json");
    let baseline = path(folder.path(), "baseline.json");
    let output = path(folder.path(), "");
    let guard = Guard::alone(|_, _| None);
    let xray = XrayServer::start(traces("one"), Behaviour::default());
    let both: [&[&str]; 4] = [
        &["gate", "--policy-file", &policy, "--function", "one"],
        &["explain", "--policy-file", &policy, "one"],
        &["explain", "--policy-file", &policy, "--function", "one"],
        &[
            "baseline",
            "--policy-file",
            &policy,
            "--function",
            "one",
            "--baseline",
            &baseline,
        ],
    ];
    let scan: &[&str] = &["scan", "-r", "1d", "--function", "one", "-o", &output];
    for arguments in both.into_iter().chain([scan]) {
        refused(&run(arguments, &guard.url(), &xray.url()), arguments);
    }
    let doctor: &[&str] = &["doctor", "--function", "one"];
    let traces = path(folder.path(), "traces.jsonl");
    for arguments in both.into_iter().chain([doctor]) {
        let mut all = arguments.to_vec();
        all.extend(["--traces", &traces]);
        let mut command = program::command(&all);
        refused(&command.output().expect("the program runs"), &all);
    }
    assert!(!Path::new(&baseline).exists());
    // The whole ARN is one function.
    let other = arn(OTHER, "one");
    let gate = [
        "gate",
        "--policy-file",
        &policy,
        "--function",
        &other,
        "--format",
        "json",
    ];
    let judged = report(&run(&gate, &guard.url(), &xray.url()), 0);
    let functions = &judged["roles"][0]["functions"];
    assert_eq!(functions.as_array().map(Vec::len), Some(1), "{functions}");
    assert_eq!(functions[0]["arn"], other);
}

#[test]
fn a_namesake_that_is_not_judged_is_told_with_its_arn() {
    let guard = Guard::alone(answers(1, |role| role.starts_with("role-"), ""));
    let xray = XrayServer::start(traces("f0"), Behaviour::default());
    let ran = run(&["gate", "-r", "1d"], &guard.url(), &xray.url());
    let told = program::unwrapped(&String::from_utf8_lossy(&ran.stdout));
    let said = format!("Also seen and not judged here: {}", arn(OTHER, "f0"));
    assert!(told.contains(&said), "{told}");
}
