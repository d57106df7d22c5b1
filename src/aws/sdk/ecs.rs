//! The client for ECS.

use crate::aws::ApiError;
use crate::aws::ecs::{TaskApi, TaskRecord};
use aws_config::SdkConfig;
use aws_sdk_ecs::Client;

/// The client for ECS.
#[derive(Debug, Clone)]
pub struct Ecs(Client);

impl Ecs {
    /// Creates a client.
    pub fn new(sdk: &SdkConfig) -> Self {
        Self(Client::new(sdk))
    }
}

impl TaskApi for Ecs {
    async fn tasks(&self, cluster: &str, tasks: Vec<String>) -> Result<Vec<TaskRecord>, ApiError> {
        const OPERATION: &str = "DescribeTasks";
        let request = self
            .0
            .describe_tasks()
            .cluster(cluster)
            .set_tasks(Some(tasks));
        let answer = request
            .send()
            .await
            .map_err(|error| ApiError::of_sdk(OPERATION, &error))?;
        let known = answer
            .tasks
            .ok_or_else(|| ApiError::incomplete(OPERATION, "list of tasks"))?;
        let records = known.into_iter().map(|task| {
            let definition = task.task_definition_arn;
            Ok(TaskRecord {
                definition: definition
                    .ok_or_else(|| ApiError::incomplete(OPERATION, "task definition ARN"))?,
                role: task.overrides.and_then(|overrides| overrides.task_role_arn),
            })
        });
        records.collect()
    }

    async fn definition_role(&self, definition: &str) -> Result<Option<String>, ApiError> {
        const OPERATION: &str = "DescribeTaskDefinition";
        let request = self
            .0
            .describe_task_definition()
            .task_definition(definition);
        let answer = request
            .send()
            .await
            .map_err(|error| ApiError::of_sdk(OPERATION, &error))?;
        let definition = answer
            .task_definition
            .ok_or_else(|| ApiError::incomplete(OPERATION, "task definition"))?;
        Ok(definition.task_role_arn.filter(|role| !role.is_empty()))
    }
}
