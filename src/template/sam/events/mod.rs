//! What calls a function: SAM lets the role read what it is called for, and makes queues, rules and their roles.

mod kafka;
mod pull;
mod push;
pub(super) mod rule;
pub(super) mod schedule;

use super::expansion::Expansion;
use super::function::Target;
use super::role::Role;
use super::tree;
use crate::yaml::Node;

/// One event source.
#[derive(Debug)]
pub(super) struct Event<'n> {
    /// The function's or state machine's logical id and the event's own.
    pub(super) id: String,
    /// `Type`.
    pub(super) kind: &'n str,
    /// The whole of it.
    pub(super) node: &'n Node,
}

impl<'n> Event<'n> {
    /// A property.
    pub(super) fn get(&self, name: &str) -> Option<&'n Node> {
        tree::get(tree::get(self.node, "Properties")?, name)
    }

    /// A property that is not empty.
    pub(super) fn given(&self, name: &str) -> Option<&'n Node> {
        self.get(name).filter(|node| tree::is_true(node))
    }
}

/// The events of a resource, as they are written.
pub(super) fn of<'n>(id: &str, properties: &'n Node) -> Vec<Event<'n>> {
    let Some(events) = tree::get(properties, "Events") else {
        return Vec::new();
    };
    let events = tree::entries(events);
    let event = |(name, node): (&str, &'n Node)| {
        let kind = tree::text(tree::get(node, "Type")?)?;
        let id = format!("{id}{name}");
        Some(Event { id, kind, node })
    };
    events.filter_map(event).collect()
}

/// Makes what a function's events need, and adds to its role what the function needs for them.
pub(super) fn add(target: &Target<'_>, role: &mut Role, expansion: &mut Expansion) {
    let id = &target.resource.logical_id;
    let mut events = of(id, &target.resource.properties);
    // SAM takes them by path, else by name.
    let key = |event: &Event<'_>| {
        let path = event.get("Path").and_then(tree::text);
        path.or_else(|| event.id.strip_prefix(id.as_str()))
            .unwrap_or_default()
            .to_owned()
    };
    events.sort_by_key(key);
    for event in &events {
        match event.kind {
            "ScheduleV2" => {
                let make = schedule::maker(event);
                let call = make.send_to("Lambda", &target.arn(&make), &event.id);
                schedule::add(event, target.arn(&make), call, target.resource, expansion);
            }
            "Schedule" | "CloudWatchEvent" | "EventBridgeRule" => {
                let arn = target.arn(&rule::maker(event));
                rule::add(event, arn, None, target.resource, expansion);
            }
            "SNS" => push::topic(event, target, role, expansion),
            "Api" | "HttpApi" => expansion.implicit_api(event, target.resource),
            kind if pull::is_one(kind) => pull::add(event, target, role, expansion),
            "S3" | "CloudWatchLogs" | "AlexaSkill" | "IoTRule" | "Cognito" => {}
            kind => expansion.refused(
                target.resource,
                event.node,
                &format!("an event of the type `{kind}` is not known"),
            ),
        }
    }
}
