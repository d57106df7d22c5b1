//! The comment over time, by the real program: an error does not leave an old verdict standing, a person's change is undone, and
//! `comment: never` posts nothing.

use super::events::{BASE, comments, repository, step};
use super::one_click::whole;
use super::server::GitHubServer;
use std::fs;

#[test]
fn an_error_after_a_verdict_edits_the_comment() {
    let server = GitHubServer::plain(repository(Some("shop-role.json")));
    let broken = |run| {
        let step = step(&server, "pull_request", run, "shop-role.json");
        fs::write(step.workspace().join("role.json"), "{").expect("a file");
        step
    };
    broken(1).run().assert_code(2);
    assert_eq!(comments(&server).len(), 0, "it makes no comment");
    step(&server, "pull_request", 2, "shop-role.json")
        .run()
        .assert_code(3);
    broken(3).with("comment", "never").run().assert_code(2);
    assert!(comments(&server)[0].contains("❌ `checkout` and 2 more: 8 grants"));
    broken(4).run().assert_code(2);
    let said = comments(&server);
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("could not judge `ec26c3e`"), "{said:?}");
    assert!(said[0].contains("role.json"), "{said:?}");
    step(&server, "pull_request", 5, "shop-role.fixed.json")
        .run()
        .assert_code(0);
    let said = comments(&server);
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("### ✅"), "{said:?}");
}

#[test]
fn what_a_person_or_the_future_wrote_is_replaced() {
    let server = GitHubServer::plain(repository(Some("shop-role.json")));
    let run = |number| step(&server, "pull_request", number, "shop-role.json").run();
    run(2).assert_code(3);
    let own = comments(&server).concat();
    let edits = [
        own.replace("### ❌", "### ✅"),
        own.replace(":v1 ", ":v9 "),
        own.replace("run=2.1", "run=999999999999.1") + "\nall is well\n",
    ];
    for edited in edits {
        server.repository().comments[0].body = edited;
        run(3).assert_code(3);
        let said = comments(&server);
        assert_eq!(said.len(), 1, "{said:?}");
        let without_mark = |body: &str| {
            body.split_once('\n')
                .map(|(_, text)| text.replace("runs/2", "runs/3"))
        };
        assert_eq!(without_mark(&said[0]), without_mark(&own));
    }
}

#[test]
fn never_posts_nothing() {
    let server = GitHubServer::plain(whole());
    let ran = step(&server, "pull_request", 1, "shop-role.json")
        .with("comment", "never")
        .run();
    ran.assert_code(3);
    assert_eq!(server.repository().writes(), [] as [String; 0]);
}

#[test]
fn the_region_of_the_environment_is_that_of_the_input() {
    let server = GitHubServer::plain(repository(Some("shop-role.json")));
    let pull = |run| step(&server, "pull_request", run, "shop-role.json");
    pull(1).with("region", "eu-west-1").run().assert_code(3);
    pull(2).set("AWS_REGION", "eu-west-1").run().assert_code(3);
    assert_eq!(comments(&server).len(), 1);
    pull(3).set("AWS_REGION", "us-east-1").run().assert_code(3);
    assert_eq!(comments(&server).len(), 2);
}

#[test]
fn the_comment_links_to_the_lines_of_the_head_and_says_why() {
    let server = GitHubServer::plain(repository(Some("shop-role.json")));
    let ran = step(&server, "pull_request", 1, "shop-role.json")
        .set("GITHUB_ACTION_REPOSITORY", "acme/gate")
        .set("GITHUB_ACTION_REF", "v1")
        .with("min-traces", "5")
        .run();
    ran.assert_code(3);
    let comment = comments(&server).concat();
    let line = "[line 70](https://github.com/acme/shop/blob/ec26c3e57ca3a959ca5aad62de7213c562f8c821/role.json#L70)";
    assert!(comment.contains(line), "{comment}");
    assert!(
        comment.contains("a way to become administrator"),
        "{comment}"
    );
    let page = "([why](https://github.com/acme/gate/blob/v1/docs/findings/unused-service.md))";
    assert!(comment.contains(page), "{comment}");
    assert!(comment.contains("none of them new here"), "{comment}");
    // The command that was judged.
    assert!(
        comment.contains("--min-traces=5") && comment.contains("--write"),
        "{comment}"
    );
    assert_eq!(
        ran.output("comment-body-file").as_deref(),
        Some("aws-least-privilege-comment.md")
    );
}

/// What everyone can read is not offered for pasting where it was shortened.
#[test]
fn in_public_nothing_shortened_is_to_be_pasted() {
    let server = GitHubServer::plain(repository(Some("shop-role.json")));
    let pull = step(&server, "pull_request.fork", 1, "shop-role.json");
    pull.run().assert_code(3);
    let comment = comments(&server).concat();
    assert!(
        !comment.contains("The suggested policy as a whole"),
        "{comment}"
    );
    for block in comment.split("```").skip(1).step_by(2) {
        let is_diff = block.starts_with("diff");
        assert!(is_diff || !block.contains("…3333"), "{block}");
    }
}

/// The verdict, the findings and the comment's address are read without unfolding anything.
#[test]
fn the_log_says_what_matters_outside_its_folds() {
    let server = GitHubServer::plain(repository(Some("shop-role.json")));
    let ran = step(&server, "pull_request", 1, "shop-role.json").run();
    ran.assert_code(3);
    let mut is_folded = false;
    let mut open = String::new();
    for line in ran.stdout.lines() {
        match line {
            line if line.starts_with("::group::") => is_folded = true,
            "::endgroup::" => is_folded = false,
            line if !is_folded && !line.starts_with("::") => {
                open.push_str(line);
                open.push('\n');
            }
            _ => {}
        }
    }
    assert!(open.contains("❌ Fail: 8 permissions"), "{open}");
    assert!(
        open.contains("  critical  role.json: iam:PassRole on *"),
        "{open}"
    );
    assert!(
        open.contains("The comment: https://github.com/acme/shop/pull/7#issuecomment-"),
        "{open}"
    );
    assert!(!ran.everything().contains("/tmp/"), "{}", ran.stdout);
}

/// An account id that the pull request's own diff shows to everyone is not shortened beside it, but where a stranger wrote the diff or
/// the configuration says always.
#[test]
fn an_id_that_the_diff_shows_is_shown_by_the_comment() {
    let payload = |event: &str| {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(root.join(format!("tests/events/{event}.json")));
        let text = text.expect("an event");
        text.replace("\"visibility\": \"private\"", "\"visibility\": \"public\"")
    };
    for (event, config, is_shown) in [
        ("pull_request", "", true),
        ("pull_request", "redact: always\n", false),
        ("pull_request.fork", "", false),
    ] {
        let mut repository = whole();
        repository.file(BASE, ".least-privilege.yml", config);
        let server = GitHubServer::plain(repository);
        let step = step(&server, event, 1, "shop-role.json");
        fs::write(step.workspace().join(".least-privilege.yml"), config).expect("a file");
        let path = step.folder().join("event.json");
        fs::write(&path, payload(event)).expect("a file");
        let ran = step
            .set("GITHUB_EVENT_PATH", path.to_str().expect("text"))
            .run();
        ran.assert_code(3);
        let comment = comments(&server).concat();
        assert_eq!(comment.contains("111122223333"), is_shown, "{comment}");
        assert_eq!(comment.contains("…3333"), !is_shown, "{comment}");
    }
}

/// Each finding that fails has its entry, and with all of them in the configuration nothing fails.
#[test]
fn the_entries_that_are_shown_keep_what_fails() {
    let gate = |config: &str| {
        let mut repository = repository(Some("shop-role.json"));
        repository.file(BASE, ".least-privilege.yml", config);
        let server = GitHubServer::plain(repository);
        let step = step(&server, "pull_request", 1, "shop-role.json").with("comment", "always");
        fs::write(step.workspace().join(".least-privilege.yml"), config).expect("a file");
        let ran = step.run();
        let comment = comments(&server).concat();
        (ran, comment)
    };
    let (ran, comment) = gate("");
    ran.assert_code(3);
    let (_, rest) = comment.split_once("```yaml\n").expect("entries");
    let (entries, _) = rest.split_once("   ```").expect("it ends");
    let entries: Vec<&str> = entries.lines().filter_map(|line| line.get(3..)).collect();
    assert_eq!(entries.len(), 1 + 7, "one for each of seven: {entries:?}");
    // Who adds them says why.
    let explained = |entries: &[&str]| {
        let text = entries.join("\n") + "\n";
        text.replace("why it is needed", "the shop runs it every quarter")
    };
    let (ran, comment) = gate(&explained(&entries));
    ran.assert_code(0);
    assert!(comment.contains("7 grants accepted"), "{comment}");
    // Without one of them it is that finding that fails, beside the low one that never does.
    let without: Vec<&str> = entries
        .iter()
        .filter(|line| !line.contains("iam:PassRole"))
        .copied()
        .collect();
    let (ran, comment) = gate(&explained(&without));
    ran.assert_code(3);
    assert!(comment.contains("2 grants go beyond"), "{comment}");
    assert!(comment.contains("**critical** `iam:PassRole`"), "{comment}");
}
