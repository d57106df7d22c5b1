//! Every folder of `tests/pairs` compared by the real program, in both directions. A folder has two policies, what is
//! expected of them, and a sentence that says why.

#![expect(
    clippy::disallowed_methods,
    reason = "a pair is files, and an update is asked for by the environment"
)]

use crate::program;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pairs");
    let entries = fs::read_dir(root).expect("the pairs are there");
    let mut folders: Vec<PathBuf> = entries
        .map(|entry| entry.expect("it is readable").path())
        .collect();
    folders.sort();
    folders
}

/// What the program says of two files, and its exit code.
fn compared(folder: &Path, one: &str, other: &str) -> (Value, Option<i32>) {
    let path = |name: &str| folder.join(name).display().to_string();
    let arguments = ["compare", &path(one), &path(other), "--format", "json"].map(str::to_owned);
    let ran = program::command(&arguments)
        .output()
        .expect("the program runs");
    let said = String::from_utf8(ran.stdout).expect("it prints UTF-8");
    let said = serde_json::from_str(&said).unwrap_or_else(|error| {
        panic!(
            "{}: {error}: {}",
            folder.display(),
            String::from_utf8_lossy(&ran.stderr)
        )
    });
    (said, ran.status.code())
}

/// Statements without the places that they came from.
fn statements(said: &Value, side: &str) -> Value {
    let without_places = |statement: &Value| {
        let fields = statement.as_object().into_iter().flatten();
        let fields = fields.filter(|(name, _)| *name != "origins" && *name != "denied_by");
        Value::Object(
            fields
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect::<Map<_, _>>(),
        )
    };
    said[side]
        .as_array()
        .expect("it is a list")
        .iter()
        .map(without_places)
        .collect()
}

fn exit_of(relation: &str) -> i32 {
    match relation {
        "equivalent" | "narrower" => 0,
        "broader" | "incomparable" => 3,
        "undecided" => 4,
        other => panic!("`{other}` is no relation"),
    }
}

#[test]
fn pairs_relate_as_expected_in_both_directions() {
    let mut wrong = Vec::new();
    let folders = folders();
    assert!(folders.len() >= 40, "only {} pairs", folders.len());
    for folder in folders {
        let (forth, code) = compared(&folder, "a.json", "b.json");
        let (back, back_code) = compared(&folder, "b.json", "a.json");
        let got = json!({
            "relation": forth["relation"],
            "reverse": back["relation"],
            "only_a": statements(&forth, "only_a"),
            "only_b": statements(&forth, "only_b"),
        });
        let path = folder.join("expected.json");
        let text = fs::read_to_string(&path).expect("the expectation is there");
        let expected: Value = serde_json::from_str(&text).expect("the expectation is JSON");
        if (&expected["relation"], &expected["reverse"]) != (&got["relation"], &got["reverse"]) {
            wrong.push(format!(
                "{}: {} / {}",
                folder.display(),
                got["relation"],
                got["reverse"]
            ));
        } else if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            // What is told of a difference may be rewritten; which relation holds is for a person to say.
            let text = serde_json::to_string_pretty(&got).expect("it is JSON");
            fs::write(&path, text + "\n").expect("the expectation can be written");
        } else if expected != got {
            wrong.push(format!(
                "{}: {got:#} (UPDATE_SNAPSHOTS=1 rewrites it)",
                folder.display()
            ));
        }
        for (relation, code) in [(&forth["relation"], code), (&back["relation"], back_code)] {
            assert_eq!(
                code,
                Some(exit_of(relation.as_str().unwrap_or_default())),
                "{}",
                folder.display()
            );
        }
        let reason = fs::read_to_string(folder.join("reason")).expect("the reason is there");
        assert!(
            reason.trim_end().ends_with('.'),
            "{}: a reason is a sentence",
            folder.display()
        );
        assert_eq!(
            statements(&back, "only_b"),
            got["only_a"],
            "{}",
            folder.display()
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Wherever something is told, it is told where it is written.
#[test]
fn every_difference_has_a_place() {
    for folder in folders() {
        let (said, _) = compared(&folder, "a.json", "b.json");
        for (side, file) in [("only_a", "a.json"), ("only_b", "b.json")] {
            for statement in said[side].as_array().expect("it is a list") {
                let origins = statement["origins"].as_array().expect("it has places");
                assert!(!origins.is_empty(), "{}", folder.display());
                for origin in origins {
                    let policy = origin["policy"].as_str().expect("it names a file");
                    assert!(policy.ends_with(file), "{policy}");
                    let line = usize::try_from(origin["line"].as_u64().expect("it has a line"))
                        .expect("it fits");
                    let text = fs::read_to_string(policy).expect("the file is there");
                    let written = text.lines().nth(line - 1).expect("the line is there");
                    assert!(
                        written.trim_start().starts_with('{'),
                        "{policy}:{line}: {written}"
                    );
                }
            }
        }
    }
}

#[test]
fn every_answer_occurs() {
    let relations: BTreeSet<String> = folders()
        .iter()
        .map(|folder| compared(folder, "a.json", "b.json").0["relation"].to_string())
        .collect();
    assert_eq!(relations.len(), 5, "{relations:?}");
}

#[test]
fn a_policy_that_does_not_parse_ends_in_two() {
    let (pair, missing) = ("tests/pairs/deny-all/a.json", "tests/pairs/nowhere.json");
    for arguments in [["compare", pair, "Cargo.toml"], ["compare", missing, pair]] {
        let ran = program::command(&arguments)
            .output()
            .expect("the program runs");
        assert_eq!(ran.status.code(), Some(2), "{arguments:?}");
        assert!(ran.stdout.is_empty());
    }
}

#[test]
fn a_person_is_told_what_and_where() {
    let folder = "tests/pairs/deny-by-the-other-alone";
    let (one, other) = (format!("{folder}/a.json"), format!("{folder}/b.json"));
    let arguments = ["compare", one.as_str(), other.as_str()];
    let ran = program::command(&arguments)
        .output()
        .expect("the program runs");
    let said = String::from_utf8(ran.stdout).expect("it prints UTF-8");
    let expected = format!(
        "BROADER  {one} grants what {other} does not
only in {one}:
  s3:Delete* on arn:aws:s3:::b/keep/*
      {one}:4, denied by {other}:9
"
    );
    assert_eq!(said, expected);
}
