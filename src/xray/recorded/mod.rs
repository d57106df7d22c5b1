//! Decides what a node of a segment document is: a call of an AWS API, only its HTTP request, or the caller's own work.
//!
//! It knows how each X-Ray SDK and each OpenTelemetry instrumentation records a call. The recorder's words are kept, and
//! the catalogue decides what they mean.

use super::attributes::Attributes;
use super::aws_block::AwsBlock;
use super::call::Call;
use super::ending::Ending;
use super::extension;
use super::host::{host_of, is_api_endpoint, is_region, region_of};
use super::json;
use super::recorder::Recorder;
use super::resource;
use super::segment::{Document, Namespace, Node};
use super::spelling::{OLDER_SERVICE_NAMES, PLACEHOLDERS, operation, service, stripped};
use crate::account;
use crate::partition;
use memchr::memmem::Finder;
use serde_json::value::RawValue;
use std::sync::LazyLock;

/// What a node of a segment document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// A call of an AWS API, and how it ended.
    Call(Call, Ending),
    /// A call of an AWS service that was recorded without an operation.
    Unnamed {
        /// The service as recorded.
        service: String,
    },
    /// An HTTP request to an endpoint of an AWS API.
    HttpOnly {
        /// The host of the endpoint.
        host: String,
    },
    /// The caller's own work, or a call of something other than AWS.
    Other,
}

/// Subsegments that Lambda itself records. They are no calls, whatever their namespace.
const PHASES: &[&str] = &[
    "Initialization",
    "Invocation",
    "Overhead",
    "Restore",
    "Dwell Time",
    "QueueTime",
];

/// Returns what this node of the document is.
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
    if node.namespace == Namespace::Local && !mentions_aws(node) && !has_operation(node) {
        return Recorded::Other;
    }
    let mut block = AwsBlock::default();
    let mut attributes = Attributes::of(node);
    if let Some(aws) = node.aws {
        block.read(aws, &mut attributes);
    }
    if !is_aws_call(node, &block, &attributes) {
        if is_cut_call(node, &block, &attributes) {
            return unnamed(node, &attributes);
        }
        return read_by_extension(document, node, &attributes)
            .unwrap_or_else(|| http_only(node, &attributes));
    }
    let Some((prefix, operation)) = operation(node, &block, &attributes) else {
        return unnamed(node, &attributes);
    };
    let service = service(node, &operation, &attributes)
        .filter(|_| prefix.is_none())
        .or(prefix)
        .unwrap_or_default();
    let recorder = Recorder::of_call(document, node, &attributes);
    let call = Call {
        recorder,
        ..call(node, block, &attributes, service, operation)
    };
    let ending = Ending::of(document, node, &attributes);
    Recorded::Call(call, ending)
}

/// Whether the unparsed attributes contain a word that marks a span as an AWS call.
fn mentions_aws(node: &Node<'_>) -> bool {
    static WORDS: LazyLock<[Finder<'static>; 9]> = LazyLock::new(|| {
        [
            "aws-api",
            "AWS::",
            "AWS.SDK.",
            "aws.service",
            "aws_service",
            "aws.operation",
            "aws_operation",
            "aws.agent",
            "aws_agent",
        ]
        .map(Finder::new)
    });
    let marks = |raw: &&RawValue| {
        let text = raw.get().as_bytes();
        WORDS.iter().any(|word| word.find(text).is_some())
    };
    // Where the path without a collector writes into the `aws` block, it also writes this mark.
    let exported = || {
        node.aws
            .is_some_and(|aws| aws.get().contains("auto_instrumentation"))
    };
    [node.annotations, node.metadata]
        .iter()
        .flatten()
        .any(marks)
        || exported()
        || (has_request(node)
            && node
                .aws
                .is_some_and(|aws| aws.get().contains("\"operation\"")))
}

/// Whether it is a subsegment with a request, and not what a service writes about itself.
fn has_request(node: &Node<'_>) -> bool {
    let is_subsegment = node.parent.is_some() || node.independent;
    is_subsegment && node.http.is_some() && node.origin.is_none() && !node.inferred
}

/// Whether the `aws` block may have an operation.
fn has_operation(node: &Node<'_>) -> bool {
    let is_subsegment = node.parent.is_some() || node.independent;
    is_subsegment
        && node
            .aws
            .is_some_and(|aws| aws.get().contains("\"operation\""))
}

/// Whether a subsegment has the operation of an AWS call but no namespace. Every recorder writes the namespace `aws` with
/// it, so something was lost on the way, and nobody knows what else. In an exported span the operation may be that of
/// another system.
fn is_cut_call(node: &Node<'_>, block: &AwsBlock, attributes: &Attributes) -> bool {
    node.namespace == Namespace::Local
        && has_operation(node)
        && block.operation.is_some()
        && !block.has_instrumentation
        && attributes.first(&["rpcsystem", "rpcsystemname"]).is_none()
}

fn is_aws_call(node: &Node<'_>, block: &AwsBlock, attributes: &Attributes) -> bool {
    let rpc = attributes
        .first(&["rpcsystem", "rpcsystemname"])
        .is_some_and(|system| system == "aws-api");
    // The segment that a service writes about itself has no namespace either, and is no call.
    let remote_service = attributes
        .get("awsremoteservice")
        .is_some_and(|service| stripped(service) != service);
    let answered_by_aws =
        node.namespace == Namespace::Remote && block.operation.is_some() && block.has_request_id;
    node.namespace == Namespace::Aws
        || rpc
        || remote_service
        || answered_by_aws
        || is_older_span(node, block, attributes)
}

/// Whether it is an OpenTelemetry span from before `rpc.system`, which X-Ray's exporter did not put into the namespace
/// `aws`. It has an operation, often in lower camel case. The service is in one of several attributes, or only in its
/// name.
fn is_older_span(node: &Node<'_>, block: &AwsBlock, attributes: &Attributes) -> bool {
    let has_operation = block.operation.is_some() || attributes.get("awsoperation").is_some();
    let other_rpc = attributes
        .first(&["rpcsystem", "rpcsystemname"])
        .is_some_and(|system| system != "aws-api");
    let names_service = attributes
        .first(&OLDER_SERVICE_NAMES)
        .or_else(|| attributes.get("awsagent"))
        .is_some();
    let is_subsegment = node.parent.is_some() || node.independent;
    // The oldest exporters leave no mark but the operation and the request.
    let asked =
        node.namespace == Namespace::Local && has_request(node) && block.operation.is_some();
    let exported = (is_subsegment && block.has_instrumentation) || asked;
    has_operation && !other_rpc && (names_service || exported)
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
        .find(|own| account::is_id(own));
    Call {
        service,
        operation,
        partition: region.map(|region| partition::of_region(region).to_owned()),
        region: region.map(ToOwned::to_owned),
        account: account.map(ToOwned::to_owned),
        parameters,
        recorder: Recorder::default(),
    }
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

/// Returns the URL of an API Gateway stage without the rest of its path. The stage is part of what is called; the rest
/// may contain anything.
fn stage_of(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let stage = path.split(['/', '?', '#']).next()?;
    let is_named =
        host.contains(".execute-api.") && is_api_endpoint(host_of(host)?) && !stage.is_empty();
    let end = url.len() - (path.len() - stage.len());
    is_named.then(|| url.get(..end)).flatten()
}

/// Returns the call that an extension of a Lambda function makes for this request.
fn read_by_extension(
    document: &Document<'_>,
    node: &Node<'_>,
    attributes: &Attributes,
) -> Option<Recorded> {
    if node.namespace != Namespace::Remote {
        return None;
    }
    let url = request_url(node);
    let url = url
        .as_deref()
        .or_else(|| attributes.first(&["urlfull", "httpurl"]))?;
    let call = extension::call(url)?;
    let ending = Ending::of(document, node, attributes);
    // The extension refuses a request without the session's token, and then makes no call.
    if matches!(ending.status, Some(401 | 403)) {
        return Some(Recorded::Other);
    }
    Some(Recorded::Call(call, ending))
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
    // The keys for checking tokens are public.
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
