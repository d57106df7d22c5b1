//! Tests atoms with contexts: absent keys, sets, types, variables.

use super::super::ConditionAtom;
use crate::iam::{Answer, Context, Version};
use proptest::prelude::*;

fn context(pairs: &[(&str, &str)]) -> Context {
    pairs.iter().copied().collect()
}

fn answer(operator: &str, key: &str, values: &[&str], pairs: &[(&str, &str)]) -> Answer {
    let values = values.iter().map(|value| (*value).to_owned());
    let atom = ConditionAtom::new(operator, key, values);
    atom.test(&context(pairs), Version::V2012).answer
}

#[test]
fn one_value_against_each_operator() {
    for (operator, own, value, holds) in [
        ("StringEquals", "blue", "blue", true),
        ("StringEquals", "blue", "Blue", false),
        ("StringEquals", "b*", "blue", false),
        ("StringEquals", "${*}", "*", true),
        ("StringNotEquals", "blue", "Blue", true),
        ("StringEqualsIgnoreCase", "BLÜ", "blü", true),
        ("StringNotEqualsIgnoreCase", "BLUE", "blue", false),
        ("StringLike", "b?u*", "blue", true),
        ("StringLike", "b?", "blue", false),
        ("StringNotLike", "b*", "red", true),
        ("stringlike", "b*", "blue", true),
        ("NumericEquals", "10", "10.0", true),
        ("NumericNotEquals", "10", "10.0", false),
        ("NumericLessThan", "10", "9", true),
        ("NumericLessThan", "10", "10", false),
        ("NumericLessThanEquals", "10", "10", true),
        ("NumericGreaterThan", "10", "9", false),
        ("NumericGreaterThanEquals", "10", "11", true),
        ("DateLessThan", "2026-01-01", "2025-12-31T23:59:59Z", true),
        ("DateLessThan", "2026-01-01", "1767225600", false),
        ("DateLessThanEquals", "2026-01-01", "1767225600", true),
        ("DateEquals", "2026-01-01", "1767225600", true),
        ("DateNotEquals", "2026-01-01", "1767225600", false),
        ("DateGreaterThan", "2026-01-01", "2026-01-02", true),
        ("DateGreaterThanEquals", "2026-01-01", "2025", false),
        ("Bool", "true", "True", true),
        ("Bool", "true", "false", false),
        ("BinaryEquals", "QQ==", "QQ==", true),
        ("BinaryEquals", "QQ==", "qq==", false),
        ("IpAddress", "10.0.0.0/8", "10.1.2.3", true),
        ("NotIpAddress", "10.0.0.0/8", "10.1.2.3", false),
        ("NotIpAddress", "10.0.0.0/8", "11.1.2.3", true),
        ("ArnEquals", "arn:aws:sns:*:*:t", "arn:aws:sns:r:a:t", true),
        (
            "ArnNotLike",
            "arn:aws:sns:*:*:t",
            "arn:aws:sns:r:a:t",
            false,
        ),
        (
            "ArnNotEquals",
            "arn:aws:sns:*:*:t",
            "arn:aws:sns:r:a:u",
            true,
        ),
    ] {
        let found = answer(operator, "k", &[own], &[("K", value)]);
        assert_eq!(found, holds.into(), "{operator} {own} {value}");
    }
}

#[test]
fn malformed_text_equals_nothing() {
    for (operator, own, value) in [
        ("NumericEquals", "ten", "ten"),
        ("NumericLessThan", "10", "few"),
        ("NumericGreaterThan", "10", "few"),
        ("DateEquals", "soon", "soon"),
        ("Bool", "maybe", "maybe"),
        ("BinaryEquals", "?", "?"),
        ("IpAddress", "here", "here"),
        ("ArnLike", "topic", "topic"),
    ] {
        assert_eq!(
            answer(operator, "k", &[own], &[("k", value)]),
            Answer::No,
            "{operator}"
        );
    }
    for operator in [
        "NumericNotEquals",
        "DateNotEquals",
        "NotIpAddress",
        "ArnNotLike",
    ] {
        assert_eq!(
            answer(operator, "k", &["x"], &[("k", "x")]),
            Answer::Yes,
            "{operator}"
        );
    }
}

#[test]
fn absent_keys() {
    for (operator, holds) in [
        ("StringEquals", false),
        ("StringNotEquals", true),
        ("StringNotLike", true),
        ("NumericNotEquals", true),
        ("DateNotEquals", true),
        ("NotIpAddress", true),
        ("ArnNotLike", true),
        ("Bool", false),
        ("StringEqualsIfExists", true),
        ("NumericLessThanIfExists", true),
        ("ForAllValues:StringEquals", true),
        ("ForAllValues:StringNotEquals", true),
        ("ForAnyValue:StringEquals", false),
        ("ForAnyValue:StringNotEquals", false),
        ("ForAnyValue:StringEqualsIfExists", true),
    ] {
        assert_eq!(
            answer(operator, "k", &["1"], &[]),
            holds.into(),
            "{operator}"
        );
    }
    assert_eq!(answer("Null", "k", &["true"], &[]), Answer::Yes);
    assert_eq!(answer("Null", "k", &["false"], &[]), Answer::No);
    assert_eq!(answer("Null", "k", &["true"], &[("k", "")]), Answer::No);
    assert_eq!(answer("Null", "k", &["false"], &[("k", "v")]), Answer::Yes);
}

#[test]
fn sets_of_values() {
    let both = [("k", "a"), ("k", "b")];
    for (operator, own, holds) in [
        ("ForAllValues:StringEquals", &["a", "b", "c"][..], true),
        ("ForAllValues:StringEquals", &["a"][..], false),
        ("ForAnyValue:StringEquals", &["a", "x"][..], true),
        ("ForAnyValue:StringEquals", &["x"][..], false),
        ("ForAllValues:StringNotEquals", &["x"][..], true),
        ("ForAllValues:StringNotEquals", &["a"][..], false),
        ("ForAnyValue:StringNotEquals", &["a"][..], true),
        ("ForAnyValue:StringNotEquals", &["a", "b"][..], false),
    ] {
        assert_eq!(
            answer(operator, "k", own, &both),
            holds.into(),
            "{operator} {own:?}"
        );
    }
    // AWS counts an empty text as no value.
    let empty = [("k", "")];
    assert_eq!(
        answer("ForAllValues:StringEquals", "k", &["a"], &empty),
        Answer::Yes
    );
    assert_eq!(
        answer("ForAnyValue:StringEquals", "k", &[""], &empty),
        Answer::No
    );
    assert_eq!(answer("StringEquals", "k", &[""], &empty), Answer::Yes);
}

#[test]
fn several_values_without_a_set_operator_are_undecided() {
    let atom = |operator| ConditionAtom::new(operator, "k", ["a".to_owned()]);
    let both = context(&[("k", "a"), ("k", "b")]);
    for (operator, taken) in [("StringEquals", false), ("StringNotEquals", true)] {
        let tested = atom(operator).test(&both, Version::V2012);
        assert_eq!(
            (tested.answer, tested.taken),
            (Answer::Undecided, Some(taken))
        );
        assert!(
            tested.because.contains("several values"),
            "{}",
            tested.because
        );
    }
}

#[test]
fn variables_in_values() {
    let request = [
        ("aws:username", "ana"),
        ("k", "home/ana"),
        ("t", "1"),
        ("t", "2"),
    ];
    let holds = |operator, own: &str| answer(operator, "k", &[own], &request);
    assert_eq!(holds("StringEquals", "home/${aws:username}"), Answer::Yes);
    assert_eq!(holds("StringLike", "*/${AWS:USERNAME}"), Answer::Yes);
    assert_eq!(
        holds("StringEqualsIgnoreCase", "HOME/${aws:username}"),
        Answer::Yes
    );
    assert_eq!(holds("StringEquals", "home/${x, 'ana'}"), Answer::Yes);
    assert_eq!(holds("StringEquals", "home/${x}"), Answer::No);
    assert_eq!(holds("StringNotEquals", "home/${x}"), Answer::Yes);
    assert_eq!(holds("StringLike", "${t}*"), Answer::No);
    // Other operators take the text as it is, and it is not of their type.
    assert_eq!(
        answer("NumericEquals", "n", &["${t}"], &[("t", "1"), ("n", "1")]),
        Answer::No
    );
    let atom = ConditionAtom::new("StringEquals", "k", ["${aws:username}".to_owned()]);
    let literal = context(&[("aws:username", "ana"), ("k", "${aws:username}")]);
    assert_eq!(atom.test(&literal, Version::V2008).answer, Answer::Yes);
    assert_eq!(atom.test(&literal, Version::V2012).answer, Answer::No);
}

#[test]
fn reasons_name_what_was_found() {
    let atom = ConditionAtom::new("StringEquals", "aws:x", ["${aws:y}".to_owned()]);
    let because = |pairs| atom.test(&context(pairs), Version::V2012).because;
    assert!(because(&[]).starts_with("`aws:x` is not in the request's context"));
    let unresolved = because(&[("aws:x", "1")]);
    assert!(
        unresolved.contains("`aws:x` is `1`") && unresolved.contains("`${aws:y}` has no value")
    );
    let unknown = ConditionAtom::new("StringIs", "k", []).test(&Context::default(), Version::V2012);
    assert_eq!((unknown.answer, unknown.taken), (Answer::Undecided, None));
}

proptest! {
    #[test]
    fn a_negated_operator_is_the_opposite(own in "[a-c*]{0,3}", value in "[a-c]{1,3}") {
        for (plain, negated) in [
            ("StringEquals", "StringNotEquals"),
            ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
            ("StringLike", "StringNotLike"),
            ("NumericEquals", "NumericNotEquals"),
            ("DateEquals", "DateNotEquals"),
            ("IpAddress", "NotIpAddress"),
            ("ArnLike", "ArnNotLike"),
        ] {
            let given = |operator| answer(operator, "k", &[&own], &[("k", &value)]);
            prop_assert_eq!(given(plain), given(negated).negate());
            let absent = |operator| answer(operator, "k", &[&own], &[]);
            prop_assert_eq!(absent(plain), absent(negated).negate());
        }
    }

    #[test]
    fn any_text_is_tested_without_panic(operator in "(ForAllValues:|ForAnyValue:)?(Numeric|Date|String|Arn)(Equals|LessThan|Like)(IfExists)?", own in "\\PC{0,20}", value in "\\PC{0,20}") {
        let _ = answer(&operator, "k", &[&own], &[("k", &value)]);
    }
}
