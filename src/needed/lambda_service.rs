//! Returns what the Lambda service itself may do with the role of any function.
//!
//! Lambda writes logs and traces, attaches network interfaces and polls event sources with the execution role. This
//! happens outside the code, so no trace shows it. Follows
//! <https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html>.

use super::{Bound, Cause, Doubt};
use crate::iam::Arn;

/// The resources on which Lambda may use a role.
#[derive(Debug, Clone, Copy)]
enum On {
    /// What this pattern matches. Its partition is replaced by the function's.
    Pattern(&'static str),
    /// Resources that somebody configured, so that a policy can name them.
    Named,
    /// Resources that nobody can name beforehand, such as the network interfaces that Lambda creates.
    Everything,
}

/// What Lambda may do with a role: the purpose, on which resources, with which actions.
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
            "kinesis:DescribeStreamConsumer",
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
        // Its documentation grants these on `*`: the parameter group and the subnet group are named nowhere.
        "Lambda describes a DocumentDB cluster with the function's role, if the cluster is its event source",
        On::Everything,
        &[
            "rds:DescribeDBClusters",
            "rds:DescribeDBClusterParameters",
            "rds:DescribeDBSubnetGroups",
        ],
    ),
    (
        "Lambda saves and reads the state of a durable function with its role, if it is one",
        On::Named,
        &[
            "lambda:CheckpointDurableExecution",
            "lambda:GetDurableExecutionState",
        ],
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

/// Returns what Lambda may need for this function, before its configuration is looked at. The configuration proves or
/// rules out much of it.
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
