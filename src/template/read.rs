//! From text to a [`Template`], with every intrinsic in its long form.

use super::{Deployed, Gap, Kind, Parameter, Resource, Template, Touches, foreach};
use crate::yaml::{self, Key, Limits, Node, Schema, Value, YamlError};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What a template may hold: CloudFormation takes a megabyte from S3.
pub const LIMITS: Limits = Limits {
    bytes: 4 << 20,
    depth: 64,
    values: 400_000,
};

/// A text that is no template that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// It is neither YAML nor JSON, or beyond the limits.
    #[error(transparent)]
    Text(#[from] YamlError),
    /// It has no resources.
    #[error("it has no `Resources`")]
    NoResources,
}

/// Whether a document is a CloudFormation or SAM template: it has `Resources` of which one has a `Type`, or says its format or
/// transform.
pub fn is_template(root: &Node) -> bool {
    let resources = root.get("Resources").filter(|resources| resources.is_map());
    let Some(resources) = resources else {
        return false;
    };
    root.get("AWSTemplateFormatVersion").is_some()
        || root.get("Transform").is_some()
        || resources
            .members()
            .iter()
            .any(|(_, own)| own.get("Type").is_some())
}

/// Reads a template.
///
/// # Errors
///
/// What is neither YAML nor JSON, beyond the limits, or has no `Resources`.
pub fn read(text: &str, file: &str) -> Result<Template, TemplateError> {
    let root = yaml::parse(text, Schema::Yaml11, LIMITS)?.ok_or(TemplateError::NoResources)?;
    of_node(root, text, file)
}

/// The template that a document is.
///
/// # Errors
///
/// Where it has no `Resources`.
pub fn of_node(root: Node, text: &str, file: &str) -> Result<Template, TemplateError> {
    if !is_template(&root) {
        return Err(TemplateError::NoResources);
    }
    let mut root = long(root);
    let mut gaps = included(&root);
    let mut members = |name: &str| match root.take(name).map(|node| node.value) {
        Some(Value::Map(members)) => members,
        _ => Vec::new(),
    };
    let parameters = members("Parameters").into_iter().map(parameter);
    let parameters = parameters.collect();
    let resources = foreach::expanded(members("Resources"), &mut gaps);
    let resources: Vec<Resource> = resources.into_iter().filter_map(resource).collect();
    let (conditions, outputs) = (members("Conditions"), members("Outputs"));
    let transforms = root.get("Transform").map(Node::items).unwrap_or_default();
    let transforms: Vec<String> = transforms
        .iter()
        .filter_map(|one| one.to_text().or_else(|| one.get("Name")?.to_text()))
        .collect();
    gaps.extend(unknown_macros(&root, &transforms, &resources));
    Ok(Template {
        file: file.to_owned(),
        text: text.to_owned(),
        kind: kind(&transforms, &resources),
        parameters,
        mappings: root.take("Mappings"),
        conditions,
        globals: root.take("Globals"),
        transforms,
        resources,
        outputs,
        deployed: Deployed::default(),
        refused: BTreeMap::new(),
        gaps,
    })
}

/// Transforms whose outcome is known: SAM is expanded here, and the others leave policies as they are.
const KNOWN: &[&str] = &[
    "AWS::CodeDeployBlueGreen",
    "AWS::LanguageExtensions",
    "AWS::SecretsManager",
    "AWS::Serverless",
    "AWS::ServiceCatalog",
];

/// What calls a macro.
const TRANSFORM: &str = "Fn::Transform";

/// Macros of a team's own, and snippets from elsewhere: they may change every policy that they are around.
fn unknown_macros(root: &Node, transforms: &[String], resources: &[Resource]) -> Vec<Gap> {
    let is_known = |name: &str| KNOWN.iter().any(|known| name.starts_with(known));
    let span = root.get("Transform").map(Node::span).unwrap_or_default();
    let of_template = transforms
        .iter()
        .filter(|name| !is_known(name))
        .map(|name| Gap {
            message: format!("what the macro `{name}` makes of the template is known to AWS alone"),
            span: span.clone(),
            touches: Touches::Every,
        });
    let inside = resources.iter().filter_map(|own| {
        let span = transform_in(&own.properties)?;
        let touches = match own.kind.as_str() {
            "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" | "AWS::IAM::RolePolicy" => {
                Touches::Every
            }
            _ => Touches::These(BTreeSet::from([own.logical_id.clone()])),
        };
        Some(Gap {
            message: format!(
                "what a macro makes of {} is known to AWS alone",
                own.logical_id
            ),
            span,
            touches,
        })
    });
    of_template.chain(inside).collect()
}

/// The sections beside the resources that decide what these are.
const SECTIONS: [&str; 3] = ["Conditions", "Globals", "Mappings"];

/// Snippets and macros that stand where no resource is theirs: `AWS::Include` may stand anywhere but among the parameters, and what it
/// brings may give a policy to any role.
fn included(root: &Node) -> Vec<Gap> {
    let resources = root.get("Resources").map(Node::members);
    let of_resources = resources.unwrap_or_default().iter();
    let of_resources = of_resources.filter_map(|(key, node)| {
        if key.text == TRANSFORM {
            return Some(key.span.clone());
        }
        // What has a type is a resource, and what is called in its properties touches that one alone.
        match node.get("Type") {
            Some(_) => called_in(node),
            None => transform_in(node),
        }
    });
    let of_sections = SECTIONS.into_iter();
    let of_sections = of_sections.filter_map(|name| transform_in(root.get(name)?));
    let all = called_in(root)
        .into_iter()
        .chain(of_resources)
        .chain(of_sections);
    all.map(|span| Gap {
        message: "what a macro or `AWS::Include` brings into the template is known to AWS alone"
            .to_owned(),
        span,
        touches: Touches::Every,
    })
    .collect()
}

/// Where a macro is called directly in a map.
fn called_in(node: &Node) -> Option<Range<usize>> {
    let mut members = node.members().iter();
    let found = members.find(|(key, _)| key.text == TRANSFORM);
    found.map(|(key, _)| key.span.clone())
}

/// Where a macro is called within a value.
fn transform_in(node: &Node) -> Option<Range<usize>> {
    match &node.value {
        Value::List(items) => items.iter().find_map(transform_in),
        Value::Map(members) => members.iter().find_map(|(key, value)| {
            if key.text == TRANSFORM {
                return Some(key.span.clone());
            }
            transform_in(value)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => None,
    }
}

fn kind(transforms: &[String], resources: &[Resource]) -> Kind {
    let sam = |name: &str| name.starts_with("AWS::Serverless");
    if transforms.iter().any(|name| sam(name)) || resources.iter().any(|own| sam(&own.kind)) {
        return Kind::Sam;
    }
    let of_cdk = |own: &Resource| {
        let metadata = own.metadata.as_ref();
        own.kind == "AWS::CDK::Metadata"
            || metadata.is_some_and(|metadata| metadata.get("aws:cdk:path").is_some())
    };
    if resources.iter().any(of_cdk) {
        return Kind::Cdk;
    }
    let of_serverless = |own: &Resource| {
        let is_role = own.kind == "AWS::IAM::Role";
        own.logical_id == "ServerlessDeploymentBucket"
            || (is_role && own.logical_id.ends_with("IamRoleLambdaExecution"))
    };
    if resources.iter().any(of_serverless) {
        return Kind::Serverless;
    }
    Kind::CloudFormation
}

fn parameter((key, node): (Key, Node)) -> Parameter {
    let kind = node.get("Type").and_then(Node::to_text);
    let allowed = node
        .get("AllowedValues")
        .map(Node::items)
        .unwrap_or_default();
    Parameter {
        name: key.text,
        kind: kind.unwrap_or_else(|| "String".to_owned()),
        default: node.get("Default").cloned(),
        allowed: allowed.iter().filter_map(Node::to_text).collect(),
        span: key.span,
    }
}

fn resource((key, mut node): (Key, Node)) -> Option<Resource> {
    let kind = node.get("Type").and_then(Node::to_text)?;
    let depends_on = node.get("DependsOn").map(Node::items).unwrap_or_default();
    let depends_on = depends_on.iter().filter_map(Node::to_text).collect();
    let span = node.span();
    Some(Resource {
        logical_id: key.text,
        kind,
        properties: node
            .take("Properties")
            .filter(Node::is_map)
            .unwrap_or_else(|| Node::written(Value::Map(Vec::new()), span)),
        condition: node.get("Condition").and_then(Node::to_text),
        metadata: node.take("Metadata"),
        depends_on,
        span: key.span,
        made_of: None,
        attributes: node,
    })
}

/// The same with every short tag in its long form: `!Sub x` is `{"Fn::Sub": "x"}`, `!GetAtt A.B` is `{"Fn::GetAtt": ["A", "B"]}`.
pub fn long(node: Node) -> Node {
    let Node {
        origin,
        tag,
        style,
        is_anchored,
        value,
    } = node;
    let value = match value {
        Value::List(items) => Value::List(items.into_iter().map(long).collect()),
        Value::Map(members) => {
            let members = members.into_iter().map(|(key, node)| {
                let node = long(node);
                let node = if key.text == "Fn::GetAtt" {
                    attribute(node)
                } else {
                    node
                };
                (key, node)
            });
            Value::Map(members.collect())
        }
        scalar @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_)) => scalar,
    };
    let node = Node {
        origin,
        tag: None,
        style,
        is_anchored,
        value,
    };
    let Some(name) = tag.as_deref().and_then(|tag| tag.strip_prefix('!')) else {
        return node;
    };
    if name.is_empty() || name.starts_with('!') {
        return node;
    }
    let name = match name {
        "Ref" | "Condition" => name.to_owned(),
        other => format!("Fn::{other}"),
    };
    let node = if name == "Fn::GetAtt" {
        attribute(node)
    } else {
        node
    };
    let span = node.span();
    node.with_value(Value::Map(vec![(Key::new(name, span), node.clone())]))
}

/// `A.B.C` as `["A", "B.C"]`.
fn attribute(node: Node) -> Node {
    let Some((resource, attribute)) = node.as_text().and_then(|text| text.split_once('.')) else {
        return node;
    };
    let parts = [resource, attribute].map(|part| node.with_value(Value::Text(part.to_owned())));
    let list = Value::List(parts.into());
    node.with_value(list)
}
