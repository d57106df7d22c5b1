//! Suggestions on lines of a pull request, against the same GitHub.

use super::client::{client, patience};
use super::server::{BOT, Fault, GitHubServer, OnLines, Repository, Setup};
use aws_least_privilege::deliver::comment::Key;
use aws_least_privilege::deliver::suggestions::{MOST, Offered, Offering, offer};
use aws_least_privilege::github::api::{ApiError, LineComment};

const FILE: &str = "policies/a.json";

fn key() -> Key {
    Key::new(["shop"], Some("111122223333"))
}

/// A pull request whose diff shows the first forty lines of a file.
fn repository() -> Repository {
    let patch = format!("@@ -1,39 +1,40 @@\n+new\n{}", " old\n".repeat(39));
    Repository {
        files: vec![(FILE.to_owned(), "modified".to_owned(), Some(patch))],
        ..Repository::default()
    }
}

fn suggestion(line: u64, text: &str) -> LineComment {
    LineComment {
        path: FILE.to_owned(),
        first: line,
        last: line + 1,
        body: format!("**Not observed.**\n\n```suggestion\n{text}\n```\n"),
    }
}

fn offered(server: &GitHubServer, suggestions: &[LineComment]) -> Result<Offered, ApiError> {
    let offering = Offering {
        pull: 7,
        commit: "ec26c3e57ca3a959ca5aad62de7213c562f8c821",
        key: &key(),
        suggestions,
    };
    offer(&client(server, patience()), &offering)
}

fn lines(server: &GitHubServer) -> Vec<u64> {
    let repository = server.repository();
    let last = repository
        .on_lines
        .iter()
        .filter_map(|comment| comment.last);
    last.collect()
}

#[test]
fn they_are_posted_once_in_one_review() {
    let server = GitHubServer::plain(repository());
    let two = [suggestion(3, "a"), suggestion(9, "b")];
    let first = offered(&server, &two).expect("they are posted");
    assert_eq!((first.posted, first.kept), (2, 0));
    let again = offered(&server, &two).expect("they are there");
    assert_eq!((again.posted, again.kept, again.deleted), (0, 2, 0));
    assert_eq!(
        server.repository().writes(),
        ["POST /repos/acme/shop/pulls/7/reviews"]
    );
    let many: Vec<LineComment> = (1..30).map(|line| suggestion(line, "x")).collect();
    offered(&server, &many).expect("ten of them are posted");
    assert_eq!(lines(&server).len(), MOST);
}

#[test]
fn one_bad_line_does_not_lose_the_rest() {
    let server = GitHubServer::plain(repository());
    let three = [suggestion(3, "a"), suggestion(40, "b"), suggestion(9, "c")];
    let said = offered(&server, &three).expect("two are posted");
    assert_eq!((said.posted, said.refused), (2, 1));
    assert_eq!(lines(&server), [4, 10]);
    let server = GitHubServer::plain(repository());
    let said = offered(&server, &[suggestion(40, "b")]).expect("none is posted");
    assert_eq!((said.posted, said.refused), (0, 1));
}

#[test]
fn t9_ours_that_are_outdated_go_and_others_stay() {
    let server = GitHubServer::plain(repository());
    offered(
        &server,
        &[suggestion(3, "a"), suggestion(9, "b"), suggestion(12, "c")],
    )
    .expect("they are posted");
    {
        let mut repository = server.repository();
        let answered = repository.on_lines[1].id;
        let copied = repository.on_lines[0].clone();
        let mut reply = |author: &str, answers| {
            let id = 9000 + repository.on_lines.len() as u64;
            repository.on_lines.push(OnLines {
                id,
                author: author.to_owned(),
                answers,
                ..copied.clone()
            });
        };
        reply("mona", Some(answered));
        // Somebody copied our mark.
        reply("mallory", None);
        // A commit took the line out of the diff.
        repository.on_lines[2].last = None;
    }
    let said = offered(&server, &[suggestion(12, "c")]).expect("it works");
    assert_eq!(
        (said.posted, said.deleted),
        (1, 2),
        "the first and the outdated one"
    );
    let repository = server.repository();
    let authors: Vec<&str> = repository
        .on_lines
        .iter()
        .map(|comment| comment.author.as_str())
        .collect();
    assert_eq!(authors, [BOT, "mona", "mallory", BOT]);
}

#[test]
fn those_of_another_stack_stay() {
    let server = GitHubServer::plain(repository());
    offered(&server, &[suggestion(3, "a")]).expect("it is posted");
    let other = Key::new(["mail"], Some("111122223333"));
    let offering = Offering {
        pull: 7,
        commit: "head",
        key: &other,
        suggestions: &[],
    };
    let said = offer(&client(&server, patience()), &offering).expect("nothing is done");
    assert_eq!(said, Offered::default());
    assert_eq!(offered(&server, &[]).expect("it is deleted").deleted, 1);
}

#[test]
fn a_review_that_was_stored_although_it_failed_is_not_posted_again() {
    for (fault, reviews) in [
        (Fault::DoneThen(502), 1),
        (Fault::Error(502, "Bad Gateway"), 2),
    ] {
        let server = GitHubServer::start(Setup::default(), repository(), move |_, path, nth| {
            (path.ends_with("/reviews") && nth == 0).then(|| fault.clone())
        });
        let two = [suggestion(3, "a"), suggestion(9, "b")];
        assert_eq!(offered(&server, &two).expect("they are there").posted, 2);
        assert_eq!(lines(&server).len(), 2);
        assert_eq!(server.repository().writes().len(), reviews);
    }
}
