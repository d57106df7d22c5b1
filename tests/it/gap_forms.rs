//! Forms in which evidence may be lost, through the real program: what is no list, what is not told by its name, what is packed.

#![expect(clippy::disallowed_methods, reason = "the tests are about files")]

use crate::gaps::{Ran, arn, call, document, gate, gate_in, http, policy, response, trace};
use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde_json::{Value, json};
use std::fs;
use std::io::Write as _;
use std::path::Path;

const ONE: &[&str] = &["--function", "one"];

/// The call that would acquit, if it were read.
fn sends() -> Value {
    let queue = json!({"queue_url": "https://sqs.eu-west-1.amazonaws.com/123456789012/q", "region": "eu-west-1"});
    call("SQS", "SendMessage", &queue)
}

fn lone(subsegments: Value) -> Value {
    trace(9_001, &[document(9_001, &arn("one"), subsegments)])
}

fn judged(ran: &Ran, reasons: &[&str], of: &str) {
    assert_eq!(ran.reasons(), reasons, "{of}: {}{}", ran.stdout, ran.stderr);
    let disarms = reasons.iter().any(|reason| *reason != "other-file");
    let code = if disarms { 4 } else { 3 };
    assert_eq!(ran.code, Some(code), "{of}: {}", ran.stdout);
}

#[test]
fn what_is_in_the_place_of_a_list_is_a_gap() {
    let whole = response(&["one"], &[]);
    let beside = |line: Value| format!("{whole}\n{line}");
    let with = |member: &str| whole.replacen("{\"Traces\"", &format!("{{{member}, \"Traces\""), 1);
    let lone_call = sends()[0].clone();
    for (traces, reasons) in [
        (beside(json!({"Traces": lone(sends())})), &["malformed"][..]),
        (
            beside(json!({"Traces": {"a": lone(sends())}})),
            &["malformed"],
        ),
        (
            beside(json!({"Traces": json!([lone(sends())]).to_string()})),
            &["malformed"],
        ),
        (beside(json!({"Traces": 5})), &["malformed"]),
        (beside(json!({"Traces": false})), &["malformed"]),
        (
            response(&["one"], &[lone(json!({"0": lone_call}))]),
            &["malformed"],
        ),
        (response(&["one"], &[lone(json!("x"))]), &["malformed"]),
        (with("\"nextToken\": \"A\""), &["more-pages"]),
        (with("\"next_token\": \"A\""), &["more-pages"]),
        (with("\"NextToken\": {}"), &["more-pages"]),
        (with("\"NextToken\": 5"), &["more-pages"]),
        (with("\"nextToken\": null"), &[]),
        (
            with("\"unprocessedTraceIds\": [\"1-5aaf0fa0-b6e00f54192cf79a38419e0f\"]"),
            &["unprocessed"],
        ),
        (with("\"unprocessedTraceIds\": []"), &[]),
    ] {
        let ran = gate(&traces, &policy(&["sqs:SendMessage"]), ONE);
        judged(&ran, reasons, &traces[traces.len().saturating_sub(200)..]);
    }
}

#[test]
fn a_call_without_its_namespace_is_a_gap() {
    let named = |namespace: Option<Value>| {
        let mut call = sends();
        match namespace {
            Some(namespace) => call[0]["namespace"] = namespace,
            None => drop(call[0].as_object_mut().expect("a call").remove("namespace")),
        }
        response(&["one"], &[lone(call)])
    };
    for namespace in [None, Some(Value::Null), Some(json!(5)), Some(json!(""))] {
        let traces = named(namespace.clone());
        let ran = gate(&traces, &policy(&["sqs:SendMessage"]), ONE);
        judged(&ran, &["no-operation"], &format!("{namespace:?}"));
        // It hides calls of its own service alone.
        let other = gate(&traces, &policy(&["sns:Publish"]), ONE);
        assert_eq!(other.code, Some(3), "{}", other.stdout);
    }
    let mut own = json!([{"id": "00000000000000aa", "name": "work", "start_time": 1_793_700_000, "end_time": 1_793_700_001,
        "aws": {"function_arn": arn("one")}}]);
    for name in ["work", "Invocation", "Attempt #1"] {
        own[0]["name"] = json!(name);
        let ran = gate(
            &response(&["one"], &[lone(own.clone())]),
            &policy(&["sqs:SendMessage"]),
            ONE,
        );
        judged(&ran, &[], name);
    }
}

#[test]
fn a_host_that_is_no_services_hides_nothing() {
    for (host, code) in [
        ("checkip.amazonaws.com", 3),
        ("status.amazonaws.com", 3),
        ("ip-ranges.amazonaws.com", 3),
        ("www.amazonaws.com", 3),
        ("sqs.eu-west-1.amazonaws.com", 4),
        ("eu-west-1.queue.amazonaws.com", 4),
        ("queue.amazonaws.com", 4),
        ("vpce-1-2.sqs.eu-west-1.vpce.amazonaws.com", 4),
        ("unheard-of.eu-west-1.amazonaws.com", 4),
        ("sts.amazonaws.com", 3),
    ] {
        let asks = trace(9_001, &[http(9_001, "one", host)]);
        let ran = gate(
            &response(&["one"], &[asks]),
            &policy(&["sqs:SendMessage"]),
            ONE,
        );
        assert_eq!(ran.code, Some(code), "{host}: {}", ran.stdout);
        let is_plain = ["checkip", "status", "ip-ranges", "www"];
        let is_plain = is_plain.iter().any(|plain| host.starts_with(plain));
        assert_eq!(ran.reasons().is_empty(), is_plain, "{host}: {}", ran.stdout);
    }
}

/// Judges traces of a folder that has this besides.
fn beside(name: &str, how: &dyn Fn(&Path)) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let traces = folder.path().join("traces");
    let path = traces.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
    fs::write(traces.join("whole.json"), response(&["one"], &[])).expect("it can be written");
    how(&path);
    gate_in(folder.path(), "traces", &policy(&["sqs:SendMessage"]), ONE)
}

#[test]
fn what_may_hold_traces_is_told_and_disarms() {
    let extra = json!({"Traces": [lone(sends())]}).to_string();
    let utf16: Vec<u8> = extra.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let with = |first: &[u8], rest: &str| [first, rest.as_bytes()].concat();
    let mut tar = vec![0; 512];
    tar[..6].copy_from_slice(b"a.json");
    tar[257..262].copy_from_slice(b"ustar");
    for (name, bytes) in [
        (".saved/a.json", extra.clone().into_bytes()),
        (".saved/deep/a", extra.clone().into_bytes()),
        (".a.txt", extra.clone().into_bytes()),
        (".a.json", with(b"\n ", &extra)),
        ("a.json.1", with(b"\n\n", &extra)),
        ("a.txt", with(&[b' '; 20], &extra)),
        ("b.txt", with(b"\xef\xbb\xbf", &extra)),
        ("c.txt", with(&[b' '; 9000], &extra)),
        ("utf16.txt", [&[0xff, 0xfe][..], &utf16].concat()),
        ("bare-utf16.txt", utf16.clone()),
        ("a.tar", b"a.json".to_vec()),
        ("a.data", tar),
        ("a.lz4", b"\x04\x22\x4d\x18xxxx".to_vec()),
        ("b.data", b"\x04\x22\x4d\x18xxxx".to_vec()),
        ("a.txt", json!(extra).to_string().into_bytes()),
    ] {
        let ran = beside(name, &|path| {
            fs::write(path, &bytes).expect("it can be written");
        });
        judged(&ran, &["skipped"], name);
    }
}

#[test]
fn what_plainly_holds_none_disarms_nothing() {
    for (name, text, reasons) in [
        (
            "README.md",
            "[![CI](https://example.com)]\n",
            &["other-file"][..],
        ),
        ("notes.txt", "Saved on Monday\n", &["other-file"]),
        ("empty.txt", "  \n", &["other-file"]),
        (".gitignore", "*.log\n", &[]),
        (".DS_Store", "\0\0\0\u{1}Bud1", &[]),
        (".git/config", "[core]\n", &[]),
        (".git/refs/a.json", "{}", &[]),
        (".cache/notes.txt", "nothing\n", &[]),
    ] {
        let ran = beside(name, &|path| {
            fs::write(path, text).expect("it can be written");
        });
        judged(&ran, reasons, name);
    }
}

#[cfg(unix)]
#[test]
fn what_is_hidden_and_no_file_is_told() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    for kind in [FileType::Fifo, FileType::Socket] {
        for name in [".hidden.json", ".saved/pipe"] {
            let make =
                |path: &Path| mknodat(CWD, path, kind, Mode::RUSR, 0).expect("it can be made");
            judged(&beside(name, &make), &["skipped"], name);
        }
    }
}

#[test]
fn a_zstandard_file_is_skipped_nowhere_and_checked() {
    let extra = json!({"Traces": [lone(sends())]}).to_string();
    let packed = compress_to_vec(extra.as_bytes(), CompressionLevel::Fastest);
    let first = [&[0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0][..], b"xx", &packed].concat();
    let ran = beside("a.json.zst", &|path| {
        fs::write(path, &first).expect("it can be written");
    });
    assert_eq!(
        ran.reasons(),
        Vec::<String>::new(),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    assert_eq!(ran.report["evidence"]["traces"], 26, "{}", ran.stdout);
    let mut wrong = packed;
    *wrong.last_mut().expect("a checksum") ^= 1;
    let ran = beside("a.json.zst", &|path| {
        fs::write(path, &wrong).expect("it can be written");
    });
    judged(&ran, &["malformed"], "a wrong checksum");
}

#[test]
fn a_file_of_a_folder_with_the_wrong_contents_is_a_gap() {
    let extra = json!({"Traces": [lone(sends())]}).to_string();
    let packed = compress_to_vec(extra.as_bytes(), CompressionLevel::Fastest);
    let mut flipped = packed.clone();
    flipped[packed.len() / 2] ^= 0xff;
    let zipped = gzip(extra.as_bytes());
    let mut gzip_flipped = zipped.clone();
    gzip_flipped[zipped.len() / 2] ^= 0xff;
    // A frame with a window of 2 GiB.
    let window = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00];
    let cut = &packed[..packed.len() / 2];
    let cases: [(&str, &[u8], &str); 14] = [
        ("a.json", b"null", "malformed"),
        ("a.json", b"5", "malformed"),
        ("a.json", b"{}", "malformed"),
        ("a.json", b"[null]", "malformed"),
        ("a.json", b"<!DOCTYPE html><p>Sign in", "malformed"),
        ("a.json", &[0; 5000], "malformed"),
        ("a.json.gz", &gzip(&zipped), "malformed"),
        ("a.json.gz", &gzip_flipped, "malformed"),
        ("a.json.gz", &zipped[..10], "truncated"),
        ("a.json.zst", &flipped, "malformed"),
        ("a.json.zst", &window, "malformed"),
        ("a.json.zst", cut, "truncated"),
        ("a.json.zst", &packed[..3], "malformed"),
        ("z.json", b"no", "malformed"),
    ];
    for (name, contents, reason) in cases {
        let ran = beside(name, &|path| {
            fs::write(path, contents).expect("it can be written");
        });
        judged(&ran, &[reason], name);
        // By itself there is nothing to judge, but what was read before its end.
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(name), contents).expect("it can be written");
        let ran = gate_in(folder.path(), name, &policy(&[]), ONE);
        // A byte that only the checksum misses is in a trace that was found.
        let is_found = reason == "truncated" || contents == flipped;
        let code = if is_found { 4 } else { 1 };
        assert_eq!(ran.code, Some(code), "{name} {contents:?}: {}", ran.stderr);
        let told = format!("{}{}", ran.stdout, ran.stderr);
        assert!(told.contains(name), "{told}");
        assert!(!ran.stderr.contains("Failed"), "{}", ran.stderr);
    }
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("traces")).expect("it can be made");
    fs::write(folder.path().join("traces/a.json"), "null").expect("it can be written");
    let ran = gate_in(folder.path(), "traces", &policy(&[]), ONE);
    assert_eq!(ran.code, Some(1), "no file has traces: {}", ran.stderr);
}

fn gzip(contents: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(contents).expect("memory");
    packed.finish().expect("memory")
}

#[test]
fn pages_of_one_file_follow_one_another() {
    let page = |token: Value| json!({"Traces": [lone(sends())], "NextToken": token}).to_string();
    let whole = response(&["one"], &[]);
    let ran = gate(
        &format!("{}\n{whole}", page(json!("A"))),
        &policy(&["sqs:SendMessage"]),
        ONE,
    );
    assert_eq!(ran.reasons(), Vec::<String>::new(), "{}", ran.stdout);
    let ran = gate(
        &format!("{whole}\n{}", page(json!("A"))),
        &policy(&["sqs:SendMessage"]),
        ONE,
    );
    assert_eq!(ran.reasons(), ["more-pages"], "{}", ran.stdout);
    assert!(ran.stdout.contains("save all pages"), "{}", ran.stdout);
}

/// A folder with traces of which one cannot be read, and a policy with more than was called.
fn lacking() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text);
    let more = json!({"Id": "1-5aaf0fa0-b6e00f54192cf79a38419e0f", "Segments": []});
    write("traces.json", &response(&["one"], &[more])).expect("it can be written");
    write("policy.json", &policy(&["s3:*"])).expect("it can be written");
    folder
}

fn program(folder: &Path, arguments: &[&str]) -> (String, String) {
    let of = ["--traces", "traces.json", "--policy-file", "policy.json"];
    let all = [arguments, &of, ONE].concat();
    let ran = crate::program::command(&all).current_dir(folder).output();
    let ran = ran.expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&ran.stdout), text(&ran.stderr))
}

#[test]
fn every_command_tells_what_could_not_be_read() {
    let folder = lacking();
    let (text, _) = program(folder.path(), &["explain"]);
    assert!(text.contains("gap: malformed"), "{text}");
    assert!(
        text.contains("1-5aaf0fa0-b6e00f54192cf79a38419e0f"),
        "{text}"
    );
    let (text, _) = program(folder.path(), &["explain", "--format", "json"]);
    let explained: Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(explained["gaps"][0]["reason"], "malformed", "{text}");
    let (_, told) = program(folder.path(), &["baseline"]);
    assert!(told.contains("gap: malformed: 1-5aaf0fa0"), "{told}");
    assert!(told.contains("may be needed"), "{told}");
    assert!(
        folder
            .path()
            .join(".least-privilege.baseline.json")
            .exists()
    );

    let (text, _) = program(folder.path(), &["gate", "--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&text).expect("it is JSON");
    let run = &sarif["runs"][0];
    let told = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(told["level"], "warning", "{run:#}");
    assert_eq!(told["descriptor"]["id"], "malformed", "{run:#}");
    let results = run["results"].as_array().expect("results");
    assert!(!results.is_empty(), "{run:#}");
    assert!(
        results.iter().all(|result| result["level"] != "error"),
        "{results:#?}"
    );
}

#[test]
fn nothing_is_told_where_nothing_is_lost() {
    let folder = lacking();
    fs::write(folder.path().join("traces.json"), response(&["one"], &[]))
        .expect("it can be written");
    let (text, _) = program(folder.path(), &["explain"]);
    assert!(!text.contains("gap"), "{text}");
    let (_, told) = program(folder.path(), &["baseline"]);
    assert!(!told.contains("gap"), "{told}");
    let (text, _) = program(folder.path(), &["gate", "--format", "sarif"]);
    assert!(!text.contains("invocations"), "{text}");
}
