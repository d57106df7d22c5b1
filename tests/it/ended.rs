//! How the program ends by a signal, a limit or a full disk: what was there stays whole, and no temporary file is left.

#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "the tests are about files")]

use crate::outputs::{POLICY, apart, folder, gate, names, pid, stdout};
use crate::program;
use rustix::process::{Signal, kill_process};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often each command is ended.
const ENDS: u32 = 16;

/// Whether this system tells a program of this signal: whoever started the tests may ignore it, and programs keep that.
pub(crate) fn is_told(signal: Signal) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    signal != Signal::HUP || ignored.is_some_and(|mask| mask >> (signal.as_raw() - 1) & 1 == 0)
}

/// Every file of a folder and of those in it.
fn all(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for name in names(folder) {
        let path = folder.join(&name);
        if path.is_dir() {
            found.extend(all(&path));
        } else {
            found.push(name);
        }
    }
    found
}

/// Traces of so many functions that writing their policies takes its time.
fn many() -> String {
    let mut traces = Vec::new();
    for number in 0..120_u32 {
        let id = format!("1-6553f100-{number:024x}");
        let function = format!("arn:aws:lambda:eu-west-1:111122223333:function:f{number}");
        let document = serde_json::json!({
            "id": format!("{number:016x}"), "trace_id": id, "name": "f", "start_time": 1_700_000_000.0,
            "end_time": 1_700_000_000.5, "origin": "AWS::Lambda::Function", "aws": {"function_arn": function},
        });
        let segment = serde_json::json!({"Id": document["id"], "Document": document.to_string()});
        traces.push(serde_json::json!({"Id": id, "Segments": [segment]}));
    }
    serde_json::json!({"Traces": traces}).to_string()
}

#[test]
fn a_signal_leaves_no_temporary_file() {
    let folder = folder();
    let padded = format!("{POLICY}{}", format!("{}\n", " ".repeat(99)).repeat(9_000));
    fs::write(folder.path().join("many.json"), many()).expect("it can be written");
    let judged = [
        "gate",
        "--traces",
        "traces.json",
        "--policy-file",
        "policy.json",
    ];
    let outputs = [
        "--report-file",
        "r.json",
        "--sarif-file",
        "r.sarif",
        "--html-file",
        "r.html",
        "--markdown-file",
        "r.md",
        "--suggest-dir",
        "suggested",
    ];
    let commands = [
        [&judged[..], &["--write"]].concat(),
        [&judged[..], &outputs].concat(),
        vec!["scan", "--traces", "many.json", "-o", "scanned"],
    ];
    let signals = [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT];
    let signals: Vec<Signal> = signals
        .into_iter()
        .filter(|signal| is_told(*signal))
        .collect();
    for arguments in commands {
        let start = || {
            fs::write(folder.path().join("policy.json"), &padded).expect("it can be written");
            let mut command = program::command(&arguments);
            command.current_dir(folder.path());
            command.stdout(Stdio::null()).stderr(Stdio::null());
            command.spawn().expect("it runs")
        };
        let once = || {
            let begun = Instant::now();
            assert!(start().wait().expect("it ends").code().is_some());
            begun.elapsed()
        };
        let whole = [once(), once(), once()].into_iter().min().expect("one");
        let mut ended = 0;
        for (kill, signal) in (0..ENDS).zip(signals.iter().cycle()) {
            let mut child = start();
            std::thread::sleep(whole.mul_f64(0.3 + 0.75 * f64::from(kill) / f64::from(ENDS)));
            // It may have ended by itself.
            let _ = kill_process(pid(&child), *signal);
            let code = child.wait().expect("it ends").code();
            ended += u32::from(code == Some(128 + signal.as_raw()));
            let left = all(folder.path());
            let mut left = left.iter().filter(|name| name.starts_with(".aws-"));
            assert_eq!(left.next(), None, "{arguments:?}, {signal:?}");
        }
        assert!(
            ended > 2,
            "{ended} of {ENDS} were told to end in time: {arguments:?}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn nohup_keeps_the_program_alive() {
    let program = program::command::<&str>(&[]);
    let mut command = Command::new("nohup");
    command.arg(program.get_program());
    let mut child = command
        .args(["scan", "--traces", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs");
    let input = child.stdin.take();
    std::thread::sleep(Duration::from_millis(500));
    kill_process(pid(&child), Signal::HUP).expect("it is there");
    std::thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().expect("it can be asked").is_none());
    kill_process(pid(&child), Signal::TERM).expect("it is there");
    assert_eq!(child.wait().expect("it ends").code(), Some(143));
    drop(input);
}

#[test]
fn a_limit_on_the_size_of_files_is_an_error_of_each_output() {
    let folder = folder();
    let program = gate(
        folder.path(),
        &["--report-file", "r.json", "--sarif-file", "r.sarif"],
    );
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", "ulimit -f 1; exec \"$0\" \"$@\""])
        .arg(program.get_program())
        .args(program.get_args())
        .current_dir(folder.path());
    let ran = command.output().expect("it runs");
    assert!(stdout(&ran, 1).contains("FAIL"));
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert!(
        stderr.contains("cannot write `r.json`") && stderr.contains("cannot write `r.sarif`"),
        "{stderr}"
    );
    assert_eq!(names(folder.path()), ["policy.json", "traces.json"]);
}

/// Runs the program beside a disk of its own, `small`, which is full. What it says, and what is on the disk.
fn on_a_full_disk(folder: &Path, arguments: &[&str], code: i32) -> Option<(String, String)> {
    let script = "mount -t tmpfs -o size=8k tmpfs small && cp policy.json small/p.json; head -c 8192 /dev/zero > small/x 2>/dev/null; \
        \"$0\" \"$@\" 2>&1; code=$?; ls -A small >&2; cmp policy.json small/p.json >&2; exit $code";
    let mut command = apart(&["--mount"], script, arguments, folder)?;
    let ran = command.output().expect("it runs");
    let told = stdout(&ran, code);
    Some((told, String::from_utf8_lossy(&ran.stderr).into_owned()))
}

#[test]
fn a_full_disk_is_an_error_and_takes_nothing_away() {
    let folder = folder();
    fs::create_dir(folder.path().join("small")).expect("it can be made");
    let judged = ["--traces", "traces.json", "--policy-file", "policy.json"];
    let edited = ["--traces", "traces.json", "--policy-file", "small/p.json"];
    let gate = ["gate", "--report-file", "report.json"];
    let cases = [
        (
            [&gate[..], &edited, &["--write"]].concat(),
            "cannot write `small/p.json`",
        ),
        (
            [&gate[..], &judged, &["--suggest-dir", "small/s"]].concat(),
            "cannot write `small/s/policy.json`",
        ),
        (
            [&["baseline", "--baseline", "small/b.json"][..], &judged].concat(),
            "cannot write `small/b.json`",
        ),
        (
            vec!["scan", "--traces", "traces.json", "-o", "small"],
            "cannot write `small/",
        ),
    ];
    for (arguments, expected) in cases {
        let Some((told, left)) = on_a_full_disk(folder.path(), &arguments, 1) else {
            return;
        };
        assert!(told.contains(expected), "{told}");
        assert!(!told.contains("no function was found"), "{told}");
        // The policy is whole, and `cmp` has nothing to say.
        let mut names: Vec<&str> = left.lines().collect();
        names.retain(|name| *name != "s");
        assert_eq!(names, ["p.json", "x"], "{arguments:?}: {told}");
        if arguments.contains(&"gate") {
            let report = folder.path().join("report.json");
            fs::remove_file(report).expect("the other outputs are written");
        }
    }
}
