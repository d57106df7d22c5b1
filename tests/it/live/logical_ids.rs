//! Policy files by the names of a stack's template, and by those of its functions and roles.

use super::moto::Moto;
use super::program::{sufficient, traces};
use super::shop::{Policies, Shop, allow};
use super::xray_server::{Behaviour, XrayServer};
use crate::program;
use serde_json::Value;
use std::fs;
use std::path::Path;

const CHECKOUT: &str = "policies:\n  logical-ids:\n    Checkout: checkout.json\n    Refund: refund.json\n    Report: report.json\n";

fn gated(
    folder: &Path,
    moto: &Moto,
    xray: &XrayServer,
    config: &str,
) -> (Option<i32>, Value, String) {
    fs::write(folder.join(".least-privilege.yml"), config).expect("it can be written");
    let mut command = program::command(&["gate", "--format", "json"]);
    let ran = command
        .current_dir(folder)
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ENDPOINT_URL", moto.url())
        .env("AWS_ENDPOINT_URL_XRAY", xray.url())
        .output()
        .expect("the program runs");
    let report = serde_json::from_slice(&ran.stdout).unwrap_or(Value::Null);
    let told = String::from_utf8_lossy(&ran.stderr).into_owned();
    (ran.status.code(), report, told)
}

/// The files that stand for each role of a report, and what is too much in them.
fn judged(report: &Value) -> Vec<(String, Vec<String>)> {
    let texts = |value: &Value| -> Vec<String> {
        let list = value.as_array().expect("a list");
        list.iter()
            .map(|text| text.as_str().expect("text").to_owned())
            .collect()
    };
    let roles = report["roles"].as_array().expect("roles");
    let judged = roles.iter().map(|role| {
        let excess = role["excess"].as_array().expect("excess");
        let actions = excess.iter().flat_map(|finding| texts(&finding["actions"]));
        (texts(&role["policy_files"]).join(" "), actions.collect())
    });
    let mut judged: Vec<_> = judged.collect();
    judged.sort();
    judged
}

#[test]
fn files_are_found_by_the_names_of_the_template_and_by_the_real_ones() {
    let moto = Moto::start();
    let shop = Shop::create(&moto, &Policies::default());
    let seen = traces(&["checkout", "refund", "audit", "report"]);
    let xray = XrayServer::start(seen, Behaviour::default());
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, policy: &Value| {
        fs::write(folder.path().join(name), policy.to_string()).expect("it can be written");
    };
    write("checkout.json", &sufficient(&shop));
    write(
        "refund.json",
        &allow(
            &["dynamodb:PutItem", "sqs:PurgeQueue"],
            &[
                "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
                "arn:aws:sqs:eu-west-1:123456789012:orders",
            ],
        ),
    );
    write("report.json", &allow(&["firehose:*"], &["*"]));
    write("shared.json", &allow(&["kinesis:*"], &["*"]));
    let gate = |config: &str| {
        gated(
            folder.path(),
            &moto,
            &xray,
            &format!("stack: shop\n{config}"),
        )
    };

    let (code, by_template, told) = gate(CHECKOUT);
    assert_eq!(code, Some(3), "{told}");
    let found = judged(&by_template);
    let files: Vec<&str> = found.iter().map(|(file, _)| file.as_str()).collect();
    assert_eq!(files, ["checkout.json", "refund.json", "report.json"]);
    assert!(
        found[1].1.contains(&"sqs:PurgeQueue".to_owned()),
        "{found:?}"
    );
    assert!(found[2].1.contains(&"firehose:*".to_owned()), "{found:?}");

    let by_name = CHECKOUT
        .replace("logical-ids", "functions")
        .replace("Checkout", "checkout")
        .replace("Refund", "refund")
        .replace("Report", "report");
    let (_, by_name, told) = gate(&by_name);
    assert_eq!(judged(&by_name), found, "{told}");

    // `Role` is the stack's own before that of the stack nested in it.
    let (code, of_roles, told) = gate(
        "policies:\n  logical-ids: {Role: shared.json}\n  roles: {shop-report: report.json}\n",
    );
    assert_eq!(code, Some(3), "{told}");
    let roles = of_roles["roles"].as_array().expect("roles");
    let held: Vec<(&str, &str)> = roles
        .iter()
        .map(|role| {
            (
                role["role"].as_str().expect("an ARN"),
                role["policy_files"][0].as_str().expect("a file"),
            )
        })
        .collect();
    assert_eq!(
        held,
        [
            (shop.report_role_arn.as_str(), "report.json"),
            (shop.role_arn.as_str(), "shared.json")
        ]
    );

    let (code, _, told) = gate("policies:\n  logical-ids: {Chekout: checkout.json}\n");
    assert_eq!(code, Some(2), "{told}");
    assert!(
        told.contains("`Chekout`") && told.contains("Checkout, Refund, Report, Role"),
        "{told}"
    );
    let (code, _, told) = gated(
        folder.path(),
        &moto,
        &xray,
        "function: checkout\npolicies:\n  logical-ids: {Checkout: checkout.json}\n",
    );
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("--stack"), "{told}");
}
