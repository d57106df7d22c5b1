//! The life of a comment against a GitHub that pages, refuses, throttles, stores posts that it says it did not, and holds marks
//! that are not ours: one comment, right at every step.

use super::client::{client, patience};
use super::server::{BOT, Fault, GitHubServer, Repository, Setup};
use aws_least_privilege::deliver::comment::{Key, Mode, Run, Said, Saying, say};
use aws_least_privilege::deliver::suggestions::{Offering, offer};
use aws_least_privilege::github::api::{
    ApiError, ApiErrorKind, Client, Comment, Commit, Content, GitHub, LineComment, Pull, PullFile,
    ReviewComment, TreeEntry,
};
use std::cell::Cell;

const RED: &str = "### ❌ too much\n";
const GREEN: &str = "### ✅ fine\n";

fn key() -> Key {
    Key::new(["shop", "eu-west-1"], Some("111122223333"))
}

/// What a run says: its number, and the text; red when it is [`RED`].
fn run(server: &GitHubServer, mode: Mode, id: u64, text: &str) -> Result<Said, ApiError> {
    run_of(server, &key(), mode, id, text)
}

fn run_of(
    server: &GitHubServer,
    key: &Key,
    mode: Mode,
    id: u64,
    text: &str,
) -> Result<Said, ApiError> {
    let passed = text == GREEN;
    let saying = Saying {
        pull: 7,
        key,
        run: Run { id, attempt: 1 },
        mode,
        has_something_to_say: !passed,
        passed,
        text: &format!("{text}\nrun {id}\n"),
        lasting: text,
    };
    say(&client(server, patience()), &saying)
}

/// The bodies of the bot's comments without their first lines.
fn bodies(server: &GitHubServer) -> Vec<String> {
    let repository = server.repository();
    let ours = repository
        .comments
        .iter()
        .filter(|comment| comment.author == BOT);
    ours.map(|comment| {
        let (mark, rest) = comment.body.split_once('\n').expect("a first line");
        assert!(
            mark.starts_with("<!-- aws-least-privilege:v1 key="),
            "{mark}"
        );
        rest.to_owned()
    })
    .collect()
}

fn crowded() -> Repository {
    let mut repository = Repository::default();
    for number in 0..250 {
        repository.comment("mona", &format!("comment {number}"));
    }
    repository
}

#[test]
fn red_then_the_same_then_green_is_one_comment() {
    let server = GitHubServer::plain(crowded());
    let first = run(&server, Mode::Auto, 1, RED).expect("it is posted");
    let Said::New(url) = &first else {
        panic!("{first:?}");
    };
    assert!(url.starts_with("https://github.com/acme/shop/pull/7#issuecomment-"));
    let again = run(&server, Mode::Auto, 2, RED).expect("nothing is to be done");
    assert_eq!(again, Said::Same(url.clone()));
    assert_eq!(server.repository().writes().len(), 1, "one post, no edit");
    let fixed = run(&server, Mode::Auto, 3, GREEN).expect("it is edited");
    assert_eq!(fixed, Said::Edited(url.clone()));
    assert_eq!(bodies(&server), [format!("{GREEN}\nrun 3\n")]);
    assert_eq!(server.repository().comments.len(), 251);
}

#[test]
fn each_mode_speaks_when_it_should() {
    let said = |mode, texts: &[&str]| {
        let server = GitHubServer::plain(Repository::default());
        for (id, text) in texts.iter().enumerate() {
            run(&server, mode, id as u64, text).expect("it works");
        }
        let seen = server.repository().seen.len();
        (bodies(&server).len(), seen > 0)
    };
    assert_eq!(said(Mode::Auto, &[GREEN]), (0, true));
    assert_eq!(said(Mode::Auto, &[GREEN, RED]), (1, true));
    assert_eq!(said(Mode::Always, &[GREEN]), (1, true));
    assert_eq!(said(Mode::OnFailure, &[GREEN]), (0, true));
    assert_eq!(said(Mode::OnFailure, &[RED]), (1, true));
    assert_eq!(said(Mode::Never, &[RED, GREEN]), (0, false));
    // What was red is green when it is fixed, in every mode.
    let server = GitHubServer::plain(Repository::default());
    run(&server, Mode::OnFailure, 1, RED).expect("it is posted");
    run(&server, Mode::OnFailure, 2, GREEN).expect("it is edited");
    assert_eq!(bodies(&server), [format!("{GREEN}\nrun 2\n")]);
}

#[test]
fn t8_a_forged_mark_is_nobodys() {
    let server = GitHubServer::plain(Repository::default());
    run(&server, Mode::Auto, 1, RED).expect("it is posted");
    let body = server.repository().comments[0].body.clone();
    let mark = body.lines().next().expect("a mark").to_owned();
    // Now somebody else has our mark first, our bot quotes it, and our own comment is gone.
    let mut repository = Repository::default();
    repository.comment("mallory", &body);
    repository.comment("mallory[bot]", &format!("{mark}\n### ✅ all good"));
    repository.comment(BOT, &format!("> {mark}\n> quoted"));
    repository.comment(BOT, &format!("Hello.\n{mark}"));
    repository.comment("mallory", &mark.replace("v1", "v2"));
    let server = GitHubServer::plain(repository);
    let said = run(&server, Mode::Auto, 2, RED).expect("it is posted");
    assert!(matches!(said, Said::New(_)), "{said:?}");
    let repository = server.repository();
    assert_eq!(
        repository.writes(),
        ["POST /repos/acme/shop/issues/7/comments"]
    );
    assert_eq!(repository.comments.len(), 6);
    assert_eq!(repository.comments[0].body, body);
}

#[test]
fn a_post_that_was_stored_although_it_failed_is_found() {
    for fault in [
        Fault::DoneThen(502),
        Fault::DoneThenReset,
        Fault::DoneThen(504),
    ] {
        let server = GitHubServer::start(Setup::default(), crowded(), move |method, path, nth| {
            let is_post = method == "POST" && path.ends_with("/comments");
            (is_post && nth == 0).then(|| fault.clone())
        });
        let said = run(&server, Mode::Auto, 1, RED).expect("it is there");
        assert!(matches!(said, Said::New(_)), "{said:?}");
        assert_eq!(bodies(&server), [format!("{RED}\nrun 1\n")]);
        assert_eq!(server.repository().writes().len(), 1);
    }
}

#[test]
fn a_post_that_was_not_stored_is_made_again_after_looking() {
    for fault in [Fault::Error(502, "Bad Gateway"), Fault::Reset] {
        let server = GitHubServer::start(Setup::default(), crowded(), move |method, path, nth| {
            let is_post = method == "POST" && path.ends_with("/comments");
            (is_post && nth == 0).then(|| fault.clone())
        });
        run(&server, Mode::Auto, 1, RED).expect("it is posted");
        assert_eq!(bodies(&server).len(), 1);
        let seen = server.repository().seen.clone();
        let comments: Vec<&str> = seen
            .iter()
            .filter(|seen| seen.path.ends_with("/comments") && !seen.query.contains("page=2"))
            .filter(|seen| !seen.query.contains("page=3"))
            .map(|seen| seen.method.as_str())
            .collect();
        // The last looks whether another run posted at the same time.
        assert_eq!(comments, ["GET", "POST", "GET", "POST", "GET"]);
    }
}

#[test]
fn a_post_that_always_fails_is_given_up() {
    let server = GitHubServer::start(
        Setup::default(),
        Repository::default(),
        |method, path, _| {
            let is_post = method == "POST" && path.ends_with("/comments");
            is_post.then_some(Fault::Error(502, "Bad Gateway"))
        },
    );
    let error = run(&server, Mode::Auto, 1, RED).expect_err("it cannot be posted");
    assert_eq!(error.kind, ApiErrorKind::Failed);
    assert_eq!(server.repository().writes().len(), 3);
}

#[test]
fn t26_an_older_run_does_not_overwrite_a_newer_one() {
    let server = GitHubServer::plain(Repository::default());
    run(&server, Mode::Auto, 9, GREEN).expect("nothing to say yet");
    run(&server, Mode::Always, 9, GREEN).expect("it is posted");
    let late = run(&server, Mode::Auto, 8, RED).expect("it keeps still");
    assert!(matches!(late, Said::LaterRun(_)), "{late:?}");
    assert_eq!(bodies(&server), [format!("{GREEN}\nrun 9\n")]);
    run(&server, Mode::Auto, 10, RED).expect("it is edited");
    assert_eq!(bodies(&server), [format!("{RED}\nrun 10\n")]);
}

#[test]
fn several_stacks_have_a_comment_each() {
    let server = GitHubServer::plain(Repository::default());
    let keys = [
        key(),
        Key::new(["mail", "eu-west-1"], Some("111122223333")),
        Key::new(["shop", "eu-west-1"], Some("444455556666")),
    ];
    for round in 0..2 {
        for (at, key) in keys.iter().enumerate() {
            let text = format!("### ❌ stack {at} in round {round}\n");
            run_of(&server, key, Mode::Auto, round, &text).expect("it works");
        }
    }
    let bodies = bodies(&server);
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| body.contains("round 1")));
}

#[test]
fn evidence_that_does_not_tell_the_account_finds_its_comment() {
    let server = GitHubServer::plain(Repository::default());
    run(&server, Mode::Auto, 1, RED).expect("it is posted");
    let unknown = Key::new(["shop", "eu-west-1"], None);
    run_of(&server, &unknown, Mode::Auto, 2, GREEN).expect("it is edited");
    assert_eq!(bodies(&server), [format!("{GREEN}\nrun 2\n")]);
    run(&server, Mode::Auto, 3, RED).expect("it is edited");
    assert_eq!(bodies(&server), [format!("{RED}\nrun 3\n")]);
    let other = Key::new(["shop", "eu-west-1"], Some("444455556666"));
    run_of(&server, &other, Mode::Auto, 4, RED).expect("it is posted");
    // Which of the two is meant is not known: neither is touched.
    run_of(&server, &unknown, Mode::Auto, 5, RED).expect("it is posted");
    assert_eq!(bodies(&server).len(), 3);
}

#[test]
fn of_two_that_were_posted_at_once_one_stays() {
    let server = GitHubServer::plain(Repository::default());
    run(&server, Mode::Auto, 1, RED).expect("it is posted");
    let twin = server.repository().comments[0].body.clone();
    server.repository().comment(BOT, &twin);
    server.repository().comment("mallory", &twin);
    run(&server, Mode::Auto, 2, GREEN).expect("it is edited");
    assert_eq!(bodies(&server), [format!("{GREEN}\nrun 2\n")]);
    assert_eq!(server.repository().comments.len(), 2, "mallory's stays");
}

#[test]
fn a_comment_that_is_deleted_in_between_is_posted_anew() {
    let server = GitHubServer::start(Setup::default(), Repository::default(), |method, _, _| {
        (method == "PATCH").then_some(Fault::Error(404, "Not Found"))
    });
    run(&server, Mode::Auto, 1, RED).expect("it is posted");
    let error = run(&server, Mode::Auto, 2, GREEN).expect_err("it can never be edited");
    assert_eq!(error.kind, ApiErrorKind::NotFound);
    server.repository().comments.clear();
    let said = run(&server, Mode::Auto, 3, RED).expect("it is posted");
    assert!(matches!(said, Said::New(_)));
}

#[test]
fn limits_are_waited_for() {
    let server = GitHubServer::start(
        Setup::default(),
        Repository::default(),
        |method, path, nth| {
            let wait = vec![("retry-after", "1".to_owned())];
            let secondary = "You have exceeded a secondary rate limit";
            let is_post = method == "POST" && path.ends_with("/comments");
            (is_post && nth == 0).then_some(Fault::Throttled(403, wait, secondary))
        },
    );
    run(&server, Mode::Auto, 1, RED).expect("it is posted after a second");
    assert_eq!(bodies(&server).len(), 1);
}

#[test]
fn a_refusal_at_any_step_is_an_error_that_names_the_permission() {
    let steps = [
        ("GET", "/comments", 403),
        ("GET", "/comments", 404),
        ("POST", "/comments", 403),
        ("POST", "/comments", 404),
    ];
    for (step, end, status) in steps {
        let faults = move |method: &str, path: &str, _| {
            let refused = "Resource not accessible by integration";
            (method == step && path.ends_with(end)).then_some(Fault::Error(status, refused))
        };
        let server = GitHubServer::start(Setup::default(), Repository::default(), faults);
        let error = run(&server, Mode::Auto, 1, RED).expect_err("it is refused");
        assert_eq!(error.missing_permission(), Some("pull-requests: write"));
        assert!(server.repository().comments.is_empty());
    }
}

#[test]
fn an_answer_that_is_no_json_is_no_comment_of_ours() {
    let server = GitHubServer::start(
        Setup::default(),
        Repository::default(),
        |method, path, _| {
            (method == "GET" && path.ends_with("/comments")).then_some(Fault::Malformed)
        },
    );
    let error = run(&server, Mode::Auto, 1, RED).expect_err("nothing is known");
    assert_eq!(error.kind, ApiErrorKind::Malformed);
    assert!(
        server.repository().writes().is_empty(),
        "nothing is posted blindly"
    );
}

/// A GitHub whose first list of comments is older than what was posted since.
#[derive(Debug)]
struct Late {
    client: Client,
    is_late: Cell<bool>,
}

impl GitHub for Late {
    fn viewer(&self) -> Result<String, ApiError> {
        self.client.viewer()
    }

    fn comments(&self, pull: u64) -> Result<Vec<Comment>, ApiError> {
        if self.is_late.replace(false) {
            return Ok(Vec::new());
        }
        self.client.comments(pull)
    }

    fn post_comment(&self, pull: u64, body: &str) -> Result<Comment, ApiError> {
        self.client.post_comment(pull, body)
    }

    fn edit_comment(&self, comment: u64, body: &str) -> Result<Comment, ApiError> {
        self.client.edit_comment(comment, body)
    }

    fn delete_comment(&self, comment: u64) -> Result<(), ApiError> {
        self.client.delete_comment(comment)
    }

    fn pull(&self, pull: u64) -> Result<Pull, ApiError> {
        self.client.pull(pull)
    }

    fn pull_files(&self, pull: u64) -> Result<Vec<PullFile>, ApiError> {
        self.client.pull_files(pull)
    }

    fn review_comments(&self, pull: u64) -> Result<Vec<ReviewComment>, ApiError> {
        if self.is_late.replace(false) {
            return Ok(Vec::new());
        }
        self.client.review_comments(pull)
    }

    fn post_review(
        &self,
        pull: u64,
        commit: &str,
        comments: &[LineComment],
    ) -> Result<(), ApiError> {
        self.client.post_review(pull, commit, comments)
    }

    fn delete_review_comment(&self, comment: u64) -> Result<(), ApiError> {
        self.client.delete_review_comment(comment)
    }

    fn content(&self, path: &str, commit: &str) -> Result<Option<Content>, ApiError> {
        self.client.content(path, commit)
    }

    fn texts(&self, commit: &str, paths: &[String]) -> Result<Vec<Option<String>>, ApiError> {
        self.client.texts(commit, paths)
    }

    fn first_parent(&self, commit: &str) -> Result<Option<String>, ApiError> {
        self.client.first_parent(commit)
    }

    fn tree(&self, commit: &str) -> Result<Option<Vec<TreeEntry>>, ApiError> {
        self.client.tree(commit)
    }

    fn folder(&self, commit: &str) -> Result<Option<Vec<TreeEntry>>, ApiError> {
        self.client.folder(commit)
    }

    fn history(
        &self,
        commit: &str,
        path: Option<&str>,
        since: jiff::Timestamp,
    ) -> Result<Vec<Commit>, ApiError> {
        self.client.history(commit, path, since)
    }

    fn compared(&self, before: &str, after: &str) -> Result<Option<Vec<PullFile>>, ApiError> {
        self.client.compared(before, after)
    }
}

/// Two runs list, find nothing, and post: whoever looks last leaves one, and both agree which.
#[test]
fn runs_that_post_at_the_same_time_leave_one_comment() {
    for (own, other) in [(2, 1), (1, 2), (1, 1)] {
        let server = GitHubServer::plain(Repository::default());
        run(&server, Mode::Auto, other, RED).expect("it is posted");
        let late = Late {
            client: client(&server, patience()),
            is_late: Cell::new(true),
        };
        let key = key();
        let saying = Saying {
            pull: 7,
            key: &key,
            run: Run {
                id: own,
                attempt: 1,
            },
            mode: Mode::Auto,
            has_something_to_say: true,
            passed: false,
            text: RED,
            lasting: RED,
        };
        say(&late, &saying).expect("it is posted");
        assert_eq!(bodies(&server).len(), 1);
        let body = server.repository().comments[0].body.clone();
        let newest = format!("run={}.1", own.max(other));
        assert!(body.contains(&newest), "{body}");
    }
}

/// And no suggestion is there twice.
#[test]
fn runs_that_suggest_at_the_same_time_leave_each_once() {
    let mut repository = Repository::default();
    let patch = "@@ -1,0 +1,3 @@\n+a\n+b\n+c".to_owned();
    repository.files = vec![("role.json".to_owned(), "modified".to_owned(), Some(patch))];
    let server = GitHubServer::plain(repository);
    let key = key();
    let one = LineComment {
        path: "role.json".to_owned(),
        first: 2,
        last: 2,
        body: "```suggestion\nB\n```\n".to_owned(),
    };
    let offering = Offering {
        pull: 7,
        commit: "c",
        key: &key,
        suggestions: &[one],
    };
    for is_late in [false, true] {
        let late = Late {
            client: client(&server, patience()),
            is_late: Cell::new(is_late),
        };
        offer(&late, &offering).expect("it is offered");
    }
    assert_eq!(server.repository().on_lines.len(), 1);
}
