//! Every folder of `tests/cases` run through the real program; `tests/cases/README.md` says what a case is made of.

#![expect(
    clippy::disallowed_methods,
    reason = "a case is files, and an update is asked for by the environment"
)]

use crate::program;
use crate::subset;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Folders that are about the program and not about a service.
const NOT_SERVICES: [&str; 7] = [
    "besides",
    "disguises",
    "documents",
    "evidence",
    "gate",
    "templates",
    "whose",
];

/// What a case in the folder of a service shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    /// The traces name the resource, and what is granted is what is needed.
    Positive,
    /// A wildcard grants more than was observed.
    Wildcard,
    /// The traces do not say something, and the answer is not a guess.
    Unknown,
}

/// `expected.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    name: String,
    kind: Option<Kind>,
    exit: i32,
    report: Option<Value>,
    policies: Option<Value>,
    #[serde(default)]
    stderr: Vec<String>,
}

struct Case {
    folder: PathBuf,
    expected: Expected,
}

impl Case {
    fn read(folder: PathBuf) -> Self {
        let text = fs::read_to_string(folder.join("expected.json")).unwrap_or_else(|error| {
            panic!(
                "{} has no readable expected.json: {error}",
                folder.display()
            )
        });
        let expected = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{}/expected.json: {error}", folder.display()));
        Self { folder, expected }
    }

    fn has(&self, name: &str) -> bool {
        self.folder.join(name).exists()
    }

    fn service(&self) -> String {
        let service = self
            .folder
            .parent()
            .and_then(Path::file_name)
            .expect("a case is two folders deep");
        service.to_string_lossy().into_owned()
    }

    /// The arguments, `gate` where a policy file is named and `scan` where none is.
    fn arguments(&self, output: &Path) -> Vec<OsString> {
        let more = fs::read_to_string(self.folder.join("args")).unwrap_or_default();
        let is_gate = self.has("policy.json") || more.lines().any(|line| line == "--policy-file");
        let mut arguments: Vec<OsString> = Vec::new();
        if is_gate {
            arguments.extend(["gate", "--format", "json"].map(OsString::from));
        } else {
            arguments.extend(
                [
                    "scan",
                    "--format",
                    "json",
                    "--name-by",
                    "function",
                    "--output-dir",
                ]
                .map(OsString::from),
            );
            arguments.push(output.into());
        }
        for name in ["traces.json", "traces.jsonl", "traces.json.gz", "traces"] {
            if self.has(name) {
                arguments.extend(["--traces", name].map(OsString::from));
            }
        }
        if self.has("stdin.json") {
            arguments.extend(["--traces", "-"].map(OsString::from));
        }
        if self.has("policy.json") {
            arguments.extend(["--policy-file", "policy.json"].map(OsString::from));
        }
        arguments.extend(
            more.lines()
                .filter(|line| !line.is_empty())
                .map(OsString::from),
        );
        arguments
    }

    /// What differs from the expectation, a line each.
    fn differences(&self) -> Vec<String> {
        let output = tempfile::tempdir().expect("a folder for what scan writes");
        let mut command = program::command(&self.arguments(output.path()));
        command.current_dir(&self.folder);
        if self.has("stdin.json") {
            let stdin = fs::File::open(self.folder.join("stdin.json")).expect("it is there");
            command.stdin(Stdio::from(stdin));
        }
        let ran = command.output().expect("the program runs");
        let (stdout, stderr) = (
            String::from_utf8_lossy(&ran.stdout),
            String::from_utf8_lossy(&ran.stderr),
        );
        let mut differences = Vec::new();
        if ran.status.code() != Some(self.expected.exit) {
            differences.push(format!(
                "exit: expected {}, got {}",
                self.expected.exit, ran.status
            ));
        }
        for part in &self.expected.stderr {
            if !stderr.contains(part.as_str()) {
                differences.push(format!("stderr: expected to contain {part:?}"));
            }
        }
        let report = serde_json::from_str(&stdout).unwrap_or(Value::Null);
        if let Some(expected) = &self.expected.report {
            subset::differences(expected, &report, "report", &mut differences);
        } else if self.expected.exit != 0 && !stdout.is_empty() {
            differences.push("stdout: expected nothing".to_owned());
        }
        let policies = written(output.path());
        if let Some(expected) = &self.expected.policies {
            subset::differences(expected, &policies, "policies", &mut differences);
        }
        if !differences.is_empty() {
            if std::env::var_os("UPDATE_CASES").is_some() {
                self.update(ran.status.code(), &report, &policies);
            }
            differences.extend(stderr.lines().map(|line| format!("  stderr | {line}")));
        }
        differences
    }

    /// Rewrites `expected.json` with what came out, keeping which parts it looks at. What is expected of stderr stays.
    fn update(&self, exit: Option<i32>, report: &Value, policies: &Value) {
        let path = self.folder.join("expected.json");
        let text = fs::read_to_string(&path).expect("it was read before");
        let mut expected: Map<String, Value> =
            serde_json::from_str(&text).expect("it was read before");
        expected.insert("exit".to_owned(), exit.into());
        for (key, actual) in [("report", report), ("policies", policies)] {
            if let Some(looked_at) = expected.get_mut(key) {
                *looked_at = subset::projected(looked_at, actual);
            }
        }
        let text = serde_json::to_string_pretty(&expected).expect("it is JSON");
        fs::write(&path, text + "\n").expect("the case can be written");
    }

    /// What keeps the case from being of its kind.
    fn misfit(&self) -> Option<&'static str> {
        let roles = self
            .expected
            .report
            .as_ref()
            .and_then(|report| report.get("roles")?.as_array());
        let roles = roles.map_or(&[][..], Vec::as_slice);
        let lists = |name: &str| -> Vec<&Value> {
            let lists = roles.iter().filter_map(|role| role.get(name)?.as_array());
            lists.flatten().collect()
        };
        let is =
            |value: &&Value, known: bool| value.get("resource_known") == Some(&Value::Bool(known));
        match self.expected.kind? {
            Kind::Positive if !lists("needed").iter().any(|need| is(need, true)) => {
                Some("a positive case expects a need with a known resource")
            }
            Kind::Positive if !lists("excess").is_empty() => {
                Some("a positive case expects no excess")
            }
            Kind::Wildcard => {
                let policy =
                    fs::read_to_string(self.folder.join("policy.json")).unwrap_or_default();
                let has_wildcard = policy.contains('*') || policy.contains('?');
                (!has_wildcard || lists("excess").is_empty())
                    .then_some("a wildcard case has a wildcard and expects an excess")
            }
            Kind::Unknown => {
                let open = ["undecided", "gaps"]
                    .iter()
                    .any(|list| !lists(list).is_empty());
                let unknown = lists("needed").iter().any(|need| is(need, false));
                (!open && !unknown).then_some("an unknown case expects something undecided, a gap, or a need without a resource")
            }
            Kind::Positive => None,
        }
    }
}

/// What `scan` wrote, by function.
fn written(folder: &Path) -> Value {
    let mut policies = Map::new();
    for entry in fs::read_dir(folder).expect("the folder is there").flatten() {
        let text = fs::read_to_string(entry.path()).expect("what scan writes is text");
        let name = entry
            .file_name()
            .to_string_lossy()
            .replace(".policy.json", "");
        policies.insert(
            name,
            serde_json::from_str(&text).expect("what scan writes is JSON"),
        );
    }
    Value::Object(policies)
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut folders: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let services = folders(&root)
        .into_iter()
        .flat_map(|service| folders(&service));
    services.map(Case::read).collect()
}

#[test]
fn every_case_comes_out_as_expected() {
    let mut failed = String::new();
    let cases = cases();
    for case in &cases {
        let differences = case.differences();
        if !differences.is_empty() {
            let folder = case
                .folder
                .strip_prefix(env!("CARGO_MANIFEST_DIR"))
                .unwrap_or(&case.folder);
            failed.extend([format!(
                "\n{}\n  {}\n",
                folder.display(),
                case.expected.name
            )]);
            failed.extend(
                differences
                    .iter()
                    .map(|difference| format!("    {difference}\n")),
            );
        }
    }
    assert!(
        failed.is_empty(),
        "of {} cases, these differ (UPDATE_CASES=1 rewrites them):\n{failed}",
        cases.len()
    );
}

#[test]
fn every_service_has_a_case_of_each_kind_and_every_case_is_what_it_says() {
    let mut kinds: BTreeMap<String, Vec<Kind>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for case in cases() {
        let service = case.service();
        if case.expected.name.is_empty() {
            wrong.push(format!("{}: it has no name", case.folder.display()));
        }
        if let Some(misfit) = case.misfit() {
            wrong.push(format!("{}: {misfit}", case.folder.display()));
        }
        if !NOT_SERVICES.contains(&service.as_str()) {
            kinds.entry(service).or_default().extend(case.expected.kind);
        }
    }
    for (service, kinds) in &kinds {
        for kind in [Kind::Positive, Kind::Wildcard, Kind::Unknown] {
            if !kinds.contains(&kind) {
                wrong.push(format!("{service}: it has no {kind:?} case"));
            }
        }
    }
    assert!(kinds.len() >= 16, "the walk finds the services");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
