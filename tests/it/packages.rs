//! What a package brings beside the program: completions and the manual, and what is in the package itself.

use crate::program;
use crate::snapshots::COMMANDS;
use std::fs;
use std::path::Path;
use std::process::Command;

fn printed(arguments: &[&str]) -> String {
    let ran = program::command(arguments).output().expect("it runs");
    assert!(ran.status.success(), "{arguments:?}");
    String::from_utf8(ran.stdout).expect("it prints UTF-8")
}

/// What a shell prints that reads a script from a file.
fn shell(name: &str, script: &Path) -> String {
    let ran = Command::new(name)
        .arg(script)
        .output()
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    String::from_utf8(ran.stdout).expect("UTF-8")
}

/// Bash completes as it does at a prompt: the words so far, and what the function that the script registers makes of them.
const ASK: &str = r#"
ask() {
    COMP_WORDS=(aws-least-privilege "$@") COMP_CWORD=$# COMPREPLY=()
    local registered
    registered=$(complete -p aws-least-privilege)
    registered=${registered#*-F }
    "${registered%% *}" aws-least-privilege "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
    echo "$*: ${COMPREPLY[*]}"
}
"#;

#[test]
fn bash_completes_commands_and_the_flags_of_each() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("ask.bash");
    let mut asked = printed(&["completions", "bash"]) + ASK;
    asked.push_str("ask ga\nask gate --fail-on \"\"\n");
    for command in COMMANDS {
        asked = asked + "ask " + command + " --\n";
    }
    fs::write(&script, asked).expect("it can be written");
    let answers = shell("bash", &script);
    let mut answers = answers.lines();
    assert_eq!(answers.next(), Some("ga: gate"));
    assert_eq!(
        answers.next(),
        Some("gate --fail-on : low medium high critical none")
    );
    for command in COMMANDS {
        let answer = answers.next().expect("an answer for each");
        assert!(answer.contains("--help"), "{command}: {answer}");
        let flags = answer.split_whitespace().skip(2);
        let help = printed(&[command, "--help"]);
        for flag in flags {
            assert!(help.contains(flag), "{command} has no {flag}");
        }
    }
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let manual = folder.path().join("man1");
    printed(&["man", manual.to_str().expect("UTF-8")]);
    let whole = fs::read_to_string(manual.join("aws-least-privilege.1")).expect("the first page");
    assert!(whole.starts_with(".ie"), "a page of roff: {whole:.20}");
    for command in COMMANDS {
        let page = manual.join(format!("aws-least-privilege-{command}.1"));
        let text = fs::read_to_string(&page).unwrap_or_else(|error| panic!("{command}: {error}"));
        assert!(text.contains(".SH SYNOPSIS"), "{command}");
    }
}

#[test]
fn the_package_has_what_it_is_built_and_explained_by_and_no_more() {
    let listed = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(listed.status.success());
    let listed = String::from_utf8(listed.stdout).expect("UTF-8");
    let has = |path: &str| listed.lines().any(|line| line == path);
    for path in [
        "src/main.rs",
        "data/catalogue.bin",
        "data/THIRD_PARTY_NOTICES.md",
        "examples/shop/template.yaml",
        "README.md",
        "LICENSE",
    ] {
        assert!(has(path), "{path}");
    }
    for folder in ["tests/", "benches/", "fuzz/", ".github/", "data/overrides/"] {
        let within = listed.lines().find(|line| line.starts_with(folder));
        assert_eq!(within, None);
    }
    // What the crates' registry takes is 10 MB compressed; this is before compression.
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sizes = listed
        .lines()
        .filter_map(|line| fs::metadata(root.join(line)).ok())
        .map(|file| file.len());
    let size: u64 = sizes.sum();
    assert!(size < 8_000_000, "{size} bytes");
}
