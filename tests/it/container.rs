//! The image from outside, run as GitHub's runner runs it.
//!
//! Needs docker or podman and a built image, so `cargo test` leaves these out; `tests/container/run.sh` builds and runs them.

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

/// More than this and a cold start is felt; README says what it is.
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
}

/// Runs the image in a workspace with these variables and these arguments.
fn step(workspace: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Step {
    let ran = Command::new(project("tests/container/run-as-runner.sh"))
        .arg(image())
        .arg(project("tests/events/pull_request.json"))
        .arg(workspace)
        .args(
            variables
                .iter()
                .map(|(name, value)| format!("{name}={value}")),
        )
        .arg("--")
        .args(arguments)
        .output()
        .expect("the script runs");
    let log = [ran.stdout, ran.stderr].concat();
    Step {
        code: ran.status.code(),
        log: String::from_utf8(log).expect("the log is text"),
    }
}

fn assert_ends(step: &Step, code: i32, says: &str) {
    assert_eq!(step.code, Some(code), "{}", step.log);
    assert!(step.log.contains(says), "{says:?} is not in\n{}", step.log);
}

const EXAMPLE: [&str; 9] = [
    "gate",
    "--traces",
    "examples/shop/traces",
    "--function",
    "checkout",
    "--function",
    "refunds",
    "--function",
    "notify",
];

#[test]
#[ignore = "needs a container engine: tests/container/run.sh"]
fn the_bundled_example_passes_fails_is_inconclusive_and_is_asked_wrongly() {
    let workspace = checkout();
    let gate = |more: &[&str]| step(workspace.path(), &[], &[&EXAMPLE[..], more].concat());
    let fixed = ["--policy-file", "examples/shop/shop-role.fixed.json"];
    let broad = ["--policy-file", "examples/shop/shop-role.json"];
    assert_ends(&gate(&fixed), 0, "PASS");
    assert_ends(&gate(&broad), 3, "FAIL");
    assert_ends(
        &gate(&[&broad[..], &["--min-traces", "1000"]].concat()),
        4,
        "INCONCLUSIVE",
    );
    assert_ends(
        &gate(&[&broad[..], &["--fail-on", "severe"]].concat()),
        2,
        "severe",
    );
    assert_ends(
        &gate(&["--policy-file", "examples/shop/absent.json"]),
        2,
        "absent.json",
    );
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
    let variables = [
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ENDPOINT_URL", moto_url.as_str()),
        ("AWS_ENDPOINT_URL_XRAY", xray_url.as_str()),
    ];
    let gate = |more: &[&str]| {
        let arguments = [&["gate", "--stack", "shop"], more].concat();
        step(workspace.path(), &variables, &arguments)
    };
    assert_ends(&gate(&[]), 3, "dynamodb:*");
    let more = (TRACES + 1).to_string();
    assert_ends(&gate(&["--min-traces", &more]), 4, "INCONCLUSIVE");
    assert_ends(&gate(&["--time-range", "never"]), 2, "never");
    shop.put_inline(&moto, &sufficient(&shop));
    shop.detach(&moto, &shop.managed_arn);
    shop.detach(&moto, BASIC);
    assert_ends(&gate(&[]), 0, "PASS");
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
fn t24_nothing_is_left_in_the_workspace_and_what_is_asked_for_is_its_owners() {
    let workspace = checkout();
    let before = contents(workspace.path());
    let broad = [
        &EXAMPLE[..],
        &["--policy-file", "examples/shop/shop-role.json"],
    ]
    .concat();
    assert_ends(&step(workspace.path(), &[], &broad), 3, "FAIL");
    assert_eq!(
        contents(workspace.path()),
        before,
        "no file was made or changed"
    );
}
