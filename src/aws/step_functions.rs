//! Step Functions' API: which role a state machine runs with.
//!
//! Follows <https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html>.

use super::ApiError;

/// The part of Step Functions' API that roles of state machines are found with.
pub trait StateMachineApi: Send + Sync {
    /// `DescribeStateMachine` by ARN: its role.
    fn role(&self, machine: &str) -> impl Future<Output = Result<String, ApiError>> + Send;
}
