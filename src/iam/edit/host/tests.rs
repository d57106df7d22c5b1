//! Edits statements as people write them.

use super::{Fate, Language, Plain, Refused, Statements, Wanted};
use crate::iam::edit::apply;
use crate::yaml::{self, Limits, Schema};

const LIMITS: Limits = Limits {
    bytes: 1 << 20,
    depth: 64,
    values: 10_000,
};

fn wanted(actions: &[&str], resources: &[&str]) -> Wanted {
    let list = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Wanted {
        sid: None,
        is_not_action: false,
        actions: list(actions),
        resources: list(resources),
    }
}

fn edited(text: &str, fates: &[Fate], added: &[Wanted]) -> Result<String, Refused> {
    let root = yaml::parse(text, Schema::Core, LIMITS).unwrap().unwrap();
    let (key, value) = root
        .members()
        .iter()
        .find(|(key, _)| key.text == "Statement")
        .unwrap();
    let statements = Statements { key, value };
    let language: &dyn Language = &Plain;
    let edits = statements.edited(text, language, fates, added)?;
    let edited = apply(text, &edits).expect("no two overlap");
    yaml::parse(&edited, Schema::Core, LIMITS).unwrap_or_else(|error| panic!("{error}\n{edited}"));
    Ok(edited)
}

/// Checks each text, and the text after its first statement was changed into the wanted one.
fn check(cases: &[(&str, Wanted, &str)]) {
    for (text, wanted, becomes) in cases {
        let edited = edited(text, &[Fate::Becomes(vec![wanted.clone()])], &[]);
        assert_eq!(edited.as_deref(), Ok(*becomes), "of\n{text}");
    }
}

#[test]
fn an_entry_goes_with_the_comment_beside_it() {
    check(&[
        (
            "Statement:\n- Effect: Allow\n  Action:\n  # reading\n  - s3:GetObject\n  - s3:PutObject   # soon\n  # the end\n  Resource: '*'\n",
            wanted(&["s3:GetObject"], &["*"]),
            "Statement:\n- Effect: Allow\n  Action:\n  # reading\n  - s3:GetObject\n  # the end\n  Resource: '*'\n",
        ),
        (
            "Statement:\r\n  - Effect: Allow\r\n    Action:\r\n      - s3:PutObject\r\n      - \"s3:GetObject\"\r\n    Resource: '*'\r\n",
            wanted(&["s3:GetObject"], &["*"]),
            "Statement:\r\n  - Effect: Allow\r\n    Action:\r\n      - \"s3:GetObject\"\r\n    Resource: '*'\r\n",
        ),
        (
            "\u{feff}Statement:\n  - Effect: Allow\n    Resource: '*'\n    Action:\n      - s3:GetObject\n      - s3:PutObject",
            wanted(&["s3:GetObject"], &["*"]),
            "\u{feff}Statement:\n  - Effect: Allow\n    Resource: '*'\n    Action:\n      - s3:GetObject",
        ),
        (
            "Statement:\n  - {Effect: Allow, Action: ['s3:PutObject', 's3:GetObject'], Resource: '*'} # é\n",
            wanted(&["s3:GetObject"], &["*"]),
            "Statement:\n  - {Effect: Allow, Action: ['s3:GetObject'], Resource: '*'} # é\n",
        ),
        (
            "Statement:\n  - Effect: Allow\n    Action: [\n      s3:GetObject, # read\n      s3:PutObject  # write\n    ]\n    Resource: '*'\n",
            wanted(&["s3:GetObject"], &["*"]),
            "Statement:\n  - Effect: Allow\n    Action: [\n      s3:GetObject, # read\n    ]\n    Resource: '*'\n",
        ),
        (
            "Statement:\n  -\n    Effect: Allow\n    Action:\n      -   s3:GetObject\n      -\n          s3:PutObject\n    Resource: '*'\n",
            wanted(&["s3:GetObject"], &["*"]),
            "Statement:\n  -\n    Effect: Allow\n    Action:\n      -   s3:GetObject\n    Resource: '*'\n",
        ),
    ]);
}

#[test]
fn text_in_lines_and_comments_behind_a_key_are_no_hindrance() {
    check(&[
        (
            "Statement:\n  - Effect: Allow\n    Action: >-\n      s3:*\n    Resource: '*'\n",
            wanted(&["s3:GetObject"], &["*"]),
            "Statement:\n  - Effect: Allow\n    Action: 's3:GetObject'\n    Resource: '*'\n",
        ),
        (
            "Statement:\n  - Effect: Allow\n    Action: # reads, and > writes\n      s3:*\n    Resource: '*'\n",
            wanted(&["s3:GetObject"], &["*"]),
            "Statement:\n  - Effect: Allow\n    Action: # reads, and > writes\n      s3:GetObject\n    Resource: '*'\n",
        ),
        (
            "Statement:\n  - Effect: Allow\n    Action: # reads\n      # and writes\n      s3:*\n    Resource: '*'\n",
            wanted(&["s3:GetObject", "s3:PutObject"], &["*"]),
            "Statement:\n  - Effect: Allow\n    Action: # reads\n      # and writes\n      - s3:GetObject\n      - s3:PutObject\n    Resource: '*'\n",
        ),
        (
            "Statement:\n  - Effect: Allow\n    Action:\n      - >-\n        s3:PutObject\n      - |-\n        s3:GetObject\n    Resource: '*'\n",
            wanted(&["s3:GetObject"], &["*"]),
            "Statement:\n  - Effect: Allow\n    Action:\n      - |-\n        s3:GetObject\n    Resource: '*'\n",
        ),
        (
            "Statement:\n  - Effect: Allow\n    Action: [\n      s3:GetObject,\n      # soon\n      s3:PutObject\n    ]\n    Resource: '*'\n",
            wanted(&["s3:GetObject"], &["*"]),
            "Statement:\n  - Effect: Allow\n    Action: [\n      s3:GetObject,\n      # soon\n    ]\n    Resource: '*'\n",
        ),
    ]);
}

#[test]
fn what_is_new_is_written_as_its_neighbours() {
    let orders = "arn:aws:s3:::orders/*";
    check(&[
        (
            "Statement:\n  - Effect: Allow\n    Action: s3:* # all of it\n    Resource: '*'  # everywhere\n",
            wanted(&["s3:GetObject"], &[orders]),
            "Statement:\n  - Effect: Allow\n    Action: s3:GetObject\n    Resource: 'arn:aws:s3:::orders/*'\n",
        ),
        (
            "Statement:\n  - Effect: Allow\n    Action: s3:*\n    Resource: \"*\"\n",
            wanted(&["s3:GetObject", "s3:PutObject"], &[orders]),
            "Statement:\n  - Effect: Allow\n    Action:\n      - s3:GetObject\n      - s3:PutObject\n    Resource: \"arn:aws:s3:::orders/*\"\n",
        ),
        (
            "Statement:\n- Effect: Allow\n  Action: s3:* # all\n  Resource:\n  - '*'\n",
            wanted(&["s3:GetObject", "s3:PutObject"], &[orders]),
            "Statement:\n- Effect: Allow\n  Action:\n  - s3:GetObject\n  - s3:PutObject\n  Resource:\n  - 'arn:aws:s3:::orders/*'\n",
        ),
        (
            "Statement:\n  - Effect: Allow\n    Action: [s3:*, sqs:SendMessage]\n    Resource: '*'\n",
            wanted(
                &["s3:GetObject", "s3:PutObject", "sqs:SendMessage"],
                &["*", orders],
            ),
            "Statement:\n  - Effect: Allow\n    Action: [s3:GetObject, s3:PutObject, sqs:SendMessage]\n    Resource: ['*', 'arn:aws:s3:::orders/*']\n",
        ),
        (
            "Statement:\n  - Effect: Allow\n    Action:\n      - s3:* # all\n      - sqs:SendMessage\n    Resource: '*'\n",
            wanted(&["s3:GetObject", "s3:PutObject", "sqs:SendMessage"], &["*"]),
            "Statement:\n  - Effect: Allow\n    Action:\n      - s3:GetObject\n      - s3:PutObject\n      - sqs:SendMessage\n    Resource: '*'\n",
        ),
        (
            "Statement:\n  - Effect: Allow\n    NotAction: iam:*\n    Resource:\n      - '*'\n",
            wanted(&["s3:GetObject"], &["*"]),
            "Statement:\n  - Effect: Allow\n    Action: s3:GetObject\n    Resource:\n      - '*'\n",
        ),
        (
            "Statement:\n  - Effect: Allow\n    Action: s3:GetObject\n    Resource:\n      '*'\n",
            wanted(&["s3:GetObject"], &[orders]),
            "Statement:\n  - Effect: Allow\n    Action: s3:GetObject\n    Resource: 'arn:aws:s3:::orders/*'\n",
        ),
        (
            "{Statement: {Effect: Allow, Action: s3:*, Resource: \"*\"}}\n",
            wanted(&["s3:GetObject", "s3:PutObject"], &["*"]),
            "{Statement: {Effect: Allow, Action: [s3:GetObject, s3:PutObject], Resource: \"*\"}}\n",
        ),
    ]);
}

#[test]
fn a_statement_splits_and_its_comments_are_not_said_twice() {
    let two = |sid: Option<&str>| {
        let first = wanted(&["s3:GetObject"], &["a"]);
        let mut second = wanted(&["s3:PutObject"], &["b"]);
        second.sid = sid.map(str::to_owned);
        Fate::Becomes(vec![first, second])
    };
    let list = "Statement:\n  # the files\n  - Sid: Files # all\n    Effect: Allow\n    # what\n    Action:\n      - s3:*\n    Resource: '*' # where\n  # last\n";
    assert_eq!(
        edited(list, &[two(Some("Files2"))], &[]).as_deref(),
        Ok(
            "Statement:\n  # the files\n  - Sid: Files # all\n    Effect: Allow\n    # what\n    Action:\n      - s3:GetObject\n    Resource: 'a'\n  - Sid: Files2\n    Effect: Allow\n    Action:\n      - s3:PutObject\n    Resource: 'b'\n  # last\n"
        )
    );
    let one = "Statement:\n  Effect: Allow\n  Action: s3:*\n  Resource: '*'\n";
    assert_eq!(
        edited(one, &[two(None)], &[]).as_deref(),
        Ok(
            "Statement:\n  - Effect: Allow\n    Action: s3:GetObject\n    Resource: 'a'\n  - Effect: Allow\n    Action: s3:PutObject\n    Resource: 'b'\n"
        )
    );
    let flow = "Statement: [{Effect: Allow, Action: s3:*, Resource: '*'}]\n";
    assert_eq!(
        edited(flow, &[two(None)], &[]).as_deref(),
        Ok(
            "Statement: [{Effect: Allow, Action: s3:GetObject, Resource: 'a'}, {Effect: Allow, Action: s3:PutObject, Resource: 'b'}]\n"
        )
    );
}

#[test]
fn statements_go_and_come() {
    let text = "Statement:\n  # one\n  - Effect: Allow\n    Action: s3:GetObject # reading\n    Resource: a\n  # two\n  - Effect: Allow\n    Action: s3:PutObject\n    Resource: b\nVersion: '2012-10-17'\n";
    let first = Fate::Stays;
    assert_eq!(
        edited(text, &[first.clone(), Fate::Becomes(Vec::new())], &[]).as_deref(),
        Ok(
            "Statement:\n  # one\n  - Effect: Allow\n    Action: s3:GetObject # reading\n    Resource: a\n  # two\nVersion: '2012-10-17'\n"
        )
    );
    let mut new = wanted(&["sqs:SendMessage", "sqs:DeleteMessage"], &["*"]);
    new.sid = Some("Observed".to_owned());
    assert_eq!(
        edited(text, &[first, Fate::Becomes(Vec::new())], &[new]).as_deref(),
        Ok(
            "Statement:\n  # one\n  - Effect: Allow\n    Action: s3:GetObject # reading\n    Resource: a\n  - Sid: Observed\n    Effect: Allow\n    Action:\n      - sqs:SendMessage\n      - sqs:DeleteMessage\n    Resource: '*'\n  # two\nVersion: '2012-10-17'\n"
        )
    );
}

#[test]
fn what_cannot_be_told_apart_is_refused() {
    let refused = |text: &str| {
        edited(
            text,
            &[Fate::Becomes(vec![wanted(&["s3:GetObject"], &["*"])])],
            &[],
        )
    };
    for (text, why) in [
        (
            "Statement:\n  - Effect: Allow\n    Action: &a [s3:GetObject, s3:PutObject]\n    Resource: '*'\n",
            Refused::Anchor,
        ),
        (
            "A: &a [s3:GetObject, s3:PutObject]\nStatement:\n  - Effect: Allow\n    Action: *a\n    Resource: '*'\n",
            Refused::Anchor,
        ),
        (
            "A: &a {Effect: Allow}\nStatement:\n  - <<: *a\n    Action: s3:*\n    Resource: '*'\n",
            Refused::Merge,
        ),
        (
            "Statement:\n  - {Effect: Allow,\tAction: s3:*, Resource: '*'}\n",
            Refused::Tab,
        ),
        (
            "Statement:\n  - Effect: Allow\n    Action:\n      - - s3:PutObject\n    Resource: '*'\n",
            Refused::Unknown,
        ),
        (
            "Statement:\n  - Effect: Allow\n    Action: !Ref Actions\n    Resource: '*'\n",
            Refused::Unknown,
        ),
    ] {
        assert_eq!(refused(text), Err(why), "{text}");
    }
}
