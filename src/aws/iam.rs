//! IAM's API: roles, and the policies that are attached to them or written into them.
//!
//! Documents are handed over as they come, URL-encoded or not. Follows
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html>.

use super::ApiError;

/// A role, without its policies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleRecord {
    /// Its ARN.
    pub arn: String,
    /// The document that says who may assume it.
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

/// The part of IAM's API that grants are read with.
pub trait RoleApi: Send + Sync {
    /// `GetRole`.
    fn role(&self, name: &str) -> impl Future<Output = Result<RoleRecord, ApiError>> + Send;

    /// `ListAttachedRolePolicies`, all pages.
    fn attached_policies(
        &self,
        role: &str,
    ) -> impl Future<Output = Result<Vec<AttachedPolicy>, ApiError>> + Send;

    /// `ListRolePolicies`, all pages: the names of the inline policies.
    fn inline_policies(
        &self,
        role: &str,
    ) -> impl Future<Output = Result<Vec<String>, ApiError>> + Send;

    /// `GetRolePolicy`: the document of an inline policy.
    fn inline_policy(
        &self,
        role: &str,
        policy: &str,
    ) -> impl Future<Output = Result<String, ApiError>> + Send;

    /// `GetPolicy`: the version of a managed policy that counts.
    fn default_version(
        &self,
        policy_arn: &str,
    ) -> impl Future<Output = Result<String, ApiError>> + Send;

    /// `GetPolicyVersion`: the document of a version of a managed policy.
    fn policy_version(
        &self,
        policy_arn: &str,
        version: &str,
    ) -> impl Future<Output = Result<String, ApiError>> + Send;
}
