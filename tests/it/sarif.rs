//! SARIF as its own schema and GitHub's limits ask for it.

use crate::pip::{self, python};
use crate::{program, reports};
use aws_least_privilege::report::sarif;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A validator, which needs nothing else.
const REQUIREMENTS: &str = "fastjsonschema==2.21.2\n";

/// The schema of SARIF 2.1.0 as OASIS publishes it, which `serde-sarif` is generated from and carries.
fn schema() -> PathBuf {
    let rustc = Command::new("rustc")
        .args(["--print", "host-tuple"])
        .output();
    let host = String::from_utf8(rustc.expect("rustc runs").stdout).expect("text");
    let metadata = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--filter-platform",
            host.trim(),
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(
        metadata.status.success(),
        "{}",
        String::from_utf8_lossy(&metadata.stderr)
    );
    let metadata: Value = serde_json::from_slice(&metadata.stdout).expect("it prints JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let package = packages
        .iter()
        .find(|package| package["name"] == "serde-sarif")
        .expect("it is a dependency");
    let manifest = Path::new(package["manifest_path"].as_str().expect("a path"));
    manifest.with_file_name("src").join("schema.json")
}

fn assert_valid(sarif: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.sarif");
    fs::write(&file, sarif).expect("a file");
    let script = "import json, sys, fastjsonschema as f\nf.compile(json.load(open(sys.argv[1])))(json.load(open(sys.argv[2])))";
    let ran = python()
        .args(["-c", script])
        .arg(schema())
        .arg(&file)
        .env("PYTHONPATH", pip::installed("json-schema", REQUIREMENTS))
        .output()
        .unwrap_or_else(|error| pip::no_python("a JSON Schema validator", &error));
    assert!(
        ran.status.success(),
        "{}\n{sarif}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

fn results(sarif: &str) -> Vec<Value> {
    let read: Value = serde_json::from_str(sarif).expect("it is JSON");
    read["runs"][0]["results"]
        .as_array()
        .expect("results")
        .clone()
}

fn fingerprint(result: &Value) -> String {
    result["partialFingerprints"]["leastPrivilege/v1"]
        .as_str()
        .expect("a fingerprint")
        .to_owned()
}

#[test]
fn it_follows_its_schema() {
    let mut arguments = vec!["gate", "--format", "sarif"];
    arguments.extend(program::shop("examples/shop/shop-role.json"));
    let ran = program::command(&arguments)
        .output()
        .expect("the program runs");
    let shop = String::from_utf8(ran.stdout).expect("text");
    assert_valid(&shop);
    let results = results(&shop);
    let (decided, open): (Vec<_>, Vec<_>) = results
        .iter()
        .partition(|result| result["ruleId"] != "undecided");
    assert_eq!((decided.len(), open.len()), (8, 6));
    assert!(
        open.iter()
            .all(|result| result["kind"] == "review" && result["level"] == "none")
    );
    assert_eq!(results[0]["ruleId"], "unused-service/critical");
    assert_eq!(results[0]["level"], "error");
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"]["uri"],
        "examples/shop/shop-role.json"
    );
    assert_eq!(place["region"]["startLine"], 70);
    let fingerprints: BTreeSet<String> = results.iter().map(fingerprint).collect();
    assert_eq!(fingerprints.len(), 14, "each finding has its own");
    for text in [
        "",
        "a b%2F#?\n\u{202e}",
        "../x",
        "/etc/passwd",
        "::error::x",
    ] {
        assert_valid(&sarif::render(&reports::of_text(text)));
    }
}

#[test]
fn a_fingerprint_stays_when_lines_move_and_traces_grow() {
    let report = reports::of_text("role.json");
    let before = fingerprint(&results(&sarif::render(&report))[0]);
    let mut later = report.clone();
    let finding = &mut later.roles[0].excess[0];
    finding.origins[0].line = Some(70);
    finding.origins[0].statement = 4;
    finding.title = "another".to_owned();
    finding.unobserved_count = 9;
    assert_eq!(fingerprint(&results(&sarif::render(&later))[0]), before);
    later.roles[0].excess[0]
        .actions
        .push("s3:GetObject".to_owned());
    assert_ne!(fingerprint(&results(&sarif::render(&later))[0]), before);
}

#[test]
fn it_has_no_more_than_github_shows() {
    let mut report = reports::of_text("role.json");
    let mut finding = report.roles[0].excess[0].clone();
    let origin = finding.origins[0].clone();
    finding.origins = vec![origin; 300];
    report.roles[0].excess = vec![finding; 6000];
    let results = results(&sarif::render(&report));
    assert_eq!(results.len(), 5000);
    assert_eq!(results[0]["locations"].as_array().map(Vec::len), Some(100));
}

/// Code scanning takes no result without a file, shows what is suppressed, and has its severities from the rules.
#[test]
fn it_has_what_code_scanning_reads() {
    use aws_least_privilege::judge::State;
    let mut report = reports::of_text("role.json");
    let all = report.roles[0].excess.len();
    report.roles[0].excess[0].state = State::Accepted;
    report.roles[0].role = Some("arn:aws:iam::111122223333:role/orders".to_owned());
    let files = std::mem::take(&mut report.roles[0].policy_files);
    for (files, path) in [
        (Vec::new(), ".github/workflows/gate.yml"),
        (files, "role.json"),
    ] {
        report.roles[0].policy_files = files;
        let context = sarif::Context {
            fallback: Some(".github/workflows/gate.yml".to_owned()),
            pages_url: Some("https://github.com/acme/gate/blob/v1".to_owned()),
        };
        let text = sarif::render_with(&report, &context);
        assert_valid(&text);
        let read: Value = serde_json::from_str(&text).expect("it is JSON");
        let results = results(&text);
        let findings = results.iter().filter(|result| result["kind"] != "review");
        assert_eq!(findings.count(), all - 1);
        for result in &results {
            let place = &result["locations"][0]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], path);
            let message = result["message"]["text"].as_str().expect("a message");
            assert!(message.starts_with("orders: "), "{message}");
            let hash = result["partialFingerprints"]["primaryLocationLineHash"].as_str();
            assert!(hash.is_some_and(|hash| hash.ends_with(":1")));
            let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index"));
            let rule = &read["runs"][0]["tool"]["driver"]["rules"][index.expect("a number")];
            assert_eq!(rule["id"], result["ruleId"]);
            if result["kind"] != "review" {
                assert!(
                    rule["helpUri"]
                        .as_str()
                        .is_some_and(|url| url.contains("docs/findings/"))
                );
                assert!(rule["help"]["markdown"].is_string());
                assert!(rule["properties"]["security-severity"].is_string());
            }
        }
    }
}

/// An alert that nobody can act on is none: it would be closed by hand, run after run.
#[test]
fn without_evidence_there_is_no_result_but_for_what_needs_none() {
    let rules = |certain: bool, traces: u64| {
        let mut report = reports::of_text("orders");
        let role = &mut report.roles[0];
        role.undecided.clear();
        role.excess.truncate(1);
        role.excess[0].certain = certain;
        role.functions
            .iter_mut()
            .for_each(|function| function.traces = traces);
        let sarif: Value = serde_json::from_str(&sarif::render(&report)).expect("JSON");
        sarif["runs"][0]["results"]
            .as_array()
            .expect("a list")
            .len()
    };
    assert_eq!(rules(false, 0), 0);
    assert_eq!(rules(true, 0), 1);
    assert_eq!(rules(false, 25), 1);
}

/// A text with the fix of a SARIF log, applied as its standard says: regions of lines and columns, from 1, ends exclusive.
fn fixed(source: &str, fix: &Value) -> String {
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    let starts: Vec<usize> = lines
        .iter()
        .scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some(start)
        })
        .collect();
    let mut out = source.to_owned();
    let replacements = fix["artifactChanges"][0]["replacements"].as_array();
    for one in replacements.expect("replacements").iter().rev() {
        let number = |name: &str| {
            let number = one["deletedRegion"][name].as_u64();
            number.map(|number| usize::try_from(number).expect("a line or column"))
        };
        let line = |name: &str| number(name).expect("a line") - 1;
        // The first is a byte-order mark, and no column.
        let mark = usize::from(line("startLine") == 0 && source.starts_with('\u{feff}')) * 3;
        assert_eq!(number("startColumn"), Some(1));
        let (start, last) = (starts[line("startLine")] + mark, line("endLine"));
        let end = match number("endColumn") {
            Some(1) => starts[last],
            Some(_) => panic!("no other is written"),
            None => starts[last] + lines[last].trim_end_matches(['\n', '\r']).len(),
        };
        let text = one["insertedContent"]["text"].as_str().expect("a text");
        out.replace_range(start..end, text);
    }
    out
}

#[test]
fn a_fix_makes_of_the_file_what_is_suggested() {
    for (case, name) in [
        ("sam-a-policy-template-that-is-too-broad", "template.yaml"),
        ("sam-policy-templates-in-all-layouts", "template.yaml"),
        ("sam-windows", "template.yaml"),
        ("template-in-json", "template.json"),
        ("crlf", "policy.json"),
        ("no-final-newline", "policy.json"),
        ("yaml-statement-goes", "policy.yaml"),
    ] {
        let from = Path::new("tests/suggestions").join(case);
        let folder = tempfile::tempdir().expect("a folder");
        let source = fs::read_to_string(from.join(name)).expect("the case is there");
        fs::write(folder.path().join(name), &source).expect("written");
        let calls = fs::read_to_string(from.join("calls")).expect("calls");
        let traces = crate::suggestions::traces(&calls);
        fs::write(folder.path().join("traces.json"), traces).expect("written");
        let told = |format: &str| {
            let arguments = [
                "gate",
                "--format",
                format,
                "--traces",
                "traces.json",
                "--policy-file",
                name,
            ];
            let mut command = program::command(&arguments);
            let ran = command.current_dir(folder.path()).output();
            String::from_utf8(ran.expect("the program runs").stdout).expect("text")
        };
        let sarif = told("sarif");
        assert_valid(&sarif);
        let fixes = results(&sarif).into_iter();
        let fixes: Vec<Value> = fixes
            .filter_map(|result| result["fixes"].as_array().cloned())
            .flatten()
            .collect();
        assert_eq!(fixes.len(), 1, "{case}: one edit mends the file");
        let with_fix = results(&sarif).into_iter();
        let mut with_fix = with_fix.filter(|result| result["fixes"].is_array());
        let message = with_fix.next().expect("one")["message"]["text"].to_string();
        let words = fixes[0]["description"]["text"].to_string();
        let role = |text: &str| text.split(": ").next().map(str::to_owned);
        assert_eq!(role(&words), role(&message), "{case}: it names the role");
        let report: Value = serde_json::from_str(&told("json")).expect("it is JSON");
        let wanted = report["roles"][0]["suggested"][0]["document"].as_str();
        assert_eq!(Some(fixed(&source, &fixes[0]).as_str()), wanted, "{case}");
    }
}
