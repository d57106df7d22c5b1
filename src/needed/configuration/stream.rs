//! A Kinesis stream or a DynamoDB stream as event source: Lambda reads its shards with the function's role.
//!
//! Follows <https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html> and
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html>.

use super::ConfigurationNeeds;
use crate::iam::Arn;
use crate::lambda::EventSource;

pub(super) const ACTIONS: &[&str] = &[
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
];

const READING: &[&str] = &[
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:ListShards",
];

/// Adds the needs of polling a stream, or of a consumer (`stream/NAME/consumer/...`), to which Kinesis pushes the
/// records.
pub(super) fn kinesis(
    source: &Arn,
    mapping: &EventSource,
    setting: &str,
    needs: &mut ConfigurationNeeds,
) {
    let (stream, consumer) = match source.resource().split_once("/consumer/") {
        Some((stream, _)) => (source.with_resource(stream), Some(source.to_string())),
        None => (source.clone(), None),
    };
    let arn = stream.to_string();
    match consumer {
        Some(consumer) => {
            let described = [
                "kinesis:DescribeStream",
                "kinesis:DescribeStreamSummary",
                "kinesis:ListShards",
            ];
            needs.need(setting, &described, &arn, mapping.enabled);
            needs.need(
                setting,
                &["kinesis:GetRecords", "kinesis:GetShardIterator"],
                &arn,
                false,
            );
            needs.need(
                setting,
                &["kinesis:SubscribeToShard"],
                &consumer,
                mapping.enabled,
            );
            let describe = ["kinesis:DescribeStreamConsumer"];
            needs.need(setting, &describe, &consumer, false);
            // IAM also accepts this permission on the stream, and its resource type for a consumer has a wildcard.
            let reason = "Lambda subscribes to the stream's shards through a consumer";
            needs.may_need(&["kinesis:SubscribeToShard"], &arn, reason);
            needs.may_need(
                &["kinesis:SubscribeToShard"],
                &format!("{arn}/consumer/*"),
                reason,
            );
        }
        None => needs.need(setting, READING, &arn, mapping.enabled),
    }
    needs.need(setting, &["kinesis:ListStreams"], "*", false);
    needs.may_use_key(&["kms:Decrypt"], &arn);
}

/// Adds the needs of polling `table/NAME/stream/LABEL`. A stream that is disabled and enabled again gets a new label.
pub(super) fn dynamodb(
    source: &Arn,
    mapping: &EventSource,
    setting: &str,
    needs: &mut ConfigurationNeeds,
) {
    let reading = [
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:DescribeStream",
    ];
    needs.need(setting, &reading, &source.to_string(), mapping.enabled);
    if let Some((table, _)) = source.resource().split_once("/stream/") {
        let any_label = source
            .with_resource(format!("{table}/stream/*"))
            .to_string();
        needs.may_need(
            &reading,
            &any_label,
            "the table's stream has a new label whenever it is switched on",
        );
    }
    needs.need(setting, &["dynamodb:ListStreams"], "*", false);
    needs.may_use_key(&["kms:Decrypt"], &source.to_string());
}
