//! The script that names the Dockerfile's base images by their digests, with a registry that is made up.

use crate::script;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const DIGEST: &str = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const DOCKERFILE: &str = "FROM --platform=$BUILDPLATFORM docker.io/library/rust:1.95 AS build\nFROM build AS more\nFROM gcr.io/static:latest\n\
    FROM scratch\n";

/// Runs the script on `Dockerfile` in `folder`, beside a `docker` that knows one digest for every image.
fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    let docker = folder.path().join("docker");
    let knows = format!("#!/bin/sh\necho '{{\"digest\": \"{DIGEST}\"}}'\n");
    script::write(&docker, &knows);
    let path = std::env::var("PATH").expect("a PATH");
    Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/pin-base-images"))
        .args(arguments)
        .arg(folder.path().join("Dockerfile"))
        .env("PATH", format!("{}:{path}", folder.path().display()))
        .output()
        .expect("the script starts")
}

#[test]
fn every_base_image_gets_its_digest_and_stages_get_none() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("Dockerfile");
    fs::write(&file, DOCKERFILE).expect("a Dockerfile");
    let check = run(&folder, &["--check"]);
    assert!(!check.status.success(), "no image has a digest");
    let missing = String::from_utf8_lossy(&check.stderr);
    assert_eq!(missing.matches("has no digest").count(), 2, "{missing}");

    let pinned = format!(
        "FROM --platform=$BUILDPLATFORM docker.io/library/rust:1.95@{DIGEST} AS build\nFROM build AS more\n\
         FROM gcr.io/static:latest@{DIGEST}\nFROM scratch\n"
    );
    // A second run has nothing to change.
    for _ in 0..2 {
        assert!(run(&folder, &[]).status.success());
        assert_eq!(fs::read_to_string(&file).expect("the Dockerfile"), pinned);
    }
    assert!(run(&folder, &["--check"]).status.success());
}
