//! A `Deny` that takes away what was called is named where people read: policy, line and `Sid`.

use crate::program;

fn told(case: &str, format: &str) -> String {
    let folder = format!("{}/tests/cases/gate/{case}", env!("CARGO_MANIFEST_DIR"));
    let traces = if case == "deny-of-what-was-called" {
        "../twenty-traces.jsonl"
    } else {
        "../fail-on-missing-and-denied/traces.json"
    };
    let arguments = [
        "gate",
        "--traces",
        traces,
        "--policy-file",
        "policy.json",
        "--format",
        format,
    ];
    let ran = program::command(&arguments)
        .current_dir(folder)
        .output()
        .expect("the program runs");
    String::from_utf8(ran.stdout).expect("it prints UTF-8")
}

#[test]
fn the_deny_of_what_was_called_is_named() {
    let case = "deny-of-what-was-called";
    let text = program::unwrapped(&told(case, "text"));
    assert!(
        text.contains("called 20 times, taken away here by the Deny in policy.json:9"),
        "{text}"
    );
    assert!(!text.contains("policy.json:9 ("), "it has no Sid: {text}");
    let markdown = told(case, "markdown");
    assert!(
        markdown.contains("called 20 times, taken away here by the Deny in `policy.json` line 9 |"),
        "{markdown}"
    );
}

#[test]
fn the_deny_of_what_aws_denied_is_named_with_its_sid() {
    let case = "deny-of-what-aws-denied";
    let text = program::unwrapped(&told(case, "text"));
    assert!(
        text.contains("by the Deny in policy.json:9 (NoSecrets)"),
        "{text}"
    );
    let markdown = told(case, "markdown");
    assert!(
        markdown.contains("by the Deny in `policy.json` line 9 (`NoSecrets`) |"),
        "{markdown}"
    );
}
