//! Where the program writes, and how it ends: pipes and devices stay what they are, nothing that is read is replaced, and neither a full
//! disk nor a signal leaves anything behind.

#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "the tests are about files")]

use crate::{program, suggestions};
use rustix::process::{Pid, Signal, kill_process};
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

pub(crate) const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"},
    {"Effect": "Allow", "Action": "firehose:*", "Resource": "*"}
]}"#;

pub(crate) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let traces = suggestions::traces("DynamoDB GetItem table_name=orders");
    fs::write(folder.path().join("traces.json"), traces).expect("it can be written");
    fs::write(folder.path().join("policy.json"), POLICY).expect("it can be written");
    folder
}

/// A gate of what [`folder`] has.
const GATE: [&str; 5] = [
    "gate",
    "--traces",
    "traces.json",
    "--policy-file",
    "policy.json",
];

pub(crate) fn gate(folder: &Path, more: &[&str]) -> Command {
    let mut command = program::command(&[&GATE[..], more].concat());
    command.current_dir(folder);
    command
}

pub(crate) fn run(folder: &Path, more: &[&str]) -> Output {
    gate(folder, more).output().expect("the program runs")
}

pub(crate) fn stdout(output: &Output, code: i32) -> String {
    let (stdout, stderr) = (&output.stdout, String::from_utf8_lossy(&output.stderr));
    let stdout = String::from_utf8_lossy(stdout).into_owned();
    assert_eq!(output.status.code(), Some(code), "{stdout}\n{stderr}");
    stdout
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("it is there");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

/// Makes a named pipe.
pub(crate) fn fifo(path: &Path) {
    let mode = rustix::fs::Mode::RWXU;
    rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, mode, 0)
        .expect("it can be made");
}

#[test]
fn standard_output_pipes_and_devices_are_written_to_and_stay() {
    let folder = folder();
    for path in ["-", "/dev/stdout"] {
        let told = stdout(&run(folder.path(), &["--report-file", path]), 3);
        assert!(
            told.contains("\"verdict\": \"fail\"") && told.contains("Evidence:"),
            "{told}"
        );
    }
    // A file that standard output leads to is whoever started the program's: it is written behind what is there.
    for path in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        let log = tempfile::NamedTempFile::new().expect("a file");
        fs::write(log.path(), "before\n").expect("it can be written");
        let appended = fs::File::options().append(true).open(log.path());
        let ran = gate(folder.path(), &["--report-file", path])
            .stdout(appended.expect("it can be opened"))
            .status();
        assert_eq!(ran.expect("the program runs").code(), Some(3));
        let told = fs::read_to_string(log.path()).expect("it is text");
        assert!(
            told.starts_with("before\n")
                && told.contains("Evidence:")
                && told.contains("\"verdict\": \"fail\""),
            "{path}: {told}"
        );
    }
    let pipe = folder.path().join("pipe");
    fifo(&pipe);
    let reading = {
        let pipe = pipe.clone();
        std::thread::spawn(move || fs::read_to_string(pipe).expect("it can be read"))
    };
    stdout(&run(folder.path(), &["--sarif-file", "pipe"]), 3);
    assert!(reading.join().expect("it ends").contains("\"2.1.0\""));
    assert!(
        fs::metadata(&pipe)
            .expect("it is there")
            .file_type()
            .is_fifo()
    );
    stdout(
        &run(
            folder.path(),
            &["--report-file", "/dev/null", "--sarif-file", "/dev/null"],
        ),
        3,
    );
    assert!(
        fs::metadata("/dev/null")
            .expect("it is there")
            .file_type()
            .is_char_device()
    );
    assert_eq!(names(folder.path()), ["pipe", "policy.json", "traces.json"]);
}

#[test]
fn a_policy_from_a_pipe_is_judged_and_not_edited() {
    let folder = folder();
    let pipe = folder.path().join("given.json");
    fifo(&pipe);
    let from_file = stdout(&run(folder.path(), &["--format", "json"]), 3);
    let into = pipe.clone();
    let saying = std::thread::spawn(move || fs::write(into, POLICY).expect("it can be written"));
    let gate = [
        "gate",
        "--traces",
        "traces.json",
        "--policy-file",
        "given.json",
        "--min-traces",
        "1",
        "--format",
        "json",
        "--write",
    ];
    let ran = program::command(&gate).current_dir(folder.path()).output();
    let ran = ran.expect("the program runs");
    saying.join().expect("it ends");
    let notes = String::from_utf8_lossy(&ran.stderr);
    assert!(
        notes.contains("left given.json as it is: it is a pipe or a device"),
        "{notes}"
    );
    let findings = |text: &str| {
        let report: serde_json::Value = serde_json::from_str(text).expect("JSON");
        report["roles"][0]["excess"].clone()
    };
    let judged = stdout(&ran, 3);
    assert_eq!(
        findings(&judged.replace("given.json", "policy.json")),
        findings(&from_file)
    );
    assert_ne!(findings(&judged), serde_json::json!([]));
}

#[test]
fn a_link_stays_and_the_file_that_it_leads_to_is_written() {
    let folder = folder();
    fs::create_dir(folder.path().join("reports")).expect("it can be made");
    fs::write(folder.path().join("reports/last.json"), "old").expect("it can be written");
    symlink("reports/last.json", folder.path().join("report.json")).expect("it can be made");
    stdout(&run(folder.path(), &["--report-file", "report.json"]), 3);
    let link = folder.path().join("report.json");
    assert!(
        fs::symlink_metadata(&link)
            .expect("it is there")
            .is_symlink()
    );
    assert!(
        fs::read_to_string(&link)
            .expect("it is text")
            .contains("verdict")
    );
}

#[test]
fn a_link_to_what_is_not_there_is_written_through() {
    let folder = folder();
    symlink("new/report.json", folder.path().join("report.json")).expect("it can be made");
    symlink("circle", folder.path().join("circle")).expect("it can be made");
    stdout(&run(folder.path(), &["--report-file", "report.json"]), 3);
    let link = folder.path().join("report.json");
    assert!(link.is_symlink());
    let written = fs::read_to_string(folder.path().join("new/report.json"));
    assert!(written.expect("it is there").contains("verdict"));
    let ran = run(folder.path(), &["--report-file", "circle"]);
    assert!(stdout(&ran, 1).contains("FAIL"));
    assert!(String::from_utf8_lossy(&ran.stderr).contains("lead in a circle"));
    // A file that suggestions leave alone may lie beside them.
    let beside = ["--suggest-dir", "s", "--report-file", "s/report.json"];
    stdout(&run(folder.path(), &beside), 3);
    assert_eq!(
        names(&folder.path().join("s")),
        ["policy.json", "report.json"]
    );
}

#[test]
fn outputs_in_one_place_or_over_what_is_read_are_refused() {
    let folder = folder();
    fs::write(folder.path().join("before.json"), POLICY).expect("it can be written");
    let refused = [
        &["--report-file", "a.json", "--sarif-file", "./a.json"][..],
        &["--markdown-file", "x/../a.md", "--sarif-file", "a.md"],
        &["--report-file", "policy.json"],
        &["--report-file", "./traces.json"],
        &[
            "--sarif-file",
            "before.json",
            "--base-policy-file",
            "before.json",
        ],
        &["--report-file", "link.json"],
        &["--report-file", "-", "--markdown-file", "/dev/stdout"],
        &[
            "--policy-file",
            "own/{function}.json",
            "--report-file",
            "own/shop.json",
        ],
        &["--config", "ruled.yml", "--report-file", "rules.yml"],
        &["--report-file", "n/../a.json", "--sarif-file", "a.json"],
        &["--report-file", "gone-1", "--sarif-file", "gone-2"],
        &[
            "--report-file",
            "/dev/stderr",
            "--sarif-file",
            "/proc/self/fd/2",
        ],
        &["--report-file", "pipe", "--sarif-file", "x/../pipe"],
        &["--policy-file", "pipe", "--report-file", "pipe"],
        // What is looked for by its name the next time.
        &["--report-file", ".least-privilege.yml"],
        &["--html-file", "x/../.least-privilege.yml"],
        &["--report-file", ".least-privilege.baseline.json"],
        &["--sarif-file", "x/samconfig.toml"],
        &["--suggest-dir", "s", "--report-file", "s/policy.json"],
        &["--suggest-dir", "s", "--html-file", "./x/../s/policy.json"],
        &["--suggest-dir", "s", "--report-file", "s"],
        &["--html-file", "s", "--report-file", "s/report.json"],
        &["--suggest-dir", "."],
    ];
    fs::create_dir(folder.path().join("own")).expect("it can be made");
    for (name, text) in [
        ("own/shop.json", POLICY),
        (
            "named.yml",
            "policies:\n  functions:\n    shop: own/shop.json\n",
        ),
        ("ruled.yml", "extends: rules.yml\n"),
        ("rules.yml", "fail-on: medium\n"),
    ] {
        fs::write(folder.path().join(name), text).expect("it can be written");
    }
    fs::create_dir(folder.path().join("x")).expect("it can be made");
    symlink("policy.json", folder.path().join("link.json")).expect("it can be made");
    symlink("gone", folder.path().join("gone-1")).expect("it can be made");
    symlink("./x/../gone", folder.path().join("gone-2")).expect("it can be made");
    fifo(&folder.path().join("pipe"));
    let before = names(folder.path());
    for more in refused {
        let ran = run(folder.path(), more);
        assert_eq!(stdout(&ran, 2), "");
        let stderr = String::from_utf8_lossy(&ran.stderr);
        assert!(
            stderr.contains("is given for") && stderr.contains("hint:"),
            "{stderr}"
        );
        assert_eq!(names(folder.path()), before);
        assert_eq!(
            fs::read_to_string(folder.path().join("policy.json")).expect("it is text"),
            POLICY
        );
    }
    // Where no policy is given, those of the configuration are read.
    let ran = program::command(&["gate", "--traces", "traces.json", "--config", "named.yml"])
        .args(["--sarif-file", "own/shop.json"])
        .current_dir(folder.path())
        .output()
        .expect("the program runs");
    assert_eq!(stdout(&ran, 2), "");
    let shop = fs::read_to_string(folder.path().join("own/shop.json"));
    assert_eq!(shop.expect("it is text"), POLICY);
}

#[test]
fn what_is_written_has_the_mode_that_the_umask_leaves() {
    for (umask, mode) in [("022", 0o644), ("077", 0o600), ("002", 0o664)] {
        let folder = folder();
        let program = program::command::<&str>(&[]);
        let script = format!("umask {umask}; exec \"$0\" \"$@\"");
        let ran = |arguments: &[&str], code: i32| {
            let mut command = Command::new("/bin/sh");
            command.args(["-c", &script]).arg(program.get_program());
            command.args(arguments).current_dir(folder.path());
            stdout(&command.output().expect("it runs"), code);
        };
        let judged = ["--traces", "traces.json", "--policy-file", "policy.json"];
        let with = |command: &'static str, more: &[&'static str]| {
            let mut arguments = vec![command];
            arguments.extend(judged);
            arguments.extend(more);
            arguments
        };
        let report = ["--report-file", "report.json", "--html-file", "report.html"];
        ran(&with("gate", &report), 3);
        ran(&with("gate", &["--suggest-dir", "suggested"]), 3);
        ran(&with("baseline", &["--baseline", "baseline.json"]), 0);
        let scan = ["scan", "--traces", "traces.json", "--name-by", "function"];
        ran(&[&scan[..], &["-o", "scanned"]].concat(), 0);
        for file in [
            "report.json",
            "report.html",
            "suggested/policy.json",
            "baseline.json",
            "scanned/shop.policy.json",
        ] {
            let found = fs::metadata(folder.path().join(file)).expect("it is there");
            let found = found.permissions().mode() & 0o777;
            assert_eq!(found, mode, "{umask}: {file}");
        }
    }
}

#[test]
fn what_cannot_be_written_loses_no_verdict_and_is_an_error() {
    let folder = folder();
    for path in [
        "/dev/full",
        "/proc/nothing/report.json",
        "policy.json/x",
        ".",
    ] {
        let more = ["--report-file", path, "--markdown-file", "report.md"];
        let ran = run(folder.path(), &more);
        let told = stdout(&ran, 1);
        assert!(
            told.contains("FAIL") || told.contains("fail"),
            "{path}: {told}"
        );
        assert!(
            String::from_utf8_lossy(&ran.stderr).contains(path),
            "{path}"
        );
        let other = folder.path().join("report.md");
        assert!(
            fs::read_to_string(&other).is_ok_and(|text| !text.is_empty()),
            "the others are written"
        );
        fs::remove_file(other).expect("it is there");
        assert_eq!(names(folder.path()), ["policy.json", "traces.json"]);
    }
    // Where standard output is what is full, the files are written all the same.
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("it is there");
    let status = gate(folder.path(), &["--report-file", "report.json"])
        .stdout(full)
        .status();
    assert_eq!(status.expect("it runs").code(), Some(1));
    assert!(fs::read_to_string(folder.path().join("report.json")).is_ok());
}

pub(crate) fn pid(child: &Child) -> Pid {
    Pid::from_child(child)
}

#[test]
fn a_signal_ends_the_program_at_once() {
    for (signal, code) in [
        (Signal::TERM, 143),
        (Signal::INT, 130),
        (Signal::HUP, 129),
        (Signal::QUIT, 131),
    ] {
        if !crate::ended::is_told(signal) {
            continue;
        }
        let mut child = program::command(&["scan", "--traces", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        // `wait` closes standard input, and the end of the traces would race with the signal.
        let input = child.stdin.take();
        std::thread::sleep(Duration::from_millis(300));
        let begun = Instant::now();
        kill_process(pid(&child), signal).expect("it is there");
        let status = child.wait().expect("it ends");
        drop(input);
        assert_eq!(status.code(), Some(code));
        assert!(
            begun.elapsed() < Duration::from_secs(2),
            "{:?}",
            begun.elapsed()
        );
        let mut said = String::new();
        child
            .stderr
            .take()
            .expect("a pipe")
            .read_to_string(&mut said)
            .expect("it is text");
        assert!(!said.contains("panicked"), "{said}");
    }
}

/// Runs a command by a shell in namespaces of its own; nothing where this system has none for us.
pub(crate) fn apart(
    flags: &[&str],
    script: &str,
    arguments: &[&str],
    folder: &Path,
) -> Option<Command> {
    let can = Command::new("unshare").args(flags).arg("true").output();
    if !can.is_ok_and(|ran| ran.status.success()) {
        println!("skipped: `unshare {}` is not allowed here", flags.join(" "));
        return None;
    }
    let program = program::command::<&str>(&[]);
    let mut command = Command::new("unshare");
    command.args(flags).args(["/bin/sh", "-c", script]);
    command.arg(program.get_program()).args(arguments);
    command.current_dir(folder);
    Some(command)
}

#[test]
fn a_signal_ends_the_first_process_of_a_container_too() {
    let folder = folder();
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        // In there the program is process 1, to which the system sends nothing that it does not handle: the signal comes from outside.
        let script = "exec \"$0\" \"$@\"";
        let flags = ["--pid", "--fork", "--mount-proc", "--kill-child"];
        let arguments = ["scan", "--traces", "-"];
        let Some(mut command) = apart(&flags, script, &arguments, folder.path()) else {
            return;
        };
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("it runs");
        std::thread::sleep(Duration::from_millis(500));
        let parent = child.id();
        let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children"));
        let inner = children.expect("the system tells a process's children");
        let inner = inner.trim().parse().ok().and_then(Pid::from_raw);
        let inner = inner.expect("there is one");
        // A process 1 that does not listen yet is not told: on a slow machine it is told again.
        let mut begun = Instant::now();
        let asked = begun;
        let status = loop {
            begun = Instant::now();
            let is_there = kill_process(inner, signal).is_ok();
            std::thread::sleep(Duration::from_millis(200));
            if let Some(status) = child.try_wait().expect("it can be asked") {
                break status;
            }
            assert!(
                !is_there || asked.elapsed() < Duration::from_secs(20),
                "{signal:?}"
            );
        };
        assert_eq!(status.code(), Some(code), "{signal:?}");
        assert!(
            begun.elapsed() < Duration::from_secs(2),
            "{:?}",
            begun.elapsed()
        );
    }
}

#[test]
fn a_disk_that_is_full_loses_no_verdict() {
    let folder = folder();
    fs::create_dir(folder.path().join("small")).expect("it can be made");
    let script = "mount -t tmpfs -o size=8k tmpfs small && \"$0\" \"$@\"; code=$?; ls -A small >&2; exit $code";
    let outputs = [
        "--report-file",
        "small/report.json",
        "--sarif-file",
        "report.sarif",
    ];
    let arguments = [&GATE[..], &outputs].concat();
    // Enough of a report for it not to fit.
    let large = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": [{}"s3:*"], "Resource": "*"}}]}}"#,
        (0..60).fold(String::new(), |all, number| format!(
            "{all}\"made-up:Operation{number}\", "
        ))
    );
    fs::write(folder.path().join("policy.json"), large).expect("it can be written");
    let Some(mut command) = apart(&["--mount"], script, &arguments, folder.path()) else {
        return;
    };
    let ran = command.output().expect("it runs");
    let told = stdout(&ran, 1);
    assert!(told.contains("FAIL"), "{told}");
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert!(stderr.contains("small/report.json"), "{stderr}");
    assert!(
        !stderr.contains(".aws-least-privilege-"),
        "nothing is left: {stderr}"
    );
    assert!(fs::read_to_string(folder.path().join("report.sarif")).is_ok());
}

#[test]
fn a_folder_that_is_read_only_is_told_by_the_name_that_was_given() {
    let folder = folder();
    fs::create_dir(folder.path().join("small")).expect("it can be made");
    let script = "mount -t tmpfs -o ro tmpfs small && exec \"$0\" \"$@\"";
    let arguments = [&GATE[..], &["--report-file", "small/report.json"]].concat();
    let Some(mut command) = apart(&["--mount"], script, &arguments, folder.path()) else {
        return;
    };
    let ran = command.output().expect("it runs");
    stdout(&ran, 1);
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert!(
        stderr.contains("small/report.json") && stderr.contains("Read-only"),
        "{stderr}"
    );
    assert!(!stderr.contains(".aws-least-privilege-"), "{stderr}");
}

#[test]
fn scan_tells_what_it_wrote_before_what_it_could_not() {
    let folder = folder();
    fs::create_dir(folder.path().join("out")).expect("it can be made");
    // A folder where a policy was to be.
    let scan = |more: &[&str]| {
        let mut arguments = vec!["scan", "--traces", "traces.json", "--name-by", "function"];
        arguments.extend(more);
        let mut command = program::command(&arguments);
        command.current_dir(folder.path());
        command.output().expect("it runs")
    };
    let written = scan(&["-o", "out"]);
    stdout(&written, 0);
    let [name] = names(&folder.path().join("out"))
        .try_into()
        .expect("one file");
    let blocked = folder.path().join("blocked");
    fs::create_dir_all(blocked.join(&name)).expect("it can be made");
    let ran = scan(&["-o", "blocked"]);
    let told = stdout(&ran, 1);
    assert!(
        told.contains("0 policy files from") && !told.contains("no function was found"),
        "{told}"
    );
    assert!(!told.contains("also seen"), "{told}");
    let ran = scan(&["-o", "blocked", "--format", "json"]);
    assert_eq!(stdout(&ran, 1).trim(), "[]", "the summary is told");
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert!(stderr.contains(&name), "{stderr}");
    // What is read by name is not written over.
    let input = folder.path().join("out").join(&name);
    fs::copy(folder.path().join("traces.json"), &input).expect("a copy");
    let before = fs::read(&input).expect("a file");
    let path = input.to_str().expect("text");
    let ran = program::command(&[
        "scan",
        "--traces",
        path,
        "--name-by",
        "function",
        "-o",
        folder.path().join("out").to_str().expect("text"),
    ])
    .output()
    .expect("it runs");
    stdout(&ran, 2);
    assert_eq!(fs::read(&input).expect("a file"), before);
}

#[test]
fn an_output_in_a_folder_of_traces_is_refused() {
    let folder = folder();
    let saved = folder.path().join("saved");
    fs::create_dir(&saved).expect("it can be made");
    fs::copy(folder.path().join("traces.json"), saved.join("one.json")).expect("it is copied");
    let told = |arguments: &[&str]| {
        let mut command = program::command(arguments);
        let ran = command.current_dir(folder.path()).output();
        let ran = ran.expect("the program runs");
        assert_eq!(ran.status.code(), Some(2), "{arguments:?}");
        let told = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(told.contains("--traces"), "{told}");
        assert_eq!(names(&saved), ["one.json"]);
    };
    let gate = ["gate", "--traces", "saved", "--policy-file", "policy.json"];
    for output in ["--report-file", "--markdown-file", "--sarif-file"] {
        told(&[&gate[..], &[output, "saved/new.json"]].concat());
    }
    told(&["scan", "--traces", "saved", "--output-dir", "saved"]);
}

#[test]
fn traces_in_another_encoding_are_a_gap_with_its_remedy() {
    let folder = folder();
    let path = folder.path().join("traces.json");
    let text = fs::read_to_string(&path).expect("it is there");
    let units = |big: bool, wide: bool, mark: &str| {
        let of = |unit: u32, bytes: usize| {
            let mut unit = unit.to_le_bytes()[..bytes].to_vec();
            if big {
                unit.reverse();
            }
            unit
        };
        let text = format!("{mark}{text}");
        let units = text.chars();
        units
            .flat_map(|unit| of(u32::from(unit), if wide { 4 } else { 2 }))
            .collect::<Vec<u8>>()
    };
    let mut forms = Vec::new();
    for mark in ["", "\u{feff}"] {
        for (big, wide) in [(false, false), (true, false), (false, true), (true, true)] {
            forms.push(units(big, wide, mark));
        }
    }
    for form in forms {
        fs::write(&path, &form).expect("it can be written");
        let ran = run(folder.path(), &[]);
        let told = stdout(&ran, 4);
        let words: Vec<&str> = told.split_whitespace().collect();
        assert!(words.join(" ").contains("save it as UTF-8"), "{told}");
    }
    fs::write(&path, format!("\u{feff}{text}")).expect("it can be written");
    assert!(!stdout(&run(folder.path(), &[]), 3).contains("UTF-8"));
}
