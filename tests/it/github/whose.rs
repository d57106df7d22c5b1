//! Whose red it is: with `scope: new` a pull request is red for what it does, and for nothing that was there before.

use super::events::{BASE, HEAD, comments, repository, shop, step};
use super::server::{GitHubServer, Repository};
use crate::action::step::{Ran, Step};
use std::fs;

/// A step of a run for an event, which finds a repository on a server.
pub(crate) fn step_of(server: &GitHubServer, event: &str) -> Step {
    step(server, event, 1, "shop-role.json")
}

/// A policy of these statements.
pub(super) fn policy(statements: &[&str]) -> String {
    format!(
        "{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {}\n  ]\n}}\n",
        statements.join(",\n    ")
    )
}

pub(super) fn allow(action: &str, resource: &str) -> String {
    format!("{{\"Effect\": \"Allow\", \"Action\": \"{action}\", \"Resource\": \"{resource}\"}}")
}

const SHOP: &str = "arn:aws:ses:eu-west-1:111122223333:identity/shop.example";
pub(super) const INVOICES: &str = "arn:aws:s3:::shop-invoices-111122223333/*";

/// Policies by path.
type Files<'a> = [(&'a str, String)];

/// A pull request from one set of policies to another, which is judged for what is new, without functions by name.
fn pull_request(
    base: &Files<'_>,
    head: &Files<'_>,
    inputs: &[(&str, &str)],
) -> (Ran, GitHubServer) {
    let mut repository = repository(None);
    for (path, text) in base {
        repository.file(BASE, path, text);
    }
    let (ran, server) = gated(repository, head, inputs);
    (ran, server)
}

pub(super) fn gated(
    repository: Repository,
    head: &Files<'_>,
    inputs: &[(&str, &str)],
) -> (Ran, GitHubServer) {
    let server = GitHubServer::plain(repository);
    let mut step: Step = step(&server, "pull_request", 1, "shop-role.json")
        .with("function", "")
        .with("policy-file", "policies/{function}.json")
        .with("scope", "new");
    for (path, text) in head {
        let path = step.workspace().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a policy");
    }
    for (input, value) in inputs {
        step = step.with(input, value);
    }
    (step.run(), server)
}

/// Exactly what the shop's functions call, as far as the tests need it: nothing that they do not.
fn all_three(refunds: &str) -> Vec<(&'static str, String)> {
    let own = policy(&[&allow("s3:GetObject", INVOICES)]);
    vec![
        (
            "policies/checkout.json",
            policy(&[&allow(
                "sqs:SendMessage",
                "arn:aws:sqs:eu-west-1:111122223333:shop-mail",
            )]),
        ),
        (
            "policies/notify.json",
            policy(&[&allow(
                "sqs:ReceiveMessage",
                "arn:aws:sqs:eu-west-1:111122223333:shop-mail",
            )]),
        ),
        (
            "policies/report.json",
            policy(&[&allow(
                "s3:PutObject",
                "arn:aws:s3:::shop-reports-111122223333/*",
            )]),
        ),
        (
            "policies/refunds.json",
            if refunds.is_empty() {
                own
            } else {
                refunds.to_owned()
            },
        ),
    ]
}

#[test]
fn a_pull_request_that_changes_nothing_asks_nobody_and_says_so() {
    let files = all_three(&policy(&[&allow("*", "*")]));
    let (ran, server) = pull_request(&files, &files, &[]);
    ran.assert_code(0);
    assert!(ran.stdout.contains("nothing was judged"), "{}", ran.stdout);
    assert_eq!(ran.output("outcome").as_deref(), Some("pass"));
    assert_eq!(comments(&server).len(), 0, "there is nothing to say");
    let seen = server.repository().seen.clone();
    assert!(
        !seen
            .iter()
            .any(|seen| seen.path.contains("/contents/traces"))
    );
}

/// Deployed roles are nothing that a change of files touches, so AWS is not asked.
#[test]
fn a_pull_request_on_deployed_roles_is_not_judged() {
    let inputs = [("policy-file", ""), ("traces", ""), ("stack", "shop")];
    let (ran, _) = pull_request(&[], &[], &inputs);
    ran.assert_code(0);
    assert!(ran.stdout.contains("nothing was judged"), "{}", ran.stdout);
    assert!(
        ran.summary.contains("nothing was judged"),
        "{}",
        ran.summary
    );
}

/// What the base grants is listed and fails nothing.
#[test]
fn what_was_there_is_nobody_s_red() {
    let wide = allow("dynamodb:*", "*");
    let before = all_three(&policy(&[&wide, &allow("s3:GetObject", "arn:aws:s3:::*")]));
    let after = all_three(&policy(&[&wide, &allow("s3:GetObject", INVOICES)]));
    let (ran, _) = pull_request(&before, &after, &[]);
    ran.assert_code(0);
    assert!(ran.stdout.contains("Not new, not judged"), "{}", ran.stdout);
    let more = all_three(&policy(&[&wide, &allow("s3:*", "*")]));
    let (ran, _) = pull_request(&before, &more, &[]);
    ran.assert_code(3);
}

/// A role of which nothing changed makes nothing inconclusive, whatever was seen of it.
#[test]
fn an_untouched_role_without_traces_makes_nothing_inconclusive() {
    let weekly = (
        "policies/weekly.json",
        policy(&[&allow("ses:SendEmail", SHOP)]),
    );
    let mut before = all_three(&policy(&[&allow("s3:PutObject", INVOICES)]));
    let mut after = all_three(&policy(&[
        &allow("s3:PutObject", INVOICES),
        &allow("s3:GetObject", INVOICES),
    ]));
    before.push(weekly.clone());
    after.push(weekly.clone());
    let (ran, _) = pull_request(&before, &after, &[]);
    ran.assert_code(0);
    assert!(ran.stdout.contains("weekly (0 traces)"), "{}", ran.stdout);
    // Of everything, its silence says nothing certain.
    let (ran, _) = pull_request(&before, &after, &[("scope", "all")]);
    ran.assert_code(4);
}

/// A function that the pull request adds waits: high and critical grants fail, the rest is on probation.
#[test]
fn a_new_function_waits_for_its_traces() {
    let before = all_three("");
    for (action, code) in [("ses:SendEmail", 0), ("iam:PassRole", 3), ("s3:*", 3)] {
        let resource = if code == 0 { SHOP } else { "*" };
        let mut after = all_three("");
        after.push(("policies/rebates.json", policy(&[&allow(action, resource)])));
        for scope in ["new", "all"] {
            let (ran, _) = pull_request(&before, &after, &[("scope", scope)]);
            ran.assert_code(code);
            let waits = "rebates (0 traces, new, waiting for traces)";
            assert!(
                ran.stdout.contains(waits),
                "{scope}, {action}: {}",
                ran.stdout
            );
        }
    }
}

/// A function that was added to the base lately waits until its grace ends; after that, its silence is one.
#[test]
fn a_function_that_is_new_at_the_base_waits_for_as_long_as_the_grace() {
    let mut files = all_three("");
    files.push((
        "policies/rebates.json",
        policy(&[&allow("ses:SendEmail", SHOP)]),
    ));
    for (days, code) in [(3, 0), (20, 4)] {
        let mut repository = repository(None);
        for (path, text) in &files {
            repository.file(BASE, path, text);
        }
        for (path, text) in all_three("") {
            repository.file("then", path, &text);
        }
        let ago = |days: i64| {
            (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * days)).to_string()
        };
        repository.history = vec![
            (BASE.to_owned(), vec!["then".to_owned()], ago(days)),
            ("then".to_owned(), Vec::new(), ago(400)),
        ];
        let (ran, _) = gated(repository, &files, &[("scope", "all")]);
        ran.assert_code(code);
        let waits = ran.stdout.contains("new, waiting for traces until 20");
        assert_eq!(waits, code == 0, "{}", ran.stdout);
    }
}

/// A function that is renamed keeps what was observed of it, and what was granted.
#[test]
fn a_renamed_function_is_no_new_one() {
    let own = |name: &str| {
        policy(&[
            &allow("s3:GetObject", INVOICES),
            &allow(
                "dynamodb:DeleteTable",
                "arn:aws:dynamodb:eu-west-1:111122223333:table/old",
            ),
            &allow(
                "logs:PutLogEvents",
                &format!("arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/{name}:*"),
            ),
        ])
    };
    let before = all_three(&own("refunds"));
    let mut after = all_three("");
    after.pop();
    after.push(("policies/paybacks.json", own("paybacks")));
    let (ran, _) = pull_request(&before, &after, &[]);
    ran.assert_code(0);
    assert!(
        ran.stdout.contains("paybacks (25 traces)"),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains("waiting"), "{}", ran.stdout);
    // What comes with the new name is judged on that evidence.
    after.pop();
    let more = own("paybacks").replace(
        "\"s3:GetObject\"",
        "[\"s3:GetObject\", \"s3:DeleteObject\"]",
    );
    after.push(("policies/paybacks.json", more));
    let (ran, _) = pull_request(&before, &after, &[]);
    ran.assert_code(0);
}

/// What was accepted or written down for the file of a function holds for the file that it is renamed to, in the pull request that
/// renames it.
#[test]
fn what_was_accepted_of_a_renamed_function_stays_accepted() {
    let own = |name: &str| {
        policy(&[
            &allow("s3:GetObject", INVOICES),
            &allow("s3:DeleteObject", INVOICES),
            &allow(
                "logs:PutLogEvents",
                &format!("arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/{name}:*"),
            ),
        ])
    };
    let accept = "accept:\n  - role: policies/refunds.json\n    actions: [s3:DeleteObject]\n    resources: [\"*\"]\n    \
                  reason: cleared by hand\n    until: 2099-01-01\n";
    let written_down = format!(
        "{{\"schema_version\": 1, \"roles\": [{{\"policy_files\": [\"policies/refunds.json\"], \"excess\": [{{\"kind\": \
         \"unused-action\", \"actions\": [\"s3:DeleteObject\"], \"resources\": [\"{INVOICES}\"]}}]}}]}}\n"
    );
    let with_baseline = "baseline: baseline.json\n";
    for (config, code) in [(accept, 0), (with_baseline, 0), ("grace: 7\n", 3)] {
        let mut repository = repository(None);
        for (path, text) in all_three(&own("refunds")) {
            repository.file(BASE, path, &text);
        }
        let mut head = all_three("");
        head.pop();
        head.push(("policies/paybacks.json", own("paybacks")));
        for (path, text) in [
            (".least-privilege.yml", config.to_owned()),
            ("baseline.json", written_down.clone()),
        ] {
            repository.file(BASE, path, &text);
            head.push((path, text));
        }
        let (ran, _) = gated(repository, &head, &[("scope", "all")]);
        ran.assert_code(code);
    }
}

/// Four kinds of grants need no evidence where they are new, and a warning does not soften them.
#[test]
fn new_grants_that_nobody_needs_fail_without_evidence() {
    let base = [("role.json", policy(&[&allow("sqs:SendMessage", "*")]))];
    let no_traces = |head: String, more: &[(&str, &str)]| {
        let mut repository = repository(None);
        repository
            .contents
            .retain(|(commit, path), _| commit == HEAD || !path.starts_with("traces/"));
        repository.file(BASE, "traces/none.json", "{\"Traces\": []}");
        repository.file(BASE, "role.json", &base[0].1);
        repository.file(HEAD, "role.json", &head);
        let mut inputs = vec![("policy-file", "role.json"), ("on-inconclusive", "warn")];
        inputs.extend(more);
        let (ran, server) = gated(repository, &[("role.json", head)], &inputs);
        (ran, comments(&server).concat())
    };
    for (action, resource, code) in [
        ("*", "*", 3),
        ("s3:*", "*", 3),
        ("iam:PassRole", "*", 3),
        ("secretsmanager:GetSecretValue", "*", 3),
        ("s3:GetObject", "*", 0),
        ("s3:PutObject", "arn:aws:s3:::shop/*", 0),
    ] {
        let head = policy(&[&allow("sqs:SendMessage", "*"), &allow(action, resource)]);
        let (ran, comment) = no_traces(head, &[]);
        ran.assert_code(code);
        if code == 3 {
            assert!(comment.contains(action), "{action}: {comment}");
        }
    }
    // They were there: nobody's red.
    let (ran, _) = no_traces(base[0].1.replace("SendMessage", "DeleteQueue"), &[]);
    ran.assert_code(0);
}

/// The policy that is judged is the same with `scope: all`: the shop's own.
#[test]
fn all_of_it_is_judged_where_all_is_asked_for() {
    let files = [("role.json", shop("shop-role.json"))];
    let inputs = [
        ("policy-file", "role.json"),
        ("function", "checkout, refunds, notify"),
    ];
    let (ran, _) = pull_request(&files, &files, &inputs);
    ran.assert_code(0);
    let all = [inputs[0], inputs[1], ("scope", "all")];
    let (ran, _) = pull_request(&files, &files, &all);
    ran.assert_code(3);
}

/// What the checkout has as the base has it is not asked for: few requests, however many files there are.
#[test]
fn many_files_take_few_requests() {
    for has_large_trees in [false, true] {
        let mut repository = repository(None);
        repository.has_large_trees = has_large_trees;
        let (mut before, mut after) = (all_three(""), all_three(""));
        let names: Vec<String> = (0..30)
            .map(|place| format!("policies/f{place}.json"))
            .collect();
        for (place, name) in names.iter().enumerate() {
            let grant = allow("s3:GetObject", &format!("arn:aws:s3:::b{place}/*"));
            before.push((name, policy(&[&grant])));
            let more = allow("s3:PutObject", &format!("arn:aws:s3:::b{place}/*"));
            after.push((
                name,
                if place < 3 {
                    policy(&[&grant, &more])
                } else {
                    policy(&[&grant])
                },
            ));
        }
        for (path, text) in &before {
            repository.file(BASE, path, text);
        }
        let (ran, server) = gated(repository, &after, &[]);
        ran.assert_code(0);
        let asked = server.repository().seen.len();
        assert!(asked <= 20, "{asked} requests");
    }
}

/// A file that the change brings or changes is never taken for the base's.
#[test]
fn traces_that_the_change_makes_prove_nothing_however_they_are_listed() {
    for has_large_trees in [false, true] {
        let mut repository = repository(None);
        repository.has_large_trees = has_large_trees;
        let own = policy(&[&allow("s3:*", "*")]);
        repository.file(
            BASE,
            "policies/refunds.json",
            &policy(&[&allow("s3:GetObject", INVOICES)]),
        );
        let server = GitHubServer::plain(repository);
        let step = step(&server, "pull_request", 1, "shop-role.json")
            .with("function", "refunds")
            .with("policy-file", "policies/{function}.json")
            .with("scope", "new");
        fs::create_dir(step.workspace().join("policies")).expect("a folder");
        fs::write(step.workspace().join("policies/refunds.json"), own).expect("a policy");
        for entry in fs::read_dir(step.workspace().join("traces")).expect("traces") {
            let path = entry.expect("an entry").path();
            let text = fs::read_to_string(&path)
                .unwrap_or_default()
                .replace("GetObject", "DeleteBucket");
            fs::write(&path, text).unwrap_or_default();
        }
        step.run().assert_code(3);
    }
}

/// Whatever else a policy names keeps its name where the function that it is for gets another.
#[test]
fn a_renamed_function_may_keep_the_names_of_what_it_uses() {
    let own = |group: &str| {
        policy(&[
            &allow("s3:GetObject", INVOICES),
            &allow("dynamodb:DeleteItem", "*"),
            &allow(
                "dynamodb:GetItem",
                "arn:aws:dynamodb:eu-west-1:111122223333:table/refunds",
            ),
            &allow(
                "logs:PutLogEvents",
                &format!("arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/{group}:*"),
            ),
        ])
    };
    let before = all_three(&own("refunds"));
    for group in ["refunds", "refunds-v2"] {
        let mut after = all_three("");
        after.pop();
        after.push(("policies/refunds-v2.json", own(group)));
        let (ran, _) = pull_request(&before, &after, &[]);
        ran.assert_code(0);
        assert!(!ran.stdout.contains("waiting"), "{group}: {}", ran.stdout);
    }
}

/// A function that is asked for by name may be one that the pull request brings, or the only one, by another name.
#[test]
fn a_new_function_may_be_asked_for_by_name() {
    let own = policy(&[&allow("s3:GetObject", INVOICES)]);
    let before = all_three("");
    let mut after = all_three("");
    after.push(("policies/intake.json", own.clone()));
    let inputs = [("function", "refunds,intake")];
    let (ran, _) = pull_request(&before, &after, &inputs);
    ran.assert_code(0);
    assert!(ran.stdout.contains("intake"), "{}", ran.stdout);
    let (ran, _) = pull_request(
        &[("policies/refunds.json", own.clone())],
        &[("policies/paybacks.json", own)],
        &[],
    );
    ran.assert_code(0);
}

/// What a pull request writes into the baseline fails nothing once it is merged, and that is said.
#[test]
fn what_is_written_into_the_baseline_is_told() {
    let files = all_three("");
    let empty = "{\"schema_version\": 1, \"roles\": []}\n".to_owned();
    let more = format!(
        "{{\"schema_version\": 1, \"roles\": [{{\"policy_files\": [\"policies/refunds.json\"], \"excess\": [{{\"kind\": \
         \"unused-action\", \"actions\": [\"s3:DeleteObject\"], \"resources\": [\"{INVOICES}\"]}}]}}]}}\n"
    );
    let mut repository = repository(None);
    for (path, text) in &files {
        repository.file(BASE, path, text);
    }
    let config = "baseline: baseline.json\n".to_owned();
    repository.file(BASE, ".least-privilege.yml", &config);
    repository.file(BASE, "baseline.json", &empty);
    let mut head = files;
    head.push((".least-privilege.yml", config));
    head.push(("baseline.json", more));
    let (ran, _) = gated(repository, &head, &[]);
    ran.assert_code(0);
    assert!(
        ran.stdout.contains("the baseline's entries"),
        "{}",
        ran.stdout
    );
}

/// A policy that the pull request names in the configuration is judged in that pull request, though the base's configuration holds.
#[test]
fn a_policy_that_the_change_names_is_judged() {
    let own = policy(&[&allow("s3:GetObject", INVOICES)]);
    let wide = policy(&[&allow("*", "*")]);
    for (before, after) in [
        (
            "policies: {functions: {refunds: policies/refunds.json}}\n",
            "policies: {functions: {refunds: policies/refunds.json, intake: policies/intake.json}}\n",
        ),
        (
            "policy-file: policies/refunds.json\n",
            "policy-file: [policies/refunds.json, policies/intake.json]\n",
        ),
    ] {
        let mut repository = repository(None);
        repository.file(BASE, ".least-privilege.yml", before);
        repository.file(BASE, "policies/refunds.json", &own);
        let head = [
            (".least-privilege.yml", after.to_owned()),
            ("policies/refunds.json", own.clone()),
            ("policies/intake.json", wide.clone()),
        ];
        let (ran, _) = gated(repository, &head, &[("policy-file", "")]);
        ran.assert_code(3);
        assert!(
            ran.stdout.contains("policies/intake.json"),
            "{}",
            ran.stdout
        );
    }
}
