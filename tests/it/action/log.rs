//! No line of the log can be read as a command, but for our own.

use super::runner::{self, commands};
use super::step::Step;
use crate::program;
use aws_least_privilege::deliver::log::guarded;
use aws_least_privilege::deliver::workflow_command::WorkflowCommand;
use proptest::prelude::*;
use std::fs;

/// What others would write to be obeyed.
const HOSTILE: [&str; 26] = [
    "::error::",
    "::add-mask::",
    "::stop-commands::x",
    "::set-env name=A::",
    "##[add-mask]",
    "##[group]",
    "##",
    "#",
    "[",
    "::",
    ":",
    " ",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{3000}",
    "\u{200b}",
    "\u{feff}",
    "\u{1b}[1m",
    "\u{b}",
    "%0A",
    "%",
];

fn hostile() -> impl Strategy<Value = String> {
    let part =
        prop_oneof![4 => prop::sample::select(&HOSTILE[..]).prop_map(str::to_owned), 1 => ".{0,4}"];
    prop::collection::vec(part, 0..10).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn t5_nothing_that_is_printed_is_a_command(text in hostile()) {
        let log = guarded(&text);
        prop_assert_eq!(commands(&log), vec![], "{:?}", log);
        prop_assert!(log.is_empty() || log.ends_with('\n'));
        prop_assert_eq!(guarded(&log), log, "what is guarded stays");
    }

    #[test]
    fn t5_a_command_of_ours_is_one_command(file in hostile(), title in hostile(), data in hostile()) {
        let line = WorkflowCommand::new("error", &data).with("file", file.as_str()).with("title", title.as_str()).to_string();
        let read = commands(&line);
        prop_assert_eq!(read.len(), 1, "{:?}", line);
        prop_assert_eq!(&read[0].name, "error");
        let names: Vec<&str> = read[0].properties.iter().map(|(name, _)| name.as_str()).collect();
        let ours = ["file", "title"].into_iter().zip([&file, &title]).filter(|(_, value)| !value.is_empty());
        prop_assert_eq!(names, ours.map(|(name, _)| name).collect::<Vec<_>>());
        prop_assert!(!line.contains(['\n', '\r']));
        prop_assert!(!line.contains("##["));
    }

    #[test]
    fn json_means_the_same_when_it_is_guarded(text in hostile(), key in hostile()) {
        let value = serde_json::json!({ key: [text] });
        let printed = serde_json::to_string_pretty(&value).expect("it is JSON");
        let read: serde_json::Value = serde_json::from_str(&guarded(&printed)).expect("it is JSON still");
        prop_assert_eq!(read, value);
    }

    #[test]
    fn plain_text_is_left_alone(text in "[ -\"$-9;-~\n]{0,60}") {
        let log = guarded(&text);
        prop_assert_eq!(log.trim_end_matches('\n'), text.trim_end_matches('\n'));
    }
}

/// A trace whose every name is hostile.
fn hostile_trace(text: &str) -> String {
    let trace = serde_json::json!({
        "id": "70de5b6f19ff9a0a", "trace_id": "1-5aaf0fa0-b6e00f54192cf79a38419e0f", "name": text,
        "start_time": 1.7e9, "end_time": 1.7e9, "origin": "AWS::Lambda::Function",
        "aws": {"function_arn": format!("arn:aws:lambda:eu-west-1:111122223333:function:{text}")},
        "subsegments": [{
            "id": "53995c3f42cd8ad8", "name": text, "namespace": "aws", "start_time": 1.7e9, "end_time": 1.7e9,
            "aws": {"operation": text, "table_name": text, "region": text}
        }]
    });
    trace.to_string()
}

/// A policy whose every name is hostile.
fn hostile_policy(text: &str) -> String {
    let policy = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": text, "Effect": "Allow", "Action": ["s3:GetObject", "s3:*"], "Resource": format!("arn:aws:s3:::{text}")},
            {"Sid": text, "Effect": "Allow", "Action": "dynamodb:*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/a": text}}}
        ]
    });
    policy.to_string()
}

#[test]
fn t5_names_from_traces_and_policies_are_no_commands() {
    for text in [
        "::add-mask::a",
        "\n::stop-commands::a",
        "a ##[add-mask]b",
        "\r\n ::error file=x::y",
        "\u{2028}::group::x",
        "#\u{200b}#[group]x",
        "\u{1b}[0m::warning::x\u{1b}[0m",
        "`::x::`\n##[error]",
    ] {
        let step = Step::of("push");
        fs::write(step.workspace().join("traces.json"), hostile_trace(text)).expect("a file");
        fs::write(step.workspace().join("role.json"), hostile_policy(text)).expect("a file");
        let ran = step
            .with("traces", "traces.json")
            .with("policy-file", "role.json")
            .set("RUNNER_DEBUG", "1")
            .set("CLICOLOR_FORCE", "1")
            .run();
        assert!(
            matches!(ran.code, Some(2..=4)),
            "{}\n{}",
            ran.stdout,
            ran.stderr
        );
        let obeyed = ran.commands();
        let ours = ["group", "endgroup", "error", "warning", "notice"];
        for command in &obeyed {
            assert!(ours.contains(&command.name.as_str()), "{command:?}");
            assert!(
                command
                    .property("file")
                    .is_none_or(|file| file == "role.json"),
                "{command:?}"
            );
        }
        let groups = ran.named("group");
        let titles: Vec<&str> = groups.iter().map(|group| group.data.as_str()).collect();
        assert!(
            titles == ["Configuration", "Report"] || titles == ["Configuration"],
            "{titles:?}"
        );
        assert_eq!(groups.len(), ran.named("endgroup").len());
    }
}

#[test]
fn t5_whatever_is_typed_is_no_command() {
    let typed: [&[&str]; 7] = [
        &["::add-mask::a"],
        &[
            "gate",
            "--traces",
            "\n::error::x",
            "--policy-file",
            "##[group]x",
        ],
        &["gate", "--fail-on", "\n::error::x"],
        &[
            "check",
            "--policy",
            "\r::error::x",
            "--action",
            "s3:GetObject",
            "--resource",
            "##[add-mask]a",
        ],
        &["compare", "\n::stop-commands::a", "##[add-mask]a"],
        &["whitelist", "--sdk", "node", "--service", "\n ::error::x"],
        &["scan", "--traces", "\u{2028}::error::##[add-path]x"],
    ];
    for arguments in typed {
        let ran = program::command(arguments)
            .env("GITHUB_ACTIONS", "true")
            .output()
            .expect("the program runs");
        let log = [ran.stdout, ran.stderr].concat();
        let log = String::from_utf8(log).expect("text");
        assert!(!log.is_empty(), "{arguments:?} says something");
        assert_eq!(commands(&log), [], "{arguments:?}: {log}");
        assert_ne!(ran.status.code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn commands_that_are_typed_print_the_same_for_a_runner() {
    let typed: [&[&str]; 5] = [
        &["--help"],
        &["gate", "--help"],
        &["completions", "zsh"],
        &["completions", "bash"],
        &["whitelist", "--sdk", "python"],
    ];
    for arguments in typed {
        let told = |actions: &str| {
            let ran = program::command(arguments)
                .env("GITHUB_ACTIONS", actions)
                .output();
            String::from_utf8(ran.expect("the program runs").stdout).expect("text")
        };
        assert_eq!(told("true"), told("false"), "{arguments:?}");
        assert!(runner::lines(&told("true")).count() > 5);
    }
}

#[test]
fn debug_logs_are_asked_for_by_the_runner() {
    let ran = Step::of_the_shop("shop-role.fixed.json")
        .set("RUNNER_DEBUG", "1")
        .run();
    ran.assert_code(0);
    let ran = Step::of("push")
        .with("stack", "shop")
        .set("AWS_REGION", "eu-west-1")
        .set("RUNNER_DEBUG", "1")
        .run();
    ran.assert_code(1);
}

#[test]
fn t17_tokens_and_keys_are_printed_nowhere() {
    let canaries = [
        ("INPUT_GITHUB-TOKEN", "ghs_canary0123456789"),
        ("AWS_SECRET_ACCESS_KEY", "canary/secret/key"),
        ("AWS_SESSION_TOKEN", "canary-session-token"),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "canary-request-token"),
        ("ACTIONS_RUNTIME_TOKEN", "canary-runtime-token"),
    ];
    let wrong: [&[(&str, &str)]; 6] = [
        &[],
        &[("fail-on", "worst")],
        &[("policy-file", "missing.json")],
        &[("traces", "missing")],
        &[("traces", ""), ("stack", "shop")],
        &[("traces", ""), ("policy-file", "")],
    ];
    for inputs in wrong {
        let mut step = Step::of_the_shop("shop-role.json");
        for (name, value) in canaries {
            step = step.set(name, value);
        }
        // Nobody listens there, so that every request fails.
        step = step
            .set("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .set("AWS_REGION", "eu-west-1")
            .set("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
            .set("AWS_MAX_ATTEMPTS", "1")
            .set("RUNNER_DEBUG", "1")
            .set("RUST_LOG", "trace")
            .set("RUST_BACKTRACE", "full");
        for (name, value) in inputs {
            step = step.with(name, value);
        }
        let ran = step.run();
        assert_ne!(ran.code, Some(0), "{inputs:?}");
        let everything = ran.everything();
        assert!(everything.len() > 100);
        for (name, value) in canaries {
            assert!(
                !everything.contains(value),
                "{name} with {inputs:?}: {everything}"
            );
        }
    }
}
