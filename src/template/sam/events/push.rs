//! Topics as event sources; with a queue between, the function reads from the queue.

use super::super::expansion::Expansion;
use super::super::function::Target;
use super::super::role::Role;
use super::super::tree::{self, Maker};
use super::Event;

/// Adds what a topic's queue asks for. A topic alone calls the function without its role.
pub(super) fn topic(
    event: &Event<'_>,
    target: &Target<'_>,
    role: &mut Role,
    expansion: &mut Expansion,
) {
    let Some(subscription) = event.given("SqsSubscription") else {
        return;
    };
    let make = Maker::of(event.node, "SAM event source SNS");
    let queue = tree::get(subscription, "QueueArn").cloned();
    let queue = queue.unwrap_or_else(|| {
        let id = format!("{}Queue", event.id);
        let topic = event.get("Topic").and_then(tree::logical_id);
        let fifo = topic.and_then(|id| expansion.written_property(id, "FifoTopic"));
        let fifo = fifo.filter(tree::is_true);
        let properties = fifo.map(|fifo| ("FifoQueue", fifo)).into_iter().collect();
        expansion.make(target.resource, &id, "AWS::SQS::Queue", properties, &make);
        make.attribute(&id, "Arn")
    });
    let size = tree::get(subscription, "BatchSize").cloned();
    let properties = vec![
        ("FunctionName", target.name(&make)),
        ("EventSourceArn", queue),
        ("BatchSize", size.unwrap_or_else(|| make.number("10"))),
        ("Enabled", make.truth()),
    ];
    let id = format!("{}EventSourceMapping", event.id);
    let kind = "AWS::Lambda::EventSourceMapping";
    expansion.make(target.resource, &id, kind, properties, &make);
    let name = "service-role/AWSLambdaSQSQueueExecutionRole";
    role.attach(make.aws_policy(expansion.partition(), name));
}
