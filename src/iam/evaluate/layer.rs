//! The kinds of policies that must agree before a call is allowed.

use std::fmt;

use crate::iam::resource_pattern::Dispute;

/// What a policy is to the one who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// A policy of the identity: any of them may allow.
    Identity,
    /// A permissions boundary: each must allow as well.
    Boundary,
    /// A service control policy: each must allow as well.
    Scp,
}

impl Layer {
    /// What a match that AWS's documentation leaves open is taken for.
    ///
    /// | what is open | taken for |
    /// |---|---|
    /// | an ARN that ends early, `arn:aws:sqs` (case 26) | a match, but not in an SCP |
    /// | `*` for a whole part of the resource, `*:12345` (case 27) | no match |
    /// | a variable before the resource | no match |
    pub fn reads(self, dispute: Dispute) -> bool {
        match (dispute, self) {
            (Dispute::ShortArn, Self::Identity | Self::Boundary) => true,
            (Dispute::ShortArn, Self::Scp) | (Dispute::WholePart | Dispute::EarlyVariable, _) => {
                false
            }
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Identity => "identity policy",
            Self::Boundary => "permissions boundary",
            Self::Scp => "service control policy",
        })
    }
}
