//! EventBridge Scheduler: a schedule has a role of its own to call what it calls.

use super::super::expansion::Expansion;
use super::super::role::Role;
use super::super::tree::{self, Maker};
use super::Event;
use crate::template::Resource;
use crate::yaml::Node;

/// Properties that the schedule has as they are written.
const KEPT: [&str; 9] = [
    "Description",
    "EndDate",
    "FlexibleTimeWindow",
    "GroupName",
    "KmsKeyArn",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
    "State",
];

/// What writes for a schedule.
pub(in super::super) fn maker(event: &Event<'_>) -> Maker {
    Maker::of(event.node, "SAM schedule")
}

/// Makes the schedule, its role and its queue for what fails. `call` is the policy that lets it call the target.
pub(in super::super) fn add(
    event: &Event<'_>,
    target: Node,
    call: Option<Node>,
    of: &Resource,
    expansion: &mut Expansion,
) {
    let make = maker(event);
    let dead = event.get("DeadLetterConfig").map(|config| {
        let given = tree::get(config, "Arn").cloned();
        given.unwrap_or_else(|| super::rule::queue(event, config, of, expansion, &make))
    });
    let mut called = vec![("Arn", target)];
    let role = event.given("RoleArn").cloned().unwrap_or_else(|| {
        let id = format!("{}Role", event.id);
        let mut role = Role::of_service(id, "scheduler.amazonaws.com", &make);
        role.inline.extend(call);
        let dead = dead.as_ref();
        role.inline
            .extend(dead.and_then(|queue| make.send_to("SQS", queue, &event.id)));
        role.boundary = event.given("PermissionsBoundary").cloned();
        let arn = make.attribute(&role.id, "Arn");
        role.finish(of, &make, expansion);
        arn
    });
    called.push(("RoleArn", role));
    called.extend(dead.map(|arn| ("DeadLetterConfig", make.map([("Arn", arn)]))));
    let kept = ["Input", "RetryPolicy"].iter();
    called.extend(kept.filter_map(|name| Some((*name, event.get(name)?.clone()))));
    let kept = KEPT.iter();
    let mut properties: Vec<(&str, Node)> = kept
        .filter_map(|name| Some((*name, event.get(name)?.clone())))
        .collect();
    if event.given("FlexibleTimeWindow").is_none() {
        let off = make.map([("Mode", make.text("OFF"))]);
        properties.push(("FlexibleTimeWindow", off));
    }
    if event.given("OmitName").is_none() {
        let named = event.given("Name").cloned();
        properties.push(("Name", named.unwrap_or_else(|| make.text(&event.id))));
    }
    properties.push(("Target", make.map(called)));
    expansion.make(of, &event.id, "AWS::Scheduler::Schedule", properties, &make);
}
