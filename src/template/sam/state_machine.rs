//! `AWS::Serverless::StateMachine`: the state machine, its role and the roles that start it.

use super::events::{self, Event, rule, schedule};
use super::expansion::Expansion;
use super::policies;
use super::role::Role;
use super::tree::{self, Maker};
use crate::template::Resource;
use crate::yaml::Node;

/// Properties that the state machine has, under another name or the same.
const KEPT: [(&str, &str); 7] = [
    ("Definition", "Definition"),
    ("DefinitionUri", "DefinitionUri"),
    ("DefinitionSubstitutions", "DefinitionSubstitutions"),
    ("Name", "StateMachineName"),
    ("Type", "StateMachineType"),
    ("Logging", "LoggingConfiguration"),
    ("Tracing", "TracingConfiguration"),
];

/// Replaces a state machine.
pub(super) fn expand(resource: &Resource, expansion: &mut Expansion) {
    let written = &resource.properties;
    let id = &resource.logical_id;
    let make = Maker::of_resource(resource, format!("SAM state machine {id}"));
    let entries = policies::entries(tree::get(written, "Policies"));
    let given = tree::get(written, "Role").filter(|node| tree::is_true(node));
    if let (Some(_), Some(first)) = (given, entries.first()) {
        expansion.without_effect(resource, tree::get(written, "Policies").unwrap_or(first));
    }
    let role_arn = given
        .cloned()
        .unwrap_or_else(|| own_role(resource, &entries, expansion, &make));
    let kept = KEPT.iter();
    let kept = kept.filter_map(|(from, to)| Some((*to, tree::get(written, from)?.clone())));
    let mut properties: Vec<(&str, Node)> = kept.collect();
    properties.push(("RoleArn", role_arn));
    expansion.make(
        resource,
        id,
        "AWS::StepFunctions::StateMachine",
        properties,
        &make,
    );
    let alias = alias(resource, expansion, &make);
    for event in events::of(id, written) {
        add_event(&event, alias.as_deref().unwrap_or(id), resource, expansion);
    }
}

/// Makes the role with the policies, and gives its ARN.
fn own_role(
    resource: &Resource,
    policies: &[&Node],
    expansion: &mut Expansion,
    make: &Maker,
) -> Node {
    let written = &resource.properties;
    let id = format!("{}Role", resource.logical_id);
    let mut role = Role::of_service(id, "states.amazonaws.com", make);
    role.path = tree::get(written, "RolePath").cloned();
    role.boundary = tree::get(written, "PermissionsBoundary").cloned();
    policies::add(policies, &mut role, resource, expansion);
    let tracing = tree::get(written, "Tracing");
    let enabled = tracing.and_then(|tracing| tree::get(tracing, "Enabled"));
    if let Some(enabled) = enabled.filter(|node| tree::is_truth(node)) {
        let name = expansion.xray_policy();
        let make = Maker::of(enabled, "SAM tracing");
        role.attach(make.aws_policy(expansion.partition(), name));
    }
    let arn = make.attribute(&role.id, "Arn");
    role.finish(resource, make, expansion);
    arn
}

/// The alias that events start, if they start one.
fn alias(resource: &Resource, expansion: &mut Expansion, make: &Maker) -> Option<String> {
    let written = &resource.properties;
    let name = tree::text(tree::get(written, "AutoPublishAlias")?)?.to_owned();
    let id = format!("{}Alias{name}", resource.logical_id);
    let properties = vec![("Name", make.text(&name))];
    let kind = "AWS::StepFunctions::StateMachineAlias";
    expansion.make(resource, &id, kind, properties, make);
    let is_used = tree::get(written, "UseAliasAsEventTarget").is_some_and(tree::is_true);
    is_used.then_some(id)
}

fn add_event(event: &Event<'_>, target: &str, resource: &Resource, expansion: &mut Expansion) {
    match event.kind {
        "ScheduleV2" => {
            let make = schedule::maker(event);
            let arn = make.reference(target);
            let call = make.start_execution(arn.clone(), &event.id);
            schedule::add(event, arn, Some(call), resource, expansion);
        }
        "Schedule" | "CloudWatchEvent" | "EventBridgeRule" => {
            let given = event.get("RoleArn").filter(|_| event.kind == "Schedule");
            let arn = rule::maker(event).reference(target);
            let role = match given {
                Some(role) => role.clone(),
                None => starting_role(event, "events.amazonaws.com", target, resource, expansion),
            };
            rule::add(event, arn, Some(role), resource, expansion);
        }
        "Api" => {
            starting_role(
                event,
                "apigateway.amazonaws.com",
                target,
                resource,
                expansion,
            );
            expansion.implicit_api(event, resource);
        }
        kind => expansion.refused(
            resource,
            event.node,
            &format!("an event of the type `{kind}` is not known"),
        ),
    }
}

/// The role by which a service starts the state machine.
fn starting_role(
    event: &Event<'_>,
    service: &str,
    target: &str,
    resource: &Resource,
    expansion: &mut Expansion,
) -> Node {
    let make = rule::maker(event);
    let mut role = Role::of_service(format!("{}Role", event.id), service, &make);
    let start = make.start_execution(make.reference(target), &role.id);
    role.inline.push(start);
    role.boundary = tree::get(&resource.properties, "PermissionsBoundary").cloned();
    let arn = make.attribute(&role.id, "Arn");
    role.finish(resource, &make, expansion);
    arn
}
