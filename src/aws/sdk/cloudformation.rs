//! The client for CloudFormation.

use super::pages;
use crate::aws::ApiError;
use crate::aws::cloudformation::{StackApi, StackResource};
use aws_config::SdkConfig;
use aws_sdk_cloudformation::Client;

/// The client for CloudFormation.
#[derive(Debug, Clone)]
pub struct CloudFormation(Client);

impl CloudFormation {
    /// Creates a client.
    pub fn new(sdk: &SdkConfig) -> Self {
        Self(Client::new(sdk))
    }
}

impl StackApi for CloudFormation {
    async fn resources(&self, stack: &str) -> Result<Vec<StackResource>, ApiError> {
        const OPERATION: &str = "ListStackResources";
        pages::all(OPERATION, async |token| {
            let request = self
                .0
                .list_stack_resources()
                .stack_name(stack)
                .set_next_token(token);
            let answer = request
                .send()
                .await
                .map_err(|error| ApiError::of_sdk(OPERATION, &error))?;
            let resources = answer
                .stack_resource_summaries
                .ok_or_else(|| ApiError::incomplete(OPERATION, "list of resources"))?
                .into_iter()
                .map(|summary| {
                    let status = summary
                        .resource_status
                        .map(|status| status.as_str().to_owned());
                    StackResource {
                        logical_id: summary.logical_resource_id.unwrap_or_default(),
                        kind: summary.resource_type.unwrap_or_default(),
                        physical_id: summary.physical_resource_id.filter(|id| !id.is_empty()),
                        status: status.unwrap_or_default(),
                    }
                });
            Ok((resources.collect(), answer.next_token))
        })
        .await
    }
}
