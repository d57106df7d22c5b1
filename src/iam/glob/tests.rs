//! Compares globs with the plain definition of a match, over all short texts.

use proptest::prelude::*;

use super::Glob;

/// Every text of up to `length` characters over `a`, `b` and `z`; globs use `a` and `b` only, so `z` stands for the rest.
pub(in super::super) fn short_texts(length: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut longest = all.clone();
    for _ in 0..length {
        longest = longest
            .iter()
            .flat_map(|text| ["a", "b", "z"].map(|more| format!("{text}{more}")))
            .collect();
        all.extend(longest.iter().cloned());
    }
    all
}

/// The plain definition of a match, exponential and obvious.
pub(in super::super) fn naive_match(glob: &[char], text: &[char]) -> bool {
    match (glob.split_first(), text.split_first()) {
        (None, None) => true,
        (Some(('*', rest)), None) => naive_match(rest, text),
        (Some(('*', rest)), Some((_, tail))) => naive_match(rest, text) || naive_match(glob, tail),
        (Some((token, rest)), Some((head, tail))) => {
            (token == head || *token == '?') && naive_match(rest, tail)
        }
        _ => false,
    }
}

fn chars(text: &str) -> Vec<char> {
    text.chars().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn matches_as_the_plain_definition_does(glob in "[ab*?]{0,6}", text in "[abz]{0,8}") {
        prop_assert_eq!(Glob::parse(&glob).matches(&text), naive_match(&chars(&glob), &chars(&text)));
    }

    #[test]
    fn display_reads_back_as_the_same_glob(text in "[a$${}*?é]{0,12}") {
        for glob in [Glob::parse(&text), Glob::parse_unescaped(&text), Glob::literal(&text)] {
            prop_assert_eq!(Glob::parse(&glob.to_string()), glob);
        }
    }

    #[test]
    fn a_literal_matches_itself_and_nothing_else(text in "[a$${}*?é]{0,8}", other in "[a$${}*?é]{0,8}") {
        let glob = Glob::literal(&text);
        prop_assert!(glob.matches(&text));
        prop_assert_eq!(glob.matches(&other), text == other);
        prop_assert_eq!(glob.as_literal(), Some(text));
    }

    #[test]
    fn intersects_exactly_when_a_common_text_exists(one in "[ab*?]{0,5}", two in "[ab*?]{0,5}") {
        let (one, two) = (Glob::parse(&one), Glob::parse(&two));
        // A shortest common text needs at most one character for each token of both.
        let common = short_texts(6).iter().any(|text| one.matches(text) && two.matches(text));
        if one.tokens().len() + two.tokens().len() <= 6 {
            prop_assert_eq!(one.intersects(&two), common);
        } else {
            prop_assert!(one.intersects(&two) || !common);
        }
        prop_assert_eq!(one.intersects(&two), two.intersects(&one));
    }

    #[test]
    fn an_intersection_is_neither_wider_nor_narrower(one in "[ab*?]{0,5}", two in "[ab*?]{0,5}") {
        let (one, two) = (Glob::parse(&one), Glob::parse(&two));
        if let Some(common) = one.intersection(&two) {
            for text in short_texts(6) {
                let either = common.iter().any(|glob| glob.matches(&text));
                prop_assert_eq!(either, one.matches(&text) && two.matches(&text), "{}", text);
            }
        }
    }

    #[test]
    fn globs_sort_as_their_text(one in "[ab:/*?]{0,6}", two in "[ab:/*?]{0,6}") {
        let (one, two) = (Glob::parse(&one), Glob::parse(&two));
        prop_assert_eq!(one.cmp(&two), one.to_string().cmp(&two.to_string()));
    }
}

#[test]
fn covers_is_reflexive() {
    for text in ["", "a", "*", "?", "?*", "a*b?c*"] {
        let glob = Glob::parse(text);
        assert!(glob.covers(&glob), "{text}");
    }
}

#[test]
fn many_stars_take_no_longer_than_text_times_glob() {
    let glob = Glob::parse(&"a*".repeat(500));
    let text = "a".repeat(2_000);
    assert!(glob.matches(&text));
    assert!(!Glob::parse(&format!("{glob}b")).matches(&text));
}

#[test]
fn equal_languages_have_one_form() {
    assert_eq!(Glob::parse("a*?*b"), Glob::parse("a?**b"));
    assert_eq!(Glob::parse("a*?*b").to_string(), "a?*b");
}

#[test]
fn escapes_are_characters_in_current_policies_only() {
    assert!(Glob::parse("b/${*}").matches("b/*"));
    assert!(!Glob::parse("b/${*}").matches("b/x"));
    assert!(Glob::parse("b/${$}{x}").matches("b/${x}"));
    assert!(Glob::parse_unescaped("b/${*}").matches("b/${anything}"));
}
