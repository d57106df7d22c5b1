//! Region and credentials, through the real program: whatever they come from, `--timeout` is over that too.

#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "the tests are about files")]

use super::http::{Answer, HttpServer};
use crate::program;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

/// What starting and a slow machine may take besides the `--timeout` of three seconds.
const BOUNDED: Duration = Duration::from_secs(9);

const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]}"#;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("policy.json"), POLICY).expect("it can be written");
    fs::create_dir(folder.path().join(".aws")).expect("it can be made");
    folder
}

fn fifo(path: &Path) {
    let mode = rustix::fs::Mode::RWXU;
    rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, mode, 0)
        .expect("it can be made");
}

fn run(folder: &Path, more: &[&str], variables: &[(&str, &str)]) -> (Output, Duration) {
    let mut arguments = vec!["gate", "--policy-file", "policy.json", "--timeout", "3s"];
    arguments.extend(more);
    let begun = Instant::now();
    let ran = start(folder, &arguments, variables);
    (ran, begun.elapsed())
}

fn start(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let ran = program::command(arguments)
        .current_dir(folder)
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", folder)
        .env("AWS_MAX_ATTEMPTS", "1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        .envs(variables.iter().copied())
        .output();
    ran.expect("the program runs")
}

fn told(ran: &Output, code: i32) -> String {
    let stderr = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(code), "{stderr}");
    stderr
}

#[test]
fn credentials_that_do_not_come_end_with_the_timeout() {
    let folder = folder();
    let slow = "[profile slow]\nregion = eu-west-1\ncredential_process = /bin/sleep 25\n";
    fs::write(folder.path().join(".aws/config"), slow).expect("it can be written");
    let silent = HttpServer::start(|_| Answer::Hang);
    let address = format!("{}/credentials", silent.url());
    let region = ("AWS_REGION", "eu-west-1");
    let container = [
        region,
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", address.as_str()),
    ];
    let cases = [
        (
            &["--profile", "slow"][..],
            &[][..],
            "the `credential_process` of the profile `slow`",
        ),
        (
            &[],
            &[("AWS_PROFILE", "slow")],
            "the `credential_process` of the profile `slow`",
        ),
        (&[], &container, "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
    ];
    for (more, variables, waited_for) in cases {
        let (ran, took) = run(folder.path(), more, variables);
        let stderr = told(&ran, 1);
        assert!(took < BOUNDED, "{took:?}: {stderr}");
        let expected = format!("{waited_for} gave nothing within 3 seconds (--timeout)");
        assert!(
            stderr.contains(&expected) && stderr.contains("hint:"),
            "{stderr}"
        );
    }
}

#[test]
fn a_configuration_that_is_no_file_is_refused_by_its_name() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fifo(&folder.path().join("pipe"));
    let (pipe, large) = (path("pipe"), path("large"));
    fs::write(&large, "#".repeat((1 << 20) + 1)).expect("it can be written");
    let web = format!(
        "[profile web]\nregion = eu-west-1\nrole_arn = arn:aws:iam::123456789012:role/x\nweb_identity_token_file = {pipe}\n"
    );
    fs::write(path("web"), web).expect("it can be written");
    let keys = [
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "eu-west-1"),
    ];
    let cases = [
        ("AWS_CONFIG_FILE", pipe.as_str(), "is a pipe or a device"),
        ("AWS_CONFIG_FILE", "/dev/zero", "is a pipe or a device"),
        ("AWS_CONFIG_FILE", &large, "is larger than 1 MiB"),
        (
            "AWS_SHARED_CREDENTIALS_FILE",
            &pipe,
            "is a pipe or a device",
        ),
        (
            "AWS_WEB_IDENTITY_TOKEN_FILE",
            &pipe,
            "is a pipe or a device",
        ),
    ];
    for (name, value, why) in cases {
        let mut variables = keys.to_vec();
        variables.push((name, value));
        let (ran, took) = run(folder.path(), &[], &variables);
        let stderr = told(&ran, 2);
        assert!(took < BOUNDED, "{took:?}: {stderr}");
        let expected = format!("{name} is `{value}`, which {why}");
        assert!(stderr.contains(&expected), "{stderr}");
    }
    let (ran, took) = run(
        folder.path(),
        &["--profile", "web"],
        &[("AWS_CONFIG_FILE", &path("web"))],
    );
    let stderr = told(&ran, 2);
    assert!(took < BOUNDED, "{took:?}: {stderr}");
    assert!(
        stderr.contains("`web_identity_token_file` of the profile `web` is `"),
        "{stderr}"
    );
    fifo(&folder.path().join(".aws/credentials"));
    let (ran, _) = run(folder.path(), &[], &keys);
    assert!(told(&ran, 2).contains(".aws/credentials"));
    // The device that is empty says that there is no file.
    let mut none = keys.to_vec();
    none.extend([
        ("AWS_CONFIG_FILE", "/dev/null"),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
    ]);
    let (ran, _) = run(folder.path(), &["--stack", "shop"], &none);
    assert!(told(&ran, 1).contains("ListStackResources"));
}

#[test]
fn an_empty_variable_is_as_if_it_were_not_set() {
    let folder = folder();
    let config = "[default]\nregion = eu-central-1\n[profile other]\nregion = eu-north-1\n";
    fs::write(folder.path().join(".aws/config"), config).expect("it can be written");
    let cases = [
        (&[("AWS_REGION", "")][..], "eu-central-1"),
        (&[("AWS_REGION", ""), ("AWS_PROFILE", "")], "eu-central-1"),
        (
            &[("AWS_REGION", ""), ("AWS_PROFILE", "other")],
            "eu-north-1",
        ),
        (
            &[("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "eu-south-1")],
            "eu-south-1",
        ),
        (&[("AWS_PROFILE", "")], "eu-central-1"),
    ];
    for (given, region) in cases {
        let mut variables = given.to_vec();
        variables.extend([
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
        ]);
        let doctor = ["doctor", "--timeout", "3s", "--format", "json"];
        let ran = start(folder.path(), &doctor, &variables);
        told(&ran, 1);
        let told: serde_json::Value = serde_json::from_slice(&ran.stdout).expect("JSON");
        assert_eq!(told["region"], region, "{given:?}");
    }
}
