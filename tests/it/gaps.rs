//! What evidence lacks, through the real program: a gap disarms what it could have hidden and nothing else, nothing is passed over in
//! silence, and what was asked for and is not there is an error.

#![expect(
    clippy::disallowed_methods,
    clippy::needless_pass_by_value,
    clippy::type_complexity,
    reason = "the tests are about files, and tables of values"
)]

use crate::program;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde_json::{Value, json};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

const START: u32 = 1_793_700_000;

pub(crate) fn arn(function: &str) -> String {
    arn_in("eu-west-1", function)
}

fn arn_in(region: &str, function: &str) -> String {
    format!("arn:aws:lambda:{region}:123456789012:function:{function}")
}

/// A function's segment with these subsegments, as text.
pub(crate) fn document(number: u32, function_arn: &str, subsegments: Value) -> String {
    let name = function_arn.rsplit(':').next().expect("a name");
    json!({
        "id": format!("{number:016x}"), "name": name, "trace_id": trace_id(number),
        "start_time": START, "end_time": START + 1, "origin": "AWS::Lambda::Function",
        "aws": {"function_arn": function_arn}, "subsegments": subsegments,
    })
    .to_string()
}

pub(crate) fn trace_id(number: u32) -> String {
    format!("1-{START:08x}-{number:024x}")
}

pub(crate) fn call(service: &str, operation: &str, aws: &Value) -> Value {
    let mut aws = aws.clone();
    aws["operation"] = json!(operation);
    json!([{"id": "00000000000000aa", "name": service, "namespace": "aws", "start_time": START, "end_time": START + 1, "aws": aws}])
}

pub(crate) fn reads(number: u32, function_arn: &str) -> String {
    let table = json!({"table_name": "orders", "region": "eu-west-1"});
    document(number, function_arn, call("DynamoDB", "GetItem", &table))
}

pub(crate) fn http(number: u32, function: &str, host: &str) -> String {
    let request = json!({"request": {"method": "POST", "url": format!("https://{host}/")}, "response": {"status": 200}});
    let request = json!([{"id": "00000000000000ab", "name": host, "namespace": "remote", "start_time": START, "end_time": START + 1, "http": request}]);
    document(number, &arn(function), request)
}

pub(crate) fn trace(number: u32, documents: &[String]) -> Value {
    let documents = documents
        .iter()
        .map(|document| json!({"Id": "0", "Document": document}));
    json!({"Id": trace_id(number), "Segments": documents.collect::<Vec<_>>()})
}

/// Traces enough of these functions, and more.
pub(crate) fn response(functions: &[&str], more: &[Value]) -> String {
    let mut traces = Vec::new();
    for (place, function) in (0_u32..).zip(functions) {
        for number in 1..=25 {
            let number = 1000 * (place + 1) + number;
            traces.push(trace(number, &[reads(number, &arn(function))]));
        }
    }
    traces.extend_from_slice(more);
    json!({"Traces": traces, "UnprocessedTraceIds": []}).to_string()
}

pub(crate) fn policy(grants: &[&str]) -> String {
    let table = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders";
    let mut statements =
        vec![json!({"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": table})];
    for grant in grants {
        statements.push(json!({"Effect": "Allow", "Action": grant, "Resource": "*"}));
    }
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) report: Value,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    fn gaps(&self) -> Vec<(String, String)> {
        let own = self.report["roles"].as_array().into_iter().flatten();
        let own = own.filter_map(|role| role["gaps"].as_array());
        let all = self.report["evidence"]["gaps"]
            .as_array()
            .into_iter()
            .chain(own)
            .flatten();
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        all.map(|gap| (text(&gap["reason"]), text(&gap["detail"])))
            .collect()
    }

    pub(crate) fn reasons(&self) -> Vec<String> {
        let mut reasons: Vec<String> = self.gaps().into_iter().map(|(reason, _)| reason).collect();
        reasons.sort();
        reasons.dedup();
        reasons
    }
}

fn ran(command: &mut Command) -> Ran {
    let output = command.output().expect("the program runs");
    Ran {
        code: output.status.code(),
        report: serde_json::from_slice(&output.stdout).unwrap_or_default(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A gate in a folder that has these traces as `traces.json`.
pub(crate) fn gate(traces: &str, policy: &str, more: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("traces.json"), traces).expect("it can be written");
    gate_in(folder.path(), "traces.json", policy, more)
}

pub(crate) fn gate_in(folder: &Path, traces: &str, policy: &str, more: &[&str]) -> Ran {
    fs::write(folder.join("policy.json"), policy).expect("it can be written");
    let mut arguments = vec!["gate", "--traces", traces, "--policy-file", "policy.json"];
    arguments.extend(["--format", "json"]);
    arguments.extend(more);
    ran(program::command(&arguments).current_dir(folder))
}

const ONE: &[&str] = &["--function", "one"];

fn broken(function: &str) -> String {
    let whole = reads(9_001, &arn(function));
    whole[..whole.len() - 40].to_owned()
}

#[test]
fn what_anothers_evidence_lacks_changes_nothing() {
    let unknown = document(
        9_003,
        &arn("two"),
        call("NoSuchService", "DoThings", &json!({})),
    );
    let unnamed = json!([{"id": "00000000000000ac", "name": "SQS", "namespace": "aws", "start_time": START, "end_time": START + 1}]);
    let mut running: Value = serde_json::from_str(&reads(9_005, &arn("two"))).expect("it is JSON");
    running
        .as_object_mut()
        .expect("an object")
        .remove("end_time");
    running["in_progress"] = json!(true);
    let exceeded = json!({"Id": trace_id(9_006), "LimitExceeded": true, "Segments": [{"Document": reads(9_006, &arn("two"))}]});
    let lacking = [
        ("malformed", trace(9_001, &[broken("two")])),
        (
            "http-only",
            trace(9_002, &[http(9_002, "two", "sqs.eu-west-1.amazonaws.com")]),
        ),
        ("unknown-service", trace(9_003, &[unknown])),
        (
            "no-operation",
            trace(9_004, &[document(9_004, &arn("two"), unnamed)]),
        ),
        ("in-progress", trace(9_005, &[running.to_string()])),
        ("limit-exceeded", exceeded),
    ];
    for (reason, lacking) in &lacking {
        let traces = response(&["one", "two"], std::slice::from_ref(lacking));
        let ran = gate(&traces, &policy(&["sqs:SendMessage"]), ONE);
        assert_eq!(ran.code, Some(3), "{reason}: {}{}", ran.stdout, ran.stderr);
        assert_eq!(ran.reasons(), [*reason], "it is told all the same");
        // Its own function is not sure of the same thing.
        let ran = gate(
            &traces,
            &policy(&["sqs:SendMessage"]),
            &["--function", "two"],
        );
        assert_eq!(ran.code, Some(4), "{reason}: {}{}", ran.stdout, ran.stderr);
        assert_eq!(ran.reasons(), [*reason]);
    }
    let all: Vec<Value> = lacking.into_iter().map(|(_, trace)| trace).collect();
    let ran = gate(
        &response(&["one", "two"], &all),
        &policy(&["sqs:SendMessage"]),
        ONE,
    );
    assert_eq!(ran.code, Some(3), "{}", ran.stdout);
}

#[test]
fn where_the_service_is_known_its_findings_alone_are_inconclusive() {
    let sent = [trace(
        9_002,
        &[http(9_002, "one", "sqs.eu-west-1.amazonaws.com")],
    )];
    let traces = response(&["one"], &sent);
    let unsure = gate(&traces, &policy(&["sqs:SendMessage"]), ONE);
    assert_eq!(unsure.code, Some(4), "{}{}", unsure.stdout, unsure.stderr);
    let role = &unsure.report["roles"][0];
    let told = role["insufficient"].to_string();
    assert!(told.contains("calls of sqs may be missing"), "{told}");
    assert_eq!(role["suggested"], json!([]), "nothing is suggested on it");

    let sure = gate(
        &traces,
        &policy(&["sqs:SendMessage", "firehose:PutRecord"]),
        ONE,
    );
    assert_eq!(sure.code, Some(3), "{}{}", sure.stdout, sure.stderr);
    let more = gate(&traces, &policy(&["*"]), ONE);
    assert_eq!(
        more.code,
        Some(3),
        "what reaches other services too is not acquitted"
    );
}

#[test]
fn a_document_of_nobodys_is_that_of_those_in_its_trace() {
    let nobodys = "{\"id\": \"0000000000000001\", \"name\"".to_owned();
    let beside = |function: &str| trace(9_001, &[reads(9_001, &arn(function)), nobodys.clone()]);
    let of = |more: &[Value]| {
        gate(
            &response(&["one", "two"], more),
            &policy(&["sqs:SendMessage"]),
            ONE,
        )
        .code
    };
    assert_eq!(of(&[beside("two")]), Some(3));
    assert_eq!(of(&[beside("one")]), Some(4));
    // Alone in its trace it may be anybody's.
    assert_eq!(of(&[trace(9_001, std::slice::from_ref(&nobodys))]), Some(4));
}

#[test]
fn what_a_saved_response_does_not_have_is_told() {
    let whole = response(&["one"], &[]);
    let with = |member: &str| whole.replacen("{\"Traces\"", &format!("{{{member}, \"Traces\""), 1);
    let without = |member: &str, value: Value| {
        let mut trace = json!({"Id": trace_id(9_001)});
        trace[member] = value;
        response(&["one"], &[trace])
    };
    let document = |value: Value| json!([{"Id": "aaaaaaaaaaaaaaaa", "Document": value}]);
    let summaries = "\"TraceSummaries\": [{\"Id\": \"1-5aaf0fa0-b6e00f54192cf79a38419e0f\"}]";
    for (traces, reasons) in [
        (whole.clone(), &[][..]),
        (with("\"NextToken\": \"AAAA\""), &["more-pages"]),
        (with("\"NextToken\": null"), &[]),
        (with("\"NextToken\": \"\""), &[]),
        (format!("{whole}\n{{\"Traces\": null}}"), &["malformed"]),
        (format!("{whole}\n{{\"Traces\": []}}"), &[]),
        (with(summaries), &["unprocessed"]),
        (with("\"TraceSummaries\": []"), &[]),
        (format!("{whole}\n{{{summaries}}}"), &["malformed"]),
        (without("Segments", Value::Null), &["malformed"]),
        (without("Segments", json!([])), &["malformed"]),
        (without("Duration", json!(0.5)), &["malformed"]),
        (without("Segments", document(json!(""))), &["malformed"]),
        (without("Segments", document(Value::Null)), &["malformed"]),
    ] {
        let ran = gate(&traces, &policy(&["sqs:SendMessage"]), ONE);
        assert_eq!(ran.reasons(), reasons, "{}{}", ran.stdout, ran.stderr);
        let code = if reasons.is_empty() { 3 } else { 4 };
        assert_eq!(ran.code, Some(code), "{}", ran.stdout);
    }
}

#[cfg(unix)]
#[test]
fn every_file_of_a_folder_is_read_or_told() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let put = |name: &str, how: &dyn Fn(&Path)| {
        let folder = tempfile::tempdir().expect("a folder");
        let traces = folder.path().join("traces");
        fs::create_dir(&traces).expect("it can be made");
        fs::write(traces.join("whole.json"), response(&["one"], &[])).expect("it can be written");
        how(&traces.join(name));
        gate_in(folder.path(), "traces", &policy(&["sqs:SendMessage"]), ONE)
    };
    let write =
        |text: &'static str| move |path: &Path| fs::write(path, text).expect("it can be written");
    let node = |kind: FileType| {
        move |path: &Path| mknodat(CWD, path, kind, Mode::RUSR, 0).expect("it can be made")
    };
    let link = |path: &Path| {
        let target = path
            .parent()
            .expect("a folder")
            .parent()
            .expect("its parent");
        std::os::unix::fs::symlink(target, path).expect("it can be made");
    };
    let dangling =
        |path: &Path| std::os::unix::fs::symlink("gone.json", path).expect("it can be made");
    let cases: [(&str, &dyn Fn(&Path), &[&str]); 10] = [
        ("empty.json", &write(""), &["skipped"]),
        ("traces.txt", &write("{\"Traces\": []}"), &["skipped"]),
        ("traces.json.bz2", &write("BZh91AY"), &["skipped"]),
        ("README.md", &write("# Traces\n"), &["other-file"]),
        (".hidden.json", &write("no traces"), &[]),
        (".shown.json", &write("{\"Traces\": []}"), &["skipped"]),
        ("elsewhere", &link, &["skipped"]),
        ("gone.json", &dangling, &["skipped"]),
        ("pipe.json", &node(FileType::Fifo), &["skipped"]),
        ("socket.json", &node(FileType::Socket), &["skipped"]),
    ];
    for (name, how, reasons) in cases {
        let ran = put(name, how);
        assert_eq!(
            ran.reasons(),
            reasons,
            "{name}: {}{}",
            ran.stdout,
            ran.stderr
        );
        let gaps = ran.gaps();
        assert!(
            gaps.iter().all(|(_, detail)| detail.contains(name)),
            "{gaps:?}"
        );
        // A file that holds no traces by its name and its beginning takes nothing away.
        let code = if reasons == ["skipped"] { 4 } else { 3 };
        assert_eq!(ran.code, Some(code), "{name}: {}", ran.stdout);
    }
}

#[test]
fn zstandard_is_read_by_its_first_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let packed = compress_to_vec(
        response(&["one"], &[]).as_bytes(),
        CompressionLevel::Fastest,
    );
    fs::create_dir(folder.path().join("traces")).expect("it can be made");
    for name in ["traces/a.json.zst", "traces/b", "c.json"] {
        fs::write(folder.path().join(name), &packed).expect("it can be written");
    }
    for path in ["traces", "c.json"] {
        let ran = gate_in(folder.path(), path, &policy(&["sqs:SendMessage"]), ONE);
        assert_eq!(ran.code, Some(3), "{}{}", ran.stdout, ran.stderr);
        assert_eq!(ran.reasons(), Vec::<String>::new());
    }
    let cut = [&packed, &packed[..packed.len() - 9]].concat();
    fs::write(folder.path().join("c.json"), cut).expect("it can be written");
    let cut = gate_in(folder.path(), "c.json", &policy(&["sqs:SendMessage"]), ONE);
    assert_eq!(cut.reasons(), ["truncated"], "{}{}", cut.stdout, cut.stderr);
}

#[cfg(unix)]
#[test]
fn devices_that_never_end_do() {
    let begun = Instant::now();
    for device in ["/dev/zero", "/dev/urandom"] {
        let ran = ran(&mut program::command(&["scan", "--traces", device]));
        assert_eq!(ran.code, Some(1), "{}", ran.stdout);
        assert!(ran.stderr.contains(device), "{}", ran.stderr);
    }
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

#[test]
fn standard_input_that_ends_is_read_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(
        folder.path().join("policy.json"),
        policy(&["sqs:SendMessage"]),
    )
    .expect("it can be written");
    let arguments = [
        "gate",
        "--traces",
        "-",
        "--policy-file",
        "policy.json",
        "--format",
        "json",
    ];
    let mut child = program::command(&arguments)
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin
        .write_all(response(&["one"], &[]).as_bytes())
        .expect("it is read");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(3));
    let empty = ran(program::command(&arguments).current_dir(folder.path()));
    assert_eq!(
        empty.reasons(),
        ["skipped"],
        "{}{}",
        empty.stdout,
        empty.stderr
    );
}

#[test]
fn a_function_that_no_trace_has_is_an_error_whatever_is_made_of_thin_evidence() {
    let traces = response(&["checkout", "refund"], &[]);
    for how in ["fail", "warn"] {
        let asked = [
            "--function",
            "chekout",
            "--function",
            "refund",
            "--on-inconclusive",
            how,
        ];
        let ran = gate(&traces, &policy(&[]), &asked);
        assert_eq!(ran.code, Some(2), "{}{}", ran.stdout, ran.stderr);
        assert!(
            ran.stderr.contains("`chekout` is in none of the traces"),
            "{}",
            ran.stderr
        );
        assert!(
            ran.stderr.contains("did you mean `checkout`?"),
            "{}",
            ran.stderr
        );
        assert_eq!(ran.stdout, "");
    }
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("traces.json"), &traces).expect("it can be written");
    let scan = ["scan", "--traces", "traces.json", "--function", "chekout"];
    let ran = ran(program::command(&scan).current_dir(folder.path()));
    assert_eq!(ran.code, Some(2), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(
        fs::read_dir(folder.path()).expect("it is there").count(),
        1,
        "nothing is written"
    );
}

#[test]
fn a_function_is_named_offline_as_it_is_live_and_a_name_of_several_is_an_error() {
    let traces = response(&["one"], &[]);
    for name in [
        "one",
        "one:PROD",
        "123456789012:function:one",
        "123456789012:function:one:7",
        &arn("one"),
    ] {
        let ran = gate(
            &traces,
            &policy(&["sqs:SendMessage"]),
            &["--function", name],
        );
        assert_eq!(ran.code, Some(3), "{name}: {}{}", ran.stdout, ran.stderr);
        assert_eq!(ran.report["roles"][0]["functions"][0]["arn"], arn("one"));
    }
    let elsewhere = trace(9_001, &[reads(9_001, &arn_in("us-east-1", "one"))]);
    let traces = response(&["one"], &[elsewhere]);
    for how in ["fail", "warn"] {
        let ran = gate(
            &traces,
            &policy(&[]),
            &["--function", "one", "--on-inconclusive", how],
        );
        assert_eq!(ran.code, Some(2), "{}{}", ran.stdout, ran.stderr);
        for function in [arn("one"), arn_in("us-east-1", "one")] {
            assert!(ran.stderr.contains(&function), "{}", ran.stderr);
        }
    }
    let ran = gate(
        &traces,
        &policy(&["sqs:SendMessage"]),
        &["--function", &arn("one")],
    );
    assert_eq!(
        ran.code,
        Some(3),
        "an ARN is one: {}{}",
        ran.stdout,
        ran.stderr
    );
}
