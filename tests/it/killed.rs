//! A process that is killed while it edits a policy or a template leaves the old text or the new, never a part.

#![expect(clippy::disallowed_methods, reason = "the test is about files")]

use crate::{program, suggestions};
use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Times that a process is killed.
const KILLS: u32 = 60;

/// A policy with so much white space, which no quota counts, that writing it takes its time.
fn policy() -> String {
    let policy = serde_json::json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"},
        {"Effect": "Allow", "Action": "firehose:*", "Resource": "*"},
    ]});
    let text = serde_json::to_string_pretty(&policy).expect("it is JSON");
    text + &format!("{}\n", " ".repeat(99)).repeat(9_000)
}

/// A template of SAM's with so many comments that writing it takes its time.
fn template() -> String {
    let text = r#"Transform: AWS::Serverless-2016-10-31
Resources:
  Orders: {Type: AWS::DynamoDB::Table, Properties: {TableName: orders}}
  Shop:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: shop
      Handler: index.handler
      Runtime: nodejs22.x
      CodeUri: .
      Policies:
        - DynamoDBCrudPolicy: {TableName: !Ref Orders}
        - Statement:
            - {Effect: Allow, Action: "dynamodb:GetItem", Resource: !GetAtt Orders.Arn}
            - {Effect: Allow, Action: "firehose:*", Resource: "*"}
"#;
    text.to_owned() + &format!("# {}\n", "-".repeat(97)).repeat(9_000)
}

#[test]
fn a_killed_write_leaves_the_old_policy_or_the_new() {
    killed("policy.json", &policy());
}

#[test]
fn a_killed_write_leaves_the_old_template_or_the_new() {
    killed("template.yaml", &template());
}

fn killed(name: &str, old: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    let traces = suggestions::traces("DynamoDB GetItem table_name=orders");
    fs::write(folder.path().join("traces.json"), traces).expect("it can be written");
    let start = || {
        let arguments = [
            "gate",
            "--traces",
            "traces.json",
            "--policy-file",
            name,
            "--write",
        ];
        let mut command = program::command(&arguments);
        command
            .current_dir(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.spawn().expect("the program runs")
    };
    fs::write(&path, old).expect("it can be written");
    let begun = Instant::now();
    assert!(start().wait().expect("it ends").code() == Some(3));
    let whole = begun.elapsed();
    let new = fs::read_to_string(&path).expect("it is text");
    assert!(
        new.contains("GetItem") && !new.contains("firehose") && !new.contains("Crud"),
        "it is edited"
    );
    let (mut edited, mut kept) = (0, 0);
    for kill in 0..KILLS {
        fs::write(&path, old).expect("it can be written");
        let mut child = start();
        // Most of the kills fall near the end, where the file is written.
        let share = 0.7 + 0.4 * f64::from(kill) / f64::from(KILLS);
        sleep(Duration::from_secs_f64(whole.as_secs_f64() * share));
        // It may have ended by itself.
        let _ = child.kill();
        child.wait().expect("it ends");
        let found = fs::read_to_string(&path).expect("it is text");
        if found == new {
            edited += 1;
        } else {
            assert!(
                found == old,
                "torn: {} bytes of {} or {}",
                found.len(),
                old.len(),
                new.len()
            );
            kept += 1;
        }
    }
    assert!(edited + kept == KILLS);
    for entry in fs::read_dir(folder.path()).expect("it is there").flatten() {
        let found = entry.file_name().to_string_lossy().into_owned();
        let known = [name, "traces.json"].contains(&found.as_str());
        assert!(
            known || found.starts_with(".aws-least-privilege-"),
            "{found} was left"
        );
    }
}
