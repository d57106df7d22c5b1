//! Deployed roles through the Action: the text that IAM keeps is on one line, and what people read has lines.

use super::moto::Moto;
use super::program::traces;
use super::shop::{Policies, Shop, allow, runtime};
use super::xray_server::{Behaviour, XrayServer};
use crate::action::step::{Ran, Step};
use crate::github::events::{comments, on, repository};
use crate::github::server::GitHubServer;
use crate::program;
use aws_sdk_iam::Client as Iam;
use std::fs;

const OF_AWS: &str = "arn:aws:iam::aws:policy/AmazonS3FullAccess";

/// A stack whose shared role has too much in its own policies and in one of AWS's, and lacks what its event source needs.
fn stack(moto: &Moto) -> Shop {
    let policies = Policies {
        managed: allow(&["dynamodb:*"], &["*"]),
        inline: allow(&["kinesis:PutRecord"], &["*"]),
        ..Policies::default()
    };
    let shop = Shop::create(moto, &policies);
    let attach = Iam::new(&moto.sdk())
        .attach_role_policy()
        .role_name(&shop.role)
        .policy_arn(OF_AWS);
    runtime().block_on(attach.send()).expect("moto attaches it");
    shop
}

fn judged(moto: &Moto, xray: &XrayServer) -> (Ran, String) {
    let repository = repository(None);
    let server = GitHubServer::plain(repository);
    let ran = on(&server, Step::of("pull_request"), "pull_request", 1)
        .with("stack", "shop")
        .with("scope", "all")
        .set("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .set("AWS_SECRET_ACCESS_KEY", "secret")
        .set("AWS_REGION", "eu-west-1")
        .set("AWS_ENDPOINT_URL", &moto.url())
        .set("AWS_ENDPOINT_URL_XRAY", &xray.url())
        .run();
    let comment = comments(&server).concat();
    (ran, comment)
}

#[test]
fn deployed_roles_are_told_in_lines_by_name_and_with_what_judges_the_pull_request() {
    let moto = Moto::start();
    let shop = stack(&moto);
    let seen = traces(&["checkout", "refund", "audit", "report"]);
    let xray = XrayServer::start(seen, Behaviour::default());
    let (ran, comment) = judged(&moto, &xray);
    ran.assert_code(3);

    let first: Vec<&str> = comment.lines().take(8).collect();
    let first = first.join("\n");
    assert!(first.contains("`policy-file`"), "{first}");

    // IAM has each document on one line.
    for told in [&comment, &ran.stdout, &ran.summary] {
        assert!(!told.contains(r#"{"Version""#), "{told}");
        assert!(!told.contains(r#""Statement": [{"#), "{told}");
    }
    assert!(comment.contains("\n@@ -"), "{comment}");
    assert!(
        comment.contains("\n-        \"kinesis:PutRecord\""),
        "{comment}"
    );
    assert!(
        comment.contains("(`shop-shared/inline` line 5)"),
        "{comment}"
    );

    // What is AWS's own cannot be edited: it is attached, and where.
    let attached = "`service-role/AWSLambdaBasicExecutionRole` is AWS's own policy: detach it from `shop-shared`";
    assert!(comment.contains(attached), "{comment}");
    assert!(
        comment.contains("(AWS's policy `AmazonS3FullAccess`)"),
        "{comment}"
    );

    // Nobody called the queue; the event source does.
    let mut lines = comment.lines();
    let needed = lines.find(|line| line.starts_with("- `sqs:ReceiveMessage`"));
    assert!(
        needed.is_some_and(|line| line.contains("its settings need it")),
        "{comment}"
    );
    for told in [&comment, &ran.stdout, &ran.summary] {
        assert!(!told.contains("called 0 times"), "{told}");
    }

    let folder = tempfile::tempdir().expect("a folder");
    let suggested = folder.path().join("suggested");
    let out = program::command(&["gate", "--stack", "shop", "--suggest-dir"])
        .arg(&suggested)
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ENDPOINT_URL", moto.url())
        .env("AWS_ENDPOINT_URL_XRAY", xray.url())
        .output()
        .expect("the program runs");
    assert_eq!(out.status.code(), Some(3));
    let of_role = suggested.join(&shop.role);
    let files: Vec<_> = fs::read_dir(&of_role)
        .unwrap_or_else(|error| panic!("{}: {error}", of_role.display()))
        .map(|entry| entry.expect("an entry").path())
        .collect();
    assert!(!files.is_empty());
    for file in files {
        let text = fs::read_to_string(&file).expect("a suggestion");
        assert!(text.lines().count() > 5, "{}: {text}", file.display());
    }
}
