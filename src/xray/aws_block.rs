//! Reads the `aws` block of a subsegment, in which AWS SDKs record what was called, where and with which parameters.

use super::attributes::{Attributes, MAX_VALUE_LENGTH};
use super::call::{Parameters, normalised};
use super::json;
use serde_json::value::RawValue;

/// Normalised keys of the `aws` block that are not request parameters: who called, from where, and what the response
/// contained.
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

/// How many levels of objects and lists are read in a parameter, and how many values.
const MOST_LEVELS: u32 = 5;
const NESTED_VALUES: u32 = 256;

/// The parts of an `aws` block that say what was called.
#[derive(Debug, Default)]
pub(crate) struct AwsBlock {
    pub(crate) operation: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) has_request_id: bool,
    /// Whether it says how the code was instrumented, as OpenTelemetry's exporters do.
    pub(crate) has_instrumentation: bool,
    pub(crate) parameters: Parameters,
}

impl AwsBlock {
    /// Reads a block. Span attributes in it are added to `attributes`.
    pub(crate) fn read(&mut self, aws: &RawValue, attributes: &mut Attributes) {
        json::members(aws, &mut |name, value| match name {
            "operation" => self.operation = word(value),
            "region" => self.region = word(value),
            "account_id" => self.account = word(value),
            "request_id" => self.has_request_id = true,
            "xray" => self.has_instrumentation = value.get().contains("auto_instrumentation"),
            // The path without a collector writes span attributes here, under their names with dots.
            _ if name.contains('.') => attributes.add(name, value),
            _ => self.read_parameter(name, value),
        });
    }

    fn read_parameter(&mut self, name: &str, value: &RawValue) {
        if NOT_PARAMETERS.contains(&normalised(name).as_str()) {
            return;
        }
        let mut room = NESTED_VALUES;
        self.read_nested(name, value, 0, &mut room);
    }

    /// Reads a value and everything in it. A member of an object is kept under the path of its names. If all members
    /// are objects or lists, the object may be a map, and then their names are also kept as values of the object.
    fn read_nested(&mut self, name: &str, value: &RawValue, depth: u32, room: &mut u32) {
        if depth > 0 {
            let Some(rest) = room.checked_sub(1) else {
                return;
            };
            *room = rest;
        }
        let is_nested = |value: &RawValue| value.get().starts_with(['{', '[']);
        if value.get().starts_with('{') && depth < MOST_LEVELS {
            let mut inner = Vec::new();
            json::members(value, &mut |key, value| inner.push((key.to_owned(), value)));
            let is_map = !inner.is_empty() && inner.iter().all(|(_, value)| is_nested(value));
            for (key, value) in inner {
                if is_map && key.len() <= MAX_VALUE_LENGTH {
                    self.parameters.insert(name, key.as_str());
                }
                self.read_nested(&format!("{name}.{key}"), value, depth + 1, room);
            }
            return;
        }
        if value.get().starts_with('[') && depth < MOST_LEVELS {
            json::items(value, &mut |item| {
                if item.get().starts_with('{') {
                    self.read_nested(name, item, depth + 1, room);
                }
            });
        }
        self.read_texts(name, value);
    }

    fn read_texts(&mut self, name: &str, value: &RawValue) {
        for text in json::texts(value) {
            if text.is_empty() || text.len() > MAX_VALUE_LENGTH {
                self.parameters.insert_unusable(name);
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

/// Returns the keys of a map as X-Ray for Python records them: as the text `dict_keys(['orders', 'customers'])` and not
/// as a list.
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
