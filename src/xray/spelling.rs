//! Finds the service and operation of a call, as the recorder spells them.
//!
//! Each X-Ray SDK and each OpenTelemetry instrumentation has its own spelling. The words are not changed, because the
//! catalogue decides what they mean.

use super::attributes::Attributes;
use super::aws_block::AwsBlock;
use super::segment::Node;

/// Words that instrumentation writes when it does not know a name.
pub(crate) const PLACEHOLDERS: &[&str] = &[
    "UnknownRemoteService",
    "UnknownRemoteOperation",
    "UnmappedRemoteOperation",
    "UnknownOperation",
];

/// Normalised attributes in which older OpenTelemetry instrumentation names the service.
pub(crate) const OLDER_SERVICE_NAMES: [&str; 4] = [
    "awsserviceapi",
    "awsserviceidentifier",
    "awsservice",
    "awsservicename",
];

/// Returns the operation, and the service if both are in one text: `DynamoDB/PutItem`, `S3.GetObject`.
pub(crate) fn operation(
    node: &Node<'_>,
    block: &AwsBlock,
    attributes: &Attributes,
) -> Option<(Option<String>, String)> {
    let spelled = [
        block.operation.as_deref(),
        attributes.first(&["rpcmethod", "awsoperation"]),
        attributes.get("awsremoteoperation"),
    ];
    // A span about handling a message has an operation of two words, and is no call.
    let named = spelled
        .into_iter()
        .flatten()
        .find(|name| !PLACEHOLDERS.contains(name) && !name.contains(char::is_whitespace));
    if let Some(name) = named {
        return Some(match name.rsplit_once('/') {
            Some((service, operation)) if !service.is_empty() && !operation.is_empty() => {
                (Some(service.to_owned()), operation.to_owned())
            }
            _ => (None, name.to_owned()),
        });
    }
    let (service, operation) = node
        .name
        .rsplit_once('.')
        .filter(|(service, _)| !service.is_empty())?;
    let says_aws = attributes
        .first(&["rpcsystem", "rpcsystemname"])
        .is_some_and(|system| system == "aws-api");
    let is_operation = operation.starts_with(|first: char| {
        first.is_ascii_uppercase() || says_aws && first.is_ascii_lowercase()
    });
    is_operation.then(|| (Some(service.to_owned()), operation.to_owned()))
}

pub(crate) fn service(node: &Node<'_>, operation: &str, attributes: &Attributes) -> Option<String> {
    if let Some(service) = attributes.get("rpcservice") {
        return Some(stripped(service).to_owned());
    }
    // For a Lambda invocation Application Signals writes the name of the function in place of the service.
    let remote = attributes.get("awsremoteservice");
    if let Some(service) = remote.filter(|service| stripped(service) != *service) {
        return Some(stripped(service).to_owned());
    }
    let resource = attributes
        .get("awsremoteresourcetype")
        .and_then(|kind| kind.strip_prefix("AWS::"));
    if let Some(service) = resource.and_then(|kind| kind.split("::").next()) {
        return Some(service.to_owned());
    }
    if invokes_function(operation, attributes) {
        return Some("Lambda".to_owned());
    }
    if let Some(service) = attributes.first(&OLDER_SERVICE_NAMES) {
        return Some(stripped(service).to_owned());
    }
    let name = node
        .name
        .strip_suffix(operation)
        .and_then(|name| name.strip_suffix('.'))
        .filter(|name| !name.is_empty());
    Some(stripped(name.unwrap_or(&node.name)).to_owned()).filter(|name| !name.is_empty())
}

fn invokes_function(operation: &str, attributes: &Attributes) -> bool {
    let named =
        attributes.get("faasinvokedname").is_some() || attributes.get("awsremoteservice").is_some();
    named && ["Invoke", "InvokeAsync", "InvokeWithResponseStream"].contains(&operation)
}

pub(crate) fn stripped(service: &str) -> &str {
    let rest = service
        .strip_prefix("AWS::")
        .or_else(|| service.strip_prefix("AWS.SDK."));
    rest.filter(|rest| !rest.is_empty()).unwrap_or(service)
}
