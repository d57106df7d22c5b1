//! What ECS, EC2 and Step Functions may themselves do with a role, outside of code and its traces.
//!
//! Granting it is neither needed nor excess as far as traces tell. Follows
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>,
//! <https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html>,
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/create-iam-roles-for-cloudwatch-agent.html> and
//! <https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html>.

use super::{Bound, Cause, Doubt};
use crate::evidence::Owner;
use crate::iam::Action;

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

/// What agents beside the code do with an instance's role.
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

/// What the agent of Systems Manager asks for, whatever is done with it.
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
