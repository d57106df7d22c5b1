//! What is refused before AWS is asked, and what answers in AWS's place.

use super::http::{Answer, HttpServer};
use super::program::{run, traces};
use super::refusing::Guard;
use super::xray_server::{Behaviour, XrayServer};
use std::fs;
use std::path::Path;

fn policy(folder: &Path) -> String {
    let path = folder.join("policy.json");
    let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}"#;
    fs::write(&path, policy).expect("it can be written");
    path.display().to_string()
}

#[test]
fn a_name_that_can_be_no_function_of_the_region_is_refused_before_any_call() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = policy(folder.path());
    let elsewhere = "arn:aws:lambda:us-east-1:123456789012:function:checkout";
    for (name, told) in [
        ("o*", "`o*` is not a function's name or ARN"),
        ("check out", "is not a function's name or ARN"),
        (elsewhere, "is not in the region eu-west-1"),
        ("", "give a name or an ARN"),
        (" ", "give a name or an ARN"),
    ] {
        let output = folder.path().display().to_string();
        for arguments in [
            &["gate", "--function", name][..],
            &["gate", "--policy-file", &policy, "--function", name],
            &["scan", "-o", &output, "--function", name],
        ] {
            let xray = XrayServer::start(traces(&["checkout"]), Behaviour::default());
            let guard = Guard::alone(|_, _| None);
            let ran = run(arguments, &guard.url(), &xray.url());
            let stderr = String::from_utf8_lossy(&ran.stderr).into_owned();
            assert_eq!(ran.status.code(), Some(2), "{arguments:?}: {stderr}");
            assert!(stderr.contains(told), "{arguments:?}: {stderr}");
            assert_eq!(guard.asked(), Vec::<String>::new(), "{arguments:?}");
            assert!(xray.counts().requests.is_empty(), "{arguments:?}");
        }
    }
}

#[test]
fn a_redirect_and_a_page_of_html_are_told_with_their_status_and_where_they_may_come_from() {
    let folder = tempfile::tempdir().expect("a folder");
    let policy = policy(folder.path());
    for (status, told) in [
        (302, "HTTP status 302 with a redirect"),
        (200, "HTTP status 200 with a page of HTML"),
        (403, "HTTP status 403 with a page of HTML"),
    ] {
        let server = HttpServer::start(move |_| Answer::Whole {
            status,
            headers: vec![("Location", "http://portal.example/".to_owned())],
            body: b"<html><body>Sign in</body></html>".to_vec(),
        });
        for arguments in [
            &["gate", "--policy-file", &policy][..],
            &["gate", "--stack", "shop"],
        ] {
            let ran = run(arguments, &server.url(), &server.url());
            let stderr = String::from_utf8_lossy(&ran.stderr).into_owned();
            assert_eq!(ran.status.code(), Some(1), "{stderr}");
            for word in [told, "proxy", "portal", "AWS_ENDPOINT_URL"] {
                assert!(stderr.contains(word), "{arguments:?}: {word}: {stderr}");
            }
            assert!(!stderr.contains("grant "), "{stderr}");
        }
    }
}
