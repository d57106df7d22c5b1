//! An Amazon MQ broker as event source: Lambda describes the broker and reads its credentials with the function's role.
//!
//! Follows <https://docs.aws.amazon.com/lambda/latest/dg/process-mq-messages-with-lambda.html>.

use super::{ConfigurationNeeds, kafka, network};
use crate::iam::Arn;
use crate::lambda::EventSource;

pub(super) const ACTIONS: &[&str] = &["mq:DescribeBroker"];

pub(super) fn needs(
    broker: &Arn,
    source: &EventSource,
    setting: &str,
    needs: &mut ConfigurationNeeds,
) {
    needs.need(setting, ACTIONS, &broker.to_string(), source.enabled);
    network::of_poller(setting, needs);
    kafka::read_secrets(source, setting, needs);
}
