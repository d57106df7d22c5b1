//! Durable functions: their runtime saves and reads checkpoints with the function's role.
//!
//! Follows <https://docs.aws.amazon.com/lambda/latest/dg/durable-security.html>.

use super::ConfigurationNeeds;
use crate::iam::Arn;
use crate::lambda::VersionSettings;

pub(super) const ACTIONS: &[&str] = &[
    "lambda:CheckpointDurableExecution",
    "lambda:GetDurableExecutionState",
];

pub(super) fn needs(function: &Arn, version: &VersionSettings, needs: &mut ConfigurationNeeds) {
    if version.durable {
        let executions = format!("{function}:*");
        needs.need(&version.named("DurableConfig"), ACTIONS, &executions, true);
    }
}
