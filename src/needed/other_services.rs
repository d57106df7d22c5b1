//! What ECS and Step Functions may themselves do with a role, outside of code and its traces.
//!
//! Granting it is neither needed nor excess as far as traces tell. Follows
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html> and
//! <https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html>.

use super::{Bound, Cause, Doubt};
use crate::evidence::Owner;

type Actions = &'static [(&'static str, &'static [&'static str])];

/// What runs beside a task's code with the task's role.
const TASK: Actions = &[
    (
        "the X-Ray daemon or a collector beside the code sends traces with the task's role",
        &[
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
            "xray:GetSamplingStatisticSummaries",
        ],
    ),
    (
        "ECS Exec opens its channels with the task's role, if it is enabled",
        &[
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
        ],
    ),
    (
        "a log router beside the code writes logs with the task's role, if one is configured",
        &[
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
            "logs:PutRetentionPolicy",
            "firehose:PutRecordBatch",
        ],
    ),
    (
        "ECS mounts a file system with the task's role, if its volume asks for IAM",
        &[
            "elasticfilesystem:ClientMount",
            "elasticfilesystem:ClientWrite",
            "elasticfilesystem:ClientRootAccess",
        ],
    ),
];

/// What Step Functions does beside the calls of the states.
const STATE_MACHINE: Actions = &[
    (
        "Step Functions sends the state machine's traces with its role",
        &[
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
        ],
    ),
    (
        "Step Functions delivers the state machine's logs with its role, if logging is configured",
        &[
            "logs:CreateLogDelivery",
            "logs:CreateLogStream",
            "logs:GetLogDelivery",
            "logs:UpdateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutLogEvents",
            "logs:PutResourcePolicy",
            "logs:DescribeResourcePolicies",
            "logs:DescribeLogGroups",
        ],
    ),
    (
        "Step Functions watches jobs that it waits for by a rule of EventBridge",
        &["events:PutTargets", "events:PutRule", "events:DescribeRule"],
    ),
    (
        "Step Functions follows and stops executions that it waits for",
        &["states:DescribeExecution", "states:StopExecution"],
    ),
];

/// What the service that runs the owner may need of its role; nothing for Lambda functions, of which
/// [`lambda_service`](super::lambda_service) tells.
pub fn possible(owner: &Owner) -> impl Iterator<Item = Doubt> {
    let actions = match owner {
        Owner::EcsTask(_) => TASK,
        Owner::StateMachine(_) => STATE_MACHINE,
        Owner::LambdaFunction(_) | Owner::Ec2Instance(_) | Owner::ApiStage(_) | Owner::Named(_) => {
            &[]
        }
    };
    actions.iter().flat_map(|(reason, actions)| {
        let actions = actions.iter().filter_map(|action| action.parse().ok());
        actions.map(|action| Doubt::of(action, Bound::Named, Cause::Runtime, *reason))
    })
}
