//! A pull request that changes a template: red at the template's lines for what it adds, and for nothing that was there.

use super::events::{BASE, HEAD, comments, repository, shop, step};
use super::server::GitHubServer;
use crate::action::step::{Ran, Step};
use std::fs;

fn pull_request(base: &str, head: &str) -> (Ran, GitHubServer) {
    let mut repository = repository(None);
    repository.file(BASE, "template.yaml", base);
    repository.file(HEAD, "template.yaml", head);
    let server = GitHubServer::plain(repository);
    let step: Step = step(&server, "pull_request", 1, "shop-role.json")
        .with("function", "")
        .with("policy-file", "template.yaml")
        .with("scope", "new");
    fs::write(step.workspace().join("template.yaml"), head).expect("a template");
    (step.run(), server)
}

/// The template with one more action in the statement of a Sid.
fn with_action(template: &str, sid: &str, action: &str) -> String {
    let begin = template
        .find(&format!("Sid: {sid}\n"))
        .expect("the statement");
    let place = begin + template[begin..].find("Action:").expect("its actions");
    let list = "Action:\n                  - ";
    assert!(
        template[place..].starts_with(list),
        "{}",
        &template[place..]
    );
    let (before, after) = template.split_at(place + list.len());
    format!("{before}{action}\n                  - {after}")
}

#[test]
fn what_a_template_grants_already_is_nobody_s_red() {
    let broad = shop("template.yaml");
    let (ran, _) = pull_request(&broad, &format!("{broad}\n# A comment.\n"));
    ran.assert_code(0);
    let (ran, _) = pull_request(&broad, &shop("template.fixed.yaml"));
    ran.assert_code(0);
}

#[test]
fn what_a_template_adds_is_red_at_its_line() {
    let fixed = shop("template.fixed.yaml");
    let head = with_action(&fixed, "Orders", "dynamodb:DeleteItem");
    let (ran, server) = pull_request(&fixed, &head);
    // A medium one is on probation: nobody ran it yet. A high one is red at once.
    ran.assert_code(0);
    assert!(
        ran.stdout.contains("new, waiting for traces"),
        "{}",
        ran.stdout
    );
    drop(server);
    let orders = "              - Sid: Orders\n";
    let more = "              - Effect: Allow\n                Action: iam:PassRole\n                Resource: \"*\"\n";
    let head = fixed.replace(orders, &format!("{more}{orders}"));
    let line = head.lines().position(|line| line.contains("iam:PassRole"));
    let line = line.expect("the line") + 1;
    let (ran, server) = pull_request(&fixed, &head);
    ran.assert_code(3);
    let annotation = format!("file=template.yaml,line={line},");
    assert!(ran.stdout.contains(&annotation), "{}", ran.stdout);
    let comment = comments(&server).concat();
    assert!(
        comment.contains("iam:PassRole") && comment.contains("ShopRole"),
        "{comment}"
    );
}

#[test]
fn a_function_that_a_template_adds_waits() {
    let fixed = shop("template.fixed.yaml");
    let intake = "Resources:\n  Intake:\n    Type: AWS::Serverless::Function\n    Properties:\n      FunctionName: intake\n      \
                  Policies:\n        - Statement:\n            - Effect: Allow\n              Action: s3:PutObject\n              \
                  Resource: arn:aws:s3:::intake/*\n";
    let head = fixed.replace("Resources:\n", intake);
    let (ran, _) = pull_request(&fixed, &head);
    ran.assert_code(0);
    assert!(ran.stdout.contains("IntakeRole"), "{}", ran.stdout);
}
