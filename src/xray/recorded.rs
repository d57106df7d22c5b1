//! What a node of a segment document is: a call of AWS's API, the HTTP request of one, or the caller's own work.
//!
//! The one place that knows how each X-Ray SDK and each OpenTelemetry instrumentation spells service and operation. Keeps
//! their words: what they mean is the catalogue's to say.

use super::attributes::{Attributes, MAX_VALUE_LENGTH};
use super::call::{Call, Parameters};
use super::ending::Ending;
use super::host::{host_of, is_api_endpoint, is_region, partition_of, region_of};
use super::json;
use super::resource;
use super::segment::{Document, Namespace, Node};
use memchr::memmem::Finder;
use serde_json::value::RawValue;
use std::sync::LazyLock;

/// What a node is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// A call of AWS's API, and how it ended.
    Call(Call, Ending),
    /// A call of an AWS service that names no operation.
    Unnamed {
        /// The service as recorded.
        service: String,
    },
    /// An HTTP request to an endpoint of AWS's API.
    HttpOnly {
        /// The endpoint.
        host: String,
    },
    /// The caller's own work, or a call of something else.
    Other,
}

/// Parts that Lambda itself records; not calls, whatever their namespace.
const PHASES: &[&str] = &[
    "Initialization",
    "Invocation",
    "Overhead",
    "Restore",
    "Dwell Time",
    "QueueTime",
];

/// Keys of the `aws` block that are not request parameters, normalised: who and where, and what the answer held.
const NOT_PARAMETERS: &[&str] = &[
    "accountid",
    "autoinstrumentation",
    "bucketcount",
    "cloudwatchlogs",
    "consumedcapacity",
    "count",
    "deletedobjectcount",
    "deletemarker",
    "ec2",
    "ecs",
    "eks",
    "elasticbeanstalk",
    "failed",
    "failedcount",
    "functionarn",
    "functionerror",
    "id2",
    "itemcollectionmetrics",
    "messagecount",
    "messageid",
    "objectcount",
    "operation",
    "queuecount",
    "region",
    "requestid",
    "retries",
    "scannedcount",
    "status",
    "statuscode",
    "successfulcount",
    "tablecount",
    "xray",
];

/// Words that stand for a name which the instrumentation did not have.
const PLACEHOLDERS: &[&str] = &[
    "UnknownRemoteService",
    "UnknownRemoteOperation",
    "UnmappedRemoteOperation",
    "UnknownOperation",
];

/// What the node at this position of the document is.
///
/// ```
/// use aws_least_privilege::xray::{Document, Recorded, recorded};
///
/// let text = r#"{"name": "checkout", "subsegments": [
///     {"name": "DynamoDB", "namespace": "aws", "aws": {"operation": "PutItem", "table_name": "orders"}}]}"#;
/// let document = Document::parse(text)?;
/// let Recorded::Call(call, _) = recorded(&document, &document.nodes[1]) else { panic!("not a call") };
/// assert_eq!((call.service.as_str(), call.operation.as_str()), ("DynamoDB", "PutItem"));
/// assert_eq!(call.parameters.get("tablename"), ["orders"]);
/// # Ok::<(), aws_least_privilege::xray::DocumentError>(())
/// ```
pub fn recorded(document: &Document<'_>, node: &Node<'_>) -> Recorded {
    if node.namespace == Namespace::Local && !mentions_aws(node) {
        return Recorded::Other;
    }
    let mut block = AwsBlock::default();
    let mut attributes = Attributes::of(node);
    if let Some(aws) = node.aws {
        block.read(aws, &mut attributes);
    }
    if !is_aws_call(node, &block, &attributes) {
        return http_only(node, &attributes);
    }
    let Some((prefix, operation)) = operation(node, &block, &attributes) else {
        return unnamed(node, &attributes);
    };
    let service = service(node, &operation, &attributes)
        .filter(|_| prefix.is_none())
        .or(prefix)
        .unwrap_or_default();
    let call = call(node, block, &attributes, service, operation);
    let ending = Ending::of(document, node, &attributes);
    Recorded::Call(call, ending)
}

/// The parts of an `aws` block that say what was called.
#[derive(Debug, Default)]
struct AwsBlock {
    operation: Option<String>,
    region: Option<String>,
    account: Option<String>,
    has_request_id: bool,
    parameters: Parameters,
}

impl AwsBlock {
    fn read(&mut self, aws: &RawValue, attributes: &mut Attributes) {
        json::members(aws, &mut |name, value| match name {
            "operation" => self.operation = word(value),
            "region" => self.region = word(value),
            "account_id" => self.account = word(value),
            "request_id" => self.has_request_id = true,
            // The AWS-direct path writes attributes of spans here, under their dotted names.
            _ if name.contains('.') => attributes.add(name, value),
            _ => self.read_parameter(name, value),
        });
    }

    fn read_parameter(&mut self, name: &str, value: &RawValue) {
        if value.get().starts_with('{')
            || NOT_PARAMETERS.contains(&super::call::normalised(name).as_str())
        {
            return;
        }
        for text in json::texts(value) {
            if text.is_empty() || text.len() > MAX_VALUE_LENGTH {
                continue;
            }
            let Some(keys) = keys_in_python(&text) else {
                self.parameters.insert(name, text);
                continue;
            };
            for key in keys {
                self.parameters.insert(name, key);
            }
        }
    }
}

/// The keys of a map as X-Ray for Python writes them: not a list, but the text `dict_keys(['orders', 'customers'])`.
fn keys_in_python(text: &str) -> Option<impl Iterator<Item = &str>> {
    let keys = text.strip_prefix("dict_keys([")?.strip_suffix("])")?;
    let names = keys.split(", ").map(|key| key.trim_matches(['\'', '"']));
    Some(names.filter(|key| !key.is_empty()))
}

fn word(value: &RawValue) -> Option<String> {
    json::text(value)
        .filter(|text| !text.is_empty())
        .map(std::borrow::Cow::into_owned)
}

/// Whether the unparsed attributes hold any of the words that mark a span as a call of AWS.
fn mentions_aws(node: &Node<'_>) -> bool {
    static WORDS: LazyLock<[Finder<'static>; 3]> =
        LazyLock::new(|| ["aws-api", "AWS::", "AWS.SDK."].map(Finder::new));
    let marks = |raw: &&RawValue| {
        let text = raw.get().as_bytes();
        WORDS.iter().any(|word| word.find(text).is_some())
    };
    // Where the AWS-direct path writes into the `aws` block, it writes annotations too.
    [node.annotations, node.metadata]
        .iter()
        .flatten()
        .any(marks)
}

fn is_aws_call(node: &Node<'_>, block: &AwsBlock, attributes: &Attributes) -> bool {
    let rpc = attributes
        .first(&["rpcsystem", "rpcsystemname"])
        .is_some_and(|system| system == "aws-api");
    // The part of an X-Ray segment that a service writes about itself has no namespace either, and is no call.
    let remote_service = attributes
        .get("awsremoteservice")
        .is_some_and(|service| stripped(service) != service);
    let answered_by_aws =
        node.namespace == Namespace::Remote && block.operation.is_some() && block.has_request_id;
    node.namespace == Namespace::Aws || rpc || remote_service || answered_by_aws
}

/// The operation, and the service where both are written as one: `DynamoDB/PutItem`, `S3.GetObject`.
fn operation(
    node: &Node<'_>,
    block: &AwsBlock,
    attributes: &Attributes,
) -> Option<(Option<String>, String)> {
    let spelled = [
        block.operation.as_deref(),
        attributes.first(&["rpcmethod", "awsoperation"]),
        attributes.get("awsremoteoperation"),
    ];
    // A span about the handling of a message has an operation of two words, and calls nothing.
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
    let is_operation = operation.starts_with(|first: char| first.is_ascii_uppercase());
    is_operation.then(|| (Some(service.to_owned()), operation.to_owned()))
}

fn service(node: &Node<'_>, operation: &str, attributes: &Attributes) -> Option<String> {
    if let Some(service) = attributes.get("rpcservice") {
        return Some(stripped(service).to_owned());
    }
    // For a Lambda invocation Application Signals writes the name of the function where the service should be.
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

fn stripped(service: &str) -> &str {
    let rest = service
        .strip_prefix("AWS::")
        .or_else(|| service.strip_prefix("AWS.SDK."));
    rest.filter(|rest| !rest.is_empty()).unwrap_or(service)
}

fn call(
    node: &Node<'_>,
    block: AwsBlock,
    attributes: &Attributes,
    service: String,
    operation: String,
) -> Call {
    let mut parameters = block.parameters;
    resource::insert(&mut parameters, attributes, &service);
    if service == "Lambda" && parameters.get("functionname").is_empty() {
        let remote = attributes.get("awsremoteservice");
        if let Some(function) =
            remote.filter(|name| stripped(name) == *name && !PLACEHOLDERS.contains(name))
        {
            parameters.insert("functionname", function);
        }
    }
    let url = request_url(node);
    let address = url
        .as_deref()
        .or_else(|| attributes.first(&["urlfull", "httpurl", "serveraddress", "netpeername"]));
    let host = address.and_then(host_of);
    if let Some(address) = address {
        resource::insert_queue_url(&mut parameters, address, &service);
    }
    if let Some(host) = host.filter(|host| is_api_endpoint(host)) {
        parameters.insert("host", host);
    }
    if let Some(stage) = address.and_then(stage_of) {
        parameters.insert("url", stage);
    }
    let recorded = [
        block.region.as_deref(),
        attributes.first(&[
            "awsregion",
            "cloudregion",
            "awsremoteresourceregion",
            "awsauthregion",
        ]),
    ];
    let region = recorded
        .into_iter()
        .flatten()
        .find(|region| is_region(region))
        .or_else(|| host.and_then(region_of));
    let accounts = [
        attributes.get("awsremoteresourceaccountid"),
        block.account.as_deref(),
        attributes.get("awsaccountid"),
    ];
    let account = accounts
        .into_iter()
        .flatten()
        .find(|account| is_account(account));
    Call {
        service,
        operation,
        partition: region.map(|region| partition_of(region).to_owned()),
        region: region.map(ToOwned::to_owned),
        account: account.map(ToOwned::to_owned),
        parameters,
    }
}

/// Whether the text is an account id: twelve digits.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn unnamed(node: &Node<'_>, attributes: &Attributes) -> Recorded {
    let name = node.name.as_ref();
    if PHASES.contains(&name) || name.starts_with("Attempt #") {
        return Recorded::Other;
    }
    let handles_message = attributes
        .get("awsremoteoperation")
        .is_some_and(|operation| operation.contains(char::is_whitespace));
    if handles_message && node.namespace != Namespace::Aws {
        return Recorded::Other;
    }
    let service = service(node, "", attributes).unwrap_or_default();
    Recorded::Unnamed { service }
}

fn request_url(node: &Node<'_>) -> Option<String> {
    let mut url = None;
    json::members(node.http?, &mut |name, value| {
        if name == "request" {
            json::members(value, &mut |name, value| {
                if name == "url" {
                    url = json::text(value).map(std::borrow::Cow::into_owned);
                }
            });
        }
    });
    url
}

/// The URL of an API Gateway stage without what follows it: the stage is part of what is called, the rest may be anyone's.
fn stage_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let stage = path.split(['/', '?', '#']).next()?;
    let is_named =
        host.contains(".execute-api.") && is_api_endpoint(host_of(host)?) && !stage.is_empty();
    let end = url.len() - (path.len() - stage.len());
    is_named.then(|| url.get(..end)).flatten()
}

fn http_only(node: &Node<'_>, attributes: &Attributes) -> Recorded {
    if node.namespace != Namespace::Remote {
        return Recorded::Other;
    }
    let url = request_url(node);
    let address = url
        .as_deref()
        .or_else(|| attributes.first(&["urlfull", "httpurl"]))
        .unwrap_or(&node.name);
    // Keys to check tokens with are public.
    let public = address.contains("/.well-known/");
    match host_of(address) {
        Some(host) if is_api_endpoint(host) && !public => Recorded::HttpOnly {
            host: host.to_owned(),
        },
        _ => Recorded::Other,
    }
}

#[cfg(test)]
mod tests;
