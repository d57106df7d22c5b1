//! Cases of IAM's semantics that comparison tools get wrong, numbered so that they can be referred to.

use aws_least_privilege::iam::evaluate::{Outcome, decide};
use aws_least_privilege::iam::{
    Action, ActionPattern, Answer, ConditionAtom, PolicyDocument, ResourcePattern, Version,
};

const BUCKET: &str = "arn:aws:s3:::bucket";
const OBJECT: &str = "arn:aws:s3:::bucket/x";
const QUEUE: &str = "arn:aws:sqs:us-east-1:111111111111:queue";

fn action(text: &str) -> Action {
    text.parse().unwrap()
}

fn matches(pattern: &str, resource: &str) -> Answer {
    ResourcePattern::new(pattern, Version::V2012).matches(resource)
}

fn policy(statements: &str) -> PolicyDocument {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": {statements}}}"#);
    PolicyDocument::parse(&text, "policy.json").unwrap()
}

fn outcome(statements: &str, wanted: &str, resource: &str) -> Outcome {
    decide(&[&policy(statements)], &action(wanted), resource).outcome
}

/// `Allow` with these members.
fn allow(members: &str) -> String {
    format!(r#"{{"Effect": "Allow", {members}}}"#)
}

#[test]
fn case_1_actions_have_no_regard_to_case() {
    let statements = allow(
        r#""Action": "DYNAMODB:getitem", "Resource": "arn:aws:dynamodb:us-east-1:111111111111:table/T""#,
    );
    let table = "arn:aws:dynamodb:us-east-1:111111111111:table/T";
    assert_eq!(
        outcome(&statements, "dynamodb:GetItem", table),
        Outcome::Allowed
    );
}

#[test]
fn case_2_resources_have_regard_to_case() {
    assert_eq!(matches("arn:aws:s3:::Bucket/*", OBJECT), Answer::No);
    assert_eq!(matches("arn:aws:s3:::bucket/*", OBJECT), Answer::Yes);
}

#[test]
fn case_3_a_question_mark_is_exactly_one_character() {
    assert!(ActionPattern::new("s3:GetObjec?").matches(&action("s3:GetObject")));
    assert!(!ActionPattern::new("s3:GetObject?").matches(&action("s3:GetObject")));
}

#[test]
fn case_4_and_5_wildcards_stand_inside_names() {
    let objects = ActionPattern::new("s3:*Object");
    assert!(
        objects.matches(&action("s3:PutObject")) && objects.matches(&action("s3:DeleteObject"))
    );
    assert!(!objects.matches(&action("s3:PutObjectAcl")));
    assert!(ActionPattern::new("s3:Get*Tagging").matches(&action("s3:GetObjectTagging")));
}

#[test]
fn case_6_a_star_is_every_action() {
    let everything = ActionPattern::new("*");
    assert!(everything.matches(&action("new-service:DoThing")));
    assert!(everything.covers(&ActionPattern::new("iam:*")));
}

#[test]
fn case_7_empty_and_padded_names_never_match() {
    for text in ["s3:", "s3:GetBucket   ", " s3:GetBucket", " *", ""] {
        let pattern = ActionPattern::new(text);
        assert!(!pattern.matches(&action("s3:GetBucket")), "{text:?}");
        assert!(pattern.never_matches().is_some(), "{text:?}");
        let all_but = allow(&format!(r#""NotAction": "{text}", "Resource": "*""#));
        assert_eq!(outcome(&all_but, "s3:GetBucket", "*"), Outcome::Allowed);
    }
}

#[test]
fn case_8_actions_joined_by_a_comma_never_match() {
    let allowed = allow(r#""Action": "s3:GetObject,PutObject", "Resource": "*""#);
    assert_eq!(
        outcome(&allowed, "s3:GetObject", OBJECT),
        Outcome::ImplicitlyDenied
    );
    let denied = format!(
        r#"[{}, {{"Effect": "Deny", "Action": "s3:GetObject,PutObject", "Resource": "*"}}]"#,
        allow(r#""Action": "*", "Resource": "*""#)
    );
    assert_eq!(outcome(&denied, "s3:GetObject", OBJECT), Outcome::Allowed);
    assert_eq!(policy(&allowed).notes.len(), 1);
}

#[test]
fn case_9_a_service_prefix_has_no_wildcards() {
    for text in ["*:GetObject", "s?:GetObject", "s3*:GetObject"] {
        for read in [ActionPattern::new(text), ActionPattern::narrowest(text)] {
            assert!(!read.matches(&action("s3:GetObject")), "{text}");
        }
    }
}

#[test]
fn what_aws_says_nothing_of_is_read_so_that_more_is_granted() {
    let all = r#""Action": "*", "Resource": "*""#;
    for unclear in ["*:*", "?*", "**", "*:?*"] {
        let granted = allow(&format!(r#""Action": "{unclear}", "Resource": "*""#));
        assert_eq!(
            outcome(&granted, "s3:GetObject", OBJECT),
            Outcome::Allowed,
            "{unclear}"
        );
        let denied = format!(
            r#"[{}, {{"Effect": "Deny", "Action": "{unclear}", "Resource": "*"}}]"#,
            allow(all)
        );
        assert_eq!(
            outcome(&denied, "s3:GetObject", OBJECT),
            Outcome::Allowed,
            "{unclear} in a Deny"
        );
    }
}

#[test]
fn case_10_not_action_allows_only_on_its_resources() {
    let statements = allow(r#""NotAction": "s3:DeleteBucket", "Resource": "arn:aws:s3:::*""#);
    assert_eq!(
        outcome(&statements, "s3:ListAllMyBuckets", "*"),
        Outcome::ImplicitlyDenied
    );
    assert_eq!(
        outcome(&statements, "s3:ListBucket", BUCKET),
        Outcome::Allowed
    );
    assert_eq!(
        outcome(&statements, "s3:DeleteBucket", BUCKET),
        Outcome::ImplicitlyDenied
    );
}

#[test]
fn case_11_not_action_allows_every_other_service() {
    let statements = allow(r#""NotAction": ["iam:*"], "Resource": "*""#);
    let table = "arn:aws:dynamodb:us-east-1:111111111111:table/T";
    assert_eq!(
        outcome(&statements, "dynamodb:GetItem", table),
        Outcome::Allowed
    );
    assert_eq!(
        outcome(&statements, "iam:PassRole", "*"),
        Outcome::ImplicitlyDenied
    );
}

#[test]
fn case_12_not_action_of_everything_grants_nothing() {
    let statements = allow(r#""NotAction": "*", "Resource": "*""#);
    assert_eq!(
        outcome(&statements, "s3:GetObject", OBJECT),
        Outcome::ImplicitlyDenied
    );
}

#[test]
fn case_13_not_resource_of_a_bucket_leaves_its_objects_allowed() {
    let statements = allow(r#""Action": "*", "NotResource": "arn:aws:s3:::HRBucket""#);
    assert_eq!(
        outcome(&statements, "s3:GetObject", "arn:aws:s3:::HRBucket/x"),
        Outcome::Allowed
    );
}

#[test]
fn case_14_not_resource_takes_out_what_it_lists() {
    let statements =
        allow(r#""Action": "s3:GetObject", "NotResource": "arn:aws:s3:::b/private/*""#);
    assert_eq!(
        outcome(&statements, "s3:GetObject", "arn:aws:s3:::b/public/x"),
        Outcome::Allowed
    );
    assert_eq!(
        outcome(&statements, "s3:GetObject", "arn:aws:s3:::b/private/x"),
        Outcome::ImplicitlyDenied
    );
}

#[test]
fn case_15_a_deny_takes_one_action_out_of_many() {
    let statements = format!(
        r#"[{}, {{"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}}]"#,
        allow(r#""Action": "s3:*", "Resource": "*""#)
    );
    assert_eq!(
        outcome(&statements, "s3:PutObject", OBJECT),
        Outcome::Allowed
    );
    assert_eq!(
        outcome(&statements, "s3:DeleteObject", OBJECT),
        Outcome::ExplicitlyDenied
    );
}

#[test]
fn case_16_a_deny_on_part_of_a_bucket_leaves_the_rest() {
    let statements = format!(
        r#"[{}, {{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/private/*"}}]"#,
        allow(r#""Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*""#)
    );
    assert_eq!(
        outcome(&statements, "s3:GetObject", "arn:aws:s3:::b/x"),
        Outcome::Allowed
    );
    assert_eq!(
        outcome(&statements, "s3:GetObject", "arn:aws:s3:::b/private/x"),
        Outcome::ExplicitlyDenied
    );
}

#[test]
fn case_17_a_deny_of_all_but_one_folder() {
    let statements = format!(
        r#"[{}, {{"Effect": "Deny", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::b/public/*"}}]"#,
        allow(r#""Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*""#)
    );
    assert_eq!(
        outcome(&statements, "s3:GetObject", "arn:aws:s3:::b/private/x"),
        Outcome::ExplicitlyDenied
    );
    assert_eq!(
        outcome(&statements, "s3:GetObject", "arn:aws:s3:::b/public/x"),
        Outcome::Allowed
    );
}

#[test]
fn case_18_a_conditional_deny_does_not_cancel_an_allow() {
    let statements = format!(
        r#"[{}, {{"Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {{"DateLessThan": {{"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}}}}}}]"#,
        allow(r#""Action": "s3:GetObject", "Resource": "*""#)
    );
    let outcome = outcome(&statements, "s3:GetObject", OBJECT);
    assert!(
        matches!(&outcome, Outcome::Undecided(reason) if reason.contains("aws:tokenissuetime")),
        "{outcome:?}"
    );
}

#[test]
fn case_19_an_action_without_resources_needs_a_star() {
    let statements =
        allow(r#""Action": "s3:ListAllMyBuckets", "Resource": "arn:aws:s3:::my-bucket""#);
    assert_eq!(
        outcome(&statements, "s3:ListAllMyBuckets", "*"),
        Outcome::ImplicitlyDenied
    );
}

#[test]
fn case_20_not_resource_of_an_arn_allows_an_action_without_resources() {
    let not_resource = |text: &str| {
        allow(&format!(
            r#""Action": "s3:ListAllMyBuckets", "NotResource": "{text}""#
        ))
    };
    assert_eq!(
        outcome(
            &not_resource("arn:aws:s3:::my-bucket"),
            "s3:ListAllMyBuckets",
            "*"
        ),
        Outcome::Allowed
    );
    assert_eq!(
        outcome(&not_resource("*"), "s3:ListAllMyBuckets", "*"),
        Outcome::ImplicitlyDenied
    );
}

#[test]
fn case_21_bucket_arn_is_not_object_arn() {
    assert_eq!(matches(BUCKET, OBJECT), Answer::No);
    assert_eq!(matches("arn:aws:s3:::bucket*", OBJECT), Answer::Yes);
    assert_eq!(
        matches("arn:aws:s3:::bucket*", "arn:aws:s3:::bucket2"),
        Answer::Yes
    );
}

#[test]
fn case_22_object_arns_are_not_the_bucket() {
    assert_eq!(matches("arn:aws:s3:::bucket/*", BUCKET), Answer::No);
}

#[test]
fn case_23_a_star_crosses_slashes_and_patterns_can_cross() {
    let logs = ResourcePattern::new("arn:aws:s3:::*/AWSLogs/*", Version::V2012);
    let bucket = ResourcePattern::new("arn:aws:s3:::example-bucket/*", Version::V2012);
    assert_eq!(
        logs.matches("arn:aws:s3:::example-bucket/AWSLogs/x"),
        Answer::Yes
    );
    assert_eq!(logs.matches("arn:aws:s3:::b/a/AWSLogs/x/y"), Answer::Yes);
    assert_eq!(logs.covers(&bucket), Answer::No);
    assert_eq!(bucket.covers(&logs), Answer::No);
    assert_eq!(logs.intersects(&bucket), Answer::Yes);
}

#[test]
fn case_24_every_queue_of_a_region() {
    let queues = "arn:aws:sqs:us-east-1:111111111111:*";
    assert_eq!(matches(queues, QUEUE), Answer::Yes);
    assert_eq!(
        matches(queues, "arn:aws:sqs:eu-west-1:111111111111:queue"),
        Answer::No
    );
}

#[test]
fn case_25_a_star_at_the_end_of_a_part_reaches_past_the_colon() {
    assert_eq!(matches("arn:aws:sqs:*", QUEUE), Answer::Yes);
    assert_eq!(matches("arn:aws:sqs:us-*:queue", QUEUE), Answer::Yes);
    // A wildcard elsewhere in a part stays in it, even where the whole text would match.
    let odd = "arn:aws:sqs:us-east-2:999999999999:x-1:111111111111:queue";
    assert_eq!(
        matches("arn:aws:sqs:us-*-1:111111111111:queue", QUEUE),
        Answer::Yes
    );
    assert_eq!(
        matches("arn:aws:sqs:us-*-1:111111111111:queue", odd),
        Answer::No
    );
}

#[test]
fn case_26_short_arns_are_undecided() {
    for text in [
        "arn:aws:sqs",
        "arn:aws:sqs:us-east-1",
        "arn:aws:sqs:us-east-1:",
    ] {
        assert_eq!(matches(text, QUEUE), Answer::Undecided, "{text}");
        assert_eq!(matches(text, OBJECT), Answer::No, "{text}");
        let statements = allow(&format!(r#""Action": "sqs:*", "Resource": "{text}""#));
        let outcome = outcome(&statements, "sqs:SendMessage", QUEUE);
        assert!(
            matches!(&outcome, Outcome::Undecided(reason) if reason.contains(text)),
            "{outcome:?}"
        );
    }
}

#[test]
fn case_27_a_star_for_a_whole_part_is_undecided() {
    let text = "arn:aws:ec2:us-east-1:1:*:12345";
    assert_eq!(
        matches(text, "arn:aws:ec2:us-east-1:1:instance:12345"),
        Answer::Undecided
    );
    assert_eq!(
        matches(text, "arn:aws:ec2:us-east-1:1:instance:6789"),
        Answer::No
    );
    let logs = "arn:aws:logs:us-east-1:111111111111:log-group:/aws/lambda/f:log-stream:s";
    assert_eq!(matches("arn:aws:logs:*:*:*:*", logs), Answer::Yes);
}

#[test]
fn case_28_and_29_and_30_longer_arns_are_other_resources() {
    let function = "arn:aws:lambda:us-east-1:111111111111:function:f";
    assert_eq!(
        matches(&format!("{function}:*"), &format!("{function}:PROD")),
        Answer::Yes
    );
    assert_eq!(matches(&format!("{function}:*"), function), Answer::No);
    let table = "arn:aws:dynamodb:us-east-1:111111111111:table/T";
    assert_eq!(matches(table, &format!("{table}/index/I")), Answer::No);
    assert_eq!(
        matches(table, &format!("{table}/stream/2024-01-01T00:00:00.000")),
        Answer::No
    );
}

#[test]
fn case_36_a_single_statement_object_is_a_list_of_one() {
    let single = allow(r#""Action": "s3:GetObject", "Resource": "*""#);
    assert_eq!(policy(&single).statements.len(), 1);
    assert_eq!(policy(&format!("[{single}]")).statements.len(), 1);
}

#[test]
fn case_37_a_string_is_a_list_of_one_and_duplicates_do_not_count() {
    let one = allow(r#""Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*""#);
    let many = allow(
        r#""Action": ["s3:GetObject", "s3:GetObject"], "Resource": ["arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/*"]"#,
    );
    for (wanted, resource) in [
        ("s3:GetObject", OBJECT),
        ("s3:GetObject", BUCKET),
        ("s3:PutObject", OBJECT),
    ] {
        assert_eq!(
            outcome(&one, wanted, resource),
            outcome(&many, wanted, resource)
        );
    }
}

#[test]
fn case_38_variables_are_literal_text_in_old_policies() {
    let text = "arn:aws:s3:::b/${aws:username}/*";
    let literal = "arn:aws:s3:::b/${aws:username}/x";
    for version in [r#""Version": "2008-10-17", "#, ""] {
        let policy = format!(
            r#"{{{version}"Statement": {{"Effect": "Allow", "Action": "*", "Resource": "{text}"}}}}"#
        );
        let policy = PolicyDocument::parse(&policy, "policy.json").unwrap();
        let get = action("s3:GetObject");
        assert_eq!(decide(&[&policy], &get, literal).outcome, Outcome::Allowed);
        assert_eq!(
            decide(&[&policy], &get, "arn:aws:s3:::b/ana/x").outcome,
            Outcome::ImplicitlyDenied
        );
    }
    assert_eq!(matches(text, "arn:aws:s3:::b/ana/x"), Answer::Undecided);
}

#[test]
fn case_39_a_variable_is_undecided_only_where_it_could_fit() {
    let text = "arn:aws:s3:::b/${aws:PrincipalTag/team}/*";
    assert_eq!(matches(text, "arn:aws:s3:::b/blue/x"), Answer::Undecided);
    assert_eq!(matches(text, "arn:aws:s3:::b/blue"), Answer::No);
    assert_eq!(matches(text, "arn:aws:s3:::c/blue/x"), Answer::No);
}

#[test]
fn case_40_escapes_are_literal_characters() {
    let text = "arn:aws:s3:::b/${*}${?}${$}";
    assert_eq!(matches(text, "arn:aws:s3:::b/*?$"), Answer::Yes);
    assert_eq!(matches(text, "arn:aws:s3:::b/xy$"), Answer::No);
}

#[test]
fn case_41_a_default_does_not_decide_a_variable() {
    let text = "arn:aws:s3:::b/${aws:username, 'x'}";
    assert_eq!(matches(text, "arn:aws:s3:::b/x"), Answer::Undecided);
}

#[test]
fn case_43_a_condition_leaves_an_allow_undecided() {
    let statements = allow(
        r#""Action": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "blue"}}"#,
    );
    let outcome = outcome(&statements, "s3:GetObject", OBJECT);
    assert!(
        matches!(&outcome, Outcome::Undecided(reason) if reason.contains("aws:resourcetag/team")),
        "{outcome:?}"
    );
}

#[test]
fn case_46_partitions_are_told_apart() {
    assert_eq!(matches("arn:aws-cn:s3:::bucket/*", OBJECT), Answer::No);
}

#[test]
fn case_47_partitions_can_have_wildcards() {
    assert_eq!(matches("arn:*:s3:::bucket/*", OBJECT), Answer::Yes);
    assert_eq!(matches("arn:a?s:s3:::bucket/*", OBJECT), Answer::Yes);
    assert_eq!(matches("arn:a?:s3:::bucket/*", OBJECT), Answer::No);
}

#[test]
fn case_48_an_account_wildcard_covers_each_account() {
    let wide = "arn:aws:dynamodb:us-east-1:*:table/T";
    let table = "arn:aws:dynamodb:us-east-1:111111111111:table/T";
    assert_eq!(matches(wide, table), Answer::Yes);
    let pattern = |text| ResourcePattern::new(text, Version::V2012);
    assert_eq!(pattern(wide).covers(&pattern(table)), Answer::Yes);
    assert_eq!(pattern(table).covers(&pattern(wide)), Answer::No);
}

#[test]
fn case_49_s3_arns_with_region_and_account_match_no_object() {
    assert_eq!(
        matches("arn:aws:s3:us-east-1:1:bucket/*", OBJECT),
        Answer::No
    );
}

#[test]
fn case_60_condition_keys_have_no_regard_to_case_but_values_have() {
    let atom = |key: &str, value: &str| ConditionAtom::new("Bool", key, [value.to_owned()]);
    assert_eq!(
        atom("AWS:SECURETRANSPORT", "true"),
        atom("aws:SecureTransport", "true")
    );
    assert_ne!(
        atom("aws:SecureTransport", "TRUE"),
        atom("aws:SecureTransport", "true")
    );
}
