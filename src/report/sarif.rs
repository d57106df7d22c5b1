//! The report as SARIF 2.1.0, for GitHub's code scanning and others that read it.
//!
//! Follows <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html> and what GitHub takes of it,
//! <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.

use super::annotations::in_checkout;
use super::json::pretty;
use super::{Excess, Report, Role};
use crate::compare::{Kind, Origin, Severity};
use crate::gate::State;
use md5::{Digest as _, Md5};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Results at most: GitHub shows no more.
const MOST_RESULTS: usize = 5000;

/// Places of a result at most: GitHub shows no more.
const MOST_LOCATIONS: usize = 100;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What a path in a URI keeps as it is.
const IN_PATH: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

const KINDS: [Kind; 4] = [
    Kind::UnusedService,
    Kind::UnusedAction,
    Kind::BroadAction,
    Kind::BroadResource,
];

/// The report as indented JSON with a final newline.
///
/// A result's fingerprint tells it from others by the role or policy file, the kind, the actions and the resources. It stays the
/// same when lines move and when more traces are read.
pub fn render(report: &Report) -> String {
    let mut found: Vec<(&Role, &Excess)> = report
        .roles
        .iter()
        .flat_map(|role| role.excess.iter().map(move |finding| (role, finding)))
        .collect();
    // The worst are kept where there are too many; equal ones stay in the report's order.
    found.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.severity));
    let results: Vec<Value> = found
        .iter()
        .take(MOST_RESULTS)
        .map(|(role, finding)| result(role, finding))
        .collect();
    pretty(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": KINDS.map(rule),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

fn rule(kind: Kind) -> Value {
    let (short, full) = match kind {
        Kind::UnusedService => (
            "Nothing of a service was observed",
            "A policy grants actions of a service of which no call was observed. Remove them, or run the code that makes such calls under X-Ray.",
        ),
        Kind::UnusedAction => (
            "An action was not observed",
            "A policy grants an action that was not observed, though others of its service were. Remove it, or run the code that needs it under X-Ray.",
        ),
        Kind::BroadAction => (
            "A wildcard grants more actions than were observed",
            "Of the actions that a wildcard stands for, only some were observed. Write those in its place.",
        ),
        Kind::BroadResource => (
            "An action was observed on less than is granted",
            "A policy grants an action on more resources than it was observed on. Write those in their place.",
        ),
    };
    json!({
        "id": id(kind),
        "shortDescription": {"text": short},
        "fullDescription": {"text": full},
        "help": {"text": full},
        "properties": {"tags": ["security", "iam", "least-privilege"]},
    })
}

fn id(kind: Kind) -> &'static str {
    match kind {
        Kind::UnusedService => "unused-service",
        Kind::UnusedAction => "unused-action",
        Kind::BroadAction => "broad-action",
        Kind::BroadResource => "broad-resource",
    }
}

fn result(role: &Role, finding: &Excess) -> Value {
    let mut result = json!({
        "ruleId": id(finding.kind),
        "ruleIndex": KINDS.iter().position(|kind| *kind == finding.kind),
        "level": level(finding.severity),
        "message": {"text": finding.title},
        "locations": locations(role, finding),
        "partialFingerprints": {"leastPrivilege/v1": fingerprint(role, finding)},
        "properties": {"severity": finding.severity.id()},
    });
    let why = match finding.state {
        State::Judged => return result,
        State::Accepted => finding
            .accepted
            .as_ref()
            .map_or("accepted", |accepted| accepted.reason.as_str()),
        State::Baseline => "in the baseline, or not new",
        State::Probation => "new: code that is not deployed cannot have been observed",
    };
    if let Some(fields) = result.as_object_mut() {
        let suppressed = json!([{"kind": "external", "justification": why}]);
        fields.insert("suppressions".to_owned(), suppressed);
    }
    result
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// Where a finding stands: lines of files of the checkout, and statements of policies that are none.
fn locations(role: &Role, finding: &Excess) -> Vec<Value> {
    let origins = finding.origins.iter().take(MOST_LOCATIONS);
    origins
        .map(|origin| match file(role, origin) {
            Some((uri, line)) => json!({"physicalLocation": {
                "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": line},
            }}),
            None => json!({"logicalLocations": [{
                "fullyQualifiedName": format!("{}/Statement/{}", origin.policy, origin.statement),
            }]}),
        })
        .collect()
}

fn file(role: &Role, origin: &Origin) -> Option<(String, usize)> {
    if !role.policy_files.contains(&origin.policy) {
        return None;
    }
    let path = in_checkout(&origin.policy)?;
    Some((
        utf8_percent_encode(&path, &IN_PATH).to_string(),
        origin.line.unwrap_or(1),
    ))
}

/// 32 hexadecimal digits.
fn fingerprint(role: &Role, finding: &Excess) -> String {
    let mut digest = Md5::new();
    let mut add = |text: &str| {
        digest.update(text.len().to_le_bytes());
        digest.update(text);
    };
    add(id(finding.kind));
    match &role.role {
        Some(arn) => add(arn),
        None => role.policy_files.iter().for_each(|file| add(file)),
    }
    add("actions");
    finding.actions.iter().for_each(|action| add(action));
    add("resources");
    finding.resources.iter().for_each(|resource| add(resource));
    let mut shown = String::new();
    for byte in digest.finalize() {
        // Writing to a string cannot fail.
        let _ = write!(shown, "{byte:02x}");
    }
    shown
}
