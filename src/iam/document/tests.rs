//! Reads documents as people write them, and checks what is refused and where.

use super::super::{ActionClause, Effect, ResourceClause, Version};
use super::{MAX_BYTES, MAX_DEPTH, PolicyDocument, PolicyProblem};

fn parse(text: &str) -> PolicyDocument {
    PolicyDocument::parse(text, "p.json").unwrap()
}

fn problem(text: &str) -> PolicyProblem {
    let error = PolicyDocument::parse(text, "p.json").unwrap_err();
    assert!(error.to_string().starts_with("`p.json` line "), "{error}");
    assert!(text.len() >= error.span().end, "{error}");
    error.problem().clone()
}

/// A document of one statement with these members.
fn with(members: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": [{{{members}}}]}}"#)
}

const FULL: &str = r#"{
  "Version": "2012-10-17",
  "Id": "sample",
  "Statement": [
    {
      "Sid": "Read",
      "Effect": "Allow",
      "Action": ["s3:GetObject", "s3:List*"],
      "Resource": "arn:aws:s3:::bücket/*",
      "Condition": {"Bool": {"AWS:SecureTransport": true}, "NumericLessThan": {"s3:max-keys": [10, "5"]}}
    },
    {"Effect": "Deny", "NotAction": "iam:*", "NotResource": ["*"]}
  ]
}"#;

#[test]
fn everything_that_is_written_is_kept() {
    let policy = parse(FULL);
    assert_eq!(policy.version, Version::V2012);
    assert_eq!(policy.id.as_deref(), Some("sample"));
    assert_eq!(policy.source, FULL);
    assert!(policy.notes.is_empty(), "{:?}", policy.notes);
    let [read, deny] = policy.statements.as_slice() else {
        panic!("two statements")
    };
    assert_eq!(read.sid.as_deref(), Some("Read"));
    assert_eq!(read.effect, Effect::Allow);
    assert_eq!((read.index, deny.index), (0, 1));
    assert_eq!(deny.effect, Effect::Deny);
    assert!(matches!(deny.actions, ActionClause::NotAction(_)));
    assert!(matches!(deny.resources, ResourceClause::NotResource(_)));
    let atoms: Vec<String> = read
        .condition
        .as_ref()
        .unwrap()
        .value
        .atoms()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        atoms,
        [
            r#"Bool aws:securetransport {"true"}"#,
            r#"NumericLessThan s3:max-keys {"10", "5"}"#
        ]
    );
}

#[test]
fn every_element_knows_its_place() {
    let policy = parse(FULL);
    let at = |span: super::Span| {
        let line = FULL.lines().nth(span.line - 1).unwrap();
        let text = &FULL[span.range()];
        if let Some(before) = line.find(text) {
            assert_eq!(line[..before].chars().count() + 1, span.column, "{text}");
        }
        (text, span.line)
    };
    let [read, deny] = policy.statements.as_slice() else {
        panic!("two statements")
    };
    let (text, line) = at(read.span);
    assert!(text.starts_with('{') && text.ends_with('}'));
    assert_eq!((line, read.span.column), (5, 5));
    assert_eq!(
        at(read.actions_span),
        (r#"["s3:GetObject", "s3:List*"]"#, 8)
    );
    assert_eq!(at(read.actions.patterns()[1].span), (r#""s3:List*""#, 8));
    assert_eq!(
        at(read.resources.patterns()[0].span),
        (r#""arn:aws:s3:::bücket/*""#, 9)
    );
    assert_eq!(at(deny.resources.patterns()[0].span), (r#""*""#, 12));
    assert_eq!(deny.resources_span.unwrap().line, 12);
}

#[test]
fn a_byte_order_mark_moves_no_column() {
    let text = format!(
        "\u{feff}{}",
        with(r#""Effect": "Allow", "Action": "s3:", "Resource": "*""#)
    );
    let policy = parse(&text);
    let action = policy.statements[0].actions.patterns()[0].span;
    assert_eq!(&text[action.range()], r#""s3:""#);
    assert_eq!(
        (action.line, action.column),
        (1, text.find("\"s3:\"").unwrap() - 2)
    );
}

#[test]
fn notes_say_what_never_matches() {
    let policy = parse(
        r#"{"Description": "x", "Statement": {"Effect": "Allow", "Action": ["s3:Get ", "s3:*"], "Resource": ["bucket", "*"]}}"#,
    );
    let notes: Vec<&str> = policy
        .notes
        .iter()
        .map(|note| note.message.as_str())
        .collect();
    assert_eq!(notes.len(), 4, "{notes:?}");
    assert!(notes[0].contains("no `Version`"));
    assert!(notes[1].contains("`Description`"));
    assert!(notes[2].contains("`s3:Get ` matches no action"));
    assert!(notes[3].contains("`bucket` matches no resource"));
    assert_eq!(policy.description.as_ref().unwrap().value, "x");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn what_aws_refuses_is_an_error_at_its_place() {
    let allow = r#""Effect": "Allow""#;
    let any = r#""Action": "*", "Resource": "*""#;
    let cases = [
        (
            with(&format!("{allow}, {allow}, {any}")),
            "duplicate key `Effect`",
            r#""Effect": "Allow", "Action""#,
        ),
        (
            with(&format!(r#"{allow}, {any}, "resource": "*""#)),
            "unknown element `resource`",
            r#""resource""#,
        ),
        (
            with(&format!(r#"{allow}, {any}, "NotAction": "x""#)),
            "`Action` and `NotAction` in one statement",
            r#""x""#,
        ),
        (
            with(&format!(r#"{allow}, {any}, "NotResource": "x""#)),
            "`Resource` and `NotResource` in one statement",
            r#""x""#,
        ),
        (with(any), "the statement has no `Effect`", r#"{"Action""#),
        (
            with(&format!(r#"{allow}, "Resource": "*""#)),
            "the statement has no `Action`",
            r#"{"Effect""#,
        ),
        (
            with(&format!(r#"{allow}, "Action": "*""#)),
            "the statement has no `Resource`",
            r#"{"Effect""#,
        ),
        (
            with(&format!(r#""Effect": "allow", {any}"#)),
            "`Effect` cannot be `allow`",
            r#""allow""#,
        ),
        (
            with(&format!(r#"{allow}, "Action": 1, "Resource": "*""#)),
            "`Action` must be a string or an array of strings, not a number",
            "1, ",
        ),
        (
            with(&format!(
                r#"{allow}, "Action": ["*", null], "Resource": "*""#
            )),
            "`Action` must be a string or an array of strings, not null",
            "null",
        ),
        (
            with(&format!(r#"{allow}, {any}, "Condition": []"#)),
            "`Condition` must be an object, not an array",
            "[]",
        ),
        (
            with(&format!(
                r#"{allow}, {any}, "Condition": {{"Bool": {{"a:b": {{}}}}}}"#
            )),
            "`a:b` must be a string, a number, a boolean or an array of these, not an object",
            "{}",
        ),
        (
            with(&format!(
                r#"{allow}, {any}, "Condition": {{"Bool": {{}}, "StringEqual": {{"a:b": "c"}}}}"#
            )),
            "unknown condition operator `StringEqual`",
            r#""StringEqual""#,
        ),
        (
            with(&format!(r#"{allow}, {any}, "Sid": 7"#)),
            "`Sid` must be a string, not a number",
            "7}",
        ),
        (
            r#"{"Version": "2012-10-18", "Statement": []}"#.to_owned(),
            "`Version` cannot be `2012-10-18`",
            r#""2012"#,
        ),
        (
            r#"{"Version": "2012-10-17"}"#.to_owned(),
            "the document has no `Statement`",
            "{",
        ),
        (
            r#"{"Statement": ["x"]}"#.to_owned(),
            "`Statement` must be an object, not a string",
            r#""x""#,
        ),
        (
            "[]".to_owned(),
            "the document must be an object, not an array",
            "[]",
        ),
        (" ".to_owned(), "the document is empty", " "),
    ];
    for (text, message, place) in cases {
        let error = PolicyDocument::parse(&text, "p.json").unwrap_err();
        let column = text.find(place).unwrap() + 1;
        assert_eq!(
            error.to_string(),
            format!("`p.json` line 1, column {column}: {message}"),
            "{text}"
        );
    }
}

#[test]
fn a_hint_names_the_remedy() {
    let hint = |text: &str| {
        PolicyDocument::parse(text, "p.json")
            .unwrap_err()
            .hint()
            .unwrap()
    };
    let any = r#""Effect": "Allow", "Resource": "*""#;
    assert_eq!(
        hint(&with(&format!(r#"{any}, "Actions": "*""#))),
        "did you mean `Action`?"
    );
    assert_eq!(
        hint(&with(&format!(r#"{any}, "notaction": "*""#))),
        "did you mean `NotAction`?"
    );
    assert!(hint(&with(&format!(r#"{any}, "Colour": "*""#))).contains("remove it"));
    assert_eq!(hint(r#"{"PolicyDocument": {}}"#), "add `Statement`");
    assert_eq!(
        hint(&with(r#""Effect": "Allow", "Resource": "*""#)),
        "add `Action`"
    );
    let condition = |operator| {
        with(&format!(
            r#"{any}, "Action": "*", "Condition": {{"{operator}": {{}}}}"#
        ))
    };
    assert_eq!(
        hint(&condition("ForAnyValue:StringEqual")),
        "did you mean `StringEquals`?"
    );
    assert!(hint(&condition("Between")).contains("operators are"));
    assert!(hint("{} // x").contains("no comments"));
}

#[test]
fn only_plain_json_is_read() {
    let plain = with(r#""Effect": "Allow", "Action": "*", "Resource": "*""#);
    for text in [
        plain.replace("}]", "},]"),
        plain.replace("}]", "} /* x */]"),
        plain.replace('"', "'"),
        plain.replace("\"Effect\"", "Effect"),
        plain.replace("Allow\",", "Allow\""),
        plain.replace("\"*\"", "\"\n\""),
        plain.replace("\"*\"", "\"\\ud800\""),
        plain.replace("\"*\"", "01"),
        plain.replace(' ', "\u{a0}"),
        format!("{plain}{plain}"),
        plain.replace("]}", ""),
        "nul".to_owned(),
    ] {
        assert!(
            matches!(problem(&text), PolicyProblem::NotJson(_)),
            "{text}"
        );
    }
}

#[test]
fn size_and_depth_are_bounded() {
    assert_eq!(
        problem(&" ".repeat(MAX_BYTES + 1)),
        PolicyProblem::TooLarge(MAX_BYTES + 1)
    );
    assert_eq!(problem(&"[".repeat(MAX_BYTES)), PolicyProblem::TooDeep);
    assert_eq!(
        problem(&"{\"a\":".repeat(MAX_DEPTH + 1)),
        PolicyProblem::TooDeep
    );
    let brackets = with(&format!(
        r#""Effect": "Allow", "Action": "*", "Resource": "*", "Sid": "\"{}""#,
        "[".repeat(100)
    ));
    parse(&brackets);
    let long = with(&format!(
        r#""Effect": "Allow", "Action": "*", "Resource": "arn:{}""#,
        "x".repeat(2_048)
    ));
    assert_eq!(problem(&long), PolicyProblem::TooLong("Resource"));
}

#[test]
fn statement_ids_are_unique_but_may_be_empty() {
    let statement = |sid: &str| {
        format!(r#"{{"Sid": "{sid}", "Effect": "Allow", "Action": "*", "Resource": "*"}}"#)
    };
    let document = |sid: &str| {
        format!(
            r#"{{"Statement": [{}, {}]}}"#,
            statement(sid),
            statement(sid)
        )
    };
    assert_eq!(
        problem(&document("A")),
        PolicyProblem::DuplicateSid("A".to_owned())
    );
    assert_eq!(parse(&document("")).statements.len(), 2);
}

#[test]
fn a_trust_policy_needs_no_resource() {
    let trust = parse(&with(
        r#""Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole""#,
    ));
    let statement = &trust.statements[0];
    assert_eq!(statement.resources, ResourceClause::Absent);
    let principal = statement.principal.unwrap();
    assert_eq!(
        &trust.source[principal.range()],
        r#"{"Service": "lambda.amazonaws.com"}"#
    );
}

/// A quarter of a million elements on one line. Reading them must not go back to the beginning of the line for each.
#[test]
fn a_long_line_is_read_in_linear_time() {
    let actions = vec![r#""*""#; 200_000].join(",");
    let text = with(&format!(
        r#""Effect": "Allow", "Action": [{actions}], "Resource": "*""#
    ));
    let policy = parse(&text);
    assert_eq!(policy.statements[0].actions.patterns().len(), 200_000);
}

const INSIDE: &str = r#"{
  "RoleName": "shop",
  "PolicyName": "inline",
  "PolicyDocument": DOCUMENT
}"#;

#[test]
fn what_iam_prints_is_read_as_the_policy_inside() {
    let document = with(r#""Effect": "Allow", "Action": "s3:*", "Resource": "*""#);
    let version = |document: &str| {
        format!(r#"{{"PolicyVersion": {{"VersionId": "v2", "Document": {document}}}}}"#)
    };
    for text in [
        INSIDE.replace("DOCUMENT", &document),
        version(&document),
        format!(r#"{{"VersionId": "v2", "Document": {document}}}"#),
    ] {
        let policy = parse(&text);
        let action = policy.statements[0].actions.patterns()[0].span;
        assert_eq!(&policy.source[action.range()], r#""s3:*""#);
        assert_eq!(policy.syntax, super::Syntax::Json);
    }
    assert_eq!(
        parse(&INSIDE.replace("DOCUMENT", &document)).statements[0]
            .span
            .line,
        4
    );
    assert!(matches!(
        problem(&INSIDE.replace("DOCUMENT", "7")),
        PolicyProblem::NotAnObject(_)
    ));
}

#[test]
fn a_document_inside_a_string_is_where_its_string_is() {
    let document = with(r#""Effect": "Allow", "Action": "s3:*", "Resource": "*""#);
    let encoded = serde_json::Value::from(document.as_str()).to_string();
    let bytes: Vec<String> = document
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();
    let percent = bytes.concat();
    for string in [encoded, format!("\"{percent}\"")] {
        let policy = parse(&INSIDE.replace("DOCUMENT", &string));
        let action = policy.statements[0].actions.patterns()[0].span;
        assert_eq!(
            (action.line, &policy.source[action.range()]),
            (4, string.as_str())
        );
        assert_eq!(policy.syntax, super::Syntax::Encoded);
        assert_eq!(policy.as_json().unwrap().source, document);
    }
    assert_eq!(
        problem(&INSIDE.replace("DOCUMENT", r#""%FF""#)),
        PolicyProblem::NotEncoded
    );
    assert!(matches!(
        problem(&INSIDE.replace("DOCUMENT", r#""%7B""#)),
        PolicyProblem::NotJson(_)
    ));
}

#[test]
fn what_aws_keeps_is_read_in_the_sense_that_grants_most() {
    let any = r#""Action": "s3:*", "Resource": "*""#;
    let text = |statement: &str| {
        format!(r#"{{"Version": "2099-01-01", "New": 1, "Statement": [{statement}]}}"#)
    };
    let kept =
        |statement: &str| PolicyDocument::parse_kept(&text(statement), "role/inline").unwrap();
    for more in [
        r#""Newer": {}"#,
        r#""Condition": {"StringIsNice": {"a:b": "c"}}"#,
    ] {
        let allowed = kept(&format!(r#"{{"Effect": "Allow", {any}, {more}}}"#));
        assert_eq!(allowed.statements.len(), 1, "{more}");
        assert_eq!(allowed.statements[0].condition, None);
        assert_eq!(allowed.notes.len(), 3);
        let denied = kept(&format!(r#"{{"Effect": "Deny", {any}, {more}}}"#));
        assert_eq!(denied.statements.len(), 0, "{more}");
    }
    let same = format!(r#"{{"Sid": "A", "Effect": "Deny", {any}}}"#);
    assert_eq!(kept(&format!("{same}, {same}")).statements.len(), 2);
}

#[test]
fn what_nobody_knows_the_meaning_of_grants_most() {
    let actions = |effect: &str, name: &str, text: &str| {
        let policy = parse(&with(&format!(
            r#""Effect": "{effect}", "{name}": "{text}", "Resource": "*""#
        )));
        let doubts = policy.notes.iter().filter(|note| note.is_doubt).count();
        let pattern = policy.statements[0].actions.patterns()[0].value.clone();
        (pattern.is_everything(), doubts)
    };
    for text in ["*:*", "?*", "*?", "*:?*", "**", "*:**"] {
        assert_eq!(actions("Allow", "Action", text), (true, 1), "{text}");
        assert_eq!(actions("Deny", "NotAction", text), (true, 1), "{text}");
        assert_eq!(actions("Allow", "NotAction", text), (false, 1), "{text}");
        assert_eq!(actions("Deny", "Action", text), (false, 1), "{text}");
    }
    assert_eq!(actions("Deny", "Action", "*"), (true, 0));
    assert_eq!(actions("Allow", "Action", "s3:*"), (false, 0));
}
