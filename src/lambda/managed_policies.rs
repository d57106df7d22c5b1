//! The actions that AWS's managed policies for the logs, traces, networks and event sources of functions grant, each on
//! `*`.
//!
//! Follows <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>.

const LOGS: &[&str] = &[
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
];
const TRACES: &[&str] = &[
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:GetSamplingStatisticSummaries",
];
const NETWORK: &[&str] = &[
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
];

/// The actions that each policy grants on `*`.
const KNOWN: &[(&str, &[&[&str]])] = &[
    ("AWSLambdaBasicExecutionRole", &[LOGS]),
    ("AWSLambdaVPCAccessExecutionRole", &[LOGS, NETWORK]),
    (
        "AWSLambdaENIManagementAccess",
        &[&[
            "ec2:CreateNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DeleteNetworkInterface",
            "ec2:AssignPrivateIpAddresses",
            "ec2:UnassignPrivateIpAddresses",
        ]],
    ),
    (
        "AWSLambdaSQSQueueExecutionRole",
        &[
            &[
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
            ],
            LOGS,
        ],
    ),
    (
        "AWSLambdaDynamoDBExecutionRole",
        &[
            &[
                "dynamodb:DescribeStream",
                "dynamodb:GetRecords",
                "dynamodb:GetShardIterator",
                "dynamodb:ListStreams",
            ],
            LOGS,
        ],
    ),
    (
        "AWSLambdaKinesisExecutionRole",
        &[
            &[
                "kinesis:DescribeStream",
                "kinesis:DescribeStreamSummary",
                "kinesis:GetRecords",
                "kinesis:GetShardIterator",
                "kinesis:ListShards",
                "kinesis:ListStreams",
                "kinesis:SubscribeToShard",
            ],
            LOGS,
        ],
    ),
    (
        "AWSLambdaMSKExecutionRole",
        &[
            &[
                "kafka:DescribeCluster",
                "kafka:DescribeClusterV2",
                "kafka:GetBootstrapBrokers",
                "ec2:CreateNetworkInterface",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeVpcs",
                "ec2:DeleteNetworkInterface",
                "ec2:DescribeSubnets",
                "ec2:DescribeSecurityGroups",
            ],
            LOGS,
        ],
    ),
    ("AWSXrayWriteOnlyAccess", &[TRACES]),
    ("AWSXRayDaemonWriteAccess", &[TRACES]),
];

/// Returns the actions that a policy grants, or `None` if it is not in the list.
///
/// ```
/// use aws_least_privilege::lambda::managed_policies::actions_of;
///
/// assert_eq!(actions_of("AWSLambdaBasicExecutionRole").unwrap().count(), 3);
/// assert!(actions_of("AdministratorAccess").is_none());
/// ```
pub fn actions_of(name: &str) -> Option<impl Iterator<Item = &'static str>> {
    let (_, actions) = KNOWN.iter().find(|(own, _)| *own == name)?;
    Some(actions.iter().copied().flatten().copied())
}

/// Returns every action that one of the policies grants. An action that several grant is repeated.
pub fn all_actions() -> impl Iterator<Item = &'static str> {
    let lists = KNOWN.iter().flat_map(|(_, lists)| *lists);
    lists.copied().flatten().copied()
}
