//! The real program as a step of a workflow, on recorded events, with a GitHub on the loopback: a pull request is opened, pushed
//! to and fixed; it comes from a fork; it is in a merge queue. And what it brings itself counts for nothing.

use super::server::{Fault, GitHubServer, Repository, Setup};
use crate::action::runner;
use crate::action::step::{Ran, Step};
use std::fs;
use std::path::{Path, PathBuf};

pub(crate) const BASE: &str = "1f0d6ac3a4c4b5d20c9e0a8c7b7a8a5b1c2d3e4f";
pub(crate) const HEAD: &str = "ec26c3e57ca3a959ca5aad62de7213c562f8c821";
pub(crate) const TOKEN: &str = "ghs_canary0123456789";

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

pub(crate) fn shop(file: &str) -> String {
    fs::read_to_string(project("examples/shop").join(file)).expect("a policy")
}

/// A repository that has the shop's traces and a policy at the base.
pub(crate) fn repository(policy: Option<&str>) -> Repository {
    let mut repository = Repository {
        head: HEAD.to_owned(),
        ..Repository::default()
    };
    for entry in fs::read_dir(project("examples/shop/traces")).expect("traces") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        let bytes = fs::read(&path).expect("a trace");
        for commit in [BASE, HEAD] {
            let place = (commit.to_owned(), format!("traces/{name}"));
            repository.contents.insert(place, bytes.clone());
        }
    }
    if let Some(policy) = policy {
        repository.file(BASE, "role.json", &shop(policy));
    }
    repository
}

/// A step of a run for an event, with a policy at the head.
pub(crate) fn step(server: &GitHubServer, event: &str, run: u64, policy: &str) -> Step {
    let name = event.split('.').next().expect("a name");
    on(server, Step::of_the_shop(policy), event, run).set("GITHUB_EVENT_NAME", name)
}

/// A step of a run for an event, which finds a GitHub. A privileged one has checked out the head, as it must.
pub(crate) fn on(server: &GitHubServer, step: Step, event: &str, run: u64) -> Step {
    let payload = project(&format!("tests/events/{event}.json"));
    if event.starts_with("pull_request_target") || event.starts_with("workflow_run") {
        checked_out(&step, HEAD);
    }
    step.event(event)
        .set("GITHUB_EVENT_PATH", &payload.display().to_string())
        .set("GITHUB_REPOSITORY", "acme/shop")
        .set("GITHUB_RUN_ID", &run.to_string())
        .set("GITHUB_RUN_ATTEMPT", "1")
        .set("GITHUB_API_URL", &server.api_url())
        .set("GITHUB_GRAPHQL_URL", &server.graphql_url())
        .with("github-token", TOKEN)
}

/// Makes a commit the one that is checked out.
pub(crate) fn checked_out(step: &Step, commit: &str) {
    let git = step.workspace().join(".git");
    fs::create_dir_all(&git).expect("a folder");
    fs::write(git.join("HEAD"), format!("{commit}\n")).expect("a file");
}

pub(crate) fn comments(server: &GitHubServer) -> Vec<String> {
    let repository = server.repository();
    let bodies = repository.comments.iter().map(|comment| &comment.body);
    bodies.cloned().collect()
}

fn first_line(comment: &str) -> &str {
    comment.lines().nth(1).unwrap_or_default()
}

/// Notices that say what GitHub did not let us do.
pub(crate) fn refusals(ran: &Ran) -> Vec<String> {
    let notices = ran.named("notice").into_iter().map(|notice| notice.data);
    notices
        .filter(|notice| notice.contains("could not be delivered"))
        .collect()
}

#[test]
fn opened_pushed_to_and_fixed_is_one_comment() {
    for prefix in ["", "/api/v3"] {
        let setup = Setup {
            prefix,
            page: 3,
            ..Setup::default()
        };
        let server = GitHubServer::start(setup, repository(Some("shop-role.json")), |_, _, _| None);
        for number in 0..8 {
            server
                .repository()
                .comment("mona", &format!("hello {number}"));
        }
        let opened = step(&server, "pull_request", 1, "shop-role.json").run();
        opened.assert_code(3);
        let red = comments(&server);
        assert_eq!(red.len(), 9);
        let line = first_line(&red[8]);
        assert!(
            line.starts_with("### ❌ `checkout` and 2 more: 8 grants go beyond"),
            "{line}"
        );
        let url = opened.output("comment-url").expect("an address");
        assert!(url.ends_with("/pull/7#issuecomment-1009"), "{url}");

        let pushed = step(&server, "pull_request", 2, "shop-role.json").run();
        pushed.assert_code(3);
        assert_eq!(comments(&server), red, "it said so already");
        assert_eq!(pushed.output("comment-url").as_deref(), Some(url.as_str()));

        let fixed = step(&server, "pull_request", 3, "shop-role.fixed.json").run();
        fixed.assert_code(0);
        let green = comments(&server);
        assert_eq!(green.len(), 9);
        assert!(
            first_line(&green[8]).starts_with("### ✅ `checkout` and 2 more"),
            "{}",
            green[8]
        );
        let late = step(&server, "pull_request", 2, "shop-role.json").run();
        late.assert_code(3);
        assert_eq!(comments(&server), green, "an older run keeps still");
        for ran in [opened, pushed, fixed, late] {
            assert_eq!(refusals(&ran), [] as [String; 0]);
            assert!(
                !ran.everything().contains("canary"),
                "t17: the token is nowhere"
            );
        }
    }
}

#[test]
fn t19_a_token_that_may_only_read_degrades_to_summary_and_annotations() {
    for event in ["pull_request", "pull_request.fork"] {
        let faults = |_: &str, path: &str, _| {
            let refused = "Resource not accessible by integration";
            path.contains("/comments")
                .then_some(Fault::Error(403, refused))
        };
        let server =
            GitHubServer::start(Setup::default(), repository(Some("shop-role.json")), faults);
        let ran = step(&server, event, 1, "shop-role.json").run();
        ran.assert_code(3);
        let said = refusals(&ran);
        assert_eq!(said.len(), 1, "{}", ran.stdout);
        assert!(said[0].contains("`pull-requests: write`"), "{said:?}");
        assert!(ran.summary.contains("❌ Fail") && !ran.named("error").is_empty());
        assert_eq!(ran.output("comment-url"), None);
        assert!(server.repository().writes().is_empty());
    }
}

#[test]
fn t20_no_fault_of_github_changes_a_verdict() {
    let faults = [
        Fault::Error(404, "Not Found"),
        Fault::Error(401, "Bad credentials"),
        Fault::Error(500, "Server Error"),
        Fault::Reset,
        Fault::Malformed,
        Fault::DoneThen(502),
        Fault::Moved("https://example.com/".to_owned()),
        Fault::Throttled(429, vec![("retry-after", "3600".to_owned())], "slow down"),
    ];
    for (policy, code, outcome) in [
        ("shop-role.json", 3, "fail"),
        ("shop-role.fixed.json", 0, "pass"),
    ] {
        for fault in &faults {
            let fault = fault.clone();
            let faults = move |_: &str, path: &str, _| {
                let is_delivery = !path.contains("/contents");
                is_delivery.then(|| fault.clone())
            };
            let server = GitHubServer::start(Setup::default(), repository(Some(policy)), faults);
            let ran = step(&server, "pull_request", 1, policy)
                .with("comment", "always")
                .run();
            ran.assert_code(code);
            assert_eq!(ran.output("outcome").as_deref(), Some(outcome));
            assert_eq!(refusals(&ran).len(), 1, "{}", ran.stdout);
        }
    }
}

#[test]
fn t18_a_public_pull_request_shows_no_account_id() {
    let server = GitHubServer::plain(repository(Some("shop-role.json")));
    let ran = step(&server, "pull_request.fork", 1, "shop-role.json").run();
    ran.assert_code(3);
    assert_eq!(comments(&server).len(), 1);
    for text in [ran.everything(), comments(&server).concat()] {
        assert!(!text.contains("111122223333"), "{text}");
        assert!(text.contains("…3333"));
    }
}

#[test]
fn a_merge_queue_is_gated_and_gets_no_comment() {
    let server = GitHubServer::plain(repository(Some("shop-role.json")));
    let ran = step(&server, "merge_group", 1, "shop-role.json").run();
    ran.assert_code(3);
    assert!(server.repository().writes().is_empty());
    assert!(!server.repository().seen.is_empty(), "the base is read");
}

#[test]
fn a_push_has_no_base_and_asks_nothing() {
    for event in ["push", "schedule", "workflow_dispatch"] {
        let server = GitHubServer::plain(Repository::default());
        let ran = step(&server, event, 1, "shop-role.json").run();
        ran.assert_code(3);
        assert!(server.repository().seen.is_empty(), "{event}");
    }
}

/// An entry that accepts everything.
const WAIVER: &str =
    "accept:\n  - actions: '*'\n    resources: '*'\n    reason: because\n    until: 2999-12-31\n";

#[test]
fn t1_a_change_cannot_wave_itself_through() {
    // The head adds a waiver, a softer threshold, or takes the base's configuration away.
    let heads = [
        (None, Some(WAIVER), 3),
        (None, Some("fail-on: none\n"), 3),
        (Some("fail-on: low\n"), None, 3),
        (Some(WAIVER), None, 0),
        (None, Some("accept-from: head\naccept: []\n"), 3),
        (None, Some("what is this"), 3),
    ];
    for (base, head, code) in heads {
        let mut at_base = repository(Some("shop-role.json"));
        if let Some(base) = base {
            at_base.file(BASE, ".least-privilege.yml", base);
        }
        let server = GitHubServer::plain(at_base);
        let step = step(&server, "pull_request", 1, "shop-role.json");
        if let Some(head) = head {
            fs::write(step.workspace().join(".least-privilege.yml"), head).expect("a file");
        }
        let ran = step.run();
        ran.assert_code(code);
        if head == Some(WAIVER) && base.is_none() {
            let comments = comments(&server);
            assert!(
                comments[0].contains("Once merged, this would let more pass"),
                "{comments:?}"
            );
            assert!(
                ran.summary
                    .contains("Once merged, this would let more pass")
            );
        }
    }
}

/// What a pull request accepts itself holds where the base says so and its `CODEOWNERS` names somebody who has to be asked; else the
/// comment says why it does not.
#[test]
fn t1_what_the_head_accepts_wants_an_owner() {
    let head = "accept-from: head\n".to_owned() + WAIVER;
    for (owners, brought, code) in [
        (Some("/.least-privilege.yml @acme/security\n"), None, 0),
        (Some("* @acme/everyone\n"), None, 0),
        (Some("* @acme/everyone\n.least-privilege.yml\n"), None, 3),
        (Some("*.json @acme/security\n"), None, 3),
        (None, None, 3),
        (None, Some("* @mallory\n"), 3),
    ] {
        let mut at_base = repository(Some("shop-role.json"));
        at_base.file(BASE, ".least-privilege.yml", "accept-from: head\n");
        if let Some(owners) = owners {
            at_base.file(BASE, ".github/CODEOWNERS", owners);
        }
        let server = GitHubServer::plain(at_base);
        let step = step(&server, "pull_request", 1, "shop-role.json").with("comment", "always");
        let workspace = step.workspace();
        fs::write(workspace.join(".least-privilege.yml"), &head).expect("a file");
        if let Some(owners) = brought {
            fs::write(workspace.join("CODEOWNERS"), owners).expect("a file");
        }
        let ran = step.run();
        ran.assert_code(code);
        let comment = comments(&server).concat();
        if code == 0 {
            let who = "`because` until `2999-12-31`, accepted here by `mona`";
            assert!(comment.contains(who), "{comment}");
        } else {
            assert!(comment.contains("nobody owns the file"), "{comment}");
            let notices = ran.named("notice");
            let mut told = notices.iter().map(|notice| &notice.data);
            assert!(told.any(|told| told.contains("nobody owns `.least-privilege.yml`")));
        }
    }
}

#[test]
fn t15_evidence_that_a_change_brings_proves_nothing_for_it() {
    // The change adds the traces itself.
    let mut repository = repository(Some("shop-role.json"));
    let at_base = |(commit, path): &(String, String)| commit == BASE && path.starts_with("traces/");
    repository.contents.retain(|place, _| !at_base(place));
    let server = GitHubServer::plain(repository);
    let ran = step(&server, "pull_request", 1, "shop-role.fixed.json").run();
    ran.assert_code(4);
    assert!(ran.summary.contains("not-at-the-base"), "{}", ran.summary);
    assert!(
        first_line(&comments(&server)[0]).contains("not enough traces"),
        "{:?}",
        comments(&server)
    );
    // So does a link, or a submodule, in a folder above.
    for kind in ["symlink", "submodule"] {
        let mut repository = Repository::default();
        repository.file(BASE, "role.json", &shop("shop-role.json"));
        let place = (HEAD.to_owned(), "traces".to_owned());
        repository.odd.insert(place, kind);
        let server = GitHubServer::plain(repository);
        let ran = step(&server, "pull_request", 1, "shop-role.fixed.json").run();
        ran.assert_code(4);
    }
    // What Git does not track, such as an artifact, is taken as it is.
    let mut repository = Repository::default();
    repository.file(BASE, "role.json", &shop("shop-role.json"));
    repository.file(HEAD, "role.json", &shop("shop-role.json"));
    let server = GitHubServer::plain(repository);
    step(&server, "pull_request", 1, "shop-role.fixed.json")
        .run()
        .assert_code(0);
}

#[test]
fn t10_a_privileged_run_is_judged_by_the_base() {
    let server = GitHubServer::plain(repository(Some("shop-role.json")));
    let step = step(&server, "pull_request_target", 1, "shop-role.json");
    fs::write(step.workspace().join(".least-privilege.yml"), WAIVER).expect("a file");
    let ran = step.run();
    ran.assert_code(3);
    let notices = ran.named("notice");
    let is_said = |notice: &runner::Command| notice.data.starts_with("pull_request_target gives");
    assert!(notices.iter().any(is_said), "{}", ran.stdout);
}

#[test]
fn t13_a_policy_that_can_be_read_in_two_ways_is_an_error() {
    let odd = [
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Effect": "Allow", "Action": "*", "Resource": "*"}]}"#,
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "allow", "Action": "*", "Resource": "*"}]}"#,
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Actions": "*", "Resource": "*"}]}"#,
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]} {}"#,
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["*", 7], "Resource": "*"}]}"#,
    ];
    for policy in odd {
        let server = GitHubServer::plain(repository(Some("shop-role.json")));
        let step = step(&server, "pull_request", 1, "shop-role.json");
        fs::write(step.workspace().join("role.json"), policy).expect("a file");
        let ran = step.run();
        ran.assert_code(2);
        assert_eq!(ran.output("outcome").as_deref(), Some("error"));
    }
}

#[test]
fn what_the_base_lacks_is_new() {
    let server = GitHubServer::plain(repository(Some("shop-role.fixed.json")));
    let ran = step(&server, "pull_request", 1, "shop-role.json").run();
    // What is new and below high may not have been deployed yet.
    ran.assert_code(3);
    let comment = comments(&server).concat();
    assert!(
        first_line(&comment).contains("2 grants go beyond what was observed, new here"),
        "{comment}"
    );
    assert!(comment.contains("new, waiting for traces"), "{comment}");
    let server = GitHubServer::plain(repository(None));
    let ran = step(&server, "pull_request", 1, "shop-role.json").run();
    ran.assert_code(3);
    assert!(
        comments(&server).concat().contains("new here"),
        "a policy that is new is new as a whole"
    );
}

#[test]
fn a_base_that_cannot_be_read_is_an_error() {
    let faults = |_: &str, path: &str, _| {
        path.contains("/contents")
            .then_some(Fault::Error(403, "Resource not accessible by integration"))
    };
    let server = GitHubServer::start(Setup::default(), repository(Some("shop-role.json")), faults);
    let ran = step(&server, "pull_request", 1, "shop-role.fixed.json").run();
    ran.assert_code(1);
    assert!(
        ran.everything().contains("contents: read"),
        "{}",
        ran.stdout
    );
}
