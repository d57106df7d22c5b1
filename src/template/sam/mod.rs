//! AWS's SAM transform, as far as roles, policies, settings of functions and names are concerned.
//!
//! SAM's resources are short forms: a function with `Policies` is a function and a role. [`expand`] replaces them by what AWS makes
//! of them when the template is deployed, element for element, so that what reads CloudFormation reads SAM too. What it writes
//! remembers where it comes from. Tests hold it against AWS's own package.

mod connector;
mod data;
mod destinations;
mod entry;
mod events;
mod expansion;
mod function;
mod globals;
mod graphql;
mod narrowest;
mod others;
mod policies;
mod references;
mod role;
mod shapes;
mod state_machine;
mod tree;

pub use entry::{Entry, entry_of, written};
pub use narrowest::{Narrowest, made_by, narrowest_actions, narrowest_template, template_actions};

use super::{Gap, Resource, Template, Touches, Values};
use expansion::Expansion;

/// The transform that templates name.
pub const TRANSFORM: &str = "AWS::Serverless-2016-10-31";

/// Whether what made a managed policy's ARN is SAM itself: for a function, or for its tracing or VPC.
pub(super) fn attaches(by: &str) -> bool {
    by.starts_with("SAM function ") || by == "SAM tracing" || by == "SAM VPC"
}

/// The names of SAM's policy templates.
pub fn policy_template_names() -> impl Iterator<Item = &'static str> + Clone {
    data::known().template_names()
}

/// Replaces each of SAM's resources by what AWS makes of it, and says what could not be replaced.
pub fn expand(template: &mut Template, values: &Values) -> Vec<Gap> {
    let resources = std::mem::take(&mut template.resources);
    let embedded: Vec<Resource> = resources.iter().flat_map(connector::embedded).collect();
    let (mut sams, natives): (Vec<Resource>, Vec<Resource>) = resources
        .into_iter()
        .chain(embedded)
        .partition(|resource| resource.kind.starts_with("AWS::Serverless::"));
    let mut expansion = Expansion::new(template, values, natives);
    for resource in &mut sams {
        let globals = template.globals.as_ref();
        for outcome in globals::shared_destinations(globals, resource) {
            expansion.share(&resource.logical_id, outcome);
        }
        resource.properties = globals::merged(globals, resource);
    }
    sams.sort_by_key(|resource| turn(&resource.kind));
    globals_without_effect(template, &mut expansion);
    for resource in &sams {
        one(resource, &mut expansion);
    }
    expansion.finish_deployments();
    let Expansion {
        resources,
        conditions,
        references,
        gaps,
        ..
    } = expansion;
    template.conditions.extend(conditions);
    template.resources = resources;
    if !references.is_empty() {
        for resource in &mut template.resources {
            resource.properties = references::rewritten(&resource.properties, &references);
        }
    }
    gaps
}

/// Functions come first, and connectors last: they look for roles that the others have.
fn turn(kind: &str) -> usize {
    match kind {
        "AWS::Serverless::Function" => 0,
        "AWS::Serverless::StateMachine" => 1,
        "AWS::Serverless::Connector" => 3,
        _ => 2,
    }
}

fn globals_without_effect(template: &Template, expansion: &mut Expansion) {
    let globals = template.globals.as_ref();
    let Some(section) = globals.and_then(|globals| tree::get(globals, "Function")) else {
        return;
    };
    for (name, node) in tree::entries(section) {
        if globals::REFUSED.contains(&name) {
            expansion.gaps.push(Gap {
                message: format!("SAM refuses `{name}` in `Globals`: say it in each function"),
                span: node.span(),
                touches: Touches::Every,
            });
        }
    }
}

fn one(resource: &Resource, expansion: &mut Expansion) {
    let kind = resource.kind.strip_prefix("AWS::Serverless::");
    match kind.unwrap_or_default() {
        "Function" => function::expand(resource, expansion),
        "StateMachine" => state_machine::expand(resource, expansion),
        "SimpleTable" => others::table(resource, expansion),
        "Api" => others::api(resource, "AWS::ApiGateway::RestApi", expansion),
        "HttpApi" | "WebSocketApi" => others::api(resource, "AWS::ApiGatewayV2::Api", expansion),
        "Connector" => connector::expand(resource, expansion),
        "GraphQLApi" => graphql::expand(resource, expansion),
        "LayerVersion" => others::renamed(resource, "AWS::Lambda::LayerVersion", expansion),
        "Application" => others::renamed(resource, "AWS::CloudFormation::Stack", expansion),
        "WebFunction" => others::web_function(resource, expansion),
        "CapacityProvider" => others::operated(
            resource,
            "AWS::Lambda::CapacityProvider",
            "AWSLambdaManagedEC2ResourceOperator",
            expansion,
        ),
        "NetworkConnector" => others::operated(
            resource,
            "AWS::Lambda::NetworkConnector",
            "AWSLambdaNetworkConnectorOperatorPolicy",
            expansion,
        ),
        "MicrovmImage" => others::image(resource, expansion),
        kind => {
            let problem = format!("a resource of the type `AWS::Serverless::{kind}` is not known");
            expansion.refused(resource, &resource.properties, &problem);
        }
    }
}
