//! No answer and no cause changes with the order of statements, with their distribution over files, or with a duplicate,
//! however little work a question may take.

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::super::PolicyDocument;
use super::super::super::permissions::{PermissionSet, ResourceSet};
use super::super::relation::{self, Comparison, Difference};
use super::super::remainder::{Ask, Left, Piece, Remainder};
use super::super::share::Share;
use super::{known, policy, statement};
use std::collections::BTreeSet;

/// The same statements in another order, some twice, over several files.
fn spread(statements: &[String], seed: u64) -> Vec<PolicyDocument> {
    let mut left: Vec<String> = statements.to_vec();
    let mut seed = seed;
    let mut draw = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below.max(1)
    };
    left.extend(
        (0..draw(3))
            .filter_map(|_| statements.get(draw(statements.len())).cloned())
            .collect::<Vec<_>>(),
    );
    let mut files = vec![Vec::new(); 3];
    while !left.is_empty() {
        let statement = left.swap_remove(draw(left.len()));
        files[draw(3)].push(statement);
    }
    files.iter().map(|statements| policy(statements)).collect()
}

fn set(documents: &[PolicyDocument]) -> PermissionSet {
    let documents: Vec<&PolicyDocument> = documents.iter().collect();
    PermissionSet::from_documents(&documents, &known())
}

/// The comparison without the places of statements.
fn told(comparison: Comparison) -> Comparison {
    let without = |differences: Vec<Difference>| {
        let without = |difference| Difference {
            origins: BTreeSet::new(),
            denied_by: None,
            ..difference
        };
        let told: BTreeSet<Difference> = differences.into_iter().map(without).collect();
        told.into_iter().collect()
    };
    Comparison {
        only_one: without(comparison.only_one),
        only_other: without(comparison.only_other),
        ..comparison
    }
}

/// What is left of each piece that names a pattern, by its text.
fn left(set: &PermissionSet, share: Share, backwards: bool) -> BTreeSet<(String, String, String)> {
    let mut remainder = Remainder::of(set).sharing(share);
    let mut asked = Vec::new();
    for (cell, own) in set.allows.iter().enumerate() {
        let elements = match &own.resources {
            ResourceSet::Only(patterns) => (0..patterns.len()).map(Some).collect(),
            ResourceSet::AllBut(_) | ResourceSet::Attached => vec![None],
        };
        for element in elements {
            let said = format!(
                "{:?} {:?} {:?} {element:?}",
                own.actions, own.resources, own.condition
            );
            for action in ["s3:GetObject", "s3:PutObject", "new:Thing"] {
                asked.push((said.clone(), action, Piece { cell, element }));
            }
        }
    }
    if backwards {
        asked.reverse();
    }
    let mut answers = BTreeSet::new();
    for (said, action, piece) in asked {
        for denies in [true, false] {
            let ask = Ask {
                denies,
                ..Ask::default()
            };
            let Left { answer, because } =
                remainder.left(piece, &action.parse().unwrap(), &ask, &known());
            answers.insert((
                said.clone(),
                format!("{action} {denies}"),
                format!("{answer:?} {because:?}"),
            ));
        }
    }
    answers
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn order_files_and_duplicates_change_no_comparison(
        ones in vec(statement(), 0..5), others in vec(statement(), 0..5), seed in any::<u64>(), part in 0..3_000_usize,
    ) {
        let share = Some(Share::of_part(part));
        let compared = |ones: &[PolicyDocument], others: &[PolicyDocument]| {
            told(relation::compare_within(&set(ones), &set(others), &known(), share))
        };
        let plain = compared(&[policy(&ones)], &[policy(&others)]);
        let other = compared(&spread(&ones, seed), &spread(&others, seed.reverse_bits()));
        prop_assert_eq!(plain, other);
    }

    #[test]
    fn order_files_duplicates_and_the_order_of_questions_change_nothing_of_what_is_left(
        statements in vec(statement(), 1..6), seed in any::<u64>(), part in 0..3_000_usize,
    ) {
        let share = Share::of_part(part);
        let plain = left(&set(&[policy(&statements)]), share, false);
        prop_assert_eq!(&plain, &left(&set(&spread(&statements, seed)), share, true));
    }

    /// More work decides more, and never reverses a decided answer.
    #[test]
    fn a_larger_share_decides_more_and_nothing_else(
        ones in vec(statement(), 0..4), others in vec(statement(), 0..4), part in 0..3_000_usize,
    ) {
        let compared = |share| {
            let (one, other) = (policy(&ones), policy(&others));
            relation::compare_within(&set(&[one]), &set(&[other]), &known(), share)
        };
        let (little, all) = (compared(Some(Share::of_part(part))), compared(None));
        prop_assert!(!all.cut.is_given_up());
        let doubts = || little.only_one.iter().filter_map(|difference| difference.doubt.as_ref());
        if little.within != all.within {
            prop_assert!(
                little.within == super::super::super::Answer::Undecided
                    && (little.cut.is_given_up() || doubts().any(super::super::cause::Causes::is_given_up)),
                "{:?} {:?}", little, all
            );
        }
    }
}
