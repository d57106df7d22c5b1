//! The function's log: Lambda writes it with the function's role, whatever the code does.
//!
//! Follows <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html>.

use super::ConfigurationNeeds;
use crate::lambda::{FunctionSettings, VersionSettings};

pub(super) const ACTIONS: &[&str] = &[
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
];

pub(super) fn needs(
    settings: &FunctionSettings,
    version: &VersionSettings,
    needs: &mut ConfigurationNeeds,
) {
    let function = &settings.function;
    let (setting, group) = match &version.log_group {
        Some(group) => (version.named("LoggingConfig"), group.clone()),
        None => (
            "the function's log".to_owned(),
            format!("/aws/lambda/{}", settings.name()),
        ),
    };
    let arn = format!(
        "arn:{}:logs:{}:{}:log-group:{group}",
        function.partition(),
        function.region(),
        function.account()
    );
    let inside = format!("{arn}:*");
    needs.need(
        &setting,
        &["logs:CreateLogStream", "logs:PutLogEvents"],
        &inside,
        true,
    );
    // Lambda does not create a log group that exists, and many roles rightly do not allow it.
    needs.need(&setting, &["logs:CreateLogGroup"], &inside, false);
    let reason =
        "Lambda creates the function's log group, which policies name with and without `:*`";
    needs.may_need(&["logs:CreateLogGroup"], &arn, reason);
}
