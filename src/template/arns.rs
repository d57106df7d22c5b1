//! What `Ref` and `Fn::GetAtt` give of a resource: its name, and ARNs that are made of it.
//!
//! Follows the pages of each type under
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>. A type that is not
//! listed here has no ARN that could be written down before it is deployed: it stays a symbol.

/// What `Ref` gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reference {
    /// The name, or an id that AWS makes.
    Name,
    /// The ARN.
    Arn,
    /// The address of a queue.
    QueueUrl,
}

/// How the ARN of a type is made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// The type.
    kind: &'static str,
    /// What `Ref` gives.
    pub(super) reference: Reference,
    /// The property that names it; empty where AWS makes an id.
    pub(super) name: &'static str,
    /// The attributes that are its ARN.
    pub(super) arns: &'static [&'static str],
    /// The ARN, with `{p}`, `{r}`, `{a}` and `{n}` for partition, region, account and name.
    pub(super) arn: &'static str,
}

const fn shape(
    kind: &'static str,
    reference: Reference,
    name: &'static str,
    arns: &'static [&'static str],
    arn: &'static str,
) -> Shape {
    Shape {
        kind,
        reference,
        name,
        arns,
        arn,
    }
}

use Reference::{Arn, Name, QueueUrl};

const SHAPES: &[Shape] = &[
    shape(
        "AWS::ApiGateway::RestApi",
        Name,
        "",
        &[],
        "arn:{p}:execute-api:{r}:{a}:{n}",
    ),
    shape(
        "AWS::ApiGatewayV2::Api",
        Name,
        "",
        &[],
        "arn:{p}:execute-api:{r}:{a}:{n}",
    ),
    shape(
        "AWS::AppSync::GraphQLApi",
        Arn,
        "",
        &["Arn"],
        "arn:{p}:appsync:{r}:{a}:apis/{n}",
    ),
    shape(
        "AWS::Athena::WorkGroup",
        Name,
        "Name",
        &[],
        "arn:{p}:athena:{r}:{a}:workgroup/{n}",
    ),
    shape(
        "AWS::CloudWatch::Alarm",
        Name,
        "AlarmName",
        &["Arn"],
        "arn:{p}:cloudwatch:{r}:{a}:alarm:{n}",
    ),
    shape(
        "AWS::CodeBuild::Project",
        Name,
        "Name",
        &["Arn"],
        "arn:{p}:codebuild:{r}:{a}:project/{n}",
    ),
    shape(
        "AWS::CodeCommit::Repository",
        Name,
        "",
        &["Arn"],
        "arn:{p}:codecommit:{r}:{a}:{n}",
    ),
    shape(
        "AWS::CodePipeline::Pipeline",
        Name,
        "Name",
        &[],
        "arn:{p}:codepipeline:{r}:{a}:{n}",
    ),
    shape(
        "AWS::Cognito::IdentityPool",
        Name,
        "",
        &[],
        "arn:{p}:cognito-identity:{r}:{a}:identitypool/{n}",
    ),
    shape(
        "AWS::Cognito::UserPool",
        Name,
        "",
        &["Arn"],
        "arn:{p}:cognito-idp:{r}:{a}:userpool/{n}",
    ),
    shape(
        "AWS::DynamoDB::GlobalTable",
        Name,
        "TableName",
        &["Arn"],
        "arn:{p}:dynamodb:{r}:{a}:table/{n}",
    ),
    shape(
        "AWS::DynamoDB::Table",
        Name,
        "TableName",
        &["Arn"],
        "arn:{p}:dynamodb:{r}:{a}:table/{n}",
    ),
    shape(
        "AWS::ECR::Repository",
        Name,
        "RepositoryName",
        &["Arn"],
        "arn:{p}:ecr:{r}:{a}:repository/{n}",
    ),
    shape(
        "AWS::ECS::Cluster",
        Name,
        "ClusterName",
        &["Arn"],
        "arn:{p}:ecs:{r}:{a}:cluster/{n}",
    ),
    shape(
        "AWS::EFS::FileSystem",
        Name,
        "",
        &["Arn"],
        "arn:{p}:elasticfilesystem:{r}:{a}:file-system/{n}",
    ),
    shape(
        "AWS::EFS::AccessPoint",
        Name,
        "",
        &["Arn"],
        "arn:{p}:elasticfilesystem:{r}:{a}:access-point/{n}",
    ),
    shape(
        "AWS::Events::EventBus",
        Name,
        "Name",
        &["Arn"],
        "arn:{p}:events:{r}:{a}:event-bus/{n}",
    ),
    shape(
        "AWS::Events::Rule",
        Name,
        "Name",
        &["Arn"],
        "arn:{p}:events:{r}:{a}:rule/{n}",
    ),
    shape(
        "AWS::Glue::Database",
        Name,
        "",
        &[],
        "arn:{p}:glue:{r}:{a}:database/{n}",
    ),
    shape(
        "AWS::IAM::ManagedPolicy",
        Arn,
        "ManagedPolicyName",
        &["PolicyArn"],
        "arn:{p}:iam::{a}:policy/{n}",
    ),
    shape(
        "AWS::IAM::Role",
        Name,
        "RoleName",
        &["Arn"],
        "arn:{p}:iam::{a}:role/{n}",
    ),
    shape(
        "AWS::IAM::User",
        Name,
        "UserName",
        &["Arn"],
        "arn:{p}:iam::{a}:user/{n}",
    ),
    shape(
        "AWS::IoT::TopicRule",
        Name,
        "RuleName",
        &["Arn"],
        "arn:{p}:iot:{r}:{a}:rule/{n}",
    ),
    shape(
        "AWS::KMS::Key",
        Name,
        "",
        &["Arn"],
        "arn:{p}:kms:{r}:{a}:key/{n}",
    ),
    shape(
        "AWS::Kinesis::Stream",
        Name,
        "Name",
        &["Arn"],
        "arn:{p}:kinesis:{r}:{a}:stream/{n}",
    ),
    shape(
        "AWS::KinesisFirehose::DeliveryStream",
        Name,
        "DeliveryStreamName",
        &["Arn"],
        "arn:{p}:firehose:{r}:{a}:deliverystream/{n}",
    ),
    shape(
        "AWS::Lambda::Function",
        Name,
        "FunctionName",
        &["Arn"],
        "arn:{p}:lambda:{r}:{a}:function:{n}",
    ),
    shape(
        "AWS::Logs::LogGroup",
        Name,
        "LogGroupName",
        &["Arn"],
        "arn:{p}:logs:{r}:{a}:log-group:{n}:*",
    ),
    shape(
        "AWS::OpenSearchService::Domain",
        Name,
        "DomainName",
        &["Arn", "DomainArn"],
        "arn:{p}:es:{r}:{a}:domain/{n}",
    ),
    shape(
        "AWS::Pipes::Pipe",
        Name,
        "Name",
        &["Arn"],
        "arn:{p}:pipes:{r}:{a}:pipe/{n}",
    ),
    shape(
        "AWS::S3::Bucket",
        Name,
        "BucketName",
        &["Arn"],
        "arn:{p}:s3:::{n}",
    ),
    shape(
        "AWS::SNS::Topic",
        Arn,
        "TopicName",
        &["TopicArn"],
        "arn:{p}:sns:{r}:{a}:{n}",
    ),
    shape(
        "AWS::SQS::Queue",
        QueueUrl,
        "QueueName",
        &["Arn"],
        "arn:{p}:sqs:{r}:{a}:{n}",
    ),
    shape(
        "AWS::SSM::Parameter",
        Name,
        "Name",
        &[],
        "arn:{p}:ssm:{r}:{a}:parameter/{n}",
    ),
    shape(
        "AWS::Scheduler::ScheduleGroup",
        Name,
        "Name",
        &["Arn"],
        "arn:{p}:scheduler:{r}:{a}:schedule-group/{n}",
    ),
    shape(
        "AWS::SecretsManager::Secret",
        Arn,
        "Name",
        &["Id"],
        "arn:{p}:secretsmanager:{r}:{a}:secret:{n}-??????",
    ),
    shape(
        "AWS::StepFunctions::Activity",
        Arn,
        "Name",
        &["Arn"],
        "arn:{p}:states:{r}:{a}:activity:{n}",
    ),
    shape(
        "AWS::StepFunctions::StateMachine",
        Arn,
        "StateMachineName",
        &["Arn"],
        "arn:{p}:states:{r}:{a}:stateMachine:{n}",
    ),
    shape(
        "AWS::Timestream::Database",
        Name,
        "DatabaseName",
        &["Arn"],
        "arn:{p}:timestream:{r}:{a}:database/{n}",
    ),
];

/// Attributes that are the name of what they are of.
const NAMES: &[&str] = &[
    "QueueName",
    "TopicName",
    "Name",
    "PipelineName",
    "ApiId",
    "RestApiId",
];

/// How the ARN of a type is made, where that is known.
pub(super) fn of(kind: &str) -> Option<&'static Shape> {
    SHAPES.iter().find(|shape| shape.kind == kind)
}

impl Shape {
    /// The service's name in the ARN.
    pub(super) fn service(&self) -> &'static str {
        self.arn.split(':').nth(2).unwrap_or_default()
    }

    /// Whether an attribute is the ARN.
    pub(super) fn is_arn(&self, attribute: &str) -> bool {
        self.arns.contains(&attribute)
    }

    /// Whether an attribute is the name.
    pub(super) fn is_name(&self, attribute: &str) -> bool {
        NAMES.contains(&attribute) && (!self.name.is_empty() || attribute.ends_with("ApiId"))
    }

    /// The ARN of the resource of a name.
    pub(super) fn arn(&self, name: &str, partition: &str, region: &str, account: &str) -> String {
        let mut arn = self.arn.replace("{p}", partition);
        arn = arn.replace("{r}", region).replace("{a}", account);
        // A parameter's name may begin with a slash, which its ARN has once.
        let name = match self.kind {
            "AWS::SSM::Parameter" => name.trim_start_matches('/'),
            _ => name,
        };
        arn.replace("{n}", name)
    }
}
