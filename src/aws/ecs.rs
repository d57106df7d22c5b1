//! ECS's API: the role of a task.
//!
//! A task runs with the role of its task definition, unless it was started with another. Follows
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>.

use super::ApiError;

/// A task that ECS still knows. It forgets a task within an hour after it ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TaskRecord {
    /// The ARN of its task definition, with the revision.
    pub definition: String,
    /// The role it was started with, if it is not the role of its task definition.
    pub role: Option<String>,
}

/// The operations of ECS with which roles of tasks are found.
pub trait TaskApi: Send + Sync {
    /// Calls `DescribeTasks` for at most 100 tasks of a cluster, by ARN. Tasks that ECS has forgotten are left out.
    fn tasks(
        &self,
        cluster: &str,
        tasks: Vec<String>,
    ) -> impl Future<Output = Result<Vec<TaskRecord>, ApiError>> + Send;

    /// Calls `DescribeTaskDefinition` by ARN, or by family for its latest active revision. Returns the task role if it
    /// has one.
    fn definition_role(
        &self,
        definition: &str,
    ) -> impl Future<Output = Result<Option<String>, ApiError>> + Send;
}
