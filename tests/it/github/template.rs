//! A pull request that changes a template: red at the template's lines for what it adds, and for nothing that was there.

use super::events::{BASE, HEAD, comments, repository, shop, step};
use super::one_click::committed;
use super::server::GitHubServer;
use crate::action::step::{Ran, Step};
use aws_least_privilege::granted::template::template_of;
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

/// Two functions, each with one of two roles, of which one may pass any role to a service.
fn two_roles(of_refunds: &str, of_report: &str) -> String {
    let role = |name: &str, action: &str, resource: &str| {
        format!(
            "  {name}:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: {{Version: '2012-10-17', Statement: [{{Effect: \
             Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: 'sts:AssumeRole'}}]}}\n      Policies:\n        - PolicyName: own\n          \
             PolicyDocument: {{Version: '2012-10-17', Statement: [{{Effect: Allow, Action: '{action}', Resource: '{resource}'}}]}}\n"
        )
    };
    let function = |id: &str, name: &str, role: &str| {
        format!(
            "  {id}:\n    Type: AWS::Lambda::Function\n    Properties: {{FunctionName: {name}, Role: !GetAtt {role}.Arn, Handler: a.b, Runtime: \
             nodejs22.x, Code: {{ZipFile: x}}}}\n"
        )
    };
    [
        "Resources:\n".to_owned(),
        role(
            "Narrow",
            "s3:GetObject",
            "arn:aws:s3:::shop-invoices-111122223333/*",
        ),
        role("Wide", "iam:PassRole", "*"),
        function("Refunds", "refunds", of_refunds),
        function("Report", "report", of_report),
    ]
    .concat()
}

/// A role that nobody changed grants more to the function that gets it.
#[test]
fn a_function_that_gets_another_s_role_is_granted_what_it_had_not() {
    let before = two_roles("Narrow", "Wide");
    let (ran, _) = pull_request(&before, &format!("{before}# A comment.\n"));
    ran.assert_code(0);
    for after in [two_roles("Wide", "Narrow"), two_roles("Wide", "Wide")] {
        let (ran, server) = pull_request(&before, &after);
        ran.assert_code(3);
        let comment = comments(&server).concat();
        assert!(comment.contains("`iam:PassRole` on `*`"), "{comment}");
    }
    // Whoever gets a role that grants less is granted nothing new.
    let (ran, _) = pull_request(&two_roles("Wide", "Wide"), &before);
    ran.assert_code(0);
}

/// A role that nobody changed grants all that it has to a function that is new.
#[test]
fn a_new_function_that_gets_a_role_is_granted_what_it_has() {
    let before = two_roles("Narrow", "Wide");
    for (role, code) in [("Wide", 3), ("Narrow", 0)] {
        let new = format!(
            "  Rebates:\n    Type: AWS::Lambda::Function\n    Properties: {{FunctionName: rebates, Role: !GetAtt {role}.Arn, Handler: a.b, \
             Runtime: nodejs22.x, Code: {{ZipFile: x}}}}\n"
        );
        let (ran, server) = pull_request(&before, &format!("{before}{new}"));
        ran.assert_code(code);
        let comment = comments(&server).concat();
        let is_told = comment.contains("**new here**");
        assert_eq!(is_told, code == 3, "{comment}");
    }
}

#[test]
fn one_click_mends_a_template_s_line_and_all_of_them_make_it_pass() {
    let fixed = shop("template.fixed.yaml");
    let broad = with_action(&fixed, "Orders", "dynamodb:DeleteItem # one day");
    let broad = broad.replace(
        "                Resource: !GetAtt Products.Arn\n",
        "                Resource: !Sub arn:${AWS::Partition}:dynamodb:${AWS::Region}:*:table/*\n",
    );
    let mut repository = repository(None);
    // What is new would be on probation.
    repository.file(BASE, "template.yaml", &format!("{broad}# The end.\n"));
    repository.file(HEAD, "template.yaml", &broad);
    let shown: Vec<String> = broad.lines().map(|line| format!("+{line}")).collect();
    let patch = format!("@@ -0,0 +1,{} @@\n{}", shown.len(), shown.join("\n"));
    repository.files = vec![(
        "template.yaml".to_owned(),
        "modified".to_owned(),
        Some(patch),
    )];
    let server = GitHubServer::plain(repository);
    let run = |number, template: &str| {
        let step: Step = step(&server, "pull_request", number, "shop-role.json")
            .with("function", "")
            .with("policy-file", "template.yaml");
        fs::write(step.workspace().join("template.yaml"), template).expect("a template");
        step.run()
    };
    run(1, &broad).assert_code(3);
    let offered = server.repository().on_lines.clone();
    assert_eq!(offered.len(), 3, "{offered:#?}");
    for one in &offered {
        let after = committed(&broad, std::slice::from_ref(one));
        let read = template_of(&after, "template.yaml").expect("it reads");
        assert!(read.is_some(), "each click alone leaves a template");
    }
    let all = committed(&broad, &offered);
    // As a person wrote them.
    for line in [
        "                Action:\n                  - dynamodb:GetItem\n",
        "                Resource: !GetAtt Products.Arn\n",
    ] {
        assert!(fixed.contains(line) && all.contains(line), "{all}");
    }
    run(2, &all).assert_code(0);
}
