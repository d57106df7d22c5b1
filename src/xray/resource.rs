//! Turns OpenTelemetry's attributes into request parameters, with the names that AWS's APIs give them.
//!
//! An attribute is kept under its recorded name, and `aws.<service>.<rest>` under `<rest>` too. If it is known to
//! repeat a request parameter, it is also kept under the name of that parameter. Follows OpenTelemetry's AWS attribute
//! registry <https://opentelemetry.io/docs/specs/semconv/registry/attributes/aws/> and CloudWatch Application Signals.

use super::attributes::{Attribute, Attributes};
use super::call::{Parameters, normalised};
use crate::account;

/// Attributes that repeat a request parameter, by normalised name.
const NATURAL: &[(&str, &str)] = &[
    ("awsbedrockagentid", "agentid"),
    ("awsbedrockdatasourceid", "datasourceid"),
    ("awsbedrockguardrailid", "guardrailidentifier"),
    ("awsbedrockknowledgebaseid", "knowledgebaseid"),
    ("awsdynamodbtablearn", "tablearn"),
    ("awsdynamodbtablenames", "tablenames"),
    ("awskinesisstreamarn", "streamarn"),
    ("awskinesisstreamname", "streamname"),
    ("awslambdafunctionarn", "functionname"),
    ("awslambdafunctionname", "functionname"),
    ("awslambdaresourcemappingid", "uuid"),
    ("awsqueuename", "queuename"),
    ("awsqueueurl", "queueurl"),
    ("awss3bucket", "bucket"),
    ("awss3copysource", "copysource"),
    ("awss3key", "key"),
    ("awssecretsmanagersecretarn", "secretid"),
    ("awssnstopicarn", "topicarn"),
    ("awssqsqueuename", "queuename"),
    ("awssqsqueueurl", "queueurl"),
    ("awsstepfunctionsactivityarn", "activityarn"),
    ("awsstepfunctionsstatemachinearn", "statemachinearn"),
    ("awsstreamname", "streamname"),
    ("awstablename", "tablename"),
    ("dbcollectionname", "tablename"),
    ("faasinvokedname", "functionname"),
    ("genairequestmodel", "modelid"),
];

/// For each value of `aws.remote.resource.type`: the parameter in the identifier, and the parameter in the primary
/// identifier.
const RESOURCES: &[(&str, &str, &str)] = &[
    ("AWS::Bedrock::Agent", "agentid", "agentid"),
    ("AWS::Bedrock::DataSource", "datasourceid", "datasourceid"),
    (
        "AWS::Bedrock::Guardrail",
        "guardrailidentifier",
        "guardrailidentifier",
    ),
    (
        "AWS::Bedrock::KnowledgeBase",
        "knowledgebaseid",
        "knowledgebaseid",
    ),
    ("AWS::Bedrock::Model", "modelid", "modelid"),
    ("AWS::DynamoDB::Table", "tablename", "tablename"),
    ("AWS::Kinesis::Stream", "streamname", "streamname"),
    ("AWS::Lambda::EventSourceMapping", "uuid", "uuid"),
    ("AWS::Lambda::Function", "functionname", "functionname"),
    ("AWS::S3::Bucket", "bucket", "bucket"),
    ("AWS::SNS::Topic", "topicname", "topicarn"),
    ("AWS::SQS::Queue", "queuename", "queueurl"),
    ("AWS::SecretsManager::Secret", SECRET, SECRET),
    (
        "AWS::StepFunctions::Activity",
        "activityname",
        "activityarn",
    ),
    (
        "AWS::StepFunctions::StateMachine",
        "statemachinename",
        "statemachinearn",
    ),
];

/// The parameter that names a secret.
const SECRET: &str = "secretid";

/// Second words of attribute names that are not a service: `aws.table_name`, `aws.queue.url`.
const NOT_SERVICES: &[&str] = &[
    "account",
    "auth",
    "bucket",
    "ecs",
    "eks",
    "error",
    "extended",
    "local",
    "log",
    "operation",
    "queue",
    "region",
    "remote",
    "request",
    "requestid",
    "service",
    "span",
    "stream",
    "table",
    "topic",
    "xray",
];

/// Adds the parameters that are in the attributes of a call.
pub(crate) fn insert(parameters: &mut Parameters, attributes: &Attributes, service: &str) {
    for attribute in attributes.iter() {
        insert_attribute(parameters, attribute, service);
    }
    insert_remote_resource(parameters, attributes);
    if let [table] = parameters.get("tablenames") {
        let table = table.clone();
        parameters.insert("tablename", table);
    }
}

fn insert_attribute(parameters: &mut Parameters, attribute: &Attribute, service: &str) {
    let Attribute {
        name,
        normalised: plain,
        values,
    } = attribute;
    let natural = NATURAL
        .iter()
        .find(|(known, _)| known == plain)
        .map(|(_, natural)| *natural);
    let destination =
        ["messagingdestinationname", "messagingdestination"].contains(&plain.as_str());
    let address = ["messagingurl", "urlfull", "serveraddress", "httpurl"].contains(&plain.as_str());
    let rest = rest_of(name);
    for value in values {
        if let Some(natural) = natural {
            parameters.insert(natural, value.as_str());
        }
        if let Some(rest) = rest {
            parameters.insert(rest, value.as_str());
        }
        if natural.is_some() || rest.is_some() {
            parameters.insert(name, value.as_str());
        }
        if destination {
            insert_destination(parameters, name, value, service);
        }
        if address {
            insert_queue_url(parameters, value, service);
        }
    }
}

/// Returns the `rest` of `aws.<service>.<rest>`, or `None` for an attribute that does not describe the request.
fn rest_of(name: &str) -> Option<&str> {
    let (first, tail) = split_word(name)?;
    let (second, rest) = split_word(tail)?;
    let invoked = second == "lambda" && normalised(rest) == "invokedarn";
    // The two words of this service's name have an underscore between them; other services have none.
    let rest = if second == "step" {
        rest.strip_prefix("functions")
            .map(|rest| rest.trim_start_matches(['.', '_']))
    } else {
        Some(rest)
    };
    let rest = rest.filter(|rest| !rest.is_empty())?;
    (first == "aws" && !NOT_SERVICES.contains(&second) && !invoked).then_some(rest)
}

fn split_word(name: &str) -> Option<(&str, &str)> {
    name.split_once(['.', '_'])
}

fn insert_destination(parameters: &mut Parameters, name: &str, value: &str, service: &str) {
    let natural = if value.starts_with("arn:aws") && value.contains(":sns:") {
        "topicarn"
    } else if is(service, "sqs") && !value.contains('/') {
        "queuename"
    } else if is(service, "kinesis") {
        "streamname"
    } else {
        // Instrumentation writes these words if a message goes to a phone and not to a topic.
        if !["phone_number", "(temporary)", "unknown"].contains(&value) {
            parameters.insert(name, value);
        }
        return insert_queue_url(parameters, value, service);
    };
    parameters.insert(name, value);
    parameters.insert(natural, value);
}

/// Adds the URL of a queue. Recorders write it into any attribute for an address.
pub(crate) fn insert_queue_url(parameters: &mut Parameters, value: &str, service: &str) {
    if is(service, "sqs") && is_queue_url(value) {
        parameters.insert("queueurl", value);
    }
}

/// Whether a recorded service name means this service: `AmazonSQS`, `Sqs`, `AWS::SQS`.
fn is(recorded: &str, service: &str) -> bool {
    let name = normalised(recorded);
    let name = name
        .strip_prefix("amazon")
        .or_else(|| name.strip_prefix("aws"))
        .unwrap_or(&name);
    name == service
}

/// Whether the text is `scheme://host/account/name`.
fn is_queue_url(text: &str) -> bool {
    let path = text
        .split_once("://")
        .and_then(|(_, rest)| rest.split_once('/'));
    let segments = path.and_then(|(_, path)| path.split_once('/'));
    segments.is_some_and(|(account, name)| {
        let name = name.trim_end_matches('/');
        account::is_id(account) && !name.is_empty() && !name.contains('/')
    })
}

fn insert_remote_resource(parameters: &mut Parameters, attributes: &Attributes) {
    let kind = attributes.get("awsremoteresourcetype").unwrap_or_default();
    let Some((_, name, primary)) = RESOURCES.iter().find(|(known, _, _)| *known == kind) else {
        return;
    };
    let own = attributes.get("awsremoteresourcecfnprimaryidentifier");
    if let Some(identifier) = attributes.get("awsremoteresourceidentifier") {
        let identifier = unescaped(identifier);
        if *name != SECRET {
            parameters.insert(name, identifier);
        } else if own.is_none() {
            parameters.insert(name, without_six_characters(&identifier));
        }
    }
    if let Some(identifier) = own {
        parameters.insert(primary, unescaped(identifier));
    }
}

/// Removes what AWS adds to a secret's name in its ARN: Application Signals takes the identifier of a secret from there, and
/// writes the ARN itself as the primary identifier.
fn without_six_characters(identifier: &str) -> &str {
    let is_added =
        |end: &str| end.len() == 6 && end.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match identifier.rsplit_once('-') {
        Some((name, end)) if !name.is_empty() && is_added(end) => name,
        _ => identifier,
    }
}

/// Removes the `^` that Application Signals writes before `|` and `^` in an identifier.
fn unescaped(identifier: &str) -> String {
    let mut text = String::with_capacity(identifier.len());
    let mut letters = identifier.chars().peekable();
    while let Some(letter) = letters.next() {
        let escaped = (letter == '^')
            .then(|| letters.next_if(|next| ['|', '^'].contains(next)))
            .flatten();
        text.push(escaped.unwrap_or(letter));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_lose_their_escapes() {
        assert_eq!(unescaped("a^|b^^c^d^"), "a|b^c^d^");
    }

    #[test]
    fn secrets_lose_what_aws_adds_to_their_names() {
        assert_eq!(without_six_characters("prod/db-AbC123"), "prod/db");
        assert_eq!(without_six_characters("prod/db"), "prod/db");
        assert_eq!(without_six_characters("prod-secret"), "prod");
        assert_eq!(without_six_characters("-AbC123"), "-AbC123");
    }

    #[test]
    fn queue_urls_are_told_from_other_addresses() {
        assert!(is_queue_url(
            "https://sqs.eu-west-1.amazonaws.com/123456789012/orders.fifo"
        ));
        assert!(is_queue_url("http://localhost:4566/000000000000/orders"));
        for other in [
            "sqs.eu-west-1.amazonaws.com",
            "https://sqs.eu-west-1.amazonaws.com",
            "https://s3.amazonaws.com/bucket/key",
        ] {
            assert!(!is_queue_url(other), "{other}");
        }
    }

    #[test]
    fn the_rest_of_an_attribute_name() {
        for (name, rest) in [
            ("aws.dynamodb.table_names", Some("table_names")),
            ("aws_dynamodb_table_names", Some("table_names")),
            (
                "aws.step_functions.state_machine.arn",
                Some("state_machine.arn"),
            ),
            ("aws.table_name", None),
            ("aws.remote.service", None),
            ("aws.lambda.invoked_arn", None),
            ("rpc.service.name", None),
        ] {
            assert_eq!(rest_of(name), rest, "{name}");
        }
    }
}
