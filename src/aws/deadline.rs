//! The time limit for all calls of AWS. An answer that is not there in time is an error.
//!
//! An API that is called through [`Within`] always answers in time, however slow its responses are and however often
//! the SDK retries.

use super::ApiError;
use super::cloudformation::{StackApi, StackResource};
use super::ecs::{TaskApi, TaskRecord};
use super::iam::{AttachedPolicy, RoleApi, RoleRecord};
use super::lambda::{FunctionApi, FunctionEventSource, FunctionVersion};
use super::step_functions::StateMachineApi;
use crate::lambda::Destination;
use std::time::{Duration, Instant};

/// The time limit for all calls of AWS, and the time at which it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    begun: Instant,
    whole: Duration,
    tenths: u32,
}

impl Deadline {
    /// Creates a limit of `whole` that begins at `begun`.
    pub fn new(begun: Instant, whole: Duration) -> Self {
        Self {
            begun,
            whole,
            tenths: 10,
        }
    }

    /// The part for looking things up before evidence is read. If that takes too long, there is still time for
    /// evidence.
    #[must_use]
    pub fn before_evidence(self) -> Self {
        Self { tenths: 4, ..self }
    }

    /// The part that ends when evidence must be read.
    #[must_use]
    pub fn evidence(self) -> Self {
        Self { tenths: 8, ..self }
    }

    /// The part for looking things up after evidence was read. Some time is left after it to read the roles.
    #[must_use]
    pub fn after_evidence(self) -> Self {
        Self { tenths: 9, ..self }
    }

    /// Returns when it ends.
    pub fn end(self) -> Instant {
        self.begun + self.whole * self.tenths / 10
    }

    /// Returns the whole time limit.
    pub fn whole(self) -> Duration {
        self.whole
    }

    async fn of<T>(
        self,
        operation: &'static str,
        answer: impl Future<Output = Result<T, ApiError>>,
    ) -> Result<T, ApiError> {
        self.by(self.end(), operation, answer).await
    }

    /// Waits for an answer that is not essential, for half of the remaining time. The other half is for answers that
    /// are.
    async fn half<T>(
        self,
        operation: &'static str,
        answer: impl Future<Output = Result<T, ApiError>>,
    ) -> Result<T, ApiError> {
        let now = tokio::time::Instant::now().into_std();
        let left = self.end().saturating_duration_since(now);
        self.by(now + left / 2, operation, answer).await
    }

    async fn by<T>(
        self,
        end: Instant,
        operation: &'static str,
        answer: impl Future<Output = Result<T, ApiError>>,
    ) -> Result<T, ApiError> {
        let answer = tokio::time::timeout_at(end.into(), answer);
        answer
            .await
            .unwrap_or_else(|_elapsed| Err(ApiError::out_of_time(operation, self.whole)))
    }
}

/// An AWS API with a time limit.
#[derive(Debug, Clone)]
pub struct Within<A> {
    api: A,
    deadline: Deadline,
}

impl<A> Within<A> {
    /// Limits this API by the deadline.
    pub fn new(api: A, deadline: Deadline) -> Self {
        Self { api, deadline }
    }
}

impl<A: StackApi> StackApi for Within<A> {
    async fn resources(&self, stack: &str) -> Result<Vec<StackResource>, ApiError> {
        let answer = self.api.resources(stack);
        self.deadline.of("ListStackResources", answer).await
    }
}

impl<A: FunctionApi> FunctionApi for Within<A> {
    async fn functions(&self) -> Result<Vec<FunctionVersion>, ApiError> {
        let answer = self.api.functions();
        self.deadline.half("ListFunctions", answer).await
    }

    async fn function(
        &self,
        name: &str,
        qualifier: Option<&str>,
    ) -> Result<FunctionVersion, ApiError> {
        let answer = self.api.function(name, qualifier);
        self.deadline.of("GetFunctionConfiguration", answer).await
    }

    async fn event_sources(&self) -> Result<Vec<FunctionEventSource>, ApiError> {
        let answer = self.api.event_sources();
        self.deadline.half("ListEventSourceMappings", answer).await
    }

    async fn destinations(&self, function: &str) -> Result<Vec<Destination>, ApiError> {
        let answer = self.api.destinations(function);
        let operation = "ListFunctionEventInvokeConfigs";
        self.deadline.half(operation, answer).await
    }
}

impl<A: RoleApi> RoleApi for Within<A> {
    async fn role(&self, name: &str) -> Result<RoleRecord, ApiError> {
        self.deadline.of("GetRole", self.api.role(name)).await
    }

    async fn attached_policies(&self, role: &str) -> Result<Vec<AttachedPolicy>, ApiError> {
        let answer = self.api.attached_policies(role);
        self.deadline.of("ListAttachedRolePolicies", answer).await
    }

    async fn inline_policies(&self, role: &str) -> Result<Vec<String>, ApiError> {
        let answer = self.api.inline_policies(role);
        self.deadline.of("ListRolePolicies", answer).await
    }

    async fn inline_policy(&self, role: &str, policy: &str) -> Result<String, ApiError> {
        let answer = self.api.inline_policy(role, policy);
        self.deadline.of("GetRolePolicy", answer).await
    }

    async fn default_version(&self, policy_arn: &str) -> Result<String, ApiError> {
        let answer = self.api.default_version(policy_arn);
        self.deadline.of("GetPolicy", answer).await
    }

    async fn policy_version(&self, policy_arn: &str, version: &str) -> Result<String, ApiError> {
        let answer = self.api.policy_version(policy_arn, version);
        self.deadline.of("GetPolicyVersion", answer).await
    }
}

impl<A: TaskApi> TaskApi for Within<A> {
    async fn tasks(&self, cluster: &str, tasks: Vec<String>) -> Result<Vec<TaskRecord>, ApiError> {
        let answer = self.api.tasks(cluster, tasks);
        self.deadline.half("DescribeTasks", answer).await
    }

    async fn definition_role(&self, definition: &str) -> Result<Option<String>, ApiError> {
        let answer = self.api.definition_role(definition);
        self.deadline.half("DescribeTaskDefinition", answer).await
    }
}

impl<A: StateMachineApi> StateMachineApi for Within<A> {
    async fn role(&self, machine: &str) -> Result<String, ApiError> {
        let answer = self.api.role(machine);
        self.deadline.half("DescribeStateMachine", answer).await
    }
}
