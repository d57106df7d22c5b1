//! Decides whether policies have too many wildcards in actions, or wildcards on too many resources, to check every action
//! that they match.
//!
//! The decision depends only on how many wildcards there are and on their services, before any of them is checked, so that
//! order changes nothing. In such a crowd only a few actions of each wildcard are checked, those that decide most: one that
//! no evidence mentions, those that were called, privilege escalation, and reading of secrets and data.

use super::evidence::EvidenceByAction;
use super::grant::{Grant, Granting};
use crate::catalog::{ActionEntry, Catalog, sensitive};
use crate::iam::action_set::BitSet;
use crate::iam::{
    Action, ActionClause, ActionPattern, Effect, PolicyDocument, ResourceClause, Statement,
};

/// The most action names that all wildcards together may be compared with: some seconds of work and about 100 MB.
/// Hand-written policies and AWS managed policies reach a tenth of it.
const MOST_NAMES: usize = 1 << 20;

/// The most pairs of an action name and a resource element: `*` on about 250 buckets.
const MOST_PAIRS: usize = 5 << 20;

/// The most actions that are checked for all wildcards of a crowd together, counted on each resource element.
const MOST_MEMBERS: usize = 1 << 16;

/// The fewest actions that are checked for one wildcard.
const LEAST_MEMBERS: usize = 4;

/// Why the work was given up, as the report says it.
pub(super) const REASON: &str =
    "the policies have too many wildcards for actions to tell apart what each of them grants";

/// Too many wildcards to check every action that they match.
#[derive(Debug)]
pub(super) struct Crowd<'c> {
    /// The actions that decide something, most important first, with their entries in the catalogue.
    telling: Vec<(Action, ActionEntry<'c>)>,
    /// How many actions of each wildcard are checked.
    members: usize,
}

/// The amount of work that the wildcards of the policies cause.
#[derive(Debug, Default)]
struct Size {
    /// Action names that the wildcards are compared with.
    names: usize,
    /// The same names, counted on each resource element of the statement.
    pairs: usize,
    /// Resource elements of statements with wildcards, those of a `NotResource` too, because a finding lists them all.
    pieces: usize,
}

impl<'c> Crowd<'c> {
    /// The crowd; `None` if the wildcards are few enough to check every action.
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

    /// The actions of a grant's wildcard that are checked. `known` are the numbers of all actions of its statement.
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

/// For each wildcard of a statement, the number of action names that it is compared with.
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
