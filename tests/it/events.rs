//! Every kind of event, read from payloads as GitHub sends them: `tests/events/<event>[.<variant>].json`.

use aws_least_privilege::github::{Event, EventKind, Visibility};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const BASE: &str = "1f0d6ac3a4c4b5d20c9e0a8c7b7a8a5b1c2d3e4f";
const HEAD: &str = "ec26c3e57ca3a959ca5aad62de7213c562f8c821";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/events")
}

fn read(file: &str) -> Event {
    let path = folder().join(format!("{file}.json"));
    let payload =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let name = file.split('.').next().expect("a name");
    Event::read(name, &payload)
}

/// What is expected of a payload: pull request, base and head SHA, the head's repository, whether it is a fork.
struct Expected {
    file: &'static str,
    number: Option<u64>,
    base: Option<&'static str>,
    head: Option<&'static str>,
    head_repository: Option<&'static str>,
    is_fork: bool,
    visibility: Visibility,
    sender: Option<&'static str>,
}

const PULL_REQUEST: Expected = Expected {
    file: "pull_request",
    number: Some(42),
    base: Some(BASE),
    head: Some(HEAD),
    head_repository: Some("acme/shop"),
    is_fork: false,
    visibility: Visibility::Private,
    sender: Some("mona"),
};

const NO_REQUEST: Expected = Expected {
    number: None,
    base: None,
    head: None,
    head_repository: None,
    ..PULL_REQUEST
};

const EXPECTED: [Expected; 14] = [
    PULL_REQUEST,
    Expected {
        file: "pull_request.fork",
        head_repository: Some("octocat/shop"),
        is_fork: true,
        visibility: Visibility::Public,
        sender: Some("octocat"),
        ..PULL_REQUEST
    },
    Expected {
        file: "pull_request.deleted-fork",
        head_repository: None,
        is_fork: true,
        visibility: Visibility::Public,
        sender: Some("ghost"),
        ..PULL_REQUEST
    },
    Expected {
        file: "pull_request.dependabot",
        sender: Some("dependabot[bot]"),
        ..PULL_REQUEST
    },
    Expected {
        file: "pull_request.enterprise-server",
        visibility: Visibility::Internal,
        ..PULL_REQUEST
    },
    Expected {
        file: "pull_request_target",
        head_repository: Some("octocat/shop"),
        is_fork: true,
        visibility: Visibility::Public,
        sender: Some("octocat"),
        ..PULL_REQUEST
    },
    Expected {
        file: "merge_group",
        base: Some(BASE),
        head: Some(HEAD),
        sender: Some("github-merge-queue[bot]"),
        ..NO_REQUEST
    },
    Expected {
        file: "push",
        base: Some(BASE),
        head: Some(HEAD),
        ..NO_REQUEST
    },
    Expected {
        file: "push.new-branch",
        head: Some(HEAD),
        ..NO_REQUEST
    },
    Expected {
        file: "schedule",
        sender: None,
        ..NO_REQUEST
    },
    Expected {
        file: "workflow_dispatch",
        ..NO_REQUEST
    },
    Expected {
        file: "workflow_run",
        ..PULL_REQUEST
    },
    Expected {
        file: "workflow_run.fork",
        number: None,
        base: None,
        head_repository: Some("octocat/shop"),
        is_fork: true,
        ..PULL_REQUEST
    },
    Expected {
        file: "issue_comment",
        ..NO_REQUEST
    },
];

#[test]
fn every_event_is_read() {
    for expected in EXPECTED {
        let file = expected.file;
        let event = read(file);
        assert_eq!(event.kind.id(), file.split('.').next().expect("a name"));
        assert_eq!(event.number, expected.number, "{file}");
        assert_eq!(event.base.sha.as_deref(), expected.base, "{file}");
        assert_eq!(event.head.sha.as_deref(), expected.head, "{file}");
        assert_eq!(
            event.head_repository.as_deref(),
            expected.head_repository,
            "{file}"
        );
        assert_eq!(event.is_fork, expected.is_fork, "{file}");
        assert_eq!(
            event.repository.full_name.as_deref(),
            Some("acme/shop"),
            "{file}"
        );
        assert_eq!(event.repository.owner.as_deref(), Some("acme"), "{file}");
        assert_eq!(
            event.repository.visibility,
            Some(expected.visibility),
            "{file}"
        );
        assert_eq!(event.sender.as_deref(), expected.sender, "{file}");
    }
}

#[test]
fn every_payload_is_tested() {
    let entries = fs::read_dir(folder()).expect("the payloads are there");
    let kept: BTreeSet<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    let mut tested: BTreeSet<String> = EXPECTED
        .iter()
        .map(|expected| format!("{}.json", expected.file))
        .collect();
    tested.insert("pull_request.hostile.json".to_owned());
    assert_eq!(kept, tested);
}

#[test]
fn refs_are_as_the_payload_spells_them() {
    assert_eq!(read("pull_request").base.reference.as_deref(), Some("main"));
    assert_eq!(
        read("pull_request").head.reference.as_deref(),
        Some("narrow-role")
    );
    assert_eq!(
        read("push").head.reference.as_deref(),
        Some("refs/heads/main")
    );
    assert_eq!(
        read("merge_group").base.reference.as_deref(),
        Some("refs/heads/main")
    );
}

#[test]
fn who_has_rights_that_the_change_has_not() {
    assert!(read("pull_request_target").is_privileged());
    assert!(read("workflow_run").is_privileged());
    assert!(!read("pull_request.fork").is_privileged());
    assert!(read("pull_request.dependabot").is_dependabot());
    assert!(!read("pull_request").is_dependabot());
}

#[test]
fn t25_a_payload_is_trusted_in_nothing() {
    let event = read("pull_request.hostile");
    assert_eq!(event.kind, EventKind::PullRequest);
    assert_eq!(event.number, None, "there is no pull request 0");
    assert_eq!(event.head.sha, None, "a path is no SHA");
    assert_eq!(event.head.reference, None, "a ref has no line breaks");
    assert_eq!(event.head_repository, None);
    assert_eq!(event.repository.full_name, None);
    assert_eq!(
        event.repository.visibility, None,
        "who may see it is not guessed"
    );
    assert_eq!(event.sender, None);
    assert!(
        event.is_fork,
        "whose repository is not known is not trusted"
    );
}

#[test]
fn t25_anything_but_a_payload_is_an_event_of_which_nothing_is_known() {
    let deep = "[".repeat(100_000);
    let long = format!(r#"{{"sender": {{"login": "{}"}}}}"#, "a".repeat(1 << 20));
    for payload in [
        "",
        "null",
        "[]",
        "{",
        "{\"pull_request\": 7}",
        deep.as_str(),
        long.as_str(),
    ] {
        let event = Event::read("pull_request", payload);
        assert_eq!(event.kind, EventKind::PullRequest);
        assert_eq!(
            (event.number, event.sender, event.is_fork),
            (None, None, false)
        );
    }
    assert_eq!(Event::read("", "{}").kind, EventKind::Other(String::new()));
}
