//! Actions that the code of a Lambda function may use before its handler runs.
//!
//! The X-Ray SDKs record nothing outside an invocation. But code commonly reads secrets, parameters, configuration and
//! keys when its module is loaded, as AWS recommends: take advantage of execution environment reuse
//! (<https://docs.aws.amazon.com/lambda/latest/dg/best-practices.html>). No trace shows these reads, so nobody can tell
//! whether a grant of them on named resources is used.

use super::{Bound, Cause, Doubt};

/// The reason that each of these doubts gives.
const REASON: &str = "code may read it before the handler runs, which X-Ray does not record";

/// The actions that code commonly uses once, when it is loaded.
const READS: &[&str] = &[
    "appconfig:GetConfiguration",
    "appconfig:GetLatestConfiguration",
    "appconfig:StartConfigurationSession",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:GetPublicKey",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
];

/// Returns one doubt for each action of `READS`, on named resources.
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
