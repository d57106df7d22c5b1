//! SAM's other resources: tables, APIs, layers, and those that have a role for Lambda or a build.

use super::expansion::Expansion;
use super::role::Role;
use super::tree::{self, Maker};
use crate::template::Resource;
use crate::yaml::Node;

/// Replaces a table: its key is called `id` unless something else is said.
pub(super) fn table(resource: &Resource, expansion: &mut Expansion) {
    let written = &resource.properties;
    let make = Maker::of_resource(resource, format!("SAM table {}", resource.logical_id));
    let key = tree::get(written, "PrimaryKey");
    let of_key = |name| key.and_then(|key| tree::get(key, name));
    let name = of_key("Name").cloned().unwrap_or_else(|| make.text("id"));
    let letter = match of_key("Type").and_then(tree::text) {
        Some("Number") => "N",
        Some("Binary") => "B",
        _ => "S",
    };
    let definition = make.map([
        ("AttributeName", name.clone()),
        ("AttributeType", make.text(letter)),
    ]);
    let schema = make.map([("AttributeName", name), ("KeyType", make.text("HASH"))]);
    let mut properties = vec![
        ("AttributeDefinitions", make.list([definition])),
        ("KeySchema", make.list([schema])),
    ];
    let kept = [
        "PointInTimeRecoverySpecification",
        "ProvisionedThroughput",
        "SSESpecification",
        "TableName",
    ];
    let kept = kept.iter();
    let kept = kept.filter_map(|name| Some((*name, tree::get(written, name)?.clone())));
    properties.extend(kept);
    if tree::get(written, "ProvisionedThroughput").is_none() {
        properties.push(("BillingMode", make.text("PAY_PER_REQUEST")));
    }
    let id = &resource.logical_id;
    expansion.make(resource, id, "AWS::DynamoDB::Table", properties, &make);
}

/// Replaces an API and its stage.
pub(super) fn api(resource: &Resource, kind: &str, expansion: &mut Expansion) {
    let id = &resource.logical_id;
    let make = Maker::of_resource(resource, format!("SAM API {id}"));
    let name = tree::get(&resource.properties, "Name").cloned();
    let properties = name.map(|name| ("Name", name)).into_iter().collect();
    expansion.make(resource, id, kind, properties, &make);
    let stage = tree::get(&resource.properties, "StageName");
    let stage = stage.map(|stage| expansion.resolved(stage));
    if let Some(name) = stage.as_ref().and_then(tree::text)
        && name.chars().all(|letter| letter.is_ascii_alphanumeric())
    {
        let stage_id = format!("{id}{name}Stage");
        expansion.make(
            resource,
            &stage_id,
            "AWS::ApiGateway::Stage",
            vec![("StageName", make.text(name))],
            &make,
        );
        expansion.refer(id, "Stage", &stage_id);
    }
}

/// Replaces a resource by its native kind, with the properties as they are written.
pub(super) fn renamed(resource: &Resource, kind: &str, expansion: &mut Expansion) {
    let id = &resource.logical_id;
    let make = Maker::of_resource(resource, format!("SAM {kind}"));
    let properties = tree::entries(&resource.properties);
    let properties = properties
        .map(|(name, node)| (name, node.clone()))
        .collect();
    expansion.make(resource, id, kind, properties, &make);
}

/// Replaces a function that serves a site, which has a role with nothing but logs.
pub(super) fn web_function(resource: &Resource, expansion: &mut Expansion) {
    let id = &resource.logical_id;
    let make = Maker::of_resource(resource, format!("SAM web function {id}"));
    expansion.make(resource, id, "AWS::Lambda::WebFunction", Vec::new(), &make);
    if tree::get(&resource.properties, "ExecutionRoleArn").is_none() {
        let name = "service-role/AWSLambdaBasicExecutionRole";
        operator(format!("{id}Role"), name, resource, expansion, &make);
    }
}

/// Replaces a resource that Lambda operates by a role with one managed policy.
pub(super) fn operated(resource: &Resource, kind: &str, policy: &str, expansion: &mut Expansion) {
    let id = &resource.logical_id;
    let make = Maker::of_resource(resource, format!("SAM operator role of {id}"));
    expansion.make(resource, id, kind, Vec::new(), &make);
    if tree::get(&resource.properties, "OperatorRole").is_none() {
        operator(
            format!("{id}OperatorRole"),
            policy,
            resource,
            expansion,
            &make,
        );
    }
}

fn operator(
    id: String,
    policy: &str,
    resource: &Resource,
    expansion: &mut Expansion,
    make: &Maker,
) {
    let mut role = Role::of_service(id, "lambda.amazonaws.com", make);
    role.managed
        .push(make.aws_policy(expansion.partition(), policy));
    role.finish(resource, make, expansion);
}

/// Replaces an image of a small virtual machine, which is built with a role that reads the code.
pub(super) fn image(resource: &Resource, expansion: &mut Expansion) {
    let id = &resource.logical_id;
    let make = Maker::of_resource(resource, format!("SAM image {id}"));
    expansion.make(resource, id, "AWS::Lambda::MicroVMImage", Vec::new(), &make);
    let written = &resource.properties;
    let code = tree::get(written, "CodeUri");
    let (None, Some(code)) = (tree::get(written, "BuildRoleArn"), code) else {
        return;
    };
    let mut role = Role::of_service(format!("{id}BuildRole"), "lambda.amazonaws.com", &make);
    let reads = make.allow_all(&["s3:GetObject"], code_objects(code, expansion, &make));
    let logs = [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
    ];
    let document = make.document_2012(vec![reads, make.allow_all(&logs, make.text("*"))]);
    role.inline
        .push(make.inline("MicrovmImageBuildPolicy", document));
    role.finish(resource, &make, expansion);
}

/// The objects of the bucket that holds the code.
fn code_objects(code: &Node, expansion: &Expansion, make: &Maker) -> Node {
    let resolved = expansion.resolved(code);
    let path = tree::text(&resolved).and_then(|uri| uri.strip_prefix("s3://"));
    if let Some(bucket) = path.and_then(|path| path.split('/').next()) {
        return make.sub(&format!("arn:${{AWS::Partition}}:s3:::{bucket}/*"));
    }
    let split = make.map([("Fn::Split", make.list([make.text("/"), code.clone()]))]);
    let bucket = make.map([("Fn::Select", make.list([make.number("2"), split]))]);
    let text = make.text("arn:${AWS::Partition}:s3:::${Bucket}/*");
    let parts = make.list([text, make.map([("Bucket", bucket)])]);
    make.map([("Fn::Sub", parts)])
}
