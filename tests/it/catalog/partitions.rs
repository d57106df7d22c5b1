//! Partition, region and account: the call's, or what the resource's own name says.

use super::{ACCOUNT, call, needs};

#[test]
fn the_partition_is_the_regions() {
    let cases = [
        ("eu-west-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eusc-de-east-1", "aws-eusc"),
    ];
    for (region, partition) in cases {
        let mut call = call("DynamoDB", "GetItem", &[("table_name", "orders")]);
        call.region = Some(region.into());
        needs(
            &call,
            &[&format!(
                "dynamodb:GetItem arn:{partition}:dynamodb:{region}:{ACCOUNT}:table/orders"
            )],
        );
        let mut bucket = self::call("S3", "ListObjectsV2", &[("bucket_name", "orders")]);
        bucket.region = Some(region.into());
        needs(
            &bucket,
            &[&format!("s3:ListBucket arn:{partition}:s3:::orders")],
        );
    }
}

#[test]
fn a_recorded_partition_holds_where_the_region_is_missing() {
    let mut call = call("S3", "ListObjectsV2", &[("bucket_name", "orders")]);
    call.region = None;
    needs(&call, &["s3:ListBucket arn:aws:s3:::orders"]);
    call.partition = Some("aws-cn".into());
    needs(&call, &["s3:ListBucket arn:aws-cn:s3:::orders"]);
}

#[test]
fn what_is_missing_is_a_wildcard() {
    let mut call = call("DynamoDB", "GetItem", &[("table_name", "orders")]);
    call.account = None;
    needs(
        &call,
        &["dynamodb:GetItem arn:aws:dynamodb:eu-west-1:*:table/orders"],
    );
    call.region = None;
    needs(
        &call,
        &["dynamodb:GetItem arn:aws:dynamodb:*:*:table/orders"],
    );
}

#[test]
fn case_57_a_topic_is_its_arn_word_for_word_and_a_phone_is_no_topic() {
    let topic = "arn:aws-cn:sns:cn-north-1:210987654321:orders";
    needs(
        &call("SNS", "Publish", &[("topic_arn", topic)]),
        &[&format!("sns:Publish {topic}")],
    );
    needs(
        &call("SNS", "Publish", &[("target_arn", topic)]),
        &[&format!("sns:Publish {topic}")],
    );
    needs(
        &call("SNS", "Publish", &[("phone_number", "+4915112345678")]),
        &["sns:Publish *"],
    );
    needs(
        &call("SNS", "Publish", &[]),
        &["sns:Publish? arn:aws:sns:eu-west-1:123456789012:*"],
    );
}

#[test]
fn case_58_a_queue_lives_where_its_url_says() {
    let cases = [
        (
            "https://sqs.eu-central-1.amazonaws.com/210987654321/orders",
            "arn:aws:sqs:eu-central-1:210987654321:orders",
        ),
        (
            "https://sqs.cn-north-1.amazonaws.com.cn/210987654321/orders",
            "arn:aws-cn:sqs:cn-north-1:210987654321:orders",
        ),
        (
            "https://queue.amazonaws.com/210987654321/orders.fifo",
            "arn:aws:sqs:us-east-1:210987654321:orders.fifo",
        ),
        (
            "https://eu-west-3.queue.amazonaws.com/210987654321/orders",
            "arn:aws:sqs:eu-west-3:210987654321:orders",
        ),
        (
            "https://vpce-1.sqs.eu-west-2.vpce.amazonaws.com/210987654321/orders",
            "arn:aws:sqs:eu-west-2:210987654321:orders",
        ),
        (
            "http://localhost:4566/000000000000/orders",
            "arn:aws:sqs:eu-west-1:000000000000:orders",
        ),
    ];
    for (url, arn) in cases {
        needs(
            &call("SQS", "SendMessage", &[("queue_url", url)]),
            &[&format!("sqs:SendMessage {arn}")],
        );
    }
    needs(
        &call("SQS", "GetQueueUrl", &[("queue_name", "orders")]),
        &["sqs:GetQueueUrl arn:aws:sqs:eu-west-1:123456789012:orders"],
    );
}

#[test]
fn a_table_of_another_account_is_called_by_its_arn() {
    let arn = "arn:aws:dynamodb:us-east-1:210987654321:table/orders";
    needs(
        &call("DynamoDB", "GetItem", &[("table_name", arn)]),
        &[&format!("dynamodb:GetItem {arn}")],
    );
    let of_index = [("table_name", arn), ("index_name", "by-day")];
    needs(
        &call("DynamoDB", "Query", &of_index),
        &[&format!("dynamodb:Query {arn}/index/by-day")],
    );
    let function = "arn:aws:lambda:us-east-1:210987654321:function:checkout";
    needs(
        &call("Lambda", "Invoke", &[("function_name", function)]),
        &[&format!("lambda:InvokeFunction {function}")],
    );
}
