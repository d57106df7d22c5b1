//! The client on the wire: pages, refusals, limits, posts that failed, addresses of an enterprise server, redirects.

use super::server::{BOT, Fault, GitHubServer, Repository, SHORT, Setup};
use crate::live::http::HttpServer;
use aws_least_privilege::github::api::{
    ApiErrorKind, Client, Connection, Content, GitHub as _, LineComment, Patience,
};
use secrecy::SecretString;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const TOKEN: &str = "ghs_canary0123456789";

pub(super) fn patience() -> Patience {
    Patience {
        request: Duration::from_millis(1500),
        first_wait: SHORT,
        waits_in_all: Duration::from_secs(2),
        in_all: Duration::from_secs(10),
        ..Patience::default()
    }
}

pub(super) fn client(server: &GitHubServer, patience: Patience) -> Client {
    Client::new(Connection {
        api_url: server.api_url(),
        graphql_url: server.graphql_url(),
        repository: "acme/shop".to_owned(),
        token: SecretString::from(TOKEN),
        patience,
    })
    .expect("a client")
}

#[test]
fn every_page_of_a_list_is_read() {
    for prefix in ["", "/api/v3"] {
        let mut repository = Repository::default();
        for number in 0..45 {
            repository.comment("mona", &format!("comment {number}"));
        }
        let setup = Setup {
            prefix,
            page: 7,
            ..Setup::default()
        };
        let server = GitHubServer::start(setup, repository, |_, _, _| None);
        let comments = client(&server, patience())
            .comments(7)
            .expect("they are listed");
        assert_eq!(comments.len(), 45);
        let kept = server.repository();
        assert_eq!(comments[44].body, "comment 44");
        assert_eq!(kept.seen.len(), 7);
        let path = "/repos/acme/shop/issues/7/comments";
        assert!(kept.seen.iter().all(|seen| seen.path == path), "{prefix}");
        let bearer = format!("Bearer {TOKEN}");
        let authorized = |seen: &super::server::Seen| seen.authorization.as_ref() == Some(&bearer);
        assert!(kept.seen.iter().all(authorized));
    }
}

#[test]
fn whoever_posts_is_known_with_and_without_graphql() {
    let app = Setup {
        login: "acme-gate[bot]",
        prefix: "/api/v3",
        ..Setup::default()
    };
    let server = GitHubServer::start(app, Repository::default(), |_, _, _| None);
    assert_eq!(
        client(&server, patience()).viewer().expect("it is told"),
        "acme-gate[bot]"
    );
    let mute = Setup {
        graphql: false,
        ..Setup::default()
    };
    let server = GitHubServer::start(mute, Repository::default(), |_, _, _| None);
    assert_eq!(
        client(&server, patience()).viewer().expect("it is assumed"),
        BOT
    );
}

#[test]
fn what_changes_nothing_is_asked_again_and_a_post_is_not() {
    let server = GitHubServer::start(Setup::default(), Repository::default(), |_, _, nth| {
        (nth < 2).then_some(Fault::Error(502, "Bad Gateway"))
    });
    let client = client(&server, patience());
    assert!(client.comments(7).is_ok(), "the third time it answers");
    let error = client.post_comment(7, "hello").expect_err("once is all");
    assert!(error.is_unsure(), "{error}");
    assert_eq!(server.repository().writes().len(), 1);
}

#[test]
fn a_limit_is_waited_for_but_not_for_long() {
    let short = |headers: Vec<(&'static str, String)>| {
        GitHubServer::start(Setup::default(), Repository::default(), move |_, _, nth| {
            let message = "You have exceeded a secondary rate limit";
            (nth == 0).then(|| Fault::Throttled(403, headers.clone(), message))
        })
    };
    let second = short(vec![("retry-after", "1".to_owned())]);
    let begun = Instant::now();
    // A limit says that nothing was done: even a post is made again.
    client(&second, patience())
        .post_comment(7, "hello")
        .expect("it is posted");
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!(second.repository().comments.len(), 1);

    let hour = short(vec![
        ("x-ratelimit-remaining", "0".to_owned()),
        ("x-ratelimit-reset", "1795003600".to_owned()),
        ("date", "Wed, 18 Nov 2026 11:06:40 GMT".to_owned()),
    ]);
    let begun = Instant::now();
    let error = client(&hour, patience()).comments(7).expect_err("an hour");
    assert_eq!(error.kind, ApiErrorKind::Throttled);
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[test]
fn t21_waits_are_bounded_in_all() {
    let server = GitHubServer::start(Setup::default(), Repository::default(), |_, _, _| {
        let wait = vec![("retry-after", "1".to_owned())];
        Some(Fault::Throttled(429, wait, "slow down"))
    });
    let begun = Instant::now();
    let client = client(&server, patience());
    assert!(client.comments(7).is_err() && client.comments(7).is_err());
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "two waits of one second"
    );
}

#[test]
fn t21_a_github_that_never_answers_is_left_alone_in_time() {
    let server = GitHubServer::start(Setup::default(), Repository::default(), |_, _, _| {
        Some(Fault::Hang)
    });
    let patience = Patience {
        request: Duration::from_millis(150),
        in_all: Duration::from_millis(350),
        ..patience()
    };
    let client = client(&server, patience);
    let begun = Instant::now();
    for _ in 0..20 {
        assert!(client.comments(7).is_err());
    }
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_token_follows_no_redirect() {
    let stolen: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = Arc::clone(&stolen);
    let thief = HttpServer::start(move |request| {
        kept.lock().expect("a list").push(request.head.clone());
        super::server::error(200, "thank you")
    });
    let to = format!("{}/user", thief.url());
    let server = GitHubServer::start(Setup::default(), Repository::default(), move |_, _, _| {
        Some(Fault::Moved(to.clone()))
    });
    let client = client(&server, patience());
    let error = client.comments(7).expect_err("it is not followed");
    assert_eq!(error.kind, ApiErrorKind::Moved);
    assert!(client.viewer().is_err() && client.post_comment(7, "x").is_err());
    assert!(stolen.lock().expect("a list").is_empty());
}

#[test]
fn a_link_to_another_page_cannot_lead_away() {
    let stolen: Arc<Mutex<u64>> = Arc::default();
    let kept = Arc::clone(&stolen);
    let thief = HttpServer::start(move |_| {
        *kept.lock().expect("a count") += 1;
        super::server::error(200, "thank you")
    });
    let link = format!("<{}/next>; rel=\"next\"", thief.url());
    let server = HttpServer::start(move |request| crate::live::http::Answer::Whole {
        status: 200,
        headers: if request.path.ends_with("page=1") {
            vec![("link", link.clone())]
        } else {
            Vec::new()
        },
        body: b"[]".to_vec(),
    });
    let client = Client::new(Connection {
        api_url: server.url(),
        graphql_url: format!("{}/graphql", server.url()),
        repository: "acme/shop".to_owned(),
        token: SecretString::from(TOKEN),
        patience: patience(),
    })
    .expect("a client");
    assert!(client.comments(7).expect("two pages").is_empty());
    assert_eq!(*stolen.lock().expect("a count"), 0);
}

#[test]
fn errors_name_the_permission_and_never_the_token() {
    let server = GitHubServer::start(Setup::default(), Repository::default(), |_, _, _| {
        Some(Fault::Error(403, "Resource not accessible by integration"))
    });
    let client = client(&server, patience());
    let error = client.post_comment(7, "hello").expect_err("it is refused");
    assert_eq!(error.kind, ApiErrorKind::Forbidden);
    assert_eq!(error.missing_permission(), Some("pull-requests: write"));
    assert!(error.to_string().contains("not accessible by integration"));
    assert!(!format!("{error:?} {client:?}").contains("canary"));
}

#[test]
fn contents_are_read_at_a_commit() {
    let mut repository = Repository::default();
    repository.file("base", "policies/a b#1.json", "{}");
    repository.file("base", "traces/one.json", "1");
    repository.file("base", "traces/more/two.json", "2");
    repository.file("base", "large.json", &"x".repeat(2 << 20));
    let odd = ("base".to_owned(), "vendor".to_owned());
    repository.odd.insert(odd, "submodule");
    let server = GitHubServer::plain(repository);
    let client = client(&server, patience());
    let read = |path: &str| client.content(path, "base").expect("it can be read");
    let file = |text: &str| Some(Content::File(text.as_bytes().to_vec()));
    assert_eq!(read("policies/a b#1.json"), file("{}"));
    assert_eq!(read("./policies//a b#1.json"), file("{}"));
    assert_eq!(read("large.json"), file(&"x".repeat(2 << 20)));
    assert_eq!(read("absent.json"), None);
    assert_eq!(read("vendor"), Some(Content::Other("submodule".to_owned())));
    let Some(Content::Folder(entries)) = read("traces") else {
        panic!("traces is a folder");
    };
    let entries: Vec<(&str, &str)> = entries
        .iter()
        .map(|entry| (entry.path.as_str(), entry.kind.as_str()))
        .collect();
    assert_eq!(
        entries,
        [("traces/more", "dir"), ("traces/one.json", "file")]
    );
}

#[test]
fn what_may_not_be_seen_is_not_taken_for_absent() {
    let server = GitHubServer::start(Setup::default(), Repository::default(), |_, _, _| {
        Some(Fault::Error(404, "Not Found"))
    });
    let error = client(&server, patience())
        .content("absent.json", "base")
        .expect_err("nobody knows");
    assert_eq!(error.missing_permission(), Some("contents: read"));
}

#[test]
fn a_history_is_read_page_by_page_and_its_ends_are_told_apart() {
    let when = |day: u32| format!("2026-11-{day:02}T08:00:00Z");
    let mut repository = Repository::default();
    for day in (1..=28).rev() {
        let parents = if day > 1 {
            vec![format!("c{}", day - 1)]
        } else {
            Vec::new()
        };
        repository
            .history
            .push((format!("c{day}"), parents, when(day)));
    }
    let setup = Setup {
        page: 5,
        ..Setup::default()
    };
    let server = GitHubServer::start(setup, repository, |_, _, _| None);
    let since = when(10).parse().expect("a time");
    let history = client(&server, patience())
        .history("c28", None, since)
        .expect("it is read");
    assert_eq!(history.len(), 19);
    assert_eq!(history[0].sha, "c28");
    assert_eq!(history[18].parent.as_deref(), Some("c9"));
    let all = client(&server, patience())
        .history("c28", None, when(1).parse().expect("a time"))
        .expect("it is read");
    assert_eq!(all[27].parent, None);
}

#[test]
fn one_line_that_is_not_in_the_diff_loses_a_whole_review() {
    let patch = "@@ -1,2 +1,3 @@\n a\n+b\n c".to_owned();
    let repository = Repository {
        files: vec![("a.json".to_owned(), "modified".to_owned(), Some(patch))],
        ..Repository::default()
    };
    let server = GitHubServer::plain(repository);
    let client = client(&server, patience());
    let comment = |first, last| LineComment {
        path: "a.json".to_owned(),
        first,
        last,
        body: "x".to_owned(),
    };
    let error = client
        .post_review(7, "head", &[comment(1, 2), comment(3, 4)])
        .expect_err("line 4 is not in the diff");
    assert_eq!(error.kind, ApiErrorKind::Invalid);
    client
        .post_review(7, "head", &[comment(1, 2), comment(3, 3)])
        .expect("both are");
    let posted = client.review_comments(7).expect("they are listed");
    assert_eq!(posted.len(), 2);
    client
        .delete_review_comment(posted[0].id)
        .expect("it is deleted");
    client
        .delete_review_comment(posted[0].id)
        .expect("it is gone already");
    assert_eq!(client.review_comments(7).expect("a list").len(), 1);
}
