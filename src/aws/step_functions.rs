//! Step Functions' API: which role a state machine runs with.
//!
//! Follows <https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html>.

use super::ApiError;
use aws_config::SdkConfig;
use aws_sdk_sfn::Client;

/// The part of Step Functions' API that roles of state machines are found with.
pub trait StateMachineApi: Send + Sync {
    /// `DescribeStateMachine` by ARN: its role.
    fn role(&self, machine: &str) -> impl Future<Output = Result<String, ApiError>> + Send;
}

/// Step Functions itself.
#[derive(Debug, Clone)]
pub struct StepFunctions(Client);

impl StepFunctions {
    /// A client.
    pub fn new(sdk: &SdkConfig) -> Self {
        Self(Client::new(sdk))
    }
}

impl StateMachineApi for StepFunctions {
    async fn role(&self, machine: &str) -> Result<String, ApiError> {
        const OPERATION: &str = "DescribeStateMachine";
        let request = self.0.describe_state_machine().state_machine_arn(machine);
        let answer = request
            .send()
            .await
            .map_err(|error| ApiError::of_sdk(OPERATION, &error))?;
        Ok(answer.role_arn)
    }
}
