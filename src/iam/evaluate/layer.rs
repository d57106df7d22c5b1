//! The kinds of policies that must agree before a call is allowed.

use std::fmt;

use crate::iam::resource_pattern::Dispute;

/// What a policy is for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// An identity policy. One of them must allow.
    Identity,
    /// A permissions boundary. Each must allow as well.
    Boundary,
    /// A service control policy. Each must allow as well.
    Scp,
}

impl Layer {
    /// How a match is counted that AWS's documentation leaves open.
    ///
    /// | what is open | counted as |
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
