//! Policies that a pull request moves to other paths are as old as what they say, as far as the base itself names the old path for
//! the same functions: in its configuration, or in its workflow.

use super::events::{BASE, comments, repository};
use super::server::{GitHubServer, Repository};
use super::whose::{INVOICES, allow, gated, policy, step_of};
use crate::action::step::Ran;
use std::fs;

const WORKFLOW: &str = ".github/workflows/gate.yml";

/// A workflow that judges these files, and others for another function.
fn workflow(policy_file: &str) -> String {
    format!(
        "on: pull_request\njobs:\n  gate:\n    steps:\n      - uses: actions/checkout@v7\n      - uses: acme/gate@v1\n        with:\n          \
         scope: new\n          traces: traces\n          policy-file: {policy_file}\n      - uses: acme/gate@v1\n        with:\n          \
         function: migrate\n          policy-file: admin.json\n"
    )
}

/// What the shop's function for refunds calls, and a high grant that nobody calls.
fn own() -> String {
    policy(&[
        &allow("s3:GetObject", INVOICES),
        &allow("dynamodb:DeleteItem", "*"),
    ])
}

fn with_more() -> String {
    policy(&[
        &allow("s3:GetObject", INVOICES),
        &allow("dynamodb:DeleteItem", "*"),
        &allow("iam:PassRole", "*"),
    ])
}

/// A pull request that gives the workflow's input another path, with what the workflow says at the base.
fn moved_input(
    (workflow, base): (&str, &[(&str, String)]),
    (policy_file, head): (&str, &[(&str, String)]),
) -> (Ran, String) {
    let mut repository = repository(None);
    repository.file(BASE, WORKFLOW, workflow);
    for (path, text) in base {
        repository.file(BASE, path, text);
    }
    let server = GitHubServer::plain(repository);
    let step = step_of(&server, "pull_request")
        .with("function", "")
        .with("policy-file", policy_file)
        .with("scope", "new")
        .set("GITHUB_ACTION_REPOSITORY", "acme/gate")
        .set(
            "GITHUB_WORKFLOW_REF",
            &format!("acme/shop/{WORKFLOW}@refs/pull/42/merge"),
        );
    fs::remove_file(step.workspace().join("role.json")).expect("the shop's policy");
    for (path, text) in head {
        let path = step.workspace().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a policy");
    }
    let ran = step.run();
    let comment = comments(&server).concat();
    (ran, comment)
}

#[test]
fn a_policy_that_moves_with_its_input_is_as_old_as_it_was() {
    let base = [("policies/refunds.json", own())];
    let base = (workflow("policies/{function}.json"), base.as_slice());
    let base = (base.0.as_str(), base.1);
    let (ran, _) = moved_input(
        base,
        ("iam/{function}.json", &[("iam/refunds.json", own())]),
    );
    ran.assert_code(0);
    assert!(!ran.stdout.contains("waiting for traces"), "{}", ran.stdout);
    assert!(ran.stdout.contains("Not new, not judged"), "{}", ran.stdout);
    // What comes on top of it is new.
    let more = [("iam/refunds.json", with_more())];
    let (ran, comment) = moved_input(base, ("iam/{function}.json", &more));
    ran.assert_code(3);
    assert!(comment.contains("1 grant goes beyond"), "{comment}");
}

#[test]
fn one_file_that_moves_with_its_input_is_as_old_as_it_was() {
    let text = workflow("role.json");
    let base = (text.as_str(), [("role.json", own())]);
    let base = (base.0, base.1.as_slice());
    let (ran, _) = moved_input(base, ("iam/role.json", &[("iam/role.json", own())]));
    ran.assert_code(0);
    let (ran, _) = moved_input(base, ("iam/role.json", &[("iam/role.json", with_more())]));
    ran.assert_code(3);
}

/// What another function was granted, or nobody, is nothing that this one had.
#[test]
fn nothing_is_taken_from_files_that_the_base_names_for_others() {
    let wide = policy(&[&allow("s3:GetObject", INVOICES), &allow("iam:*", "*")]);
    let text = workflow("policies/{function}.json");
    for other in ["admin.json", "examples/refunds.json", "policies/notes.json"] {
        let base = [("policies/refunds.json", own()), (other, wide.clone())];
        let head = [("iam/refunds.json", wide.clone())];
        let (ran, comment) = moved_input((&text, &base), ("iam/{function}.json", &head));
        ran.assert_code(3);
        assert!(comment.contains("`iam:*` on `*`"), "{other}: {comment}");
    }
}

/// The same by the base's configuration, where the name of the function or role stands beside the path.
#[test]
fn a_policy_that_moves_in_the_configuration_is_as_old_as_it_was() {
    for (before, after) in [
        (
            "policies: {functions: {refunds: a.json}}\n",
            "policies: {functions: {refunds: iam/b.json}}\n",
        ),
        ("policy-file: a.json\n", "policy-file: iam/b.json\n"),
    ] {
        for (head, code) in [(own(), 0), (with_more(), 3)] {
            let mut repository: Repository = repository(None);
            repository.file(BASE, ".least-privilege.yml", before);
            repository.file(BASE, "a.json", &own());
            let head = [
                (".least-privilege.yml", after.to_owned()),
                ("iam/b.json", head),
            ];
            let (ran, _) = gated(repository, &head, &[("policy-file", "")]);
            ran.assert_code(code);
        }
    }
}

/// What was accepted, written down or known of a file holds where the file moves.
#[test]
fn what_was_said_of_a_file_holds_where_it_moves() {
    let accept = "accept:\n  - role: policies/refunds.json\n    actions: [dynamodb:DeleteItem]\n    resources: [\"*\"]\n    \
                  reason: cleared by hand\n    until: 2099-01-01\n";
    let written_down = "{\"schema_version\": 1, \"roles\": [{\"policy_files\": [\"policies/refunds.json\"], \"excess\": [{\"kind\": \
                        \"unused-service\", \"actions\": [\"dynamodb:DeleteItem\"], \"resources\": [\"*\"]}]}]}\n";
    let told = "Once merged, this no longer holds";
    for (more, code) in [(accept, 0), ("baseline: baseline.json\n", 0), ("", 3)] {
        let config = |path: &str| format!("policies: {{functions: {{refunds: {path}}}}}\n{more}");
        let at_base = || {
            let mut repository: Repository = repository(None);
            let config = config("policies/refunds.json");
            repository.file(BASE, ".least-privilege.yml", &config);
            repository.file(BASE, "baseline.json", written_down);
            repository.file(BASE, "policies/refunds.json", &own());
            repository
        };
        let head = [
            (".least-privilege.yml", config("iam/b.json")),
            ("baseline.json", written_down.to_owned()),
            ("iam/b.json", own()),
        ];
        let inputs = [("policy-file", ""), ("scope", "all")];
        let (ran, server) = gated(at_base(), &head, &inputs);
        ran.assert_code(code);
        // Merged as it is, the next run of everything would be red for what nobody granted.
        let comment = comments(&server).concat();
        assert_eq!(comment.contains(told), !more.is_empty(), "{comment}");
        let renamed =
            head.map(|(path, text)| (path, text.replace("policies/refunds.json", "iam/b.json")));
        let (ran, server) = gated(at_base(), &renamed, &inputs);
        ran.assert_code(code);
        let comment = comments(&server).concat();
        assert!(!comment.contains(told), "{comment}");
    }
}
