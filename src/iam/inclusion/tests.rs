//! Compares inclusion with brute force over short texts, and checks its laws.

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::glob::tests::short_texts;
use super::{Answer, Glob, union_covers};

fn globs(texts: &[String]) -> Vec<Glob> {
    texts.iter().map(|text| Glob::parse(text)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// The globs are short, so a text that escapes the union is short too. If one were longer than eight, this would fail.
    #[test]
    fn agrees_with_brute_force(union in vec("[ab*?]{0,3}", 0..4), one in "[ab*?]{0,4}") {
        let (union, one) = (globs(&union), Glob::parse(&one));
        let escapes = short_texts(8)
            .iter()
            .any(|text| one.matches(text) && !union.iter().any(|glob| glob.matches(text)));
        let expected = if escapes { Answer::No } else { Answer::Yes };
        prop_assert_eq!(union_covers(&union, &one), expected);
    }

    #[test]
    fn is_transitive(one in "[ab*?]{0,5}", two in "[ab*?]{0,5}", three in "[ab*?]{0,5}") {
        let (one, two, three) = (Glob::parse(&one), Glob::parse(&two), Glob::parse(&three));
        if one.covers(&two) && two.covers(&three) {
            prop_assert!(one.covers(&three));
        }
    }

    #[test]
    fn what_is_covered_is_matched(union in vec("[ab*?]{0,6}", 1..5), one in "[ab*?]{1,8}", fill in "[abz]{0,6}") {
        let (union, one) = (globs(&union), Glob::parse(&one));
        if union_covers(&union, &one) == Answer::Yes {
            let text = one.to_string().replace('*', &fill).replace('?', "z");
            prop_assert!(one.matches(&text));
            prop_assert!(union.iter().any(|glob| glob.matches(&text)));
        }
    }

    #[test]
    fn order_and_duplicates_change_nothing(union in vec("[ab*?]{0,4}", 0..4), one in "[ab*?]{0,5}") {
        let (mut globs, one) = (globs(&union), Glob::parse(&one));
        let before = union_covers(&globs, &one);
        globs.reverse();
        globs.extend(globs.clone());
        prop_assert_eq!(union_covers(&globs, &one), before);
    }
}

#[test]
fn only_together_do_they_cover() {
    let union = globs(&[
        "a".to_owned(),
        "?".to_owned(),
        "??*".to_owned(),
        String::new(),
    ]);
    assert_eq!(union_covers(&union, &Glob::everything()), Answer::Yes);
    let without_one = [Glob::parse("??*"), Glob::literal("")];
    assert_eq!(union_covers(&without_one, &Glob::everything()), Answer::No);
}

#[test]
fn sets_wider_than_a_machine_word_work() {
    let long = "x".repeat(100);
    let union = [
        Glob::parse(&format!("{long}*")),
        Glob::parse(&format!("*{long}")),
    ];
    assert_eq!(
        union_covers(&union, &Glob::parse(&format!("{long}?{long}"))),
        Answer::Yes
    );
    assert_eq!(
        union_covers(&union, &Glob::parse(&format!("?{long}?"))),
        Answer::No
    );
}

/// The distances between the `x` can be chosen so that each glob of the union misses, in more ways than any budget can walk.
/// The walk must end, and must not answer yes.
#[test]
fn hard_unions_end_within_the_budget() {
    let union: Vec<Glob> = (1..40)
        .map(|gap| Glob::parse(&format!("*x{}y{}*", "?".repeat(gap), "?".repeat(40 - gap))))
        .chain([Glob::parse(&format!("{}*", "?".repeat(60)))])
        .collect();
    let one = Glob::parse(&"x*y*".repeat(12));
    assert_ne!(union_covers(&union, &one), Answer::Yes);
}
