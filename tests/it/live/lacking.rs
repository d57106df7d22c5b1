//! Answers that are well formed and lack what they must have: they cannot be read, and are no empty lists.

use super::absent::{answers, whole, xml};
use super::http::Answer;
use super::program::{report, role_in, run, traces};
use super::refusing::{Guard, refuse};
use super::xray_server::{Behaviour, DESTINATION, FakeTrace, SUMMARIES, TRACES, XrayServer};
use serde_json::{Value, json};
use std::fs;

/// The traces of a function of which one alone, the oldest, calls Kinesis.
fn shop() -> Vec<FakeTrace> {
    let mut traces = traces(&["checkout"]);
    let first = traces.remove(0);
    let call = json!({"operation": "PutRecord", "region": "eu-west-1", "stream_name": "lone"});
    traces.push(first.calling("Kinesis", &call));
    traces
}

/// Judges what the function needs and nothing else, by what X-Ray answers after it was rewritten.
fn gate(rewritten: Option<fn(&str, &mut Value)>, more: &[&str], code: i32) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("policy.json");
    let statement = |action: &str, resource: &str| {
        let resource = format!("arn:aws:{resource}");
        json!({"Effect": "Allow", "Action": action, "Resource": resource})
    };
    let policy = json!({"Version": "2012-10-17", "Statement": [
        statement("dynamodb:PutItem", "dynamodb:eu-west-1:123456789012:table/orders"),
        statement("kinesis:PutRecord", "kinesis:eu-west-1:123456789012:stream/lone"),
    ]});
    fs::write(&path, policy.to_string()).expect("it can be written");
    let behaviour = Behaviour {
        rewritten,
        ..Behaviour::default()
    };
    let xray = XrayServer::start(shop(), behaviour);
    let guard = Guard::alone(|_, _| None);
    let path = path.to_str().expect("a path");
    let mut arguments = vec!["gate", "--policy-file", path, "--format", "json"];
    arguments.extend(more);
    report(&run(&arguments, &guard.url(), &xray.url()), code)
}

fn reasons(report: &Value) -> Vec<&str> {
    let whole = report["evidence"]["gaps"].as_array().into_iter().flatten();
    let of_role = report["roles"][0]["gaps"].as_array().into_iter().flatten();
    let reasons = whole
        .chain(of_role)
        .filter_map(|gap| gap["reason"].as_str());
    reasons
        .filter(|reason| *reason != "not-looked-up")
        .collect()
}

/// Does something to each trace of an answer that calls Kinesis.
fn to_the_lone_trace(path: &str, body: &mut Value, change: fn(&mut Value)) {
    let traces = body["Traces"].as_array_mut().into_iter().flatten();
    for trace in traces.filter(|trace| path == TRACES && trace.to_string().contains("PutRecord")) {
        change(trace);
    }
}

/// Does something to each answer that lists the trace that calls Kinesis.
fn to_its_window(path: &str, body: &mut Value, change: fn(&mut Value)) {
    let lone = format!("{:024x}", 1);
    if path == SUMMARIES && body.to_string().contains(&lone) {
        change(body);
    }
}

fn without(value: &mut Value, member: &str) {
    value.as_object_mut().expect("an object").remove(member);
}

/// A change to what AWS answers at a path.
type Change = fn(&str, &mut Value);

#[test]
fn a_null_in_a_list_is_a_gap() {
    let nulls: [(Change, &str); 3] = [
        (
            |path, body| to_the_lone_trace(path, body, |trace| trace["Segments"][1] = Value::Null),
            "malformed",
        ),
        (
            |path, body| to_the_lone_trace(path, body, |trace| *trace = Value::Null),
            "unprocessed",
        ),
        (
            |path, body| {
                to_its_window(path, body, |body| {
                    let summaries = body["TraceSummaries"].as_array_mut().expect("a list");
                    *summaries.first_mut().expect("a summary") = Value::Null;
                });
            },
            "malformed",
        ),
    ];
    for (null, reason) in nulls {
        let judged = gate(Some(null), &["--no-appeal"], 4);
        assert!(reasons(&judged).contains(&reason), "{reason}: {judged:#}");
    }
}

#[test]
fn a_trace_that_comes_without_its_documents_is_a_gap() {
    assert_eq!(gate(None, &[], 0)["verdict"], "pass");
    let lost: [fn(&str, &mut Value); 6] = [
        |path, body| to_the_lone_trace(path, body, |trace| trace["Segments"] = Value::Null),
        |path, body| to_the_lone_trace(path, body, |trace| trace["Segments"] = json!([])),
        |path, body| to_the_lone_trace(path, body, |trace| without(trace, "Segments")),
        |path, body| {
            to_the_lone_trace(path, body, |trace| {
                trace["Segments"][1]["Document"] = Value::Null;
            });
        },
        |path, body| {
            to_the_lone_trace(path, body, |trace| {
                without(&mut trace["Segments"][1], "Document");
            });
        },
        |path, body| {
            to_the_lone_trace(path, body, |trace| {
                trace["Segments"][1]["Document"] = json!("");
            });
        },
    ];
    for (place, rewritten) in lost.into_iter().enumerate() {
        let judged = gate(Some(rewritten), &["--no-appeal"], 4);
        assert_eq!(reasons(&judged), ["malformed"], "{place}: {judged:#}");
    }
}

#[test]
fn a_window_whose_list_of_traces_is_absent_is_a_gap() {
    let lost: [fn(&str, &mut Value); 3] = [
        |path, body| to_its_window(path, body, |page| page["TraceSummaries"] = Value::Null),
        |path, body| to_its_window(path, body, |page| without(page, "TraceSummaries")),
        |path, body| to_its_window(path, body, |page| *page = json!({})),
    ];
    for (place, rewritten) in lost.into_iter().enumerate() {
        let judged = gate(Some(rewritten), &["--no-appeal"], 4);
        assert_eq!(reasons(&judged), ["malformed"], "{place}: {judged:#}");
        let told = judged["evidence"]["gaps"].to_string();
        assert!(told.contains("has no list of them"), "{told}");
    }
}

#[test]
fn the_limit_on_what_x_ray_scans_holds_whatever_x_ray_says_it_scanned() {
    let said: [fn(&str, &mut Value); 4] = [
        |_, _| {},
        |_, page| page["TracesProcessedCount"] = Value::Null,
        |_, page| page["TracesProcessedCount"] = json!(0),
        |_, page| page["TracesProcessedCount"] = json!(-3),
    ];
    for (place, rewritten) in said.into_iter().enumerate() {
        let judged = gate(Some(rewritten), &["--no-appeal", "--max-scanned", "5"], 4);
        assert_eq!(reasons(&judged), ["max-scanned"], "{place}: {judged:#}");
        let read = judged["evidence"]["traces"].as_u64();
        assert!(read <= Some(5), "{place}: {judged:#}");
    }
}

#[test]
fn a_destination_of_segments_that_is_not_told_changes_nothing() {
    let destination: fn(&str, &mut Value) = |path, body| {
        if path == DESTINATION {
            *body = json!({});
        }
    };
    assert_eq!(reasons(&gate(Some(destination), &[], 0)), [""; 0]);
}

/// Judges the roles of two functions where an action is answered so.
fn account(action: &'static str, of: &'static str, body: fn() -> Answer) -> Guard {
    let others = answers(2, |role| role.starts_with("role-"), "");
    Guard::alone(move |asked, request| {
        let form = String::from_utf8_lossy(&request.body).into_owned();
        if asked == action && form.contains(of) {
            return Some(body());
        }
        others(asked, request)
    })
}

/// An action, what answers it, and what is said of that.
type Lacking = (&'static str, fn() -> Answer, &'static str);

#[test]
fn a_role_whose_policies_are_not_listed_cannot_be_read() {
    let xray = super::absent::xray(2);
    let gate = ["gate", "-r", "1d", "--format", "json"];
    let lacking: [Lacking; 6] = [
        (
            "iam:ListRolePolicies",
            || xml("ListRolePolicies", ""),
            "it has no list of policies",
        ),
        (
            "iam:ListRolePolicies",
            || xml("ListRolePolicies", "<IsTruncated>false</IsTruncated>"),
            "it has no list of policies",
        ),
        (
            "iam:ListAttachedRolePolicies",
            || {
                xml(
                    "ListAttachedRolePolicies",
                    "<IsTruncated>false</IsTruncated>",
                )
            },
            "it has no list of policies",
        ),
        (
            "iam:ListAttachedRolePolicies",
            || {
                xml(
                    "ListAttachedRolePolicies",
                    "<AttachedPolicies/><IsTruncated>false</IsTruncated><Marker>m</Marker>",
                )
            },
            "it has no `IsTruncated` beside the marker",
        ),
        (
            "iam:ListRolePolicies",
            || xml("ListRolePolicies", "<PolicyNames/><Marker>m</Marker>"),
            "it has no `IsTruncated` beside the marker",
        ),
        (
            "iam:GetRole",
            || xml("GetRole", "<Role><Path>/</Path></Role>"),
            "it has no ARN",
        ),
    ];
    for (action, body, said) in lacking {
        let guard = account(action, "RoleName=role-1", body);
        let judged = report(&run(&gate, &guard.url(), &xray.url()), 4);
        let unread = role_in(&judged, "role-1");
        assert_eq!(unread["verdict"], "inconclusive", "{action}");
        let told = unread["insufficient"].to_string();
        assert!(told.contains(said), "{action}: {told}");
        assert_eq!(role_in(&judged, "role-0")["unread"], Value::Null);
    }
}

#[test]
fn what_lambda_does_not_list_is_not_nothing() {
    let xray = super::absent::xray(2);
    let gate = ["gate", "-r", "1d", "--format", "json"];
    for action in [
        "lambda:ListFunctions",
        "lambda:ListEventSourceMappings",
        "lambda:ListFunctionEventInvokeConfigs",
    ] {
        let refused = account(action, "", || refuse("lambda:it"));
        let refused = run(&gate, &refused.url(), &xray.url());
        let guard = account(action, "", || whole("{}".to_owned()));
        let ran = run(&gate, &guard.url(), &xray.url());
        assert_eq!(ran.status.code(), refused.status.code(), "{action}");
        let told = String::from_utf8_lossy(&ran.stdout);
        assert!(
            told.contains("the answer cannot be read: it has no list of "),
            "{action}: {told}"
        );
    }
}
