//! Paths that are given from the root are told as the repository names them, wherever people and other programs read them.

use super::events::{BASE, comments, repository};
use super::server::GitHubServer;
use super::whose::{INVOICES, allow, policy, step_of};
use crate::action::step::Step;
use std::fs;

const FILE: &str = "policies/refunds.json";

/// A step on a pull request that adds `iam:PassRole`.
fn step(server: &GitHubServer) -> Step {
    let step = step_of(server, "pull_request")
        .with("function", "")
        .with("scope", "new")
        .with("policy-file", "")
        .with("sarif-file", "out.sarif")
        .with("report-file", "out.json");
    let path = step.workspace().join(FILE);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let more = policy(&[
        &allow("s3:GetObject", INVOICES),
        &allow("iam:PassRole", "*"),
    ]);
    fs::write(path, more).expect("a policy");
    step
}

fn server() -> GitHubServer {
    let mut repository = repository(None);
    repository.file(BASE, FILE, &policy(&[&allow("s3:GetObject", INVOICES)]));
    GitHubServer::plain(repository)
}

/// What the step delivers, with every path as it is in the repository.
fn assert_is_told(step: Step, server: &GitHubServer) {
    let (ran, folder) = step.run_kept(&[]);
    ran.assert_code(3);
    let marks = ran.named("error");
    assert_eq!(marks.len(), 1, "{}", ran.stdout);
    assert!(
        ran.stdout.contains(&format!("::error file={FILE},line=5")),
        "{}",
        ran.stdout
    );
    let comment = comments(server).pop().expect("a comment");
    assert!(comment.contains(&format!("/{FILE}#L5)")), "{comment}");
    assert!(comment.contains(&format!("role: \"{FILE}\"")), "{comment}");
    let workspace = folder.path().join("workspace");
    let read = |name: &str| fs::read_to_string(workspace.join(name)).expect("a file");
    let sarif = read("out.sarif");
    assert!(sarif.contains(&format!("\"uri\": \"{FILE}\"")), "{sarif}");
    assert!(!sarif.contains(".least-privilege.yml"), "{sarif}");
    let root = folder.path().display().to_string();
    for text in [comment, sarif, read("out.json"), ran.everything()] {
        assert!(!text.contains(&root), "{text}");
    }
}

#[test]
fn a_path_from_the_root_is_told_as_the_repository_names_it() {
    for inputs in [
        [
            ("policy-file", "@/policies/refunds.json"),
            ("traces", "@/traces"),
        ],
        [
            ("policy-file", "@/policies/{function}.json"),
            ("traces", "traces"),
        ],
        [
            ("policy-file", "@/./policies/../policies/{function}.json"),
            ("traces", "@/traces/"),
        ],
    ] {
        let server = server();
        let mut step = step(&server);
        let root = step.workspace().display().to_string();
        if !inputs[0].1.contains('{') {
            step = step.with("function", "refunds");
        }
        for (input, value) in inputs {
            step = step.with(input, &value.replace('@', &root));
        }
        assert_is_told(step, &server);
    }
}

#[test]
fn a_configuration_may_name_paths_from_the_root_too() {
    let server = server();
    let step = step(&server);
    let text = format!(
        "policies:\n  functions:\n    refunds: {}/{FILE}\n",
        step.workspace().display()
    );
    fs::write(step.workspace().join(".least-privilege.yml"), &text).expect("a configuration");
    server
        .repository()
        .file(BASE, ".least-privilege.yml", &text);
    assert_is_told(step, &server);
}
