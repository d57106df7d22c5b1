//! The owner of a call: the compute whose code made it. An owner is not a role, and many owners may use one role.

use crate::iam::Arn;
use std::fmt;

/// The compute that made a call, as far as the trace identifies it.
///
/// X-Ray never records the role. The role of an owner is looked up in its configuration, or the user names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// A Lambda function, by its ARN without qualifier.
    LambdaFunction(Arn),
    /// An ECS task: the family of its task definition if the trace has it, else the name of the segment.
    EcsTask(String),
    /// An EC2 instance: its id if the trace has it, else the name of the segment.
    Ec2Instance(String),
    /// A Step Functions state machine, by its ARN.
    StateMachine(Arn),
    /// An API Gateway stage: its ARN if the trace has it, else `API/stage`.
    ApiStage(String),
    /// Anything else, by the name of its segment.
    Named(String),
}

impl Owner {
    /// Returns the name that people use: of the function, state machine or task family, or the instance id.
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

    /// Returns the ARN, for the kinds of owner that have one.
    pub fn arn(&self) -> Option<&Arn> {
        match self {
            Self::LambdaFunction(arn) | Self::StateMachine(arn) => Some(arn),
            Self::EcsTask(_) | Self::Ec2Instance(_) | Self::ApiStage(_) | Self::Named(_) => None,
        }
    }
}

impl fmt::Display for Owner {
    /// Writes the ARN if there is one, else the kind and the name: `ecs-task:checkout`.
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

/// What a trace says about an owner apart from its identity: where to look up its role, and which SDK recorded it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct About {
    /// The recorder, as it names itself: `X-Ray for Python`, `opentelemetry`.
    pub sdk: Option<String>,
    /// The family of an ECS task definition.
    pub family: Option<String>,
    /// The ARN of an ECS task, `arn:aws:ecs:REGION:ACCOUNT:task/CLUSTER/ID`.
    pub task: Option<Arn>,
}

impl About {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the ARN of the task for the ARN of a task or container. The ARN must name the cluster, as all ARNs do
    /// since 2018.
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
