//! Event sources that Lambda reads from with the function's own role.

use super::super::expansion::Expansion;
use super::super::function::Target;
use super::super::role::Role;
use super::super::tree::{self, Maker};
use super::{Event, kafka};
use crate::yaml::Node;

/// What an event source of a type is.
struct Source {
    kind: &'static str,
    /// The property that names what is read.
    named: Option<&'static str>,
    /// The managed policy that lets the role read it.
    managed: Option<&'static str>,
}

const SOURCES: [Source; 7] = [
    source(
        "Kinesis",
        Some("Stream"),
        Some("AWSLambdaKinesisExecutionRole"),
    ),
    source(
        "DynamoDB",
        Some("Stream"),
        Some("AWSLambdaDynamoDBExecutionRole"),
    ),
    source("SQS", Some("Queue"), Some("AWSLambdaSQSQueueExecutionRole")),
    source("MSK", Some("Stream"), Some("AWSLambdaMSKExecutionRole")),
    source("MQ", Some("Broker"), None),
    source("SelfManagedKafka", None, None),
    source("DocumentDB", Some("Cluster"), None),
];

const fn source(
    kind: &'static str,
    named: Option<&'static str>,
    managed: Option<&'static str>,
) -> Source {
    Source {
        kind,
        named,
        managed,
    }
}

/// Properties that the mapping has as they are written.
const KEPT: [&str; 20] = [
    "BatchSize",
    "BisectBatchOnFunctionError",
    "Enabled",
    "FilterCriteria",
    "FunctionResponseTypes",
    "KmsKeyArn",
    "LoggingConfig",
    "MaximumBatchingWindowInSeconds",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "MetricsConfig",
    "ParallelizationFactor",
    "ProvisionedPollerConfig",
    "Queues",
    "ScalingConfig",
    "SourceAccessConfigurations",
    "StartingPosition",
    "StartingPositionTimestamp",
    "Topics",
    "TumblingWindowInSeconds",
];

/// Whether Lambda reads from sources of this type.
pub(super) fn is_one(kind: &str) -> bool {
    SOURCES.iter().any(|source| source.kind == kind)
}

/// Makes the mapping, and adds to the role what reading asks for.
pub(super) fn add(
    event: &Event<'_>,
    target: &Target<'_>,
    role: &mut Role,
    expansion: &mut Expansion,
) {
    let Some(source) = SOURCES.iter().find(|source| source.kind == event.kind) else {
        return;
    };
    let make = Maker::of(event.node, format!("SAM event source {}", event.kind));
    mapping(event, source, target, expansion, &make);
    if let Some(name) = source.managed {
        let name = format!("service-role/{name}");
        role.attach(make.aws_policy(expansion.partition(), &name));
    }
    let own = match event.kind {
        "MSK" => kafka::managed(event, expansion, &make),
        "SelfManagedKafka" => kafka::own(event, expansion, &make),
        "MQ" => broker(event, &make),
        "DocumentDB" => cluster(event, &make),
        _ => None,
    };
    if let Some(policy) = own {
        role.add_once(policy);
    }
    if let Some((kind, to)) = destination(event)
        && let Some(policy) = make.send_to(kind, to, &event.id)
    {
        role.add_once(policy);
    }
}

/// Where what fails goes, if its type says what to grant.
fn destination<'n>(event: &Event<'n>) -> Option<(&'n str, &'n Node)> {
    let failed = tree::get(event.get("DestinationConfig")?, "OnFailure")?;
    let kind = tree::text(tree::get(failed, "Type")?)?;
    Some((kind, tree::get(failed, "Destination")?))
}

fn mapping(
    event: &Event<'_>,
    source: &Source,
    target: &Target<'_>,
    expansion: &mut Expansion,
    make: &Maker,
) {
    let mut properties = vec![("FunctionName", target.name(make))];
    let named = source.named.and_then(|name| event.get(name));
    properties.extend(named.map(|node| ("EventSourceArn", node.clone())));
    let kept = KEPT.iter();
    properties.extend(kept.filter_map(|name| Some((*name, event.get(name)?.clone()))));
    if let Some(failed) = event.given("DestinationConfig") {
        let sent = tree::get(failed, "OnFailure").and_then(|node| tree::get(node, "Destination"));
        let sent = sent.map(|node| ("Destination", node.clone()));
        let failed = make.map([("OnFailure", make.map(sent))]);
        properties.push(("DestinationConfig", failed));
    }
    properties.extend(kafka::settings(event, make));
    if event.kind == "DocumentDB" {
        let named = ["DatabaseName", "CollectionName", "FullDocument"];
        let named = named.iter();
        let named = named.filter_map(|name| Some((*name, event.given(name)?.clone())));
        properties.push(("DocumentDBEventSourceConfig", make.map(named)));
    }
    expansion.make(
        target.resource,
        &event.id,
        "AWS::Lambda::EventSourceMapping",
        properties,
        make,
    );
}

/// The secret of an access configuration of one of these types.
pub(super) fn secret<'n>(event: &Event<'n>, kinds: &[&str]) -> Option<&'n Node> {
    let configurations = event.get("SourceAccessConfigurations")?;
    let of_kind = |node: &&Node| {
        let kind = tree::get(node, "Type").and_then(tree::text);
        kind.is_some_and(|kind| kinds.contains(&kind))
    };
    let found = tree::items(configurations).iter().find(of_kind)?;
    tree::get(found, "URI")
}

/// The key that the secret is encrypted with.
pub(super) fn key(event: &Event<'_>, make: &Maker) -> Option<Node> {
    let key = tree::text(event.given("SecretsManagerKmsKeyId")?)?;
    let arn = "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/";
    Some(make.sub(&format!("{arn}{key}")))
}

fn broker(event: &Event<'_>, make: &Maker) -> Option<Node> {
    let login = secret(event, &["BASIC_AUTH"])?;
    let mut statements = vec![
        make.allow_all(&["secretsmanager:GetSecretValue"], login.clone()),
        make.allow_all(&["mq:DescribeBroker"], event.get("Broker")?.clone()),
    ];
    statements.extend(key(event, make).map(|key| make.allow("kms:Decrypt", key)));
    let named = event.get("DynamicPolicyName").is_some_and(tree::is_true);
    let own = format!("{}AMQPolicy", event.id);
    let name = if named {
        own.as_str()
    } else {
        "SamAutoGeneratedAMQPolicy"
    };
    Some(make.inline(name, make.document(statements)))
}

/// What Lambda does to reach into a VPC.
pub(super) const NETWORK: [&str; 6] = [
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeVpcs",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
];

fn cluster(event: &Event<'_>, make: &Maker) -> Option<Node> {
    let login = secret(event, &["BASIC_AUTH"])?;
    let of_account = |rest: &str| {
        let arn = "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:";
        make.sub(&format!("{arn}{rest}"))
    };
    let mut statements = vec![
        make.allow_all(&["secretsmanager:GetSecretValue"], login.clone()),
        make.allow_all(
            &["rds:DescribeDBClusterParameters"],
            of_account("cluster-pg:*"),
        ),
        make.allow_all(&["rds:DescribeDBSubnetGroups"], of_account("subgrp:*")),
        make.allow_all(&["rds:DescribeDBClusters"], event.get("Cluster")?.clone()),
        make.allow_all(&NETWORK, make.text("*")),
    ];
    statements.extend(key(event, make).map(|key| make.allow_all(&["kms:Decrypt"], key)));
    let document = make.document(statements);
    Some(make.inline("SamAutoGeneratedDocumentDBPolicy", document))
}
