//! Whether policies have so many wildcards for actions, or wildcards on so many resources, that there is no time to tell the members
//! of each apart.
//!
//! Decided by their number and by the services that they are of, before the first is looked at, so that order changes nothing.
//! In a crowd a wildcard stands for the members that decide most: one that no call speaks of, those that were called, ways to
//! more rights, and secrets and data.

use super::evidence::EvidenceByAction;
use super::grant::{Grant, Granting};
use crate::catalog::{ActionEntry, Catalog, sensitive};
use crate::iam::action_set::BitSet;
use crate::iam::{
    Action, ActionClause, ActionPattern, Effect, PolicyDocument, ResourceClause, Statement,
};

/// Names that all wildcards together may be held against: some seconds of work, and about 100 MB. What people write, and what
/// AWS's own policies have, comes to a tenth of it.
const MOST_NAMES: usize = 1 << 20;

/// Pairs of a name and a resource element beside it: `*` on some 250 buckets.
const MOST_PAIRS: usize = 5 << 20;

/// Members that all wildcards of a crowd are looked at for together, on each of their resource elements.
const MOST_MEMBERS: usize = 1 << 17;

/// The least that one wildcard is looked at for.
const LEAST_MEMBERS: usize = 4;

/// Why the work was given up.
pub(super) const REASON: &str =
    "the policies have too many wildcards for actions to tell apart what each of them grants";

/// Wildcards that are too many to be looked at member by member.
#[derive(Debug)]
pub(super) struct Crowd<'c> {
    /// Members that decide something, the weightiest first, with their names.
    telling: Vec<(Action, ActionEntry<'c>)>,
    /// How many members of each wildcard are looked at.
    members: usize,
}

/// What a policy's wildcards come to.
#[derive(Debug, Default)]
struct Size {
    /// Names that they are held against.
    names: usize,
    /// The same, for each resource element beside them.
    pairs: usize,
    /// Resource elements beside them, those of a `NotResource` too: a finding names them all.
    pieces: usize,
}

impl<'c> Crowd<'c> {
    /// The crowd, if the wildcards are one.
    pub(super) fn of(
        policies: &[PolicyDocument],
        evidence: &EvidenceByAction<'_>,
        catalog: &'c Catalog,
    ) -> Option<Self> {
        let size = size(policies, catalog);
        if size.names <= MOST_NAMES && size.pairs <= MOST_PAIRS {
            return None;
        }
        let called = evidence.actions().filter(|action| {
            let known = evidence.get(action);
            known.is_some_and(|known| known.observed)
        });
        let all = called.cloned();
        let all = all
            .chain(sensitive::escalating())
            .chain(sensitive::reading());
        let mut telling: Vec<(Action, ActionEntry<'c>)> = Vec::new();
        for action in all {
            let is_there = telling.iter().any(|(own, _)| *own == action);
            if let Some(entry) = catalog.action(&action).filter(|_| !is_there) {
                telling.push((action, entry));
            }
        }
        Some(Self {
            telling,
            members: (MOST_MEMBERS / size.pieces.max(1)).max(LEAST_MEMBERS),
        })
    }

    /// The members of a wildcard that stand for all of it. `known` are the numbers of all actions of its statement.
    pub(super) fn entries(
        &self,
        grant: &Grant<'_>,
        known: &BitSet,
        evidence: &EvidenceByAction<'_>,
        catalog: &'c Catalog,
    ) -> Vec<ActionEntry<'c>> {
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
        let telling = self.telling.iter();
        let telling = telling
            .filter(|(action, entry)| known.contains(entry.number()) && grant.matches(action))
            .map(|(_, entry)| *entry);
        let mut found: Vec<ActionEntry<'c>> = other
            .into_iter()
            .chain(telling)
            .take(self.members)
            .collect();
        found.sort_by_key(ActionEntry::number);
        found.dedup_by_key(|entry| entry.number());
        found
    }
}

fn size(policies: &[PolicyDocument], catalog: &Catalog) -> Size {
    let statements = policies.iter().flat_map(|policy| &policy.statements);
    let allowing = statements.filter(|statement| statement.effect == Effect::Allow);
    let mut size = Size::default();
    for statement in allowing {
        let pieces = match &statement.resources {
            ResourceClause::Resource(patterns) | ResourceClause::NotResource(patterns) => {
                patterns.len().max(1)
            }
            ResourceClause::Absent => 1,
        };
        for names in wildcards(statement, catalog) {
            size.names = size.names.saturating_add(names);
            size.pairs = size.pairs.saturating_add(names.saturating_mul(pieces));
            size.pieces = size.pieces.saturating_add(pieces);
        }
    }
    size
}

/// For each wildcard of a statement, how many names it is held against.
fn wildcards(statement: &Statement, catalog: &Catalog) -> Vec<usize> {
    match &statement.actions {
        ActionClause::Action(patterns) => {
            let wild = patterns
                .iter()
                .filter(|pattern| pattern.value.is_wildcard());
            wild.map(|pattern| names(&pattern.value, catalog)).collect()
        }
        ActionClause::NotAction(patterns) => {
            let excepted = patterns.iter();
            let excepted = excepted.map(|own| names(&own.value, catalog));
            vec![all(catalog) + excepted.sum::<usize>()]
        }
    }
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
        policy(&format!("[{}]", elements.join(", ")), "\"*\"")
    }

    /// A wildcard on so many buckets.
    fn buckets(action: &str, count: usize) -> PolicyDocument {
        let arns: Vec<String> = (0..count)
            .map(|number| format!("\"arn:aws:s3:::bucket-{number}/*\""))
            .collect();
        policy(&format!("\"{action}\""), &format!("[{}]", arns.join(", ")))
    }

    /// One statement that allows these actions on these resources, both as JSON.
    fn policy(actions: &str, resources: &str) -> PolicyDocument {
        let text = format!(
            "{{\"Version\": \"2012-10-17\", \"Statement\": {{\"Effect\": \"Allow\", \"Action\": {actions}, \"Resource\": {resources}}}}}"
        );
        PolicyDocument::parse(&text, "p.json").expect("a policy")
    }

    #[test]
    fn wildcards_on_many_resources_are_looked_at_for_a_few_members_each() {
        let policies = [buckets("*", 11_000)];
        let granted = Granted {
            policies: &policies,
            ..Granted::default()
        };
        let found = compare(&NeededPermissions::default(), &granted, Catalog::embedded());
        assert!(found.is_sampled && !found.given_up.is_empty());
        let groups = found.elements.values().flatten();
        let spots: usize = groups.map(|group| group.spots.len()).sum();
        assert!(spots <= MOST_MEMBERS, "{spots}");
    }

    #[test]
    fn a_crowd_is_told_by_its_number_alone() {
        let catalog = Catalog::embedded();
        let is_crowd = |policy| {
            let needs = NeededPermissions::default();
            let evidence = EvidenceByAction::of(&needs, &[], catalog);
            Crowd::of(&[policy], &evidence, catalog).is_some()
        };
        assert!(is_crowd(crowd("ec2")));
        assert!(!is_crowd(crowd("sqs")));
        assert!(is_crowd(buckets("*", 2_000)));
        assert!(!is_crowd(buckets("*", 200)));
        assert!(!is_crowd(buckets("s3:*", 2_000)));
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
