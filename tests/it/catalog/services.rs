//! One service after another: what its calls need.

use super::{call, may_need, needs};

#[test]
fn dynamodb_items_are_on_the_table() {
    let table = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders";
    for operation in [
        "PutItem",
        "GetItem",
        "UpdateItem",
        "DeleteItem",
        "DescribeTable",
    ] {
        let call = call("AmazonDynamoDBv2", operation, &[("table_name", "orders")]);
        needs(&call, &[&format!("dynamodb:{operation} {table}")]);
    }
}

#[test]
fn s3_through_an_access_point_is_on_the_access_point() {
    let point = "arn:aws:s3:eu-west-1:123456789012:accesspoint/reports";
    let object = [("bucket_name", point), ("key", "a")];
    needs(
        &call("S3", "GetObject", &object),
        &[&format!("s3:GetObject {point}/object/*")],
    );
    needs(
        &call("S3", "ListObjectsV2", &object),
        &[&format!("s3:ListBucket {point}")],
    );
    // An alias names no access point that a policy could.
    needs(
        &call(
            "S3",
            "GetObject",
            &[("bucket_name", "reports-abc123-s3alias")],
        ),
        &["s3:GetObject? arn:aws:s3:eu-west-1:123456789012:accesspoint/*/object/*"],
    );
}

#[test]
fn s3_directory_buckets_need_a_session() {
    let bucket = [("bucket_name", "orders--euw1-az1--x-s3"), ("key", "a")];
    let arn = "arn:aws:s3express:eu-west-1:123456789012:bucket/orders--euw1-az1--x-s3";
    for operation in ["GetObject", "PutObject", "ListObjectsV2", "CreateSession"] {
        needs(
            &call("S3", operation, &bucket),
            &[&format!("s3express:CreateSession {arn}")],
        );
    }
    needs(
        &call("S3", "DeleteBucket", &bucket),
        &[&format!("s3express:DeleteBucket {arn}")],
    );
}

#[test]
fn eventbridge_rules_are_on_their_bus() {
    let rule = "arn:aws:events:eu-west-1:123456789012:rule";
    needs(
        &call("EventBridge", "PutRule", &[("name", "nightly")]),
        &[&format!("events:PutRule {rule}/nightly")],
    );
    let on_bus = [("name", "nightly"), ("event_bus_name", "orders")];
    needs(
        &call("EventBridge", "PutRule", &on_bus),
        &[&format!("events:PutRule {rule}/orders/nightly")],
    );
    needs(
        &call("Events", "PutEvents", &[]),
        &["events:PutEvents? arn:aws:events:eu-west-1:123456789012:event-bus/*"],
    );
}

#[test]
fn mail_is_sent_from_an_address_or_its_domain() {
    let identity = "arn:aws:ses:eu-west-1:123456789012:identity";
    let from =
        |address: &str| format!("ses:SendEmail? {identity}/example.com {identity}/{address}");
    let both = from("shop@example.com");
    needs(
        &call(
            "SES",
            "SendEmail",
            &[("source", "The Shop <shop@example.com>")],
        ),
        &[&both],
    );
    needs(
        &call("email", "SendEmail", &[("source", "shop@example.com")]),
        &[&both],
    );
    needs(
        &call("email", "SendEmail", &[("source", "example.com")]),
        &[&format!("ses:SendEmail {identity}/example.com")],
    );
}

#[test]
fn bedrock_models_and_profiles() {
    let model = "anthropic.claude-3-haiku-20240307-v1:0";
    for operation in ["Converse", "InvokeModel"] {
        needs(
            &call("BedrockRuntime", operation, &[("model_id", model)]),
            &[&format!(
                "bedrock:InvokeModel arn:aws:bedrock:eu-west-1::foundation-model/{model}"
            )],
        );
    }
    let profile = format!("eu.{model}");
    needs(
        &call(
            "BedrockRuntime",
            "ConverseStream",
            &[("model_id", &profile)],
        ),
        &[&format!(
            "bedrock:InvokeModelWithResponseStream arn:aws:bedrock:*::foundation-model/{model} \
             arn:aws:bedrock:eu-west-1:123456789012:inference-profile/{profile}"
        )],
    );
    let own = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1b2c3";
    needs(
        &call("BedrockRuntime", "Converse", &[("model_id", own)]),
        &[&format!(
            "bedrock:InvokeModel? arn:aws:bedrock:*::foundation-model/* {own}"
        )],
    );
}

#[test]
fn websocket_connections_are_on_the_api_of_the_host() {
    let host = [("host", "a1b2c3.execute-api.eu-central-1.amazonaws.com")];
    needs(
        &call("execute-api", "PostToConnection", &host),
        &[
            "execute-api:ManageConnections? arn:aws:execute-api:eu-central-1:123456789012:a1b2c3/*/POST/@connections/*",
        ],
    );
    let url = [(
        "http.url",
        "https://a1b2c3.execute-api.eu-central-1.amazonaws.com/prod/@connections/x",
    )];
    needs(
        &call("execute-api", "PostToConnection", &url),
        &[
            "execute-api:ManageConnections arn:aws:execute-api:eu-central-1:123456789012:a1b2c3/prod/POST/@connections/*",
        ],
    );
}

#[test]
fn a_data_api_statement_needs_its_cluster_and_its_secret() {
    let cluster = "arn:aws:rds:eu-west-1:123456789012:cluster:orders";
    let secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders";
    let with_suffix = format!("{secret}-AbC123");
    needs(
        &call(
            "RDSData",
            "ExecuteStatement",
            &[("resource_arn", cluster), ("secret_arn", &with_suffix)],
        ),
        &[
            &format!("rds-data:ExecuteStatement {cluster}"),
            &format!("secretsmanager:GetSecretValue {secret}-??????"),
        ],
    );
}

#[test]
fn streams_topics_and_roles() {
    let stream = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders";
    for named in [("stream_name", "orders"), ("stream_arn", stream)] {
        needs(
            &call("Kinesis", "PutRecords", &[named]),
            &[&format!("kinesis:PutRecords {stream}")],
        );
    }
    needs(
        &call(
            "firehose",
            "PutRecordBatch",
            &[("delivery_stream_name", "orders")],
        ),
        &["firehose:PutRecordBatch arn:aws:firehose:eu-west-1:123456789012:deliverystream/orders"],
    );
    needs(
        &call("data-ats.iot", "Publish", &[("topic", "shop/orders")]),
        &["iot:Publish arn:aws:iot:eu-west-1:123456789012:topic/shop/orders"],
    );
    let role = "arn:aws:iam::210987654321:role/team/reader";
    needs(
        &call("STS", "AssumeRole", &[("role_arn", role)]),
        &[&format!("sts:AssumeRole {role}")],
    );
    may_need(
        &call("STS", "AssumeRole", &[("role_arn", role)]),
        &[
            &format!("sts:SetSourceIdentity {role}"),
            &format!("sts:TagSession {role}"),
        ],
    );
}

#[test]
fn instances_are_named_one_by_one() {
    let instances = [
        ("instance_ids", "i-0a1b2c3d4e5f60718"),
        ("instance_ids", "i-1a1b2c3d4e5f60718"),
    ];
    let arn = "arn:aws:ec2:eu-west-1:123456789012:instance";
    needs(
        &call("EC2", "StopInstances", &instances),
        &[&format!(
            "ec2:StopInstances {arn}/i-0a1b2c3d4e5f60718 {arn}/i-1a1b2c3d4e5f60718"
        )],
    );
    needs(
        &call("EC2", "DescribeInstances", &[]),
        &["ec2:DescribeInstances *"],
    );
}
