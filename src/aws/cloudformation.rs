//! CloudFormation's API: the resources of a stack.
//!
//! Each call lists one stack. A nested stack is a resource like any other, and the caller must list it. Follows
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html>.

use super::ApiError;

/// A resource of a stack.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct StackResource {
    /// Its name in the template.
    pub logical_id: String,
    /// Its type, such as `AWS::Lambda::Function`.
    pub kind: String,
    /// Its name or ARN, after it was created.
    pub physical_id: Option<String>,
    /// Its status, such as `CREATE_COMPLETE`.
    pub status: String,
}

/// The operations of CloudFormation with which targets are found.
pub trait StackApi: Send + Sync {
    /// Calls `ListStackResources` for a stack, by name or id, and reads all pages.
    fn resources(
        &self,
        stack: &str,
    ) -> impl Future<Output = Result<Vec<StackResource>, ApiError>> + Send;
}
