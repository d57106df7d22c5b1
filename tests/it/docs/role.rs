//! The role that a workflow takes: what its template and its page list is what the program asks for.

use super::page::{blocks, read};
use crate::program;
use serde_json::Value;

/// The actions of a policy of one statement, sorted.
fn actions(policy: &Value) -> Vec<String> {
    let actions = policy["Statement"][0]["Action"].as_array();
    let actions = actions.expect("actions").iter();
    let mut actions: Vec<String> = actions
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    actions.sort_unstable();
    actions
}

/// What the template grants, as the program itself reads it.
fn granted() -> Value {
    let arguments = [
        "grants",
        "examples/reader-role.yaml",
        "--region",
        "eu-west-1",
    ];
    let arguments = [
        &arguments[..],
        &["--parameter", "Repository=acme/shop", "--format", "json"],
    ]
    .concat();
    let ran = program::command(&arguments)
        .output()
        .expect("the program runs");
    assert_eq!(ran.status.code(), Some(0));
    serde_json::from_slice(&ran.stdout).expect("it prints JSON")
}

#[test]
fn the_permissions_that_are_listed_are_those_that_are_asked_for() {
    let policies = blocks(&read("docs/reader-role.md"), "json");
    let policy = policies
        .iter()
        .find(|policy| policy.contains("xray:BatchGetTraces"))
        .expect("the policy is shown");
    let policy: Value = serde_json::from_str(policy).expect("a policy");
    let listed = actions(&policy);
    let mut asked: Vec<&str> = crate::live::ACTIONS.to_vec();
    asked.extend(crate::live::OTHERS_ACTIONS);
    asked.extend(crate::live::DOCTOR_ACTIONS);
    asked.extend(["lambda:GetFunctionConfiguration", "xray:BatchGetTraces"]);
    asked.extend(["xray:GetTraceSegmentDestination", "xray:GetTraceSummaries"]);
    asked.sort_unstable();
    assert_eq!(listed, asked);
    // What is offered to be pasted where a permission is missing is the same.
    assert_eq!(aws_least_privilege::aws::rights::ACTIONS, listed);
    // And so is what the template for the role grants.
    let granted = granted();
    let roles = granted["roles"].as_array().expect("roles");
    let [role] = roles.as_slice() else {
        panic!("the template has one role: {granted}");
    };
    let policies = role["policies"].as_array().expect("policies");
    assert_eq!(policies.len(), 1, "{granted}");
    assert_eq!(actions(&policies[0]["document"]), listed);
}

#[test]
fn the_role_trusts_pull_requests_and_one_branch_of_one_repository() {
    let template = read("examples/reader-role.yaml");
    for line in [
        "token.actions.githubusercontent.com:aud: sts.amazonaws.com",
        "- !Sub repo:${Repository}:pull_request",
        "- !Sub repo:${Repository}:ref:refs/heads/${Branch}",
    ] {
        assert!(template.contains(line), "{line}");
    }
    assert!(
        !template.contains("StringLike"),
        "no wildcard in whom it trusts"
    );
}
