//! `doctor` through the real program: every cause by itself, with its exit code and the command that mends it.

use super::http::{Answer, HttpRequest};
use super::program::{now, run, traces};
use super::refusing::{Guard, failure};
use super::xray_server::{Behaviour, FakeTrace, Fault, XrayServer};
use crate::{program, suggestions};
use serde_json::{Value, json};
use std::fs;
use std::process::Output;

const ACCOUNT: &str = "123456789012";
const LONG_AGO: &str = "2026-01-01T00:00:00.000+0000";

/// An account as the loopback plays it.
#[derive(Debug, Clone)]
struct Account {
    runtime: &'static str,
    tracing: &'static str,
    modified: String,
    /// What the roles' inline policy allows.
    allows: &'static str,
    /// Actions that are refused.
    denied: &'static [&'static str],
    /// Another region that has a function `refunds` and a stack `shop`.
    elsewhere: &'static str,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            runtime: "python3.13",
            tracing: "Active",
            modified: LONG_AGO.to_owned(),
            allows: "xray:PutTraceSegments",
            denied: &[],
            elsewhere: "",
        }
    }
}

fn whole(body: String) -> Answer {
    Answer::Whole {
        status: 200,
        headers: Vec::new(),
        body: body.into_bytes(),
    }
}

fn xml(operation: &str, inner: &str) -> Answer {
    whole(format!(
        "<{operation}Response><{operation}Result>{inner}</{operation}Result></{operation}Response>"
    ))
}

impl Account {
    fn function(&self, region: &str, name: &str) -> Value {
        json!({
            "FunctionName": name,
            "FunctionArn": format!("arn:aws:lambda:{region}:{ACCOUNT}:function:{name}"),
            "Version": "$LATEST",
            "Runtime": self.runtime,
            "LastModified": self.modified,
            "TracingConfig": {"Mode": self.tracing},
            "Role": format!("arn:aws:iam::{ACCOUNT}:role/shop/{name}-role"),
        })
    }

    fn start(self) -> Guard {
        Guard::alone(move |action, request| self.answer(action, request))
    }

    fn answer(&self, action: &str, request: &HttpRequest) -> Option<Answer> {
        if self.denied.contains(&action) {
            return None;
        }
        let is_here = request.head.contains("/eu-west-1/");
        let is_elsewhere =
            !self.elsewhere.is_empty() && request.head.contains(&format!("/{}/", self.elsewhere));
        Some(match action {
            "lambda:ListFunctions" => {
                whole(json!({"Functions": [self.function("eu-west-1", "checkout")]}).to_string())
            }
            "lambda:GetFunctionConfiguration"
                if request.path.contains("refunds") && is_elsewhere =>
            {
                whole(self.function(self.elsewhere, "refunds").to_string())
            }
            "lambda:GetFunctionConfiguration" if request.path.contains("checkout") && is_here => {
                whole(self.function("eu-west-1", "checkout").to_string())
            }
            "lambda:GetFunctionConfiguration" => failure(
                action,
                404,
                "ResourceNotFoundException",
                "Function not found",
            ),
            "lambda:ListEventSourceMappings" => whole(r#"{"EventSourceMappings": []}"#.to_owned()),
            "lambda:ListFunctionEventInvokeConfigs" => {
                whole(r#"{"FunctionEventInvokeConfigs": []}"#.to_owned())
            }
            "cloudformation:ListStackResources" => self.stack(action, request, is_elsewhere),
            "iam:GetRole" if body(request).contains("nobody") => {
                failure(action, 404, "NoSuchEntity", "The role cannot be found.")
            }
            "iam:GetRole" => xml(
                "GetRole",
                &format!(
                    "<Role><Path>/shop/</Path><RoleName>checkout-role</RoleName><RoleId>A</RoleId>\
                     <Arn>arn:aws:iam::{ACCOUNT}:role/shop/checkout-role</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate></Role>"
                ),
            ),
            "iam:ListAttachedRolePolicies" => xml(
                "ListAttachedRolePolicies",
                "<AttachedPolicies/><IsTruncated>false</IsTruncated>",
            ),
            "iam:ListRolePolicies" => xml(
                "ListRolePolicies",
                "<PolicyNames><member>own</member></PolicyNames><IsTruncated>false</IsTruncated>",
            ),
            "iam:GetRolePolicy" => xml(
                "GetRolePolicy",
                &format!(
                    "<RoleName>checkout-role</RoleName><PolicyName>own</PolicyName><PolicyDocument>{}</PolicyDocument>",
                    json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": self.allows, "Resource": "*"}})
                ),
            ),
            _ => return None,
        })
    }

    fn stack(&self, action: &str, request: &HttpRequest, is_there: bool) -> Answer {
        let form = body(request);
        let of = |kind: &str, id: &str| {
            format!(
                "<StackResourceSummaries><member><LogicalResourceId>One</LogicalResourceId><PhysicalResourceId>{id}</PhysicalResourceId>\
                 <ResourceType>{kind}</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus>\
                 <LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp></member></StackResourceSummaries>"
            )
        };
        if form.contains("StackName=tables") {
            return xml("ListStackResources", &of("AWS::DynamoDB::Table", "orders"));
        }
        if form.contains("StackName=shop") && (is_there || self.elsewhere.is_empty()) {
            return xml(
                "ListStackResources",
                &of("AWS::Lambda::Function", "checkout"),
            );
        }
        let said = "Stack with id shop does not exist";
        failure(action, 400, "ValidationError", said)
    }
}

fn body(request: &HttpRequest) -> String {
    String::from_utf8_lossy(&request.body).into_owned()
}

/// X-Ray with these traces, where nothing is wrong.
fn xray(traces: Vec<FakeTrace>) -> XrayServer {
    XrayServer::start(traces, healthy())
}

fn healthy() -> Behaviour {
    Behaviour {
        destination: Some("XRay"),
        rules: vec![("Default", 1.0, 1)],
        ..Behaviour::default()
    }
}

/// Traces of the last hours, as many as are asked for.
fn some(count: usize) -> Vec<FakeTrace> {
    traces(&["checkout"]).into_iter().take(count).collect()
}

fn doctor(account: Account, xray: &XrayServer, arguments: &[&str]) -> Output {
    let guard = account.start();
    let all = [&["doctor", "--format", "json"], arguments].concat();
    run(&all, &guard.url(), &xray.url())
}

fn diagnosis(ran: &Output, code: i32) -> Value {
    super::program::report(ran, code)
}

/// The finding of a cause, which is there.
fn finding<'d>(diagnosis: &'d Value, cause: &str) -> &'d Value {
    let findings = diagnosis["findings"].as_array().expect("findings");
    let mut of = findings.iter().filter(|finding| finding["cause"] == cause);
    of.next()
        .unwrap_or_else(|| panic!("no {cause} in {diagnosis:#}"))
}

fn causes(diagnosis: &Value) -> Vec<&str> {
    let findings = diagnosis["findings"].as_array().expect("findings");
    findings
        .iter()
        .filter_map(|finding| finding["cause"].as_str())
        .collect()
}

fn says(finding: &Value, key: &str, words: &str) {
    let text = finding[key].as_str().unwrap_or_default();
    assert!(text.contains(words), "{words}: {finding:#}");
}

#[test]
fn nothing_wrong_ends_in_0() {
    let server = xray(some(25));
    let told = diagnosis(&doctor(Account::default(), &server, &["-r", "1d"]), 0);
    assert_eq!(causes(&told), [""; 0], "{told:#}");
    assert_eq!(told["outcome"], "nothing-wrong");
    assert_eq!(told["functions"][0]["traces"], 25);
    let guard = Account::default().start();
    let ran = run(&["doctor", "-r", "1d"], &guard.url(), &server.url());
    let stdout = String::from_utf8_lossy(&ran.stdout);
    assert!(stdout.contains("NOTHING WRONG"), "{stdout}");
}

#[test]
fn tracing_that_is_off_is_switched_on_by_one_command() {
    let account = Account {
        tracing: "PassThrough",
        ..Account::default()
    };
    let told = diagnosis(
        &doctor(account, &xray(Vec::new()), &["--stack", "shop", "-r", "1d"]),
        4,
    );
    let off = finding(&told, "tracing-off");
    assert_eq!(
        off["mend"],
        "aws lambda update-function-configuration --function-name checkout --tracing-config Mode=Active"
    );
    says(off, "advice", "Tracing: Active");
    assert_eq!(off["functions"], json!(["checkout"]));
}

#[test]
fn traces_without_calls_say_what_to_add_for_each_runtime() {
    let silent = || {
        let mut traces = some(25);
        for trace in &mut traces {
            trace.documents.truncate(1);
        }
        traces
    };
    for (runtime, text, mend) in [
        (
            "nodejs22.x",
            "captureAWSv3Client",
            json!("npm install aws-xray-sdk-core"),
        ),
        (
            "python3.13",
            "patch_all()",
            json!("pip install aws-xray-sdk"),
        ),
        (
            "java21",
            "aws-xray-recorder-sdk-aws-sdk-v2-instrumentor",
            Value::Null,
        ),
        (
            "dotnet8",
            "RegisterXRayForAllServices()",
            json!("dotnet add package AWSXRayRecorder.Handlers.AwsSdk"),
        ),
    ] {
        let account = Account {
            runtime,
            ..Account::default()
        };
        let told = diagnosis(&doctor(account, &xray(silent()), &["-r", "1d"]), 4);
        let found = finding(&told, "no-calls");
        says(found, "text", text);
        assert_eq!(found["mend"], mend, "{found:#}");
    }
}

#[test]
fn calls_without_resources_are_told_with_the_whitelist() {
    let call = json!({"operation": "Decrypt", "region": "eu-west-1"});
    let unnamed: Vec<FakeTrace> = some(25)
        .into_iter()
        .map(|trace| trace.calling("kms", &call))
        .collect();
    let told = diagnosis(
        &doctor(Account::default(), &xray(unnamed), &["-r", "1d"]),
        0,
    );
    assert_eq!(
        finding(&told, "no-resources")["mend"],
        "aws-least-privilege whitelist --sdk python --service kms > whitelist.json"
    );
}

#[test]
fn low_sampling_says_in_how_many_days_there_is_enough() {
    let server = XrayServer::start(
        some(4),
        Behaviour {
            rules: vec![("Default", 0.05, 1)],
            ..healthy()
        },
    );
    let told = diagnosis(&doctor(Account::default(), &server, &["-r", "1d"]), 4);
    let low = finding(&told, "sampling");
    says(
        low,
        "text",
        "checkout has 4 traces in the last day, and 20 are needed: at this pace that takes 5 days.",
    );
    says(
        low,
        "text",
        "The sampling rule Default records one request a second and 5 % of the rest.",
    );
    assert_eq!(
        low["mend"],
        "aws xray update-sampling-rule --sampling-rule-update RuleName=Default,FixedRate=1.0"
    );
}

#[test]
fn too_few_traces_want_a_longer_window_or_less() {
    let told = diagnosis(
        &doctor(Account::default(), &xray(some(4)), &["-r", "1d"]),
        4,
    );
    assert_eq!(causes(&told), ["few-traces"]);
    assert_eq!(
        finding(&told, "few-traces")["mend"],
        "aws-least-privilege gate --time-range 5d"
    );
    let once = ["-r", "1d", "--min-traces", "1000"];
    let told = diagnosis(&doctor(Account::default(), &xray(some(4)), &once), 4);
    assert_eq!(
        finding(&told, "few-traces")["mend"],
        "aws-least-privilege gate --time-range 30d --min-traces 120"
    );
}

#[test]
fn transaction_search_is_told_with_the_rule_that_indexes_all() {
    let server = XrayServer::start(
        some(25),
        Behaviour {
            destination: Some("CloudWatchLogs"),
            ..healthy()
        },
    );
    let told = diagnosis(&doctor(Account::default(), &server, &["-r", "1d"]), 4);
    says(
        finding(&told, "transaction-search"),
        "mend",
        "aws xray update-indexing-rule --name Default",
    );
}

#[test]
fn a_function_of_another_region_is_found_there() {
    let account = || Account {
        elsewhere: "us-east-1",
        ..Account::default()
    };
    let asked = ["--function", "refunds", "-r", "1d"];
    let told = diagnosis(&doctor(account(), &xray(Vec::new()), &asked), 4);
    let found = finding(&told, "other-region");
    says(
        found,
        "text",
        "There is no function `refunds` in the region eu-west-1 of this account. It is in us-east-1.",
    );
    assert_eq!(
        found["mend"],
        "aws-least-privilege doctor --function refunds --region us-east-1"
    );
    let told = diagnosis(
        &doctor(
            account(),
            &xray(Vec::new()),
            &["--stack", "shop", "-r", "1d"],
        ),
        4,
    );
    assert_eq!(
        finding(&told, "other-region")["mend"],
        "aws-least-privilege doctor --stack shop --region us-east-1"
    );
}

#[test]
fn a_misspelt_name_is_told_with_the_one_that_is_meant() {
    for (flag, asked, meant) in [
        ("--function", "chekcout", "checkout"),
        ("--role", "nobody-chekcout-role", "checkout-role"),
    ] {
        let told = diagnosis(
            &doctor(
                Account::default(),
                &xray(Vec::new()),
                &[flag, asked, "-r", "1d"],
            ),
            4,
        );
        let found = finding(&told, "not-found");
        if flag == "--function" {
            says(found, "text", &format!("Did you mean {meant}?"));
            assert_eq!(
                found["mend"],
                format!("aws-least-privilege doctor {flag} {meant}")
            );
        } else {
            says(found, "text", "There is no role `nobody-chekcout-role`");
        }
    }
}

#[test]
fn a_stack_without_functions_is_told() {
    let asked = ["--stack", "tables", "-r", "1d"];
    let told = diagnosis(&doctor(Account::default(), &xray(Vec::new()), &asked), 4);
    says(
        finding(&told, "no-functions"),
        "text",
        "No Lambda function is in the stack tables.",
    );
}

#[test]
fn a_function_that_nobody_called_is_told_with_a_longer_window() {
    let told = diagnosis(
        &doctor(Account::default(), &xray(Vec::new()), &["-r", "1d"]),
        4,
    );
    let found = finding(&told, "no-traces");
    says(found, "advice", "Most likely nobody called it");
    assert_eq!(
        found["mend"],
        "aws-least-privilege gate --function checkout --time-range 30d"
    );
}

#[test]
fn missing_permissions_are_told_at_once_with_a_policy_to_paste() {
    let account = Account {
        denied: &[
            "lambda:ListEventSourceMappings",
            "iam:ListRolePolicies",
            "iam:GetRole",
        ],
        ..Account::default()
    };
    let told = diagnosis(&doctor(account, &xray(some(25)), &["-r", "1d"]), 4);
    let found = finding(&told, "permissions");
    says(
        found,
        "text",
        "The credentials lack permissions: iam:GetRole, iam:ListRolePolicies, lambda:ListEventSourceMappings.",
    );
    let policy = found["mend"].as_str().expect("a policy");
    let policy: Value = serde_json::from_str(policy).expect("JSON");
    assert_eq!(
        policy["Statement"][0]["Action"],
        json!(aws_least_privilege::aws::rights::ACTIONS)
    );
}

#[test]
fn x_ray_that_may_not_be_read_ends_in_1() {
    let server = XrayServer::start(
        some(25),
        Behaviour {
            faults: Some(|path, _| {
                path.starts_with("/Trace")
                    .then_some(Fault::Error(403, "AccessDeniedException"))
            }),
            ..healthy()
        },
    );
    let told = diagnosis(&doctor(Account::default(), &server, &["-r", "1d"]), 1);
    says(
        finding(&told, "permissions"),
        "text",
        "The credentials lack permissions: xray:BatchGetTraces, xray:GetTraceSummaries.",
    );
    assert_eq!(causes(&told), ["permissions"]);
}

#[test]
fn missing_credentials_are_told() {
    let mut command = program::command(&["doctor", "--format", "json"]);
    command
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
    let told = diagnosis(&command.output().expect("the program runs"), 1);
    let found = finding(&told, "credentials");
    assert_eq!(found["mend"], "aws sso login");
}

fn refused_with(code: &'static str, said: &'static str) -> Value {
    let guard = Guard::alone(move |action, _| Some(failure(action, 403, code, said)));
    let server = xray(Vec::new());
    diagnosis(
        &run(&["doctor", "--format", "json"], &guard.url(), &server.url()),
        1,
    )
}

#[test]
fn expired_credentials_are_told() {
    let told = refused_with("ExpiredTokenException", "The security token is expired");
    says(
        finding(&told, "credentials"),
        "text",
        "The security token is expired",
    );
}

#[test]
fn a_clock_that_is_wrong_is_told() {
    let said = "Signature expired: 20261128T120000Z is now earlier than 20261128T121500Z";
    let told = refused_with("InvalidSignatureException", said);
    assert_eq!(causes(&told), ["clock"]);
    assert_eq!(
        finding(&told, "clock")["mend"],
        "sudo timedatectl set-ntp true"
    );
}

#[test]
fn no_region_and_one_that_is_none_are_told() {
    let mut command = program::command(&["doctor", "--format", "json"]);
    command
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret");
    command.env("AWS_EC2_METADATA_DISABLED", "true");
    let told = diagnosis(&command.output().expect("the program runs"), 1);
    says(
        finding(&told, "region"),
        "text",
        "No AWS region is configured.",
    );
}

#[test]
fn a_function_that_was_changed_today_is_told() {
    let day = jiff::Timestamp::from_second(now() - 7200).expect("a time");
    let account = Account {
        modified: day.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string(),
        ..Account::default()
    };
    let told = diagnosis(&doctor(account, &xray(some(4)), &["-r", "1d"]), 4);
    let found = finding(&told, "too-new");
    says(found, "text", "checkout was made or changed on ");
    assert_eq!(found["mend"], "aws-least-privilege doctor");
}

#[test]
fn a_role_that_may_not_send_traces_is_told() {
    let account = Account {
        allows: "logs:PutLogEvents",
        ..Account::default()
    };
    let told = diagnosis(&doctor(account, &xray(Vec::new()), &["-r", "1d"]), 4);
    assert_eq!(
        finding(&told, "role-cannot-send")["mend"],
        "aws iam attach-role-policy --role-name checkout-role --policy-arn arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"
    );
}

#[test]
fn an_x_ray_that_does_not_answer_is_told() {
    let server = XrayServer::start(
        Vec::new(),
        Behaviour {
            faults: Some(|path, _| (path == "/TraceSummaries").then_some(Fault::Reset)),
            ..healthy()
        },
    );
    let told = diagnosis(
        &doctor(
            Account::default(),
            &server,
            &["-r", "1d", "--timeout", "20s"],
        ),
        1,
    );
    says(
        finding(&told, "unreachable"),
        "text",
        "GetTraceSummaries: the connection failed",
    );
}

fn saved(arguments: &[&str], code: i32) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let traces = suggestions::traces("DynamoDB GetItem table_name=orders");
    fs::write(folder.path().join("traces.json"), traces).expect("it can be written");
    fs::write(folder.path().join("cut.json"), r#"{"Traces": [{"Id": "#).expect("it can be written");
    let all = [&["doctor", "--format", "json"], arguments].concat();
    let mut command = program::command(&all);
    diagnosis(
        &command
            .current_dir(folder.path())
            .output()
            .expect("the program runs"),
        code,
    )
}

#[test]
fn saved_traces_need_no_aws() {
    let one = saved(&["--traces", "traces.json", "--min-traces", "1"], 0);
    assert_eq!(one["outcome"], "nothing-wrong");
    let name = one["functions"][0]["name"]
        .as_str()
        .expect("a name")
        .to_owned();
    let few = saved(&["--traces", "traces.json", "--min-traces", "100000"], 4);
    says(
        finding(&few, "few-traces"),
        "mend",
        "aws-least-privilege gate --traces traces.json --min-traces ",
    );
    let slip = format!("{name}x");
    let slipped = saved(&["--traces", "traces.json", "--function", &slip], 4);
    let found = finding(&slipped, "not-found");
    says(
        found,
        "text",
        &format!(
            "There is no function `{slip}` in the traces that were read. Did you mean {name}?"
        ),
    );
    assert_eq!(
        found["mend"],
        format!("aws-least-privilege doctor --function {name} --traces traces.json")
    );
    let cut = saved(&["--traces", "cut.json"], 4);
    assert!(!causes(&cut).is_empty(), "{cut:#}");
}
