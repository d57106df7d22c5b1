//! What the Lambda service itself may do with a function's role.
//!
//! Lambda writes logs and traces, attaches network interfaces and polls event sources with the execution role, outside
//! the code and its traces. Follows <https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html>.

use super::Possible;
use crate::iam::{Action, Arn, Glob};

/// Actions that Lambda itself may take with a role: what for, on which resources of the function's own, which actions.
const ACTIONS: &[(&str, &str, &[&str])] = &[
    (
        "Lambda writes the function's log with its role",
        "arn:*:logs:*:*:log-group:*",
        &[
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
        ],
    ),
    (
        "Lambda sends the function's traces with its role",
        "*",
        &[
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
            "xray:GetSamplingStatisticSummaries",
        ],
    ),
    (
        "Lambda connects a function to a VPC with its role, if it is configured so",
        "*",
        &[
            "ec2:CreateNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeVpcs",
            "ec2:DeleteNetworkInterface",
            "ec2:AssignPrivateIpAddresses",
            "ec2:UnassignPrivateIpAddresses",
        ],
    ),
    (
        "Lambda polls a queue with the function's role, if the queue is its event source",
        "*",
        &[
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ChangeMessageVisibility",
        ],
    ),
    (
        "Lambda reads a stream with the function's role, if the stream is its event source",
        "*",
        &[
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:ListShards",
            "kinesis:ListStreams",
            "kinesis:SubscribeToShard",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:DescribeStream",
            "dynamodb:ListStreams",
        ],
    ),
    (
        "Lambda reads a Kafka cluster with the function's role, if the cluster is its event source",
        "*",
        &[
            "kafka:DescribeCluster",
            "kafka:DescribeClusterV2",
            "kafka:GetBootstrapBrokers",
            "kafka-cluster:Connect",
            "kafka-cluster:DescribeGroup",
            "kafka-cluster:AlterGroup",
            "kafka-cluster:DescribeTopic",
            "kafka-cluster:ReadData",
            "kafka-cluster:DescribeClusterDynamicConfiguration",
        ],
    ),
    (
        "Lambda reads a message broker with the function's role, if the broker is its event source",
        "*",
        &["mq:DescribeBroker"],
    ),
    (
        "Lambda hands failed or finished invocations on with the function's role, if a dead-letter queue or destination is configured",
        "*",
        &[
            "sqs:SendMessage",
            "sns:Publish",
            "events:PutEvents",
            "lambda:InvokeFunction",
        ],
    ),
    (
        "Lambda mounts a file system with the function's role, if one is configured",
        "*",
        &[
            "elasticfilesystem:ClientMount",
            "elasticfilesystem:ClientWrite",
            "elasticfilesystem:ClientRootAccess",
        ],
    ),
];

/// What Lambda itself may need for this function; its configuration, where it is known, proves more.
pub fn possible(function: &Arn) -> impl Iterator<Item = Possible> {
    let partition = function.partition().to_owned();
    ACTIONS
        .iter()
        .flat_map(move |(reason, resources, actions)| {
            let resources = resources.replacen("arn:*:", &format!("arn:{partition}:"), 1);
            actions.iter().filter_map(move |action| {
                Some(Possible {
                    action: action.parse::<Action>().ok()?,
                    resources: Glob::parse(&resources),
                    reason: (*reason).to_owned(),
                })
            })
        })
}
