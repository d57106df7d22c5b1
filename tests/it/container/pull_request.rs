//! A pull request's life, by the image and against a GitHub on the loopback: opened, pushed to, fixed, from a fork, in a merge
//! queue.

use super::{assert_ends, step};
use crate::action::step::put_shop;
use crate::github::events::{HEAD, comments};
use crate::github::one_click::whole;
use crate::github::server::GitHubServer;

/// Runs the image for the n-th run of an event.
fn gated(server: &GitHubServer, event: &str, run: &str, policy: &str) -> super::Step {
    let (api, graphql) = (server.api_url(), server.graphql_url());
    let variables = [
        ("INPUT_TRACES", "traces"),
        ("INPUT_POLICY-FILE", "role.json"),
        ("INPUT_FUNCTION", "checkout, refunds, notify"),
        ("INPUT_GITHUB-TOKEN", "ghs_canary0123456789"),
        ("GITHUB_API_URL", &api),
        ("GITHUB_GRAPHQL_URL", &graphql),
        ("GITHUB_SHA", HEAD),
        ("GITHUB_RUN_ID", run),
    ];
    let checkout = tempfile::tempdir().expect("a folder");
    put_shop(checkout.path(), policy);
    let ran = step(checkout.path(), event, &variables);
    for text in [&ran.log, &ran.output, &ran.summary] {
        assert!(!text.contains("canary"), "t17: the token is nowhere");
    }
    ran
}

#[test]
#[ignore = "needs a container engine: tests/container/run.sh"]
fn opened_pushed_to_and_fixed_is_one_comment() {
    let server = GitHubServer::plain(whole());
    let opened = gated(&server, "pull_request", "1", "shop-role.json");
    assert_ends(&opened, 3, "fail", "iam:PassRole");
    let red = comments(&server);
    assert_eq!(red.len(), 1);
    assert!(
        red[0].contains("### ❌ `checkout` and 2 more: 8 grants"),
        "{red:?}"
    );
    assert!(
        opened.output.contains("#issuecomment-"),
        "{}",
        opened.output
    );
    let suggested = server.repository().on_lines.len();
    assert!(suggested > 4, "{suggested} suggestions");

    let pushed = gated(&server, "pull_request", "2", "shop-role.json");
    assert_ends(&pushed, 3, "fail", "iam:PassRole");
    assert_eq!(comments(&server), red);
    assert_eq!(server.repository().on_lines.len(), suggested);

    let fixed = gated(&server, "pull_request", "3", "shop-role.fixed.json");
    assert_ends(&fixed, 0, "pass", "PASS");
    let green = comments(&server);
    assert_eq!(green.len(), 1);
    assert!(
        green[0].contains("### ✅ `checkout` and 2 more"),
        "{green:?}"
    );
    assert_eq!(server.repository().on_lines, []);
}

#[test]
#[ignore = "needs a container engine: tests/container/run.sh"]
fn a_fork_is_redacted_and_a_merge_queue_gets_no_comment() {
    let server = GitHubServer::plain(whole());
    let fork = gated(&server, "pull_request.fork", "1", "shop-role.json");
    assert_ends(&fork, 3, "fail", "iam:PassRole");
    let comment = comments(&server).concat();
    assert!(
        comment.contains("…3333") && !comment.contains("111122223333"),
        "{comment}"
    );
    assert!(!fork.log.contains("111122223333"), "{}", fork.log);

    let server = GitHubServer::plain(whole());
    let queued = gated(&server, "merge_group", "2", "shop-role.json");
    assert_ends(&queued, 3, "fail", "iam:PassRole");
    let repository = server.repository();
    assert!(repository.writes().is_empty() && !repository.seen.is_empty());
}
