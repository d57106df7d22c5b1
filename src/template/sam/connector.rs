//! `AWS::Serverless::Connector`: a managed policy for the role of one of the resources that it connects.
//!
//! Connections that end in a resource policy (of a queue, a topic, a function) grant a service and no role, and make nothing here.

use super::data::{Connected, known};
use super::expansion::Expansion;
use super::tree::{self, Maker};
use crate::template::Resource;
use crate::yaml::Node;

/// A connected resource, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct End {
    kind: String,
    role: Option<Node>,
    outputs: Vec<(String, Node)>,
}

/// Native types of SAM's own.
const NATIVE: [(&str, &str); 5] = [
    ("AWS::Serverless::Function", "AWS::Lambda::Function"),
    (
        "AWS::Serverless::StateMachine",
        "AWS::StepFunctions::StateMachine",
    ),
    ("AWS::Serverless::Api", "AWS::ApiGateway::RestApi"),
    ("AWS::Serverless::HttpApi", "AWS::ApiGatewayV2::Api"),
    ("AWS::Serverless::SimpleTable", "AWS::DynamoDB::Table"),
];

/// Replaces a connector; all other resources have been replaced before.
pub(super) fn expand(resource: &Resource, expansion: &mut Expansion) {
    let written = &resource.properties;
    let (Some(source), Some(destination)) = (
        tree::get(written, "Source"),
        tree::get(written, "Destination"),
    ) else {
        return;
    };
    let permissions = tree::get(written, "Permissions").map(tree::items);
    let permissions = permissions.unwrap_or_default().iter();
    let permissions: Vec<&str> = permissions.filter_map(tree::text).collect();
    let several = tree::is_list(destination);
    let destinations = if several {
        tree::items(destination)
    } else {
        std::slice::from_ref(destination)
    };
    for (place, destination) in destinations.iter().enumerate() {
        let (Some(from), Some(to)) = (
            end(source, destination, expansion),
            end(destination, source, expansion),
        ) else {
            expansion.refused(
                resource,
                destination,
                "what it connects is not a resource of this template",
            );
            continue;
        };
        let id = &resource.logical_id;
        let id = if several {
            format!("{id}PolicyDestination{place}")
        } else {
            format!("{id}Policy")
        };
        connect(&id, &from, &to, &permissions, resource, expansion);
    }
}

/// Makes the policy of one connection.
pub(super) fn connect(
    id: &str,
    from: &End,
    to: &End,
    permissions: &[&str],
    resource: &Resource,
    expansion: &mut Expansion,
) {
    let Some(profile) = known().profile(&from.kind, &to.kind) else {
        let problem = format!("SAM cannot connect `{}` to `{}`", from.kind, to.kind);
        return expansion.refused(resource, &resource.properties, &problem);
    };
    if profile.kind != "AWS_IAM_ROLE_MANAGED_POLICY" {
        return;
    }
    let own = if profile.properties.source_policy {
        from
    } else {
        to
    };
    let Some(role) = own.role.clone() else {
        let problem = "the role that its policy would belong to is not in this template";
        return expansion.refused(resource, &resource.properties, problem);
    };
    let make = Maker::of_resource(resource, format!("SAM connector {}", resource.logical_id));
    let fill = |text: &str| filled(text, from, to, &make);
    let mut statements = Vec::new();
    for (category, access) in &profile.properties.access_categories {
        if permissions.contains(&category.as_str()) {
            let written = access.get("Statement").and_then(|list| list.as_array());
            let written = written.map(Vec::as_slice).unwrap_or_default().iter();
            statements.extend(written.map(|statement| make.json_with(statement, &fill)));
        }
    }
    let properties = vec![
        ("PolicyDocument", make.document_2012(statements)),
        ("Roles", make.list([role])),
    ];
    expansion.make(resource, id, "AWS::IAM::ManagedPolicy", properties, &make);
}

/// A text of a profile with `%{Source.Arn}` and the like in it.
fn filled(text: &str, from: &End, to: &End, make: &Maker) -> Node {
    let mut text = text.to_owned();
    let mut variables: Vec<(String, Node)> = Vec::new();
    for (side, end) in [("Source", from), ("Destination", to)] {
        for (name, value) in &end.outputs {
            let name = if name == "Id" { "ResourceId" } else { name };
            let hole = format!("%{{{side}.{name}}}");
            if text == hole {
                return value.clone();
            }
            if text.contains(&hole) {
                let variable = format!("{side}{name}");
                text = text.replace(&hole, &format!("${{{variable}}}"));
                variables.push((variable, value.clone()));
            }
        }
    }
    if !text.contains("${") {
        return make.text(&text);
    }
    if variables.is_empty() {
        return make.sub(&text);
    }
    let variables = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()));
    let parts = make.list([make.text(&text), make.map(variables)]);
    make.map([("Fn::Sub", parts)])
}

/// One of the two resources, by its id or by properties.
fn end(written: &Node, other: &Node, expansion: &Expansion) -> Option<End> {
    let Some(id) = tree::get(written, "Id").and_then(tree::text) else {
        let kind = tree::text(tree::get(written, "Type")?)?;
        let native = NATIVE.iter().find(|(sam, _)| *sam == kind);
        let outputs = tree::entries(written).map(|(name, node)| {
            let name = if name == "ResourceId" { "Id" } else { name };
            (name.to_owned(), node.clone())
        });
        return Some(End {
            kind: native.map_or(kind, |(_, native)| native).to_owned(),
            role: tree::get(written, "RoleName").cloned(),
            outputs: outputs.collect(),
        });
    };
    let resource = expansion.resource(id)?;
    let Some(connected) = known().connected(&resource.kind) else {
        return Some(End {
            kind: resource.kind.clone(),
            ..End::default()
        });
    };
    let make = Maker::of_resource(resource, format!("SAM connector to {id}"));
    let outputs = connected.outputs.iter();
    let outputs = outputs.map(|(name, value)| {
        let fill = |text: &str| make.text(&text.replace("%{logicalId}", id));
        (name.clone(), make.json_with(value, &fill))
    });
    let mut outputs: Vec<(String, Node)> = outputs.collect();
    if let Some(qualifier) = tree::get(written, "Qualifier") {
        outputs.retain(|(name, _)| name != "Qualifier");
        outputs.push(("Qualifier".to_owned(), qualifier.clone()));
    }
    let role = role_of(resource, connected, other);
    let role = role.and_then(tree::logical_id).map(|id| make.reference(id));
    Some(End {
        kind: resource.kind.clone(),
        role,
        outputs,
    })
}

/// The property of a resource that holds its role.
fn role_of<'r>(resource: &'r Resource, connected: &Connected, other: &Node) -> Option<&'r Node> {
    let property = connected.inputs.get("Role")?;
    if let Some(name) = property.as_str() {
        return tree::get(&resource.properties, name);
    }
    // A rule has a role for each target.
    let targets = tree::get(&resource.properties, "Targets").map(tree::items);
    let id = tree::get(other, "Id").and_then(tree::text);
    let arn = tree::get(other, "Arn");
    let is_meant = |target: &&Node| {
        let Some(called) = tree::get(target, "Arn") else {
            return false;
        };
        let same_id = id.is_some() && tree::logical_id(called) == id;
        same_id || arn.is_some_and(|arn| tree::same(called, arn))
    };
    let target = targets.unwrap_or_default().iter().find(is_meant)?;
    tree::get(target, "RoleArn")
}

impl End {
    /// A resource that SAM makes itself, with the role and the ARN that it has.
    pub(super) fn made(kind: &str, role: Option<Node>, arn: Node) -> Self {
        Self {
            kind: kind.to_owned(),
            role,
            outputs: vec![("Arn".to_owned(), arn)],
        }
    }
}

/// The connectors that are written inside of a resource, as resources of their own.
pub(super) fn embedded(resource: &Resource) -> Vec<Resource> {
    let Some(connectors) = tree::attribute(resource, "Connectors") else {
        return Vec::new();
    };
    let own_id = &resource.logical_id;
    let connector = |(name, node): (&str, &Node)| {
        let written = tree::get(node, "Properties")?;
        let make = Maker::of(node, format!("SAM connector {own_id}{name}"));
        let mut source = vec![("Id", make.text(own_id))];
        let more = tree::get(written, "SourceReference");
        let more = more.into_iter().flat_map(tree::entries);
        source.extend(more.map(|(name, node)| (name, node.clone())));
        let rest = tree::entries(written).filter(|(name, _)| *name != "SourceReference");
        let rest = rest.map(|(name, node)| (name, node.clone()));
        let source = make.map(source);
        let properties = make.map(std::iter::once(("Source", source)).chain(rest));
        let condition = tree::get(node, "Condition").and_then(tree::text);
        Some(tree::resource(
            &format!("{own_id}{name}"),
            "AWS::Serverless::Connector",
            properties,
            condition.map(str::to_owned),
            resource,
        ))
    };
    tree::entries(connectors).filter_map(connector).collect()
}
