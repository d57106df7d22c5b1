//! Step Functions' API: the role of a state machine.
//!
//! Follows <https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html>.

use super::ApiError;

/// The operation of Step Functions with which roles of state machines are found.
pub trait StateMachineApi: Send + Sync {
    /// Calls `DescribeStateMachine` by ARN. Returns the role.
    fn role(&self, machine: &str) -> impl Future<Output = Result<String, ApiError>> + Send;
}
