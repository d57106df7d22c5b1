//! Lambda's API: functions, what Lambda polls for them, and where it hands their invocations on to.
//!
//! Turns AWS's answers into [settings](crate::lambda); what follows from those is told there. Follows
//! <https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html>.

use super::ApiError;
use crate::iam::Arn;
use crate::lambda::{Destination, EventSource, VersionSettings};

/// One version of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionVersion {
    /// The function, without qualifier.
    pub function: Arn,
    /// The ARN of the role that this version runs with.
    pub role: String,
    /// Its settings.
    pub settings: VersionSettings,
}

/// What Lambda polls for a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionEventSource {
    /// The function, without qualifier.
    pub function: Arn,
    /// The event source.
    pub source: EventSource,
}

/// The part of Lambda's API that functions and their settings are read with.
pub trait FunctionApi: Send + Sync {
    /// `ListFunctions`, all pages and all versions: every function of the account and region.
    fn functions(&self) -> impl Future<Output = Result<Vec<FunctionVersion>, ApiError>> + Send;

    /// `GetFunctionConfiguration` of a function by name or ARN, of `$LATEST` or of a version or alias.
    fn function(
        &self,
        name: &str,
        qualifier: Option<&str>,
    ) -> impl Future<Output = Result<FunctionVersion, ApiError>> + Send;

    /// `ListEventSourceMappings`, all pages: every mapping of the account and region, aliases' and versions' too.
    fn event_sources(
        &self,
    ) -> impl Future<Output = Result<Vec<FunctionEventSource>, ApiError>> + Send;

    /// `ListFunctionEventInvokeConfigs` of a function, all pages: the destinations of all its versions and aliases.
    fn destinations(
        &self,
        function: &str,
    ) -> impl Future<Output = Result<Vec<Destination>, ApiError>> + Send;
}

/// A function's ARN without version or alias; nothing for what is no function's ARN.
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
