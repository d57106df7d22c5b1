//! What the Lambda service itself may do with a function's role.
//!
//! Lambda writes logs and traces, attaches network interfaces and polls event sources with the execution role, outside
//! the code and its traces. Follows <https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html>.

use super::{Bound, Cause, Doubt};
use crate::iam::Arn;

/// On what Lambda itself may use a role.
#[derive(Debug, Clone, Copy)]
enum On {
    /// On what a pattern of any partition matches.
    Pattern(&'static str),
    /// On resources that somebody configured, and so can name.
    Named,
    /// On what nobody can name beforehand: the network interfaces that Lambda makes.
    Everything,
}

/// Actions that Lambda itself may take with a role: what for, on which resources, which actions.
const ACTIONS: &[(&str, On, &[&str])] = &[
    (
        "Lambda writes the function's log with its role",
        On::Pattern("arn:*:logs:*:*:log-group:*"),
        &[
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
        ],
    ),
    (
        "Lambda sends the function's traces with its role",
        On::Named,
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
        On::Everything,
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
        On::Named,
        &[
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ChangeMessageVisibility",
        ],
    ),
    (
        "Lambda reads a stream with the function's role, if the stream is its event source",
        On::Named,
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
        On::Named,
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
        On::Named,
        &["mq:DescribeBroker"],
    ),
    (
        "Lambda hands failed or finished invocations on with the function's role, if a dead-letter queue or destination is configured",
        On::Named,
        &[
            "sqs:SendMessage",
            "sns:Publish",
            "events:PutEvents",
            "lambda:InvokeFunction",
        ],
    ),
    (
        "Lambda mounts a file system with the function's role, if one is configured",
        On::Named,
        &[
            "elasticfilesystem:ClientMount",
            "elasticfilesystem:ClientWrite",
            "elasticfilesystem:ClientRootAccess",
        ],
    ),
];

/// What Lambda itself may need for this function; its configuration, where it is known, proves more.
pub fn possible(function: &Arn) -> impl Iterator<Item = Doubt> {
    let partition = function.partition().to_owned();
    ACTIONS.iter().flat_map(move |(reason, on, actions)| {
        let on = match on {
            On::Pattern(pattern) => {
                Bound::pattern(&pattern.replacen("arn:*:", &format!("arn:{partition}:"), 1))
            }
            On::Named => Bound::Named,
            On::Everything => Bound::Everything,
        };
        let actions = actions.iter().filter_map(|action| action.parse().ok());
        actions.map(move |action| Doubt::of(action, on.clone(), Cause::Runtime, *reason))
    })
}
