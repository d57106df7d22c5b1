//! Items, and which of them are left out when there is not room for all.

use std::collections::BTreeSet;

/// How much an item matters; the last is left out first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// Never left out.
    Headline,
    /// Roles and counts.
    Table,
    /// On what evidence.
    Evidence,
    /// A role's name and verdict, before its findings.
    Role,
    /// A role's findings in a fold.
    Finding,
    /// How to fix it.
    Fix,
    /// A diff of a policy.
    Diff,
    /// What does not count.
    SetAside,
    /// A whole policy.
    Policy,
}

/// A part of the comment that stands or falls whole.
#[derive(Debug, Clone)]
pub(super) struct Item {
    rank: Rank,
    text: String,
    /// What of it matters more than the diffs.
    short: Option<String>,
}

impl Item {
    pub(super) fn new(rank: Rank, text: String) -> Self {
        Self {
            rank,
            text,
            short: None,
        }
    }

    /// An item with diffs, which go with the other diffs.
    pub(super) fn with_diffs(rank: Rank, text: String, short: String) -> Self {
        Self {
            rank,
            short: Some(short).filter(|short| *short != text),
            text,
        }
    }
}

/// Items in their order, as many as there is room for: the least important are left out first, of equal ones the last.
pub(super) fn fitted(mut items: Vec<Item>, bytes: usize) -> String {
    items.retain(|item| !item.text.is_empty());
    let mut length: usize = items.iter().map(|item| item.text.len()).sum();
    let reserve = note(items.len()).len();
    let mut left_out = BTreeSet::new();
    if length > bytes {
        let places = items.iter().enumerate();
        let mut cuts: Vec<(Rank, usize)> = places
            .flat_map(|(place, item)| {
                let diffs = item.short.as_ref().map(|_| (Rank::Diff, place));
                diffs.into_iter().chain([(item.rank, place)])
            })
            .collect();
        cuts.sort_unstable();
        for (rank, place) in cuts.into_iter().rev() {
            if length + reserve <= bytes || rank == Rank::Headline {
                break;
            }
            if let Some(item) = items.get_mut(place) {
                length -= item.text.len();
                item.text = item.short.take().unwrap_or_default();
                length += item.text.len();
                left_out.insert(place);
            }
        }
    }
    let left_out = left_out.len();
    let mut texts: Vec<&str> = items.iter().map(|item| item.text.as_str()).collect();
    let note = note(left_out);
    if left_out > 0 {
        // Before the last line, which says what this is.
        texts.insert(texts.len().saturating_sub(1), &note);
    }
    texts.concat()
}

fn note(left_out: usize) -> String {
    let what = if left_out == 1 {
        "1 part of this comment was"
    } else {
        &format!("{left_out} parts of this comment were")
    };
    format!(
        "_{what} left out, for there is a limit to what GitHub takes. The summary of the run has more._\n\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_least_goes_first_and_whole() {
        let items = || {
            vec![
                Item::new(Rank::Headline, "headline\n".to_owned()),
                Item::new(Rank::Finding, "finding 1\n".repeat(20)),
                Item::new(Rank::Policy, "policy\n".repeat(100)),
                Item::new(Rank::Finding, "finding 2\n".repeat(20)),
                Item::new(Rank::Headline, "footer\n".to_owned()),
            ]
        };
        let all = fitted(items(), 10_000);
        assert!(all.contains("policy") && !all.contains("left out"));
        let some = fitted(items(), 600);
        assert!(
            some.contains("finding 2") && !some.contains("policy"),
            "{some}"
        );
        assert!(some.contains("1 part of this comment was left out"));
        assert!(some.ends_with("footer\n") && some.len() <= 600);
        let few = fitted(items(), 400);
        assert!(
            few.contains("finding 1") && !few.contains("finding 2"),
            "{few}"
        );
        assert!(fitted(items(), 1).starts_with("headline\n_3 parts"));
    }

    #[test]
    fn findings_outlive_how_to_fix_them_and_diffs_go_before_both() {
        let folded = |name: &str| {
            let short = format!("{name}\n").repeat(10);
            let long = format!("{short}{}", "diff\n".repeat(40));
            Item::with_diffs(Rank::Finding, long, short)
        };
        let items = || {
            vec![
                Item::new(Rank::Headline, "headline\n".to_owned()),
                folded("one"),
                folded("two"),
                Item::new(Rank::Fix, "fix\n".repeat(20)),
                Item::new(Rank::Headline, "footer\n".to_owned()),
            ]
        };
        let has = |bytes: usize| {
            let text = fitted(items(), bytes);
            assert!(text.len() <= bytes, "{text}");
            let parts = ["one", "two", "diff", "fix", "1 part", "2 parts"];
            parts.map(|part| text.contains(part)).to_vec()
        };
        assert_eq!(has(9000), [true, true, true, true, false, false]);
        assert_eq!(has(500), [true, true, true, true, true, false]);
        assert_eq!(has(330), [true, true, false, true, false, true]);
        assert_eq!(has(250), [true, true, false, false, false, false]);
        assert_eq!(has(210), [true, false, false, false, false, false]);
    }
}
