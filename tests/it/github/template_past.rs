//! What a template granted before: at night and in pull requests a grant is as old as what it says, and a role is the one that its
//! functions had, whatever it is called now.

use super::events::{BASE, HEAD, comments, repository, step};
use super::server::{GitHubServer, Repository};
use super::whose::{INVOICES, allow};
use crate::action::step::{Ran, Step};
use jiff::{SignedDuration, Timestamp};
use std::fs;
use std::slice::from_ref;

/// The base before its last commit.
const THEN: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
const SHOP: &str = "arn:aws:ses:eu-west-1:111122223333:identity/shop.example";

/// Files by path.
type Files<'a> = [(&'a str, String)];

/// What the function for refunds calls.
fn called() -> String {
    allow("s3:GetObject", INVOICES)
}

/// What nobody calls, and is medium.
fn medium() -> String {
    allow("ses:SendEmail", SHOP)
}

/// What nobody calls, and is high.
fn high() -> String {
    allow("dynamodb:DeleteTable", "*")
}

fn template(resources: &[String]) -> String {
    format!("{{\"Resources\": {{\n{}\n}}}}\n", resources.join(",\n"))
}

fn role(logical_id: &str, statements: &[String]) -> String {
    format!(
        "\"{logical_id}\": {{\"Type\": \"AWS::IAM::Role\", \"Properties\": {{\"AssumeRolePolicyDocument\": {{\"Version\": \"2012-10-17\", \
         \"Statement\": [{{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Principal\": {{\"Service\": \"lambda.amazonaws.com\"}}}}]}}, \
         \"Policies\": [{{\"PolicyName\": \"own\", \"PolicyDocument\": {{\"Version\": \"2012-10-17\", \"Statement\": [\n{}\n]}}}}]}}}}",
        statements.join(",\n")
    )
}

fn function(logical_id: &str, name: Option<&str>, role: &str) -> String {
    let name = name.map(|name| format!("\"FunctionName\": \"{name}\", "));
    format!(
        "\"{logical_id}\": {{\"Type\": \"AWS::Lambda::Function\", \"Properties\": {{{}\"Handler\": \"index.handler\", \"Runtime\": \
         \"nodejs24.x\", \"Code\": {{\"S3Bucket\": \"code\", \"S3Key\": \"code\"}}, \"Role\": {{\"Fn::GetAtt\": [\"{role}\", \"Arn\"]}}}}}}",
        name.unwrap_or_default()
    )
}

/// The template of the function for refunds with one role.
fn refunds(statements: &[String]) -> String {
    template(&[
        role("Own", statements),
        function("Refunds", Some("refunds"), "Own"),
    ])
}

fn days_ago(days: i64) -> String {
    (Timestamp::now() - SignedDuration::from_hours(24 * days)).to_string()
}

/// A base that became what it is some days ago.
fn since(days: i64, before: &Files<'_>, now: &Files<'_>) -> Repository {
    let mut repository = repository(None);
    for (commit, files) in [(THEN, before), (BASE, now), (HEAD, now)] {
        for (path, text) in files {
            repository.file(commit, path, text);
        }
    }
    repository.history = vec![
        (BASE.to_owned(), vec![THEN.to_owned()], days_ago(days)),
        (THEN.to_owned(), Vec::new(), days_ago(700)),
    ];
    repository
}

/// A step with these files in its checkout, which judges the first of them.
fn with_files(step: Step, files: &Files<'_>) -> Step {
    fs::remove_file(step.workspace().join("role.json")).expect("the shop's policy");
    for (path, text) in files {
        let path = step.workspace().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    step.with("function", "").with("policy-file", files[0].0)
}

/// A scheduled run on a base that became what it is some days ago.
fn night(days: i64, before: &Files<'_>, now: &Files<'_>) -> Ran {
    on_base(since(days, before, now), now)
}

fn on_base(repository: Repository, now: &Files<'_>) -> Ran {
    let server = GitHubServer::plain(repository);
    let step = with_files(step(&server, "schedule", 1, "shop-role.json"), now);
    let ran = step.with("scope", "all").set("GITHUB_SHA", BASE).run();
    assert!(server.repository().seen.len() < 20);
    ran
}

/// A pull request that is judged for what is new, on these policy files.
fn pull_request(base: &Files<'_>, head: &Files<'_>, policy_file: &str) -> Ran {
    let mut repository = repository(None);
    for (commit, files) in [(BASE, base), (HEAD, head)] {
        for (path, text) in files {
            repository.file(commit, path, text);
        }
    }
    let server = GitHubServer::plain(repository);
    let step = with_files(step(&server, "pull_request", 1, "shop-role.json"), head);
    let step = step.with("policy-file", policy_file).with("scope", "new");
    step.set("GITHUB_ACTION_REPOSITORY", "acme/gate")
        .set(
            "GITHUB_WORKFLOW_REF",
            "acme/shop/.github/workflows/gate.yml@refs/pull/42/merge",
        )
        .run()
}

#[test]
fn at_night_a_grant_that_a_template_got_lately_waits() {
    let before = refunds(&[called()]);
    for (days, more, code) in [
        (3, medium(), 0),
        (13, medium(), 0),
        (15, medium(), 3),
        (3, high(), 3),
    ] {
        let now = refunds(&[called(), more.clone()]);
        let ran = night(days, &[("t.json", before.clone())], &[("t.json", now)]);
        ran.assert_code(code);
        let waits = ran.stdout.contains("new, waiting for traces");
        assert_eq!(waits, code == 0, "{days}, {more}: {}", ran.stdout);
    }
}

#[test]
fn in_a_pull_request_a_young_grant_of_a_template_waits_too() {
    let before = refunds(&[called()]);
    let now = [("t.json", refunds(&[called(), medium()]))];
    for (days, code) in [(3, 0), (20, 3)] {
        let server = GitHubServer::plain(since(days, &[("t.json", before.clone())], &now));
        let step = with_files(step(&server, "pull_request", 1, "shop-role.json"), &now);
        step.with("scope", "all").run().assert_code(code);
        let comment = comments(&server).concat();
        assert_eq!(
            comment.contains("new, waiting for traces"),
            code == 0,
            "{comment}"
        );
        assert!(!comment.contains("**new here**"), "{comment}");
    }
}

#[test]
fn a_function_that_a_template_got_lately_waits_until_its_grace_ends() {
    let own = [
        role("Own", &[called()]),
        function("Refunds", Some("refunds"), "Own"),
    ];
    let mut more = own.to_vec();
    more.push(role("Other", &[medium()]));
    more.push(function("Rebates", Some("rebates"), "Other"));
    for (days, code) in [(3, 0), (20, 4)] {
        let ran = night(
            days,
            &[("t.json", template(&own))],
            &[("t.json", template(&more))],
        );
        ran.assert_code(code);
        let end = Timestamp::now() + SignedDuration::from_hours(24 * (14 - days));
        let until = end.to_string()[..10].to_owned();
        assert_eq!(ran.stdout.contains(&until), code == 0, "{}", ran.stdout);
    }
}

/// A role of a template is as old as what its functions were granted, wherever that stands now.
#[test]
fn a_template_that_is_moved_or_a_role_that_is_renamed_is_as_old_as_it_was() {
    let broad = || refunds(&[called(), medium()]);
    let other = template(&[
        role("Renamed", &[called(), medium()]),
        function("Refunds", Some("refunds"), "Renamed"),
    ]);
    let reformatted = broad().replace('\n', "\n  ");
    for (path, text) in [
        ("t.json", other),
        ("t.json", reformatted.clone()),
        ("iam/t.json", reformatted),
    ] {
        night(3, &[("t.json", broad())], &[(path, text)]).assert_code(3);
    }
    let now = [("iam/t.json", broad())];
    let mut moved = since(3, &[("t.json", broad())], &now);
    moved
        .renames
        .insert("iam/t.json".to_owned(), "t.json".to_owned());
    on_base(moved, &now).assert_code(3);
}

/// The file beside a template says what it grants as much as its own text.
#[test]
fn what_a_file_beside_a_template_widened_lately_waits() {
    let own = allow("%", "*").replace("\"%\"", "{\"Ref\": \"What\"}");
    let text = refunds(&[called(), own]).replacen(
        '{',
        "{\"Parameters\": {\"What\": {\"Type\": \"String\", \"Default\": \"s3:GetObject\"}}, ",
        1,
    );
    let with = |what: &str| {
        let values = format!(
            "version = 0.1\n[default.deploy.parameters]\nstack_name = \"shop\"\nparameter_overrides = \"What={what}\"\n"
        );
        [("t.json", text.clone()), ("samconfig.toml", values)]
    };
    let (narrow, wide) = (with("ec2:DescribeVpcs"), with("ec2:DescribeSubnets"));
    let waits = |ran: &Ran| ran.stdout.contains("new, waiting for traces");
    assert!(waits(&night(3, &narrow, &wide)));
    assert!(!waits(&night(20, &narrow, &wide)));
    assert!(!waits(&night(3, &wide, &wide)));
    assert!(waits(&night(3, &with("")[..1], &wide)), "it is new");
}

#[test]
fn a_role_that_a_pull_request_renames_is_the_one_of_its_functions() {
    let broad = [called(), high()];
    let base = [("t.json", refunds(&broad))];
    let head = |role_id: &str, statements: &[String], functions: &[String]| {
        let mut all = vec![role(role_id, statements)];
        all.extend(functions.iter().cloned());
        [("t.json", template(&all))]
    };
    let own = function("Refunds", Some("refunds"), "New");
    let ran = pull_request(&base, &head("New", &broad, from_ref(&own)), "t.json");
    ran.assert_code(0);
    assert!(ran.stdout.contains("Not new, not judged"), "{}", ran.stdout);
    // With its function's logical id.
    let other = function("Paybacks", Some("refunds"), "New");
    pull_request(&base, &head("New", &broad, &[other]), "t.json").assert_code(0);
    // What comes on top is new.
    let more = [called(), high(), allow("iam:PassRole", "*")];
    pull_request(&base, &head("New", &more, from_ref(&own)), "t.json").assert_code(3);
    // A function that had none of it gets all of it.
    let functions = [own, function("Notify", Some("notify"), "New")];
    pull_request(&base, &head("New", &broad, &functions), "t.json").assert_code(3);
}

#[test]
fn the_implicit_role_of_a_function_goes_with_its_logical_id() {
    let sam = |logical_id: &str, name: &str| {
        format!(
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  {logical_id}:\n    Type: AWS::Serverless::Function\n    Properties:\n      \
             FunctionName: {name}\n      Handler: index.handler\n      Runtime: python3.14\n      CodeUri: .\n      Policies:\n        - \
             Statement:\n            - {{Effect: Allow, Action: s3:GetObject, Resource: '{INVOICES}'}}\n            - {{Effect: Allow, \
             Action: dynamodb:DeleteTable, Resource: '*'}}\n"
        )
    };
    let base = [("t.yaml", sam("Refunds", "refunds"))];
    let code = |head: String, code: i32| {
        pull_request(&base, &[("t.yaml", head)], "t.yaml").assert_code(code);
    };
    code(sam("Paybacks", "refunds"), 0);
    code(sam("Refunds", "paybacks"), 0);
    code(sam("Notify", "notify"), 3);
}

#[test]
fn a_function_that_moves_to_another_template_keeps_what_it_had() {
    let broad = [called(), high()];
    let own = [
        role("Own", &broad),
        function("Refunds", Some("refunds"), "Own"),
    ];
    let other = [
        role("Other", &[called()]),
        function("Notify", Some("notify"), "Other"),
    ];
    let both: Vec<String> = own.iter().chain(&other).cloned().collect();
    let two = "a.json, b.json";
    let a_and_b = [("a.json", template(&own)), ("b.json", template(&other))];
    let files = [
        ("a.json", template(&[role("Empty", &[called()])])),
        ("b.json", template(&both)),
    ];
    pull_request(&a_and_b, &files, two).assert_code(0);
    // A template that is split in two.
    pull_request(&[("a.json", template(&both))], &a_and_b[..], two).assert_code(0);
    let split = [("b.json", template(&own)), ("a.json", template(&other))];
    pull_request(&[("a.json", template(&both))], &split, two).assert_code(0);
}

#[test]
fn a_shared_role_that_is_split_keeps_what_it_had_and_no_more() {
    let broad = [called(), high()];
    let (f, n) = (
        |role: &str| function("Refunds", Some("refunds"), role),
        |role: &str| function("Notify", Some("notify"), role),
    );
    let shared = [(
        "t.json",
        template(&[role("Own", &broad), f("Own"), n("Own")]),
    )];
    let apart = |one: &str, other: &str| {
        let roles = [role("Own", &broad), role("Other", &broad)];
        [(
            "t.json",
            template(&[roles[0].clone(), roles[1].clone(), f(one), n(other)]),
        )]
    };
    pull_request(&shared, &apart("Own", "Other"), "t.json").assert_code(0);
    // Of two that had different ones, no new role has what only one of them had.
    let narrow = [
        role("Own", &broad),
        role("Narrow", &[called()]),
        f("Own"),
        n("Narrow"),
    ];
    let narrow = [("t.json", template(&narrow))];
    pull_request(&narrow, &apart("Own", "Other"), "t.json").assert_code(3);
    let merged = [role("Both", &broad), f("Both"), n("Both")];
    pull_request(&narrow, &[("t.json", template(&merged))], "t.json").assert_code(3);
    // Nor does one function become another by taking its name.
    let taken = [
        role("New", &broad),
        function("Notify", Some("refunds"), "New"),
    ];
    pull_request(&narrow, &[("t.json", template(&taken))], "t.json").assert_code(3);
}

/// Functions without names are the same by logical id where the base's workflow named their file.
#[test]
fn a_template_that_moves_with_its_input_keeps_what_its_roles_had() {
    let broad = [called(), high()];
    let own =
        |role_id: &str| template(&[role(role_id, &broad), function("Refunds", None, role_id)]);
    let workflow = |file: &str| {
        let text = format!(
            "on: pull_request\njobs:\n  gate:\n    steps:\n      - uses: acme/gate@v1\n        with:\n          scope: new\n          traces: \
             traces\n          policy-file: {file}\n"
        );
        (".github/workflows/gate.yml", text)
    };
    for role_id in ["Own", "New"] {
        let head = [("u.json", own(role_id)), workflow("u.json")];
        let base = [("t.json", own("Own")), workflow("t.json")];
        pull_request(&base, &head, "u.json").assert_code(0);
        let base = [("t.json", own("Own")), workflow("other.json")];
        pull_request(&base, &head, "u.json").assert_code(3);
    }
}
