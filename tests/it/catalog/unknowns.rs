//! What a trace does not say stays open, within the narrowest bounds that hold.

use super::{call, mapped, may_need, needs};
use aws_least_privilege::catalog::MappingKind;

#[test]
fn without_parameters_the_action_is_known_and_its_resource_is_not() {
    let open = [
        (
            "DynamoDB",
            "PutItem",
            "dynamodb:PutItem? arn:aws:dynamodb:eu-west-1:123456789012:table/*",
        ),
        ("S3", "GetObject", "s3:GetObject? arn:aws:s3:::*/*"),
        (
            "SQS",
            "SendMessage",
            "sqs:SendMessage? arn:aws:sqs:eu-west-1:123456789012:*",
        ),
        (
            "SFN",
            "StartExecution",
            "states:StartExecution? arn:aws:states:eu-west-1:123456789012:stateMachine:* arn:aws:states:eu-west-1:123456789012:stateMachine:*:*",
        ),
        (
            "SecretsManager",
            "GetSecretValue",
            "secretsmanager:GetSecretValue? arn:aws:secretsmanager:eu-west-1:123456789012:secret:*-??????",
        ),
        (
            "Lambda",
            "Invoke",
            "lambda:InvokeFunction? arn:aws:lambda:eu-west-1:123456789012:function:*",
        ),
    ];
    for (service, operation, need) in open {
        needs(&call(service, operation, &[]), &[need]);
    }
}

#[test]
fn an_index_or_qualifier_that_nothing_rules_out_may_have_been_there() {
    may_need(
        &call("DynamoDB", "Query", &[]),
        &["dynamodb:Query? arn:aws:dynamodb:eu-west-1:123456789012:table/*/index/*"],
    );
    may_need(
        &call("Lambda", "Invoke", &[]),
        &["lambda:InvokeFunction? arn:aws:lambda:eu-west-1:123456789012:function:*:*"],
    );
}

#[test]
fn actions_without_resource_types_are_known_on_everything() {
    needs(
        &call("CloudWatch", "PutMetricData", &[]),
        &["cloudwatch:PutMetricData *"],
    );
    needs(
        &call("DynamoDB", "ListTables", &[]),
        &["dynamodb:ListTables *"],
    );
}

#[test]
fn where_one_of_two_is_named_both_are_said() {
    let ec2 = "arn:aws:ec2:eu-west-1:123456789012";
    let instance = [("instance_id", "i-0a1b2c3d")];
    needs(
        &call("EC2", "AttachVolume", &instance),
        &[
            &format!("ec2:AttachVolume {ec2}:instance/i-0a1b2c3d"),
            &format!("ec2:AttachVolume? {ec2}:volume/*"),
        ],
    );
    let both = [("instance_id", "i-0a1b2c3d"), ("volume_id", "vol-1a2b3c4d")];
    needs(
        &call("EC2", "AttachVolume", &both),
        &[&format!(
            "ec2:AttachVolume {ec2}:instance/i-0a1b2c3d {ec2}:volume/vol-1a2b3c4d"
        )],
    );
    let image = [
        ("image_id", "not-an-image"),
        ("subnet_id", "subnet-1a2b3c4d"),
    ];
    let run = &super::lines(&mapped(&call("EC2", "RunInstances", &image)).needs)[0];
    assert!(
        run.contains(":subnet/subnet-1a2b3c4d") && !run.contains("not-an-image"),
        "{run}"
    );
}

#[test]
fn what_xray_itself_names_is_the_last_resort_for_the_services_it_knows() {
    let named = |service: &str, operation: &str, name: &str| {
        call(service, operation, &[("resource_names", name)])
    };
    needs(
        &named("DynamoDB", "DescribeTable", "orders"),
        &["dynamodb:DescribeTable arn:aws:dynamodb:eu-west-1:123456789012:table/orders"],
    );
    needs(
        &named("S3", "PutObject", "orders"),
        &["s3:PutObject arn:aws:s3:::orders/*"],
    );
    needs(
        &named("Lambda", "Invoke", "checkout"),
        &["lambda:InvokeFunction arn:aws:lambda:eu-west-1:123456789012:function:checkout"],
    );
    needs(
        &named(
            "SQS",
            "SendMessage",
            "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
        ),
        &["sqs:SendMessage arn:aws:sqs:eu-west-1:123456789012:orders"],
    );
    let topic = "arn:aws:sns:eu-west-1:123456789012:orders";
    needs(
        &named("SNS", "Publish", topic),
        &[&format!("sns:Publish {topic}")],
    );
    needs(
        &named("SSM", "GetParameter", "orders"),
        &["ssm:GetParameter? arn:aws:ssm:eu-west-1:123456789012:parameter/*"],
    );
    let recorded = [("table_name", "orders"), ("resource_names", "other")];
    needs(
        &call("DynamoDB", "GetItem", &recorded),
        &["dynamodb:GetItem arn:aws:dynamodb:eu-west-1:123456789012:table/orders"],
    );
    needs(
        &named("S3", "CopyObject", "target"),
        &[
            "s3:GetObject? arn:aws:s3:::*/*",
            "s3:PutObject arn:aws:s3:::target/*",
        ],
    );
}

#[test]
fn a_mapping_says_how_sure_it_is() {
    assert_eq!(
        mapped(&call("DynamoDB", "GetItem", &[])).kind,
        MappingKind::SameName
    );
    assert_eq!(
        mapped(&call("S3", "ListObjectsV2", &[])).kind,
        MappingKind::Exact
    );
    let assumed = mapped(&call("DynamoDB", "StartBulkPutItems", &[]));
    assert_eq!(assumed.kind, MappingKind::Assumed);
    needs(
        &call("DynamoDB", "StartBulkPutItems", &[]),
        &["dynamodb:StartBulkPutItems? *"],
    );
}
