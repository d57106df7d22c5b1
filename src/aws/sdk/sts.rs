//! The client for STS, which returns the account of the credentials.
//!
//! The call needs no permission. Follows
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>.

use crate::aws::ApiError;
use aws_config::SdkConfig;
use aws_sdk_sts::Client;

/// The client for STS.
#[derive(Debug, Clone)]
pub struct Sts(Client);

impl Sts {
    /// Creates a client.
    pub fn new(sdk: &SdkConfig) -> Self {
        Self(Client::new(sdk))
    }

    /// Calls `GetCallerIdentity`. Returns the account.
    ///
    /// # Errors
    ///
    /// Returns an error if AWS does not answer, or if the answer has no account.
    pub async fn account(&self) -> Result<String, ApiError> {
        const OPERATION: &str = "GetCallerIdentity";
        let answer = self.0.get_caller_identity().send().await;
        let answer = answer.map_err(|error| ApiError::of_sdk(OPERATION, &error))?;
        answer
            .account
            .ok_or_else(|| ApiError::incomplete(OPERATION, "account"))
    }
}
