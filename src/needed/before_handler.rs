//! What code of a Lambda function may read before its handler runs.
//!
//! X-Ray's SDKs record nothing outside an invocation, and secrets, parameters, configuration and keys are commonly read when the
//! module is loaded (<https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html>: take advantage of execution environment
//! reuse). No trace shows those reads, so on named resources nobody can tell whether they are used.

use super::{Bound, Cause, Doubt};

/// Why none of them is in a trace.
const REASON: &str = "code may read it before the handler runs, which X-Ray does not record";

/// What is commonly read once, when the code is loaded.
const READS: &[&str] = &[
    "appconfig:GetConfiguration",
    "appconfig:GetLatestConfiguration",
    "appconfig:StartConfigurationSession",
    "kms:Decrypt",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
];

/// What code may read before its handler runs, each on named resources.
pub(super) fn possible() -> impl Iterator<Item = Doubt> {
    let actions = READS.iter().filter_map(|action| action.parse().ok());
    actions.map(|action| Doubt::of(action, Bound::Named, Cause::BeforeHandler, REASON))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn every_read_is_an_action() {
        assert_eq!(possible().count(), READS.len());
        for doubt in possible() {
            let action = doubt.action().unwrap();
            assert!(Catalog::embedded().action(action).is_some(), "{action}");
        }
    }
}
