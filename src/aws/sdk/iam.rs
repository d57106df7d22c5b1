//! The client for IAM.

use super::pages;
use crate::aws::ApiError;
use crate::aws::iam::{AttachedPolicy, RoleApi, RoleRecord};
use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::config::interceptors::AfterDeserializationInterceptorContextRef;
use aws_sdk_iam::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_iam::error::BoxError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The client for IAM.
#[derive(Debug, Clone)]
pub struct Iam(Client);

impl Iam {
    /// Creates a client.
    pub fn new(sdk: &SdkConfig) -> Self {
        Self(Client::new(sdk))
    }
}

impl RoleApi for Iam {
    async fn role(&self, name: &str) -> Result<RoleRecord, ApiError> {
        let answer = self.0.get_role().role_name(name).send().await;
        let answer = answer.map_err(|error| ApiError::of_sdk("GetRole", &error))?;
        let role = answer
            .role
            .ok_or_else(|| ApiError::incomplete("GetRole", "role"))?;
        let boundary = role.permissions_boundary;
        Ok(RoleRecord {
            arn: told(role.arn, "GetRole", "ARN")?,
            trust_policy: role.assume_role_policy_document,
            boundary: boundary.and_then(|boundary| boundary.permissions_boundary_arn),
        })
    }

    async fn attached_policies(&self, role: &str) -> Result<Vec<AttachedPolicy>, ApiError> {
        const OPERATION: &str = "ListAttachedRolePolicies";
        pages::all(OPERATION, async |marker| {
            let request = self
                .0
                .list_attached_role_policies()
                .role_name(role)
                .set_marker(marker);
            let answer = request
                .send()
                .await
                .map_err(|error| ApiError::of_sdk(OPERATION, &error))?;
            let policies = answer
                .attached_policies
                .ok_or_else(|| ApiError::incomplete(OPERATION, "list of policies"))?
                .into_iter()
                .map(|policy| {
                    let arn = policy
                        .policy_arn
                        .ok_or_else(|| ApiError::incomplete(OPERATION, "ARN"))?;
                    let name = policy.policy_name.unwrap_or_else(|| last_word(&arn));
                    Ok(AttachedPolicy { name, arn })
                });
            Ok((
                policies.collect::<Result<_, _>>()?,
                next(OPERATION, answer.marker, answer.is_truncated)?,
            ))
        })
        .await
    }

    async fn inline_policies(&self, role: &str) -> Result<Vec<String>, ApiError> {
        const OPERATION: &str = "ListRolePolicies";
        pages::all(OPERATION, async |marker| {
            let names = Element::new("PolicyNames");
            let request = self
                .0
                .list_role_policies()
                .role_name(role)
                .set_marker(marker);
            let answer = request
                .customize()
                .interceptor(names.clone())
                .send()
                .await
                .map_err(|error| ApiError::of_sdk(OPERATION, &error))?;
            if !names.is_there() {
                return Err(ApiError::incomplete(OPERATION, "list of policies"));
            }
            Ok((
                answer.policy_names,
                next(OPERATION, answer.marker, answer.is_truncated)?,
            ))
        })
        .await
    }

    async fn inline_policy(&self, role: &str, policy: &str) -> Result<String, ApiError> {
        let answer = self
            .0
            .get_role_policy()
            .role_name(role)
            .policy_name(policy)
            .send()
            .await;
        let answer = answer.map_err(|error| ApiError::of_sdk("GetRolePolicy", &error))?;
        told(answer.policy_document, "GetRolePolicy", "document")
    }

    async fn default_version(&self, policy_arn: &str) -> Result<String, ApiError> {
        let answer = self.0.get_policy().policy_arn(policy_arn).send().await;
        let answer = answer.map_err(|error| ApiError::of_sdk("GetPolicy", &error))?;
        let version = answer.policy.and_then(|policy| policy.default_version_id);
        version.ok_or_else(|| ApiError::incomplete("GetPolicy", "default version"))
    }

    async fn policy_version(&self, policy_arn: &str, version: &str) -> Result<String, ApiError> {
        let answer = self
            .0
            .get_policy_version()
            .policy_arn(policy_arn)
            .version_id(version)
            .send()
            .await;
        let answer = answer.map_err(|error| ApiError::of_sdk("GetPolicyVersion", &error))?;
        let document = answer.policy_version.and_then(|version| version.document);
        told(document.unwrap_or_default(), "GetPolicyVersion", "document")
    }
}

/// Returns what the answer must have. Where the answer lacks it, the SDK fills in an empty text.
fn told(value: String, operation: &'static str, what: &str) -> Result<String, ApiError> {
    if value.is_empty() {
        return Err(ApiError::incomplete(operation, what));
    }
    Ok(value)
}

/// Sees whether an answer has an element. Where a list that an answer must have is absent, the SDK fills in an empty one,
/// and a role without policies would pass.
#[derive(Debug, Clone)]
struct Element {
    name: &'static str,
    is_there: Arc<AtomicBool>,
}

impl Element {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            is_there: Arc::default(),
        }
    }

    fn is_there(&self) -> bool {
        self.is_there.load(Ordering::Relaxed)
    }
}

impl Intercept for Element {
    fn name(&self) -> &'static str {
        "Element"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes().unwrap_or_default();
        let name = self.name.as_bytes();
        let is_there = body.windows(name.len()).any(|part| part == name);
        self.is_there.store(is_there, Ordering::Relaxed);
        Ok(())
    }
}

/// Returns the marker of the next page. If a list is truncated and has no marker, or has one and is not truncated, nobody
/// knows whether it is whole, which is an error.
fn next(
    operation: &'static str,
    marker: Option<String>,
    is_truncated: bool,
) -> Result<Option<String>, ApiError> {
    match marker.filter(|marker| !marker.is_empty()) {
        None if is_truncated => Err(ApiError::incomplete(operation, "marker of its next page")),
        Some(_) if !is_truncated => Err(ApiError::incomplete(
            operation,
            "`IsTruncated` beside the marker of a next page",
        )),
        marker => Ok(marker),
    }
}

fn last_word(arn: &str) -> String {
    arn.rsplit('/').next().unwrap_or(arn).to_owned()
}
