//! The real program with rights on X-Ray alone, as `AWSXRayReadOnlyAccess` gives them: needs come from traces.

use super::http::Answer;
use super::program::{report, run, traces};
use super::refusing::Guard;
use super::xray_server::{Behaviour, XrayServer};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Output;

/// Every answer of Lambda's that is no refusal, by the action and the path that was asked for.
type Lambda = fn(&str, &str) -> Option<(u16, &'static str)>;

fn guard(lambda: Lambda) -> Guard {
    Guard::alone(move |action, request| {
        let (status, code) = lambda(action, &request.path)?;
        Some(Answer::Whole {
            status,
            headers: vec![("x-amzn-errortype", code.to_owned())],
            body: br#"{"Message": "no"}"#.to_vec(),
        })
    })
}

fn scan(arguments: &[&str], lambda: Lambda) -> (Output, tempfile::TempDir, Guard) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("a path").to_owned();
    let guard = guard(lambda);
    let xray = XrayServer::start(traces(&["checkout", "refund"]), Behaviour::default());
    let mut all = vec!["scan", "-r", "1440", "--name-by", "function", "-o", &path];
    all.extend(arguments);
    let ran = run(&all, &guard.url(), &xray.url());
    (ran, folder, guard)
}

fn written(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn policy(folder: &Path, name: &str) -> Value {
    let text = fs::read_to_string(folder.join(name)).expect("the file is written");
    serde_json::from_str(&text).expect("it is JSON")
}

fn stdout(ran: &Output, code: i32) -> String {
    let stdout = String::from_utf8_lossy(&ran.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(ran.status.code(), Some(code), "{stdout}\n{stderr}");
    stdout
}

#[test]
fn scan_needs_xray_alone() {
    for function in [
        None,
        Some("checkout"),
        Some("123456789012:function:checkout"),
    ] {
        let arguments: Vec<&str> = function
            .iter()
            .flat_map(|name| ["--function", name])
            .collect();
        let (ran, folder, guard) = scan(&arguments, |_, _| None);
        let told = stdout(&ran, 0);
        let expected: &[&str] = match function {
            None => &["checkout.policy.json", "refund.policy.json"],
            Some(_) => &["checkout.policy.json"],
        };
        assert_eq!(written(folder.path()), expected, "{told}");
        for name in expected {
            let policy = policy(folder.path(), name);
            assert_eq!(
                policy["Statement"][0]["Action"],
                json!(["dynamodb:PutItem"])
            );
        }
        assert!(!told.contains("in no trace"), "{told}");
        // One line for one cause, however many functions there are.
        assert_eq!(told.matches("not-looked-up").count(), 1, "{told}");
        assert!(told.contains("changes no policy"), "{told}");
        assert_eq!(guard.asked(), ["lambda:GetFunctionConfiguration"]);
    }
}

#[test]
fn a_function_that_was_deleted_is_written_and_said_to_be_deleted() {
    let gone: Lambda = |action, path| {
        let is_gone = action == "lambda:GetFunctionConfiguration" && path.contains("checkout");
        is_gone.then_some((404, "ResourceNotFoundException"))
    };
    for function in [None, Some("checkout")] {
        let arguments: Vec<&str> = function
            .iter()
            .flat_map(|name| ["--function", name])
            .collect();
        let (ran, folder, _guard) = scan(&arguments, gone);
        let told = stdout(&ran, 0);
        let policy = policy(folder.path(), "checkout.policy.json");
        assert_eq!(
            policy["Statement"][0]["Action"],
            json!(["dynamodb:PutItem"])
        );
        assert_eq!(told.matches("no longer exists").count(), 1, "{told}");
    }
}

#[test]
fn a_function_that_neither_lambda_nor_a_trace_has_is_an_error() {
    let gone: Lambda = |_, path| {
        path.contains("chekout")
            .then_some((404, "ResourceNotFoundException"))
    };
    let (ran, folder, _guard) = scan(&["--function", "chekout"], gone);
    let stderr = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains("there is no function `chekout`"),
        "{stderr}"
    );
    assert_eq!(written(folder.path()), Vec::<String>::new());
}

#[test]
fn a_policy_file_is_judged_by_traces_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let statement = |action: Value, resource: &str| json!({"Effect": "Allow", "Action": action, "Resource": resource});
    let table = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders";
    let vpc = statement(json!(["ec2:CreateNetworkInterface"]), "*");
    let gate = |statements: Value, lambda: Lambda, more: &[&str]| {
        let path = folder.path().join("role.json");
        let policy = json!({"Version": "2012-10-17", "Statement": statements});
        fs::write(&path, policy.to_string()).expect("it can be written");
        let path = path.to_str().expect("a path").to_owned();
        let mut arguments = vec!["gate", "--policy-file", &path, "--format", "json"];
        arguments.extend(more);
        let guard = guard(lambda);
        let xray = XrayServer::start(traces(&["checkout", "refund"]), Behaviour::default());
        (run(&arguments, &guard.url(), &xray.url()), guard)
    };
    let fits = statement(json!("dynamodb:PutItem"), table);
    let refused: Lambda = |_, _| None;
    let absent: Lambda = |_, _| Some((404, "UnknownOperationException"));
    for lambda in [refused, absent] {
        for more in [&[][..], &["--function", "checkout", "--function", "refund"]] {
            let (ran, guard) = gate(json!([fits, vpc]), lambda, more);
            let passed = report(&ran, 0);
            let role = &passed["roles"][0];
            assert_eq!(role["excess"], json!([]), "{role:#}");
            assert_eq!(
                role["functions"].as_array().map(Vec::len),
                Some(2),
                "{role:#}"
            );
            assert!(
                role["functions"][0]["calls"].as_u64() > Some(20),
                "{role:#}"
            );
            // What Lambda did not tell bounds what may be needed: a VPC's interfaces, and nothing of another service.
            assert_eq!(
                role["undecided"].as_array().map(Vec::len),
                Some(1),
                "{role:#}"
            );
            assert_eq!(
                passed["roles"].as_array().map(Vec::len),
                Some(1),
                "{passed:#}"
            );
            let gaps = passed["evidence"]["gaps"].as_array().expect("gaps");
            assert_eq!(gaps.len(), 2, "{gaps:#?}");
            assert!(
                gaps.iter().all(|gap| gap["reason"] == "not-looked-up"),
                "{gaps:#?}"
            );
            assert!(
                guard
                    .asked()
                    .iter()
                    .all(|action| action.starts_with("lambda:") || action.starts_with("sts:"))
            );

            let (ran, _guard) = gate(json!([statement(json!("dynamodb:*"), "*")]), lambda, more);
            let failed = report(&ran, 3);
            assert_eq!(failed["roles"][0]["verdict"], "fail");
        }
    }
}

#[test]
fn a_permission_that_is_missing_is_told_with_all_that_may_be_asked_for() {
    let guard = guard(|_, _| None);
    let xray = XrayServer::start(traces(&["checkout"]), Behaviour::default());
    for (arguments, action) in [
        (
            &["gate", "--stack", "shop"],
            "cloudformation:ListStackResources",
        ),
        (&["gate", "--role", "shop"], "lambda:ListFunctions"),
    ] {
        let ran = run(arguments, &guard.url(), &xray.url());
        let stderr = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains(&format!("grant {action} to ")), "{stderr}");
        let policy = stderr
            .split("to paste into a policy: ")
            .nth(1)
            .expect("a policy");
        let policy: Value = serde_json::from_str(policy.trim()).expect("it is JSON");
        let actions = policy["Statement"][0]["Action"]
            .as_array()
            .expect("actions");
        assert!(actions.contains(&json!("iam:GetRole")) && actions.contains(&json!(action)));
    }
    let gone: Lambda = |_, _| Some((404, "ResourceNotFoundException"));
    let guard = self::guard(gone);
    let ran = run(&["gate", "--function", "nobody"], &guard.url(), &xray.url());
    let stderr = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("in the region eu-west-1"), "{stderr}");
}
