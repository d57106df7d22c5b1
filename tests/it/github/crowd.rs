//! More than anybody reads at once, by the real program: forty roles in one pull request, and more files of traces than are read.

use super::events::{BASE, HEAD, comments, on, refusals, repository, step};
use super::server::{GitHubServer, Repository};
use super::whose::{allow, policy};
use crate::action::step::Step;
use crate::live::program::traces;
use std::fs;

/// More files than are read of a folder, by one.
const TOO_MANY: usize = 5001;

/// The evidence is not whole, so nothing is convicted by it, and it is said which folder it is and how many were left.
#[test]
fn t15_more_files_of_traces_than_are_read_convict_nobody() {
    let mut repository = repository(Some("shop-role.json"));
    let tiny: Vec<String> = (0..TOO_MANY)
        .map(|number| format!("traces/a{number:04}.json"))
        .collect();
    for path in &tiny {
        for commit in [BASE, HEAD] {
            repository.file(commit, path, "{\"Traces\": []}");
        }
    }
    let of_shop = repository
        .contents
        .keys()
        .filter(|(commit, path)| commit == BASE && path.starts_with("traces/"))
        .count()
        - TOO_MANY;
    let server = GitHubServer::plain(repository);
    let step = step(&server, "pull_request", 1, "shop-role.json");
    for path in &tiny {
        fs::write(step.workspace().join(path), "{\"Traces\": []}").expect("a file");
    }
    let ran = step.run();
    ran.assert_code(4);
    assert_eq!(ran.output("outcome").as_deref(), Some("inconclusive"));
    let says = format!("{} files of traces are more than are read", of_shop + 1);
    for told in [&ran.stdout, &ran.summary] {
        assert!(told.contains(&says), "{told}");
    }
    let comment = comments(&server).concat();
    assert!(comment.contains("not enough traces to judge"), "{comment}");
    assert!(comment.contains("**Let every file be read.**"), "{comment}");
    assert!(!comment.contains("this pull request brings"), "{comment}");
    assert!(ran.named("error").is_empty(), "{}", ran.stdout);
    let asked = server.repository().seen.len();
    assert!(asked <= 50, "{asked} requests");
}

const NEEDED: (&str, &str) = (
    "dynamodb:PutItem",
    "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
);

/// The policy of one of forty functions: what it needs, what nobody calls, and for some a way to become administrator.
fn of_one(is_critical: bool) -> String {
    let mut statements = vec![
        allow(NEEDED.0, NEEDED.1),
        allow("dynamodb:DeleteItem", NEEDED.1),
    ];
    statements.extend(is_critical.then(|| allow("iam:PassRole", "*")));
    let policy: serde_json::Value = serde_json::from_str(&policy(
        &statements.iter().map(String::as_str).collect::<Vec<_>>(),
    ))
    .expect("a policy");
    format!("{policy:#}\n")
}

/// Forty functions of which the first six could become administrator before, and the last six can only with this change.
struct Forty {
    repository: Repository,
    head: Vec<(String, String)>,
    traces: String,
}

fn forty() -> Forty {
    let mut repository = Repository {
        head: HEAD.to_owned(),
        ..Repository::default()
    };
    let names: Vec<String> = (0..40).map(|number| format!("f{number:02}")).collect();
    let mut head = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let path = format!("policies/{name}.json");
        let (was, is) = (number < 6, number < 6 || number >= 34);
        // What is new of the others is a blank line at the end.
        let text = of_one(is) + if was == is { "\n" } else { "" };
        repository.file(BASE, &path, &of_one(was));
        repository.file(HEAD, &path, &text);
        let lines: Vec<String> = text.lines().map(|line| format!("+{line}")).collect();
        let patch = format!("@@ -1,0 +1,{} @@\n{}", lines.len(), lines.join("\n"));
        let file = (path.clone(), "modified".to_owned(), Some(patch));
        repository.files.push(file);
        head.push((path, text));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let documents = traces(&names).into_iter().flat_map(|trace| trace.documents);
    let traces = documents.collect::<Vec<_>>().join("\n") + "\n";
    for commit in [BASE, HEAD] {
        repository.file(commit, "traces/all.jsonl", &traces);
    }
    Forty {
        repository,
        head,
        traces,
    }
}

/// The policies in the order of the first cells of a comment's table.
fn rows(comment: &str) -> Vec<String> {
    let rows = comment
        .lines()
        .filter(|line| line.contains("| `policies/f"));
    let names = rows.filter_map(|row| row.split('`').nth(1));
    names.map(str::to_owned).collect()
}

#[test]
fn forty_roles_are_in_a_table_three_open_and_the_rest_in_named_folds() {
    let Forty {
        repository,
        head,
        traces,
    } = forty();
    let server = GitHubServer::plain(repository);
    let step = on(&server, Step::of("pull_request"), "pull_request", 1)
        .with("policy-file", "policies/{function}.json")
        .with("traces", "traces")
        .with("scope", "all");
    for folder in ["policies", "traces"] {
        fs::create_dir(step.workspace().join(folder)).expect("a folder");
    }
    fs::write(step.workspace().join("traces/all.jsonl"), traces).expect("a file");
    for (path, text) in &head {
        fs::write(step.workspace().join(path), text).expect("a policy");
    }
    let ran = step.run();
    ran.assert_code(3);
    assert_eq!(refusals(&ran), [] as [String; 0]);
    let comment = comments(&server).concat();

    let name = |number: usize| format!("policies/f{number:02}.json");
    let order: Vec<String> = (34..40).chain(0..34).map(name).collect();
    assert_eq!(
        rows(&comment),
        order,
        "worst first, new before old\n{comment}"
    );
    let open: Vec<&str> = comment
        .lines()
        .filter_map(|line| line.strip_prefix("#### ❌ `"))
        .collect();
    assert_eq!(open.len(), 3, "{comment}");
    for (open, name) in open.iter().zip(&order) {
        assert!(open.starts_with(name.as_str()), "{open}");
    }
    let folds: Vec<&str> = comment
        .lines()
        .filter_map(|line| line.strip_prefix("<details><summary>❌ "))
        .collect();
    let named = folds.iter().zip(&order[3..]);
    assert_eq!(folds.len(), 37, "{comment}");
    for (fold, name) in named {
        assert!(fold.starts_with(&format!("{name}: ")), "{fold}");
    }

    let offered = server.repository().on_lines.clone();
    assert_eq!(offered.len(), 10, "{offered:#?}");
    for one in &offered {
        assert!(one.body.contains("`iam:PassRole`"), "{}", one.body);
    }
    let places: std::collections::BTreeSet<&str> =
        offered.iter().map(|one| one.path.as_str()).collect();
    let new = (34..40).map(name).collect::<Vec<_>>();
    assert!(
        new.iter().all(|name| places.contains(name.as_str())),
        "{places:?}"
    );
}
