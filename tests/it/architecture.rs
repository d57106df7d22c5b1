//! The shape of the source, held by tests: who may import whom, how long a file may be, what must not be said.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Non-test lines that a file may have.
const MAX_LINES: usize = 500;

/// Every room of the source, in the order of the story, and the rooms that it imports: none that comes after it, so that there is
/// no circle.
const ROOMS: &[(&str, &[&str])] = &[
    ("account", &[]),
    ("files", &[]),
    ("github", &[]),
    ("partition", &[]),
    ("yaml", &[]),
    ("iam", &["account", "partition", "yaml"]),
    ("shell", &[]),
    ("xray", &["account", "partition"]),
    ("catalog", &["account", "iam", "partition", "xray"]),
    ("lambda", &["account", "iam"]),
    ("aws", &["iam", "lambda"]),
    ("review", &["catalog", "iam"]),
    ("whitelist", &["catalog", "xray"]),
    (
        "evidence",
        &["account", "aws", "files", "iam", "partition", "xray"],
    ),
    ("template", &["iam", "lambda", "partition", "yaml"]),
    (
        "granted",
        &["aws", "files", "iam", "lambda", "template", "yaml"],
    ),
    ("usage", &["catalog", "evidence", "iam", "xray"]),
    (
        "doctor",
        &["aws", "catalog", "iam", "shell", "usage", "whitelist"],
    ),
    ("needed", &["catalog", "evidence", "iam", "lambda", "usage"]),
    ("compare", &["account", "catalog", "iam", "needed", "usage"]),
    (
        "roles",
        &[
            "aws", "catalog", "evidence", "files", "granted", "iam", "lambda", "needed",
            "template", "usage",
        ],
    ),
    (
        "settings",
        &[
            "catalog",
            "compare",
            "files",
            "iam",
            "shell",
            "whitelist",
            "yaml",
        ],
    ),
    (
        "judge",
        &[
            "catalog", "compare", "evidence", "files", "granted", "iam", "needed", "roles",
            "settings", "template", "usage",
        ],
    ),
    (
        "scan",
        &["catalog", "evidence", "iam", "needed", "roles", "usage"],
    ),
    ("exit", &["judge"]),
    (
        "suggest",
        &[
            "account", "catalog", "compare", "granted", "iam", "judge", "needed", "roles",
            "template", "yaml",
        ],
    ),
    (
        "report",
        &[
            "catalog", "compare", "doctor", "evidence", "exit", "iam", "judge", "needed", "roles",
            "settings", "shell", "suggest", "template", "usage",
        ],
    ),
    (
        "advice",
        &[
            "catalog", "doctor", "evidence", "judge", "report", "roles", "usage",
        ],
    ),
    ("deliver", &["files", "github", "report"]),
    (
        "run",
        &[
            "advice",
            "aws",
            "catalog",
            "compare",
            "deliver",
            "doctor",
            "evidence",
            "exit",
            "files",
            "github",
            "granted",
            "iam",
            "judge",
            "lambda",
            "report",
            "review",
            "roles",
            "scan",
            "settings",
            "shell",
            "suggest",
            "template",
            "usage",
            "whitelist",
            "yaml",
        ],
    ),
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

/// The room that a file is in: a folder or a file right below `src`; `main.rs` and `lib.rs` are the doors and no rooms.
fn room(path: &Path) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let first = path.strip_prefix(root).ok()?.components().next()?;
    let name = first.as_os_str().to_string_lossy().into_owned();
    let name = name.strip_suffix(".rs").unwrap_or(&name).to_owned();
    (name != "main" && name != "lib").then_some(name)
}

/// The rooms that each room imports.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, text) in sources() {
        let Some(room) = room(&path).filter(|_| !is_test(&path)) else {
            continue;
        };
        let lines = without_tests(&text).lines();
        let code = lines.filter(|line| !line.trim_start().starts_with("//"));
        let named = code.flat_map(|line| line.split("crate::").skip(1));
        let named = named.map(|rest| {
            let mut words = rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            words.next().unwrap_or_default().to_owned()
        });
        let others = named.filter(|name| !name.is_empty() && *name != room);
        let others: BTreeSet<String> = others.collect();
        imports.entry(room).or_default().extend(others);
    }
    imports
}

#[test]
fn rooms_import_what_is_listed_and_no_more() {
    let listed: BTreeMap<String, BTreeSet<String>> = ROOMS
        .iter()
        .map(|(room, others)| {
            let others = others.iter().map(|other| (*other).to_owned());
            ((*room).to_owned(), others.collect())
        })
        .collect();
    assert_eq!(
        imports(),
        listed,
        "the list in this file is not what the source imports"
    );
}

#[test]
fn no_room_imports_one_that_comes_after_it() {
    let mut before: BTreeSet<&str> = BTreeSet::new();
    for (room, others) in ROOMS {
        for other in *others {
            assert!(
                before.contains(other),
                "{room} imports {other}, which is not before it: a circle, or the list is out of order"
            );
        }
        before.insert(room);
    }
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
