//! Extensions by AWS write their own logs with the function's role, outside the function's code.
//!
//! Follows <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Lambda-Insights.html> and
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Application-Signals-Enable-LambdaMain.html>.

use super::{ConfigurationNeeds, logs};
use crate::iam::Arn;
use crate::lambda::VersionSettings;

/// The first part of a layer's name, and the log group that the layer's extension writes to.
const EXTENSIONS: &[(&str, &str)] = &[
    ("LambdaInsightsExtension", "/aws/lambda-insights"),
    ("AWSOpenTelemetryDistro", "/aws/application-signals/data"),
];

pub(super) fn needs(function: &Arn, version: &VersionSettings, needs: &mut ConfigurationNeeds) {
    for (name, group) in EXTENSIONS {
        let place = (function.partition(), function.region(), function.account());
        let group = format!(
            "arn:{}:logs:{}:{}:log-group:{group}:*",
            place.0, place.1, place.2
        );
        let mut layers = version.layers.iter();
        if layers.any(|layer| layer_name(layer).is_some_and(|layer| layer.starts_with(name))) {
            needs.need(
                &version.named(&format!("layer {name}")),
                logs::ACTIONS,
                &group,
                false,
            );
        } else if version.is_image {
            let reason = format!(
                "the function is a container image, which may have the extension {name} in it"
            );
            needs.may_need(logs::ACTIONS, &group, &reason);
        }
    }
}

/// The name in `arn:aws:lambda:REGION:ACCOUNT:layer:NAME:VERSION`.
fn layer_name(layer: &str) -> Option<&str> {
    layer.split(':').nth(6)
}
