//! The configuration as the real program reads it: what is wrong with each of a folder of wrong ones, and the example.

use crate::snapshots::assert_is_snapshot_at;
use crate::{docs, program};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

struct Ran {
    stdout: String,
    stderr: String,
    code: Option<i32>,
}

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let ran = program::command(arguments)
        .current_dir(folder)
        .output()
        .expect("the program runs");
    Ran {
        stdout: String::from_utf8(ran.stdout).expect("it prints UTF-8"),
        stderr: String::from_utf8(ran.stderr).expect("it prints UTF-8"),
        code: ran.status.code(),
    }
}

fn wrong_ones() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("tests/config/wrong")).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("the entry is readable").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yml"))
        .collect();
    paths.sort();
    paths
}

/// Each says the file, the line and what to do, and ends in 2 before anything is read.
#[test]
fn what_is_wrong_is_told_with_line_and_remedy() {
    let paths = wrong_ones();
    assert!(paths.len() >= 25, "the walk finds the files");
    for path in paths {
        let name = path.file_name().expect("it has a name").to_string_lossy();
        let folder = path.parent().expect("it is in a folder");
        let ran = run(folder, &["gate", "--config", &name, "--traces", "none"]);
        assert_eq!(ran.code, Some(2), "{name}: {}", ran.stderr);
        assert_eq!(ran.stdout, "", "{name}");
        let is_text = fs::read_to_string(&path).is_ok();
        assert!(
            !is_text || ran.stderr.contains(&format!("`{name}` line ")),
            "{name} is named with a line: {}",
            ran.stderr
        );
        assert_eq!(
            ran.stderr.lines().count(),
            2,
            "{name} has a remedy: {}",
            ran.stderr
        );
        assert_is_snapshot_at(&path.with_extension("txt"), &ran.stderr);
    }
}

#[test]
fn what_is_too_large_is_refused() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let line = "# what the team lives with\n";
    let fits = line.repeat(aws_least_privilege::settings::file::MAX_BYTES / line.len());
    fs::write(folder.path().join("large.yml"), &fits).expect("it can be written");
    let fine = ["gate", "--config", "large.yml", "--traces", "none"];
    assert_eq!(
        run(folder.path(), &fine).code,
        Some(1),
        "no traces are there"
    );
    fs::write(folder.path().join("large.yml"), fits + line + "\n").expect("it can be written");
    let ran = run(folder.path(), &fine);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("more than 262144 bytes"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_configuration_that_is_named_must_be_there() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let ran = run(folder.path(), &["gate", "--config", "none.yml"]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    assert!(ran.stderr.contains("`none.yml`"), "{}", ran.stderr);
    assert!(ran.stderr.contains("--config"), "{}", ran.stderr);
}

#[test]
fn the_default_name_is_read_where_it_is_there() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let gate = ["gate", "--traces", "none", "--policy-file", "none.json"];
    let without = run(folder.path(), &gate);
    assert_eq!(without.code, Some(1), "{}", without.stderr);
    fs::write(
        folder.path().join(".least-privilege.yml"),
        "fail_on: high\n",
    )
    .expect("it can be written");
    let with = run(folder.path(), &gate);
    assert_eq!(with.code, Some(2), "{}", with.stderr);
    assert!(
        with.stderr.contains("`.least-privilege.yml` line 1"),
        "{}",
        with.stderr
    );
    assert!(
        with.stderr.contains("did you mean `fail-on`?"),
        "{}",
        with.stderr
    );
}

/// The configurations that are shown parse, by the type and by the schema's own keys.
#[test]
fn what_the_docs_and_the_example_show_is_read() {
    let shown = |page: &str| {
        let blocks = docs::blocks(&docs::read(page), "yaml").into_iter();
        let ours = blocks.filter(|block| block.contains("accept:"));
        ours.collect::<Vec<String>>()
    };
    let ours = shown("docs/living-with-it.md");
    assert_eq!(ours.len(), 1, "one configuration is shown");
    let parts: Vec<String> = docs::pages().iter().flat_map(|page| shown(page)).collect();
    assert!(parts.len() > 1, "parts of one are shown elsewhere");
    let example =
        fs::read_to_string(root().join("examples/shop/least-privilege.yml")).expect("it is there");
    let schema = run(root(), &["schema", "config"]).stdout;
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("the schema is JSON");
    let known = schema["properties"].as_object().expect("it has properties");
    assert_eq!(schema["additionalProperties"], false);
    for text in parts.iter().chain([&example]) {
        let config = aws_least_privilege::settings::table::Config::parse(text, "shown.yml");
        let config = config.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(config.accept.len(), 1);
        for key in text.lines().filter_map(|line| line.split_once(':')) {
            let is_top = !key.0.starts_with([' ', '#', '-']);
            assert!(
                !is_top || known.contains_key(key.0),
                "the schema knows {}",
                key.0
            );
        }
    }
}

#[test]
fn the_example_is_gated_by_its_configuration() {
    let gate = ["gate", "--config", "examples/shop/least-privilege.yml"];
    let ran = run(root(), &gate);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    assert!(ran.stdout.contains("accepted: 1"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("support looks customers up"),
        "{}",
        ran.stdout
    );
    let none = run(
        root(),
        &[
            "gate",
            "--config",
            "examples/shop/least-privilege.yml",
            "--fail-on",
            "none",
        ],
    );
    assert_eq!(none.code, Some(0), "{}", none.stderr);
}

/// Central rules hold against flags too: whoever writes the workflow is whoever is judged.
#[test]
fn central_rules_hold_against_flags() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [
        (".least-privilege.yml", "extends: org.yml\n"),
        (
            "org.yml",
            "fail-on: high\nscope: all\nmin-traces: 5\non-inconclusive: fail\nfunction: refunds\nregion: eu-west-1\nmax-scanned: 900\n\
             max-traces: 40\ntime-range: 14d\nparameters: {Stage: prod}\nbaseline: none.json\n",
        ),
        ("other.yml", "grace: 3\n"),
        ("lax.yml", "fail-on: none\n"),
        ("none.json", "{\"schema_version\": 1, \"roles\": []}"),
        (
            "policy.json",
            "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}}",
        ),
    ] {
        fs::write(folder.path().join(name), text).expect("it can be written");
    }
    let traces = root().join("examples/shop/traces");
    let traces = traces.to_str().expect("a path");
    let gate = |more: &[&str]| {
        let mut arguments = vec!["gate", "--traces", traces, "--policy-file", "policy.json"];
        arguments.extend(more);
        run(folder.path(), &arguments)
    };
    for loose in [
        &["--fail-on", "critical"][..],
        &["--fail-on", "none"],
        &["--on-inconclusive", "warn"],
        &["--scope", "new", "--base-policy-file", "policy.json"],
        &["--min-traces", "500"],
        &["--function", "checkout"],
        &["--role", "shop"],
        &["--region", "us-east-1"],
        &["--max-scanned", "1"],
        &["--max-traces", "1"],
        &["--parameter", "Stage=dev"],
        &["--baseline", "policy.json"],
        &["--config", "lax.yml"],
        &["--config", "other.yml", "--fail-on", "none"],
    ] {
        let ran = gate(loose);
        assert_eq!(ran.code, Some(2), "{loose:?}: {}{}", ran.stdout, ran.stderr);
        assert!(
            ran.stderr
                .contains("is given, and the central rules `org.yml` say"),
            "{}",
            ran.stderr
        );
        assert_eq!(ran.stdout, "");
    }
    for tight in [&["--fail-on", "low"][..], &["--config", "other.yml"], &[]] {
        assert_eq!(gate(tight).code, Some(3), "{tight:?}");
    }
}
