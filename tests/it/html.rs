//! The report as an HTML page, made by the program.

use crate::program;
use std::fs;

/// The page of a gate with these flags, and how it ended.
fn page(flags: &[&str]) -> (String, Option<i32>) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.html");
    let path = file.to_str().expect("UTF-8");
    let flags = [&["gate", "--html-file", path], flags].concat();
    let ran = program::command(&flags).output().expect("it runs");
    let page = fs::read_to_string(&file).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&ran.stderr));
    });
    (page, ran.status.code())
}

fn shop() -> (String, Option<i32>) {
    page(&[
        "--traces",
        "examples/shop/traces",
        "--policy-file",
        "examples/shop/template.yaml",
    ])
}

#[test]
fn a_page_has_the_verdict_each_role_and_each_finding() {
    let (page, code) = shop();
    assert_eq!(code, Some(3));
    for told in [
        "<h1>Fail</h1>",
        "Roles and services",
        "ShopRole",
        "iam:PassRole",
        "firehose:*",
        "Called, not granted",
        "2 roles: 1 fails, 1 passes;",
        "Exit code 3: the gate failed.",
        "To keep it, say why in <code>.least-privilege.yml</code>",
        "actions: [&quot;iam:PassRole&quot;], resources: [&quot;*&quot;], reason: &quot;why it is needed&quot;",
    ] {
        assert!(page.contains(told), "{told}");
    }
    assert_eq!(page, shop().0, "same input, same bytes");
}

/// What is low does not fail, so that there is nothing to accept.
#[test]
fn entries_are_for_what_fails() {
    let (page, _) = shop();
    assert!(!page.contains("actions: [&quot;dynamodb:BatchGetItem"));
}

#[test]
fn the_worst_role_comes_first_in_the_map_and_below() {
    let (page, _) = shop();
    for before in [
        "<tr data-role=\"0\">",
        "<section class=\"role\" id=\"role-0\"",
    ] {
        let (_, after) = page.split_once(before).expect("it is there");
        let worst = after.find("ShopRole").expect("it is there");
        assert!(after.find("ReportRole").is_none_or(|other| worst < other));
    }
    let (head, _) = page.split_once("</thead>").expect("it is there");
    let place = |service: &str| head.find(&format!("<span>{service}</span>"));
    assert!(place("iam") < place("firehose"), "critical before high");
    assert!(place("firehose") < place("logs"), "high before low");
}

/// Each part of a bar is as wide as its count, and the counts stand below it with the colour of the part.
#[test]
fn bars_are_linear() {
    let (page, _) = shop();
    let bars: Vec<&str> = page.split("<svg class=\"bar\"").skip(1).collect();
    assert_eq!(bars.len(), 2);
    for bar in bars {
        let (bar, legend) = bar.split_once("</svg>").expect("it ends");
        let number = |text: &str, before: &str, after: char| -> u64 {
            let (_, rest) = text.split_once(before).expect(before);
            let (number, _) = rest.split_once(after).expect("it ends");
            number.replace(',', "").parse().expect("a number")
        };
        let mut sum = 0;
        for (class, what) in [
            ("needed", "needed"),
            ("open", "cannot tell"),
            ("excess", "never called"),
        ] {
            let (_, part) = bar
                .split_once(&format!("<rect class=\"{class}\""))
                .expect(class);
            let width = number(part, "width=\"", '"');
            let told = format!("<span class=\"swatch {class}\"></span> ");
            let (_, told) = legend.split_once(&told).expect(class);
            let (count, named) = told.split_once(' ').expect("a count and what it is of");
            assert!(named.starts_with(what), "{named}");
            assert_eq!(count.replace(',', ""), width.to_string(), "{class}");
            sum += width;
        }
        assert!(bar.contains(&format!("viewBox=\"0 0 {sum} 6\"")), "{sum}");
    }
}

#[test]
fn a_page_loads_nothing_and_needs_nothing() {
    let (page, _) = shop();
    assert!(page.contains("default-src 'none'"));
    for loads in ["src=", "<link", "@import", "url(", "<iframe", "<base"] {
        assert!(!page.contains(loads), "{loads}");
    }
}

/// Letters that could end an attribute or a text, or begin a script; and one that turns the direction of writing.
const HOSTILE: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}&amp;";

#[test]
fn names_that_anybody_wrote_stay_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = folder.path().join("policy.json");
    let document = serde_json::json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:PutObject"],
        // A closed `<...>` is a placeholder, which is refused.
        "Resource": "arn:aws:s3:::b\"'&<img src=x onerror=alert(1)/*",
    }]});
    fs::write(&policy, document.to_string()).expect("it can be written");
    let traces = folder.path().join("traces.json");
    let trace = serde_json::json!({
        "id": "70de5b6f19ff9a0a", "trace_id": "1-5aaf0fa0-b6e00f54192cf79a38419e0f", "name": HOSTILE,
        "start_time": 1_700_000_000.0, "end_time": 1_700_000_000.2, "origin": "AWS::ECS::Container",
        "subsegments": [{
            "id": "53995c3f42cd8ad8", "name": HOSTILE, "namespace": "aws",
            "start_time": 1_700_000_000.1, "end_time": 1_700_000_000.2,
            "aws": {"operation": HOSTILE, "bucket_name": HOSTILE, "region": "eu-west-1"},
        }],
    });
    fs::write(&traces, trace.to_string()).expect("it can be written");
    let (page, _) = page(&[
        "--traces",
        traces.to_str().expect("UTF-8"),
        "--policy-file",
        policy.to_str().expect("UTF-8"),
    ]);
    assert!(page.contains("&lt;img src=x"), "it is shown");
    assert_eq!(page.matches("<script>").count(), 1, "the page's own alone");
    assert!(!page.contains("<img"));
    assert!(!page.contains('\u{202e}'));
}
