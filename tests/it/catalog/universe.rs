//! What IAM can grant: actions, what they act on, and how far a resource pattern reaches.

use aws_least_privilege::catalog::{AccessLevel, Catalog, SdkService, Shape};
use aws_least_privilege::iam::{Action, ActionPattern};
use std::collections::BTreeSet;

fn action(text: &str) -> Action {
    text.parse().unwrap()
}

fn can(name: &str, pattern: &str) -> bool {
    Catalog::embedded().can_act_on(&action(name), pattern)
}

#[test]
fn case_19_an_action_without_resource_types_asks_for_the_star_itself() {
    assert!(can("s3:ListAllMyBuckets", "*"));
    assert!(can("s3:ListAllMyBuckets", "**"));
    assert!(!can("s3:ListAllMyBuckets", "arn:aws:s3:::my-bucket"));
    assert!(!can("s3:ListAllMyBuckets", "arn:aws:s3:::*"));
}

#[test]
fn cases_21_22_and_49_a_bucket_is_no_object() {
    assert!(!can("s3:GetObject", "arn:aws:s3:::b"));
    assert!(can("s3:GetObject", "arn:aws:s3:::b*"));
    assert!(can("s3:GetObject", "arn:aws:s3:::b/k"));
    assert!(!can("s3:ListBucket", "arn:aws:s3:::b/*"));
    assert!(can("s3:ListBucket", "arn:aws:s3:::b"));
    assert!(!can(
        "s3:GetObject",
        "arn:aws:s3:us-east-1:123456789012:b/*"
    ));
    assert!(can("s3:GetObject", "arn:aws:s3:::*/AWSLogs/*"));
}

#[test]
fn cases_25_46_and_47_short_patterns_and_partitions() {
    assert!(can("sqs:SendMessage", "arn:aws:sqs:*"));
    assert!(can(
        "sqs:SendMessage",
        "arn:*:sqs:eu-west-1:123456789012:orders"
    ));
    assert!(can("s3:GetObject", "arn:a?s:s3:::b/*"));
    assert!(can("s3:GetObject", "arn:aws-cn:s3:::b/*"));
    assert!(!can("sqs:SendMessage", "arn:aws:sns:*"));
}

#[test]
fn an_action_that_the_catalogue_does_not_list_may_act_on_anything() {
    assert!(can("s3:LevitateObject", "arn:aws:s3:::b"));
    assert!(can("levitation:Rise", "arn:aws:levitation:::x"));
    assert!(
        Catalog::embedded()
            .action(&action("s3:LevitateObject"))
            .is_none()
    );
}

#[test]
fn named_resources_are_those_without_a_wildcard_in_their_name() {
    let named = |name: &str, pattern: &str| Catalog::embedded().is_named(&action(name), pattern);
    for pattern in [
        "arn:aws:iam::123456789012:role/app",
        "arn:aws:iam::123456789012:role/team/app",
        "arn:aws:iam::*:role/app",
    ] {
        assert!(named("iam:PassRole", pattern), "{pattern}");
    }
    for pattern in [
        "*",
        "arn:aws:iam::123456789012:role/*",
        "arn:aws:iam::123456789012:role/app-*",
        "arn:aws:iam::123456789012:*",
    ] {
        assert!(!named("iam:PassRole", pattern), "{pattern}");
    }
    assert!(
        named("s3:PutObject", "arn:aws:s3:::b/*") && named("s3:PutObject", "arn:aws:s3:::b/in/*")
    );
    assert!(
        !named("s3:PutObject", "arn:aws:s3:::b*") && !named("s3:PutObject", "arn:aws:s3:::*/in/*")
    );
    let function = "arn:aws:lambda:eu-west-1:123456789012:function";
    assert!(named("lambda:InvokeFunction", &format!("{function}:f:*")));
    assert!(!named("lambda:InvokeFunction", &format!("{function}:f*")));
}

#[test]
fn everything_is_the_star_or_what_reaches_as_far() {
    let everything =
        |name: &str, pattern: &str| Catalog::embedded().is_everything(&action(name), pattern);
    for pattern in [
        "*",
        "arn:*",
        "arn:aws:*",
        "arn:aws:sqs:*",
        "arn:aws:sqs:*:*:*",
        "arn:*:sqs:*:*:*",
    ] {
        assert!(everything("sqs:DeleteQueue", pattern), "{pattern}");
    }
    for pattern in [
        "arn:aws:sqs:eu-west-1:*:*",
        "arn:aws:sqs:*:*:orders",
        "arn:aws:sns:*:*:*",
    ] {
        assert!(!everything("sqs:DeleteQueue", pattern), "{pattern}");
    }
    assert!(everything("s3:DeleteBucket", "arn:aws:s3:::*"));
    assert!(everything("s3:DeleteObject", "arn:aws:s3:::*/*"));
    assert!(!everything("s3:ListAllMyBuckets", "arn:aws:s3:::*"));
}

#[test]
fn an_arn_is_generalised_as_a_need_would_be() {
    let general = |name: &str, arn: &str| Catalog::embedded().generalised(&action(name), arn);
    let cases = [
        (
            "s3:ListBucket",
            "arn:aws:s3:::orders",
            "arn:aws:s3:::orders",
        ),
        (
            "s3:GetObject",
            "arn:aws:s3:::orders/2026/11/1.json",
            "arn:aws:s3:::orders/*",
        ),
        (
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbC123",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-??????",
        ),
        (
            "dynamodb:Query",
            "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/index/by-day",
            "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/index/by-day",
        ),
        (
            "logs:PutLogEvents",
            "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/f:log-stream:2026/11/[$LATEST]a",
            "",
        ),
        (
            "logs:CreateLogStream",
            "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/f:log-stream:2026",
            "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/f:*",
        ),
    ];
    for (name, arn, expected) in cases {
        assert_eq!(general(name, arn).unwrap_or_default(), expected, "{arn}");
    }
    assert_eq!(general("s3:GetObject", "not an arn"), None);
    assert_eq!(general("s3:GetObject", "arn:aws:s3:::*"), None);
}

#[test]
fn wildcards_stand_for_the_actions_of_one_service_and_the_star_for_all() {
    let catalog = Catalog::embedded();
    let names = |pattern: &str| -> Vec<String> {
        let found = catalog.actions_matching(&ActionPattern::new(pattern));
        found
            .iter()
            .map(|entry| entry.action().to_string())
            .collect()
    };
    assert_eq!(names("S3:getobjec?"), ["s3:GetObject"]);
    assert_eq!(names("sqs:Purge*"), ["sqs:PurgeQueue"]);
    assert_eq!(names("*:PurgeQueue"), [] as [&str; 0]);
    assert_eq!(names("levitation:*"), [] as [&str; 0]);
    assert_eq!(
        names("*").len(),
        usize::try_from(catalog.action_count()).unwrap()
    );
    assert!(names("s3:*").len() > 100);
}

#[test]
fn levels_dependents_and_what_is_implied() {
    let catalog = Catalog::embedded();
    let level = |name: &str| catalog.action(&action(name)).unwrap().level();
    assert_eq!(level("s3:ListBucket"), AccessLevel::List);
    assert_eq!(level("s3:GetObject"), AccessLevel::Read);
    assert_eq!(level("s3:PutObject"), AccessLevel::Write);
    assert_eq!(
        level("s3:PutBucketPolicy"),
        AccessLevel::PermissionsManagement
    );
    assert_eq!(level("sqs:TagQueue"), AccessLevel::Tagging);
    let create = catalog.action(&action("lambda:CreateFunction")).unwrap();
    assert!(create.dependents().contains(&action("iam:PassRole")));
    let implied: BTreeSet<&Action> = catalog
        .implied("s3")
        .iter()
        .map(|implied| &implied.action)
        .collect();
    assert!(implied.contains(&action("kms:Decrypt")), "case 31");
    assert_eq!(catalog.implied("levitation"), []);
}

#[test]
fn every_action_that_has_resources_can_act_on_its_own_and_on_the_star() {
    let catalog = Catalog::embedded();
    for number in (0..catalog.action_count()).step_by(13) {
        let entry = catalog.action_at(number).unwrap();
        assert!(
            catalog.can_act_on(&entry.action(), "*"),
            "{}",
            entry.action()
        );
        assert!(
            catalog.is_everything(&entry.action(), "*"),
            "{}",
            entry.action()
        );
        for kind in entry.resource_types() {
            for pattern in kind.patterns() {
                assert!(
                    catalog.can_act_on(&entry.action(), pattern),
                    "{} {pattern}",
                    entry.action()
                );
            }
        }
    }
}

fn members(service: &str, operation: &str) -> Vec<(String, Shape)> {
    let services: Vec<SdkService<'_>> = Catalog::embedded().services_named(service);
    let members = services[0].resource_parameters(operation);
    members
        .into_iter()
        .map(|member| (member.name, member.shape))
        .collect()
}

#[test]
fn whitelists_name_resources_and_no_data() {
    let scalar = |name: &str| (name.to_owned(), Shape::Scalar);
    assert_eq!(
        members("DynamoDB", "Query"),
        [scalar("IndexName"), scalar("TableName")]
    );
    assert_eq!(
        members("DynamoDB", "BatchGetItem"),
        [("RequestItems".to_owned(), Shape::MapKeys)]
    );
    assert_eq!(members("DynamoDB", "ExecuteStatement"), []);
    assert_eq!(members("DynamoDB", "TransactWriteItems"), []);
    assert_eq!(members("S3", "GetObject"), [scalar("Bucket")]);
    assert_eq!(members("S3", "PutObject"), [scalar("Bucket")]);
    assert_eq!(
        members("SNS", "Publish"),
        [scalar("TargetArn"), scalar("TopicArn")]
    );
    assert_eq!(
        members("SSM", "GetParameters"),
        [("Names".to_owned(), Shape::List)]
    );
    assert_eq!(
        members("SFN", "StartExecution"),
        [scalar("stateMachineArn")]
    );
    assert_eq!(members("KMS", "Decrypt"), [scalar("KeyId")]);
    assert_eq!(
        members("Lambda", "Invoke"),
        [scalar("FunctionName"), scalar("Qualifier")]
    );
    assert_eq!(members("S3", "Levitate"), []);
    let copy = members("S3", "CopyObject");
    assert!(copy.contains(&scalar("Bucket")) && copy.contains(&scalar("CopySource")));
}
