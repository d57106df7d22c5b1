//! With active tracing, Lambda and the X-Ray daemon beside the code send segments with the role.
//!
//! Without it they still do for requests that were sampled before they came here, so its absence proves nothing. Follows
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html>.

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

/// Active tracing settles the sending of segments; sampling rules are read by some SDKs and not by others.
pub(super) fn leave_open(versions: &[VersionSettings], open: &mut BTreeSet<Action>) {
    let active = versions.iter().any(|version| version.active_tracing);
    let left = ACTIONS
        .iter()
        .filter(|action| !(active && SENDING.contains(action)));
    open.extend(actions(left.copied()));
}
