//! The numbered cases of IAM's semantics that only a request decides: conditions, variables, boundaries, what needs no
//! permission, and what AWS leaves open. `tests/cases-check` has them again, through the program.

use aws_least_privilege::iam::evaluate::{
    Access, Asks, Policies, Reason, Request, Ruling, evaluate, needs_no_permission,
};
use aws_least_privilege::iam::{Context, PolicyDocument};

const OBJECT: &str = "arn:aws:s3:::bucket/x";
const QUEUE: &str = "arn:aws:sqs:us-east-1:111111111111:queue";

fn policy(statements: &str) -> PolicyDocument {
    let text = format!(r#"{{"Version": "2012-10-17", "Statement": {statements}}}"#);
    PolicyDocument::parse(&text, "policy.json").unwrap()
}

fn allow(members: &str) -> String {
    format!(r#"{{"Effect": "Allow", {members}}}"#)
}

fn anything_if(condition: &str) -> String {
    allow(&format!(
        r#""Action": "*", "Resource": "*", "Condition": {condition}"#
    ))
}

fn access(
    policies: Policies<'_>,
    action: &str,
    resource: &str,
    context: &[(&str, &str)],
) -> Access {
    let context: Context = context.iter().copied().collect();
    let action = action.parse().unwrap();
    let request = Request {
        action: &action,
        resource,
        context: Some(&context),
        asks: if needs_no_permission(&action) {
            Asks::Nothing
        } else {
            Asks::Resource
        },
    };
    evaluate(policies, &request)
}

/// What one identity policy of these statements says of reading an object.
fn ruling(statements: &str, resource: &str, context: &[(&str, &str)]) -> Ruling {
    let identity = [policy(statements)];
    let policies = Policies {
        identity: &identity,
        ..Policies::default()
    };
    access(policies, "s3:GetObject", resource, context).ruling
}

#[test]
fn case_18_a_conditional_deny_denies_only_where_its_condition_holds() {
    let statements = format!(
        r#"[{}, {{"Effect": "Deny", "Action": "*", "Resource": "*",
            "Condition": {{"DateLessThan": {{"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}}}}}}]"#,
        allow(r#""Action": "s3:GetObject", "Resource": "*""#)
    );
    let at = |time| ruling(&statements, OBJECT, &[("aws:TokenIssueTime", time)]);
    assert_eq!(at("2025-12-31T23:59:59Z"), Ruling::ExplicitlyDenied);
    assert_eq!(at("2026-01-01T00:00:00Z"), Ruling::Allowed);
    assert_eq!(ruling(&statements, OBJECT, &[]), Ruling::Allowed);
}

#[test]
fn case_26_a_short_arn_is_taken_for_all_below_it_but_not_in_an_scp() {
    let (all, short) = (
        [policy(&allow(r#""Action": "*", "Resource": "*""#))],
        [policy(&allow(
            r#""Action": "*", "Resource": "arn:aws:sqs""#,
        ))],
    );
    let ask = |policies| access(policies, "sqs:SendMessage", QUEUE, &[]);
    let identity = Policies {
        identity: &short,
        ..Policies::default()
    };
    let boundary = Policies {
        identity: &all,
        boundaries: &short,
        ..Policies::default()
    };
    let scp = Policies {
        identity: &all,
        scps: &short,
        ..Policies::default()
    };
    for (policies, expected) in [
        (identity, Ruling::Allowed),
        (boundary, Ruling::Allowed),
        (scp, Ruling::ImplicitlyDenied),
    ] {
        let found = ask(policies);
        assert_eq!((found.ruling, found.in_doubt), (expected, true));
        let doubts: Vec<&Reason> = found
            .doubtful()
            .flat_map(|own| own.applied.reasons.iter())
            .collect();
        assert!(
            matches!(doubts.as_slice(), [Reason::Undecided(reason)] if reason.contains("arn:aws:sqs"))
        );
    }
}

#[test]
fn case_27_a_star_for_a_whole_part_is_taken_for_no_match() {
    let statements = allow(r#""Action": "*", "Resource": "arn:aws:ec2:us-east-1:1:*:12345""#);
    let identity = [policy(&statements)];
    let policies = Policies {
        identity: &identity,
        ..Policies::default()
    };
    let instance = "arn:aws:ec2:us-east-1:1:instance:12345";
    let found = access(policies, "ec2:StartInstances", instance, &[]);
    assert_eq!(found.ruling, Ruling::ImplicitlyDenied);
    assert!(found.in_doubt);
}

#[test]
fn case_28_lambda_arns_with_and_without_qualifier_are_taken_for_others() {
    let function = "arn:aws:lambda:us-east-1:111111111111:function:f";
    let qualified = format!("{function}:PROD");
    let ask = |resource: &str, asked: &str| {
        let statements = allow(&format!(
            r#""Action": "lambda:*", "Resource": "{resource}""#
        ));
        let identity = [policy(&statements)];
        let policies = Policies {
            identity: &identity,
            ..Policies::default()
        };
        let found = access(policies, "lambda:InvokeFunction", asked, &[]);
        (found.ruling, found.in_doubt)
    };
    let open = (Ruling::ImplicitlyDenied, true);
    assert_eq!(ask(function, &qualified), open);
    assert_eq!(ask(&format!("{function}:*"), function), open);
    assert_eq!(
        ask(&format!("{function}:*"), &qualified),
        (Ruling::Allowed, false)
    );
    assert_eq!(ask(function, function), (Ruling::Allowed, false));
    assert_eq!(
        ask(&format!("{function}2"), &qualified),
        (Ruling::ImplicitlyDenied, false)
    );
}

#[test]
fn case_33_a_call_that_needs_no_permission_is_allowed_under_an_explicit_deny() {
    let deny = [policy(
        r#"{"Effect": "Deny", "Action": "*", "Resource": "*"}"#,
    )];
    let policies = Policies {
        identity: &deny,
        boundaries: &deny,
        scps: &deny,
    };
    let ask = |action| access(policies, action, "*", &[]).ruling;
    assert_eq!(ask("sts:GetCallerIdentity"), Ruling::Allowed);
    assert_eq!(ask("STS:getcalleridentity"), Ruling::Allowed);
    assert_eq!(ask("sts:AssumeRole"), Ruling::ExplicitlyDenied);
}

#[test]
fn case_38_a_variable_is_filled_in_from_version_2012_on() {
    let statement = allow(r#""Action": "*", "Resource": "arn:aws:s3:::b/${aws:username}/*""#);
    let ask = |version: &str, resource: &str| {
        let text = format!(r#"{{{version}"Statement": {statement}}}"#);
        let identity = [PolicyDocument::parse(&text, "policy.json").unwrap()];
        let policies = Policies {
            identity: &identity,
            ..Policies::default()
        };
        access(
            policies,
            "s3:GetObject",
            resource,
            &[("aws:username", "ana")],
        )
        .ruling
    };
    let (filled, literal) = ("arn:aws:s3:::b/ana/x", "arn:aws:s3:::b/${aws:username}/x");
    for old in ["", r#""Version": "2008-10-17", "#] {
        assert_eq!(ask(old, filled), Ruling::ImplicitlyDenied);
        assert_eq!(ask(old, literal), Ruling::Allowed);
    }
    let new = r#""Version": "2012-10-17", "#;
    assert_eq!(ask(new, filled), Ruling::Allowed);
    assert_eq!(ask(new, literal), Ruling::ImplicitlyDenied);
}

#[test]
fn case_39_and_41_and_42_variables_have_one_value_or_none() {
    let team = allow(r#""Action": "*", "Resource": "arn:aws:s3:::b/${aws:PrincipalTag/team}/*""#);
    let ask = |context: &[(&str, &str)]| ruling(&team, "arn:aws:s3:::b/blue/x", context);
    assert_eq!(ask(&[("aws:principaltag/Team", "blue")]), Ruling::Allowed);
    for context in [
        &[][..],
        &[("aws:PrincipalTag/team", "red")],
        &[("aws:PrincipalTag/team", "*")],
        &[
            ("aws:PrincipalTag/team", "blue"),
            ("aws:PrincipalTag/team", "blue"),
        ],
    ] {
        assert_eq!(ask(context), Ruling::ImplicitlyDenied, "{context:?}");
    }
    let default = allow(r#""Action": "*", "Resource": "arn:aws:s3:::b/${aws:username, 'x'}""#);
    let ask = |context: &[(&str, &str)]| ruling(&default, "arn:aws:s3:::b/x", context);
    assert_eq!(ask(&[]), Ruling::Allowed);
    assert_eq!(ask(&[("aws:username", "y")]), Ruling::ImplicitlyDenied);
    let several = [("aws:username", "x"), ("aws:username", "y")];
    assert_eq!(ask(&several), Ruling::ImplicitlyDenied);
}

#[test]
fn case_43_a_tag_condition_holds_only_for_what_carries_the_tag() {
    let tagged = anything_if(r#"{"StringEquals": {"aws:ResourceTag/team": "blue"}}"#);
    let ask = |context: &[(&str, &str)]| ruling(&tagged, OBJECT, context);
    assert_eq!(ask(&[("aws:ResourceTag/team", "blue")]), Ruling::Allowed);
    assert_eq!(
        ask(&[("aws:ResourceTag/team", "red")]),
        Ruling::ImplicitlyDenied
    );
    assert_eq!(ask(&[]), Ruling::ImplicitlyDenied);
}

#[test]
fn case_44_for_all_values_holds_for_an_absent_key() {
    let all = anything_if(r#"{"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}"#);
    assert_eq!(ruling(&all, OBJECT, &[]), Ruling::Allowed);
    let keys = |keys: &[&'static str]| -> Vec<(&'static str, &'static str)> {
        keys.iter().map(|key| ("aws:TagKeys", *key)).collect()
    };
    assert_eq!(ruling(&all, OBJECT, &keys(&["b", "a"])), Ruling::Allowed);
    assert_eq!(
        ruling(&all, OBJECT, &keys(&["a", "c"])),
        Ruling::ImplicitlyDenied
    );
    let any = anything_if(r#"{"ForAnyValue:StringEquals": {"aws:TagKeys": ["a", "b"]}}"#);
    assert_eq!(ruling(&any, OBJECT, &[]), Ruling::ImplicitlyDenied);
    assert_eq!(ruling(&any, OBJECT, &keys(&["c", "a"])), Ruling::Allowed);
}

#[test]
fn case_45_negated_and_if_exists_operators_hold_for_an_absent_key() {
    let absent = |operator: &str, value: &str| {
        let condition = format!(r#"{{"{operator}": {{"aws:x": "{value}"}}}}"#);
        ruling(&anything_if(&condition), OBJECT, &[])
    };
    for (operator, value) in [
        ("StringNotEquals", "a"),
        ("StringNotEqualsIgnoreCase", "a"),
        ("StringNotLike", "a*"),
        ("NumericNotEquals", "1"),
        ("DateNotEquals", "2026-01-01"),
        ("NotIpAddress", "10.0.0.0/8"),
        ("ArnNotEquals", "arn:aws:s3:::b"),
        ("ArnNotLike", "arn:aws:s3:::b"),
        ("StringEqualsIfExists", "a"),
        ("BoolIfExists", "true"),
        ("Null", "true"),
    ] {
        assert_eq!(absent(operator, value), Ruling::Allowed, "{operator}");
    }
    for (operator, value) in [
        ("StringEquals", "a"),
        ("StringLike", "*"),
        ("NumericLessThan", "1"),
        ("DateGreaterThan", "2026-01-01"),
        ("Bool", "false"),
        ("IpAddress", "0.0.0.0/0"),
        ("ArnLike", "*"),
        ("Null", "false"),
    ] {
        assert_eq!(
            absent(operator, value),
            Ruling::ImplicitlyDenied,
            "{operator}"
        );
    }
}

#[test]
fn case_50_what_a_boundary_does_not_allow_is_not_allowed() {
    let identity = [policy(&allow(r#""Action": "s3:*", "Resource": "*""#))];
    let boundaries = [policy(&allow(
        r#""Action": "s3:GetObject", "Resource": "*""#,
    ))];
    let both = Policies {
        identity: &identity,
        boundaries: &boundaries,
        ..Policies::default()
    };
    assert_eq!(
        access(both, "s3:GetObject", OBJECT, &[]).ruling,
        Ruling::Allowed
    );
    let put = access(both, "s3:PutObject", OBJECT, &[]);
    assert_eq!(put.ruling, Ruling::ImplicitlyDenied);
    assert_eq!(put.withheld_by.len(), 1);
    let boundary_alone = Policies {
        identity: &[],
        ..both
    };
    let get = access(boundary_alone, "s3:GetObject", OBJECT, &[]);
    assert_eq!(get.ruling, Ruling::ImplicitlyDenied);
}

#[test]
fn case_60_keys_of_a_request_have_no_regard_to_case_but_values_have() {
    let team = anything_if(r#"{"StringEquals": {"AWS:PRINCIPALTAG/TEAM": "blue"}}"#);
    let ask = |value| ruling(&team, OBJECT, &[("aws:PrincipalTag/team", value)]);
    assert_eq!(ask("blue"), Ruling::Allowed);
    assert_eq!(ask("Blue"), Ruling::ImplicitlyDenied);
}
