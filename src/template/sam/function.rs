//! `AWS::Serverless::Function`: the function, its role and what its events need.

use super::destinations;
use super::events;
use super::expansion::Expansion;
use super::policies;
use super::role::Role;
use super::tree::{self, Maker};
use crate::template::Resource;
use crate::yaml::Node;

/// Properties that the function has as they are written.
const KEPT: [&str; 23] = [
    "Architectures",
    "CodeSigningConfigArn",
    "Description",
    "DurableConfig",
    "Environment",
    "EphemeralStorage",
    "FileSystemConfigs",
    "FunctionName",
    "FunctionScalingConfig",
    "Handler",
    "ImageConfig",
    "KmsKeyArn",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "PackageType",
    "PublishToLatestPublished",
    "RecursiveLoop",
    "ReservedConcurrentExecutions",
    "Runtime",
    "RuntimeManagementConfig",
    "SnapStart",
    "TenancyConfig",
];

/// Kept too, but in the order of the settings that a role depends on.
const ALSO_KEPT: [&str; 2] = ["Timeout", "VpcConfig"];

/// A function as its event sources see it.
#[derive(Debug)]
pub(super) struct Target<'r> {
    /// The function in the template.
    pub(super) resource: &'r Resource,
    /// The logical id of the alias that is published, which gets the events then.
    pub(super) alias: Option<String>,
}

impl Target<'_> {
    /// Its ARN.
    pub(super) fn arn(&self, make: &Maker) -> Node {
        match &self.alias {
            Some(alias) => make.reference(alias),
            None => make.attribute(&self.resource.logical_id, "Arn"),
        }
    }

    /// Its name, or the alias's ARN.
    pub(super) fn name(&self, make: &Maker) -> Node {
        let id = &self.resource.logical_id;
        make.reference(self.alias.as_ref().unwrap_or(id))
    }
}

/// Replaces a function.
pub(super) fn expand(resource: &Resource, expansion: &mut Expansion) {
    let properties = &resource.properties;
    let id = &resource.logical_id;
    let make = Maker::of_resource(resource, format!("SAM function {id}"));
    let target = Target {
        resource,
        alias: alias(resource, expansion, &make),
    };
    let destinations = destinations::of(&target, expansion);

    let mut role = role(resource, expansion);
    role.inline.extend(dead_letters(properties));
    role.inline.extend(destinations);
    let entries = policies::entries(tree::get(properties, "Policies"));
    let mut given = tree::get(properties, "Role").cloned();
    let makes_role = match &given {
        None => true,
        Some(node) => place_on_condition(node, &mut role, expansion),
    };
    if makes_role {
        policies::add(&entries, &mut role, resource, expansion);
        let arn = make.attribute(&role.id, "Arn");
        given = Some(match given {
            Some(node) => or_made(&node, &arn),
            None => arn,
        });
    } else if let Some(first) = tree::get(properties, "Policies").filter(|_| !entries.is_empty()) {
        expansion.without_effect(resource, first);
    }
    make_function(&target, given, expansion, &make);
    events::add(&target, &mut role, expansion);
    if makes_role {
        role.finish(resource, &make, expansion);
    }
    expansion.deployment(resource, tree::get(properties, "DeploymentPreference"));
}

/// The alias and the version that are published, if the name of the alias is known.
fn alias(resource: &Resource, expansion: &mut Expansion, make: &Maker) -> Option<String> {
    let written = tree::get(&resource.properties, "AutoPublishAlias")?;
    let name = tree::text(&expansion.resolved(written))?.to_owned();
    let id = &resource.logical_id;
    let (alias, version) = (format!("{id}Alias{name}"), format!("{id}Version"));
    let function = make.reference(id);
    let properties = vec![("FunctionName", function.clone())];
    expansion.make(resource, &version, "AWS::Lambda::Version", properties, make);
    let version_number = make.attribute(&version, "Version");
    let properties = vec![
        ("FunctionName", function),
        ("FunctionVersion", version_number),
        ("Name", make.text(&name)),
    ];
    expansion.make(resource, &alias, "AWS::Lambda::Alias", properties, make);
    expansion.refer(id, "Alias", &alias);
    expansion.refer(id, "Version", &version);
    Some(alias)
}

/// The role with what SAM attaches for the function's settings.
fn role(resource: &Resource, expansion: &Expansion) -> Role {
    let properties = &resource.properties;
    let partition = expansion.partition();
    let id = &resource.logical_id;
    let make = Maker::of_resource(resource, format!("SAM function {id}"));
    let mut role = Role::of_service(format!("{id}Role"), "lambda.amazonaws.com", &make);
    if let Some(trust) = tree::get(properties, "AssumeRolePolicyDocument") {
        role.trust = trust.clone();
    }
    role.path = tree::get(properties, "RolePath").cloned();
    role.boundary = tree::get(properties, "PermissionsBoundary").cloned();
    let durable = tree::get(properties, "DurableConfig").filter(|node| tree::is_true(node));
    let basic = match durable {
        Some(_) => "service-role/AWSLambdaBasicDurableExecutionRolePolicy",
        None => "service-role/AWSLambdaBasicExecutionRole",
    };
    role.managed.push(make.aws_policy(partition, basic));
    if let Some(tracing) = traced(properties, expansion) {
        let make = Maker::of(tracing, "SAM tracing");
        role.managed
            .push(make.aws_policy(partition, expansion.xray_policy()));
    }
    if let Some(vpc) = tree::get(properties, "VpcConfig").filter(|node| tree::is_true(node)) {
        let make = Maker::of(vpc, "SAM VPC");
        let name = "service-role/AWSLambdaVPCAccessExecutionRole";
        role.managed.push(make.aws_policy(partition, name));
    }
    role
}

/// `Tracing`, unless it is switched off.
fn traced<'n>(properties: &'n Node, expansion: &Expansion) -> Option<&'n Node> {
    let tracing = tree::get(properties, "Tracing").filter(|node| tree::is_true(node))?;
    let resolved = expansion.resolved(tracing);
    (tree::text(&resolved) != Some("Disabled")).then_some(tracing)
}

fn dead_letters(properties: &Node) -> Option<Node> {
    let queue = tree::get(properties, "DeadLetterQueue")?;
    let action = match tree::text(tree::get(queue, "Type")?)? {
        "SQS" => "sqs:SendMessage",
        "SNS" => "sns:Publish",
        _ => return None,
    };
    let make = Maker::of(queue, "SAM dead letter queue");
    let statement = make.allow(action, tree::get(queue, "TargetArn")?.clone());
    let document = make.document_2012(vec![statement]);
    Some(make.inline("DeadLetterQueuePolicy", document))
}

/// Whether a role is made beside one that is given on a condition; on what condition, is kept in the role.
fn place_on_condition(given: &Node, role: &mut Role, expansion: &mut Expansion) -> bool {
    let Some(("Fn::If", argument)) = tree::function(given) else {
        return false;
    };
    let [condition, then, otherwise] = tree::items(argument) else {
        return false;
    };
    match (tree::is_no_value(then), tree::is_no_value(otherwise)) {
        (true, true) => true,
        (true, false) => {
            role.condition = tree::text(condition).map(str::to_owned);
            true
        }
        (false, true) => {
            role.condition = tree::text(condition).map(|name| {
                let not = format!("NOT{name}");
                let make = Maker::of(given, "SAM role on a condition");
                expansion.add_condition(&not, make.not(name));
                not
            });
            true
        }
        (false, false) => false,
    }
}

/// A role that is given on a condition, with the made one in place of nothing.
fn or_made(given: &Node, own: &Node) -> Node {
    let Some(("Fn::If", argument)) = tree::function(given) else {
        return own.clone();
    };
    let branches = tree::items(argument);
    if branches
        .iter()
        .filter(|node| tree::is_no_value(node))
        .count()
        > 1
    {
        return own.clone();
    }
    let placed = branches.iter().map(|branch| {
        if tree::is_no_value(branch) {
            own.clone()
        } else {
            branch.clone()
        }
    });
    let make = Maker::of(given, "SAM role on a condition");
    make.map([("Fn::If", make.list(placed))])
}

fn make_function(target: &Target<'_>, role: Option<Node>, expansion: &mut Expansion, make: &Maker) {
    let resource = target.resource;
    let written = &resource.properties;
    let kept = KEPT.iter().chain(&ALSO_KEPT);
    let kept = kept.filter_map(|name| Some((*name, tree::get(written, name)?.clone())));
    let mut properties: Vec<(&str, Node)> = kept.collect();
    properties.extend(role.map(|role| ("Role", role)));
    if let Some(tracing) = traced(written, expansion) {
        let mode = Maker::of(tracing, "SAM tracing").map([("Mode", tracing.clone())]);
        properties.push(("TracingConfig", mode));
    }
    let dead = tree::get(written, "DeadLetterQueue");
    if let Some(arn) = dead.and_then(|queue| tree::get(queue, "TargetArn")) {
        let config = Maker::of(arn, "SAM dead letter queue").map([("TargetArn", arn.clone())]);
        properties.push(("DeadLetterConfig", config));
    }
    expansion.make(
        resource,
        &resource.logical_id,
        "AWS::Lambda::Function",
        properties,
        make,
    );
}
