//! ECS's API: which role a task runs with.
//!
//! A task has the role of its definition, unless it was started with another. Follows
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>.

use super::ApiError;
use aws_config::SdkConfig;
use aws_sdk_ecs::Client;

/// A task that ECS still knows: it forgets one within an hour of its end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TaskRecord {
    /// The ARN of its definition, revision included.
    pub definition: String,
    /// The role it was started with in place of its definition's.
    pub role: Option<String>,
}

/// The part of ECS's API that roles of tasks are found with.
pub trait TaskApi: Send + Sync {
    /// `DescribeTasks` of at most 100 tasks of a cluster, by ARN. Tasks that are forgotten are left out.
    fn tasks(
        &self,
        cluster: &str,
        tasks: Vec<String>,
    ) -> impl Future<Output = Result<Vec<TaskRecord>, ApiError>> + Send;

    /// `DescribeTaskDefinition` by ARN or family, of which the latest active revision: its task role, where it has one.
    fn definition_role(
        &self,
        definition: &str,
    ) -> impl Future<Output = Result<Option<String>, ApiError>> + Send;
}

/// ECS itself.
#[derive(Debug, Clone)]
pub struct Ecs(Client);

impl Ecs {
    /// A client.
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
        let known = answer.tasks.unwrap_or_default().into_iter();
        let records = known.map(|task| {
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
