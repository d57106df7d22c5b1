//! `EventInvokeConfig`: where the outcomes of asynchronous calls go. What is not named, SAM makes.

use super::expansion::Expansion;
use super::function::Target;
use super::tree::{self, Maker};
use crate::template::Resource;
use crate::yaml::Node;

/// What is known of one destination: the condition that one is made on, the one that is given, the one that results.
#[derive(Debug, Default)]
struct Destination {
    made_on: Option<String>,
    given: Option<Node>,
}

/// Makes the configuration of a function, and gives the policies that let its role send.
pub(super) fn of(target: &Target<'_>, expansion: &mut Expansion) -> Vec<Node> {
    let resource = target.resource;
    let config = tree::get(&resource.properties, "EventInvokeConfig");
    let Some(config) = config.filter(|node| tree::is_true(node)) else {
        return Vec::new();
    };
    let id = format!("{}EventInvokeConfig", resource.logical_id);
    let make = Maker::of(config, "SAM event invoke configuration");
    let mut policies = Vec::new();
    let mut sent = Vec::new();
    let destinations = tree::get(config, "DestinationConfig");
    for outcome in ["OnSuccess", "OnFailure"] {
        let Some(written) = destinations.and_then(|node| tree::get(node, outcome)) else {
            continue;
        };
        let id = format!("{id}{outcome}");
        let shared = expansion.shared(&resource.logical_id, outcome).cloned();
        match placed(written, shared.as_ref(), &id, resource, expansion) {
            Some((destination, policy)) => {
                expansion.keep_shared(&resource.logical_id, outcome, &destination);
                let make = Maker::of(written, format!("SAM destination {outcome}"));
                sent.push((outcome, make.map([("Destination", destination)])));
                policies.extend(policy);
            }
            None => expansion.refused(
                resource,
                written,
                &format!(
                    "the destination `{outcome}` has no type that SAM knows, or names nothing"
                ),
            ),
        }
    }
    let qualifier = target.alias.as_deref().map(|alias| {
        let prefix = format!("{}Alias", resource.logical_id);
        alias.strip_prefix(&prefix).unwrap_or(alias)
    });
    let mut properties = vec![
        ("FunctionName", make.reference(&resource.logical_id)),
        ("Qualifier", make.text(qualifier.unwrap_or("$LATEST"))),
        ("DestinationConfig", make.map(sent)),
    ];
    for kept in ["MaximumEventAgeInSeconds", "MaximumRetryAttempts"] {
        properties.extend(tree::get(config, kept).map(|node| (kept, expansion.resolved(node))));
    }
    expansion.make(
        resource,
        &id,
        "AWS::Lambda::EventInvokeConfig",
        properties,
        &make,
    );
    policies
}

/// Where it goes in the end, and the policy for it.
fn placed(
    written: &Node,
    shared: Option<&Node>,
    id: &str,
    of: &Resource,
    expansion: &mut Expansion,
) -> Option<(Node, Option<Node>)> {
    let kind = tree::text(tree::get(written, "Type")?)?;
    if !["SQS", "SNS", "EventBridge", "Lambda", "S3Bucket"].contains(&kind) {
        return None;
    }
    let make = Maker::of(written, format!("SAM destination {kind}"));
    let given = shared.or_else(|| tree::get(written, "Destination"));
    let destination = given.map(|node| on_condition(node, of, expansion));
    let destination = destination.unwrap_or_default();
    if let Some(given) = given.filter(|_| destination.made_on.is_none()) {
        return Some((given.clone(), make.send_to(kind, given, id)));
    }
    let own = make_one(kind, id, &destination, of, expansion, &make)?;
    let to = match (&destination.made_on, destination.given) {
        (Some(condition), Some(given)) => make.choose(condition, own, given),
        _ => own,
    };
    let policy = make.send_to(kind, &to, id);
    Some((to, policy))
}

/// A destination that is nothing on one side of a condition is made there.
fn on_condition(given: &Node, of: &Resource, expansion: &mut Expansion) -> Destination {
    let Some(("Fn::If", argument)) = tree::function(given) else {
        return Destination::default();
    };
    let [condition, then, otherwise] = tree::items(argument) else {
        return Destination::default();
    };
    let Some(condition) = tree::text(condition) else {
        return Destination::default();
    };
    match (tree::is_no_value(then), tree::is_no_value(otherwise)) {
        (true, false) => Destination {
            made_on: Some(condition.to_owned()),
            given: Some(otherwise.clone()),
        },
        (false, true) => {
            let config = format!("{}EventInvokeConfig", of.logical_id);
            let not = tree::hashed(&format!("NOT{condition}"), &config);
            let make = Maker::of(given, "SAM destination on a condition");
            expansion.add_condition(&not, make.not(condition));
            Destination {
                made_on: Some(not),
                given: Some(then.clone()),
            }
        }
        (true, true) | (false, false) => Destination::default(),
    }
}

/// The queue or topic that SAM makes.
fn make_one(
    kind: &str,
    id: &str,
    destination: &Destination,
    of: &Resource,
    expansion: &mut Expansion,
    make: &Maker,
) -> Option<Node> {
    let condition = match (&of.condition, &destination.made_on) {
        (Some(own), Some(side)) => {
            let both = tree::hashed(&format!("{own}AND{side}"), &of.logical_id);
            expansion.add_condition(&both, make.both(own, side));
            Some(both)
        }
        (own, side) => own.clone().or_else(|| side.clone()),
    };
    let (id, kind, reference, arn) = match kind {
        "SQS" => {
            let id = format!("{id}Queue");
            let arn = make.attribute(&id, "Arn");
            (id, "AWS::SQS::Queue", "DestinationQueue", arn)
        }
        "SNS" => {
            let id = format!("{id}Topic");
            let arn = make.reference(&id);
            (id, "AWS::SNS::Topic", "DestinationTopic", arn)
        }
        _ => return None,
    };
    expansion.make(of, &id, kind, Vec::new(), make).condition = condition;
    expansion.refer(&of.logical_id, reference, &id);
    Some(arn)
}
