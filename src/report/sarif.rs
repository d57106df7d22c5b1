//! The report as SARIF 2.1.0, for GitHub's code scanning and others that read it.
//!
//! Follows <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html> and what GitHub takes of it,
//! <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.

use super::annotations::in_checkout;
use super::json::pretty;
use super::words::all_but;
use super::{Excess, Report, Role, Undecided};
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
    let left = MOST_RESULTS.saturating_sub(results.len());
    let open = report
        .roles
        .iter()
        .flat_map(|role| role.undecided.iter().map(move |open| (role, open)));
    let results: Vec<Value> = results
        .into_iter()
        .chain(open.take(left).map(|(role, open)| review(role, open)))
        .collect();
    pretty(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": KINDS.map(rule).into_iter().chain([undecided_rule()]).collect::<Vec<_>>(),
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

/// What nothing decides: for a person to look at, and never a failure.
fn undecided_rule() -> Value {
    json!({
        "id": UNDECIDED,
        "shortDescription": {"text": "Nothing decides whether a grant is needed"},
        "fullDescription": {"text": "A policy grants what may be needed without a trace showing it. It never fails."},
        "help": {"text": "Look at the reason, and remove the grant if it does not hold for your code."},
        "properties": {"tags": ["security", "iam", "least-privilege"]},
    })
}

/// The rule of what nothing decides.
const UNDECIDED: &str = "undecided";

fn review(role: &Role, open: &Undecided) -> Value {
    let actions = all_but(open.actions.join(", "), open.not_action);
    let resources = all_but(open.resources.join(", "), open.not_resource);
    let mut digest = Digest::of(UNDECIDED, role);
    digest.extend("actions", &open.actions);
    digest.extend("resources", &open.resources);
    json!({
        "ruleId": UNDECIDED,
        "ruleIndex": KINDS.len(),
        "kind": "review",
        "level": "none",
        "message": {"text": format!("{actions} on {resources}: {}", open.reason)},
        "locations": locations(role, &open.origins),
        "partialFingerprints": {"leastPrivilege/v1": digest.finish()},
        "properties": {"severity": open.severity.id()},
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
        "locations": locations(role, &finding.origins),
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

/// Where something stands: lines of files of the checkout, and statements of policies that are none.
fn locations(role: &Role, origins: &[Origin]) -> Vec<Value> {
    let origins = origins.iter().take(MOST_LOCATIONS);
    origins
        .map(|origin| match file(role, origin) {
            Some((uri, line)) => {
                let mut location = json!({"physicalLocation": {
                    "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": line},
                }});
                if let Some(column) = origin.column {
                    location["physicalLocation"]["region"]["startColumn"] = column.into();
                }
                if let Some(place) = &origin.place {
                    location["logicalLocations"] = json!([{"fullyQualifiedName": place}]);
                }
                location
            }
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

fn fingerprint(role: &Role, finding: &Excess) -> String {
    let mut digest = Digest::of(id(finding.kind), role);
    digest.extend("actions", &finding.actions);
    digest.extend("resources", &finding.resources);
    digest.finish()
}

/// What tells a result from others.
struct Digest(Md5);

impl Digest {
    fn of(id: &str, role: &Role) -> Self {
        let mut digest = Self(Md5::new());
        digest.add(id);
        match &role.role {
            Some(arn) => digest.add(arn),
            None => {
                for file in &role.policy_files {
                    digest.add(file);
                }
            }
        }
        digest
    }

    fn add(&mut self, text: &str) {
        self.0.update(text.len().to_le_bytes());
        self.0.update(text);
    }

    fn extend(&mut self, name: &str, texts: &[String]) {
        self.add(name);
        for text in texts {
            self.add(text);
        }
    }

    /// 32 hexadecimal digits.
    fn finish(self) -> String {
        let mut digits = String::new();
        for byte in self.0.finalize() {
            // Writing to a string cannot fail.
            let _ = write!(digits, "{byte:02x}");
        }
        digits
    }
}
