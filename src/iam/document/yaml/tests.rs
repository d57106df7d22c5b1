//! YAML reads like the same JSON, and is refused if it has more than JSON can say.

use crate::iam::{Answer, PolicyDocument};

fn parse(text: &str) -> Result<PolicyDocument, String> {
    PolicyDocument::parse_yaml(text, "p.yaml").map_err(|error| error.to_string())
}

const POLICY: &str = r#"# Who reads orders
Version: 2012-10-17
Statement:
  - Sid: Größe
    Effect: Allow
    Action: s3:GetObject
    Resource:
      - arn:aws:s3:::orders/*
      - "arn:aws:s3:::more/*"
    Condition:
      Bool: {aws:SecureTransport: true}
      StringEquals:
        aws:ResourceAccount: [0123, 123456789012, yes]
"#;

#[test]
fn yaml_is_read_as_the_json_it_stands_for() {
    let json = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Größe", "Effect": "Allow",
        "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::orders/*", "arn:aws:s3:::more/*"],
        "Condition": {"Bool": {"aws:SecureTransport": true},
            "StringEquals": {"aws:ResourceAccount": ["0123", 123456789012, "yes"]}}}]}"#;
    let json = PolicyDocument::parse(json, "p.json").unwrap();
    for text in [
        POLICY.to_owned(),
        POLICY.replace('\n', "\r\n"),
        format!("\u{feff}{POLICY}"),
    ] {
        let yaml = parse(&text).unwrap();
        let (own, theirs) = (&yaml.statements[0], &json.statements[0]);
        assert_eq!(own.sid, theirs.sid);
        let condition = |block: &crate::iam::Statement| block.condition.clone().unwrap().value;
        assert_eq!(condition(own), condition(theirs));
        let resources = own.resources.patterns();
        assert_eq!(
            resources[1].value.matches("arn:aws:s3:::more/x"),
            Answer::Yes
        );
        assert_eq!(
            resources
                .iter()
                .map(|own| (own.line(), own.span.column))
                .collect::<Vec<_>>(),
            [(8, 9), (9, 9)]
        );
        assert_eq!(
            &yaml.source[resources[0].span.range()],
            "arn:aws:s3:::orders/*"
        );
        assert_eq!(
            &yaml.source[resources[1].span.range()],
            "\"arn:aws:s3:::more/*\""
        );
        assert_eq!((own.span.line, own.span.column), (4, 5));
    }
}

#[test]
fn json_is_yaml() {
    let json = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}"#;
    assert_eq!(parse(json).unwrap().statements.len(), 1);
}

#[test]
fn what_a_policy_has_no_use_for_is_refused_at_its_place() {
    for (text, message) in [
        (
            "Statement: &a []\nId: *a",
            "line 2, column 5: a policy cannot have an alias",
        ),
        (
            "Statement: !Sub x",
            "line 1, column 12: this is a part of a CloudFormation template",
        ),
        (
            "Statement: !x y",
            "line 1, column 12: a policy cannot have a tag",
        ),
        (
            "Statement: []\n---\nStatement: []",
            "line 2, column 1: a policy cannot have a second document",
        ),
        ("[a]: 1", "a policy cannot have a key that is no text"),
        (
            "1: x",
            "line 1, column 1: a policy cannot have a key that is no text",
        ),
        (
            "Statement: []\nStatement: []",
            "line 2, column 1: duplicate key `Statement`",
        ),
        (
            "Statement:\n  - Effect: allow\n    Action: '*'\n    Resource: '*'",
            "line 2, column 13: `Effect` cannot be `allow`",
        ),
        ("Statement: [", "not valid YAML"),
        ("Statement:\n\t- x", "not valid YAML"),
        ("Action: *", "not valid YAML"),
        ("# nothing", "the document is empty"),
        ("", "the document is empty"),
    ] {
        let error = parse(text).unwrap_err();
        assert!(error.contains(message), "{text}: {error}");
    }
}

#[test]
fn hostile_text_ends_soon() {
    for text in [
        "[".repeat(1 << 20),
        "- ".repeat(1 << 19),
        "? ".repeat(1 << 19),
        "a: ".repeat(300_000),
        "{a: ".repeat(200_000),
        "&a ".repeat(300_000),
        "\"".repeat(1 << 20),
        "|\n".repeat(1 << 19),
        "!".repeat(1 << 20),
        "x\n".repeat(1 << 19),
        "- x\n".repeat(1 << 18),
        " ".repeat(1 << 20),
        "#\n".repeat(1 << 19),
        "a".repeat((1 << 20) + 1),
        format!("{}: x", "a".repeat(1 << 19)),
        "[a, ".repeat(20) + &"a, ".repeat(300_000),
        "a: b\n".repeat(200_000),
        "%TAG ! x\n".repeat(100_000),
    ] {
        let started = std::time::Instant::now();
        assert!(parse(&text).is_err());
        let took = started.elapsed();
        assert!(took.as_secs() < 10, "{:?} took {took:?}", text.get(..20));
    }
}
