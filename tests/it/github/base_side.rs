//! What a pull request is held against: every file that decides what its policies grant, as it was at the base.

use super::events::{BASE, HEAD, comments, on, repository, step};
use super::server::GitHubServer;
use crate::action::step::Ran;
use std::fs;

const NOTHING: &str = r#"{"Version": "2012-10-17", "Statement": []}"#;
const NEEDED: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
    "Action": "dynamodb:GetItem", "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/shop-orders"}]}"#;
const WIDE: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;

/// A template of a function that may change a role, which a parameter names.
const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31
Parameters:
  Role: {Type: String}
Resources:
  Refunds:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: refunds
      Handler: index.handler
      Runtime: python3.14
      CodeUri: .
      Policies:
        - Statement:
            - Effect: Allow
              Action: iam:PutRolePolicy
              Resource: !Sub 'arn:aws:iam::111122223333:role/${Role}'
";

/// A run on files of the base and of the head. Where both have the same file, it is named once, for both.
struct Change<'a> {
    both: &'a [(&'a str, &'a str)],
    base: &'a [(&'a str, &'a str)],
    head: &'a [(&'a str, &'a str)],
    inputs: &'a [(&'a str, &'a str)],
}

impl Change<'_> {
    fn run(&self) -> (Ran, GitHubServer) {
        let mut repository = repository(None);
        for (path, text) in self.both.iter().chain(self.base) {
            repository.file(BASE, path, text);
        }
        for (path, text) in self.both.iter().chain(self.head) {
            repository.file(HEAD, path, text);
        }
        let server = GitHubServer::plain(repository);
        let mut step = step(&server, "pull_request", 1, "shop-role.json")
            .with("function", "")
            .with("policy-file", "")
            .with("scope", "new");
        fs::remove_file(step.workspace().join("role.json")).expect("the shop's policy");
        for (path, text) in self.both.iter().chain(self.head) {
            let path = step.workspace().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        for (input, value) in self.inputs {
            step = step.with(input, value);
        }
        (step.run(), server)
    }
}

fn says_that_nothing_was_judged(ran: &Ran) -> bool {
    ran.stdout.contains("nothing was judged")
}

#[test]
fn t14_a_given_base_side_is_compared_and_not_taken_for_the_same() {
    let run = |base: &str| {
        Change {
            both: &[("before.json", base)],
            base: &[("role.json", NOTHING)],
            head: &[("role.json", WIDE)],
            inputs: &[
                ("policy-file", "role.json"),
                ("base-policy-file", "before.json"),
            ],
        }
        .run()
        .0
    };
    run(NEEDED).assert_code(3);
    run(WIDE).assert_code(0);
}

#[test]
fn t14_a_placeholder_anywhere_in_a_path_leads_to_its_files() {
    for (pattern, file) in [
        (
            "policies/{function}/policy.json",
            "policies/refunds/policy.json",
        ),
        (
            "policies/{function}/{function}.json",
            "policies/refunds/refunds.json",
        ),
        ("{function}-{function}.json", "refunds-refunds.json"),
    ] {
        for inputs in [
            &[("policy-file", pattern)] as &[_],
            &[("policy-file", pattern), ("function", "refunds")],
        ] {
            let run = |base: &str, head: &str| {
                Change {
                    both: &[],
                    base: &[(file, base)],
                    head: &[(file, head)],
                    inputs,
                }
                .run()
            };
            let (ran, server) = run(NEEDED, WIDE);
            ran.assert_code(3);
            assert!(
                comments(&server)[0].contains("new here"),
                "{pattern}: {}",
                comments(&server)[0]
            );
            let (ran, _server) = run(WIDE, WIDE);
            ran.assert_code(0);
            assert!(says_that_nothing_was_judged(&ran), "{pattern}");
        }
    }
}

#[test]
fn t14_a_path_that_leads_to_nothing_is_never_green() {
    for inputs in [
        &[("policy-file", "polices/{function}.json")] as &[_],
        &[
            ("policy-file", "polices/{function}.json"),
            ("function", "refunds"),
        ],
    ] {
        let change = Change {
            both: &[],
            base: &[("policies/refunds.json", NEEDED)],
            head: &[("policies/refunds.json", WIDE)],
            inputs,
        };
        let (ran, _server) = change.run();
        assert_ne!(ran.code, Some(0), "{}", ran.stdout);
    }
}

#[test]
fn t1_values_that_a_change_gives_its_template_are_no_values_of_the_base() {
    let config = |role: &str| {
        format!("[default.deploy.parameters]\nparameter_overrides = \"Role={role}\"\n")
    };
    let in_yaml = |role: &str| {
        format!(
            "default:\n  deploy:\n    parameters:\n      parameter_overrides: [\"Role={role}\"]\n"
        )
    };
    let inputs: &[_] = &[("policy-file", "template.yaml")];
    let (narrow, wide) = (config("helper"), config("*"));
    let (narrow_yaml, wide_yaml) = (in_yaml("helper"), in_yaml("*"));
    let changed = format!("{TEMPLATE}# A comment.\n");
    for head in [TEMPLATE, changed.as_str()] {
        for (base, here) in [
            (Some(("samconfig.toml", &narrow)), ("samconfig.toml", &wide)),
            (
                Some(("samconfig.yaml", &narrow_yaml)),
                ("samconfig.yaml", &wide_yaml),
            ),
            (
                Some(("samconfig.yaml", &narrow_yaml)),
                ("samconfig.toml", &wide),
            ),
        ] {
            let base: Vec<(&str, &str)> = base
                .iter()
                .map(|(name, text)| (*name, text.as_str()))
                .collect();
            let base = [base.as_slice(), &[("template.yaml", TEMPLATE)]].concat();
            let (ran, server) = Change {
                both: &[],
                base: &base,
                head: &[("template.yaml", head), (here.0, here.1)],
                inputs,
            }
            .run();
            ran.assert_code(3);
            let comment = &comments(&server)[0];
            assert!(comment.contains("new here"), "{comment}");
        }
    }
    // The same values are nobody's red.
    let (ran, _server) = Change {
        both: &[("samconfig.toml", &wide)],
        base: &[("template.yaml", TEMPLATE)],
        head: &[("template.yaml", &changed)],
        inputs,
    }
    .run();
    ran.assert_code(0);
}

#[test]
fn t1_values_that_a_change_hands_to_a_nested_stack_are_new() {
    let parent = |role: &str| {
        format!(
            "Resources:\n  Paying:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: stacks/refunds.yaml\n      Parameters: {{Role: '{role}'}}\n"
        )
    };
    let run = |base: &str, head: &str| {
        Change {
            both: &[("stacks/refunds.yaml", TEMPLATE)],
            base: &[("template.yaml", base)],
            head: &[("template.yaml", head)],
            inputs: &[("policy-file", "template.yaml")],
        }
        .run()
        .0
    };
    let (narrow, wide) = (parent("helper"), parent("*"));
    run(&narrow, &wide).assert_code(3);
    run(&wide, &format!("{wide}# A comment.\n")).assert_code(0);
}

#[test]
fn t1_values_that_a_change_writes_into_the_cdk_s_manifest_are_no_values_of_the_base() {
    let template = r#"{"Resources": {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
                "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]},
            "Policies": [{"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
                "Action": "iam:PutRolePolicy", "Resource": {"Fn::Sub": "arn:aws:iam::111122223333:role/${AWS::StackName}"}}]}}]}},
        "Fn": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "refunds",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]}}}}}"#;
    let manifest = |stack: &str| {
        format!(
            r#"{{"version": "55.0.0", "artifacts": {{"Shop": {{"type": "aws:cloudformation:stack", "properties": {{
                "templateFile": "Shop.template.json", "stackName": "{stack}"}}}}}}}}"#
        )
    };
    let run = |base: &str, head: &str| {
        Change {
            both: &[("cdk.out/Shop.template.json", template)],
            base: &[("cdk.out/manifest.json", base)],
            head: &[("cdk.out/manifest.json", head)],
            inputs: &[("policy-file", "cdk.out")],
        }
        .run()
        .0
    };
    let (narrow, wide) = (manifest("helper"), manifest("*"));
    run(&narrow, &wide).assert_code(3);
    run(&wide, &format!("{wide}\n")).assert_code(0);
}

#[test]
fn a_folder_of_templates_is_held_against_the_base_s() {
    let template = |action: &str| {
        format!(
            r#"{{"Resources": {{
                "Role": {{"Type": "AWS::IAM::Role", "Properties": {{
                    "AssumeRolePolicyDocument": {{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow",
                        "Action": "sts:AssumeRole", "Principal": {{"Service": "lambda.amazonaws.com"}}}}]}},
                    "Policies": [{{"PolicyName": "own", "PolicyDocument": {{"Version": "2012-10-17",
                        "Statement": [{{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}]}}}}]}}}},
                "Fn": {{"Type": "AWS::Lambda::Function", "Properties": {{"FunctionName": "refunds",
                    "Role": {{"Fn::GetAtt": ["Role", "Arn"]}}}}}}}}}}"#
        )
    };
    let run = |base: &str, head: &str| {
        Change {
            both: &[("README.md", "shop")],
            base: &[("cdk.out/Shop.template.json", base)],
            head: &[("cdk.out/Shop.template.json", head)],
            inputs: &[("policy-file", "cdk.out")],
        }
        .run()
        .0
    };
    let (some, more) = (template("s3:*"), template("*"));
    run(&some, &more).assert_code(3);
    let ran = run(&more, &more);
    ran.assert_code(0);
    assert!(says_that_nothing_was_judged(&ran));
    run(&more, &format!("{more}\n")).assert_code(0);
}

#[test]
fn t15_a_whole_checkout_is_no_evidence() {
    for traces in [".", "./"] {
        let (ran, _server) = Change {
            both: &[],
            base: &[("role.json", NEEDED)],
            head: &[("role.json", WIDE)],
            inputs: &[("policy-file", "role.json"), ("traces", traces)],
        }
        .run();
        ran.assert_code(2);
        assert!(ran.stdout.contains("a whole checkout"), "{}", ran.stdout);
    }
}

#[test]
fn t14_each_checkout_that_is_judged_is_at_the_change() {
    let server = GitHubServer::plain(repository(None));
    let run = |other: &str, inputs: &[(&str, &str)], config: &str| {
        let step = on(
            &server,
            crate::action::step::Step::of_the_shop("shop-role.json"),
            "pull_request",
            1,
        );
        let workspace = step.workspace();
        for (folder, commit) in [("a", HEAD), ("b", other)] {
            let git = workspace.join(folder).join(".git");
            fs::create_dir_all(&git).expect("a folder");
            fs::write(git.join("HEAD"), format!("{commit}\n")).expect("a file");
            fs::write(workspace.join(folder).join("role.json"), NEEDED).expect("a file");
        }
        fs::write(workspace.join(".least-privilege.yml"), config).expect("a file");
        let step = inputs
            .iter()
            .fold(step, |step, (name, value)| step.with(name, value));
        step.run()
    };
    let given: &[_] = &[("policy-file", "a/role.json, b/role.json")];
    let ran = run(BASE, given, "");
    ran.assert_code(2);
    assert!(
        ran.stdout.contains("the checkout in `b` is at"),
        "{}",
        ran.stdout
    );
    assert_ne!(run(HEAD, given, "").code, Some(2));
}

/// The commit on which GitHub made the test merge that is checked out.
const MOVED_ON: &str = "5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e";
const MERGE: &str = "6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f6f";

#[test]
fn what_others_merged_since_is_no_part_of_the_change() {
    let run = |base: &str, moved_on: &str, head: &str| {
        let mut repository = repository(None);
        for commit in [MOVED_ON, HEAD, MERGE] {
            for (path, bytes) in repository.contents.clone() {
                if path.0 == BASE {
                    repository
                        .contents
                        .insert((commit.to_owned(), path.1), bytes);
                }
            }
        }
        repository.file(BASE, "role.json", base);
        repository.file(MOVED_ON, "role.json", moved_on);
        repository.file(MERGE, "role.json", head);
        let parents = vec![MOVED_ON.to_owned(), HEAD.to_owned()];
        repository.merges.insert(MERGE.to_owned(), parents);
        let server = GitHubServer::plain(repository);
        let step = step(&server, "pull_request", 1, "shop-role.json")
            .with("scope", "new")
            .set("GITHUB_SHA", MERGE);
        fs::write(step.workspace().join("role.json"), head).expect("a file");
        step.run()
    };
    // Somebody merged the wide policy.
    let ran = run(NEEDED, WIDE, WIDE);
    ran.assert_code(0);
    assert!(says_that_nothing_was_judged(&ran), "{}", ran.stdout);
    // Somebody took it back, and the change brings it again.
    run(WIDE, NEEDED, WIDE).assert_code(3);
}

#[test]
fn a_configuration_that_a_change_breaks_is_red_and_one_that_is_broken_can_be_mended() {
    let run = |base: &str, head: &str, policy: &str| {
        Change {
            both: &[],
            base: &[("role.json", NEEDED), (".least-privilege.yml", base)],
            head: &[("role.json", policy), (".least-privilege.yml", head)],
            inputs: &[("policy-file", "role.json")],
        }
        .run()
        .0
    };
    let (good, broken) = ("fail-on: medium\n", "fail-on: sometimes\n");
    let ran = run(good, broken, NEEDED);
    ran.assert_code(2);
    assert!(
        ran.stdout
            .contains("the configuration that this change brings cannot be read"),
        "{}",
        ran.stdout
    );
    // What fails otherwise says so first.
    run(good, broken, WIDE).assert_code(3);
    let ran = run(broken, good, NEEDED);
    ran.assert_code(0);
    assert!(
        ran.stdout.contains("The defaults count until it is fixed"),
        "{}",
        ran.stdout
    );
    run(broken, "fail-on: none\n", WIDE).assert_code(3);
}
