//! Edits lists as people write them.

use super::{Change, Layout, List, Member, Replacement, apply};
use std::ops::Range;

/// Changes the list of one-letter elements between the first `[` and the last `]` of the text.
fn edited(text: &str, changes: &[Change]) -> String {
    let value = text.find('[').unwrap()..text.rfind(']').unwrap() + 1;
    let inside = text.char_indices().skip(value.start);
    let elements: Vec<Range<usize>> = inside
        .filter(|(_, letter)| letter.is_ascii_digit())
        .map(|(place, _)| place..place + 1)
        .collect();
    let list = List {
        source: text,
        value: &value,
        elements: &elements,
    };
    apply(text, &list.edited(changes, &Layout::of(text))).unwrap()
}

fn replace(texts: &[&str]) -> Change {
    Change::Replace(texts.iter().map(|text| (*text).to_owned()).collect())
}

use Change::{Keep, Remove};

#[test]
fn removed_elements_take_their_comma_and_line_along() {
    let lines = "[\r\n\t1,\r\n\t2,\r\n\t3\r\n]";
    assert_eq!(edited(lines, &[Remove]), "[\r\n\t2,\r\n\t3\r\n]");
    assert_eq!(edited(lines, &[Keep, Remove]), "[\r\n\t1,\r\n\t3\r\n]");
    assert_eq!(
        edited(lines, &[Keep, Keep, Remove]),
        "[\r\n\t1,\r\n\t2\r\n]"
    );
    assert_eq!(edited(lines, &[Keep, Remove, Remove]), "[\r\n\t1\r\n]");
    assert_eq!(edited(lines, &[Remove, Keep, Remove]), "[\r\n\t2\r\n]");
    assert_eq!(edited("[ 1, 2 ,3 ]", &[Remove]), "[ 2 ,3 ]");
    assert_eq!(edited("[1,2,3]", &[Keep, Remove, Remove]), "[1]");
}

#[test]
fn what_is_added_is_laid_out_as_the_rest() {
    assert_eq!(edited("[1,2]", &[replace(&["7", "8"])]), "[7,8,2]");
    assert_eq!(
        edited("[ 1, 2 ]", &[Keep, replace(&["7", "8"])]),
        "[ 1, 7, 8 ]"
    );
    assert_eq!(
        edited("[\n  1\n]", &[replace(&["7", "8"])]),
        "[\n  7,\n  8\n]"
    );
    let follow = Change::Follow(vec!["9".to_owned()]);
    assert_eq!(
        edited("[\n  1,\n  2\n]", &[follow.clone(), Remove]),
        "[\n  1,\n  9\n]"
    );
    assert_eq!(
        edited("[\n  1,\n\n  2\n]", &[Remove, follow]),
        "[\n  2,\n\n  9\n]"
    );
}

#[test]
fn a_list_of_which_nothing_stays_is_not_touched() {
    assert_eq!(edited("[1, 2]", &[Remove, Remove]), "[1, 2]");
}

#[test]
fn one_value_becomes_an_array_only_where_it_must() {
    let text = r#"{"a": "x"}"#;
    let value = 6..9;
    let list = List {
        source: text,
        value: &value,
        elements: std::slice::from_ref(&value),
    };
    let edited = |change| apply(text, &list.edited(&[change], &Layout::of(text))).unwrap();
    assert_eq!(edited(replace(&["\"y\""])), r#"{"a": "y"}"#);
    assert_eq!(edited(replace(&["\"y\"", "\"z\""])), r#"{"a": ["y", "z"]}"#);
    assert_eq!(
        edited(Change::Follow(vec!["\"z\"".to_owned()])),
        r#"{"a": ["x", "z"]}"#
    );
}

#[test]
fn new_objects_look_like_the_one_beside() {
    let two = ["1".to_owned(), "2".to_owned()];
    let members = [("A", Member::One("0")), ("B", Member::List(&two))];
    let object = |text: &str, beside: &str| {
        Layout::of(text).object(text, text.find(beside).unwrap(), &members)
    };
    assert_eq!(object(r#"[{"a":1}]"#, "{"), r#"{"A":0,"B":[1,2]}"#);
    assert_eq!(
        object("[\n  { \"a\": [\"x\", \"y\"] }\n]", "{"),
        "{ \"A\": 0, \"B\": [1, 2] }"
    );
    assert_eq!(
        object("[\n  {\n    \"a\": 1\n  }\n]", "{"),
        "{\n    \"A\": 0,\n    \"B\": [\n      1,\n      2\n    ]\n  }"
    );
}

#[test]
fn replacements_that_overlap_are_refused() {
    let text = "0123456789";
    assert_eq!(
        apply(
            text,
            &[Replacement::new(2..5, "x"), Replacement::new(5..6, "y")]
        )
        .as_deref(),
        Some("01xy6789")
    );
    assert_eq!(
        apply(
            text,
            &[Replacement::new(2..5, "x"), Replacement::new(4..6, "y")]
        ),
        None
    );
    assert_eq!(apply(text, &[Replacement::new(8..11, "x")]), None);
}
