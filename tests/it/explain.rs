//! `explain` by saved traces and policy files: what each granted element is said to be, held against the gate's own report.

use crate::program;
use serde_json::Value;
use std::collections::BTreeSet;

fn run(arguments: &[&str]) -> (Value, Option<i32>, String) {
    let ran =
        program::command(&[arguments, &program::shop("examples/shop/shop-role.json")].concat())
            .output()
            .expect("the program runs");
    (
        serde_json::from_slice(&ran.stdout).unwrap_or(Value::Null),
        ran.status.code(),
        String::from_utf8_lossy(&ran.stderr).into_owned(),
    )
}

fn list<'v>(value: &'v Value, name: &str) -> &'v Vec<Value> {
    value[name]
        .as_array()
        .unwrap_or_else(|| panic!("{name} is a list in {value:#}"))
}

#[test]
fn each_granted_element_stands_once_for_each_finding_of_the_gate() {
    let (gate, _, _) = run(&["gate", "--format", "json"]);
    let (explained, code, _) = run(&["explain", "--format", "json"]);
    assert_eq!(code, Some(0));
    let (gate, explained) = (&gate["roles"][0], &explained["roles"][0]);
    let places = |found: &Value| -> Vec<(u64, u64)> {
        list(found, "origins")
            .iter()
            .map(|origin| {
                (
                    origin["statement"].as_u64().unwrap(),
                    origin["line"].as_u64().unwrap(),
                )
            })
            .collect()
    };
    let told = |state: &str| -> BTreeSet<(u64, u64)> {
        list(explained, "granted")
            .iter()
            .filter(|element| {
                list(element, "standing")
                    .iter()
                    .any(|standing| standing["state"] == state)
            })
            .map(|element| {
                let origin = &element["origin"];
                (
                    origin["statement"].as_u64().unwrap(),
                    origin["line"].as_u64().unwrap(),
                )
            })
            .collect()
    };
    for (name, state) in [("excess", "excess"), ("dead", "dead")] {
        let found: BTreeSet<(u64, u64)> = list(gate, name).iter().flat_map(places).collect();
        assert!(!found.is_empty());
        assert_eq!(told(state), found, "{name}");
    }
    // Elements of which there is no finding at all, and only those, are needed.
    let found: BTreeSet<(u64, u64)> = ["excess", "undecided", "dead"]
        .iter()
        .flat_map(|state| told(state))
        .collect();
    let justified = told("justified");
    assert_eq!(justified.len(), 3, "{justified:?}");
    assert!(justified.is_disjoint(&found));
    assert_eq!(list(explained, "needed").len(), list(gate, "needed").len());
}

#[test]
fn a_function_is_told_what_it_needs_itself() {
    let (explained, _, _) = run(&["explain", "refunds", "--format", "json"]);
    assert_eq!(
        explained["function"],
        "arn:aws:lambda:eu-west-1:111122223333:function:refunds"
    );
    let needed = list(&explained["roles"][0], "needed");
    let split = list(&explained["roles"][0], "split");
    let own = split
        .iter()
        .find(|share| share["function"] == explained["function"])
        .unwrap();
    assert_eq!(own["permissions"].as_u64(), Some(needed.len() as u64));
    assert_eq!(list(own, "needed").len(), needed.len());
    for need in needed {
        assert!(
            list(need, "functions").contains(&explained["function"]),
            "{need:#}"
        );
        assert!(!list(need, "example_traces").is_empty());
    }
    let (whole, _, _) = run(&["explain", "--format", "json"]);
    assert!(list(&whole["roles"][0], "needed").len() > needed.len());
}

#[test]
fn an_action_narrows_what_is_told() {
    for arguments in [
        &["explain", "s3:Get*", "--format", "json"][..],
        &["explain", "shop-role.json", "s3:Get*", "--format", "json"],
        &[
            "explain",
            "examples/shop/shop-role.json",
            "S3:get*",
            "--format",
            "json",
        ],
    ] {
        let (explained, code, stderr) = run(arguments);
        assert_eq!(code, Some(0), "{stderr}");
        let role = &explained["roles"][0];
        let actions: Vec<&str> = list(role, "granted")
            .iter()
            .filter_map(|element| element["action"].as_str())
            .collect();
        assert_eq!(actions, ["s3:Get*"], "{arguments:?}");
        assert!(
            list(role, "needed")
                .iter()
                .all(|need| need["action"] == "s3:GetObject")
        );
        assert_eq!(list(role, "needed").len(), 2);
    }
}

#[test]
fn an_unknown_name_is_an_error_with_what_was_perhaps_meant() {
    let (_, code, stderr) = run(&["explain", "refnds"]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains("did you mean `refunds`?"), "{stderr}");
}

#[test]
fn the_baseline_command_that_a_first_run_ends_with_works_as_it_is_told() {
    let (gate, _, _) = run(&["gate", "--format", "json"]);
    let next = list(&gate, "next");
    let advice = next
        .iter()
        .find(|advice| advice["lacking"] == "baseline")
        .expect("it is told");
    let command = advice["command"].as_str().expect("a command");
    let mut words: Vec<&str> = command.split(' ').skip(1).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("baseline.json");
    words.extend(["--baseline", file.to_str().expect("the path is text")]);
    let ran = program::command(&words).output().expect("the program runs");
    assert!(
        ran.status.success(),
        "{command}: {}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let held = [
        "gate",
        "--format",
        "json",
        "--scope",
        "new",
        "--baseline",
        file.to_str().expect("text"),
    ];
    let (gate, code, stderr) = run(&held);
    assert_eq!(
        (code, &gate["verdict"]),
        (Some(0), &"pass".into()),
        "{stderr}"
    );
    // What is configured is a decision that needs no advice.
    assert_eq!(gate["next"], Value::Array(Vec::new()));
}
