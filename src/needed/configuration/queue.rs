//! An SQS queue as event source: Lambda receives and deletes its messages with the function's role.
//!
//! Follows <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>.

use super::ConfigurationNeeds;
use crate::iam::Arn;
use crate::lambda::EventSource;

pub(super) const ACTIONS: &[&str] = &[
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ChangeMessageVisibility",
];

pub(super) fn needs(
    queue: &Arn,
    source: &EventSource,
    setting: &str,
    needs: &mut ConfigurationNeeds,
) {
    let arn = queue.to_string();
    let polling = [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
    ];
    needs.need(setting, &polling, &arn, source.enabled);
    // Older AWS pages ask for this action, and Lambda uses it when part of a batch fails.
    needs.need(setting, &["sqs:ChangeMessageVisibility"], &arn, false);
    needs.may_use_key(&["kms:Decrypt"], &arn);
}
