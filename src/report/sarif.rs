//! The report as SARIF 2.1.0, for GitHub's code scanning and others that read it.
//!
//! Follows <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html> and what GitHub takes of it,
//! <https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>.

use super::annotations::in_checkout;
use super::json::pretty;
use super::words::all_but;
use super::{Excess, Report, Role, Undecided, sarif_fix};
use crate::compare::{Kind, Origin, Severity};
use crate::judge::{State, Verdict};
use md5::{Digest as _, Md5};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::collections::BTreeSet;
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

const SEVERITIES: [Severity; 4] = [
    Severity::Critical,
    Severity::High,
    Severity::Medium,
    Severity::Low,
];

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
///
/// What is accepted, in the baseline or on probation is left out: code scanning shows what is suppressed as if it were not.
pub fn render(report: &Report) -> String {
    render_with(report, &Context::default())
}

/// What SARIF tells beside the report.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Context {
    /// The file that stands for a role without a policy file: the configuration or the workflow.
    pub fallback: Option<String>,
    /// Where people see the pages of this program's repository, up to the path.
    pub pages_url: Option<String>,
}

/// The same, with what the report does not know.
pub fn render_with(report: &Report, context: &Context) -> String {
    let mut found: Vec<(&Role, &Excess)> = report
        .roles
        .iter()
        .flat_map(|role| role.excess.iter().map(move |finding| (role, finding)))
        .filter(|(_, finding)| finding.state == State::Judged)
        // Without a trace or an AWS call nothing is a finding to act on, but for what needs no evidence.
        .filter(|(role, finding)| role.is_told() || role.bears(finding))
        .collect();
    // The worst are kept where there are too many; equal ones stay in the report's order.
    found.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.severity));
    let mut mended = BTreeSet::new();
    let results: Vec<Value> = found
        .iter()
        .take(MOST_RESULTS)
        .map(|(role, finding)| {
            let mut result = result(role, finding, context);
            // One edit mends all that is found in a file: it comes with the worst of it.
            let fixes = fixes(role, finding, &mut mended);
            if let (Some(fields), false) = (result.as_object_mut(), fixes.is_empty()) {
                fields.insert("fixes".to_owned(), fixes.into());
            }
            result
        })
        .collect();
    let left = MOST_RESULTS.saturating_sub(results.len());
    let open = report
        .roles
        .iter()
        .flat_map(|role| role.undecided.iter().map(move |open| (role, open)));
    let results: Vec<Value> = results
        .into_iter()
        .chain(
            open.take(left)
                .map(|(role, open)| review(role, open, context)),
        )
        .collect();
    let mut run = json!({
        "tool": {"driver": {
            "name": env!("CARGO_PKG_NAME"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules(context),
        }},
        "columnKind": "unicodeCodePoints",
        "results": results,
    });
    let gaps = notifications(report);
    if let (Some(fields), false) = (run.as_object_mut(), gaps.is_empty()) {
        let invocation = json!({"executionSuccessful": true, "toolExecutionNotifications": gaps});
        fields.insert("invocations".to_owned(), json!([invocation]));
    }
    pretty(&json!({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}))
}

/// What the evidence lacks: a warning where nobody can tell because of it.
fn notifications(report: &Report) -> Vec<Value> {
    let is_unsure = report.verdict == Verdict::Inconclusive;
    let level = if is_unsure { "warning" } else { "note" };
    let of_roles = report.roles.iter().flat_map(|role| &role.gaps);
    let all = report.evidence.gaps.iter().chain(of_roles);
    let told = all.map(|gap| {
        let count = match gap.count {
            1 => String::new(),
            more => format!(" ({more} times)"),
        };
        json!({
            "descriptor": {"id": gap.reason},
            "level": level,
            "message": {"text": format!("gap in the evidence: {}{count}: {}", gap.reason, gap.detail)},
        })
    });
    told.collect()
}

/// A rule for each kind and severity, since code scanning takes the severity of the rule; and one for what nothing decides.
fn rules(context: &Context) -> Vec<Value> {
    let each = KINDS.into_iter().flat_map(|kind| {
        let rule = move |severity| rule(kind, severity, context);
        SEVERITIES.into_iter().map(rule)
    });
    each.chain([undecided_rule()]).collect()
}

fn rule(kind: Kind, severity: Severity, context: &Context) -> Value {
    let (short, full) = match kind {
        Kind::UnusedService => (
            "A service was never called",
            "A policy grants actions of a service that was never called in the traces that were read. Remove them, or run the code that makes such calls under X-Ray.",
        ),
        Kind::UnusedAction => (
            "An action was never called",
            "A policy grants an action that was never called in the traces that were read, though others of its service were. Remove it, or run the code that needs it under X-Ray.",
        ),
        Kind::BroadAction => (
            "A wildcard grants more actions than were called",
            "Of the actions that a wildcard stands for, only some were called in the traces that were read. Write those in its place.",
        ),
        Kind::BroadResource => (
            "An action was called on less than is granted",
            "A policy grants an action on more resources than it was called on in the traces that were read. Write those in their place.",
        ),
    };
    let page = format!("docs/findings/{}.md", kind.id());
    let url = context
        .pages_url
        .as_ref()
        .map(|pages| format!("{pages}/{page}"));
    let more = url
        .as_ref()
        .map_or_else(String::new, |url| format!("\n\n[More about it]({url})"));
    let mut rule = json!({
        "id": rule_id(kind, severity),
        "name": kind.id(),
        "shortDescription": {"text": short},
        "fullDescription": {"text": full},
        "help": {
            "text": full,
            "markdown": format!("**{short}.** {full}\n\nX-Ray records a sample of requests: what runs rarely may be missing from it.{more}"),
        },
        "defaultConfiguration": {"level": level(severity)},
        "properties": {
            "security-severity": security_severity(severity),
            "tags": ["security", "iam", "least-privilege"],
        },
    });
    if let (Some(url), Some(fields)) = (url, rule.as_object_mut()) {
        fields.insert("helpUri".to_owned(), json!(url));
    }
    rule
}

fn rule_id(kind: Kind, severity: Severity) -> String {
    format!("{}/{}", kind.id(), severity.id())
}

/// In the bands of code scanning: over 9 is critical, from 7 high, from 4 medium.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
    }
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

fn review(role: &Role, open: &Undecided, context: &Context) -> Value {
    let actions = all_but(open.actions.join(", "), open.not_action);
    let resources = all_but(open.resources.join(", "), open.not_resource);
    let mut digest = Digest::of(UNDECIDED, role);
    digest.extend("actions", &open.actions);
    digest.extend("resources", &open.resources);
    json!({
        "ruleId": UNDECIDED,
        "ruleIndex": KINDS.len() * SEVERITIES.len(),
        "kind": "review",
        "level": "none",
        "message": {"text": format!("{}: {actions} on {resources}: {}", role.called(), open.reason)},
        "locations": locations(role, &open.origins, context),
        "partialFingerprints": fingerprints(&digest.finish()),
        "properties": {"severity": open.severity.id()},
    })
}

fn result(role: &Role, finding: &Excess, context: &Context) -> Value {
    let kind = KINDS.iter().position(|kind| *kind == finding.kind);
    let severity = SEVERITIES.iter().position(|one| *one == finding.severity);
    let index = kind.zip(severity);
    json!({
        "ruleId": rule_id(finding.kind, finding.severity),
        "ruleIndex": index.map(|(kind, severity)| kind * SEVERITIES.len() + severity),
        "level": level_of(role, finding),
        "message": {"text": format!("{}: {}", role.called(), finding.title)},
        "locations": locations(role, &finding.origins, context),
        "partialFingerprints": fingerprints(&fingerprint(role, finding)),
        "properties": {"severity": finding.severity.id()},
    })
}

/// The edits of the files that a finding stands in, but for those that came with another.
fn fixes<'r>(
    role: &'r Role,
    finding: &Excess,
    mended: &mut BTreeSet<(Option<&'r str>, &'r str)>,
) -> Vec<Value> {
    let mut fixes = Vec::new();
    for suggested in &role.suggested {
        let mut origins = finding.origins.iter();
        let Some(origin) = origins.find(|origin| origin.policy == suggested.policy) else {
            continue;
        };
        let key = (role.role.as_deref(), suggested.policy.as_str());
        if let Some((uri, _)) = file(role, origin)
            && !mended.contains(&key)
            && let Some(fix) = sarif_fix::of(suggested, &uri, &role.called())
        {
            mended.insert(key);
            fixes.push(fix);
        }
    }
    fixes
}

/// Ours, and the one by which code scanning knows a result again, in its own form: a digest, and which of equal ones.
fn fingerprints(own: &str) -> Value {
    let short = own.get(..16).unwrap_or(own);
    json!({"leastPrivilege/v1": own, "primaryLocationLineHash": format!("{short}:1")})
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// The level of a finding. Where nobody can tell whether it is right, it is no error.
fn level_of(role: &Role, finding: &Excess) -> &'static str {
    match level(finding.severity) {
        "error" if role.verdict == Verdict::Inconclusive => "warning",
        level => level,
    }
}

/// Where something stands: lines of files of the checkout. What stands in a policy that is no file is named, at a file that stands for
/// it: code scanning takes no result without one.
fn locations(role: &Role, origins: &[Origin], context: &Context) -> Vec<Value> {
    let shown: Vec<Value> = origins
        .iter()
        .take(MOST_LOCATIONS)
        .map(|origin| {
            let (uri, line) = file(role, origin).unwrap_or_else(|| (stand_in(role, context), 1));
            let mut place = physical(&uri, line);
            let region = place.pointer_mut("/physicalLocation/region");
            if let (Some(column), Some(Value::Object(region))) = (origin.column, region) {
                region.insert("startColumn".to_owned(), column.into());
            }
            if let (Some(words), Some(fields)) = (&origin.place, place.as_object_mut()) {
                let name = json!([{"fullyQualifiedName": words}]);
                fields.insert("logicalLocations".to_owned(), name);
            }
            if let (None, Some(fields)) = (file(role, origin), place.as_object_mut()) {
                let name = format!("{}/Statement/{}", origin.policy, origin.statement);
                fields.insert(
                    "logicalLocations".to_owned(),
                    json!([{"fullyQualifiedName": name}]),
                );
            }
            place
        })
        .collect();
    if shown.is_empty() {
        return vec![physical(&stand_in(role, context), 1)];
    }
    shown
}

fn physical(uri: &str, line: usize) -> Value {
    json!({"physicalLocation": {
        "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": line},
    }})
}

/// The role's policy file, else the configuration or the workflow.
fn stand_in(role: &Role, context: &Context) -> String {
    let mut files = role.policy_files.iter().chain(&context.fallback);
    let path = files.find_map(|file| in_checkout(file));
    let path = path.unwrap_or_else(|| crate::settings::file::DEFAULT_NAME.to_owned());
    utf8_percent_encode(&path, &IN_PATH).to_string()
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
    let mut digest = Digest::of(finding.kind.id(), role);
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
