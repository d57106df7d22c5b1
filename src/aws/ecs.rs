//! ECS's API: which role a task runs with.
//!
//! A task has the role of its definition, unless it was started with another. Follows
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>.

use super::ApiError;

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
