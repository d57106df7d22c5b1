//! Lambda's API: functions, their event sources and their destinations.
//!
//! AWS's answers become [settings](crate::lambda). The module `needed` works out what they need.
//! Follows <https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html>.

use super::ApiError;
use crate::iam::Arn;
use crate::lambda::{Destination, EventSource, VersionSettings};

/// One version of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionVersion {
    /// The ARN of the function, without a qualifier.
    pub function: Arn,
    /// The ARN of the role that this version runs with.
    pub role: String,
    /// Its settings.
    pub settings: VersionSettings,
}

/// An event source that Lambda polls for a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionEventSource {
    /// The ARN of the function, without a qualifier.
    pub function: Arn,
    /// The event source.
    pub source: EventSource,
}

/// The operations of Lambda with which functions and their settings are read.
pub trait FunctionApi: Send + Sync {
    /// Calls `ListFunctions` for all versions and reads all pages: every function of the account and region.
    fn functions(&self) -> impl Future<Output = Result<Vec<FunctionVersion>, ApiError>> + Send;

    /// Calls `GetFunctionConfiguration` for a function, by name or ARN. Without a qualifier it reads `$LATEST`.
    fn function(
        &self,
        name: &str,
        qualifier: Option<&str>,
    ) -> impl Future<Output = Result<FunctionVersion, ApiError>> + Send;

    /// Calls `ListEventSourceMappings` and reads all pages: every mapping of the account and region, including those of
    /// aliases and versions.
    fn event_sources(
        &self,
    ) -> impl Future<Output = Result<Vec<FunctionEventSource>, ApiError>> + Send;

    /// Calls `ListFunctionEventInvokeConfigs` for a function and reads all pages: the destinations of all its versions
    /// and aliases.
    fn destinations(
        &self,
        function: &str,
    ) -> impl Future<Output = Result<Vec<Destination>, ApiError>> + Send;
}

/// Returns a function's ARN without its version or alias, or `None` if it is not the ARN of a function.
///
/// ```
/// use aws_least_privilege::aws::lambda::unqualified;
///
/// let function = unqualified("arn:aws:lambda:eu-west-1:123456789012:function:checkout:PROD").unwrap();
/// assert_eq!(function.resource(), "function:checkout");
/// assert_eq!(unqualified("arn:aws:sqs:eu-west-1:123456789012:orders"), None);
/// ```
pub fn unqualified(arn: &str) -> Option<Arn> {
    let arn: Arn = arn.parse().ok()?;
    let mut words = arn.resource().split(':');
    match (arn.service(), words.next(), words.next()) {
        ("lambda", Some("function"), Some(name)) if !name.is_empty() => {
            Some(arn.with_resource(format!("function:{name}")))
        }
        _ => None,
    }
}
