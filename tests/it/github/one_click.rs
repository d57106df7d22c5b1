//! Suggestions on the lines of a pull request's policy file, by the real program: what one click would commit.

use super::events::{HEAD, comments, refusals, repository, shop, step};
use super::server::{Fault, GitHubServer, OnLines, Repository, Setup};
use aws_least_privilege::iam::PolicyDocument;
use std::fs;

const CLICK: &str = "**Commit** the suggestions on the lines in *Files changed*.";

/// A pull request whose diff shows the shop's policy from one line to another.
fn showing(lines: std::ops::RangeInclusive<usize>) -> Repository {
    let mut repository = repository(Some("shop-role.json"));
    let policy = shop("shop-role.json");
    repository.file(HEAD, "role.json", &policy);
    let first = *lines.start();
    let shown: Vec<String> = policy
        .lines()
        .skip(first - 1)
        .take(lines.count())
        .map(|line| format!("+{line}"))
        .collect();
    let patch = format!(
        "@@ -{first},0 +{first},{} @@\n{}",
        shown.len(),
        shown.join("\n")
    );
    repository.files = vec![("role.json".to_owned(), "modified".to_owned(), Some(patch))];
    repository
}

pub(crate) fn whole() -> Repository {
    showing(1..=shop("shop-role.json").lines().count())
}

/// What a suggestion would put in the place of its lines; nothing where they just go.
fn block(comment: &OnLines) -> Vec<String> {
    let (_, rest) = comment
        .body
        .split_once("```suggestion\n")
        .expect("a suggestion");
    let (text, _) = rest.split_once("```").expect("it ends");
    text.lines().map(str::to_owned).collect()
}

/// A text with suggestions committed.
pub(crate) fn committed(text: &str, suggestions: &[OnLines]) -> String {
    let mut lines: Vec<Option<Vec<String>>> = text
        .lines()
        .map(|line| Some(vec![line.to_owned()]))
        .collect();
    for suggestion in suggestions {
        let place = |line: u64| usize::try_from(line).expect("it is a line of a file");
        let last = place(suggestion.last.expect("a line"));
        let first = suggestion.first.map_or(last, place);
        for line in &mut lines[first - 1..last] {
            assert!(line.take().is_some(), "two suggestions are on one line");
        }
        lines[first - 1] = Some(block(suggestion));
    }
    let kept: Vec<String> = lines.into_iter().flatten().flatten().collect();
    kept.join("\n") + "\n"
}

#[test]
fn what_a_click_commits_parses_and_all_of_them_make_the_gate_pass() {
    let server = GitHubServer::plain(whole());
    let ran = step(&server, "pull_request", 1, "shop-role.json").run();
    ran.assert_code(3);
    assert_eq!(refusals(&ran), [] as [String; 0]);
    let offered = server.repository().on_lines.clone();
    assert!((5..=10).contains(&offered.len()), "{offered:#?}");
    let old = shop("shop-role.json");
    for one in &offered {
        assert!(one.body.starts_with("**Not observed in"), "{}", one.body);
        let after = committed(&old, std::slice::from_ref(one));
        PolicyDocument::parse(&after, "role.json").expect("each click alone leaves a policy");
    }
    let comment = comments(&server).concat();
    assert!(comment.contains(CLICK), "{comment}");

    let fixed = step(&server, "pull_request", 2, "shop-role.json");
    fs::write(
        fixed.workspace().join("role.json"),
        committed(&old, &offered),
    )
    .expect("a file");
    let fixed = fixed.run();
    fixed.assert_code(0);
    assert_eq!(server.repository().on_lines, [], "nobody answered");
}

#[test]
fn they_are_made_once_and_one_that_was_answered_stays() {
    let server = GitHubServer::plain(whole());
    step(&server, "pull_request", 1, "shop-role.json").run();
    let first = server.repository().on_lines.clone();
    let ran = step(&server, "pull_request", 2, "shop-role.json").run();
    ran.assert_code(3);
    assert_eq!(server.repository().on_lines, first);
    let answered = first[1].clone();
    server.repository().on_lines.push(OnLines {
        id: 9_000,
        author: "mona".to_owned(),
        body: "we need this".to_owned(),
        answers: Some(answered.id),
        ..answered.clone()
    });
    let fixed = step(&server, "pull_request", 3, "shop-role.fixed.json").run();
    fixed.assert_code(0);
    let left: Vec<u64> = server
        .repository()
        .on_lines
        .iter()
        .map(|one| one.id)
        .collect();
    assert_eq!(left, [answered.id, 9_000]);
}

#[test]
fn lines_that_the_diff_does_not_show_are_left_to_the_comment() {
    // Those of the statement with iam:PassRole.
    let server = GitHubServer::plain(showing(68..=73));
    step(&server, "pull_request", 1, "shop-role.json")
        .run()
        .assert_code(3);
    let offered = server.repository().on_lines.clone();
    assert_eq!(offered.len(), 1, "{offered:#?}");
    assert!(
        offered[0].body.contains("`iam:PassRole`"),
        "{}",
        offered[0].body
    );
    assert!(comments(&server).concat().contains(CLICK));

    let server = GitHubServer::plain(showing(1..=3));
    step(&server, "pull_request", 1, "shop-role.json")
        .run()
        .assert_code(3);
    assert_eq!(server.repository().on_lines, []);
    let comment = comments(&server).concat();
    assert!(
        !comment.contains(CLICK) && comment.contains("+++ role.json"),
        "{comment}"
    );
}

#[test]
fn none_is_made_where_it_could_be_wrong_or_is_not_wanted() {
    // The head is not what was judged, such as a merge with a base that moved on.
    let mut moved = whole();
    moved.file(
        HEAD,
        "role.json",
        &shop("shop-role.json").replace("shop-mail", "shop-letters"),
    );
    // There is a newer commit.
    let newer = Repository {
        head: "0".repeat(40),
        ..whole()
    };
    for (repository, wanted) in [(moved, "true"), (newer, "true"), (whole(), "false")] {
        let server = GitHubServer::plain(repository);
        let ran = step(&server, "pull_request", 1, "shop-role.json")
            .with("suggest", wanted)
            .run();
        ran.assert_code(3);
        assert_eq!(server.repository().on_lines, []);
        assert!(!comments(&server).concat().contains(CLICK));
    }
}

#[test]
fn suggestions_that_are_refused_lose_no_comment_and_are_told_once() {
    let refused = |_: &str, path: &str, _| {
        let is_review = path.ends_with("/reviews");
        is_review.then_some(Fault::Error(403, "Resource not accessible by integration"))
    };
    let server = GitHubServer::start(Setup::default(), whole(), refused);
    let ran = step(&server, "pull_request", 1, "shop-role.json").run();
    ran.assert_code(3);
    let said = refusals(&ran);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].starts_with("The suggestions could not")
            && said[0].contains("`pull-requests: write`"),
        "{said:?}"
    );
    let comment = comments(&server).concat();
    assert!(!comment.is_empty() && !comment.contains(CLICK));
}

#[test]
fn in_public_a_suggestion_shows_no_account_that_the_file_does_not() {
    let server = GitHubServer::plain(whole());
    step(&server, "pull_request.fork", 1, "shop-role.json")
        .run()
        .assert_code(3);
    let offered = server.repository().on_lines.clone();
    assert!(!offered.is_empty());
    for one in offered {
        let (words, _) = one.body.split_once("```suggestion").expect("a suggestion");
        assert!(!words.contains("111122223333"), "{words}");
    }
}
