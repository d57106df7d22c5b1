//! CloudFormation's API: what a stack consists of.
//!
//! One stack a call; nested ones are resources like any other, for the caller to follow. Follows
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html>.

use super::ApiError;

/// A resource of a stack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct StackResource {
    /// Its name in the template.
    pub logical_id: String,
    /// Its type, such as `AWS::Lambda::Function`.
    pub kind: String,
    /// Its name or ARN, once it exists.
    pub physical_id: Option<String>,
    /// Such as `CREATE_COMPLETE`.
    pub status: String,
}

/// The part of CloudFormation's API that targets are found with.
pub trait StackApi: Send + Sync {
    /// `ListStackResources` of a stack by its name or id, all pages.
    fn resources(
        &self,
        stack: &str,
    ) -> impl Future<Output = Result<Vec<StackResource>, ApiError>> + Send;
}
