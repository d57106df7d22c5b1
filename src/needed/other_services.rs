//! Returns what ECS, EC2 and Step Functions themselves may do with a role, outside code and its traces.
//!
//! Traces cannot tell whether such a grant is needed or excess. Follows
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>,
//! <https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html>,
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/create-iam-roles-for-cloudwatch-agent.html> and
//! <https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html>.

use super::{Bound, Cause, Doubt};
use crate::evidence::Owner;
use crate::iam::{Action, Arn};
use std::collections::BTreeSet;

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
    (
        "Step Functions encrypts the state machine's data with a key, if one is configured",
        &["kms:Decrypt", "kms:GenerateDataKey"],
    ),
    (
        "a distributed map reads its items from a bucket and writes its results to one",
        &[
            "s3:AbortMultipartUpload",
            "s3:GetObject",
            "s3:ListBucket",
            "s3:ListMultipartUploadParts",
            "s3:PutObject",
        ],
    ),
    (
        "an HTTP task calls an address with the credentials of a connection",
        &[
            "states:InvokeHTTPEndpoint",
            "events:RetrieveConnectionCredentials",
        ],
    ),
    (
        "a task may run with another role, which the state machine's role assumes",
        &["sts:AssumeRole"],
    ),
];

/// The secrets in which `EventBridge` keeps the credentials of connections: AWS documents the pattern with this end.
const OF_CONNECTIONS: &str = "arn:*:secretsmanager:*:*:secret:events!connection/*";

/// What a state machine may need on resources that are known by their names: itself and its executions, as a distributed map
/// starts them, and the secrets of connections.
fn of_state_machine(machine: &Arn) -> Vec<Doubt> {
    let name = machine.resource().rsplit(':').next().unwrap_or_default();
    let on = |resources: &[&str]| {
        let arns = resources
            .iter()
            .map(|own| machine.with_resource(format!("{own}:{name}")).to_string());
        arns.collect::<Vec<String>>()
    };
    let whole = BTreeSet::from_iter(on(&["stateMachine"]));
    let runs = on(&["execution"]);
    let runs = runs
        .iter()
        .flat_map(|own| [format!("{own}:*"), format!("{own}/*")]);
    let runs: BTreeSet<String> = runs.collect();
    let secrets = BTreeSet::from([OF_CONNECTIONS.to_owned()]);
    let map = "a distributed map starts and follows executions of its own state machine";
    let secret = "an HTTP task reads the secret of its connection";
    let all = [
        ("states:StartExecution", whole, map),
        ("states:DescribeExecution", runs.clone(), map),
        ("states:StopExecution", runs.clone(), map),
        ("states:RedriveExecution", runs, map),
        ("secretsmanager:GetSecretValue", secrets.clone(), secret),
        ("secretsmanager:DescribeSecret", secrets, secret),
    ];
    let doubts = all.into_iter().filter_map(|(action, on, reason)| {
        let action = action.parse().ok()?;
        Some(Doubt::of(
            action,
            Bound::Patterns(on),
            Cause::Runtime,
            reason,
        ))
    });
    doubts.collect()
}

/// Returns what the service that runs the owner may need of its role. There is nothing for Lambda functions here: see
/// [`lambda_service`](super::lambda_service).
pub fn possible(owner: &Owner) -> impl Iterator<Item = Doubt> {
    let actions = match owner {
        Owner::EcsTask(_) => TASK,
        Owner::StateMachine(_) => STATE_MACHINE,
        Owner::Ec2Instance(_) => INSTANCE,
        Owner::LambdaFunction(_) | Owner::ApiStage(_) | Owner::Named(_) => &[],
    };
    let of_machine = match owner {
        Owner::StateMachine(arn) => of_state_machine(arn),
        Owner::LambdaFunction(_)
        | Owner::EcsTask(_)
        | Owner::Ec2Instance(_)
        | Owner::ApiStage(_)
        | Owner::Named(_) => Vec::new(),
    };
    let all = actions.iter().flat_map(|(reason, actions_of)| {
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
    });
    all.chain(of_machine)
}
