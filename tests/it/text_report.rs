//! The text report as it is seen: widths, colours, how much of it, and what it says first and last.

use crate::program::{self, shop};
use crate::reports;
use aws_least_privilege::exit::Exit;
use aws_least_privilege::judge::Verdict;
use aws_least_privilege::report::text::render;
use aws_least_privilege::report::text::shape::{Detail, Shape};
use aws_least_privilege::report::{Report, Suggested};
use std::fs;
use std::process::Output;

const POLICY: &str = "examples/shop/shop-role.json";

fn gate(more: &[&str], environment: &[(&str, &str)]) -> Output {
    let arguments = [&["gate"], shop(POLICY).as_slice(), more].concat();
    let mut command = program::command(&arguments);
    command.envs(environment.iter().copied());
    command.output().expect("the program runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("it prints UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("it prints UTF-8")
}

/// The lines that are wrapped: not the diff, nor a command, nor an entry of the configuration.
fn prose(told: &str) -> Vec<&str> {
    let before = told.split("\nSuggested for").next().unwrap_or_default();
    let after = told.split("\nThe same command").nth(1).unwrap_or_default();
    let is_entry = |line: &str| {
        let keys = [
            "accept:",
            "- role:",
            "- {role:",
            "actions:",
            "resources:",
            "reason:",
            "until:",
        ];
        line.starts_with("    ") && keys.iter().any(|key| line.trim_start().starts_with(key))
    };
    let is_command = |line: &str| line.trim_start().starts_with("aws-least-privilege ");
    let lines = before.lines().chain(after.lines());
    lines
        .filter(|line| !is_entry(line) && !is_command(line))
        .collect()
}

#[test]
fn lines_fit_the_width_and_no_word_is_broken() {
    let words =
        |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
    let widest = words(&stdout(&gate(&[], &[("COLUMNS", "120")])));
    for (columns, width) in [("80", 80), ("100", 100), ("120", 120), ("200", 120)] {
        let told = stdout(&gate(&[], &[("COLUMNS", columns)]));
        for line in prose(&told) {
            let is_one_word = line.split_whitespace().count() == 1;
            assert!(
                line.chars().count() <= width || is_one_word,
                "{width}: {line}"
            );
        }
        assert_eq!(words(&told), widest, "the same words at every width");
    }
}

#[test]
fn a_pipe_has_a_width_of_its_own() {
    let told = stdout(&gate(&[], &[]));
    assert_eq!(told, stdout(&gate(&[], &[("COLUMNS", "100")])));
    assert_ne!(told, stdout(&gate(&[], &[("COLUMNS", "80")])));
}

#[test]
fn the_verdict_is_first_and_last() {
    let told = stdout(&gate(&[], &[("COLUMNS", "120")]));
    assert!(
        told.starts_with("FAIL  examples/shop/shop-role.json\n"),
        "{told}"
    );
    let last = program::unwrapped(told.rsplit("\n\n").next().unwrap_or_default());
    assert!(
        last.starts_with("FAIL 1 role: 1 fails; granted beyond what was called: 1 critical"),
        "{last}"
    );
    assert!(last.ends_with("Exit code 3: the gate failed."), "{last}");
}

#[test]
fn the_diff_is_whole() {
    let told = stdout(&gate(&[], &[]));
    assert!(!told.contains("more lines"), "{told}");
    assert_eq!(told.matches("\n@@ ").count(), 5, "{told}");
}

#[test]
fn less_is_told_where_less_is_wanted() {
    let quiet = gate(&["--quiet"], &[("COLUMNS", "200")]);
    assert_eq!(quiet.status.code(), Some(3));
    assert!(
        stdout(&quiet).starts_with("FAIL  1 role: 1 fails;"),
        "{quiet:?}"
    );
    assert_eq!(stderr(&quiet), "");
    let summary = stdout(&gate(&["--summary"], &[]));
    assert!(summary.contains("\n  verdict "), "{summary}");
    assert!(
        summary.contains("  examples/shop/shop-role.json\n"),
        "{summary}"
    );
    assert!(!summary.contains("iam:PassRole"), "{summary}");
    let refused = gate(&["--summary", "--format", "json"], &[]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        stderr(&refused).contains("--summary is for --format text"),
        "{refused:?}"
    );
}

#[test]
fn colour_is_as_it_was_asked_for() {
    let coloured = |more: &[&str], environment| stdout(&gate(more, environment)).contains('\u{1b}');
    assert!(coloured(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!coloured(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(coloured(&["--color", "auto"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&["--color", "auto"], &[]));
    let plain = gate(&[], &[]);
    let styled = stdout(&gate(&["--color", "always"], &[]));
    let without: String = anstream_less(&styled);
    assert_eq!(without, stdout(&plain), "styles move nothing");
}

/// Text without `ESC [ numbers m`.
fn anstream_less(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
    }
    out
}

/// A report of so many roles that fail, and as many that pass.
fn of_roles(failing: usize, passing: usize) -> Report {
    let mut report = reports::of_text("x");
    let one = report.roles.remove(0);
    for number in 0..failing + passing {
        let mut role = one.clone();
        role.role = Some(format!("arn:aws:iam::111122223333:role/role-{number}"));
        role.insufficient.clear();
        role.unread = None;
        let policy = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
        role.suggested = vec![Suggested {
            policy: policy.to_owned(),
            document: Some("{}".to_owned()),
            diff: Some("-a\n+b".to_owned()),
            ..Suggested::default()
        }];
        if number >= failing {
            role.verdict = Verdict::Pass;
            role.excess.clear();
        }
        report.roles.push(role);
    }
    report
}

#[test]
fn many_roles_are_a_table_and_the_worst() {
    let report = of_roles(5, 4);
    let told = anstream_less(&render(&report, &Shape::new(Exit::GateFailed)));
    assert!(
        told.starts_with("FAIL  9 roles: 5 fail, 4 pass\n\n  verdict "),
        "{told}"
    );
    let rows = told
        .lines()
        .filter(|line| line.ends_with(|letter: char| letter.is_ascii_digit()));
    assert_eq!(
        rows.filter(|line| line.contains("  role-")).count(),
        9,
        "{told}"
    );
    assert_eq!(told.matches("\nFAIL  arn:aws:iam").count(), 3, "{told}");
    assert!(
        told.contains("6 more roles: --all shows every role in full"),
        "{told}"
    );
    let mut all = Shape::new(Exit::GateFailed);
    all.detail = Detail::All;
    let told = anstream_less(&render(&report, &all));
    assert_eq!(told.matches("\nFAIL  arn:aws:iam").count(), 5, "{told}");
    assert!(!told.contains("more roles"), "{told}");
}

#[test]
fn one_cause_has_one_suggestion() {
    let told = anstream_less(&render(&of_roles(3, 0), &Shape::new(Exit::GateFailed)));
    assert_eq!(told.matches("Suggested for").count(), 1, "{told}");
    assert!(
        told.contains("Suggested for AWSLambdaBasicExecutionRole in role-0, role-1, role-2"),
        "{told}"
    );
    assert!(
        told.contains("AWS manages AWSLambdaBasicExecutionRole: detach it from"),
        "{told}"
    );
}

#[test]
fn few_roles_are_told_whole_as_before() {
    let told = anstream_less(&render(&of_roles(2, 3), &Shape::new(Exit::GateFailed)));
    assert!(
        told.starts_with("FAIL  arn:aws:iam::111122223333:role/role-0\n"),
        "{told}"
    );
    assert!(!told.contains("verdict "), "{told}");
}

#[test]
fn what_was_edited_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = folder.path().join("role.json");
    fs::copy(POLICY, &policy).expect("it can be copied");
    let path = policy.to_str().expect("the path is text");
    let traces = "examples/shop/traces";
    let arguments = ["gate", "--traces", traces, "--policy-file", path, "--write"];
    let written = program::command(&arguments).output().expect("it runs");
    let told = stdout(&written).replace("\n  ", " ");
    assert!(told.contains(&format!("Edited: {path}.")), "{told}");
    assert!(told.contains("how it was before the edit"), "{told}");
    assert!(
        told.contains("No function was named, so") && told.contains("--function checkout"),
        "{told}"
    );
    let fixed = gate(&[], &[]);
    assert!(!stdout(&fixed).contains("Edited:"), "{fixed:?}");
}

fn of_template(more: &[&str]) -> Output {
    let traces = "examples/shop/traces";
    let first = [
        "gate",
        "--traces",
        traces,
        "--policy-file",
        "examples/shop/template.yaml",
    ];
    let arguments = [&first, more].concat();
    program::command(&arguments).output().expect("it runs")
}

#[test]
fn parameters_that_nothing_declares_are_refused() {
    let wrong = of_template(&["--parameter", "AWS::StackNam=shop"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        stderr(&wrong).contains("did you mean `AWS::StackName`?"),
        "{}",
        stderr(&wrong)
    );
    let right = of_template(&["--parameter", "AWS::StackName=shop"]);
    assert_eq!(right.status.code(), Some(3), "{}", stderr(&right));
}

#[test]
fn a_function_that_is_named_says_nothing_of_others() {
    let one = of_template(&["--function", "refunds"]);
    let told = stdout(&one);
    assert!(!told.contains("in none of the traces"), "{told}");
    assert_eq!(one.status.code(), Some(3), "{told}");
    assert!(!told.contains("ReportRole"), "{told}");
}

#[test]
fn files_that_are_not_read_say_what_to_give() {
    let folder = tempfile::tempdir().expect("a folder");
    let hint = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("it can be written");
        hint_of(path.to_str().expect("the path is text"))
    };
    let serverless = hint("serverless.yml", "service: shop\nprovider:\n  name: aws\n");
    assert!(
        serverless.contains(".serverless/cloudformation-template-update-stack.json"),
        "{serverless}"
    );
    let terraform = hint("main.tf", "resource \"aws_iam_policy\" \"p\" {\n}\n");
    assert!(
        terraform.contains("Terraform is not read yet"),
        "{terraform}"
    );
    let path = folder.path().to_str().expect("the path is text");
    let empty = hint_of(path);
    assert!(empty.contains("is a folder"), "{empty}");
    assert!(empty.contains("{function}.json"), "{empty}");
}

fn hint_of(policy: &str) -> String {
    let traces = "examples/shop/traces";
    let arguments = ["gate", "--traces", traces, "--policy-file", policy];
    let refused = program::command(&arguments).output().expect("it runs");
    assert_eq!(refused.status.code(), Some(2), "{policy}");
    stderr(&refused)
}

#[test]
fn only_the_lines_of_what_is_left_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": [
  "sqs:PurgeQueue",
  "sqs:DeleteQueue"
], "Resource": "*"}]}"#;
    let config = "accept:\n  - actions: [\"sqs:PurgeQueue\"]\n    resources: [\"*\"]\n    reason: tidying\n    until: 2099-01-01\n";
    fs::write(folder.path().join("role.json"), policy).expect("it can be written");
    fs::write(folder.path().join(".least-privilege.yml"), config).expect("it can be written");
    let traces = fs::canonicalize("examples/shop/traces").expect("it is there");
    let traces = traces.to_str().expect("the path is text");
    let arguments = ["gate", "--traces", traces, "--policy-file", "role.json"];
    let mut command = program::command(&arguments);
    let gate = command
        .current_dir(folder.path())
        .output()
        .expect("it runs");
    let told = stdout(&gate);
    assert!(told.contains("sqs:DeleteQueue on *"), "{told}");
    assert!(told.contains("line 3:"), "{told}");
    assert!(!told.contains("line 2"), "{told}");
    assert!(!told.contains("lines 2"), "{told}");
}

#[test]
fn two_statements_in_one_line_are_one_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let statement = |sid: &str| {
        format!(
            r#"{{"Sid": "{sid}", "Effect": "Allow", "Action": "sqs:PurgeQueue", "Resource": "*"}}"#
        )
    };
    let policy = format!(
        "{{\"Version\": \"2012-10-17\", \"Statement\": [{}, {}]}}",
        statement("A"),
        statement("B")
    );
    fs::write(folder.path().join("role.json"), policy).expect("it can be written");
    let traces = fs::canonicalize("examples/shop/traces").expect("it is there");
    let traces = traces.to_str().expect("the path is text");
    for (format, place) in [("text", "line 1"), ("markdown", "line 1")] {
        let arguments = [
            "gate",
            "--format",
            format,
            "--traces",
            traces,
            "--policy-file",
            "role.json",
        ];
        let mut command = program::command(&arguments);
        let gate = command.current_dir(folder.path()).output();
        let told = stdout(&gate.expect("it runs"));
        assert!(told.contains(place), "{told}");
        for twice in ["lines 1, 1", "line 1, line 1"] {
            assert!(!told.contains(twice), "{told}");
        }
    }
}
