//! Decides which recorder wrote a call: an X-Ray SDK or OpenTelemetry. They record different parameters of a request.
//!
//! The document shows it. OpenTelemetry's exporters write `aws.xray.auto_instrumentation` into every span, and the
//! SDK's name into the segment. Instrumentation writes attributes such as `rpc.system`, and CloudWatch Application
//! Signals adds `aws.local.*` and `aws.remote.*`. Without any of these it was an X-Ray SDK on Lambda, which writes no
//! segment of its own. Follows <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html>.

use super::attributes::Attributes;
use super::json;
use super::segment::{Document, Node};
use serde_json::value::RawValue;

/// The software that recorded a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Recorder {
    /// An X-Ray SDK, which records the parameters that its whitelist names.
    #[default]
    XRaySdk,
    /// OpenTelemetry, with or without Application Signals. It records a few attributes for each service.
    OpenTelemetry,
}

/// Normalised beginnings of attribute names that only OpenTelemetry and its distributions write.
const LEADS: [&str; 9] = [
    "awslocal",
    "awsremote",
    "awsspan",
    "messaging",
    "otel",
    "platformtype",
    "rpc",
    "spankind",
    "telemetrysdk",
];

impl Recorder {
    /// Returns the recorder of this node of a document.
    pub(crate) fn of(document: &Document<'_>, node: &Node<'_>) -> Self {
        Self::of_call(document, node, &Attributes::of(node))
    }

    /// Like `of`, for a node whose attributes were already collected.
    pub(super) fn of_call(
        document: &Document<'_>,
        node: &Node<'_>,
        attributes: &Attributes,
    ) -> Self {
        let root = document.nodes.first();
        let by_root = || root.is_some_and(|root| Mark::of(root).is_open_telemetry(true));
        let is_root = node.parent.is_none() && !node.independent;
        if has_lead(attributes) || Mark::of(node).is_open_telemetry(is_root) || by_root() {
            Self::OpenTelemetry
        } else {
            Self::XRaySdk
        }
    }
}

fn has_lead(attributes: &Attributes) -> bool {
    let mut names = attributes
        .iter()
        .map(|attribute| attribute.normalised.as_str());
    names.any(|name| LEADS.iter().any(|lead| name.starts_with(lead)))
}

/// What the `aws.xray` member of a node says.
#[derive(Debug, Default)]
struct Mark {
    sdk: Option<String>,
    says_how: bool,
}

impl Mark {
    fn of(node: &Node<'_>) -> Self {
        let mut mark = Self::default();
        let mut read = |name: &str, value: &RawValue| match name {
            "sdk" => mark.sdk = json::text(value).map(std::borrow::Cow::into_owned),
            "auto_instrumentation" => mark.says_how = true,
            _ => {}
        };
        if let Some(aws) = node.aws {
            json::members(aws, &mut |name, value| {
                if name == "xray" {
                    json::members(value, &mut read);
                }
            });
        }
        mark
    }

    /// Whether it is a mark of OpenTelemetry. The agent of the X-Ray SDK for Java also says how a segment was
    /// instrumented, but never for a subsegment.
    fn is_open_telemetry(&self, of_segment: bool) -> bool {
        match &self.sdk {
            Some(sdk) => {
                let sdk = sdk.to_ascii_lowercase();
                sdk.contains("opentelemetry") || sdk.contains("otel") || sdk.contains("adot")
            }
            None => self.says_how && !of_segment,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorder_of(text: &str) -> Recorder {
        let document = Document::parse(text).unwrap();
        Recorder::of(&document, document.nodes.last().unwrap())
    }

    #[test]
    fn who_recorded_is_in_the_document() {
        let call = r#""name": "DynamoDB", "namespace": "aws""#;
        for open_telemetry in [
            format!(
                r#"{{"name": "f", "aws": {{"xray": {{"sdk": "opentelemetry for dotnet"}}}}, "subsegments": [{{{call}}}]}}"#
            ),
            format!(
                r#"{{"name": "f", "subsegments": [{{{call}, "aws": {{"operation": "Query", "xray": {{"auto_instrumentation": false}}}}}}]}}"#
            ),
            format!(
                r#"{{{call}, "type": "subsegment", "annotations": {{"rpc.system": "aws-api"}}}}"#
            ),
            format!(
                r#"{{{call}, "metadata": {{"default": {{"otel_resource_service_name": "f"}}}}}}"#
            ),
            format!(r#"{{{call}, "annotations": {{"aws.local.service": "f", "region": "x"}}}}"#),
        ] {
            assert_eq!(
                recorder_of(&open_telemetry),
                Recorder::OpenTelemetry,
                "{open_telemetry}"
            );
        }
        for x_ray in [
            format!(
                r#"{{"name": "f", "aws": {{"xray": {{"sdk": "X-Ray for Java", "auto_instrumentation": true}}}}, "subsegments": [{{{call}}}]}}"#
            ),
            format!(r#"{{{call}, "type": "subsegment", "aws": {{"operation": "Query"}}}}"#),
            format!(r#"{{{call}, "annotations": {{"service": "f"}}}}"#),
        ] {
            assert_eq!(recorder_of(&x_ray), Recorder::XRaySdk, "{x_ray}");
        }
    }
}
