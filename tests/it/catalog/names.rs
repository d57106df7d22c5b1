//! Every recorder's names of services and operations.

use super::{call, mapped, needs};
use aws_least_privilege::catalog::{Catalog, MappingKind, Resolution};

#[test]
#[expect(clippy::too_many_lines, reason = "a table, one row a service")]
fn every_recorder_names_the_same_service() {
    let table: &[(&str, &str, &[&str])] = &[
        (
            "dynamodb",
            "PutItem",
            &[
                "dynamodb",
                "DynamoDB",
                "DynamoDb",
                "AmazonDynamoDBv2",
                "DynamoDBv2",
                "AWS::DynamoDB",
                "AWS.SDK.DynamoDB",
                "Amazon DynamoDB",
            ],
        ),
        (
            "dynamodb",
            "GetRecords",
            &[
                "streams.dynamodb",
                "DynamoDBStreams",
                "DynamoDB Streams",
                "DynamoDbStreams",
                "AmazonDynamoDBStreams",
            ],
        ),
        ("s3", "GetObject", &["s3", "S3", "Amazon S3", "AWS::S3"]),
        (
            "sqs",
            "SendMessage",
            &["sqs", "SQS", "Sqs", "AmazonSQS", "Amazon SQS", "AWS::SQS"],
        ),
        (
            "sns",
            "Publish",
            &[
                "sns",
                "SNS",
                "Sns",
                "AmazonSNS",
                "Amazon SNS",
                "SimpleNotificationService",
            ],
        ),
        (
            "lambda",
            "Invoke",
            &["lambda", "Lambda", "AWSLambda", "AWS::Lambda"],
        ),
        (
            "kms",
            "Decrypt",
            &["kms", "KMS", "Kms", "AWSKMS", "KeyManagementService"],
        ),
        (
            "secretsmanager",
            "GetSecretValue",
            &[
                "secretsmanager",
                "SecretsManager",
                "Secrets Manager",
                "AWSSecretsManager",
                "AWS::SecretsManager",
            ],
        ),
        (
            "ssm",
            "GetParameter",
            &[
                "ssm",
                "SSM",
                "Ssm",
                "AWSSimpleSystemsManagement",
                "SimpleSystemsManagement",
            ],
        ),
        (
            "states",
            "StartExecution",
            &[
                "states",
                "SFN",
                "Sfn",
                "stepfunctions",
                "StepFunctions",
                "AWSStepFunctions",
                "AWS::StepFunctions",
            ],
        ),
        (
            "events",
            "PutEvents",
            &[
                "events",
                "EventBridge",
                "Events",
                "cloudwatchevents",
                "CloudWatchEvents",
                "AmazonCloudWatchEvents",
                "AWS::Events",
            ],
        ),
        (
            "cloudwatch",
            "PutMetricData",
            &[
                "monitoring",
                "CloudWatch",
                "cloudwatch",
                "AmazonCloudWatch",
                "AWS::CloudWatch",
            ],
        ),
        (
            "logs",
            "PutLogEvents",
            &[
                "logs",
                "CloudWatchLogs",
                "CloudWatch Logs",
                "cloudwatchlogs",
                "AWSLogs",
                "AmazonCloudWatchLogs",
            ],
        ),
        (
            "ses",
            "SendEmail",
            &[
                "email",
                "SES",
                "Ses",
                "SESv2",
                "Sesv2",
                "SimpleEmail",
                "SimpleEmailV2",
                "AmazonSimpleEmailService",
            ],
        ),
        (
            "sts",
            "AssumeRole",
            &[
                "sts",
                "STS",
                "Sts",
                "SecurityToken",
                "AWSSecurityTokenService",
            ],
        ),
        (
            "sagemaker",
            "InvokeEndpoint",
            &[
                "runtime.sagemaker",
                "SageMakerRuntime",
                "SageMaker Runtime",
                "sagemakerruntime",
            ],
        ),
        (
            "iot",
            "Publish",
            &["data-ats.iot", "IoTDataPlane", "IoT Data Plane", "IotData"],
        ),
        ("ecr", "GetAuthorizationToken", &["api.ecr", "ECR", "Ecr"]),
        (
            "cognito-idp",
            "AdminGetUser",
            &[
                "cognito-idp",
                "CognitoIdentityProvider",
                "Cognito Identity Provider",
                "CognitoIdentityServiceProvider",
            ],
        ),
        (
            "execute-api",
            "PostToConnection",
            &["execute-api", "ApiGatewayManagementApi"],
        ),
        (
            "elasticloadbalancing",
            "DescribeTargetHealth",
            &[
                "elasticloadbalancing",
                "ElasticLoadBalancingV2",
                "Elastic Load Balancing v2",
            ],
        ),
        (
            "rds",
            "DescribeDBInstances",
            &["rds", "RDS", "Rds", "AmazonRDS"],
        ),
        ("es", "DescribeDomain", &["es", "OpenSearch"]),
        (
            "elasticfilesystem",
            "DescribeFileSystems",
            &["elasticfilesystem", "EFS", "ElasticFileSystem"],
        ),
        (
            "bedrock",
            "Converse",
            &["bedrock-runtime", "BedrockRuntime", "Bedrock Runtime"],
        ),
        (
            "kinesis",
            "PutRecord",
            &["kinesis", "Kinesis", "AmazonKinesis"],
        ),
        (
            "firehose",
            "PutRecord",
            &["firehose", "Firehose", "AmazonKinesisFirehose"],
        ),
    ];
    for (prefix, operation, names) in table {
        for name in *names {
            let mapped = mapped(&call(name, operation, &[]));
            assert_eq!(
                (mapped.prefix.as_str(), mapped.operation.as_str()),
                (*prefix, *operation),
                "{name}"
            );
        }
    }
}

#[test]
fn a_shared_name_is_told_apart_by_the_operation() {
    let service = |name: &str, operation: &str| mapped(&call(name, operation, &[])).service;
    assert_eq!(service("dynamodb", "GetItem"), "dynamodb");
    assert_eq!(service("dynamodb", "GetShardIterator"), "dynamodbstreams");
    assert_eq!(service("email", "CreateEmailIdentity"), "sesv2");
    assert_eq!(service("email", "SendRawEmail"), "ses");
    assert_eq!(
        service("elasticloadbalancing", "DescribeInstanceHealth"),
        "elb"
    );
    assert_eq!(service("elasticloadbalancing", "DescribeRules"), "elbv2");
    assert_eq!(service("rds", "DescribeDBInstances"), "rds");
    assert_eq!(service("es", "CreateElasticsearchDomain"), "es");
    assert_eq!(service("execute-api", "SendMessage"), "connectparticipant");
}

#[test]
fn operations_are_found_in_every_recorders_spelling() {
    let operation = |service: &str, spelling: &str| mapped(&call(service, spelling, &[])).operation;
    assert_eq!(operation("DynamoDB", "putItem"), "PutItem");
    assert_eq!(operation("DynamoDB", "DynamoDB/PutItem"), "PutItem");
    assert_eq!(operation("unheard of", "DynamoDB/PutItem"), "PutItem");
    assert_eq!(
        operation("S3", "InitiateMultipartUpload"),
        "CreateMultipartUpload"
    );
    assert_eq!(operation("Amazon S3", "GetObjectMetadata"), "HeadObject");
    assert_eq!(
        operation("Amazon S3", "SetBucketCrossOriginConfiguration"),
        "PutBucketCors"
    );
    assert_eq!(operation("iam", "GetMfaDevice"), "GetMFADevice");
    assert_eq!(operation("lambda", "Invoke20150331"), "Invoke");
    assert_eq!(operation("ec2", "RunInstances"), "RunInstances");
    assert!(operation("cloudfront", "GetDistribution").starts_with("GetDistribution"));
    assert!(operation("cloudfront", "GetDistribution2020_05_31").starts_with("GetDistribution"));
}

#[test]
fn what_the_catalogue_does_not_know_is_said() {
    let resolve = |service: &str, operation: &str| {
        Catalog::embedded().resolve(&call(service, operation, &[]))
    };
    assert_eq!(resolve("checkout", "PutItem"), Resolution::UnknownService);
    assert_eq!(resolve("", ""), Resolution::UnknownService);
    let unknown = |prefix: &str, operation: &str| Resolution::UnknownOperation {
        prefix: prefix.into(),
        operation: operation.into(),
    };
    assert_eq!(
        resolve("DynamoDB", "Levitate"),
        unknown("dynamodb", "Levitate")
    );
    assert_eq!(resolve("states", ""), unknown("states", ""));
}

#[test]
fn an_operation_that_only_iam_knows_takes_the_action_of_its_name() {
    let mapped = mapped(&call("S3", "ListBucket", &[]));
    assert_eq!(mapped.kind, MappingKind::SameName);
    assert_eq!(mapped.needs[0].action, "s3:ListBucket".parse().unwrap());
    assert!(!mapped.needs[0].resources.known);
}

#[test]
fn presigning_calls_nothing() {
    let presigned = mapped(&call(
        "Amazon S3",
        "GeneratePresignedUrl",
        &[("bucket_name", "orders")],
    ));
    assert_eq!(
        (
            presigned.kind,
            presigned.needs.len(),
            presigned.optional.len()
        ),
        (MappingKind::None, 0, 0)
    );
}

#[test]
fn case_33_asking_who_one_is_needs_nothing() {
    let mapped = mapped(&call("STS", "GetCallerIdentity", &[]));
    assert_eq!(mapped.kind, MappingKind::None);
    needs(&call("STS", "GetCallerIdentity", &[]), &[]);
}
