//! Every folder of `tests/suggestions`: policies as people write them, and the diff that the real program suggests.
//!
//! `calls` lists what a function was seen to call, a line each: the service, the operation, and recorded parameters as
//! `name=value`; `!` before it makes it a call that AWS denied. `args` has further arguments. Every other file but `expected.diff` is
//! a policy. `UPDATE_CASES=1` rewrites `expected.diff`.

#![expect(
    clippy::disallowed_methods,
    reason = "a case is files, and an update is asked for by the environment"
)]

use crate::program;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

/// Traces that the function has, so that its evidence is sufficient.
const TRACES: usize = 20;

/// What is no policy.
const NOT_POLICIES: [&str; 3] = ["calls", "args", "expected.diff"];

struct Case {
    folder: PathBuf,
    work: tempfile::TempDir,
    policies: Vec<String>,
}

/// One call as a subsegment of the X-Ray SDKs.
fn subsegment(line: &str, number: usize) -> Value {
    let (line, status) = match line.strip_prefix('!') {
        Some(denied) => (denied, 403),
        None => (line, 200),
    };
    let mut words = line.split_whitespace();
    let (service, operation) = (words.next(), words.next());
    let mut aws = json!({"operation": operation, "region": "eu-west-1"});
    for parameter in words {
        let (name, value) = parameter.split_once('=').expect("name=value");
        aws[name] = value.into();
    }
    let mut subsegment = json!({
        "id": format!("{number:016x}"), "name": service, "namespace": "aws",
        "start_time": 1_700_000_000.1, "end_time": 1_700_000_000.2,
        "http": {"response": {"status": status}}, "aws": aws,
    });
    if status == 403 {
        subsegment["error"] = true.into();
        subsegment["cause"] = json!({"exceptions": [{"id": "0000000000000001", "type": "AccessDeniedException", "message": "no"}]});
    }
    subsegment
}

/// Traces of a function that makes these calls in each of them.
pub(crate) fn traces(calls: &str) -> String {
    let calls: Vec<&str> = calls.lines().filter(|line| !line.is_empty()).collect();
    let traces: Vec<Value> = (0..TRACES)
        .map(|trace| {
            let id = format!("1-6553f100-{trace:024x}");
            let calls = calls.iter().enumerate();
            let calls: Vec<Value> = calls
                .map(|(place, call)| subsegment(call, trace * 1000 + place + 1))
                .collect();
            let document = json!({
                "id": format!("{:016x}", 0xf000_0000_0000_0000_u64 + trace as u64), "trace_id": id, "name": "shop",
                "start_time": 1_700_000_000.0, "end_time": 1_700_000_000.5, "origin": "AWS::Lambda::Function",
                "aws": {"function_arn": "arn:aws:lambda:eu-west-1:111122223333:function:shop"}, "subsegments": calls,
            });
            json!({"Id": id, "Segments": [{"Id": document["id"], "Document": document.to_string()}]})
        })
        .collect();
    json!({"Traces": traces}).to_string()
}

impl Case {
    /// The case in a folder of its own, where it can be written to.
    fn copied(folder: PathBuf) -> Self {
        let work = tempfile::tempdir().expect("a folder to work in");
        let mut policies = Vec::new();
        for entry in fs::read_dir(&folder).expect("the case is there").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !NOT_POLICIES.contains(&name.as_str()) {
                fs::copy(entry.path(), work.path().join(&name)).expect("it can be copied");
                policies.push(name);
            }
        }
        policies.sort();
        let calls = fs::read_to_string(folder.join("calls")).expect("a case has calls");
        fs::write(work.path().join("traces.json"), traces(&calls)).expect("it can be written");
        Self {
            folder,
            work,
            policies,
        }
    }

    fn gate(&self, more: &[&str]) -> Output {
        let mut arguments = vec!["gate", "--traces", "traces.json", "--format", "json"];
        for policy in &self.policies {
            arguments.extend(["--policy-file", policy]);
        }
        let args = fs::read_to_string(self.folder.join("args")).unwrap_or_default();
        arguments.extend(args.lines());
        arguments.extend(more);
        let mut command = program::command(&arguments);
        command.current_dir(self.work.path());
        command.output().expect("the program runs")
    }

    fn name(&self) -> String {
        let name = self.folder.file_name().expect("a case has a name");
        name.to_string_lossy().into_owned()
    }
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        let stderr = String::from_utf8_lossy(&output.stderr);
        panic!("no report: {error}\n{stderr}")
    })
}

fn suggested(report: &Value) -> Vec<&Value> {
    let roles = report["roles"].as_array().expect("roles");
    let each = roles.iter().map(|role| role["suggested"].as_array());
    each.flat_map(|own| own.expect("suggested")).collect()
}

/// What a person is shown: reasons and notes behind `#`, and the diffs.
fn shown(suggested: &[&Value]) -> String {
    let mut shown = String::new();
    for own in suggested {
        let policy = own["policy"].as_str().expect("a policy");
        if let Some(reason) = own["reason"].as_str() {
            shown.extend(["# ", policy, ": ", reason, "\n"]);
        }
        for note in own["notes"].as_array().expect("notes") {
            shown.extend(["# ", note.as_str().expect("a note"), "\n"]);
        }
        shown += own["diff"].as_str().unwrap_or_default();
    }
    shown
}

fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suggestions");
    let mut folders: Vec<PathBuf> = fs::read_dir(root)
        .expect("the cases are there")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    folders.into_iter().map(Case::copied).collect()
}

#[test]
fn every_suggestion_is_the_diff_that_one_would_want_to_review() {
    let cases = cases();
    let mut failed = String::new();
    for case in &cases {
        let first = report(&case.gate(&[]));
        let got = shown(&suggested(&first));
        let path = case.folder.join("expected.diff");
        if std::env::var_os("UPDATE_CASES").is_some() {
            fs::write(&path, &got).expect("the case can be written");
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if got != expected {
            failed.extend([format!(
                "\n{}\n--- expected\n{expected}\n--- got\n{got}",
                case.name()
            )]);
        }
    }
    assert!(cases.len() >= 25, "the walk finds the cases");
    assert!(
        failed.is_empty(),
        "these differ (UPDATE_CASES=1 rewrites them):{failed}"
    );
}

#[test]
fn every_suggestion_reads_passes_and_is_the_last() {
    let mut edited = 0;
    for case in cases() {
        let name = case.name();
        let first = report(&case.gate(&[]));
        let before: Vec<String> = case.read();
        let written = case.gate(&["--write", "--suggest-dir", "whole"]);
        let told = String::from_utf8_lossy(&written.stderr).into_owned();
        let suggestions = suggested(&first);
        for own in &suggestions {
            let policy = own["policy"].as_str().expect("a policy");
            let now = fs::read_to_string(case.work.path().join(policy)).expect("it is text");
            let document = own["document"].as_str();
            if own["edits"]
                .as_array()
                .is_some_and(|edits| !edits.is_empty())
            {
                assert_eq!(Some(now.as_str()), document, "{name}");
                assert!(told.contains(&format!("edited {policy}")), "{name}: {told}");
                assert_eq!(
                    by_lines(own, &before, &case),
                    now,
                    "{name}: the edits by line"
                );
                edited += 1;
            } else {
                assert!(
                    told.contains(&format!("left {policy} as it is")),
                    "{name}: {told}"
                );
            }
            if let Some(document) = document {
                let whole = fs::read_dir(case.work.path().join("whole")).expect("it is there");
                let mut whole = whole
                    .flatten()
                    .map(|entry| fs::read_to_string(entry.path()));
                assert!(
                    whole.any(|text| text.expect("it is text") == document),
                    "{name}: --suggest-dir has it"
                );
            }
        }
        let all_edited = suggestions.iter().all(|own| {
            own["edits"]
                .as_array()
                .is_some_and(|edits| !edits.is_empty())
                && own["notes"].as_array().is_some_and(Vec::is_empty)
        });
        let again = case.gate(&[]);
        let after = report(&again);
        for own in suggested(&after) {
            let more = own["edits"].as_array().map(Vec::len);
            assert_eq!(more, Some(0), "{name}: a second run would edit more: {own}");
        }
        if all_edited {
            assert_eq!(again.status.code(), Some(0), "{name}: {after}");
            assert!(suggested(&after).is_empty(), "{name}: {after}");
        }
    }
    assert!(edited >= 25, "{edited} policies were edited");
}

impl Case {
    fn read(&self) -> Vec<String> {
        let paths = self.policies.iter().map(|name| self.work.path().join(name));
        paths
            .map(|path| fs::read_to_string(path).expect("it is text"))
            .collect()
    }
}

/// The policy as the report's line edits make it.
fn by_lines(suggested: &Value, before: &[String], case: &Case) -> String {
    let place = case
        .policies
        .iter()
        .position(|name| suggested["policy"] == **name);
    let text = &before[place.expect("it is one of the policies")];
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines: Vec<String> = text.split(newline).map(str::to_owned).collect();
    let edits = suggested["edits"].as_array().expect("edits");
    for edit in edits.iter().rev() {
        let number = |name: &str| {
            let number = edit[name].as_u64().expect("a number");
            usize::try_from(number).expect("a small number")
        };
        let text = edit["text"].as_str().expect("text");
        let new: Vec<String> = match text {
            "" => Vec::new(),
            text => text.split('\n').map(str::to_owned).collect(),
        };
        lines.splice(number("first_line") - 1..number("last_line"), new);
    }
    lines.join(newline)
}
