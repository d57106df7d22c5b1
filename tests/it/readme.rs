//! What the README shows is what the program prints, and what it names is there.

use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The fenced blocks of a language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let opened = text.split(&fence).skip(1);
    opened
        .map(|rest| rest.split("```").next().unwrap_or_default().to_owned())
        .collect()
}

/// The first commands, on the shop's template: red, why, and green once it is mended.
#[test]
fn the_first_commands_print_what_is_shown() {
    let shown = blocks(&read("README.md"), "text");
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
    assert!(told.starts_with(&shown[2]), "{told}");
}

/// The walk-through on a copy of the example's policy file: red, edited, green.
#[test]
fn the_walk_through_goes_from_red_to_green() {
    let readme = read("README.md");
    let texts = blocks(&readme, "text");
    let (green, diff) = (&texts[3], &blocks(&readme, "diff")[0]);
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
    ]
    .iter()
    .map(|name| read(&format!("tests/snapshots/{name}.txt")))
    .collect();
    let mut commands = Vec::new();
    for block in blocks(&read("README.md"), "sh") {
        let joined = block.replace("\\\n", " ");
        let ours = joined
            .lines()
            .filter(|line| line.contains("aws-least-privilege ") || line.contains("cargo run"))
            .map(str::to_owned);
        commands.extend(ours);
    }
    assert!(commands.len() >= 4, "commands are shown: {commands:?}");
    for command in commands {
        let flags = command
            .split_whitespace()
            .filter(|word| word.starts_with("--") && *word != "--" && *word != "--release");
        for flag in flags {
            assert!(help.contains(flag), "`{command}`: no help names {flag}");
        }
    }
}

#[test]
fn every_file_and_heading_that_is_linked_is_there() {
    let readme = read("README.md");
    let links = readme
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let inside: Vec<&str> = links.filter(|link| !link.starts_with("http")).collect();
    assert!(inside.len() >= 4, "files are linked: {inside:?}");
    let headings: Vec<String> = readme
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            line.trim_start_matches(['#', ' '])
                .to_lowercase()
                .replace(' ', "-")
        })
        .collect();
    for link in inside {
        let is_there = match link.strip_prefix('#') {
            Some(anchor) => headings.iter().any(|heading| heading == anchor),
            None => Path::new(env!("CARGO_MANIFEST_DIR")).join(link).is_file(),
        };
        assert!(is_there, "{link}");
    }
}

#[test]
fn the_permissions_that_are_listed_are_those_that_are_asked_for() {
    let policies = blocks(&read("README.md"), "json");
    let policy = policies
        .iter()
        .find(|policy| policy.contains("xray:BatchGetTraces"))
        .expect("the policy is shown");
    let policy: serde_json::Value = serde_json::from_str(policy).expect("a policy");
    let actions = policy["Statement"][0]["Action"]
        .as_array()
        .expect("actions");
    let mut listed: Vec<&str> = actions
        .iter()
        .filter_map(serde_json::Value::as_str)
        .collect();
    let mut asked: Vec<&str> = crate::live::ACTIONS.to_vec();
    asked.extend(crate::live::OTHERS_ACTIONS);
    asked.extend(["lambda:GetFunctionConfiguration", "xray:BatchGetTraces"]);
    asked.extend(["xray:GetTraceSegmentDestination", "xray:GetTraceSummaries"]);
    asked.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, asked);
    // What is offered to be pasted where a permission is missing is the same.
    assert_eq!(aws_least_privilege::aws::rights::ACTIONS, listed);
}
