//! What was asked for and is not there: an error in every mode of `--on-inconclusive`, which says where AWS was asked; and one line for
//! one cause.

use super::http::{Answer, HttpRequest};
use super::program::{report, role_in, run, traces};
use super::refusing::{Guard, failure};
use super::xray_server::{Behaviour, FakeTrace, XrayServer};
use crate::{program, suggestions};
use serde_json::{Value, json};
use std::fs;
use std::process::Output;

const ACCOUNT: &str = "123456789012";

pub(super) fn whole(body: String) -> Answer {
    Answer::Whole {
        status: 200,
        headers: Vec::new(),
        body: body.into_bytes(),
    }
}

pub(super) fn xml(operation: &str, inner: &str) -> Answer {
    whole(format!(
        "<{operation}Response xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><{operation}Result>{inner}</{operation}Result>\
         </{operation}Response>"
    ))
}

/// The role that a request for one names.
fn role_of(request: &HttpRequest) -> String {
    let form = String::from_utf8_lossy(&request.body).into_owned();
    let name = form
        .split('&')
        .find_map(|field| field.strip_prefix("RoleName="));
    name.unwrap_or_default().to_owned()
}

/// An account of so many functions `f0`, `f1`, ..., each with a role of its own. A role whose name this function takes can be read, but
/// for one whose list of policies is cut and does not say where it goes on.
fn account(functions: usize, is_readable: fn(&str) -> bool, cut: &'static str) -> Guard {
    Guard::alone(answers(functions, is_readable, cut))
}

/// What such an account answers; nothing where it refuses.
pub(super) fn answers(
    functions: usize,
    is_readable: fn(&str) -> bool,
    cut: &'static str,
) -> impl Fn(&str, &HttpRequest) -> Option<Answer> + Send + Sync + 'static {
    let functions: Vec<Value> = (0..functions)
        .map(|number| {
            json!({
                "FunctionName": format!("f{number}"),
                "FunctionArn": format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f{number}:$LATEST"),
                "Version": "$LATEST",
                "Role": format!("arn:aws:iam::{ACCOUNT}:role/role-{number}"),
            })
        })
        .collect();
    let listed = json!({ "Functions": functions }).to_string();
    move |action, request| {
        let role = role_of(request);
        Some(match action {
            "sts:GetCallerIdentity" => xml(
                "GetCallerIdentity",
                &format!(
                    "<Arn>arn:aws:iam::{ACCOUNT}:user/ci</Arn><UserId>A</UserId><Account>{ACCOUNT}</Account>"
                ),
            ),
            "lambda:ListFunctions" => whole(listed.clone()),
            "lambda:ListEventSourceMappings" => whole(r#"{"EventSourceMappings": []}"#.to_owned()),
            "lambda:ListFunctionEventInvokeConfigs" => {
                whole(r#"{"FunctionEventInvokeConfigs": []}"#.to_owned())
            }
            "lambda:GetFunctionConfiguration" => failure(
                action,
                404,
                "ResourceNotFoundException",
                "Function not found",
            ),
            "cloudformation:ListStackResources" => failure(
                action,
                400,
                "ValidationError",
                "Stack with id shop does not exist",
            ),
            "iam:GetRole" if role == "nobody" => {
                failure(action, 404, "NoSuchEntity", "The role cannot be found.")
            }
            "iam:ListAttachedRolePolicies" if is_readable(&role) => xml(
                "ListAttachedRolePolicies",
                "<AttachedPolicies/><IsTruncated>false</IsTruncated>",
            ),
            "iam:ListRolePolicies" if role == cut => xml(
                "ListRolePolicies",
                "<PolicyNames/><IsTruncated>true</IsTruncated>",
            ),
            "iam:ListRolePolicies" if is_readable(&role) => xml(
                "ListRolePolicies",
                "<PolicyNames/><IsTruncated>false</IsTruncated>",
            ),
            "iam:GetRole" if is_readable(&role) => xml(
                "GetRole",
                &format!(
                    "<Role><Path>/</Path><RoleName>{role}</RoleName><RoleId>A</RoleId><Arn>arn:aws:iam::{ACCOUNT}:role/{role}</Arn>\
                     <CreateDate>2026-01-01T00:00:00Z</CreateDate><AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22%2C%22\
                     Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22sts%3AAssumeRole%22%2C%22Principal%22%3A%7B%22\
                     Service%22%3A%22lambda.amazonaws.com%22%7D%7D%5D%7D</AssumeRolePolicyDocument></Role>"
                ),
            ),
            _ => return None,
        })
    }
}

pub(super) fn xray(functions: usize) -> XrayServer {
    let names: Vec<String> = (0..functions).map(|number| format!("f{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    XrayServer::start(traces(&names), Behaviour::default())
}

fn stderr(ran: &Output, code: i32) -> String {
    let stderr = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(code), "{stderr}");
    assert!(ran.stdout.is_empty(), "there is no verdict");
    stderr
}

#[test]
fn what_does_not_exist_is_an_error_in_every_mode() {
    let guard = account(2, |_| false, "");
    let server = xray(2);
    let wanted = [
        ("--role", "nobody", "there is no role `nobody`"),
        ("--stack", "shop", "there is no stack `shop`"),
        ("--function", "checkuot", "there is no function `checkuot`"),
        ("--role", "role-0", "the role cannot be read"),
        ("--role", "role-1", "grant iam:GetRole to "),
    ];
    for mode in ["fail", "warn"] {
        for (flag, name, said) in wanted {
            let gate = ["gate", flag, name, "-r", "1d", "--on-inconclusive", mode];
            let told = stderr(&run(&gate, &guard.url(), &server.url()), 1);
            assert!(told.contains(said), "{told}");
            let place = format!("AWS was asked in the region eu-west-1 of the account {ACCOUNT}");
            assert_eq!(
                told.contains(&place),
                told.contains("there is no "),
                "{told}"
            );
        }
        // None of several.
        let gate = ["gate", "-r", "1d", "--on-inconclusive", mode];
        let told = stderr(&run(&gate, &guard.url(), &server.url()), 1);
        assert!(told.contains("none of the 2 roles can be read"), "{told}");
        assert_eq!(told.matches("not authorized").count(), 1, "{told}");
    }
}

#[test]
fn a_role_that_is_asked_for_beside_a_policy_file_and_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = folder.path().join("policy.json");
    let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}}"#;
    fs::write(&policy, text).expect("it can be written");
    let policy = policy.to_str().expect("it is text");
    let guard = account(2, |role| role == "role-0", "");
    let server = xray(2);
    for mode in ["fail", "warn"] {
        let gate = |role| {
            [
                "gate",
                "--role",
                role,
                "--policy-file",
                policy,
                "-r",
                "1d",
                "--on-inconclusive",
                mode,
            ]
        };
        let told = stderr(&run(&gate("nobody"), &guard.url(), &server.url()), 1);
        assert!(told.contains("there is no role `nobody`"), "{told}");
        // Functions have the first. IAM does not let the last be read: nobody says that it is not there.
        for role in ["role-0", "role-9"] {
            let ran = run(&gate(role), &guard.url(), &server.url());
            assert_ne!(ran.status.code(), Some(1), "{role}: {ran:?}");
            assert!(!ran.stdout.is_empty(), "{role}: there is a verdict");
        }
    }
}

#[test]
fn saved_traces_without_the_function_are_an_error_in_every_mode() {
    let folder = tempfile::tempdir().expect("a folder");
    let written = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("it can be written");
    };
    written(
        "traces.json",
        &suggestions::traces("DynamoDB GetItem table_name=orders"),
    );
    written(
        "policy.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}}"#,
    );
    let traces = suggestions::traces("DynamoDB GetItem table_name=orders");
    let known = traces
        .split("function:")
        .nth(1)
        .and_then(|rest| rest.split(['"', '\\', ':']).next())
        .expect("the traces name a function");
    let slip = format!("{known}x");
    for mode in ["fail", "warn"] {
        let gate = [
            "gate",
            "--traces",
            "traces.json",
            "--policy-file",
            "policy.json",
            "--function",
            &slip,
            "--on-inconclusive",
            mode,
        ];
        let mut command = program::command(&gate);
        let ran = command.current_dir(folder.path()).output();
        let told = stderr(&ran.expect("the program runs"), 2);
        assert!(
            told.contains("did you mean") && told.contains(known),
            "{told}"
        );
    }
}

#[test]
fn many_roles_that_cannot_be_read_for_one_cause_are_one_line() {
    let guard = account(41, |role| role == "role-7", "");
    let functions = 41;
    let server = xray(functions);
    let gate = |format| {
        let arguments = [
            "gate",
            "-r",
            "1d",
            "--max-traces",
            "200",
            "--format",
            format,
        ];
        run(&arguments, &guard.url(), &server.url())
    };
    let told = gate("json");
    let judged = report(&told, 4);
    assert_eq!(
        judged["roles"].as_array().map(Vec::len),
        Some(functions),
        "each is in the report"
    );
    let unread = &role_in(&judged, "role-3")["unread"];
    assert_eq!(unread, "iam:GetRole is not permitted");
    assert_eq!(role_in(&judged, "role-7")["unread"], Value::Null);
    assert_eq!(judged["evidence"]["region"], "eu-west-1");
    assert_eq!(judged["evidence"]["account"], ACCOUNT);
    for format in ["text", "markdown"] {
        let ran = gate(format);
        let told = String::from_utf8_lossy(&ran.stdout).into_owned();
        assert_eq!(ran.status.code(), Some(4), "{told}");
        assert_eq!(
            told.matches("is not permitted").count(),
            1,
            "one cause, one line: {told}"
        );
        let told = program::unwrapped(&told);
        assert!(told.contains("40 roles"), "{told}");
        assert!(told.contains("grant iam:GetRole to "), "{told}");
        assert!(told.contains("role-7"), "{told}");
        assert!(
            told.contains("AWS was asked in the region eu-west-1 of the account"),
            "{told}"
        );
    }
}

#[test]
fn a_list_that_is_cut_without_a_marker_is_no_whole_list() {
    let guard = account(2, |role| role.starts_with("role-"), "role-1");
    let server = xray(2);
    let gate = ["gate", "-r", "1d", "--format", "json"];
    let judged = report(&run(&gate, &guard.url(), &server.url()), 4);
    let cut = role_in(&judged, "role-1");
    assert_eq!(cut["verdict"], "inconclusive");
    assert!(
        cut["insufficient"]
            .to_string()
            .contains("it has no marker of its next page"),
        "{cut:#}"
    );
    assert_eq!(role_in(&judged, "role-0")["unread"], Value::Null);
}

#[test]
fn a_region_that_does_not_exist_is_named_with_those_that_do() {
    let server = XrayServer::start(Vec::<FakeTrace>::new(), Behaviour::default());
    for (region, hint) in [
        ("eu-wset-1", "did you mean eu-west-1"),
        ("frankfurt", "such as eu-west-1"),
        ("EU-WEST-1", "did you mean eu-west-1"),
    ] {
        let gate = ["gate", "--region", region];
        let told = stderr(&run(&gate, &server.url(), &server.url()), 2);
        assert!(
            told.contains(&format!("there is no AWS region `{region}`")),
            "{told}"
        );
        assert!(told.contains(hint), "{told}");
    }
}

#[test]
fn a_profile_that_does_not_exist_is_named_with_those_that_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("config");
    let text = "[profile dev]\nregion = eu-west-1\n[profile prod]\nregion = eu-west-1\n";
    fs::write(&config, text).expect("it can be written");
    let nothing = folder.path().join("credentials");
    let asked = |profile: &str| {
        let mut command = program::command(&["gate"]);
        command
            .env("AWS_PROFILE", profile)
            .env("AWS_CONFIG_FILE", &config)
            .env("AWS_SHARED_CREDENTIALS_FILE", &nothing)
            .env("AWS_EC2_METADATA_DISABLED", "true");
        command.output().expect("the program runs")
    };
    let told = stderr(&asked("porduction"), 2);
    assert!(
        told.contains("there is no AWS profile `porduction`") && told.contains("dev, prod"),
        "{told}"
    );
    // One that is there and has no credentials is another matter.
    let told = stderr(&asked("dev"), 1);
    assert!(told.contains("no usable AWS credentials"), "{told}");
}
