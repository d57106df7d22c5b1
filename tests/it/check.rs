//! `check` through the real program: every file of `tests/cases-check`, what it prints, and how it ends.
//!
//! A case has policies (a document, or YAML as text), a request, the decision, the statements that decide and, each as a part
//! of one note, the notes; a case without notes allows no doubt to be told.

#![expect(
    clippy::disallowed_methods,
    reason = "a case is a file, and its policies are written to files"
)]

use crate::program;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    why: String,
    policies: Vec<Value>,
    #[serde(default)]
    boundaries: Vec<Value>,
    #[serde(default)]
    scps: Vec<Value>,
    action: String,
    resource: String,
    #[serde(default)]
    context: BTreeMap<String, Value>,
    decision: String,
    statements: Vec<Value>,
    #[serde(default)]
    notes: Vec<String>,
}

/// What the program printed, and its exit code.
fn check(folder: &Path, arguments: &[String]) -> (String, String, Option<i32>) {
    let mut all = vec!["check".to_owned()];
    all.extend_from_slice(arguments);
    let ran = program::command(&all)
        .current_dir(folder)
        .output()
        .expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("it prints UTF-8");
    (text(ran.stdout), text(ran.stderr), ran.status.code())
}

/// Writes policies as `NAME-0.json`, `NAME-1.yaml`, ... and gives their names.
fn write(folder: &Path, name: &str, policies: &[Value]) -> Vec<String> {
    let write = |(index, policy): (usize, &Value)| {
        let (file, text) = match policy.as_str() {
            Some(yaml) => (format!("{name}-{index}.yaml"), yaml.to_owned()),
            None => (format!("{name}-{index}.json"), policy.to_string()),
        };
        fs::write(folder.join(&file), text).expect("the policy can be written");
        file
    };
    policies.iter().enumerate().map(write).collect()
}

fn strings(value: &Value) -> Vec<&str> {
    match value.as_array() {
        Some(values) => values.iter().filter_map(Value::as_str).collect(),
        None => value.as_str().into_iter().collect(),
    }
}

/// What is wrong with a case, if anything is.
fn problem(case: &Case) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mut arguments = vec!["--policy".to_owned()];
    arguments.extend(write(folder.path(), "identity", &case.policies));
    for (flag, name, policies) in [
        ("--boundary", "boundary", &case.boundaries),
        ("--scp", "scp", &case.scps),
    ] {
        for file in write(folder.path(), name, policies) {
            arguments.extend([flag.to_owned(), file]);
        }
    }
    for (key, values) in &case.context {
        for value in strings(values) {
            arguments.extend(["--context".to_owned(), format!("{key}={value}")]);
        }
    }
    let asked = ["--action", &case.action, "--resource", &case.resource];
    arguments.extend(asked.map(str::to_owned));
    let (people, _, _) = check(folder.path(), &arguments);
    let word = if case.decision == "Allowed" {
        "ALLOWED"
    } else {
        "DENIED"
    };
    if !people.starts_with(word) {
        return Some(format!("the text says {people}"));
    }
    arguments.extend(["--format".to_owned(), "json".to_owned()]);
    let (printed, stderr, code) = check(folder.path(), &arguments);
    let Ok(found) = serde_json::from_str::<Value>(&printed) else {
        return Some(format!("exit {code:?}: {stderr}"));
    };
    let place = |statement: &Value| {
        let file = statement["policy"].as_str().unwrap_or_default();
        let policy = file.split('.').next().unwrap_or_default();
        json!({"policy": policy, "statement": statement["statement"], "effect": statement["effect"]})
    };
    let statements = found["statements"].as_array().cloned().unwrap_or_default();
    let statements: Vec<Value> = statements.iter().map(place).collect();
    let exit = if case.decision == "Allowed" { 0 } else { 3 };
    let notes = strings(&found["notes"]);
    let told = case
        .notes
        .iter()
        .all(|part| notes.iter().any(|note| note.contains(part)));
    let doubts = notes.iter().any(|note| note.starts_with("in doubt"));
    let right = found["decision"] == case.decision.as_str()
        && statements == case.statements
        && code == Some(exit)
        && told
        && (!doubts || !case.notes.is_empty());
    (!right).then(|| format!("exit {code:?}: {printed}"))
}

#[test]
fn every_case_is_decided_as_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases-check");
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("the cases are there") {
        let path = entry.expect("the entry is readable").path();
        let text = fs::read_to_string(&path).expect("the case is text");
        let case: Case = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        count += 1;
        if let Some(problem) = problem(&case) {
            wrong.push(format!("{}: {}\n{problem}", path.display(), case.why));
        }
    }
    assert!(count >= 80, "only {count} cases were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn with_policies(policies: &[(&str, &str)], arguments: &str) -> (String, String, Option<i32>) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for (name, text) in policies {
        fs::write(folder.path().join(name), text).expect("the policy can be written");
    }
    let arguments: Vec<String> = arguments.split_whitespace().map(str::to_owned).collect();
    check(folder.path(), &arguments)
}

#[test]
fn a_denial_explains_itself() {
    let role = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "Own", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${aws:username}/*"},
    {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*",
     "Condition": {"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:PrincipalTag/team": "shop"}}},
    {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"},
    {"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::secret/*"}
  ]
}"#;
    let asked = "--policy role.json --action s3:GetObject --resource arn:aws:s3:::home/ana/x --context aws:PrincipalTag/team=red";
    let (printed, stderr, code) = with_policies(&[("role.json", role)], asked);
    assert_eq!((stderr.as_str(), code), ("", Some(3)));
    assert_eq!(
        printed,
        "\
DENIED: not allowed  s3:GetObject on arn:aws:s3:::home/ana/x
  no identity policy allows it
does not apply:
  role.json:4  Allow `Own` (identity policy)
      it names other resources: the variable `${aws:username}` has no value in the request's context
  role.json:5  Allow (identity policy)
      its condition `Bool aws:securetransport {\"true\"}` does not hold: `aws:securetransport` is not in the request's context
      its condition `StringEquals aws:principaltag/team {\"shop\"}` does not hold: `aws:principaltag/team` is `red`
1 statement of other actions
note: a policy of the resource itself could still allow it, and is not read here
"
    );
}

#[test]
fn an_explicit_denial_and_an_approval_name_their_statements() {
    let role = r#"{"Version": "2012-10-17", "Statement": [
  {"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"},
  {"Sid": "Old", "Effect": "Deny", "Action": "*", "Resource": "*",
   "Condition": {"DateLessThan": {"aws:TokenIssueTime": "2026-01-01"}}}]}"#;
    let asked = "--policy role.json --action sqs:SendMessage --resource arn:aws:sqs:eu-west-1:111122223333:q --context aws:TokenIssueTime=";
    let (printed, _, code) = with_policies(&[("role.json", role)], &format!("{asked}2025"));
    assert_eq!(code, Some(3));
    assert_eq!(
        printed,
        "\
DENIED by a statement  sqs:SendMessage on arn:aws:sqs:eu-west-1:111122223333:q
  role.json:3  Deny `Old` (identity policy) denies it
"
    );
    let (printed, _, code) = with_policies(&[("role.json", role)], &format!("{asked}2027"));
    assert_eq!(code, Some(0));
    assert_eq!(
        printed,
        "\
ALLOWED  sqs:SendMessage on arn:aws:sqs:eu-west-1:111122223333:q
  role.json:2  Allow `All` (identity policy) allows it
does not apply:
  role.json:3  Deny `Old` (identity policy)
      its condition `DateLessThan aws:tokenissuetime {\"2026-01-01\"}` does not hold: `aws:tokenissuetime` is `2027`
"
    );
}

#[test]
fn what_cannot_be_read_ends_in_2_and_says_where() {
    let refused = |name: &str, text: &str, message: &str, hint: &str| {
        let asked = format!("--policy {name} --action s3:GetObject");
        let (printed, stderr, code) = with_policies(&[(name, text)], &asked);
        assert_eq!((printed.as_str(), code), ("", Some(2)), "{stderr}");
        assert!(
            stderr.contains(message) && stderr.contains(hint),
            "{stderr}"
        );
    };
    refused(
        "a.json",
        "{\n  \"Statement\": [,]}",
        "`a.json` line 2, column 17: not valid JSON",
        "no comments",
    );
    refused(
        "a.yaml",
        "Statement:\n- Effect: Allow\n  Action: *",
        "`a.yaml` line 3, column",
        "needs quotes",
    );
    refused(
        "a.yml",
        "Statement: !Sub x",
        "this is a part of a CloudFormation template",
        "give the whole template",
    );
    refused(
        "a.yml",
        "Statement: !mine x",
        "a policy cannot have a tag",
        "write the value out",
    );
    refused(
        "b.json",
        r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringEqual": {}}}}"#,
        "line 1, column 81: unknown condition operator `StringEqual`",
        "did you mean `StringEquals`?",
    );
    let missing = with_policies(&[], "--policy none.json --action s3:GetObject");
    assert_eq!(missing.2, Some(2));
    assert!(
        missing
            .1
            .contains("cannot read the policy file `none.json`"),
        "{}",
        missing.1
    );
}

#[test]
fn usage_that_is_wrong_ends_in_2() {
    let allow = r#"{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}"#;
    for (arguments, message) in [
        ("--action s3:GetObject", "--policy"),
        ("--policy p.json", "--action"),
        ("--policy p.json --action s3:Get*", "is not an action"),
        ("--policy p.json --action GetObject", "is not an action"),
        (
            "--policy p.json --action s3:GetObject --resource bucket/x",
            "is not an ARN",
        ),
        (
            "--policy p.json --action s3:GetObject --context aws:username",
            "`KEY=VALUE`",
        ),
        (
            "--policy p.json --action s3:GetObject --context =x",
            "`KEY=VALUE`",
        ),
    ] {
        let (_, stderr, code) = with_policies(&[("p.json", allow)], arguments);
        assert_eq!(code, Some(2), "{arguments}");
        assert!(stderr.contains(message), "{arguments}: {stderr}");
    }
}

#[test]
fn what_policies_say_does_not_steer_a_terminal() {
    let role = "{\"Statement\": {\"Sid\": \"a\\u001b[2J\", \"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}}";
    let asked = "--policy p.json --action s3:GetObject --context k=\u{1b}[2J";
    let (printed, _, code) = with_policies(&[("p.json", role)], asked);
    assert_eq!(code, Some(0));
    assert!(!printed.contains('\u{1b}'), "{printed}");
}
