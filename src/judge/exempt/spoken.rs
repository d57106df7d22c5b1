//! Finds the actions that a finding is about. The finding of a wildcard also lists observed actions, and most of those are
//! justified.

use crate::compare::{Comparison, Excess, Spot};
use crate::iam::{Action, ActionClause, PolicyDocument};
use std::collections::{BTreeMap, BTreeSet};

/// The actions of each element as written.
type Written<'a> = BTreeMap<Option<&'a str>, Vec<&'a Action>>;

/// The excess actions of each element, by policy, statement and written element. A `NotAction` is one element without a
/// text.
pub(super) struct Spoken<'a> {
    elements: BTreeMap<(&'a str, usize), Written<'a>>,
}

impl<'a> Spoken<'a> {
    pub(super) fn of(comparison: &'a Comparison, policies: &'a [PolicyDocument]) -> Self {
        let is_too_much = |spot: &Spot| match spot {
            Spot::Beyond(_) | Spot::NotObserved => true,
            Spot::Dead(_) | Spot::Justified | Spot::Undecided(_) | Spot::GivenUp(_) => false,
        };
        let mut elements: BTreeMap<_, BTreeMap<_, Vec<&Action>>> = BTreeMap::new();
        for ((policy, statement, element), groups) in &comparison.elements {
            let Some(policy) = policies.get(*policy) else {
                continue;
            };
            let about = groups
                .iter()
                .filter(|group| group.spots.iter().any(is_too_much));
            let of_statement = elements.entry((policy.name.as_str(), *statement));
            let of_element = of_statement
                .or_default()
                .entry(text(policy, *statement, *element));
            let about = about.flat_map(|group| &group.actions);
            of_element.or_default().extend(about);
        }
        Self { elements }
    }

    /// The excess actions of the finding's elements.
    pub(super) fn by(&self, finding: &Excess) -> BTreeSet<Action> {
        let origins = finding.origins.iter();
        let statements = origins.filter_map(|origin| {
            self.elements
                .get(&(origin.policy.as_str(), origin.statement))
        });
        let mut spoken = finding.unobserved.clone();
        for elements in statements {
            let written = finding.actions.iter().map(|text| Some(text.as_str()));
            for text in written.chain([None]) {
                let about = elements.get(&text).into_iter().flatten();
                spoken.extend(about.map(|action| (*action).clone()));
            }
        }
        spoken
    }
}

/// An action element as written; `None` for a `NotAction`.
fn text(policy: &PolicyDocument, statement: usize, element: usize) -> Option<&str> {
    let statement = policy
        .statements
        .iter()
        .find(|own| own.index == statement)?;
    match &statement.actions {
        ActionClause::Action(patterns) => Some(patterns.get(element)?.value.text()),
        ActionClause::NotAction(_) => None,
    }
}
