//! Replaces the clients and the session in a build without the feature `live`.
//!
//! The session cannot be opened, and none of these types has a value, so none of this code ever runs.

use super::cloudformation::{StackApi, StackResource};
use super::ecs::{TaskApi, TaskRecord};
use super::iam::{AttachedPolicy, RoleApi, RoleRecord};
use super::lambda::{FunctionApi, FunctionEventSource, FunctionVersion};
use super::step_functions::StateMachineApi;
use super::xray::{
    SamplingApi, SamplingRule, SegmentDestination, SummaryPage, SummaryQuery, TraceApi, TracePage,
};
use super::{ApiError, Deadline, SessionError};
use crate::lambda::Destination;
use std::convert::Infallible;
use tokio::runtime::Handle;

/// A session that cannot be opened.
#[derive(Debug)]
pub struct Session(Infallible);

impl Session {
    /// Returns an error that this build cannot call AWS.
    ///
    /// # Errors
    ///
    /// Always.
    pub fn open(
        _region: Option<&str>,
        _profile: Option<&str>,
        _deadline: Deadline,
    ) -> Result<Self, SessionError> {
        Err(SessionError::NotBuilt)
    }

    /// The runtime on which requests run.
    pub fn runtime(&self) -> &Handle {
        match self.0 {}
    }

    /// The configuration for creating clients.
    pub fn sdk(&self) -> &Self {
        self
    }

    /// The configuration for clients of another region.
    pub fn in_region(&self, _region: &str) -> Self {
        match self.0 {}
    }

    /// The region.
    pub fn region(&self) -> &str {
        match self.0 {}
    }
}

/// A client that cannot be created.
#[derive(Debug, Clone, Copy)]
pub struct Nobody(Infallible);

impl Nobody {
    /// Creates a client from a session, which cannot exist.
    pub fn new(session: &Session) -> Self {
        match session.0 {}
    }

    /// The account of the credentials.
    ///
    /// # Errors
    ///
    /// Never.
    pub async fn account(&self) -> Result<String, ApiError> {
        match self.0 {}
    }
}

/// The client for CloudFormation.
pub type CloudFormation = Nobody;
/// The client for ECS.
pub type Ecs = Nobody;
/// The client for IAM.
pub type Iam = Nobody;
/// The client for Lambda.
pub type Lambda = Nobody;
/// The client for Step Functions.
pub type StepFunctions = Nobody;
/// The client for X-Ray.
pub type Xray = Nobody;
/// The client for STS.
pub type Sts = Nobody;

impl StackApi for Nobody {
    async fn resources(&self, _stack: &str) -> Result<Vec<StackResource>, ApiError> {
        match self.0 {}
    }
}

impl TaskApi for Nobody {
    async fn tasks(
        &self,
        _cluster: &str,
        _tasks: Vec<String>,
    ) -> Result<Vec<TaskRecord>, ApiError> {
        match self.0 {}
    }

    async fn definition_role(&self, _definition: &str) -> Result<Option<String>, ApiError> {
        match self.0 {}
    }
}

impl RoleApi for Nobody {
    async fn role(&self, _name: &str) -> Result<RoleRecord, ApiError> {
        match self.0 {}
    }

    async fn attached_policies(&self, _role: &str) -> Result<Vec<AttachedPolicy>, ApiError> {
        match self.0 {}
    }

    async fn inline_policies(&self, _role: &str) -> Result<Vec<String>, ApiError> {
        match self.0 {}
    }

    async fn inline_policy(&self, _role: &str, _policy: &str) -> Result<String, ApiError> {
        match self.0 {}
    }

    async fn default_version(&self, _policy_arn: &str) -> Result<String, ApiError> {
        match self.0 {}
    }

    async fn policy_version(&self, _policy_arn: &str, _version: &str) -> Result<String, ApiError> {
        match self.0 {}
    }
}

impl FunctionApi for Nobody {
    async fn functions(&self) -> Result<Vec<FunctionVersion>, ApiError> {
        match self.0 {}
    }

    async fn function(
        &self,
        _name: &str,
        _qualifier: Option<&str>,
    ) -> Result<FunctionVersion, ApiError> {
        match self.0 {}
    }

    async fn event_sources(&self) -> Result<Vec<FunctionEventSource>, ApiError> {
        match self.0 {}
    }

    async fn destinations(&self, _function: &str) -> Result<Vec<Destination>, ApiError> {
        match self.0 {}
    }
}

impl StateMachineApi for Nobody {
    async fn role(&self, _machine: &str) -> Result<String, ApiError> {
        match self.0 {}
    }
}

impl SamplingApi for Nobody {
    async fn sampling_rules(&self) -> Result<Vec<SamplingRule>, ApiError> {
        match self.0 {}
    }
}

impl TraceApi for Nobody {
    async fn summaries(
        &self,
        _query: SummaryQuery,
        _next_token: Option<String>,
    ) -> Result<SummaryPage, ApiError> {
        match self.0 {}
    }

    async fn traces(
        &self,
        _ids: Vec<String>,
        _next_token: Option<String>,
    ) -> Result<TracePage, ApiError> {
        match self.0 {}
    }

    async fn segment_destination(&self) -> Result<SegmentDestination, ApiError> {
        match self.0 {}
    }
}
