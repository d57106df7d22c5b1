//! What a pull request takes out of the gate's sight is told, and what it brings beside it counts.

use super::events::{BASE, HEAD, comments, repository, step};
use super::server::GitHubServer;
use crate::action::step::{Ran, Step};
use std::fs;
use std::os::unix::fs::symlink;

/// A file by its path, or a link to where it leads.
enum Entry<'t> {
    File(&'t str),
    Link(&'t str),
}
use Entry::{File, Link};

type Files<'t> = &'t [(&'t str, Entry<'t>)];

/// A pull request from these files to those.
fn pull_request(base: Files<'_>, head: Files<'_>, inputs: &[(&str, &str)]) -> (Ran, String) {
    let mut repository = repository(None);
    for (commit, files) in [(BASE, base), (HEAD, head)] {
        for (path, entry) in files {
            if let File(text) = entry {
                repository.file(commit, path, text);
            }
        }
    }
    let server = GitHubServer::plain(repository);
    let mut step: Step = step(&server, "pull_request", 1, "shop-role.json")
        .with("function", "")
        .with("scope", "new");
    for (name, value) in inputs {
        step = step.with(name, value);
    }
    for (path, entry) in head {
        let path = step.workspace().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        match entry {
            File(text) => fs::write(path, text).expect("a file"),
            Link(target) => symlink(target, path).expect("a link"),
        }
    }
    let ran = step.run();
    (ran, comments(&server).concat())
}

/// The same of one template.
fn of_template(base: &str, head: &str) -> (Ran, String) {
    let inputs = [("policy-file", "template.yaml")];
    pull_request(
        &[("template.yaml", File(base))],
        &[("template.yaml", File(head))],
        &inputs,
    )
}

const TRUST: &str = "AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: \
    lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]}";

const READS: (&str, &str) = ("s3:GetObject", "arn:aws:s3:::shop-invoices-111122223333/*");
const PASSES: (&str, &str) = ("iam:PassRole", "*");

fn document(grants: &[(&str, &str)]) -> String {
    let statements: Vec<String> = grants
        .iter()
        .map(|(action, resource)| {
            let resource = if resource.starts_with('!') {
                (*resource).to_owned()
            } else {
                format!("'{resource}'")
            };
            format!("{{Effect: Allow, Action: '{action}', Resource: {resource}}}")
        })
        .collect();
    format!(
        "{{Version: '2012-10-17', Statement: [{}]}}",
        statements.join(", ")
    )
}

fn role(id: &str, grants: &[(&str, &str)], more: &str) -> String {
    format!(
        "  {id}:\n    Type: AWS::IAM::Role\n    Properties:\n      {TRUST}\n{more}      Policies:\n        - PolicyName: own\n          \
         PolicyDocument: {}\n",
        document(grants)
    )
}

fn function(id: &str, name: &str, role: &str) -> String {
    format!(
        "  {id}:\n    Type: AWS::Lambda::Function\n    Properties: {{FunctionName: {name}, Role: {role}, Handler: a.b, Runtime: nodejs22.x, Code: \
         {{ZipFile: x}}}}\n"
    )
}

fn template(parts: &[String]) -> String {
    format!("Resources:\n{}", parts.concat())
}

/// One function with a role that reads what it needs.
fn refunds() -> String {
    let own = role("RefundsRole", &[READS], "");
    template(&[
        own,
        function("Refunds", "refunds", "!GetAtt RefundsRole.Arn"),
    ])
}

#[test]
fn what_a_permissions_boundary_held_back_is_new_without_it() {
    let with = |limit: Option<&str>| {
        let boundary = limit.map_or_else(String::new, |action| {
            format!(
                "  Limit:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument: {}\n",
                document(&[(action, "*")])
            )
        });
        let own = limit.map_or("", |_| "      PermissionsBoundary: !Ref Limit\n");
        let role = role("RefundsRole", &[READS, PASSES], own);
        template(&[
            boundary,
            role,
            function("Refunds", "refunds", "!GetAtt RefundsRole.Arn"),
        ])
    };
    let before = with(Some("s3:*"));
    for after in [with(None), with(Some("*"))] {
        let (ran, comment) = of_template(&before, &after);
        ran.assert_code(3);
        assert!(comment.contains("`iam:PassRole` on `*`"), "{comment}");
        assert!(comment.contains("new here"), "{comment}");
    }
    let (ran, _) = of_template(&before, &with(Some("s3:Get*")));
    ran.assert_code(0);
    let (ran, _) = of_template(&with(None), &format!("{}# A comment.\n", with(None)));
    ran.assert_code(0);
    let (ran, _) = of_template(&with(None), &before);
    ran.assert_code(0);
}

const READ: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shop-invoices-111122223333/*"}]}"#;
const PASS: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}]}"#;

/// A policy for each of two functions.
const TWO: Files<'static> = &[
    ("policies/refunds.json", File(READ)),
    ("policies/notify.json", File(READ)),
];

#[test]
fn a_policy_file_that_is_a_link_or_has_no_fit_name_is_an_error() {
    let own = [("policy-file", "policies/{function}.json")];
    let linked: Files<'_> = &[
        ("policies/refunds.json", Link("../other/wide.json")),
        ("policies/notify.json", File(READ)),
        ("other/wide.json", File(PASS)),
    ];
    let named: Files<'_> = &[
        ("policies/refunds.json", File(READ)),
        ("policies/notify.json", File(READ)),
        ("policies/shared policy.json", File(PASS)),
    ];
    for (head, says) in [(linked, "policies/refunds.json"), (named, "shared policy")] {
        let (ran, _) = pull_request(TWO, head, &own);
        ran.assert_code(2);
        assert!(ran.named("error")[0].data.contains(says), "{}", ran.stdout);
    }
    // A link that leads elsewhere than before is no change of nothing.
    let before: Files<'_> = &[
        ("policies/refunds.json", Link("../other/wide.json")),
        ("policies/notify.json", File(READ)),
        ("other/wide.json", File(READ)),
    ];
    let (ran, _) = pull_request(before, linked, &own);
    ran.assert_code(2);
    let own = [("policy-file", "fn/{function}/policy.json")];
    let base: Files<'_> = &[
        ("fn/refunds/policy.json", File(READ)),
        ("fn/notify/policy.json", File(READ)),
        ("fn/README.md", File("Policies.")),
    ];
    let (ran, _) = pull_request(base, base, &own);
    ran.assert_code(0);
    let linked: Files<'_> = &[
        ("fn/refunds", Link("../other")),
        ("fn/notify/policy.json", File(READ)),
        ("other/policy.json", File(PASS)),
    ];
    let (ran, _) = pull_request(base, linked, &own);
    ran.assert_code(2);
}

#[test]
fn a_function_that_is_judged_no_more_is_told() {
    let own = [("policy-file", "policies/{function}.json")];
    let head: Files<'_> = &[
        ("policies/notify.json", File(READ)),
        ("policies/sub/refunds.json", File(PASS)),
    ];
    let (ran, comment) = pull_request(TWO, head, &own);
    ran.assert_code(0);
    assert!(comment.contains("policies/refunds.json"), "{comment}");
}

fn parent(url: &str) -> String {
    format!(
        "{}  Nested:\n    Type: AWS::CloudFormation::Stack\n    Properties: {{TemplateURL: {url}}}\n",
        refunds()
    )
}

#[test]
fn a_nested_stack_that_is_judged_no_more_is_told() {
    let own = [("policy-file", "template.yaml")];
    let child = |grants: &[(&str, &str)]| {
        let role = role("NotifyRole", grants, "");
        template(&[role, function("Notify", "notify", "!GetAtt NotifyRole.Arn")])
    };
    let (local, read, passes) = (parent("a.yaml"), child(&[READS]), child(&[PASSES]));
    let elsewhere = parent("https://s3.amazonaws.com/shop/a.yaml");
    let base: Files<'_> = &[("template.yaml", File(&local)), ("a.yaml", File(&read))];
    let linked: Files<'_> = &[
        ("template.yaml", File(&local)),
        ("a.yaml", Link("b.yaml")),
        ("b.yaml", File(&passes)),
    ];
    let gone: Files<'_> = &[("template.yaml", File(&local))];
    let remote: Files<'_> = &[("template.yaml", File(&elsewhere))];
    for head in [linked, gone, remote] {
        let (ran, comment) = pull_request(base, head, &own);
        ran.assert_code(4);
        assert!(comment.contains("nested stack"), "{comment}");
    }
    // Where the base had no more, nothing is new.
    let touched = format!("{elsewhere}# A comment.\n");
    let (ran, _) = pull_request(remote, &[("template.yaml", File(&touched))], &own);
    ran.assert_code(0);
}

#[test]
fn a_function_that_leaves_the_judged_roles_is_told() {
    let base = refunds();
    let admin = "arn:aws:iam::111122223333:role/admin";
    let parameter = format!("Parameters: {{R: {{Type: String, Default: '{admin}'}}}}\n");
    let moved = |to: &str| base.replace("!GetAtt RefundsRole.Arn", to);
    let new = format!("{base}{}", function("Rebates", "rebates", admin));
    for (head, name) in [
        (moved(admin), "Refunds"),
        (format!("{parameter}{}", moved("!Ref R")), "Refunds"),
        (moved("!ImportValue AdminRole"), "Refunds"),
        (new.clone(), "Rebates"),
    ] {
        let (ran, comment) = of_template(&base, &head);
        ran.assert_code(4);
        assert!(comment.contains(&format!("`{name}`")), "{comment}");
        assert!(comment.contains("which no template here has"), "{comment}");
    }
    // Who had it before is told, and nothing waits for it.
    let (ran, _) = of_template(&new, &format!("{new}# A comment.\n"));
    ran.assert_code(0);
    let other = new.replace("role/admin", "role/root");
    let (ran, _) = of_template(&new, &other);
    ran.assert_code(4);
}

#[test]
fn an_include_among_the_resources_may_bring_any_policy() {
    let base = refunds();
    let include =
        "  Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://shop/more.yaml}}\n";
    let among = base.replace("Resources:\n", &format!("Resources:\n{include}"));
    let nested = format!("{base}  More:\n  {include}");
    let above = format!("{}{base}", include.trim_start());
    for head in [among, nested, above] {
        let (ran, comment) = of_template(&base, &head);
        ran.assert_code(4);
        assert!(comment.contains("AWS::Include"), "{comment}");
        let (ran, _) = of_template(&head, &format!("{head}# A comment.\n"));
        ran.assert_code(0);
    }
}

#[test]
fn a_policy_for_a_role_elsewhere_is_held_against_the_base() {
    let base = refunds();
    let policy = |kind: &str, whom: &str, grant: (&str, &str)| {
        format!(
            "{base}  More:\n    Type: AWS::IAM::{kind}\n    Properties:\n      PolicyName: more\n{whom}      PolicyDocument: {}\n",
            document(&[grant])
        )
    };
    let elsewhere = "      Roles: [other-role]\n";
    let (ran, comment) = of_template(&base, &policy("Policy", elsewhere, PASSES));
    ran.assert_code(3);
    assert!(comment.contains("`iam:PassRole` on `*`"), "{comment}");
    assert!(comment.contains("other-role"), "{comment}");
    let (ran, _) = of_template(
        &policy("Policy", elsewhere, PASSES),
        &policy("Policy", elsewhere, PASSES).replace("a.b", "a.c"),
    );
    ran.assert_code(0);
    let (ran, _) = of_template(&base, &policy("Policy", elsewhere, READS));
    ran.assert_code(0);
    let users = "      Users: [bob]\n";
    for (kind, whom) in [("ManagedPolicy", ""), ("Policy", users)] {
        let (ran, _) = of_template(&base, &policy(kind, whom, PASSES));
        ran.assert_code(0);
        let told = ran.summary.contains("is given to no role of this template");
        assert!(told, "{}", ran.summary);
    }
}

#[test]
fn a_new_grant_on_a_value_that_is_not_known_is_new() {
    let base = refunds();
    let with = |resource: &str| {
        let own = role(
            "RefundsRole",
            &[READS, ("dynamodb:DeleteTable", resource)],
            "",
        );
        template(&[
            own,
            function("Refunds", "refunds", "!GetAtt RefundsRole.Arn"),
        ])
    };
    for resource in [
        "!ImportValue Table",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/t",
    ] {
        let (ran, comment) = of_template(&base, &with(resource));
        ran.assert_code(0);
        assert!(comment.contains("waiting for traces"), "{comment}");
        assert!(!comment.contains("already on"), "{comment}");
    }
}

#[test]
fn a_function_of_a_template_is_known_by_each_of_its_names() {
    let two = |grants: &[(&str, &str)]| {
        template(&[
            role("RefundsRole", grants, ""),
            function("Refunds", "refunds", "!GetAtt RefundsRole.Arn"),
            function("Yearly", "yearly", "!GetAtt RefundsRole.Arn"),
        ])
    };
    let (narrow, wide) = (two(&[READS]), two(&[READS, ("s3:DeleteObject", "*")]));
    let own = [("policy-file", "template.yaml")];
    for name in [
        "yearly",
        "Yearly",
        "arn:aws:lambda:eu-west-1:111122223333:function:yearly",
    ] {
        let known = format!(
            "known:\n  - {{function: '{name}', reason: runs in January, until: 2999-12-31}}\n"
        );
        let config = (".least-privilege.yml", File(known.as_str()));
        let base: Files<'_> = &[("template.yaml", File(&narrow)), config];
        let config = (".least-privilege.yml", File(known.as_str()));
        let head: Files<'_> = &[("template.yaml", File(&wide)), config];
        let (ran, _) = pull_request(base, head, &own);
        ran.assert_code(3);
    }
}

#[test]
fn a_template_without_roles_grants_nothing() {
    let bucket = "  Bucket:\n    Type: AWS::S3::Bucket\n".to_owned();
    let none = template(std::slice::from_ref(&bucket));
    let named = format!("{none}    Properties: {{BucketName: shop}}\n");
    for base in [&format!("{}{bucket}", refunds()), &none] {
        let (ran, _) = of_template(base, &named);
        ran.assert_code(0);
        assert!(ran.summary.contains("grants nothing"), "{}", ran.summary);
    }
    // What may bring a role is not nothing.
    let include = "Resources:\n  Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://shop/more.yaml}}\n";
    let (ran, _) = of_template(&none, &none.replace("Resources:\n", include));
    ran.assert_code(4);
}
