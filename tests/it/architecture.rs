//! The shape of the source, held by tests: who may import whom, how long a file may be, what must not be said.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Non-test lines that a file may have.
const MAX_LINES: usize = 500;

/// What each stage may import of ours. A stage that is not listed may import everything.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("iam", &["iam", "yaml"]),
    ("xray", &["xray"]),
    ("catalog", &["catalog", "iam", "xray"]),
    ("aws", &["aws", "iam", "needed"]),
    ("files", &["files"]),
    ("shell.rs", &[]),
    ("evidence", &["aws", "evidence", "files", "iam", "xray"]),
    ("usage", &["catalog", "evidence", "iam", "xray"]),
    ("needed", &["needed", "usage", "catalog", "evidence", "iam"]),
    ("compare", &["compare", "needed", "catalog", "iam"]),
    ("config", &["config", "cli", "files"]),
    (
        "options",
        &[
            "catalog", "cli", "compare", "config", "gate", "options", "shell",
        ],
    ),
    (
        "record",
        &[
            "record", "catalog", "compare", "config", "files", "gate", "iam",
        ],
    ),
    ("gate.rs", &["compare", "evidence"]),
    (
        "granted",
        &[
            "aws", "granted", "compare", "files", "iam", "template", "yaml",
        ],
    ),
    (
        "suggest",
        &[
            "suggest", "compare", "gate", "needed", "catalog", "iam", "record",
        ],
    ),
    ("github", &["github"]),
    ("yaml", &["yaml"]),
    ("template", &["template", "iam", "yaml"]),
    ("review", &["review", "catalog", "iam"]),
    ("targets", &["targets", "aws", "evidence", "iam", "needed"]),
    (
        "scan.rs",
        &["catalog", "evidence", "iam", "needed", "role", "usage"],
    ),
    ("whitelist", &["whitelist", "catalog", "xray"]),
    ("deliver", &["deliver", "files", "github", "report"]),
];

fn sources() -> BTreeMap<PathBuf, String> {
    fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, String>) {
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("the entry is readable").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("the source is text");
                found.insert(path, text);
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    assert!(found.len() > 30, "the walk finds the sources");
    found
}

fn is_test(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem == "tests")
        || path.components().any(|part| part.as_os_str() == "tests")
}

/// The text before the first inline test module.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or_default()
}

#[test]
fn stages_import_only_what_comes_before_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let inside = path.strip_prefix(&root).expect("it is below src");
        let stage = inside
            .components()
            .next()
            .expect("it has a name")
            .as_os_str()
            .to_string_lossy();
        let Some((_, allowed)) = MAY_IMPORT
            .iter()
            .find(|(name, _)| *name == stage || Some(*name) == stage.strip_suffix(".rs"))
        else {
            continue;
        };
        if is_test(&path) {
            continue;
        }
        for imported in without_tests(&text)
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .flat_map(|line| line.split("crate::").skip(1))
            .map(|rest| {
                rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
                    .next()
                    .unwrap_or_default()
            })
        {
            if !imported.is_empty() && !allowed.contains(&imported) {
                wrong.push(format!("{} imports {imported}", inside.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_small() {
    let long: Vec<String> = sources()
        .into_iter()
        .filter(|(path, _)| !is_test(path))
        .map(|(path, text)| (path, without_tests(&text).lines().count()))
        .filter(|(_, lines)| *lines > MAX_LINES)
        .map(|(path, lines)| format!("{} has {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn every_file_says_what_it_answers() {
    let silent: Vec<String> = sources()
        .into_iter()
        .filter(|(path, text)| !is_test(path) && !text.starts_with("//!"))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(
        silent.is_empty(),
        "no module documentation: {}",
        silent.join(", ")
    );
}

#[test]
fn nothing_granted_is_called_unused_in_words_for_people() {
    let said: Vec<String> = sources()
        .into_iter()
        .flat_map(|(path, text)| {
            let lines: Vec<String> = text
                .lines()
                .filter(|line| {
                    line.contains("unused")
                        && !line.contains("unused-service")
                        && !line.contains("unused-action")
                })
                .map(|line| format!("{}: {}", path.display(), line.trim()))
                .collect();
            lines
        })
        .collect();
    assert!(
        said.is_empty(),
        "say \"not observed\":\n{}",
        said.join("\n")
    );
}
