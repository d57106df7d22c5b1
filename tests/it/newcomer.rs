//! What somebody who uses it for the first time stumbled on, each through the real program.

#![expect(clippy::disallowed_methods, reason = "policies are files")]

use crate::program::{self, unwrapped};
use crate::suggestions;
use std::fs;
use std::process::Output;

const SHOP: &str = "examples/shop/shop-role.json";
const TRACES: &str = "examples/shop/traces";

fn run(arguments: &[&str]) -> Output {
    let mut command = program::command(arguments);
    command.output().expect("the program runs")
}

fn stdout(ran: &Output) -> String {
    unwrapped(&String::from_utf8_lossy(&ran.stdout))
}

fn stderr(ran: &Output, code: i32) -> String {
    let stderr = unwrapped(&String::from_utf8_lossy(&ran.stderr));
    assert_eq!(ran.status.code(), Some(code), "{stderr}");
    stderr
}

#[test]
fn a_file_of_nobody_says_whose_calls_it_is_compared_with() {
    let told = stdout(&run(&["gate", "--traces", TRACES, "--policy-file", SHOP]));
    let line = "No function was named, so examples/shop/shop-role.json is compared with what all 4 functions in the traces need. \
                Name those that use it: --function checkout --function notify --function refunds --function report";
    assert!(told.contains(line), "{told}");
    let named = [&["gate"][..], &program::shop(SHOP)].concat();
    let told = stdout(&run(&named));
    assert!(!told.contains("No function was named"), "{told}");
}

#[test]
fn what_passes_has_nothing_to_fix() {
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
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["dynamodb:GetItem", "sqs:SendMessage"], "Resource": "*"}]}"#,
    );
    let gate = |fail_on: &str| {
        let arguments = [
            "gate",
            "--traces",
            "traces.json",
            "--policy-file",
            "policy.json",
            "--fail-on",
            fail_on,
        ];
        let mut command = program::command(&arguments);
        stdout(
            &command
                .current_dir(folder.path())
                .output()
                .expect("the program runs"),
        )
    };
    let failed = gate("medium");
    assert!(
        failed.contains("FAIL") && failed.contains("How to fix"),
        "{failed}"
    );
    let passed = gate("critical");
    assert!(
        passed.contains("PASS") && !passed.contains("How to fix"),
        "{passed}"
    );
}

/// The short help is one screen with examples, and the long one has every flag below what it is for.
#[test]
fn the_help_of_the_gate_is_grouped_and_the_short_one_is_short() {
    let short = run(&["gate", "-h"]);
    let short = String::from_utf8_lossy(&short.stdout).into_owned();
    assert!(short.lines().count() <= 62, "{short}");
    assert!(short.contains("\nExamples:\n"), "{short}");
    assert!(!short.contains("--max-scanned"), "{short}");
    let long = run(&["gate", "--help"]);
    let long = String::from_utf8_lossy(&long.stdout).into_owned();
    let (mut group, mut flags) = ("", Vec::new());
    for line in long.lines() {
        if line.ends_with(':') && !line.starts_with(' ') {
            group = line.trim_end_matches(':');
        }
        let listed = line.starts_with("  ") && line.trim_start().starts_with('-');
        let mut words = line.split_whitespace();
        if let Some(flag) = words.find(|word| listed && word.starts_with("--")) {
            flags.push((group, flag));
        }
    }
    for (group, flag) in [
        ("What to look at", "--stack"),
        ("What to look at", "--policy-file"),
        ("Evidence", "--traces"),
        ("AWS", "--max-scanned"),
        ("Verdict", "--fail-on"),
        ("Output", "--html-file"),
        ("Edits", "--write"),
    ] {
        assert!(flags.contains(&(group, flag)), "{group}: {flag}: {flags:?}");
    }
    let loose = flags.iter().filter(|(group, _)| *group == "Options");
    assert_eq!(loose.count(), 1, "--help alone");
}

/// What is proposed to keep findings is for those that fail, and is refused until somebody says why.
#[test]
fn a_proposed_entry_is_of_what_fails_and_wants_a_reason() {
    let ran = run(&["gate", "--traces", TRACES, "--policy-file", SHOP]);
    let told = String::from_utf8_lossy(&ran.stdout).into_owned();
    let entries: Vec<&str> = told
        .lines()
        .filter(|line| line.contains("- {role:"))
        .collect();
    assert!(entries.len() > 3, "{told}");
    let mut low = entries
        .iter()
        .filter(|entry| entry.contains("dynamodb:BatchGetItem"));
    assert!(told.contains("low       dynamodb:BatchGetItem"), "{told}");
    assert_eq!(low.next(), None);

    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("config.yml");
    let written = |text: String| fs::write(&config, text).expect("it can be written");
    let gate = |code| {
        let config = config.to_str().expect("UTF-8");
        let policy = ["--traces", TRACES, "--policy-file", SHOP];
        let ran = run(&[&["gate", "--config", config], &policy[..]].concat());
        stderr(&ran, code)
    };
    let proposed = format!("accept:\n{}\n", entries.join("\n"));
    written(proposed.clone());
    let told = gate(2);
    for said in [
        "line 2, column",
        "`accept[1].reason` still has the words of the proposed entry",
        "hint: say in your own words",
    ] {
        assert!(told.contains(said), "{told}");
    }
    written(proposed.replace("why it is needed", "orders are exported in May"));
    gate(0);
}

/// After an edit the report neither asks for it nor tells how to have it, and no line says that an edited file was left.
#[test]
fn an_edit_is_told_once_and_as_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let template = folder.path().join("template.yaml");
    fs::copy("examples/shop/template.yaml", &template).expect("it can be copied");
    let template = template.to_str().expect("UTF-8");
    let gate = ["gate", "--traces", TRACES, "--policy-file", template];
    let before = run(&gate);
    let told = stdout(&before);
    assert!(told.contains("Edit the policy as suggested"), "{told}");
    assert!(told.contains("with --write edits the files"), "{told}");
    let edited = run(&[&gate[..], &["--write"]].concat());
    let told = stdout(&edited);
    assert!(
        told.contains("The policy was edited as suggested"),
        "{told}"
    );
    assert!(told.contains("Edited: "), "{told}");
    assert!(!told.contains("--write"), "{told}");
    let told = stderr(&edited, 3);
    assert!(
        told.contains(&format!("edited {template} as suggested")),
        "{told}"
    );
    assert!(told.contains("no edit for ReportRole in "), "{told}");
    assert!(!told.contains("as it is"), "{told}");
}

/// What is dead stays where it is named: the edit adds none, and says of none that it is needed.
#[test]
fn an_edit_leaves_no_dead_grant_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = folder.path().join("role.json");
    fs::copy(SHOP, &policy).expect("it can be copied");
    let policy = policy.to_str().expect("UTF-8");
    let gate = ["gate", "--traces", TRACES, "--policy-file", policy];
    let dead = |ran: &Output| {
        let report = serde_json::from_slice(&ran.stdout);
        let report: serde_json::Value = report.expect("it is a report");
        report["roles"][0]["dead"].as_array().expect("a list").len()
    };
    let json = ["--format", "json"];
    let before = dead(&run(&[&gate[..], &json].concat()));
    run(&[&gate[..], &["--write"]].concat());
    let after = run(&[&gate[..], &json].concat());
    assert_eq!(after.status.code(), Some(0));
    assert!(dead(&after) <= before, "{}", stdout(&after));
}

#[test]
fn an_action_that_is_misspelt_is_told() {
    for (asked, said) in [
        (
            "s3:GetObjet",
            "the catalogue knows no action `s3:GetObjet` hint: did you mean `s3:GetObject`?",
        ),
        (
            "s4:GetObject",
            "the catalogue knows no action `s4:GetObject` hint: an action is a service prefix",
        ),
    ] {
        let arguments = [
            "explain",
            "checkout",
            asked,
            "--traces",
            TRACES,
            "--policy-file",
            SHOP,
        ];
        let ran = run(&arguments);
        let told = stderr(&ran, 2);
        assert!(told.contains(said), "{told}");
        assert!(ran.stdout.is_empty(), "nothing is explained");
    }
    // What a policy has as it is typed may be newer than the catalogue, or what the policy has wrong.
    let arguments = [
        "explain",
        "checkout",
        "s3:HeadObject",
        "--traces",
        TRACES,
        "--policy-file",
        SHOP,
    ];
    let ran = run(&arguments);
    let told = stderr(&ran, 0);
    assert!(told.contains("it is explained as it is written"), "{told}");
    assert!(stdout(&ran).contains("dead"), "{}", stdout(&ran));
    let arguments = [
        "explain",
        "checkout",
        "s3:Get*",
        "--traces",
        TRACES,
        "--policy-file",
        SHOP,
    ];
    let told = stderr(&run(&arguments), 0);
    assert!(!told.contains("catalogue"), "{told}");
}

#[test]
fn roles_without_the_action_are_one_line() {
    let template = "examples/shop/template.yaml";
    let arguments = ["--traces", TRACES, "--policy-file", template];
    let of_one = [&["explain", "firehose:PutRecord"], &arguments[..]].concat();
    let told = stdout(&run(&of_one));
    assert!(told.contains("FAIL ShopRole"), "{told}");
    assert!(!told.contains("PASS"), "{told}");
    let line = "firehose:PutRecord is neither granted to nor needed by ReportRole";
    assert!(told.contains(line), "{told}");
    let elsewhere = [&["explain", "ec2:RunInstances"], &arguments[..]].concat();
    let told = stdout(&run(&elsewhere));
    let line = "ec2:RunInstances is neither granted to nor needed by ShopRole, ReportRole";
    assert_eq!(told.trim(), line);
    let whole = [&["explain"], &arguments[..]].concat();
    let told = stdout(&run(&whole));
    assert!(told.contains("PASS ReportRole"), "{told}");
}

#[test]
fn lines_of_explain_are_wrapped() {
    let arguments = ["explain", "--traces", TRACES, "--policy-file", SHOP];
    let ran = run(&arguments);
    let told = String::from_utf8_lossy(&ran.stdout).into_owned();
    let long = told.lines().filter(|line| line.chars().count() > 100);
    // A word is never broken.
    let long: Vec<&str> = long.filter(|line| line.trim().contains(' ')).collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn policy_files_alone_lack_traces_rather_than_a_region() {
    let told = stderr(&run(&["gate", "--policy-file", SHOP]), 1);
    for said in [
        "there is nothing to compare the policy with: no saved traces are given, and AWS cannot be asked for any",
        "give saved traces with --traces PATH, or access to AWS",
    ] {
        assert!(told.contains(said), "{told}");
    }
}

#[test]
fn a_misspelt_path_is_told_with_the_file_that_is_there() {
    let arguments = [
        "gate",
        "--traces",
        TRACES,
        "--policy-file",
        "examples/shop/shop-rol.json",
    ];
    let told = stderr(&run(&arguments), 2);
    assert!(
        told.contains("did you mean `examples/shop/shop-role.json`?"),
        "{told}"
    );
}

#[test]
fn a_profile_that_is_named_is_meant_whatever_the_environment_has() {
    let home = tempfile::tempdir().expect("a folder");
    let files = [
        ("config", "[profile work]\nregion = eu-west-1\n"),
        (
            "credentials",
            "[work]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n",
        ),
    ];
    for (name, text) in files {
        fs::write(home.path().join(name), text).expect("it can be written");
    }
    let ask = |profile: &str| {
        let mut command = program::command(&["doctor", "--profile", profile]);
        command
            .env("AWS_CONFIG_FILE", home.path().join("config"))
            .env(
                "AWS_SHARED_CREDENTIALS_FILE",
                home.path().join("credentials"),
            )
            .env("AWS_ACCESS_KEY_ID", "AKIDOTHER")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_MAX_ATTEMPTS", "1")
            .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9");
        let ran = command.output().expect("the program runs");
        (ran.status.code(), stdout(&ran))
    };
    let (code, told) = ask("wrok");
    assert_eq!(code, Some(1), "{told}");
    assert!(
        told.contains("There is no AWS profile `wrok`.") && told.contains("have work"),
        "{told}"
    );
    // The profile has the region that nothing else names.
    let (code, told) = ask("work");
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("AWS does not answer"), "{told}");
}
