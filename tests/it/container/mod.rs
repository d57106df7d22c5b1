//! The image from outside, run as GitHub's runner runs it.
//!
//! Needs docker or podman and a built image, so `cargo test` leaves these out; `tests/container/run.sh` builds and runs them.

mod pull_request;

use crate::live::moto::Moto;
use crate::live::program::{TRACES, sufficient, traces};
use crate::live::shop::{BASIC, Policies, Shop};
use crate::live::xray_server::{Behaviour, XrayServer};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// More than this and a cold start is felt; `docs/performance.md` says what it is.
const MAX_BYTES: u64 = 20_000_000;

fn from_script(name: &str) -> String {
    std::env::var(name)
        .unwrap_or_else(|error| panic!("{name}: {error}; run tests/container/run.sh"))
}

fn image() -> String {
    from_script("CONTAINER_IMAGE")
}

/// What the engine answers.
fn engine(arguments: &[&str]) -> Output {
    Command::new(from_script("CONTAINER_ENGINE"))
        .args(arguments)
        .output()
        .expect("the container engine starts")
}

fn said(arguments: &[&str]) -> String {
    let answer = engine(arguments);
    let stderr = String::from_utf8_lossy(&answer.stderr);
    assert!(answer.status.success(), "{arguments:?}: {stderr}");
    String::from_utf8(answer.stdout).expect("it answers in text")
}

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A checkout with the bundled example in it, of somebody who is not the container's user where this may be arranged.
fn checkout() -> TempDir {
    fn copy(from: &Path, to: &Path) {
        fs::create_dir_all(to).expect("a folder");
        for entry in fs::read_dir(from).expect("the example") {
            let path = entry.expect("an entry").path();
            let target = to.join(path.file_name().expect("a name"));
            if path.is_dir() {
                copy(&path, &target);
            } else {
                fs::copy(&path, &target).expect("a copy");
            }
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy(
        &project("examples/shop"),
        &folder.path().join("examples/shop"),
    );
    // Only root may; in CI the owner is another than root anyway.
    chown(folder.path(), Some(1001), Some(121)).ok();
    folder
}

/// What is in a folder: owner, time of the last change and content of each file.
fn contents(folder: &Path) -> BTreeMap<PathBuf, (u32, i64, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        let about = fs::symlink_metadata(&next).expect("it is there");
        let content = if about.is_dir() {
            open.extend(
                fs::read_dir(&next)
                    .expect("a folder")
                    .map(|entry| entry.expect("an entry").path()),
            );
            Vec::new()
        } else {
            fs::read(&next).expect("a file")
        };
        let times = about.mtime() * 1_000_000_000 + about.mtime_nsec();
        found.insert(next, (about.uid(), times, content));
    }
    found
}

/// A step that came to its end.
struct Step {
    code: Option<i32>,
    log: String,
    output: String,
    summary: String,
}

/// Runs the image in a workspace, for an event of `tests/events`, with these variables.
fn step(workspace: &Path, event: &str, variables: &[(&str, &str)]) -> Step {
    let files = tempfile::tempdir().expect("a temporary folder");
    let ran = Command::new(project("tests/container/run-as-runner.sh"))
        .arg(image())
        .arg(project(&format!("tests/events/{event}.json")))
        .arg(workspace)
        .args(
            variables
                .iter()
                .map(|(name, value)| format!("{name}={value}")),
        )
        .env("RUNNER_FILES", files.path())
        .output()
        .expect("the script runs");
    let log = [ran.stdout, ran.stderr].concat();
    let read =
        |name: &str| fs::read_to_string(files.path().join(name)).expect("the runner made it");
    Step {
        code: ran.status.code(),
        log: String::from_utf8(log).expect("the log is text"),
        output: read("output"),
        summary: read("step_summary"),
    }
}

/// Asserts the exit code, the `outcome` and that something is said in the log.
fn assert_ends(step: &Step, code: i32, outcome: &str, says: &str) {
    assert_eq!(step.code, Some(code), "{}", step.log);
    let lines: Vec<&str> = step.output.lines().collect();
    let is_set = lines
        .windows(2)
        .any(|pair| pair[0].starts_with("outcome<<") && pair[1] == outcome);
    assert!(is_set, "outcome={outcome} is not in\n{}", step.output);
    assert!(step.log.contains(says), "{says:?} is not in\n{}", step.log);
    assert!(!step.summary.is_empty(), "there is a summary");
}

/// The inputs of the bundled example, and more.
fn example<'v>(policy: &'v str, more: &[(&'v str, &'v str)]) -> Vec<(&'v str, &'v str)> {
    let mut inputs = vec![
        ("INPUT_TRACES", "examples/shop/traces"),
        ("INPUT_FUNCTION", "checkout\nrefunds, notify"),
        ("INPUT_POLICY-FILE", policy),
        ("INPUT_COMMENT", "never"),
    ];
    inputs.extend(more);
    inputs
}

const BROAD: &str = "examples/shop/shop-role.json";
const FIXED: &str = "examples/shop/shop-role.fixed.json";

#[test]
#[ignore = "needs a container engine: tests/container/run.sh"]
fn the_bundled_example_passes_fails_is_inconclusive_and_is_asked_wrongly() {
    let workspace = checkout();
    let gate = |inputs: &[(&str, &str)]| step(workspace.path(), "pull_request", inputs);
    assert_ends(&gate(&example(FIXED, &[])), 0, "pass", "PASS");
    assert_ends(&gate(&example(BROAD, &[])), 3, "fail", "iam:PassRole");
    let thin = example(BROAD, &[("INPUT_MIN-TRACES", "1000")]);
    assert_ends(&gate(&thin), 4, "inconclusive", "NOT ENOUGH TRACES");
    let wrong = example(BROAD, &[("INPUT_FAIL-ON", "severe")]);
    assert_ends(&gate(&wrong), 2, "error", "`fail-on` is `severe`");
    let absent = example("examples/shop/absent.json", &[]);
    assert_ends(&gate(&absent), 2, "error", "absent.json");
}

#[test]
#[ignore = "needs a container engine: tests/container/run.sh"]
fn a_stack_fails_passes_and_is_inconclusive() {
    let moto = Moto::start();
    let shop = Shop::create(&moto, &Policies::default());
    let xray = XrayServer::start(
        traces(&["checkout", "refund", "audit", "report"]),
        Behaviour::default(),
    );
    let workspace = checkout();
    let (moto_url, xray_url) = (moto.url(), xray.url());
    let gate = |more: &[(&str, &str)]| {
        let mut variables = vec![
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ENDPOINT_URL", moto_url.as_str()),
            ("AWS_ENDPOINT_URL_XRAY", xray_url.as_str()),
            ("INPUT_STACK", "shop"),
        ];
        variables.extend(more);
        step(workspace.path(), "schedule", &variables)
    };
    assert_ends(&gate(&[]), 3, "fail", "dynamodb:*");
    let more = (TRACES + 1).to_string();
    let thin = gate(&[("INPUT_MIN-TRACES", &more)]);
    assert_ends(&thin, 4, "inconclusive", "NOT ENOUGH TRACES");
    let wrong = gate(&[("INPUT_TIME-RANGE", "never")]);
    assert_ends(&wrong, 2, "error", "never");
    shop.put_inline(&moto, &sufficient(&shop));
    shop.detach(&moto, &shop.managed_arn);
    shop.detach(&moto, BASIC);
    assert_ends(&gate(&[]), 0, "pass", "PASS");
}

#[test]
#[ignore = "needs a container engine: tests/container/run.sh"]
fn each_recorded_event_is_gated() {
    let workspace = checkout();
    let mut events = 0;
    for entry in fs::read_dir(project("tests/events")).expect("the events") {
        let name = entry.expect("an entry").file_name();
        let name = name.to_str().expect("a plain name");
        let Some(event) = name.strip_suffix(".json") else {
            continue;
        };
        let ran = step(workspace.path(), event, &example(BROAD, &[]));
        assert_ends(&ran, 3, "fail", "iam:PassRole");
        events += 1;
    }
    assert!(events > 10, "the events are found");
}

#[test]
#[ignore = "needs a container engine: tests/container/run.sh"]
fn a_fork_without_credentials_is_an_error_that_says_what_to_do() {
    let workspace = checkout();
    let variables = [
        ("INPUT_STACK", "shop"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ];
    let ran = step(workspace.path(), "pull_request.fork", &variables);
    assert_ends(&ran, 1, "error", "saved `traces` and a `policy-file`");
}

#[test]
#[ignore = "needs a container engine: tests/container/run.sh"]
fn with_nothing_but_the_checkout_to_read_it_works_too() {
    let workspace = checkout();
    let mount = format!("{}:/checkout:ro", workspace.path().display());
    let name = image();
    let mut arguments = vec!["run", "--rm", "--read-only", "--cap-drop", "ALL"];
    arguments.extend(["--network", "none", "--volume", &mount]);
    arguments.extend(["--workdir", "/checkout", &name, "gate"]);
    arguments.extend(["--traces", "examples/shop/traces", "--policy-file", FIXED]);
    for function in ["checkout", "refunds", "notify"] {
        arguments.extend(["--function", function]);
    }
    assert!(said(&arguments).contains("PASS"));
}

#[test]
#[ignore = "needs a container engine: tests/container/run.sh"]
fn t23_the_image_has_one_program_and_no_shell() {
    let entrypoint = said(&[
        "image",
        "inspect",
        "--format",
        "{{json .Config.Entrypoint}}",
        &image(),
    ]);
    assert_eq!(entrypoint.trim(), r#"["/aws-least-privilege"]"#);
    let command = said(&[
        "image",
        "inspect",
        "--format",
        "{{json .Config.Cmd}}",
        &image(),
    ]);
    assert!(["null", "[]"].contains(&command.trim()), "{command}");
    let user = said(&["image", "inspect", "--format", "{{.Config.User}}", &image()]);
    assert!(
        ["", "0", "root"].contains(&user.trim()),
        "the runner's folders are root's in the container: {user}"
    );
    for shell in [
        "/bin/sh",
        "/bin/bash",
        "/bin/dash",
        "/busybox/sh",
        "sh",
        "docker",
    ] {
        let started = engine(&[
            "run",
            "--rm",
            "--network",
            "none",
            "--entrypoint",
            shell,
            &image(),
            "-c",
            "true",
        ]);
        assert!(!started.status.success(), "{shell} starts");
    }
    let created = said(&["create", &image()]);
    let container = created.trim();
    let export = engine(&["export", container]);
    said(&["rm", container]);
    let mut files = Vec::new();
    for entry in tar_entries(&export.stdout) {
        if entry.is_file && entry.mode & 0o111 != 0 {
            files.push(entry.name);
        }
    }
    assert_eq!(
        files,
        ["aws-least-privilege"],
        "what can be run in the image"
    );
}

struct TarEntry {
    name: String,
    mode: u32,
    is_file: bool,
}

/// The entries of an uncompressed tar archive.
fn tar_entries(archive: &[u8]) -> Vec<TarEntry> {
    fn text(field: &[u8]) -> &str {
        let end = field
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(field.len());
        std::str::from_utf8(&field[..end])
            .expect("a tar header")
            .trim()
    }
    let mut entries = Vec::new();
    let mut place = 0;
    while let Some(header) = archive.get(place..place + 512) {
        if header.iter().all(|byte| *byte == 0) {
            break;
        }
        let octal = |field: &[u8]| usize::from_str_radix(text(field), 8).expect("an octal number");
        entries.push(TarEntry {
            name: text(&header[..100]).to_owned(),
            mode: u32::try_from(octal(&header[100..108])).expect("a mode"),
            is_file: matches!(header[156], b'0' | 0),
        });
        place += 512 + octal(&header[124..136]).div_ceil(512) * 512;
    }
    assert!(entries.len() > 3, "the archive is read");
    entries
}

#[test]
#[ignore = "needs a container engine: tests/container/run.sh"]
fn the_image_is_small() {
    let size = said(&["image", "inspect", "--format", "{{.Size}}", &image()]);
    let size: u64 = size.trim().parse().expect("a number of bytes");
    assert!(size < MAX_BYTES, "{size} bytes");
}

#[test]
#[ignore = "needs a container engine: tests/container/run.sh"]
fn t24_nothing_is_left_in_the_workspace() {
    let workspace = checkout();
    let before = contents(workspace.path());
    let ran = step(workspace.path(), "pull_request", &example(BROAD, &[]));
    assert_ends(&ran, 3, "fail", "iam:PassRole");
    assert_eq!(
        contents(workspace.path()),
        before,
        "no file was made or changed"
    );
}

#[test]
#[ignore = "needs a container engine: tests/container/run.sh"]
fn t24_what_is_asked_for_is_the_workspace_owners() {
    let workspace = checkout();
    let before = contents(workspace.path());
    let files = [
        ("INPUT_REPORT-FILE", "out/report.json"),
        ("INPUT_SARIF-FILE", "least-privilege.sarif"),
    ];
    fs::create_dir(workspace.path().join("out")).expect("a folder");
    let ran = step(workspace.path(), "pull_request", &example(BROAD, &files));
    assert_ends(&ran, 3, "fail", "iam:PassRole");
    let owner = fs::metadata(workspace.path()).expect("it is there").uid();
    let mut made = Vec::new();
    for (path, (uid, _, content)) in contents(workspace.path()) {
        if content.is_empty() || before.contains_key(&path) {
            continue;
        }
        let value: serde_json::Value = serde_json::from_slice(&content).expect("JSON");
        let inside = path.strip_prefix(workspace.path()).expect("it is inside");
        made.push((inside.to_owned(), uid, value.get("verdict").is_some()));
    }
    let expected = [
        ("least-privilege.sarif".into(), owner, false),
        ("out/report.json".into(), owner, true),
    ];
    assert_eq!(made, expected);
}
