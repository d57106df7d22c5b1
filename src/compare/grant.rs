//! Policies taken apart into grants: one action element of one `Allow` statement, or its whole `NotAction`, with that
//! statement's resources.

use super::brought::Brought;
use super::crowd::Crowd;
use super::{Excess, Kind, Origin, Severity};
use crate::catalog::{ActionEntry, Catalog};
use crate::iam::algebra::Piece;
use crate::iam::{
    Action, ActionClause, ActionPattern, Answer, Effect, Glob, PolicyDocument, ResourceClause,
    Spanned, Statement, union_covers,
};
use std::collections::{BTreeMap, BTreeSet};

/// The actions of a grant.
#[derive(Debug, Clone, Copy)]
pub(super) enum Granting<'a> {
    /// Those of one element of `Action`.
    Element(&'a ActionPattern),
    /// All but those of a `NotAction`.
    AllBut(&'a [Spanned<ActionPattern>]),
}

/// Some actions that an `Allow` statement grants on its resources.
#[derive(Debug, Clone)]
pub(super) struct Grant<'a> {
    /// The actions.
    pub(super) actions: Granting<'a>,
    /// The statement.
    pub(super) statement: &'a Statement,
    /// The place of the statement among all that allow.
    pub(super) cell: usize,
    /// The place of the policy among those that are judged.
    pub(super) policy: usize,
    /// The place of the element in the statement; 0 for a `NotAction`.
    pub(super) element: usize,
    /// Where it stands.
    pub(super) origin: Origin,
    /// What comes along with the statement without being asked for.
    pub(super) brought: Option<&'a BTreeSet<Action>>,
    /// What a wildcard is among, where there are too many to look at each member: some stand for all.
    pub(super) crowd: Option<&'a Crowd<'a>>,
}

impl<'a> Grant<'a> {
    /// Whether an action comes along without being asked for.
    pub(super) fn brings_along(&self, action: &Action) -> bool {
        self.brought.is_some_and(|brought| brought.contains(action))
    }

    /// The action elements as written.
    pub(super) fn written(&self) -> BTreeSet<String> {
        match self.actions {
            Granting::Element(pattern) => BTreeSet::from([pattern.text().to_owned()]),
            Granting::AllBut(patterns) => patterns
                .iter()
                .map(|pattern| pattern.value.text().to_owned())
                .collect(),
        }
    }

    /// A finding about the grant that says nothing yet.
    pub(super) fn nothing_yet(&self) -> Excess {
        Excess {
            kind: Kind::UnusedService,
            severity: Severity::Low,
            severities: BTreeMap::new(),
            actions: self.written(),
            not_action: self.not_action(),
            resources: BTreeSet::new(),
            not_resource: self.not_resource(),
            conditional: self.is_conditional(),
            observed: BTreeSet::new(),
            unobserved: BTreeSet::new(),
            not_in_effect: BTreeSet::new(),
            needed_resources: BTreeSet::new(),
            doubts: BTreeSet::new(),
            wants_a_name: false,
            written_whole: true,
            origins: BTreeSet::new(),
            advice: None,
        }
    }

    /// Whether the written elements are those of a `NotAction`.
    pub(super) fn not_action(&self) -> bool {
        matches!(self.actions, Granting::AllBut(_))
    }

    /// Whether the written resources are those of a `NotResource`.
    pub(super) fn not_resource(&self) -> bool {
        matches!(self.statement.resources, ResourceClause::NotResource(_))
    }

    /// Whether the statement has a `Condition`.
    pub(super) fn is_conditional(&self) -> bool {
        self.statement.condition.is_some()
    }

    /// The resource elements of a piece as written; all of a `NotResource`.
    pub(super) fn texts(&self, place: usize) -> BTreeSet<String> {
        match &self.statement.resources {
            ResourceClause::Resource(patterns) => patterns
                .get(place)
                .map(|pattern| pattern.value.text().to_owned())
                .into_iter()
                .collect(),
            ResourceClause::NotResource(_) | ResourceClause::Absent => self.resource_texts(),
        }
    }

    /// What of some needed resources the statement reaches.
    pub(super) fn reached(&self, needed: Option<&BTreeSet<String>>) -> BTreeSet<String> {
        let needed = needed.into_iter().flatten();
        needed
            .filter(|needed| self.reaches(&Glob::parse(needed)))
            .cloned()
            .collect()
    }

    /// Whether some resource of the statement is one that a glob matches.
    pub(super) fn reaches(&self, needed: &Glob) -> bool {
        let patterns = self.statement.resources.patterns().iter();
        match &self.statement.resources {
            ResourceClause::Resource(_) => patterns
                .map(|pattern| pattern.value.glob())
                .any(|own| own.intersects(needed)),
            ResourceClause::NotResource(_) => {
                let excluded: Vec<Glob> = patterns
                    .filter(|pattern| pattern.value.is_exact())
                    .map(|pattern| pattern.value.glob().clone())
                    .collect();
                union_covers(&excluded, needed) != Answer::Yes
            }
            ResourceClause::Absent => true,
        }
    }

    /// The resource elements as written.
    pub(super) fn resource_texts(&self) -> BTreeSet<String> {
        let elements = self.statement.resources.patterns().iter();
        elements
            .map(|element| element.value.text().to_owned())
            .collect()
    }

    /// The statement's resources, an element at a time; what a `NotResource` leaves is one piece.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let piece = |element| Piece {
            cell: self.cell,
            element,
        };
        match &self.statement.resources {
            ResourceClause::Resource(resources) => {
                (0..resources.len()).map(|own| piece(Some(own))).collect()
            }
            ResourceClause::NotResource(_) | ResourceClause::Absent => vec![piece(None)],
        }
    }

    /// Whether an action is among those that are granted.
    pub(super) fn matches(&self, action: &Action) -> bool {
        match self.actions {
            Granting::Element(pattern) => pattern.matches(action),
            Granting::AllBut(patterns) => {
                !patterns.iter().any(|pattern| pattern.value.matches(action))
            }
        }
    }

    /// The actions of the catalogue among them.
    pub(super) fn entries<'c>(&self, catalog: &'c Catalog) -> Vec<ActionEntry<'c>> {
        match self.actions {
            Granting::Element(pattern) => catalog.actions_matching(pattern),
            Granting::AllBut(_) => {
                let mut all = catalog.actions_matching(&ActionPattern::new("*"));
                all.retain(|entry| self.matches(&entry.action()));
                all
            }
        }
    }

    /// The service whose actions they are, where they are of one.
    pub(super) fn prefix(&self) -> Option<&'a str> {
        match self.actions {
            Granting::Element(pattern) => pattern.prefix(),
            Granting::AllBut(_) => None,
        }
    }

    /// Whether more than one action can be meant.
    pub(super) fn is_wildcard(&self) -> bool {
        is_wildcard(self.actions)
    }

    /// Whether it is every action: `*`.
    pub(super) fn is_everything(&self) -> bool {
        match self.actions {
            Granting::Element(pattern) => pattern.is_everything(),
            Granting::AllBut(_) => false,
        }
    }

    /// Whether it is every action of a service: `s3:*`.
    pub(super) fn is_whole_service(&self) -> bool {
        match self.actions {
            Granting::Element(pattern) => pattern.name().is_some_and(Glob::is_everything),
            Granting::AllBut(_) => false,
        }
    }
}

fn is_wildcard(actions: Granting<'_>) -> bool {
    match actions {
        Granting::Element(pattern) => pattern.is_wildcard(),
        Granting::AllBut(_) => true,
    }
}

/// Every grant of the policies, in order; in a crowd, some members stand for all of a wildcard.
pub(super) fn allows<'a>(
    policies: &'a [PolicyDocument],
    brought: &'a Brought,
    crowd: Option<&'a Crowd<'a>>,
) -> Vec<Grant<'a>> {
    let allowing = policies.iter().enumerate().flat_map(|(place, policy)| {
        let statements = policy.statements.iter();
        statements
            .filter(|statement| statement.effect == Effect::Allow)
            .map(move |statement| (place, policy, statement))
    });
    let mut grants = Vec::new();
    for (cell, (place, policy, statement)) in allowing.enumerate() {
        let mut add = |element, actions, span| {
            grants.push(Grant {
                actions,
                statement,
                cell,
                policy: place,
                element,
                origin: Origin::of(policy, statement, span),
                brought: brought.get(&(place, statement.index)),
                crowd: crowd.filter(|_| is_wildcard(actions)),
            });
        };
        match &statement.actions {
            ActionClause::Action(patterns) => {
                for (element, pattern) in patterns.iter().enumerate() {
                    add(element, Granting::Element(&pattern.value), pattern.span);
                }
            }
            ActionClause::NotAction(patterns) => {
                if let Some(first) = patterns.first() {
                    add(0, Granting::AllBut(patterns), first.span);
                }
            }
        }
    }
    grants
}
