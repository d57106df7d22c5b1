//! An SQS queue as event source: Lambda receives and deletes messages with the role.
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
    // Asked for by older pages of AWS's, and used when a batch fails in part.
    needs.need(setting, &["sqs:ChangeMessageVisibility"], &arn, false);
    needs.may_use_key(&["kms:Decrypt"], &arn);
}
