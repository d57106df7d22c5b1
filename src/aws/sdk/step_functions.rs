//! The client for Step Functions.

use crate::aws::ApiError;
use crate::aws::step_functions::StateMachineApi;
use aws_config::SdkConfig;
use aws_sdk_sfn::Client;

/// The client for Step Functions.
#[derive(Debug, Clone)]
pub struct StepFunctions(Client);

impl StepFunctions {
    /// Creates a client.
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
        Some(answer.role_arn)
            .filter(|role| !role.is_empty())
            .ok_or_else(|| ApiError::incomplete(OPERATION, "role"))
    }
}
