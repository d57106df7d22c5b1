//! The 60 cases of IAM's semantics that comparison tools get wrong: each has a test that names it by its number.
//!
//! A test names a case as `case_10_...`, `case_28_and_29_...` or `cases_25_46_and_47_...`; a file of `tests/cases-check` as
//! `case-10-...`; a folder of `tests/cases` in its sentence, which begins with `Case 10:`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const CASES: u32 = 60;

/// Every file below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The numbers at the start of a name: 28 and 29 of `28_and_29_longer_arns`.
fn numbers(name: &str) -> Vec<u32> {
    name.split(['_', '-'])
        .filter(|word| *word != "and")
        .map_while(|word| word.parse().ok())
        .collect()
}

/// The numbers of cases that tests in this source name.
fn of_source(text: &str) -> Vec<u32> {
    let lines = text.lines().map(str::trim_start);
    let mut found = Vec::new();
    let mut is_test = false;
    for line in lines {
        is_test |= line == "#[test]";
        let name = line
            .strip_prefix("fn case_")
            .or_else(|| line.strip_prefix("fn cases_"));
        if let Some(name) = name.filter(|_| is_test) {
            found.extend(numbers(name));
        }
        if line.starts_with("fn ") {
            is_test = false;
        }
    }
    found
}

#[test]
fn each_of_the_60_cases_has_a_test_that_names_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut named = BTreeSet::new();
    for folder in ["src", "tests"] {
        let mut all = Vec::new();
        files(&root.join(folder), &mut all);
        for path in all {
            let name = path.file_name().and_then(|name| name.to_str());
            let name = name.unwrap_or_default();
            let text = || fs::read_to_string(&path).expect("it is text");
            if path.extension().is_some_and(|extension| extension == "rs") {
                named.extend(of_source(&text()));
            } else if path.starts_with(root.join("tests/cases-check")) {
                named.extend(name.strip_prefix("case-").map(numbers).unwrap_or_default());
            } else if name == "expected.json" && path.starts_with(root.join("tests/cases")) {
                let text = text();
                let sentence = text.split_once("\"name\": \"Case ");
                let number = sentence.and_then(|(_, rest)| rest.split(':').next());
                named.extend(number.and_then(|number| number.parse::<u32>().ok()));
            }
        }
    }
    let missing: Vec<u32> = (1..=CASES)
        .filter(|number| !named.contains(number))
        .collect();
    assert!(missing.is_empty(), "no test names the cases {missing:?}");
    let beyond: Vec<u32> = named.into_iter().filter(|number| *number > CASES).collect();
    assert!(beyond.is_empty(), "there are no cases {beyond:?}");
}

#[test]
fn names_are_read_as_they_are_written() {
    let source = "#[test]\nfn case_28_and_29_longer() {}\n#[test]\nfn cases_21_22_and_49_x() {}\nfn case_7_is_no_test() {}";
    assert_eq!(of_source(source), [28, 29, 21, 22, 49]);
    assert_eq!(numbers("08-actions-joined.json"), [8]);
}
