//! What whoever runs this must be allowed, as IAM calls it.

use serde_json::json;

/// Every action that is asked for by any command, sorted. `docs/reader-role.md` lists the same.
pub const ACTIONS: &[&str] = &[
    "cloudformation:ListStackResources",
    "ecs:DescribeTaskDefinition",
    "ecs:DescribeTasks",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies",
    "lambda:GetFunctionConfiguration",
    "lambda:ListEventSourceMappings",
    "lambda:ListFunctionEventInvokeConfigs",
    "lambda:ListFunctions",
    "states:DescribeStateMachine",
    "xray:BatchGetTraces",
    "xray:GetSamplingRules",
    "xray:GetTraceSegmentDestination",
    "xray:GetTraceSummaries",
];

/// The action that an operation needs.
///
/// ```
/// use aws_least_privilege::aws::rights::action_of;
///
/// assert_eq!(action_of("GetRole"), Some("iam:GetRole"));
/// assert_eq!(action_of("GetPolicy"), Some("iam:GetPolicy"));
/// assert_eq!(action_of("MakeTea"), None);
/// ```
pub fn action_of(operation: &str) -> Option<&'static str> {
    let is_its = |action: &&&str| {
        action
            .split_once(':')
            .is_some_and(|(_, name)| name == operation)
    };
    ACTIONS.iter().find(is_its).copied()
}

/// A policy with all of them, to be pasted, in one line.
pub fn policy() -> String {
    let statement = json!({"Effect": "Allow", "Action": ACTIONS, "Resource": "*"});
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}
