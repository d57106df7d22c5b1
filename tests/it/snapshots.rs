//! What the program prints, kept as files: `UPDATE_SNAPSHOTS=1 cargo test --test it snapshots` rewrites them.

#![expect(
    clippy::disallowed_methods,
    reason = "a snapshot is a file, and an update is asked for by the environment"
)]

use crate::program;
use std::fs;
use std::path::{Path, PathBuf};

/// The commands whose help is kept.
pub(crate) const COMMANDS: [&str; 11] = [
    "gate",
    "explain",
    "doctor",
    "baseline",
    "scan",
    "check",
    "compare",
    "grants",
    "whitelist",
    "schema",
    "completions",
];

struct Printed {
    stdout: String,
    stderr: String,
    code: Option<i32>,
}

fn printed(arguments: &[&str], environment: &[(&str, &str)]) -> Printed {
    let mut command = program::command(arguments);
    let ran = command
        .envs(environment.iter().copied())
        .output()
        .expect("the program runs");
    Printed {
        stdout: String::from_utf8(ran.stdout).expect("it prints UTF-8"),
        stderr: String::from_utf8(ran.stderr).expect("it prints UTF-8"),
        code: ran.status.code(),
    }
}

fn snapshot(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/snapshots")
        .join(name)
}

/// Fails where the text is not that of the snapshot, naming the first line that differs.
pub(crate) fn assert_is_snapshot(name: &str, text: &str) {
    assert_is_snapshot_at(&snapshot(name), text);
}

/// The same for a snapshot that lies elsewhere.
pub(crate) fn assert_is_snapshot_at(path: &Path, text: &str) {
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(path, text).expect("the snapshot can be written");
    }
    let kept = fs::read_to_string(path).unwrap_or_else(|error| {
        panic!("{}: {error}; UPDATE_SNAPSHOTS=1 writes it", path.display())
    });
    if kept == text {
        return;
    }
    let first = kept
        .lines()
        .zip(text.lines())
        .position(|(kept, got)| kept != got);
    let first = first.unwrap_or_else(|| kept.lines().count().min(text.lines().count()));
    let line = |text: &str| text.lines().nth(first).unwrap_or("(the end)").to_owned();
    panic!(
        "{} differs from line {} on (UPDATE_SNAPSHOTS=1 rewrites it)\n  kept {}\n  got  {}",
        path.display(),
        first + 1,
        line(&kept),
        line(text)
    );
}

fn shop(policy: &str) -> Vec<&str> {
    [vec!["gate"], program::shop(policy)].concat()
}

#[test]
fn the_example_fails_as_it_is() {
    let gate = printed(&shop("examples/shop/shop-role.json"), &[]);
    assert_is_snapshot("gate-shop.txt", &gate.stdout);
    assert_eq!(gate.code, Some(3), "{}", gate.stderr);
}

#[test]
fn the_example_passes_when_it_is_fixed() {
    let gate = printed(&shop("examples/shop/shop-role.fixed.json"), &[]);
    assert_is_snapshot("gate-shop-fixed.txt", &gate.stdout);
    assert_eq!(gate.code, Some(0), "{}", gate.stderr);
}

#[test]
fn the_function_with_its_own_role_passes() {
    let arguments = [
        "gate",
        "--traces",
        "examples/shop/traces",
        "--policy-file",
        "examples/shop/{function}.json",
        "--function",
        "report",
    ];
    let gate = printed(&arguments, &[]);
    assert_is_snapshot("gate-shop-report.txt", &gate.stdout);
    assert_eq!(gate.code, Some(0), "{}", gate.stderr);
}

#[test]
fn the_example_is_explained() {
    let explain = |more: &[&str]| {
        let mut arguments = shop("examples/shop/shop-role.json");
        arguments.splice(0..1, ["explain"].iter().chain(more).copied());
        printed(&arguments, &[]).stdout
    };
    assert_is_snapshot("explain-shop.txt", &explain(&[]));
    assert_is_snapshot(
        "explain-shop-refunds-s3.txt",
        &explain(&["refunds", "s3:*"]),
    );
}

#[test]
fn the_json_report_of_the_example() {
    let mut arguments = shop("examples/shop/shop-role.json");
    arguments.extend(["--format", "json"]);
    assert_is_snapshot("gate-shop.json", &printed(&arguments, &[]).stdout);
}

#[test]
fn the_markdown_report_of_the_example() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("summary.md");
    let mut arguments = shop("examples/shop/shop-role.json");
    let path = file.to_str().expect("the path is text");
    arguments.extend(["--format", "markdown", "--markdown-file", path]);
    let gate = printed(&arguments, &[]);
    assert_is_snapshot("gate-shop.md", &gate.stdout);
    let written = fs::read_to_string(&file).expect("the file is written");
    assert_eq!(written, gate.stdout);
}

#[test]
fn every_command_has_a_help() {
    let help = printed(&["--help"], &[]);
    assert_is_snapshot("help.txt", &help.stdout);
    for command in COMMANDS {
        assert!(
            help.stdout.contains(&format!("  {command} ")),
            "--help lists {command}"
        );
        let help = printed(&[command, "--help"], &[]);
        assert_is_snapshot(&format!("help-{command}.txt"), &help.stdout);
        assert_eq!(help.code, Some(0), "{}", help.stderr);
    }
    let listed = help
        .stdout
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1);
    let listed = listed
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  "));
    // What follows a line that is too long is indented further.
    let names = listed
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next());
    let kept: Vec<&str> = names.filter(|command| *command != "help").collect();
    assert_eq!(
        kept, COMMANDS,
        "every command that --help lists has its snapshot"
    );
}

#[test]
fn pipes_get_no_colour() {
    let arguments = shop("examples/shop/shop-role.json");
    let environments: [&[(&str, &str)]; 4] = [
        &[],
        &[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")],
        &[("NO_COLOR", "1"), ("CLICOLOR", "1"), ("TERM", "xterm")],
        &[("TERM", "dumb")],
    ];
    for environment in environments {
        let gate = printed(&arguments, environment);
        assert!(
            !gate.stdout.contains('\u{1b}'),
            "stdout with {environment:?}"
        );
        assert!(
            !gate.stderr.contains('\u{1b}'),
            "stderr with {environment:?}"
        );
    }
    let wrong = printed(
        &["gate", "--fail-on", "worst"],
        &[("TERM", "xterm-256color")],
    );
    assert!(
        !wrong.stderr.is_empty() && !wrong.stderr.contains('\u{1b}'),
        "{}",
        wrong.stderr
    );
}

#[test]
fn whoever_asks_for_colour_gets_it() {
    let gate = printed(
        &shop("examples/shop/shop-role.json"),
        &[("CLICOLOR_FORCE", "1")],
    );
    assert!(
        gate.stdout.contains("\u{1b}["),
        "the text is styled, so that its absence elsewhere says something"
    );
}
