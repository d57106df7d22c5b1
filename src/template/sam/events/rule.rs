//! Rules of EventBridge, and the queues for what they cannot deliver.

use super::super::expansion::Expansion;
use super::super::tree::{self, Maker};
use super::Event;
use crate::template::Resource;
use crate::yaml::Node;

/// What writes for a rule.
pub(in super::super) fn maker(event: &Event<'_>) -> Maker {
    Maker::of(event.node, format!("SAM event source {}", event.kind))
}

/// Makes the rule, with its target, the role that it takes on for it, and its queue for what fails.
pub(in super::super) fn add(
    event: &Event<'_>,
    target: Node,
    role: Option<Node>,
    of: &Resource,
    expansion: &mut Expansion,
) {
    let make = maker(event);
    let dead = event.get("DeadLetterConfig").map(|config| {
        let given = tree::get(config, "Arn").cloned();
        given.unwrap_or_else(|| queue(event, config, of, expansion, &make))
    });
    let mut called = vec![("Arn", target)];
    called.extend(role.map(|role| ("RoleArn", role)));
    called.extend(dead.map(|arn| ("DeadLetterConfig", make.map([("Arn", arn)]))));
    let mut properties = vec![("Targets", make.list([make.map(called)]))];
    let named = ["Name", "RuleName"].iter();
    let named = named.filter_map(|name| event.get(name));
    properties.extend(named.map(|name| ("Name", name.clone())));
    expansion.make(of, &event.id, "AWS::Events::Rule", properties, &make);
}

/// Makes the queue that a configuration asks for, and gives its ARN.
pub(super) fn queue(
    event: &Event<'_>,
    config: &Node,
    of: &Resource,
    expansion: &mut Expansion,
    make: &Maker,
) -> Node {
    let given = tree::get(config, "QueueLogicalId").and_then(tree::text);
    let id = given.map_or_else(|| format!("{}Queue", event.id), str::to_owned);
    expansion.make(of, &id, "AWS::SQS::Queue", Vec::new(), make);
    make.attribute(&id, "Arn")
}
