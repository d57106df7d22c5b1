//! IAM's API: roles, and their attached and inline policies.
//!
//! Policy documents are returned as AWS sends them, URL-encoded or not. Follows
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html>.

use super::ApiError;

/// A role, without its policies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleRecord {
    /// Its ARN.
    pub arn: String,
    /// Its trust policy: the document that says who may assume it.
    pub trust_policy: Option<String>,
    /// The ARN of its permissions boundary.
    pub boundary: Option<String>,
}

/// A managed policy that is attached to a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttachedPolicy {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
}

/// The operations of IAM with which grants are read.
pub trait RoleApi: Send + Sync {
    /// Calls `GetRole`.
    fn role(&self, name: &str) -> impl Future<Output = Result<RoleRecord, ApiError>> + Send;

    /// Calls `ListAttachedRolePolicies` and reads all pages.
    fn attached_policies(
        &self,
        role: &str,
    ) -> impl Future<Output = Result<Vec<AttachedPolicy>, ApiError>> + Send;

    /// Calls `ListRolePolicies` and reads all pages. Returns the names of the inline policies.
    fn inline_policies(
        &self,
        role: &str,
    ) -> impl Future<Output = Result<Vec<String>, ApiError>> + Send;

    /// Calls `GetRolePolicy`. Returns the document of an inline policy.
    fn inline_policy(
        &self,
        role: &str,
        policy: &str,
    ) -> impl Future<Output = Result<String, ApiError>> + Send;

    /// Calls `GetPolicy`. Returns the default version of a managed policy.
    fn default_version(
        &self,
        policy_arn: &str,
    ) -> impl Future<Output = Result<String, ApiError>> + Send;

    /// Calls `GetPolicyVersion`. Returns the document of one version of a managed policy.
    fn policy_version(
        &self,
        policy_arn: &str,
        version: &str,
    ) -> impl Future<Output = Result<String, ApiError>> + Send;
}
