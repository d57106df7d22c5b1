//! Finds that AWS does not answer, or answers with something unusable.

use super::{Cause, Examined, Finding, Weight};
use crate::aws::{ApiErrorKind, ENDPOINT_HINT};
use std::collections::BTreeSet;

pub(super) fn find(examined: &Examined) -> Vec<Finding> {
    let is_other = |kind: ApiErrorKind| match kind {
        ApiErrorKind::Credentials | ApiErrorKind::Denied => false,
        ApiErrorKind::Throttled
        | ApiErrorKind::Fault
        | ApiErrorKind::Network
        | ApiErrorKind::TimedOut
        | ApiErrorKind::Garbled
        | ApiErrorKind::TooLarge
        | ApiErrorKind::Refused => true,
    };
    let refusals = examined.refusals.iter();
    let others = refusals.filter(|refusal| is_other(refusal.error.kind));
    // Without these calls the other causes can still be found.
    let (minor, major): (Vec<_>, Vec<_>) = others.partition(|refusal| is_minor(&refusal.action));
    let mut findings = Vec::new();
    for (refusals, weight) in [(major, Weight::CannotLook), (minor, Weight::Note)] {
        let said: BTreeSet<String> = refusals
            .iter()
            .map(|refusal| refusal.error.to_string())
            .collect();
        let said: Vec<String> = said.into_iter().collect();
        if said.is_empty() {
            continue;
        }
        let text = format!("AWS was asked and did not answer: {}.", said.join("; "));
        let finding = Finding::new(Cause::Unreachable, text).weighing(weight);
        let advice = format!("Check the network and the proxy, and {ENDPOINT_HINT}.");
        findings.push(
            finding
                .advising(advice)
                .mended_by("env | grep -i -e AWS_ENDPOINT_URL -e PROXY"),
        );
    }
    findings
}

/// Whether a call is not essential.
fn is_minor(action: &str) -> bool {
    const MINOR: &[&str] = &[
        "xray:GetSamplingRules",
        "xray:GetTraceSegmentDestination",
        "lambda:ListEventSourceMappings",
        "lambda:ListFunctionEventInvokeConfigs",
    ];
    MINOR.contains(&action) || action.starts_with("iam:")
}
