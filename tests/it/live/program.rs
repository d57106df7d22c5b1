//! The real program against AWS as the loopback plays it: X-Ray, and moto for everything else.

use super::ACTIONS;
use super::moto::Moto;
use super::refusing::Guard;
use super::shop::{BASIC, Policies, Shop};
use super::xray_server::{Behaviour, FakeTrace, Fault, XrayServer};
use crate::program;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::{SystemTime, UNIX_EPOCH};

/// Traces of one function.
pub(crate) const TRACES: usize = 25;

pub(crate) fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("it is after 1970");
    i64::try_from(since.as_secs()).expect("it is long before the end of time")
}

/// Traces of the last hours for each of these functions.
pub(crate) fn traces(functions: &[&str]) -> Vec<FakeTrace> {
    let begin = now() - 20 * 3600;
    let mut traces = Vec::new();
    for (place, function) in functions.iter().enumerate() {
        for number in 0..TRACES {
            let start = begin + i64::try_from(number).expect("a small number") * 1800;
            traces.push(FakeTrace::of(place * 1000 + number + 1, start, function));
        }
    }
    traces
}

pub(super) fn run(arguments: &[&str], moto: &str, xray: &str) -> Output {
    program::command(arguments)
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ENDPOINT_URL", moto)
        .env("AWS_ENDPOINT_URL_XRAY", xray)
        .output()
        .expect("the program runs")
}

pub(super) fn report(ran: &Output, code: i32) -> Value {
    let stderr = String::from_utf8_lossy(&ran.stderr);
    let stdout = String::from_utf8_lossy(&ran.stdout);
    assert_eq!(ran.status.code(), Some(code), "{stdout}\n{stderr}");
    serde_json::from_slice(&ran.stdout)
        .unwrap_or_else(|error| panic!("{error}: {stdout}\n{stderr}"))
}

/// The role of a report whose ARN ends so.
pub(super) fn role_in<'r>(report: &'r Value, name: &str) -> &'r Value {
    let roles = report["roles"].as_array().expect("roles");
    let is_meant = |role: &&Value| role["role"].as_str().is_some_and(|arn| arn.ends_with(name));
    roles
        .iter()
        .find(is_meant)
        .unwrap_or_else(|| panic!("no role {name} in {report:#}"))
}

/// What lets the shared role do what its functions and their settings need, and no more.
pub(crate) fn sufficient(shop: &Shop) -> Value {
    let account = shop.role_arn.split(':').nth(4).expect("an account");
    let logs = ["checkout", "refund", "audit"]
        .map(|name| format!("arn:aws:logs:eu-west-1:{account}:log-group:/aws/lambda/{name}:*"));
    json!({
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "dynamodb:PutItem",
                "Resource": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
            },
            {
                "Effect": "Allow",
                "Action": ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
                "Resource": shop.queue_arn
            },
            {
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": logs
            },
            {
                "Effect": "Allow",
                "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
                "Resource": "*"
            }
        ]
    })
}

#[test]
fn a_stack_fails_as_it_is_and_passes_with_what_is_sufficient() {
    let moto = Moto::start();
    let shop = Shop::create(&moto, &Policies::default());
    let xray = XrayServer::start(
        traces(&["checkout", "refund", "audit", "report"]),
        Behaviour::default(),
    );
    let gate = ["gate", "--stack", "shop", "--format", "json"];

    let failed = report(&run(&gate, &moto.url(), &xray.url()), 3);
    assert_eq!(failed["verdict"], "fail");
    assert_eq!(failed["evidence"]["traces"], 4 * TRACES);
    assert_eq!(failed["evidence"]["sources"], json!(["x-ray"]));
    let shared = role_in(&failed, "shop-shared");
    assert_eq!(shared["verdict"], "fail");
    let users: Vec<(&str, bool)> = shared["functions"]
        .as_array()
        .expect("functions")
        .iter()
        .map(|function| {
            let name = function["arn"]
                .as_str()
                .expect("an ARN")
                .rsplit(':')
                .next()
                .expect("a name");
            (name, function["target"].as_bool().expect("a truth"))
        })
        .collect();
    assert_eq!(
        users,
        [("audit", false), ("checkout", true), ("refund", true)]
    );
    let found: Vec<(&str, &str)> = shared["excess"]
        .as_array()
        .expect("excess")
        .iter()
        .map(|excess| {
            let origin = excess["origins"][0]["policy"].as_str().expect("a policy");
            (excess["severity"].as_str().expect("a severity"), origin)
        })
        .collect();
    assert!(
        found.contains(&("high", shop.managed_arn.as_str())),
        "{found:?}"
    );
    assert!(found.contains(&("low", BASIC)), "{found:?}");
    let basic = found.iter().filter(|(_, policy)| *policy == BASIC);
    assert_eq!(
        basic.count(),
        1,
        "AWS's own policy is one finding: {found:?}"
    );
    let configured = shared["needed"]
        .as_array()
        .expect("needed")
        .iter()
        .find(|needed| {
            needed["action"] == "sqs:ReceiveMessage" && needed["because"] == "configuration"
        });
    let configured = configured.expect("the queue is polled with the role");
    assert_eq!(configured["resources"], json!([shop.queue_arn]));
    assert!(
        configured["setting"]
            .as_str()
            .is_some_and(|setting| setting.contains("event source"))
    );
    // Nothing is granted to the nested stack's function, and its calls went through all the same.
    let nested = role_in(&failed, "shop-report");
    assert_eq!(nested["missing"][0]["because"], "not-granted");

    shop.put_inline(&moto, &sufficient(&shop));
    shop.detach(&moto, &shop.managed_arn);
    shop.detach(&moto, BASIC);
    let passed = report(&run(&gate, &moto.url(), &xray.url()), 0);
    assert_eq!(
        role_in(&passed, "shop-shared")["excess"],
        json!([]),
        "{passed:#}"
    );
    assert_eq!(
        role_in(&passed, "shop-shared")["missing"],
        json!([]),
        "{passed:#}"
    );
    assert_eq!(passed["verdict"], "pass");
}

#[test]
fn scan_compares_and_keeps_the_shape_of_its_predecessor() {
    let moto = Moto::start();
    let shop = Shop::create(&moto, &Policies::default());
    let xray = XrayServer::start(
        traces(&["checkout", "refund", "audit", "report"]),
        Behaviour::default(),
    );
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("a path");
    let scan = [
        "scan",
        "-c",
        "--function",
        "checkout",
        "-r",
        "1440",
        "-o",
        path,
        "--name-by",
        "function",
    ];
    let ran = run(&scan, &moto.url(), &xray.url());
    assert_eq!(
        ran.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let read = |name: &str| -> Value {
        let text = fs::read_to_string(Path::new(path).join(name)).expect("the file is written");
        serde_json::from_str(&text).expect("it is JSON")
    };
    assert_eq!(
        read("checkout.policy.json")["Statement"][0]["Action"],
        json!(["dynamodb:PutItem"])
    );
    let excessive = read("excessive_permissions.json");
    assert_eq!(excessive.as_array().map(Vec::len), Some(1));
    assert_eq!(excessive[0]["role"], shop.role_arn);
    let first = &excessive[0]["excessPermissions"][0];
    assert_eq!(first["Effect"], "Allow");
    assert!(
        first["Action"]
            .as_array()
            .is_some_and(|actions| actions.len() > 10),
        "{first}"
    );
    assert_eq!(first["Resource"], json!(["*"]));
}

#[test]
fn saved_traces_are_held_against_the_roles_that_iam_knows() {
    let moto = Moto::start();
    let _shop = Shop::create(&moto, &Policies::default());
    let folder = tempfile::tempdir().expect("a folder");
    let documents: Vec<String> = traces(&["checkout", "refund", "audit"])
        .into_iter()
        .flat_map(|trace| trace.documents)
        .collect();
    let saved = documents.join("\n");
    let path = folder.path().join("traces.jsonl");
    fs::write(&path, saved).expect("it can be written");
    let path = path.to_str().expect("a path");
    let gate = [
        "gate",
        "--traces",
        path,
        "--role",
        "shop-shared",
        "--format",
        "json",
    ];
    // Nothing listens where X-Ray would be.
    let failed = report(&run(&gate, &moto.url(), "http://127.0.0.1:9"), 3);
    assert_eq!(role_in(&failed, "shop-shared")["verdict"], "fail");
}

#[test]
fn what_fails_on_the_way_never_passes() {
    let moto = Moto::start();
    let _shop = Shop::create(&moto, &Policies::default());
    let told = |faults: fn(&str, u64) -> Option<Fault>| {
        let behaviour = Behaviour {
            faults: Some(faults),
            ..Behaviour::default()
        };
        let xray = XrayServer::start(
            traces(&["checkout", "refund", "audit", "report"]),
            behaviour,
        );
        let ran = run(&["gate", "--stack", "shop"], &moto.url(), &xray.url());
        (
            ran.status.code(),
            String::from_utf8_lossy(&ran.stderr).into_owned(),
        )
    };
    let (code, stderr) = told(|_, _| Some(Fault::Error(403, "ExpiredTokenException")));
    assert_eq!(code, Some(1), "{stderr}");
    assert!(
        stderr.contains("hint:") && stderr.contains("aws sso login"),
        "{stderr}"
    );
    let (code, stderr) =
        told(|operation, number| (operation == "/Traces" && number < 2).then_some(Fault::Reset));
    assert_eq!(
        code,
        Some(3),
        "a connection that breaks now and then is no failure: {stderr}"
    );
    let (code, stderr) =
        told(|operation, _| (operation == "/TraceSummaries").then_some(Fault::Malformed));
    assert_eq!(code, Some(1), "{stderr}");
    let gone = run(
        &["gate", "--stack", "no-such-stack"],
        &moto.url(),
        "http://127.0.0.1:9",
    );
    assert_eq!(gone.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&gone.stderr).contains("no-such-stack"));
}

#[test]
fn the_listed_permissions_are_enough() {
    let moto = Moto::start();
    let _shop = Shop::create(&moto, &Policies::default());
    let xray = XrayServer::start(
        traces(&["checkout", "refund", "audit", "report"]),
        Behaviour::default(),
    );
    let guard = Guard::before(&moto, ACTIONS);
    let failed = report(
        &run(
            &["gate", "--stack", "shop", "--format", "json"],
            &guard.url(),
            &xray.url(),
        ),
        3,
    );
    assert_eq!(role_in(&failed, "shop-shared")["verdict"], "fail");
    assert!(
        failed["evidence"]["gaps"]
            .as_array()
            .is_some_and(Vec::is_empty),
        "{failed:#}"
    );

    // Whoever only scans has no business with IAM.
    let without_iam: Vec<&str> = ACTIONS
        .iter()
        .copied()
        .filter(|action| !action.starts_with("iam:"))
        .collect();
    let guard = Guard::before(&moto, &without_iam);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("a path");
    let ran = run(
        &["scan", "--stack", "shop", "-r", "1440", "-o", path],
        &guard.url(),
        &xray.url(),
    );
    assert_eq!(
        ran.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    assert_eq!(fs::read_dir(path).expect("a folder").count(), 3);
}

#[test]
fn what_was_scanned_and_what_it_costs_is_told_in_every_form() {
    let moto = Moto::start();
    let _shop = Shop::create(&moto, &Policies::default());
    let xray = XrayServer::start(
        traces(&["checkout", "refund", "audit"]),
        Behaviour::default(),
    );
    let gate = [
        "gate",
        "--role",
        "shop-shared",
        "-r",
        "2d",
        "--no-appeal",
        "--format",
    ];
    let with = |format: &'static str| {
        let mut arguments = gate.to_vec();
        arguments.push(format);
        run(&arguments, &moto.url(), &xray.url())
    };
    let told = report(&with("json"), 3);
    let scanned = &told["evidence"]["scanned"];
    assert_eq!(scanned["traces"], 3 * TRACES);
    assert_eq!(scanned["about_usd"], "0.01");
    assert!(
        scanned["price"]
            .as_str()
            .is_some_and(|price| price.contains("2026")),
        "{scanned}"
    );
    let mut summary = gate.to_vec();
    summary.extend(["text", "--summary"]);
    let summary = run(&summary, &moto.url(), &xray.url());
    for shown in [with("text"), with("markdown"), summary] {
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        assert!(
            shown.contains("X-Ray scanned 75 traces, which costs about 0.01 USD"),
            "{shown}"
        );
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("a path");
    let scan = ["scan", "-r", "24h", "-o", path];
    let shown = String::from_utf8_lossy(&run(&scan, &moto.url(), &xray.url()).stdout).into_owned();
    assert!(shown.contains("X-Ray scanned 75 traces"), "{shown}");

    // A week where nothing is asked for, and less where it is.
    let window = |arguments: &[&str]| {
        let mut all = vec!["gate", "--role", "shop-shared", "--format", "json"];
        all.extend(arguments);
        let told = report(&run(&all, &moto.url(), &xray.url()), 3);
        let time = |name: &str| -> jiff::Timestamp {
            told["window"][name]
                .as_str()
                .expect("a time")
                .parse()
                .expect("a time")
        };
        time("end").duration_since(time("start")).as_hours()
    };
    assert_eq!(window(&[]), 7 * 24);
    assert_eq!(window(&["-r", "30h"]), 30);
    let begin = jiff::Timestamp::from_second(now() - 21 * 3600)
        .expect("a time")
        .to_string();
    assert_eq!(window(&["-s", &begin, "-r", "20h"]), 20);
    let bounded = [
        "gate",
        "--role",
        "shop-shared",
        "--max-scanned",
        "20",
        "--format",
        "json",
    ];
    let bounded = report(&run(&bounded, &moto.url(), &xray.url()), 4);
    assert!(
        bounded["evidence"]["gaps"]
            .to_string()
            .contains("max-scanned"),
        "{bounded:#}"
    );
}
