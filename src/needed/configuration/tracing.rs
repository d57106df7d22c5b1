//! X-Ray tracing: with active tracing, Lambda and the X-Ray daemon send segments with the function's role.
//!
//! Without active tracing they still send them for requests that were sampled upstream, so its absence proves nothing.
//! Follows <https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html>.

use super::{ConfigurationNeeds, actions};
use crate::iam::Action;
use crate::lambda::VersionSettings;
use std::collections::BTreeSet;

pub(super) const ACTIONS: &[&str] = &[
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:GetSamplingStatisticSummaries",
];

const SENDING: &[&str] = &["xray:PutTraceSegments", "xray:PutTelemetryRecords"];

pub(super) fn needs(version: &VersionSettings, needs: &mut ConfigurationNeeds) {
    if version.active_tracing {
        needs.need(&version.named("TracingConfig"), SENDING, "*", true);
    }
}

/// Adds to `open` the actions that the settings do not decide. Active tracing decides the sending of segments. Nothing
/// decides the reading of sampling rules: some SDKs read them and others do not.
pub(super) fn leave_open(versions: &[VersionSettings], open: &mut BTreeSet<Action>) {
    let active = versions.iter().any(|version| version.active_tracing);
    let left = ACTIONS
        .iter()
        .filter(|action| !(active && SENDING.contains(action)));
    open.extend(actions(left.copied()));
}
