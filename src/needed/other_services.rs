//! Returns what ECS, EC2 and Step Functions themselves may do with a role, outside code and its traces.
//!
//! Traces cannot tell whether such a grant is needed or excess. Follows
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>,
//! <https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html>,
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/create-iam-roles-for-cloudwatch-agent.html> and
//! <https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html>.

use super::{Bound, Cause, Doubt};
use crate::evidence::Owner;
use crate::iam::Action;

type Actions = &'static [(&'static str, &'static [&'static str])];

/// What ECS and containers beside the code do with a task's role.
const TASK: Actions = &[
    (
        "the X-Ray daemon or a collector beside the code sends traces with the task's role",
        &[
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
            "xray:GetSamplingStatisticSummaries",
            "cloudwatch:PutMetricData",
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

/// What agents on an instance do with the instance's role.
const INSTANCE: Actions = &[
    (
        "the CloudWatch agent sends metrics and logs with the instance's role, if it is installed",
        &[
            "cloudwatch:PutMetricData",
            "ec2:DescribeTags",
            "ec2:DescribeVolumes",
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:DescribeLogGroups",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
            "logs:PutRetentionPolicy",
            "ssm:GetParameter",
        ],
    ),
    (
        "the agent of Systems Manager works with the instance's role, and the id of an instance is not known before it runs",
        AGENT,
    ),
];

/// The actions that the Systems Manager agent uses, whatever it is used for.
const AGENT: &[&str] = &[
    "ec2messages:AcknowledgeMessage",
    "ec2messages:DeleteMessage",
    "ec2messages:FailMessage",
    "ec2messages:GetEndpoint",
    "ec2messages:GetMessages",
    "ec2messages:SendReply",
    "ssm:DescribeAssociation",
    "ssm:DescribeDocument",
    "ssm:GetDeployablePatchSnapshotForInstance",
    "ssm:GetDocument",
    "ssm:GetManifest",
    "ssm:ListAssociations",
    "ssm:ListInstanceAssociations",
    "ssm:PutComplianceItems",
    "ssm:PutConfigurePackageResult",
    "ssm:PutInventory",
    "ssm:UpdateAssociationStatus",
    "ssm:UpdateInstanceAssociationStatus",
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
];

/// What Step Functions does in addition to the calls of the states.
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

/// Returns what the service that runs the owner may need of its role. There is nothing for Lambda functions here: see
/// [`lambda_service`](super::lambda_service).
pub fn possible(owner: &Owner) -> impl Iterator<Item = Doubt> {
    let actions = match owner {
        Owner::EcsTask(_) => TASK,
        Owner::StateMachine(_) => STATE_MACHINE,
        Owner::Ec2Instance(_) => INSTANCE,
        Owner::LambdaFunction(_) | Owner::ApiStage(_) | Owner::Named(_) => &[],
    };
    actions.iter().flat_map(|(reason, actions_of)| {
        let actions = actions_of.iter().filter_map(|action| action.parse().ok());
        let is_agent = *actions_of == AGENT;
        actions.map(move |action: Action| {
            // Metrics have no names that a policy could list.
            let is_metric = action.prefix() == "cloudwatch";
            let on = if is_agent || is_metric {
                Bound::Everything
            } else {
                Bound::Named
            };
            Doubt::of(action, on, Cause::Runtime, *reason)
        })
    })
}
