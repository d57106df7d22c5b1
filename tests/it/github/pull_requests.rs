//! Every folder of `tests/pull-requests`: what happens to a team with a gate, through the real program on a base and a head, with the
//! comment and the text that people read. `tests/pull-requests/README.md` says what a case is made of.

#![expect(
    clippy::disallowed_methods,
    reason = "a case is files of its own, and an update is asked for by the environment"
)]

use super::events::{BASE, HEAD, TOKEN, comments, on};
use super::server::{Fault, GitHubServer, Repository, Setup};
use crate::action::runner::Command;
use crate::action::step::{Ran, Step, put_shop};
use crate::live::http::Answer;
use crate::live::program::{now, traces};
use crate::live::refusing::Guard;
use crate::live::xray_server::{Behaviour, FakeTrace, XrayServer};
use crate::snapshots::assert_is_snapshot_at;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What was at the base before its last commit.
const THEN: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";

/// What issue reports and people call these, each with a folder.
const SCENARIOS: [&str; 39] = [
    "accepted-here",
    "accepted-here-without-an-owner",
    "adoption",
    "another-configuration",
    "appeal",
    "broken-configuration",
    "cross-account",
    "deployed-roles",
    "error-after-green",
    "exactly-needed",
    "extends",
    "fix-not-deployed",
    "fix-not-deployed-at-night",
    "fork",
    "hotfix",
    "known",
    "known-principal",
    "low-traffic",
    "low-traffic-and-high",
    "moved",
    "moved-with-a-new-function",
    "moved-with-its-record",
    "nested-stack",
    "new-function",
    "new-function-in-a-needed-role",
    "new-function-in-a-wide-role",
    "new-function-too-wide",
    "not-main",
    "other-settings",
    "quarterly-job",
    "renamed",
    "shared-role",
    "six-files",
    "two-renamed",
    "undecided-only",
    "unrelated",
    "warn-with-what-is-evident",
    "would-fail",
    "would-fail-on-thin-evidence",
];

/// `case.json`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Case {
    /// What it shows, in a sentence.
    name: String,
    #[serde(default = "pull_request")]
    event: String,
    inputs: BTreeMap<String, String>,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    /// The branch that it is to be merged into, where that is not `main`.
    base: Option<String>,
    /// How many days ago the last commit of the base was made, before which it was as in `then`.
    days: Option<i64>,
    /// What is read in the place of saved traces, by the days ago on which `checkout` wrote to the bucket `reports`.
    xray: Option<i64>,
    exit: i32,
    outputs: BTreeMap<String, String>,
}

fn pull_request() -> String {
    "pull_request".to_owned()
}

/// The files below a folder, by their paths from there.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        let Ok(entries) = fs::read_dir(folder) else {
            return;
        };
        for entry in entries {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let place = path.strip_prefix(root).expect("it is below");
                let bytes = fs::read(&path).expect("a file");
                found.insert(place.to_str().expect("text").to_owned(), bytes);
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

fn repository(folder: &Path, case: &Case, shop: &BTreeMap<String, Vec<u8>>) -> Repository {
    let mut repository = Repository {
        head: HEAD.to_owned(),
        ..Repository::default()
    };
    for (commit, part) in [(BASE, "base"), (HEAD, "head"), (THEN, "then")] {
        for (path, bytes) in files(&folder.join(part)) {
            repository.contents.insert((commit.to_owned(), path), bytes);
        }
    }
    for (path, bytes) in shop.iter().chain(&files(&folder.join("both"))) {
        for commit in [BASE, HEAD] {
            let place = (commit.to_owned(), path.clone());
            repository.contents.insert(place, bytes.clone());
        }
    }
    let ago = |days: i64| (Timestamp::now() - SignedDuration::from_hours(24 * days)).to_string();
    repository.history = match case.days {
        Some(days) => vec![
            (BASE.to_owned(), vec![THEN.to_owned()], ago(days)),
            (THEN.to_owned(), Vec::new(), ago(400)),
        ],
        None => vec![(BASE.to_owned(), Vec::new(), ago(400))],
    };
    repository
}

/// A step on the shop's traces, without its policy.
fn in_shop(case: &Case) -> Step {
    let step = Step::of(case.event.split('.').next().expect("a name"));
    let workspace = step.workspace();
    put_shop(&workspace, "shop-role.json");
    fs::remove_file(workspace.join("role.json")).expect("the shop's policy");
    step
}

/// The step of a case, and the GitHub that it talks to.
fn step(folder: &Path, case: &Case) -> (Step, GitHubServer) {
    let shop = files(&in_shop(case).workspace());
    let is_fork = case.event.strip_suffix(".fork").is_some();
    let refusing = move |method: &str, _: &str, _| {
        let is_refused = is_fork && method != "GET";
        is_refused.then_some(Fault::Error(403, "Resource not accessible by integration"))
    };
    let server = GitHubServer::start(Setup::default(), repository(folder, case, &shop), refusing);
    (step_of(&server, folder, case, "head"), server)
}

/// The step of a case where this folder has the files of the checkout.
fn step_of(server: &GitHubServer, folder: &Path, case: &Case, head: &str) -> Step {
    let step = in_shop(case);
    let workspace = step.workspace();
    for part in ["both", head] {
        for (path, bytes) in files(&folder.join(part)) {
            let path = workspace.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, bytes).expect("a file");
        }
    }
    let mut step = on(server, step, &case.event, 1).with("github-token", TOKEN);
    if case.event == "schedule" {
        step = step.set("GITHUB_SHA", BASE);
    }
    if let Some(base) = &case.base {
        let payload = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/events/pull_request.json");
        let payload = fs::read_to_string(payload).expect("an event");
        let named = payload.replace("\"ref\": \"main\"", &format!("\"ref\": \"{base}\""));
        let path = step.folder().join("event.json");
        fs::write(&path, named).expect("a file");
        step = step.set("GITHUB_EVENT_PATH", path.to_str().expect("text"));
    }
    for (name, value) in &case.variables {
        step = step.set(name, value);
    }
    for (input, value) in &case.inputs {
        step = step.with(input, value);
    }
    step
}

/// The run before, where the case has one: it passed, and its comment stands.
fn run_earlier(server: &GitHubServer, folder: &Path, case: &Case) -> bool {
    let has_earlier = folder.join("earlier").is_dir();
    if has_earlier {
        let step = step_of(server, folder, case, "earlier");
        step.with("comment", "always").run().assert_code(0);
    }
    has_earlier
}

/// Text without what is another at each run: days, and where the step was.
fn lasting(text: &str) -> String {
    let is_day = |text: &str| {
        let has_form = text.bytes().enumerate().all(|(place, letter)| match place {
            4 | 7 => letter == b'-',
            _ => letter.is_ascii_digit(),
        });
        // The version of a policy's language is no day, and the end of an entry stays.
        has_form && text.starts_with("20") && !text.starts_with("2012") && !text.starts_with("209")
    };
    let mut out = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let day = rest.get(..10).filter(|day| is_day(day));
        let length = day.map_or(letter.len_utf8(), str::len);
        out.push_str(if day.is_some() {
            "DATE"
        } else {
            &rest[..length]
        });
        rest = &rest[length..];
        // The hour of it is another at each run too.
        let has_hour = |text: &str| text.starts_with(' ') && text.as_bytes()[3] == b':';
        if day.is_some() && rest.get(..6).is_some_and(has_hour) {
            rest = &rest[6..];
        }
    }
    out
}

fn differs(folder: &Path, case: &Case) {
    let (mut step, server) = step(folder, case);
    let has_earlier = run_earlier(&server, folder, case);
    // Both live as long as the step runs.
    let live = case.xray.map(|days| {
        let mut all = traces(&["checkout"]);
        let number = 90_000 + usize::try_from(days).expect("days");
        let call = json!({"operation": "PutObject", "bucket_name": "reports", "key": "2026.csv", "region": "eu-west-1"});
        let monthly = FakeTrace::of(number, now() - days * 24 * 3600, "checkout");
        all.push(monthly.calling("S3", &call));
        let guard = Guard::alone(|_, _| None::<Answer>);
        (guard, XrayServer::start(all, Behaviour::default()))
    });
    if let Some((guard, xray)) = &live {
        for (name, value) in [
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_ENDPOINT_URL", &guard.url()),
            ("AWS_ENDPOINT_URL_XRAY", &xray.url()),
        ] {
            step = step.set(name, value);
        }
    }
    let (ran, kept) = step.run_kept(&[]);
    assert_eq!(
        ran.code,
        Some(case.exit),
        "{}: {}\n{}\n{}",
        folder.display(),
        case.name,
        ran.stdout,
        ran.stderr
    );
    for (name, value) in &case.outputs {
        let found = ran.output(name).unwrap_or_default();
        assert_eq!(&found, value, "{}: the output {name}", folder.display());
    }
    let comment = ran.output("comment-body-file");
    let comment = comment.map(|name| {
        let path = kept.path().join("temp").join(name);
        fs::read_to_string(path).expect("the comment")
    });
    drop(kept);
    // A run that could not judge edits what stands there, and hands on no comment.
    let comment = comment.or_else(|| has_earlier.then(|| comments(&server).concat()));
    if let Some(comment) = comment {
        assert_is_snapshot_at(&folder.join("comment.md"), &lasting(&comment));
    }
    assert_is_snapshot_at(&folder.join("text.txt"), &lasting(&told(&ran)));
}

/// The command of `How to fix it` that edits the policies.
fn printed(comment: &str) -> Option<String> {
    let lines = comment.lines().map(str::trim_start);
    let mut lines = lines.filter(|line| line.starts_with("aws-least-privilege gate "));
    lines
        .find(|line| line.ends_with(" --write"))
        .map(str::to_owned)
}

/// Who pastes the command of a red comment in a checkout of the pull request has policies that the gate takes.
#[test]
fn the_printed_command_mends_the_pull_request() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pull-requests");
    let mut offered = Vec::new();
    for scenario in SCENARIOS {
        let folder = root.join(scenario);
        let comment = fs::read_to_string(folder.join("comment.md")).unwrap_or_default();
        let Some(command) = printed(&comment) else {
            continue;
        };
        let text = fs::read_to_string(folder.join("case.json")).expect("a case");
        let case: Case = serde_json::from_str(&text).expect("a case");
        let (step, server) = step(&folder, &case);
        let workspace = step.workspace();
        let before = files(&workspace);
        let program = crate::program::command::<&str>(&[]);
        let program = Path::new(program.get_program()).parent().expect("a folder");
        let ran = std::process::Command::new("/bin/sh")
            .args(["-c", &command])
            .env_clear()
            .env("PATH", program)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .current_dir(&workspace)
            .output()
            .expect("a shell");
        let told = String::from_utf8_lossy(&ran.stderr);
        assert!(
            matches!(ran.status.code(), Some(0 | 3)),
            "{scenario}: {command}\n{told}"
        );
        let mut after = files(&workspace);
        after.retain(|path, bytes| before.get(path) != Some(bytes));
        assert!(!after.is_empty(), "{scenario}: {command}\n{told}");
        let next = step.run();
        if comment.contains("Where there is none, take out") {
            let marks = next.named("error");
            let edited = |mark: &Command| after.keys().any(|path| mark.data.contains(path));
            assert!(!marks.iter().any(edited), "{scenario}: {}", next.stdout);
        } else {
            assert_eq!(next.code, Some(0), "{scenario}: {}", next.stdout);
        }
        drop(server);
        offered.push(scenario);
    }
    let wanted = ["fork", "known", "known-principal", "nested-stack"];
    assert!(
        wanted.iter().all(|name| offered.contains(name)),
        "{offered:?}"
    );
}

/// What the log has for people: notices, and the report in its fold.
fn told(ran: &Ran) -> String {
    let mut told = String::new();
    for notice in ran.named("notice") {
        told.extend(["notice: ", &notice.data, "\n"]);
    }
    let report = ran.stdout.split_once("::group::Report\n");
    let report = report.and_then(|(_, rest)| rest.split_once("::endgroup::"));
    told.push_str(report.map_or("", |(report, _)| report));
    if ran.code == Some(2) {
        told.push_str(&ran.stderr);
        for error in ran.named("error") {
            told.extend(["error: ", &error.data, "\n"]);
        }
    }
    told
}

#[test]
fn every_scenario_comes_out_as_people_read_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pull-requests");
    let only = std::env::var("PULL_REQUEST").ok();
    for scenario in SCENARIOS {
        if only.as_ref().is_some_and(|only| only != scenario) {
            continue;
        }
        let folder = root.join(scenario);
        let text = fs::read_to_string(folder.join("case.json"))
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let case = serde_json::from_str(&text)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        differs(&folder, &case);
    }
    let there = fs::read_dir(root).expect("the cases").flatten();
    let there = there.filter(|entry| entry.path().is_dir()).count();
    assert_eq!(
        there,
        SCENARIOS.len(),
        "each folder is a scenario that is run"
    );
}
