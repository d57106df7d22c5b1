//! Nothing passes unseen: what cannot be held against the base is an error, and what is not read is said.

use super::events::{BASE, HEAD, checked_out, on, repository, shop, step};
use super::server::{GitHubServer, Repository};
use crate::action::step::{Ran, Step};
use std::fs;

const WAIVER: &str =
    "accept:\n  - actions: '*'\n    resources: '*'\n    reason: because\n    until: 2999-12-31\n";

/// The head brings a waiver, and the base cannot be read: the waiver must not decide.
fn assert_is_error(ran: &Ran, says: &str) {
    ran.assert_code(2);
    assert_eq!(ran.output("outcome").as_deref(), Some("error"));
    assert!(ran.named("error")[0].data.contains(says), "{}", ran.stdout);
}

fn with_waiver(step: Step) -> Step {
    fs::write(step.workspace().join(".least-privilege.yml"), WAIVER).expect("a file");
    step
}

#[test]
fn t1_a_base_that_nobody_can_name_lets_no_head_decide() {
    let run = |event: &str, name: &str, value: &str| {
        let server = GitHubServer::plain(repository(Some("shop-role.json")));
        let step = with_waiver(step(&server, event, 1, "shop-role.json"));
        step.set(name, value).run()
    };
    for event in ["pull_request", "pull_request_target", "merge_group"] {
        let ran = run(event, "GITHUB_EVENT_PATH", "/nowhere/event.json");
        assert_is_error(&ran, "cannot be read");
        let ran = run(event, "INPUT_GITHUB-TOKEN", "");
        assert_is_error(&ran, "there is no `github-token`");
        let ran = run(event, "GITHUB_API_URL", "http://github.example.com");
        assert_is_error(&ran, "no https address");
        let ran = run(event, "GITHUB_REPOSITORY", "");
        assert_is_error(&ran, "GITHUB_REPOSITORY");
    }
    // GitHub does not tell which pull request of a fork it was.
    let ran = run("workflow_run.fork", "RUNNER_DEBUG", "");
    assert_is_error(&ran, "does not name the commit");
    assert!(
        ran.summary.contains("gate those with pull_request"),
        "{}",
        ran.summary
    );
}

#[test]
fn the_commit_that_is_checked_out_is_the_one_that_is_judged() {
    let run = |event: &str, commit: Option<&str>| {
        let server = GitHubServer::plain(repository(Some("shop-role.json")));
        let step = step(&server, event, 1, "shop-role.fixed.json");
        let git = step.workspace().join(".git");
        if git.exists() {
            fs::remove_dir_all(git).expect("it goes");
        }
        if let Some(commit) = commit {
            checked_out(&step, commit);
        }
        step.run()
    };
    for (event, reference) in [
        (
            "pull_request_target",
            "ref: ${{ github.event.pull_request.head.sha }}",
        ),
        (
            "workflow_run",
            "ref: ${{ github.event.workflow_run.head_sha }}",
        ),
    ] {
        for commit in [Some(BASE), None] {
            let ran = run(event, commit);
            ran.assert_code(2);
            assert!(ran.summary.contains(reference), "{event}: {}", ran.summary);
        }
        run(event, Some(HEAD)).assert_code(0);
    }
    run("pull_request", Some(BASE)).assert_code(2);
    run("pull_request", Some(HEAD)).assert_code(0);
    run("pull_request", None).assert_code(0);
    run("push", Some(BASE)).assert_code(0);
    // A branch that is checked out by its name.
    let server = GitHubServer::plain(repository(Some("shop-role.json")));
    let step = step(&server, "pull_request", 1, "shop-role.fixed.json");
    checked_out(&step, "ref: refs/heads/main");
    let packed = format!("# pack-refs with: peeled\n{BASE} refs/heads/main\n");
    fs::write(step.workspace().join(".git/packed-refs"), packed).expect("a file");
    step.run().assert_code(2);
}

const POINTER: &str = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";

#[test]
fn a_pointer_of_lfs_is_said_to_be_one() {
    // Of the traces, one file is kept elsewhere: the evidence is not whole.
    let mut at_base = repository(Some("shop-role.json"));
    for commit in [BASE, HEAD] {
        at_base.file(commit, "traces/more.json", POINTER);
    }
    let server = GitHubServer::plain(at_base);
    let pull = step(&server, "pull_request", 1, "shop-role.json");
    fs::write(
        pull.workspace().join("traces/more.json"),
        "{\"Traces\": []}",
    )
    .expect("a file");
    let ran = pull.run();
    ran.assert_code(4);
    assert!(
        ran.summary
            .contains("traces/more.json is a pointer of Git LFS"),
        "{}",
        ran.summary
    );
    for path in ["role.json", ".least-privilege.yml"] {
        let mut at_base = repository(Some("shop-role.json"));
        at_base.file(BASE, path, POINTER);
        let server = GitHubServer::plain(at_base);
        let ran = step(&server, "pull_request", 1, "shop-role.fixed.json").run();
        assert_is_error(&ran, "is a pointer of Git LFS");
    }
}

#[test]
fn t15_what_is_in_a_tracked_folder_and_not_at_the_base_is_said() {
    let notices = |ran: &Ran| -> Vec<String> {
        let notices = ran.named("notice").into_iter().map(|notice| notice.data);
        notices
            .filter(|notice| notice.contains("`traces`"))
            .collect()
    };
    let with = |is_of_the_change: bool, policy: &str| {
        let mut repository = repository(Some("shop-role.json"));
        let text = "{\"Traces\": []}".to_owned();
        if is_of_the_change {
            repository.file(HEAD, "traces/new/more.json", &text);
        }
        let server = GitHubServer::plain(repository);
        let step = step(&server, "pull_request", 1, policy);
        fs::create_dir(step.workspace().join("traces/new")).expect("a folder");
        fs::write(step.workspace().join("traces/new/more.json"), text).expect("a file");
        step.run()
    };
    for (policy, code) in [("shop-role.json", 3), ("shop-role.fixed.json", 0)] {
        let brought = with(true, policy);
        brought.assert_code(code);
        let said = notices(&brought);
        assert_eq!(said.len(), 1, "{}", brought.stdout);
        assert!(said[0].contains("1 more at the head"), "{said:?}");
        let untracked = with(false, policy);
        untracked.assert_code(code);
        let said = notices(&untracked);
        assert_eq!(said.len(), 1, "{}", untracked.stdout);
        assert!(said[0].contains("than Git tracks"), "{said:?}");
    }
}

#[test]
fn t15_traces_that_a_change_edits_are_read_at_the_base() {
    let mut repository = repository(Some("shop-role.json"));
    let empty = "{\"Traces\": []}";
    let of_head = |(commit, path): &(String, String)| commit == HEAD && path.starts_with("traces/");
    let edited: Vec<_> = repository.contents.keys().cloned().collect();
    let edited: Vec<_> = edited.into_iter().filter(of_head).collect();
    assert!(!edited.is_empty(), "the head has the base's traces");
    for (commit, path) in &edited {
        repository.file(commit, path, empty);
    }
    let server = GitHubServer::plain(repository);
    let step = step(&server, "pull_request", 1, "shop-role.json");
    for (_, path) in &edited {
        fs::write(step.workspace().join(path), empty).expect("a file");
    }
    // Without those traces there would be too few to convict anybody.
    step.run().assert_code(3);
}

/// What is shown to everyone is the base's to say, and that it would change is told.
#[test]
fn a_change_of_what_is_shown_is_told() {
    let server = GitHubServer::plain(repository(Some("shop-role.json")));
    let step = step(&server, "pull_request.fork", 1, "shop-role.json");
    fs::write(
        step.workspace().join(".least-privilege.yml"),
        "redact: never\n",
    )
    .expect("a file");
    let ran = step.run();
    ran.assert_code(3);
    assert!(
        ran.summary.contains("`redact`: `never` instead of `auto`"),
        "{}",
        ran.summary
    );
    assert!(
        !ran.everything().contains("111122223333"),
        "it counts once it is merged"
    );
}

/// Policies of which each is changed, one file and one name each, and 600 files of traces that are not, in a checkout at a place of
/// the workspace: the requests are counted.
fn requests(policies: usize, checkout: &str, are_named: bool) -> usize {
    let mut at_base = Repository {
        head: HEAD.to_owned(),
        ..Repository::default()
    };
    let text = shop("shop-role.json");
    for number in 0..policies {
        at_base.file(BASE, &format!("policies/f{number}.json"), &text);
    }
    let named: Vec<String> = (0..policies)
        .map(|number| format!("    f{number}: {checkout}policies/f{number}.json\n"))
        .collect();
    let config = format!("policies:\n  functions:\n{}", named.concat());
    if are_named {
        at_base.file(BASE, ".least-privilege.yml", &config);
    }
    for number in 0..600 {
        for commit in [BASE, HEAD] {
            at_base.file(commit, &format!("traces/{number}.json"), "{\"Traces\": []}");
        }
    }
    let server = GitHubServer::plain(at_base);
    let step = on(&server, Step::of("pull_request"), "pull_request", 1)
        .with("traces", &format!("{checkout}traces"));
    let step = if are_named {
        step.with("config", &format!("{checkout}.least-privilege.yml"))
    } else {
        step.with(
            "policy-file",
            &format!("{checkout}policies/{{function}}.json"),
        )
    };
    let root = step.workspace().join(checkout);
    for folder in ["policies", "traces"] {
        fs::create_dir_all(root.join(folder)).expect("a folder");
    }
    if !checkout.is_empty() {
        let git = root.join(".git");
        fs::create_dir(&git).expect("a folder");
        fs::write(git.join("HEAD"), format!("{HEAD}\n")).expect("a file");
    }
    if are_named {
        fs::write(root.join(".least-privilege.yml"), &config).expect("a file");
    }
    for number in 0..policies {
        let path = root.join(format!("policies/f{number}.json"));
        fs::write(path, text.replace("shop-mail", "shop-post")).expect("a file");
    }
    for number in 0..600 {
        let path = root.join(format!("traces/{number}.json"));
        fs::write(path, "{\"Traces\": []}").expect("a file");
    }
    let ran = step.run();
    assert!(matches!(ran.code, Some(3 | 4)), "{}", ran.stdout);
    server.repository().seen.len()
}

#[test]
fn t21_requests_are_few_and_counted() {
    for (policies, checkout, are_named) in [(40, "", false), (120, "", true), (40, "app/", false)] {
        let asked = requests(policies, checkout, are_named);
        assert!(
            asked <= 50,
            "{policies} policies in `{checkout}`: {asked} requests"
        );
    }
}

/// What a hidden file of the base begins with decides whether it may hold traces, in a pull request as in a push.
#[test]
fn a_hidden_file_of_traces_at_the_base_is_a_gap_in_a_pull_request_too() {
    let ran = |hidden: &str, text: &str, event: &str| {
        let mut repository = repository(Some("shop-role.json"));
        for commit in [BASE, HEAD] {
            repository.file(commit, &format!("traces/{hidden}"), text);
        }
        let server = GitHubServer::plain(repository);
        let step = step(&server, event, 1, "shop-role.json");
        let path = step.workspace().join("traces").join(hidden);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
        step.run()
    };
    for event in ["push", "pull_request"] {
        let found = ran(".old.json", "[]", event);
        found.assert_code(4);
        assert!(
            found
                .stdout
                .contains(".old.json has a name that begins with a dot"),
            "{event}: {}",
            found.stdout
        );
        ran(".cache/x.json", "[]", event).assert_code(4);
        for (hidden, text) in [(".gitkeep", ""), (".git/x.json", "[]")] {
            ran(hidden, text, event).assert_code(3);
        }
    }
}

/// A hidden file that the change itself adds softens nothing, whether the base has the folder or an artifact brings it.
#[test]
fn a_hidden_file_that_a_change_brings_is_no_gap() {
    for has_base in [true, false] {
        let mut repository = repository(Some("shop-role.json"));
        if !has_base {
            repository
                .contents
                .retain(|(_, path), _| !path.starts_with("traces/"));
        }
        repository.file(HEAD, "traces/.old.json", "[]");
        let server = GitHubServer::plain(repository);
        let step = step(&server, "pull_request", 1, "shop-role.json");
        fs::write(step.workspace().join("traces/.old.json"), "[]").expect("a file");
        let ran = step.run();
        ran.assert_code(3);
        assert!(!ran.stdout.contains(".old.json"), "{}", ran.stdout);
    }
}

/// A hidden file that Git does not track is what it is elsewhere.
#[test]
fn a_hidden_file_of_an_artifact_is_a_gap() {
    let server = GitHubServer::plain(repository(Some("shop-role.json")));
    let step = step(&server, "pull_request", 1, "shop-role.json");
    fs::write(step.workspace().join("traces/.more.json"), "[]").expect("a file");
    let ran = step.run();
    ran.assert_code(4);
    assert!(
        ran.stdout
            .contains(".more.json has a name that begins with a dot"),
        "{}",
        ran.stdout
    );
}
