//! Finds the owner of a segment, and where its code ran, from that segment alone.
//!
//! X-Ray never records the role. The ARN of a Lambda function comes from the Lambda service, from OpenTelemetry's
//! resource attributes, or from the segment above (see `assemble`).

use super::caller::{Block, Caller, function_arn};
use super::{About, Owner};
use crate::account;
use crate::iam::Arn;
use crate::partition;
use crate::xray::{Attributes, Document, Node, is_region};
use std::sync::Arc;

/// What a segment says about its owner.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Identity {
    /// The code of an owner.
    Own(Arc<Caller>),
    /// A segment that the Lambda service writes when it runs a function. It uses no role of the function.
    LambdaService(Option<Arc<Caller>>),
    /// A segment that any other AWS service writes about itself. It uses no role that is judged.
    Service,
    /// Code that does not say where it ran. The caller is a fallback, used when no segment above says more.
    Unsaid(Arc<Caller>),
}

/// Origins of segments that services write about themselves when they pass a trace on.
const SERVICES: &[&str] = &[
    "AWS::CloudFront",
    "AWS::CloudWatchLogs",
    "AWS::DynamoDB",
    "AWS::Events",
    "AWS::EventBridge",
    "AWS::Kinesis",
    "AWS::KMS",
    "AWS::S3",
    "AWS::SNS",
    "AWS::SQS",
    "AWS::SecretsManager",
    "AWS::Sfn",
    "AWS::Pipes",
    "AWS::Scheduler",
];

/// Returns the owner of a segment. `root` is the first node of its document.
pub(super) fn identity(document: &Document<'_>, root: &Node<'_>) -> Identity {
    let block = Block::of(root);
    match root.origin.as_deref() {
        Some("AWS::Lambda::Function") => lambda_function(document, root, &block),
        Some("AWS::Lambda") => {
            let function = root.resource_arn.as_deref().and_then(function_arn);
            Identity::LambdaService(function.map(Caller::of_function).map(Arc::new))
        }
        Some("AWS::StepFunctions::StateMachine") => state_machine(root, &block),
        Some("AWS::ApiGateway::Stage") => {
            let stage = root.resource_arn.as_deref().unwrap_or(&root.name);
            Identity::Own(block.caller(Owner::ApiStage(stage.to_owned()), root).into())
        }
        Some(origin) if origin.starts_with("AWS::ECS::") => {
            let family = block.task_family.as_deref().unwrap_or(&root.name);
            Identity::Own(block.caller(Owner::EcsTask(family.to_owned()), root).into())
        }
        Some("AWS::EC2::Instance") => {
            let instance = block.instance_id.as_deref().unwrap_or(&root.name);
            Identity::Own(
                block
                    .caller(Owner::Ec2Instance(instance.to_owned()), root)
                    .into(),
            )
        }
        Some(origin) if is_service(origin) => Identity::Service,
        Some(_) => Identity::Own(block.caller(named(root), root).into()),
        None => from_resource_attributes(root, &block),
    }
}

/// Returns the function that a subsegment names as its own. Lambda writes it into the phases of an invocation,
/// OpenTelemetry into the attributes.
pub(super) fn function_of(node: &Node<'_>) -> Option<Arc<Caller>> {
    if !holds_function(node) {
        return None;
    }
    let phase = || Block::of(node).function_arn.filter(|_| !node.is_client());
    let arn = phase().or_else(|| attributes_arn(&Attributes::of(node)))?;
    Some(Arc::new(Caller::of_function(arn)))
}

fn holds_function(node: &Node<'_>) -> bool {
    [node.aws, node.metadata, node.annotations]
        .iter()
        .flatten()
        .any(|raw| raw.get().contains(":function:"))
}

fn is_service(origin: &str) -> bool {
    let of = |service: &&str| {
        origin
            .strip_prefix(*service)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    SERVICES.iter().any(of)
}

fn named(root: &Node<'_>) -> Owner {
    Owner::Named(root.name.clone().into_owned())
}

fn lambda_function(document: &Document<'_>, root: &Node<'_>, block: &Block) -> Identity {
    let own = || {
        block
            .function_arn
            .clone()
            .or_else(|| root.resource_arn.as_deref().and_then(function_arn))
    };
    // The phases repeat the function's ARN.
    let phases = || {
        document
            .nodes
            .iter()
            .skip(1)
            .filter(|node| node.parent == Some(0))
            .find_map(function_of)
    };
    match own().map(Caller::of_function).map(Arc::new).or_else(phases) {
        Some(caller) => Identity::Own(caller),
        None => Identity::Unsaid(block.caller(named(root), root).into()),
    }
}

fn state_machine(root: &Node<'_>, block: &Block) -> Identity {
    let own = root
        .resource_arn
        .as_deref()
        .or(block.resource_arn.as_deref());
    let arn = own
        .and_then(|text| text.parse::<Arn>().ok())
        .map(|arn| machine_of(&arn));
    let owner = arn.map_or_else(|| named(root), Owner::StateMachine);
    Identity::Own(block.caller(owner, root).into())
}

/// Returns the ARN of the state machine for the ARN of an execution (`execution:MACHINE:NAME`), and any other ARN
/// unchanged.
fn machine_of(arn: &Arn) -> Arn {
    let mut parts = arn.resource().split(':');
    match (parts.next(), parts.next()) {
        (Some("execution" | "express"), Some(machine)) => {
            arn.with_resource(format!("stateMachine:{machine}"))
        }
        _ => arn.clone(),
    }
}

/// Finds the owner by OpenTelemetry's resource attributes, for a segment without an origin.
fn from_resource_attributes(root: &Node<'_>, block: &Block) -> Identity {
    let attributes = Attributes::of(root);
    if let Some(arn) = attributes_arn(&attributes).or_else(|| block.function_arn.clone()) {
        let mut caller = Caller::of_function(arn);
        caller.about = block.about();
        return Identity::Own(caller.into());
    }
    let mut caller = block.caller(named(root), root);
    let region = attributes
        .first(&["otelresourcecloudregion", "cloudregion"])
        .filter(|region| is_region(region));
    caller.region = caller.region.or_else(|| region.map(ToOwned::to_owned));
    let account = attributes
        .first(&["otelresourcecloudaccountid", "cloudaccountid"])
        .filter(|own| account::is_id(own));
    caller.account = caller.account.or_else(|| account.map(ToOwned::to_owned));
    caller.partition = caller.partition.or_else(|| {
        caller
            .region
            .as_deref()
            .map(|region| partition::of_region(region).to_owned())
    });
    let platform = attributes
        .first(&["otelresourcecloudplatform", "cloudplatform", "platformtype"])
        .unwrap_or_default();
    match platform {
        "aws_lambda" | "AWS::Lambda" => lambda_by_name(&attributes, caller),
        "aws_ecs" | "AWS::ECS" => {
            let family = attributes.first(&["otelresourceawsecstaskfamily", "awsecstaskfamily"]);
            caller.owner = Owner::EcsTask(family.unwrap_or(&root.name).to_owned());
            caller.about.family = caller
                .about
                .family
                .or_else(|| family.map(ToOwned::to_owned));
            let arns = ["otelresourceawsecstaskarn", "awsecstaskarn"];
            let task = attributes.first(&arns).and_then(|text| text.parse().ok());
            caller.about.task = caller.about.task.or_else(|| About::task_of(&task?));
            Identity::Own(caller.into())
        }
        "aws_ec2" | "AWS::EC2" => {
            let instance = attributes.first(&["otelresourcehostid", "hostid"]);
            caller.owner = Owner::Ec2Instance(instance.unwrap_or(&root.name).to_owned());
            Identity::Own(caller.into())
        }
        "" => Identity::Unsaid(caller.into()),
        _ => Identity::Own(caller.into()),
    }
}

/// Finds a function by its name. Without region and account the ARN is not known, and then the segment above may say
/// more.
fn lambda_by_name(attributes: &Attributes, mut caller: Caller) -> Identity {
    let name = attributes.first(&["otelresourcefaasname", "faasname"]);
    if let (Some(name), Some(region), Some(account)) = (name, &caller.region, &caller.account) {
        let partition = partition::of_region(region);
        let text = format!("arn:{partition}:lambda:{region}:{account}:function:{name}");
        if let Some(arn) = function_arn(&text) {
            return Identity::Own(Caller::of_function(arn).into());
        }
    }
    if let Some(name) = name {
        caller.owner = Owner::Named(name.to_owned());
    }
    Identity::Unsaid(caller.into())
}

fn attributes_arn(attributes: &Attributes) -> Option<Arn> {
    const NAMES: &[&str] = &[
        "otelresourcecloudresourceid",
        "cloudresourceid",
        "otelresourcefaasid",
        "faasid",
        "awslambdainvokedarn",
        "otelresourceawslambdainvokedarn",
    ];
    NAMES
        .iter()
        .filter_map(|name| attributes.get(name))
        .find_map(function_arn)
}
