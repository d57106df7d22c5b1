//! Whether policies have so many wildcards for actions that there is no time to tell the members of each apart.
//!
//! Decided by their number and by the services that they are of, before the first is looked at, so that order changes nothing.
//! In a crowd a wildcard stands for the members that decide most: those that calls speak of, ways to more rights, secrets and
//! data, and one of the others.

use super::evidence::EvidenceByAction;
use super::grant::{Grant, Granting};
use crate::catalog::{ActionEntry, Catalog, sensitive};
use crate::iam::action_set::BitSet;
use crate::iam::{Action, ActionClause, ActionPattern, Effect, PolicyDocument};

/// Names that all wildcards together may be held against: some seconds of work, and about 100 MB. What people write, and what
/// AWS's own policies have, comes to a tenth of it.
const MOST_NAMES: usize = 1 << 20;

/// Why the work was given up.
pub(super) const REASON: &str =
    "the policies have too many wildcards for actions to tell apart what each of them grants";

/// Whether there are too many.
pub(super) fn is_crowded(policies: &[PolicyDocument], catalog: &Catalog) -> bool {
    let statements = policies.iter().flat_map(|policy| &policy.statements);
    let allowing = statements.filter(|statement| statement.effect == Effect::Allow);
    let names = allowing.map(|statement| match &statement.actions {
        ActionClause::Action(patterns) => {
            let wild = patterns
                .iter()
                .filter(|pattern| pattern.value.is_wildcard());
            wild.map(|pattern| names(&pattern.value, catalog)).sum()
        }
        ActionClause::NotAction(patterns) => {
            let excepted = patterns.iter();
            all(catalog)
                + excepted
                    .map(|own| names(&own.value, catalog))
                    .sum::<usize>()
        }
    });
    names.sum::<usize>() > MOST_NAMES
}

fn names(pattern: &ActionPattern, catalog: &Catalog) -> usize {
    match pattern.prefix() {
        Some(prefix) => {
            let service = catalog.service(prefix);
            1 + service.map_or(0, |service| service.action_names().count())
        }
        None => all(catalog),
    }
}

fn all(catalog: &Catalog) -> usize {
    usize::try_from(catalog.action_count()).unwrap_or(usize::MAX)
}

/// The members of a wildcard that stand for all of it. `known` are the numbers of all actions of its statement.
pub(super) fn entries<'c>(
    grant: &Grant<'_>,
    known: &BitSet,
    evidence: &EvidenceByAction<'_>,
    catalog: &'c Catalog,
) -> Vec<ActionEntry<'c>> {
    let spoken_of = evidence.actions().cloned();
    let telling = spoken_of
        .chain(sensitive::escalating())
        .chain(sensitive::reading());
    let mut found: Vec<ActionEntry<'c>> = telling
        .filter_map(|action| catalog.action(&action))
        .filter(|entry| known.contains(entry.number()) && grant.matches(&entry.action()))
        .collect();
    let is_other = |action: &Action| evidence.get(action).is_none();
    let other = match grant.actions {
        Granting::Element(pattern) => {
            catalog.first_matching(pattern, |entry| is_other(&entry.action()))
        }
        Granting::AllBut(_) => {
            let mut others = known.iter().filter_map(|number| catalog.action_at(number));
            others.find(|entry| is_other(&entry.action()))
        }
    };
    found.extend(other);
    found.sort_by_key(ActionEntry::number);
    found.dedup_by_key(|entry| entry.number());
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Granted, compare};
    use crate::needed::NeededPermissions;

    /// As many elements, all different, as a file of 200 kB holds.
    fn crowd(service: &str) -> PolicyDocument {
        let letters = || 'a'..='z';
        let pairs = letters().flat_map(|one| letters().map(move |two| (one, two)));
        let elements: Vec<String> = pairs
            .flat_map(|(one, two)| {
                ["a", "e", "i", "o"].map(|three| format!("\"{service}:*{one}*{two}*{three}*\""))
            })
            .collect();
        let text = format!(
            "{{\"Version\": \"2012-10-17\", \"Statement\": {{\"Effect\": \"Allow\", \"Action\": [{}], \"Resource\": \"*\"}}}}",
            elements.join(", ")
        );
        PolicyDocument::parse(&text, "p.json").expect("a policy")
    }

    #[test]
    fn a_crowd_is_told_by_its_number_alone() {
        let catalog = Catalog::embedded();
        assert!(is_crowded(&[crowd("ec2")], catalog));
        assert!(!is_crowded(&[crowd("sqs")], catalog));
    }

    #[test]
    fn what_a_crowd_comes_to_is_little_and_said() {
        let policies = [crowd("ec2")];
        let granted = Granted {
            policies: &policies,
            ..Granted::default()
        };
        let found = compare(&NeededPermissions::default(), &granted, Catalog::embedded());
        assert!(
            found.given_up.iter().any(|reason| reason.contains(REASON)),
            "{:?}",
            found.given_up
        );
        assert!(found.is_sampled);
        assert!(!found.excess.is_empty());
        assert!(found.dead.is_empty());
        // Without a limit it would be some hundred for each of the 2,704 elements.
        let groups = found.elements.values().flatten();
        let members: usize = groups.map(|group| group.actions.len()).sum();
        assert!(members < 40_000, "{members}");
    }
}
