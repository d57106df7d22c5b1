//! What has been at the base for a short while cannot have been observed yet: it is on probation, by the blame of its lines.

use super::events::{BASE, comments, refusals, repository, step};
use super::server::{Fault, GitHubServer, Repository, Setup};
use crate::action::step::Ran;
use jiff::{SignedDuration, Timestamp};

/// When a commit was made, in days from now.
fn days_ago(days: i64) -> String {
    (Timestamp::now() - SignedDuration::from_hours(24 * days)).to_string()
}

/// The shop's policy at the base, of which the lines with `cognito-idp` and `iam:PassRole` were changed some days ago.
fn changed(days: i64, config: &str) -> Repository {
    let mut repository = repository(Some("shop-role.json"));
    repository.file(BASE, ".least-privilege.yml", config);
    let (old, late) = (days_ago(700), days_ago(days));
    let ranges = vec![
        (1, 64, old.clone()),
        (65, 72, late.clone()),
        (73, 94, old.clone()),
        (95, 101, late),
        (102, 130, old),
    ];
    repository.blame.insert("role.json".to_owned(), ranges);
    repository
}

fn gated(repository: Repository) -> (Ran, String) {
    let server = GitHubServer::plain(repository);
    let ran = step(&server, "pull_request", 1, "shop-role.json").run();
    let comment = comments(&server).concat();
    (ran, comment)
}

/// Whether the comment tells that `cognito-idp:AdminGetUser` is too new to have been observed.
fn is_on_probation(comment: &str) -> bool {
    let folded = comment.split_once("too new to have been observed");
    folded.is_some_and(|(_, rest)| rest.contains("cognito-idp:AdminGetUser"))
}

#[test]
fn a_young_line_of_the_base_is_on_probation_unless_it_is_critical() {
    let (ran, comment) = gated(changed(3, "fail-on: medium\n"));
    ran.assert_code(3);
    assert!(is_on_probation(&comment), "{comment}");
    assert!(comment.contains("**critical** `iam:PassRole`"), "{comment}");
    assert!(
        !comment.contains("new here"),
        "the base has it all: {comment}"
    );
}

#[test]
fn lines_are_young_for_as_long_as_the_configuration_says() {
    for (days, config, expected) in [
        (13, "", true),
        (15, "", false),
        (15, "grace: 30\n", true),
        (3, "grace: 2\n", false),
        (0, "grace: 0\n", false),
        // A commit can say that it is from the future.
        (-400, "", false),
    ] {
        let (ran, comment) = gated(changed(days, config));
        ran.assert_code(3);
        assert_eq!(
            is_on_probation(&comment),
            expected,
            "{days} days ago, {config:?}: {comment}"
        );
    }
}

#[test]
fn lines_that_cannot_be_dated_are_old_and_one_notice_says_so() {
    let refused = |_: &str, path: &str, _| {
        let is_query = path.ends_with("graphql");
        is_query.then_some(Fault::Error(403, "Resource not accessible by integration"))
    };
    let server = GitHubServer::start(Setup::default(), changed(3, ""), refused);
    let ran = step(&server, "pull_request", 1, "shop-role.json").run();
    ran.assert_code(3);
    let notices = ran.named("notice").into_iter();
    let dated = notices.filter(|notice| notice.data.contains("could not be dated"));
    assert_eq!(dated.count(), 1, "{}", ran.stdout);
    assert_eq!(refusals(&ran), [] as [String; 0]);
    assert!(!is_on_probation(&comments(&server).concat()));
}

/// Policy files that the configuration names have a base's side too.
#[test]
fn files_by_the_names_of_functions_are_held_against_the_base() {
    let config = "policies:\n  functions:\n    checkout: role.json\n    refunds: role.json\n    notify: role.json\n";
    for (base, new) in [("shop-role.json", false), ("shop-role.fixed.json", true)] {
        let mut repository = repository(Some(base));
        repository.file(BASE, ".least-privilege.yml", config);
        let server = GitHubServer::plain(repository);
        let ran = step(&server, "pull_request", 1, "shop-role.json")
            .with("policy-file", "")
            .run();
        ran.assert_code(3);
        let seen = server.repository().seen.clone();
        let asked = |path: &str| seen.iter().filter(|seen| seen.path.contains(path)).count();
        assert_eq!(asked("/contents/role.json"), 1, "it is one file");
        let comment = comments(&server).concat();
        assert_eq!(comment.contains("**new here**"), new, "{comment}");
        assert_eq!(
            comment.contains("too new to have been observed"),
            new,
            "{comment}"
        );
    }
}
