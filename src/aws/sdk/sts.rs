//! STS's API: whose the credentials are.
//!
//! Needs no permission. Follows <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>.

use crate::aws::ApiError;
use aws_config::SdkConfig;
use aws_sdk_sts::Client;

/// STS itself.
#[derive(Debug, Clone)]
pub struct Sts(Client);

impl Sts {
    /// A client.
    pub fn new(sdk: &SdkConfig) -> Self {
        Self(Client::new(sdk))
    }

    /// `GetCallerIdentity`: the account.
    ///
    /// # Errors
    ///
    /// When AWS does not answer, or with no account.
    pub async fn account(&self) -> Result<String, ApiError> {
        const OPERATION: &str = "GetCallerIdentity";
        let answer = self.0.get_caller_identity().send().await;
        let answer = answer.map_err(|error| ApiError::of_sdk(OPERATION, &error))?;
        answer
            .account
            .ok_or_else(|| ApiError::incomplete(OPERATION, "account"))
    }
}
