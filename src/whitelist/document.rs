//! The file that all X-Ray SDKs read: services, their operations, and for each operation the parameters to record.
//!
//! A member in `request_parameters` is recorded unchanged, under its name in snake case. For a member in
//! `request_descriptors` the SDK records the keys of a map or the length of a list, or it uses another name.

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The whitelist file.
#[derive(Debug, Default)]
pub(super) struct Document {
    services: BTreeMap<String, Service>,
}

#[derive(Debug, Default)]
struct Service {
    operations: BTreeMap<String, Operation>,
}

/// What to record of an operation.
#[derive(Debug, Default, Serialize)]
pub(super) struct Operation {
    #[serde(flatten)]
    request: Request,
    #[serde(flatten)]
    response: Response,
}

#[derive(Debug, Default, Serialize)]
struct Request {
    #[serde(
        rename = "request_parameters",
        skip_serializing_if = "BTreeSet::is_empty"
    )]
    parameters: BTreeSet<String>,
    #[serde(
        rename = "request_descriptors",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    descriptors: BTreeMap<String, Descriptor>,
}

#[derive(Debug, Default, Serialize)]
struct Response {
    #[serde(
        rename = "response_parameters",
        skip_serializing_if = "BTreeSet::is_empty"
    )]
    parameters: BTreeSet<String>,
    #[serde(
        rename = "response_descriptors",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    descriptors: BTreeMap<String, Descriptor>,
}

/// A member that is not recorded unchanged.
#[derive(Debug, Serialize)]
struct Descriptor {
    #[serde(flatten)]
    how: How,
    rename_to: String,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum How {
    Keys { map: bool, get_keys: bool },
    Count { list: bool, get_count: bool },
    Whole {},
}

/// One member and how it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Recorded {
    /// Unchanged.
    Whole(String),
    /// Unchanged, but under another name.
    Renamed(String, String),
    /// The keys of a map, under another name.
    Keys(String, String),
    /// The length of a list, under another name.
    Count(String, String),
}

impl Document {
    pub(super) fn operation(&mut self, service: &str, operation: &str) -> &mut Operation {
        let service = self.services.entry(service.to_owned()).or_default();
        service.operations.entry(operation.to_owned()).or_default()
    }

    /// Writes the file as JSON, with a line for each operation. The full file is long, and this keeps its differences
    /// readable.
    pub(super) fn to_json(&self) -> String {
        let services = self.services.iter().map(|(name, service)| {
            let operations = service
                .operations
                .iter()
                .map(|(name, operation)| format!("      {}: {}", json(name), json(operation)));
            let operations: Vec<String> = operations.collect();
            format!(
                "    {}: {{ \"operations\": {{\n{}\n    }} }}",
                json(name),
                operations.join(",\n")
            )
        });
        let services: Vec<String> = services.collect();
        format!(
            "{{\n  \"services\": {{\n{}\n  }}\n}}\n",
            services.join(",\n")
        )
    }
}

fn json(value: &(impl Serialize + ?Sized)) -> String {
    #[expect(
        clippy::expect_used,
        reason = "text, truth and maps with text for keys are always JSON"
    )]
    serde_json::to_string(value).expect("a whitelist is JSON")
}

impl Operation {
    /// Adds a member of the request, unless its value is already recorded.
    pub(super) fn request(&mut self, recorded: Recorded) {
        let Request {
            parameters,
            descriptors,
        } = &mut self.request;
        add(recorded, parameters, descriptors);
    }

    /// Adds a member of the response, unless its value is already recorded.
    pub(super) fn response(&mut self, recorded: Recorded) {
        let Response {
            parameters,
            descriptors,
        } = &mut self.response;
        add(recorded, parameters, descriptors);
    }
}

fn add(
    recorded: Recorded,
    parameters: &mut BTreeSet<String>,
    descriptors: &mut BTreeMap<String, Descriptor>,
) {
    let (member, how, rename_to) = match recorded {
        Recorded::Whole(member) => {
            let renamed = descriptors
                .get(&member)
                .is_some_and(|descriptor| matches!(descriptor.how, How::Whole {}));
            if !renamed {
                parameters.insert(member);
            }
            return;
        }
        Recorded::Renamed(member, to) if !parameters.contains(&member) => {
            (member, How::Whole {}, to)
        }
        Recorded::Renamed(..) => return,
        Recorded::Keys(member, to) => (
            member,
            How::Keys {
                map: true,
                get_keys: true,
            },
            to,
        ),
        Recorded::Count(member, to) => (
            member,
            How::Count {
                list: true,
                get_count: true,
            },
            to,
        ),
    };
    descriptors
        .entry(member)
        .or_insert(Descriptor { how, rename_to });
}
