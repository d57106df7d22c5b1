//! Rulings held against those of `iam-rs`, another implementation of the same language.
//!
//! Where policies and requests have none of [`DIFFERENCES`], both must agree. Every difference is pinned by examples with the
//! reason for ours, so one that goes away, or a new one, fails.

use aws_least_privilege::iam::evaluate::{Asks, Policies, Request, Ruling, evaluate};
use aws_least_privilege::iam::{Context, PolicyDocument};
use iam_rs::{
    Arn, Decision, EvaluationOptions, IAMPolicy, IAMRequest, PolicyEvaluator, Principal,
    PrincipalId,
};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const OBJECT: &str = "arn:aws:s3:::b/k";

fn ours(document: &Value, action: &str, resource: &str, context: &Map<String, Value>) -> Ruling {
    let policy = [PolicyDocument::parse(&document.to_string(), "policy").unwrap()];
    let policies = Policies {
        identity: &policy,
        ..Policies::default()
    };
    let text = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
    let values = |value: &Value| match value.as_array() {
        Some(values) => values.iter().map(text).collect(),
        None => vec![text(value)],
    };
    let pairs = context
        .iter()
        .flat_map(|(key, value)| values(value).into_iter().map(move |value| (key, value)));
    let context: Context = pairs.collect();
    let action = action.parse().unwrap();
    let request = Request {
        action: &action,
        resource,
        context: Some(&context),
        asks: Asks::Resource,
    };
    evaluate(policies, &request).ruling
}

/// The ruling of `iam-rs`, or its error.
fn theirs(
    document: &Value,
    action: &str,
    resource: &str,
    context: &Map<String, Value>,
) -> Result<Ruling, String> {
    let error = |error: &dyn std::fmt::Display| error.to_string();
    let policy: IAMPolicy =
        serde_json::from_value(document.clone()).map_err(|wrong| error(&wrong))?;
    let user = "arn:aws:iam::111111111111:user/ana".to_owned();
    let request = IAMRequest::new_with_context(
        Principal::Aws(PrincipalId::String(user)),
        action,
        Arn::parse(resource).map_err(|wrong| error(&wrong))?,
        serde_json::from_value(Value::Object(context.clone())).map_err(|wrong| error(&wrong))?,
    );
    // An error in a later statement would be hidden by an earlier denial.
    let options = EvaluationOptions {
        stop_on_explicit_deny: false,
        ..EvaluationOptions::default()
    };
    let evaluator = PolicyEvaluator::with_policies(vec![policy]).with_options(options);
    let result = evaluator
        .evaluate(&request)
        .map_err(|wrong| error(&wrong))?;
    Ok(match result.decision {
        Decision::Allow => Ruling::Allowed,
        Decision::Deny => Ruling::ExplicitlyDenied,
        Decision::NotApplicable => Ruling::ImplicitlyDenied,
    })
}

fn document(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn allow(resource: &str, condition: &Value) -> Value {
    json!({"Effect": "Allow", "Action": "s3:*", "Resource": resource, "Condition": condition})
}

/// A way in which the two differ.
struct Difference {
    /// Why ours is what AWS documents, or why AWS documents nothing.
    reason: &'static str,
    /// A resource of an `Allow`, its condition, the context, and whether ours allows.
    examples: &'static [(&'static str, &'static str, &'static str, bool)],
}

const ANY: &str = "arn:aws:s3:::*";

const DIFFERENCES: &[Difference] = &[
    Difference {
        reason: "policy variables are filled in in conditions too; iam-rs takes them for text there",
        examples: &[(
            ANY,
            r#"{"StringEquals": {"s": "${aws:username}"}}"#,
            r#"{"aws:username": "ana", "s": "ana"}"#,
            true,
        )],
    },
    Difference {
        reason: "a variable whose key is absent matches nothing; iam-rs fills in an empty text",
        examples: &[("arn:aws:s3:::b/${aws:username}k", "{}", "{}", false)],
    },
    Difference {
        reason: "a wildcard in a variable's value is text; iam-rs lets the value match as a pattern",
        examples: &[(
            "arn:aws:s3:::b/${aws:username}",
            "{}",
            r#"{"aws:username": "*"}"#,
            false,
        )],
    },
    Difference {
        reason: "`${*}`, `${?}` and `${$}` are those characters; iam-rs looks for keys of that name",
        examples: &[("arn:aws:s3:::b/k${*}", "{}", "{}", false)],
    },
    Difference {
        reason: "`ArnEquals` takes wildcards as `ArnLike` does; iam-rs compares text",
        examples: &[(
            ANY,
            r#"{"ArnEquals": {"arn": "arn:aws:iam::111111111111:role/*"}}"#,
            r#"{"arn": "arn:aws:iam::111111111111:role/r"}"#,
            true,
        )],
    },
    Difference {
        reason: "`ArnLike` compares part by part; in iam-rs a wildcard reaches past the colon",
        examples: &[(
            ANY,
            r#"{"ArnLike": {"arn": "arn:aws:sns:*:t"}}"#,
            r#"{"arn": "arn:aws:sns:r:111111111111:t"}"#,
            false,
        )],
    },
    Difference {
        reason: "a `*` at the end of an ARN's part reaches past the colon; iam-rs gives an error or stays in the part",
        examples: &[
            ("arn:aws:s3:*", "{}", "{}", true),
            ("arn:aws:s*", "{}", "{}", true),
        ],
    },
    Difference {
        reason: "a short ARN without `*` is disputed and taken for all below it; iam-rs gives an error",
        examples: &[("arn:aws:s3", "{}", "{}", true)],
    },
    Difference {
        reason: "a wildcard in the service part is one as anywhere else; iam-rs never lets it match",
        examples: &[("arn:aws:s?:::b/k", "{}", "{}", true)],
    },
    Difference {
        reason: "AWS does not document what a plain operator makes of several values; ours is no match, iam-rs takes any",
        examples: &[(
            ANY,
            r#"{"StringEquals": {"many": "a"}}"#,
            r#"{"many": ["a", "b"]}"#,
            false,
        )],
    },
    Difference {
        reason: "AWS counts an empty text as no value of a set; iam-rs compares it",
        examples: &[(
            ANY,
            r#"{"ForAllValues:StringEquals": {"many": "a"}}"#,
            r#"{"many": [""]}"#,
            true,
        )],
    },
    Difference {
        reason: "set operators are for every type of key; iam-rs knows them for text and booleans",
        examples: &[(
            ANY,
            r#"{"ForAnyValue:NumericEquals": {"n": "1"}}"#,
            r#"{"n": "1.0"}"#,
            true,
        )],
    },
    Difference {
        reason: "a date without time is one of the W3C's profiles of ISO 8601; iam-rs gives an error",
        examples: &[(
            ANY,
            r#"{"DateLessThan": {"d": "2026-01-01"}}"#,
            r#"{"d": "2025-06-01T00:00:00Z"}"#,
            true,
        )],
    },
    Difference {
        reason: "bytes are compared; iam-rs compares base64 without regard to case",
        examples: &[(
            ANY,
            r#"{"BinaryEquals": {"s": "QQ=="}}"#,
            r#"{"s": "qq=="}"#,
            false,
        )],
    },
    Difference {
        reason: "letters beyond ASCII have case too; iam-rs folds ASCII alone",
        examples: &[(
            ANY,
            r#"{"StringEqualsIgnoreCase": {"s": "BLÜ"}}"#,
            r#"{"s": "blü"}"#,
            true,
        )],
    },
    Difference {
        reason: "numbers are compared exactly; iam-rs rounds to 64 bits",
        examples: &[(
            ANY,
            r#"{"NumericEquals": {"n": "9007199254740993"}}"#,
            r#"{"n": "9007199254740992"}"#,
            false,
        )],
    },
    Difference {
        reason: "what is malformed equals nothing; iam-rs gives an error where it is in the policy",
        examples: &[
            (
                ANY,
                r#"{"NumericNotEquals": {"n": "ten"}}"#,
                r#"{"n": "1"}"#,
                true,
            ),
            (
                ANY,
                r#"{"IpAddress": {"ip": "10.0.0.0/33"}}"#,
                r#"{"ip": "10.0.0.1"}"#,
                false,
            ),
            (ANY, r#"{"Bool": {"b": "True"}}"#, r#"{"b": true}"#, true),
        ],
    },
    Difference {
        reason: "values in `true` and `false` as text are booleans; iam-rs wants its own type",
        examples: &[(ANY, r#"{"Bool": {"s": "true"}}"#, r#"{"s": "true"}"#, true)],
    },
    Difference {
        reason: "an address of the request is one address; iam-rs takes a range that lies within",
        examples: &[(
            ANY,
            r#"{"IpAddress": {"ip": "10.0.0.0/8"}}"#,
            r#"{"ip": "10.1.0.0/16"}"#,
            false,
        )],
    },
];

#[test]
fn every_known_difference_is_still_one() {
    for Difference { reason, examples } in DIFFERENCES {
        for (resource, condition, context, allows) in *examples {
            let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
            let document = document(&[allow(resource, &parse(condition))]);
            let context = parse(context).as_object().cloned().unwrap_or_default();
            let own = ours(&document, "s3:GetObject", OBJECT, &context);
            let example = format!("{reason}: {resource} {condition}");
            assert_eq!(own == Ruling::Allowed, *allows, "{example}");
            let their = theirs(&document, "s3:GetObject", OBJECT, &context);
            assert_ne!(their, Ok(own), "no longer a difference: {example}");
        }
    }
}

#[test]
fn differences_of_whole_documents() {
    let none = Map::new();
    let old = json!({"Version": "2008-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*",
        "Resource": "arn:aws:s3:::b/${aws:username, 'k'}"}});
    assert_eq!(
        ours(&old, "s3:GetObject", OBJECT, &none),
        Ruling::ImplicitlyDenied
    );
    // iam-rs fills in variables whatever the version.
    assert_eq!(
        theirs(&old, "s3:GetObject", OBJECT, &none),
        Ok(Ruling::Allowed)
    );

    let wildcard_service =
        document(&[json!({"Effect": "Allow", "Action": "*:GetObject", "Resource": "*"})]);
    assert_eq!(
        ours(&wildcard_service, "s3:GetObject", OBJECT, &none),
        Ruling::ImplicitlyDenied
    );
    // iam-rs lets a wildcard stand for the service prefix of an action.
    assert_eq!(
        theirs(&wildcard_service, "s3:GetObject", OBJECT, &none),
        Ok(Ruling::Allowed)
    );

    let part = document(&[json!({"Effect": "Allow", "Action": "ec2:*",
        "Resource": "arn:aws:ec2:us-east-1:111111111111:*:12345"})]);
    let instance = "arn:aws:ec2:us-east-1:111111111111:instance:12345";
    // Disputed (case 27): iam-rs reads it the other way.
    assert_eq!(
        ours(&part, "ec2:StartInstances", instance, &none),
        Ruling::ImplicitlyDenied
    );
    assert_eq!(
        theirs(&part, "ec2:StartInstances", instance, &none),
        Ok(Ruling::Allowed)
    );
}

#[test]
fn a_key_with_several_values_is_no_variable() {
    let document = document(&[allow("arn:aws:s3:::b/${many}", &json!({}))]);
    let context = json!({"many": ["k", "l"]});
    let context = context.as_object().cloned().unwrap_or_default();
    let odd = "arn:aws:s3:::b/k,l";
    assert_eq!(
        ours(&document, "s3:GetObject", odd, &context),
        Ruling::ImplicitlyDenied
    );
    // iam-rs joins the values with commas.
    assert_eq!(
        theirs(&document, "s3:GetObject", odd, &context),
        Ok(Ruling::Allowed)
    );
}

/// Operators, a key of their type, and values, none of which touches a known difference.
const TESTS: &[(&str, &str, &[&str])] = &[
    ("StringEquals", "s", &["a", "b", "ana"]),
    ("StringNotEquals", "s", &["a", "b"]),
    ("StringEqualsIfExists", "s", &["a"]),
    ("StringNotEqualsIfExists", "s", &["a"]),
    ("StringEqualsIgnoreCase", "s", &["A", "b"]),
    ("StringNotEqualsIgnoreCase", "s", &["A"]),
    ("StringLike", "s", &["a*", "?", "b", "*"]),
    ("StringLikeIfExists", "s", &["a?a", "b"]),
    ("StringNotLike", "s", &["a*", "?"]),
    ("NumericEquals", "n", &["1", "2.0"]),
    ("NumericNotEquals", "n", &["1", "2"]),
    ("NumericLessThan", "n", &["2"]),
    ("NumericLessThanEquals", "n", &["2"]),
    ("NumericGreaterThan", "n", &["1.5"]),
    ("NumericGreaterThanEqualsIfExists", "n", &["2"]),
    ("DateLessThan", "d", &["2026-01-01T00:00:00Z", "1767225601"]),
    ("DateLessThanEquals", "d", &["2026-01-01T00:00:00Z"]),
    ("DateEquals", "d", &["2026-01-01T01:00:00+01:00"]),
    ("DateNotEquals", "d", &["1767225600"]),
    ("DateGreaterThanEquals", "d", &["2026-01-01T00:00:00Z"]),
    ("Bool", "b", &["true", "false"]),
    ("BoolIfExists", "b", &["true"]),
    (
        "IpAddress",
        "ip",
        &["10.0.0.0/8", "192.0.2.1", "2001:db8::/32"],
    ),
    ("NotIpAddress", "ip", &["10.0.0.0/8", "2001:db8::/32"]),
    ("NotIpAddressIfExists", "ip", &["10.0.0.0/8"]),
    (
        "ArnLike",
        "arn",
        &[
            "arn:aws:iam::111111111111:role/*",
            "arn:aws:iam::?11111111111:role/r",
        ],
    ),
    ("ArnNotLike", "arn", &["arn:aws:iam::111111111111:role/*"]),
    ("BinaryEquals", "bytes", &["QQ==", "Qg=="]),
    ("Null", "s", &["true", "false"]),
    ("Null", "many", &["true", "false"]),
    ("ForAllValues:StringEquals", "many", &["a", "b"]),
    ("ForAllValues:StringNotEquals", "many", &["a", "b"]),
    ("ForAllValues:StringLike", "many", &["a*", "?"]),
    ("ForAnyValue:StringEquals", "many", &["a", "b"]),
    ("ForAnyValue:StringNotEquals", "many", &["a", "b"]),
    ("ForAnyValue:StringNotLike", "many", &["a*"]),
    ("ForAllValues:StringEquals", "s", &["a", "b"]),
];

fn conditions() -> impl Strategy<Value = Value> {
    let test = prop::sample::select(TESTS.to_vec()).prop_flat_map(|(operator, key, values)| {
        // Of `Null` only one value makes sense.
        let most = if operator == "Null" { 1 } else { values.len() };
        prop::sample::subsequence(values.to_vec(), 1..=most)
            .prop_map(move |values| (operator, key, values))
    });
    vec(test, 0..3).prop_map(|tests| {
        let mut block = Map::new();
        for (operator, key, values) in tests {
            let keys = block.entry(operator).or_insert_with(|| json!({}));
            keys[key] = match values.as_slice() {
                [one] => json!(one),
                several => json!(several),
            };
        }
        Value::Object(block)
    })
}

fn statements() -> impl Strategy<Value = Value> {
    let effect = prop::sample::select(vec!["Allow", "Allow", "Deny"]);
    let actions = vec![
        "*",
        "s3:*",
        "s3:GetObject",
        "S3:get*",
        "s3:Get?bject",
        "s3:Put*",
        "iam:*",
    ];
    let resources = vec![
        "*",
        "arn:aws:s3:::b/*",
        "arn:aws:s3:::b*",
        "arn:aws:s3:::*/k",
        "arn:*:s3:::b/k",
        "arn:aws:s3:::b/${aws:username}/*",
        "arn:aws:s3:::b/${absent, 'k'}",
        "arn:aws-cn:s3:::b/*",
        "arn:aws:s3:::B/*",
    ];
    let names = (
        prop::sample::select(vec!["Action", "Action", "NotAction"]),
        prop::sample::select(vec!["Resource", "Resource", "NotResource"]),
    );
    (
        effect,
        prop::sample::subsequence(actions, 1..3),
        prop::sample::subsequence(resources, 1..3),
        names,
        conditions(),
    )
        .prop_map(|(effect, actions, resources, (act, on), condition)| {
            json!({"Effect": effect, act: actions, on: resources, "Condition": condition})
        })
}

fn contexts() -> impl Strategy<Value = Map<String, Value>> {
    let one = |key: &'static str, values: Vec<Value>| {
        prop::option::of(prop::sample::select(values)).prop_map(move |value| (key, value))
    };
    let many = vec(prop::sample::select(vec!["a", "b", "ab"]), 1..4);
    (
        one("S", vec![json!("a"), json!("A"), json!("b"), json!("ana")]),
        one("n", vec![json!("1"), json!("2"), json!("1.75"), json!("x")]),
        one(
            "d",
            vec![
                json!("2026-01-01T00:00:00Z"),
                json!("1767225599"),
                json!("2027-01-01T00:00:00Z"),
            ],
        ),
        one("b", vec![json!(true), json!(false)]),
        one(
            "ip",
            vec![
                json!("10.1.2.3"),
                json!("192.0.2.1"),
                json!("2001:db8::7"),
                json!("here"),
            ],
        ),
        one(
            "arn",
            vec![
                json!("arn:aws:iam::111111111111:role/r"),
                json!("arn:aws:iam::222222222222:role/r"),
            ],
        ),
        one("bytes", vec![json!("QQ=="), json!("QUI=")]),
        prop::option::of(many).prop_map(|values| ("many", values.map(|values| json!(values)))),
    )
        .prop_map(|(s, n, d, b, ip, arn, bytes, many)| {
            let given = [s, n, d, b, ip, arn, bytes, many].into_iter();
            let known = given.filter_map(|(key, value)| Some((key.to_owned(), value?)));
            known
                .chain([("aws:username".to_owned(), json!("ana"))])
                .collect()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn without_known_differences_both_agree(
        statements in vec(statements(), 1..5),
        context in contexts(),
        action in prop::sample::select(vec!["s3:GetObject", "s3:PutObject", "S3:GETOBJECT", "iam:PassRole"]),
        resource in prop::sample::select(vec![OBJECT, "arn:aws:s3:::b", "arn:aws:s3:::b/ana/x", "arn:aws:iam::111111111111:role/r"]),
    ) {
        let document = document(&statements);
        let own = ours(&document, action, resource, &context);
        prop_assert_eq!(theirs(&document, action, resource, &context), Ok(own));
    }
}
