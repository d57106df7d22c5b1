//! The IAM actions that the user or role running this program must be allowed.

use serde_json::json;

/// Every action that any command uses, sorted. `docs/reader-role.md` has the same list.
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

/// Returns the action that an operation needs.
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

/// Returns a policy that allows all of them, in one line, to be pasted.
pub fn policy() -> String {
    let statement = json!({"Effect": "Allow", "Action": ACTIONS, "Resource": "*"});
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}
