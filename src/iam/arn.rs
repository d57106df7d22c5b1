//! Amazon Resource Names and their parts.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>. An ARN says nothing about whether the
//! resource exists, and wildcards are not interpreted: a pattern is a glob, not an ARN.

use std::fmt;
use std::str::FromStr;

/// An ARN: `arn:partition:service:region:account:resource`.
///
/// Region and account may be empty (`arn:aws:s3:::bucket`); the resource may contain colons and slashes.
///
/// ```
/// use aws_least_privilege::iam::Arn;
///
/// let arn: Arn = "arn:aws:lambda:eu-west-1:123456789012:function:checkout".parse()?;
/// assert_eq!(arn.service(), "lambda");
/// assert_eq!(arn.resource(), "function:checkout");
/// assert!("arn:aws:s3".parse::<Arn>().is_err());
/// # Ok::<(), aws_least_privilege::iam::arn::ParseArnError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arn {
    partition: String,
    service: String,
    region: String,
    account: String,
    resource: String,
}

impl Arn {
    /// The partition: `aws`, `aws-cn`, `aws-us-gov`, ...
    pub fn partition(&self) -> &str {
        &self.partition
    }

    /// The service namespace: `s3`, `dynamodb`, ...
    pub fn service(&self) -> &str {
        &self.service
    }

    /// The region. Empty for global resources.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The account id. Empty if the service leaves it out.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// Everything after the account: `function:checkout`, `table/orders/index/by-day`.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The same ARN with another resource part.
    #[must_use]
    pub fn with_resource(&self, resource: impl Into<String>) -> Self {
        Self {
            resource: resource.into(),
            ..self.clone()
        }
    }
}

/// The error for text that is not an ARN.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not an ARN: {problem}")]
pub struct ParseArnError {
    text: String,
    problem: &'static str,
}

impl FromStr for Arn {
    type Err = ParseArnError;

    /// # Errors
    ///
    /// If the text does not begin with `arn:`, has fewer than six parts, or has no partition, service or resource.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let problem = |problem| ParseArnError {
            text: text.chars().take(200).collect(),
            problem,
        };
        let rest = text
            .strip_prefix("arn:")
            .ok_or_else(|| problem("it does not begin with `arn:`"))?;
        let mut parts = rest.splitn(5, ':');
        let mut part = || {
            parts
                .next()
                .ok_or_else(|| problem("it has fewer than six parts separated by `:`"))
        };
        let (partition, service, region, account, resource) =
            (part()?, part()?, part()?, part()?, part()?);
        if partition.is_empty() || service.is_empty() || resource.is_empty() {
            return Err(problem("its partition, service or resource is empty"));
        }
        Ok(Self {
            partition: partition.into(),
            service: service.into(),
            region: region.into(),
            account: account.into(),
            resource: resource.into(),
        })
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            service,
            region,
            account,
            resource,
        } = self;
        write!(
            formatter,
            "arn:{partition}:{service}:{region}:{account}:{resource}"
        )
    }
}
