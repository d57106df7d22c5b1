//! What stands for AWS in a build without the feature `live`: a session that cannot be opened.
//!
//! There is no value of any of these types, so that nothing here ever runs; the program says so when it is asked to.

use super::cloudformation::{StackApi, StackResource};
use super::ecs::{TaskApi, TaskRecord};
use super::iam::{AttachedPolicy, RoleApi, RoleRecord};
use super::lambda::{FunctionApi, FunctionEventSource, FunctionVersion};
use super::step_functions::StateMachineApi;
use super::xray::{
    SamplingApi, SamplingRule, SegmentDestination, SummaryPage, SummaryQuery, TraceApi, TracePage,
};
use super::{ApiError, SessionError};
use crate::lambda::Destination;
use std::convert::Infallible;
use tokio::runtime::Handle;

/// No session.
#[derive(Debug)]
pub struct Session(Infallible);

impl Session {
    /// Says that this build cannot ask AWS.
    ///
    /// # Errors
    ///
    /// Always.
    pub fn open(_region: Option<&str>, _profile: Option<&str>) -> Result<Self, SessionError> {
        Err(SessionError::NotBuilt)
    }

    /// The runtime that requests run on.
    pub fn runtime(&self) -> &Handle {
        match self.0 {}
    }

    /// What every client is made from.
    pub fn sdk(&self) -> &Self {
        self
    }

    /// What clients for another region are made from.
    pub fn in_region(&self, _region: &str) -> Self {
        match self.0 {}
    }

    /// The region.
    pub fn region(&self) -> &str {
        match self.0 {}
    }
}

/// No client.
#[derive(Debug, Clone, Copy)]
pub struct Nobody(Infallible);

impl Nobody {
    /// Nothing is made of nothing.
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

/// CloudFormation, which nobody can ask.
pub type CloudFormation = Nobody;
/// Ecs, which nobody can ask.
pub type Ecs = Nobody;
/// Iam, which nobody can ask.
pub type Iam = Nobody;
/// Lambda, which nobody can ask.
pub type Lambda = Nobody;
/// StepFunctions, which nobody can ask.
pub type StepFunctions = Nobody;
/// Xray, which nobody can ask.
pub type Xray = Nobody;
/// Sts, which nobody can ask.
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
