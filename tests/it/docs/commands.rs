//! The commands of a page, one after the other in a folder that has the examples, as somebody runs them who reads the page.

use super::page::{Fence, fences, pages, project, read};
use crate::script;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;

/// What a command may need that is not here.
const ELSEWHERE: [&str; 7] = [
    "AWS",
    "Git",
    "GitHub",
    "a container engine",
    "an installation",
    "the tests",
    "your app",
];

/// The command that runs all of this, which would run itself.
const THE_TESTS: &str = "cargo test\n";

/// `cargo run -- ...` is the program that is here already, with or without the feature that asks AWS.
const CARGO: &str = "#!/bin/sh
[ \"$1\" = run ] || exit 64
shift
[ \"$1\" != --no-default-features ] || shift
[ \"$1\" = -- ] || exit 64
shift
exec aws-least-privilege \"$@\"
";

struct Printed {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn prepared(work: &Path) {
    let bin = work.join("bin");
    fs::create_dir(&bin).expect("a folder");
    let program = env!("CARGO_BIN_EXE_aws-least-privilege");
    symlink(program, bin.join("aws-least-privilege")).expect("a link");
    script::write(&bin.join("cargo"), CARGO);
    let mut copy = Command::new("cp");
    let copied = copy
        .arg("-R")
        .arg(project("examples/."))
        .arg(work.join("examples"));
    assert!(copied.status().expect("cp runs").success());
}

fn run(work: &Path, script: &str) -> Printed {
    let path = format!("{}:/usr/bin:/bin", work.join("bin").display());
    let mut shell = Command::new("sh");
    let shell = shell.args(["-c", script]).env_clear();
    let shell = shell.env("PATH", path).env("HOME", work).current_dir(work);
    let ran = shell.stdin(Stdio::null()).output().expect("sh runs");
    let text = |bytes| String::from_utf8(bytes).expect("it prints UTF-8");
    Printed {
        code: ran.status.code(),
        stdout: text(ran.stdout),
        stderr: text(ran.stderr),
    }
}

/// The part of what was printed that a comment asks for: all, `12 lines`, or `12 lines from "--- a"`.
fn part(printed: &str, asked: &str) -> Option<String> {
    if asked.is_empty() {
        return Some(printed.to_owned());
    }
    let (count, from) = match asked.split_once(" from ") {
        Some((count, from)) => (count, from.trim_matches('"')),
        None => (asked, ""),
    };
    let count: usize = count.strip_suffix(" lines")?.parse().ok()?;
    let lines = printed.lines().skip_while(|line| !line.starts_with(from));
    let lines: Vec<&str> = lines.take(count).collect();
    let text = lines.iter().map(|line| format!("{}\n", line.trim_end()));
    (lines.len() == count).then(|| text.collect())
}

/// What a fence must be by its comment, if that says so; `before` is what was printed last.
fn expected(fence: &Fence, before: Option<&Printed>) -> Option<Result<String, String>> {
    if let Some(asked) = fence.said("output") {
        let printed = before.map(|before| before.stdout.as_str());
        let Some(printed) = printed else {
            return Some(Err("no command is before what it printed".to_owned()));
        };
        let part = part(printed, asked);
        return Some(part.ok_or_else(|| format!("there is no `{asked}` in\n{printed}")));
    }
    fence.said("file").map(|path| Ok(read(path)))
}

/// What is wrong on a page.
fn wrong(page: &str) -> Vec<String> {
    let mut text = read(page);
    let work = tempfile::tempdir().expect("a folder to work in");
    prepared(work.path());
    let mut wrong = Vec::new();
    let mut last = None;
    let mut anew = Vec::new();
    let rewrites = std::env::var_os("UPDATE_SNAPSHOTS").is_some();
    for fence in fences(&text) {
        if let Some(expected) = expected(&fence, last.as_ref()) {
            match expected {
                Err(why) => wrong.push(format!("{page}: {why}")),
                Ok(expected) if expected.trim_end() != fence.text.trim_end() => {
                    if rewrites {
                        anew.push((fence.range, expected));
                        continue;
                    }
                    wrong.push(format!(
                        "{page}: quoted (UPDATE_SNAPSHOTS=1 rewrites it)\n{}\nand it is\n{expected}",
                        fence.text
                    ));
                }
                Ok(_) => {}
            }
            continue;
        }
        if fence.language != "sh" || fence.text == THE_TESTS {
            continue;
        }
        if let Some(what) = fence.said("needs") {
            if !ELSEWHERE.contains(&what) {
                wrong.push(format!("{page}: `needs: {what}` is none of {ELSEWHERE:?}"));
            }
            last = None;
            continue;
        }
        let code = fence.said("ends in").unwrap_or("0");
        let printed = run(work.path(), &fence.text);
        let is_well = printed.code.is_some_and(|got| got.to_string() == code);
        if !is_well {
            wrong.push(format!(
                "{page}: ended in {:?} and not in {code}:\n{}{}{}",
                printed.code, fence.text, printed.stdout, printed.stderr
            ));
        }
        last = Some(printed);
    }
    if !anew.is_empty() {
        for (range, expected) in anew.into_iter().rev() {
            let fence = text.get(range.clone()).expect("it is there");
            let opens = fence.lines().next().expect("a line opens it").to_owned();
            let closes = opens.trim_end_matches(|letter: char| letter != '`');
            let fence = format!("{opens}\n{}\n{closes}", expected.trim_end());
            text.replace_range(range, &fence);
        }
        fs::write(project(page), text).expect("the page can be written");
    }
    wrong
}

#[test]
fn every_command_of_every_page_runs_and_prints_what_is_shown() {
    let found = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for page in pages() {
            let found = &found;
            scope.spawn(move || {
                let wrong = wrong(&page);
                found.lock().expect("nobody panicked").extend(wrong);
            });
        }
    });
    let found = found.into_inner().expect("nobody panicked");
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

#[test]
fn most_pages_show_commands_that_are_run() {
    let is_run = |fence: &Fence| fence.language == "sh" && fence.said("needs").is_none();
    let run = pages()
        .iter()
        .flat_map(|page| fences(&read(page)))
        .filter(is_run)
        .count();
    assert!(run >= 30, "{run} commands are run");
}

#[test]
fn every_fence_has_a_language() {
    for page in pages() {
        for fence in fences(&read(&page)) {
            assert!(!fence.language.is_empty(), "{page}: {}", fence.text);
        }
    }
}
