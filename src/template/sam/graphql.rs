//! `AWS::Serverless::GraphQLApi`: the roles by which it writes logs and reaches its data.

use super::connector::{self, End};
use super::expansion::Expansion;
use super::role::Role;
use super::tree::{self, Maker};
use crate::template::Resource;
use crate::yaml::Node;

const SERVICE: &str = "appsync.amazonaws.com";

/// Replaces an API.
pub(super) fn expand(resource: &Resource, expansion: &mut Expansion) {
    let written = &resource.properties;
    let id = &resource.logical_id;
    let make = Maker::of_resource(resource, format!("SAM GraphQL API {id}"));
    expansion.make(resource, id, "AWS::AppSync::GraphQLApi", Vec::new(), &make);
    let logging = tree::get(written, "Logging");
    let given = logging.and_then(|logging| tree::get(logging, "CloudWatchLogsRoleArn"));
    if given.is_none() && !logging.is_some_and(tree::is_false) {
        let mut role = Role::of_service(format!("{id}CloudWatchRole"), SERVICE, &make);
        let name = "service-role/AWSAppSyncPushToCloudWatchLogs";
        let arn = format!("arn:${{AWS::Partition}}:iam::aws:policy/{name}");
        role.managed.push(make.sub(&arn));
        role.finish(resource, &make, expansion);
    }
    let sources = tree::get(written, "DataSources");
    let of_kind = |kind: &str| {
        let sources = sources.and_then(|sources| tree::get(sources, kind));
        sources.into_iter().flat_map(tree::entries)
    };
    for (name, source) in of_kind("DynamoDb") {
        let id = format!("{id}{name}DynamoDBDataSource");
        let Some(table) = table(source) else {
            continue;
        };
        let given = tree::get(source, "Permissions").map(tree::items);
        let given = given.unwrap_or_default().iter().filter_map(tree::text);
        let mut permissions: Vec<&str> = given.collect();
        if permissions.is_empty() {
            permissions = vec!["Read", "Write"];
        }
        let to = End::made("AWS::DynamoDB::Table", None, table);
        add(
            &id,
            "ToTableConnector",
            source,
            &to,
            &permissions,
            resource,
            expansion,
        );
    }
    for (name, source) in of_kind("Lambda") {
        let id = format!("{id}{name}LambdaDataSource");
        let Some(function) = tree::get(source, "FunctionArn") else {
            continue;
        };
        let to = End::made("AWS::Lambda::Function", None, function.clone());
        add(
            &id,
            "ToLambdaConnector",
            source,
            &to,
            &["Write"],
            resource,
            expansion,
        );
    }
}

/// The ARN of a source's table.
fn table(source: &Node) -> Option<Node> {
    if let Some(arn) = tree::get(source, "TableArn") {
        return Some(arn.clone());
    }
    let make = Maker::of(source, "SAM data source");
    let region = tree::get(source, "Region").cloned();
    let variables = make.map([
        ("__TableName__", tree::get(source, "TableName")?.clone()),
        (
            "__Region__",
            region.unwrap_or_else(|| make.reference("AWS::Region")),
        ),
    ]);
    let arn =
        "arn:${AWS::Partition}:dynamodb:${__Region__}:${AWS::AccountId}:table/${__TableName__}";
    let parts = make.list([make.text(arn), variables]);
    Some(make.map([("Fn::Sub", parts)]))
}

/// Makes a data source with its role and the policy of it, unless a role is given.
fn add(
    id: &str,
    suffix: &str,
    written: &Node,
    to: &End,
    permissions: &[&str],
    resource: &Resource,
    expansion: &mut Expansion,
) {
    let make = Maker::of(written, "SAM data source");
    let given = tree::get(written, "ServiceRoleArn").cloned();
    let role_id = format!("{id}Role");
    let arn = given.clone();
    let arn = arn.unwrap_or_else(|| make.attribute(&role_id, "Arn"));
    let properties = vec![("ServiceRoleArn", arn)];
    expansion.make(resource, id, "AWS::AppSync::DataSource", properties, &make);
    if given.is_some() {
        return;
    }
    let name = make.reference(&role_id);
    Role::of_service(role_id, SERVICE, &make).finish(resource, &make, expansion);
    let arn = make.attribute(id, "DataSourceArn");
    let from = End::made("AWS::AppSync::DataSource", Some(name), arn);
    let policy = format!("{id}{suffix}Policy");
    connector::connect(&policy, &from, to, permissions, resource, expansion);
}
