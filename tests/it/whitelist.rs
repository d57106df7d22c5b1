//! `whitelist` through the real program; for Python and Node through the real SDKs as well: the file makes them record
//! resources that they do not record by themselves, and `scan` reads those out of the document that they would send.
//!
//! The SDKs are installed by the test into the target folder, at the versions pinned under `tests/sdk`. For Java and .NET
//! there is no such test: their packages come from registries that are not asked here, so the tests of their files rest on
//! what their sources read.

#![expect(
    clippy::disallowed_methods,
    reason = "the tests lay out the files that programs read, and read what they wrote"
)]

use crate::program;
use serde_json::Value;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What no recording may hold: `tests/sdk` puts it wherever a request has data.
const DATA: &str = "not-to-be-recorded";

/// What the calls of `tests/sdk` need on resources that neither SDK records by itself.
const NEEDED: [(&str, &str); 6] = [
    (
        "kinesis:PutRecord",
        "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks",
    ),
    (
        "kms:Decrypt",
        "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    ),
    (
        "secretsmanager:GetSecretValue",
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-db-??????",
    ),
    (
        "ssm:GetParameters",
        "arn:aws:ssm:eu-west-1:123456789012:parameter/orders/limit",
    ),
    (
        "ssm:GetParameters",
        "arn:aws:ssm:eu-west-1:123456789012:parameter/orders/url",
    ),
    (
        "states:StartExecution",
        "arn:aws:states:eu-west-1:123456789012:stateMachine:fulfil",
    ),
];

/// What they need on resources that both SDKs record by themselves.
const NEEDED_ANYWAY: [(&str, &str); 2] = [
    (
        "dynamodb:BatchGetItem",
        "arn:aws:dynamodb:eu-west-1:123456789012:table/customers",
    ),
    (
        "dynamodb:BatchGetItem",
        "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
    ),
];

#[test]
fn python_records_what_the_file_lists_and_scan_reads_it() {
    let sdk = Sdk {
        name: "python",
        own: "aws_xray_sdk/ext/resources/aws_para_whitelist.json",
        of_s3: ("s3:GetObject", "arn:aws:s3:::invoices/*"),
        install: |to| {
            let mut pip = Command::new("python3");
            pip.args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
                "--upgrade",
            ]);
            pip.arg("--target")
                .arg(to)
                .arg("-r")
                .arg(source("python/requirements.txt"));
            pip
        },
        record: |installed| {
            let mut python = Command::new("python3");
            python
                .env("PYTHONPATH", installed)
                .arg(source("python/record.py"));
            python
        },
    };
    sdk.proves_the_file();
}

#[test]
fn node_records_what_the_file_lists_and_scan_reads_it() {
    let sdk = Sdk {
        name: "node",
        own: "node_modules/aws-xray-sdk-core/dist/lib/resources/aws_whitelist.json",
        of_s3: ("s3:PutBucketPublicAccessBlock", "arn:aws:s3:::invoices"),
        install: |to| {
            for file in ["package.json", "package-lock.json", "record.js"] {
                fs::copy(source("node").join(file), to.join(file))
                    .expect("the folder can be written to");
            }
            let mut npm = Command::new("npm");
            npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
                .current_dir(to);
            npm
        },
        record: |installed| {
            let mut node = Command::new("node");
            node.arg("--no-warnings").arg(installed.join("record.js"));
            node
        },
    };
    sdk.proves_the_file();
}

/// An SDK that can be had here.
struct Sdk {
    name: &'static str,
    /// Its own whitelist, in the folder that it is installed into.
    own: &'static str,
    /// What a call of S3 needs that it does not record by itself.
    of_s3: (&'static str, &'static str),
    install: fn(&Path) -> Command,
    record: fn(&Path) -> Command,
}

impl Sdk {
    fn proves_the_file(&self) {
        let installed = self.installed();
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("whitelist.json");
        fs::write(&file, whitelist(self.name, &[])).expect("the folder can be written to");

        self.holds_the_sdks_own(&installed, &file);
        let by_itself = self.recorded(&installed, None);
        let with_file = self.recorded(&installed, Some(&file));
        assert!(
            !with_file.contains(DATA),
            "the file makes the SDK record data: {with_file}"
        );

        let granted = scan(&by_itself, folder.path());
        let granted_with_file = scan(&with_file, folder.path());
        for needed in NEEDED.iter().chain([&self.of_s3]) {
            assert!(
                !granted.contains(&owned(needed)),
                "{needed:?} is recorded without the file"
            );
            assert!(
                granted_with_file.contains(&owned(needed)),
                "{needed:?} is not in {granted_with_file:#?}"
            );
        }
        for needed in &NEEDED_ANYWAY {
            assert!(
                granted.contains(&owned(needed)),
                "{needed:?} is not in {granted:#?}"
            );
            assert!(
                granted_with_file.contains(&owned(needed)),
                "{needed:?} is not in {granted_with_file:#?}"
            );
        }
    }

    /// Installs the pinned packages, once: a copy of the pins beside them says that it was done.
    fn installed(&self) -> PathBuf {
        let folder =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("whitelist-{}", self.name));
        let pins = fs::read_dir(source(self.name)).expect("the sources of the test");
        let mut pins: Vec<PathBuf> = pins
            .map(|entry| entry.expect("a file").path())
            .filter(|path| path.is_file())
            .collect();
        pins.sort();
        let pins: String = pins
            .iter()
            .map(|path| fs::read_to_string(path).expect("text"))
            .collect();
        let mark = folder.join("installed-pins.txt");
        if fs::read_to_string(&mark).is_ok_and(|installed| installed == pins) {
            return folder;
        }
        fs::create_dir_all(&folder).expect("the target folder can be written to");
        done(
            &mut (self.install)(&folder),
            "packages of the SDK cannot be installed",
        );
        fs::write(&mark, pins).expect("the target folder can be written to");
        folder
    }

    /// Everything that the SDK records by itself is recorded with the file too.
    fn holds_the_sdks_own(&self, installed: &Path, file: &Path) {
        let read = |path: &Path| -> Value {
            let text = fs::read_to_string(path).expect("a whitelist");
            serde_json::from_str(&text).expect("JSON")
        };
        let own = read(&installed.join(self.own));
        let missing = missing(&own["services"], &read(file)["services"], "");
        assert_eq!(missing, [] as [&str; 0], "the SDK's own whitelist has more");
    }

    /// The document that the SDK would send of the calls.
    fn recorded(&self, installed: &Path, whitelist: Option<&Path>) -> String {
        let mut command = (self.record)(installed);
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("AWS_"))
        {
            command.env_remove(name);
        }
        command
            .env("AWS_CONFIG_FILE", "none")
            .env("AWS_SHARED_CREDENTIALS_FILE", "none")
            .env("NO_PROXY", "127.0.0.1");
        if let Some(whitelist) = whitelist {
            command.arg(whitelist);
        }
        let output = done(&mut command, "the calls cannot be made");
        String::from_utf8(output.stdout).expect("a document is text")
    }
}

/// What of one JSON value the other lacks; lists count as sets.
fn missing(wanted: &Value, given: &Value, at: &str) -> Vec<String> {
    match (wanted, given) {
        (Value::Object(wanted), Value::Object(given)) => {
            let members = wanted.iter();
            members
                .flat_map(|(name, value)| {
                    missing(
                        value,
                        given.get(name).unwrap_or(&Value::Null),
                        &format!("{at}/{name}"),
                    )
                })
                .collect()
        }
        (Value::Array(wanted), Value::Array(given)) => wanted
            .iter()
            .filter(|element| !given.contains(element))
            .map(|element| format!("{at}: {element}"))
            .collect(),
        _ if wanted == given => Vec::new(),
        _ => vec![format!("{at}: {wanted}")],
    }
}

/// The whitelist as the program prints it.
fn whitelist(sdk: &str, services: &[&str]) -> String {
    let mut arguments = vec!["whitelist", "--sdk", sdk];
    arguments.extend(services.iter().flat_map(|service| ["--service", service]));
    let output = done(&mut program::command(&arguments), "no whitelist");
    String::from_utf8(output.stdout).expect("text")
}

/// The actions and resources that `scan` writes for the function of a document.
fn scan(document: &str, folder: &Path) -> BTreeSet<(String, String)> {
    let traces = folder.join("document.json");
    fs::write(&traces, document).expect("the folder can be written to");
    let arguments: [&OsStr; 7] = [
        "scan".as_ref(),
        "--traces".as_ref(),
        traces.as_ref(),
        "--output-dir".as_ref(),
        folder.as_ref(),
        "--name-by".as_ref(),
        "function".as_ref(),
    ];
    done(
        &mut program::command(&arguments),
        "the document cannot be read",
    );
    let text =
        fs::read_to_string(folder.join("checkout.policy.json")).expect("a policy for the function");
    let policy: Value = serde_json::from_str(&text).expect("JSON");
    let statements = policy["Statement"].as_array().expect("statements").iter();
    let pairs = statements.flat_map(|statement| {
        let resources = texts(&statement["Resource"]);
        texts(&statement["Action"])
            .into_iter()
            .flat_map(move |action| {
                resources
                    .clone()
                    .into_iter()
                    .map(move |resource| (action.clone(), resource))
            })
    });
    pairs.collect()
}

/// One text or a list of them.
fn texts(value: &Value) -> Vec<String> {
    let list = value
        .as_array()
        .into_iter()
        .flatten()
        .chain(Some(value).filter(|value| value.is_string()));
    list.map(|text| text.as_str().expect("text").to_owned())
        .collect()
}

fn owned((action, resource): &(&str, &str)) -> (String, String) {
    ((*action).to_owned(), (*resource).to_owned())
}

fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/sdk")
        .join(path)
}

/// Runs a command to its end, which must be a good one.
#[track_caller]
fn done(command: &mut Command, otherwise: &str) -> Output {
    let output = command.output();
    let output = output.unwrap_or_else(|error| {
        panic!("{otherwise}: {command:?} is needed for this test and did not start: {error}")
    });
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{otherwise}: {command:?} ended with {}\n{told}",
        output.status
    );
    output
}

/// The format that the SDKs for Java (both) and .NET read: what their classes have members for, and nothing else. A rename
/// alone, which Node and Python know, they pass over.
#[test]
fn files_for_java_and_dotnet_hold_only_what_their_sdks_read() {
    const LISTS: [&str; 2] = ["request_parameters", "response_parameters"];
    const MAPS: [&str; 2] = ["request_descriptors", "response_descriptors"];
    for sdk in ["java", "dotnet"] {
        let file: Value = serde_json::from_str(&whitelist(sdk, &[])).expect("JSON");
        let names = |value: &Value| -> Vec<String> {
            value
                .as_object()
                .expect("an object")
                .keys()
                .cloned()
                .collect()
        };
        assert_eq!(names(&file), ["services"]);
        for (service, value) in file["services"].as_object().expect("services") {
            assert_eq!(names(value), ["operations"], "{service}");
            for (operation, value) in value["operations"].as_object().expect("operations") {
                assert!(
                    operation.starts_with(|first: char| first.is_ascii_uppercase()),
                    "{sdk} {service} {operation}"
                );
                for (name, value) in value.as_object().expect("an operation") {
                    if LISTS.contains(&name.as_str()) {
                        assert!(
                            value.as_array().is_some_and(
                                |list| !list.is_empty() && list.iter().all(Value::is_string)
                            ),
                            "{value}"
                        );
                    } else {
                        assert!(
                            MAPS.contains(&name.as_str()),
                            "{sdk} {service} {operation} {name}"
                        );
                        for descriptor in value.as_object().expect("descriptors").values() {
                            let mut members = names(descriptor);
                            members.sort();
                            let keys = ["get_keys", "map", "rename_to"];
                            let count = ["get_count", "list", "rename_to"];
                            assert!(
                                members == keys || members == count,
                                "{sdk} {service} {operation} {descriptor}"
                            );
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn an_unknown_service_ends_with_wrong_usage_and_says_which_was_meant() {
    let output =
        program::command(&["whitelist", "--sdk", "node", "--service", "secretmanager"]).output();
    let output = output.expect("the program starts");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        told.contains("`secretmanager`") && told.contains("did you mean `secretsmanager`?"),
        "{told}"
    );
}

#[test]
fn one_service_prints_a_file_small_enough_to_read() {
    let expected = r#"{
  "services": {
    "sagemakerruntime": { "operations": {
      "invokeEndpoint": {"request_parameters":["EndpointName","InferenceComponentName"]},
      "invokeEndpointAsync": {"request_parameters":["EndpointName"]},
      "invokeEndpointWithResponseStream": {"request_parameters":["EndpointName","InferenceComponentName"]}
    } }
  }
}
"#;
    assert_eq!(whitelist("node", &["SageMaker Runtime"]), expected);
}

#[test]
fn the_help_says_how_each_sdk_loads_the_file() {
    let output = done(&mut program::command(&["whitelist", "--help"]), "no help");
    let help = String::from_utf8_lossy(&output.stdout);
    for call in [
        "AWSXRay.appendAWSWhitelist(",
        "boto_utils.whitelist",
        "new TracingHandler(",
        "new TracingInterceptor(null, null, ",
        "AWSSDKHandler.RegisterXRayManifest(",
    ] {
        assert!(help.contains(call), "{call} is not in\n{help}");
    }
}
