//! Whose code made a call. An owner is not a role: many owners may use one role.

use crate::iam::Arn;
use std::fmt;

/// The compute that made a call, as far as a trace tells.
///
/// X-Ray never records the role; which role an owner uses is found elsewhere (its configuration, or the user's word).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// A Lambda function, by its ARN without qualifier.
    LambdaFunction(Arn),
    /// An ECS task, by the family of its task definition where the trace has it, else by the name of its service.
    EcsTask(String),
    /// An EC2 instance, by instance id where the trace has it, else by the name of its service.
    Ec2Instance(String),
    /// A Step Functions state machine, by its ARN.
    StateMachine(Arn),
    /// An API Gateway stage, by its ARN where the trace has it, else `API/stage`.
    ApiStage(String),
    /// Anything else, by the name of its service in the trace.
    Named(String),
}

impl Owner {
    /// The name that people use: the function's or state machine's name, the task family, the instance id.
    pub fn name(&self) -> &str {
        match self {
            Self::LambdaFunction(arn) | Self::StateMachine(arn) => {
                arn.resource().rsplit(':').next().unwrap_or_default()
            }
            Self::EcsTask(name)
            | Self::Ec2Instance(name)
            | Self::ApiStage(name)
            | Self::Named(name) => name,
        }
    }

    /// The ARN, for the kinds of owner that have one.
    pub fn arn(&self) -> Option<&Arn> {
        match self {
            Self::LambdaFunction(arn) | Self::StateMachine(arn) => Some(arn),
            Self::EcsTask(_) | Self::Ec2Instance(_) | Self::ApiStage(_) | Self::Named(_) => None,
        }
    }
}

impl fmt::Display for Owner {
    /// The ARN where there is one, else the kind and the name: `ecs-task:checkout`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LambdaFunction(arn) | Self::StateMachine(arn) => arn.fmt(formatter),
            Self::EcsTask(name) => write!(formatter, "ecs-task:{name}"),
            Self::Ec2Instance(name) => write!(formatter, "ec2-instance:{name}"),
            Self::ApiStage(name) => write!(formatter, "api-stage:{name}"),
            Self::Named(name) => write!(formatter, "service:{name}"),
        }
    }
}

/// What a trace tells of an owner besides who it is: where its role can be looked up, and who recorded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct About {
    /// The recorder, in its own words: `X-Ray for Python`, `opentelemetry`.
    pub sdk: Option<String>,
    /// The family of an ECS task's definition.
    pub family: Option<String>,
    /// An ECS task, `arn:aws:ecs:REGION:ACCOUNT:task/CLUSTER/ID`.
    pub task: Option<Arn>,
}

impl About {
    /// Whether it tells nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The task of a task's or container's ARN, where it names the cluster as ARNs have done since 2018.
    ///
    /// See <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html#ecs-resource-ids>.
    ///
    /// ```
    /// use aws_least_privilege::evidence::About;
    ///
    /// let container = "arn:aws:ecs:eu-west-1:123456789012:container/shop/0123456789abcdef0123456789abcdef/c0ffee".parse()?;
    /// let task = About::task_of(&container).unwrap();
    /// assert_eq!(task.resource(), "task/shop/0123456789abcdef0123456789abcdef");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn task_of(arn: &Arn) -> Option<Arn> {
        let words: Vec<&str> = arn.resource().split('/').collect();
        match (arn.service(), words.as_slice()) {
            ("ecs", ["task", cluster, id] | ["container", cluster, id, _]) => {
                Some(arn.with_resource(format!("task/{cluster}/{id}")))
            }
            _ => None,
        }
    }
}
