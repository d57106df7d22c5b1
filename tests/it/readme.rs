//! What the README shows, and the pages that it begins, is what the program prints: from red to green. `docs` has what holds for
//! every page.

use crate::docs::{blocks, pages, read};
use std::fs;
use std::path::Path;

/// The first commands, on the shop's template: red, why, and green once it is mended.
#[test]
fn the_first_commands_print_what_is_shown() {
    let pages = ["README.md", "docs/report.md", "docs/fix.md"];
    let shown = pages.map(|page| blocks(&read(page), "text")).concat();
    assert_eq!(shown.len(), 4, "a report, why, and two that are green");
    let run = |arguments: &[&str]| {
        let of_shop = ["--traces", "examples/shop/traces", "--policy-file"];
        let (last, first) = arguments.split_last().expect("there are arguments");
        let arguments = [first, &of_shop, &[*last]].concat();
        let mut command = crate::program::command(&arguments);
        let ran = command.current_dir(env!("CARGO_MANIFEST_DIR")).output();
        let ran = ran.expect("the program runs");
        let told = String::from_utf8(ran.stdout).expect("it prints UTF-8");
        (ran.status.code(), told)
    };
    let (code, told) = run(&["gate", "examples/shop/template.yaml"]);
    assert_eq!(code, Some(3), "{told}");
    assert!(told.starts_with(&shown[0]), "{told}");
    assert!(shown[0].lines().count() > 10);
    let (code, told) = run(&["explain", "refunds", "s3:*", "examples/shop/template.yaml"]);
    assert_eq!(code, Some(0), "{told}");
    assert_eq!(told, shown[1]);
    let (code, told) = run(&["gate", "examples/shop/template.fixed.yaml"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.starts_with(&shown[3]), "{told}");
}

/// The walk-through on a copy of the example's policy file: red, edited, green.
#[test]
fn the_walk_through_goes_from_red_to_green() {
    let (green, diff) = (
        &blocks(&read("docs/fix.md"), "text")[0],
        &blocks(&read("docs/fix.md"), "diff")[0],
    );
    let work = tempfile::tempdir().expect("a folder to work in");
    let policy = work.path().join("examples/shop/shop-role.json");
    fs::create_dir_all(work.path().join("examples/shop")).expect("it can be made");
    fs::write(&policy, read("examples/shop/shop-role.json")).expect("it can be written");
    let traces = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shop/traces");
    let traces = traces.to_string_lossy();
    let gate = |more: &[&str]| {
        let mut arguments = vec!["gate", "--traces", &traces];
        arguments.extend(["--policy-file", "examples/shop/shop-role.json"]);
        for function in ["checkout", "refunds", "notify"] {
            arguments.extend(["--function", function]);
        }
        arguments.extend(more);
        let mut command = crate::program::command(&arguments);
        let ran = command.current_dir(work.path()).output();
        let ran = ran.expect("the program runs");
        let told = String::from_utf8(ran.stdout).expect("it prints UTF-8");
        (ran.status.code(), told)
    };
    let (code, told) = gate(&["--write"]);
    assert_eq!(code, Some(3), "{told}");
    assert!(diff.lines().count() > 10);
    assert!(told.contains(diff.as_str()), "{told}");
    let (code, told) = gate(&[]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.starts_with(green.as_str()), "{told}");
    assert!(!told.contains("Suggested"), "{told}");
    let edited = fs::read_to_string(&policy).expect("it is text");
    let added = diff.lines().filter_map(|line| line.strip_prefix('+'));
    for line in added.filter(|line| !line.starts_with("++")) {
        assert!(edited.contains(line), "{line}");
    }
}

#[test]
fn every_flag_that_is_named_exists() {
    let help: String = [
        "help-gate",
        "help-baseline",
        "help-scan",
        "help-whitelist",
        "help-schema",
        "help-check",
        "help-compare",
        "help-explain",
        "help-grants",
        "help-completions",
    ]
    .iter()
    .map(|name| read(&format!("tests/snapshots/{name}.txt")))
    .collect();
    let mut commands = Vec::new();
    for block in pages().iter().flat_map(|page| blocks(&read(page), "sh")) {
        let joined = block.replace("\\\n", " ");
        let ours = joined
            .lines()
            .filter(|line| line.contains("aws-least-privilege ") || line.contains("cargo run"))
            .map(str::to_owned);
        commands.extend(ours);
    }
    assert!(commands.len() >= 40, "commands are shown: {commands:?}");
    for command in commands {
        let flags = command.split_whitespace().filter(|word| {
            let of_cargo = ["--", "--release", "--version", "--no-default-features"];
            word.starts_with("--") && !of_cargo.contains(word)
        });
        for flag in flags {
            assert!(help.contains(flag), "`{command}`: no help names {flag}");
        }
    }
}
