//! What has been at the base for a short while cannot have been observed yet: it is on probation, by the age of what it says.

use super::events::{BASE, comments, refusals, repository, shop, step};
use super::server::{Fault, GitHubServer, Repository, Setup};
use crate::action::step::Ran;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// The base before its last commit.
const THEN: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
/// A branch that was merged into the base.
const SIDE: &str = "5d1e0a1b2c3d4e5f60718293a4b5c6d7e8f90123";

/// When a commit was made, in days from now.
fn days_ago(days: i64) -> String {
    (Timestamp::now() - SignedDuration::from_hours(24 * days)).to_string()
}

/// The shop's policy before people and roles were added to it.
fn before() -> String {
    let mut policy: Value = serde_json::from_str(&shop("shop-role.json")).expect("JSON");
    let statements = policy["Statement"].as_array_mut().expect("statements");
    statements.retain(|statement| {
        let text = statement.to_string();
        !text.contains("cognito-idp") && !text.contains("iam:PassRole")
    });
    policy.to_string()
}

/// The shop's policy at the base, to which a commit added `cognito-idp` and `iam:PassRole` some days ago.
fn changed(days: i64, config: &str) -> Repository {
    let mut repository = repository(Some("shop-role.json"));
    repository.file(BASE, ".least-privilege.yml", config);
    repository.file(THEN, "role.json", &before());
    repository.history = vec![
        (BASE.to_owned(), vec![THEN.to_owned()], days_ago(days)),
        (THEN.to_owned(), Vec::new(), days_ago(700)),
    ];
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
    let folded = comment.split_once("new, waiting for traces");
    folded.is_some_and(|(_, rest)| rest.contains("cognito-idp:AdminGetUser"))
}

#[test]
fn what_the_base_grants_lately_is_on_probation_unless_it_is_critical() {
    let (ran, comment) = gated(changed(3, "fail-on: medium\n"));
    ran.assert_code(3);
    assert!(is_on_probation(&comment), "{comment}");
    assert!(comment.contains("**critical** `iam:PassRole`"), "{comment}");
    assert!(
        !comment.contains("**new here**") && comment.contains("none of them new here"),
        "the base has it all: {comment}"
    );
    // Until when is known from the history that was read anyway.
    let until = Timestamp::now() + SignedDuration::from_hours(24 * 11);
    let until = until.to_string();
    let until = until.split('T').next().expect("a day");
    let told = format!("until `{until}` at the latest");
    assert!(comment.contains(&told), "{told}: {comment}");
    let told = format!("until {until} at the latest");
    let words: Vec<&str> = ran.stdout.split_whitespace().collect();
    assert!(words.join(" ").contains(&told), "{told}: {}", ran.stdout);
}

#[test]
fn a_grant_is_young_for_as_long_as_the_configuration_says() {
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

/// What was written on a branch long ago is as young as its merge.
#[test]
fn a_branch_of_old_commits_is_as_young_as_its_merge() {
    for (merged, expected) in [(2, true), (40, false)] {
        let mut repository = changed(2, "");
        repository.file(SIDE, "role.json", &shop("shop-role.json"));
        repository.history = vec![
            (
                BASE.to_owned(),
                vec![THEN.to_owned(), SIDE.to_owned()],
                days_ago(merged),
            ),
            (SIDE.to_owned(), vec![THEN.to_owned()], days_ago(60)),
            (THEN.to_owned(), Vec::new(), days_ago(700)),
        ];
        let (_, comment) = gated(repository);
        assert_eq!(
            is_on_probation(&comment),
            expected,
            "merged {merged} days ago: {comment}"
        );
    }
}

/// A policy that is laid out anew, renamed or moved is as old as what it says.
#[test]
fn what_is_written_anew_is_as_old_as_it_was() {
    let compact: Value = serde_json::from_str(&shop("shop-role.json")).expect("JSON");
    for (path, text, renamed) in [
        ("role.json", compact.to_string(), false),
        ("iam/shop.json", shop("shop-role.json"), true),
        ("iam/shop.json", compact.to_string(), false),
    ] {
        let mut repository = changed(3, "");
        repository
            .contents
            .remove(&(THEN.to_owned(), "role.json".to_owned()));
        repository.file(THEN, path, &text);
        if renamed {
            repository
                .renames
                .insert(path.to_owned(), "role.json".to_owned());
        }
        let (ran, comment) = gated(repository);
        ran.assert_code(3);
        assert!(!is_on_probation(&comment), "{path}: {comment}");
        assert!(comment.contains("cognito-idp:AdminGetUser"), "{comment}");
    }
}

#[test]
fn a_history_that_cannot_be_read_makes_nothing_young_and_one_notice_says_so() {
    for refused_path in ["/commits", "/compare/"] {
        let refused = move |_: &str, path: &str, _| {
            let is_history = path.contains(refused_path);
            is_history.then_some(Fault::Error(403, "Resource not accessible by integration"))
        };
        let server = GitHubServer::start(Setup::default(), changed(3, ""), refused);
        let ran = step(&server, "pull_request", 1, "shop-role.json").run();
        ran.assert_code(3);
        let notices = ran.named("notice").into_iter();
        let dated = notices.filter(|notice| notice.data.contains("Nothing there counts as new"));
        assert_eq!(dated.count(), 1, "{}", ran.stdout);
        assert_eq!(refusals(&ran), [] as [String; 0]);
        assert!(!is_on_probation(&comments(&server).concat()));
    }
}

/// A repository with more commits than are read within the grace.
#[test]
fn a_history_that_is_too_long_makes_nothing_young() {
    let mut repository = changed(3, "");
    let mut history = Vec::new();
    let name = |number: usize| format!("{number:040x}");
    history.push((BASE.to_owned(), vec![name(0)], days_ago(1)));
    for number in 0..600 {
        history.push((name(number), vec![name(number + 1)], days_ago(2)));
    }
    history.push((name(600), vec![THEN.to_owned()], days_ago(3)));
    history.push((THEN.to_owned(), Vec::new(), days_ago(700)));
    repository.history = history;
    let server = GitHubServer::plain(repository);
    let ran = step(&server, "pull_request", 1, "shop-role.json").run();
    ran.assert_code(3);
    assert!(!is_on_probation(&comments(&server).concat()));
    let seen = server.repository().seen.clone();
    let asked = seen.iter().filter(|seen| seen.path.ends_with("/commits"));
    assert_eq!(asked.count(), 5);
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
        // One file, and none where the checkout has it as the base has.
        assert_eq!(asked("/contents/role.json"), usize::from(new));
        let comment = comments(&server).concat();
        assert_eq!(comment.contains("**new here**"), new, "{comment}");
        assert_eq!(
            comment.contains("new, waiting for traces"),
            new,
            "{comment}"
        );
    }
}
