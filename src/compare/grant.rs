//! Splits policies into grants. A grant is one action element of an `Allow` statement, or its whole `NotAction`, with the
//! resources of that statement.

use super::brought::Brought;
use super::crowd::Crowd;
use super::{Excess, Kind, Origin, Severity};
use crate::catalog::{ActionEntry, Catalog};
use crate::iam::algebra::Piece;
use crate::iam::{
    Action, ActionClause, ActionPattern, Answer, Effect, Glob, PolicyDocument, ResourceClause,
    ResourcePattern, Spanned, Statement, union_covers,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The actions of a grant.
#[derive(Debug, Clone, Copy)]
pub(super) enum Granting<'a> {
    /// Those of one element of `Action`.
    Element(&'a ActionPattern),
    /// All except those of a `NotAction`.
    AllBut(&'a [Spanned<ActionPattern>]),
}

/// Actions that an `Allow` statement grants on its resources.
#[derive(Debug, Clone)]
pub(super) struct Grant<'a> {
    /// The actions.
    pub(super) actions: Granting<'a>,
    /// The statement.
    pub(super) statement: &'a Statement,
    /// The place of the statement among all `Allow` statements.
    pub(super) cell: usize,
    /// The place of the policy among the judged policies.
    pub(super) policy: usize,
    /// The place of the element in the statement; 0 for a `NotAction`.
    pub(super) element: usize,
    /// The place in the policy's file.
    pub(super) origin: Origin,
    /// The actions of the statement that nobody wrote.
    pub(super) brought: Option<&'a BTreeSet<Action>>,
    /// For each resource element, the place of the first element with the same text: equal elements are judged once.
    pub(super) firsts: Arc<[usize]>,
    /// The crowd that its wildcard belongs to. Then only some of its actions are checked.
    pub(super) crowd: Option<&'a Crowd<'a>>,
}

impl<'a> Grant<'a> {
    /// Whether the statement grants an action that nobody wrote.
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

    /// An empty finding about the grant.
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

    /// Whether the written actions are those of a `NotAction`.
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

    /// The resource element of a piece as written, or all elements of a `NotResource`.
    pub(super) fn texts(&self, place: usize) -> impl Iterator<Item = &'a str> {
        let all = self.statement.resources.patterns();
        let own = match &self.statement.resources {
            ResourceClause::Resource(_) => all.get(place..=place).unwrap_or_default(),
            ResourceClause::NotResource(_) | ResourceClause::Absent => all,
        };
        own.iter().map(|pattern| pattern.value.text())
    }

    /// The needed resources that the statement reaches.
    pub(super) fn reached(&self, needed: Option<&BTreeSet<String>>) -> BTreeSet<String> {
        let needed = needed.into_iter().flatten();
        needed
            .filter(|needed| self.reaches(&Glob::parse(needed)))
            .cloned()
            .collect()
    }

    /// Whether the statement reaches some resource that a pattern matches.
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

    /// The resource element of a piece. `None` for what a `NotResource` leaves.
    pub(super) fn element(&self, piece: Piece) -> Option<&ResourcePattern> {
        match &self.statement.resources {
            ResourceClause::Resource(patterns) => {
                patterns.get(piece.element?).map(|pattern| &pattern.value)
            }
            ResourceClause::NotResource(_) | ResourceClause::Absent => None,
        }
    }

    /// The resource elements as written.
    pub(super) fn resource_texts(&self) -> BTreeSet<String> {
        let elements = self.statement.resources.patterns().iter();
        elements
            .map(|element| element.value.text().to_owned())
            .collect()
    }

    /// The resources of the statement as pieces: one for each element of `Resource`, or one for a whole `NotResource`.
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

    /// Whether the grant includes an action.
    pub(super) fn matches(&self, action: &Action) -> bool {
        match self.actions {
            Granting::Element(pattern) => pattern.matches(action),
            Granting::AllBut(patterns) => {
                !patterns.iter().any(|pattern| pattern.value.matches(action))
            }
        }
    }

    /// The actions of the grant that the catalogue lists.
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

    /// The service prefix, if all the actions are of one service.
    pub(super) fn prefix(&self) -> Option<&'a str> {
        match self.actions {
            Granting::Element(pattern) => pattern.prefix(),
            Granting::AllBut(_) => None,
        }
    }

    /// Whether the grant can include more than one action.
    pub(super) fn is_wildcard(&self) -> bool {
        is_wildcard(self.actions)
    }

    /// Whether it grants every action: `*`.
    pub(super) fn is_everything(&self) -> bool {
        match self.actions {
            Granting::Element(pattern) => pattern.is_everything(),
            Granting::AllBut(_) => false,
        }
    }

    /// Whether it grants every action of a service: `s3:*`.
    pub(super) fn is_whole_service(&self) -> bool {
        match self.actions {
            Granting::Element(pattern) => pattern.name().is_some_and(Glob::is_everything),
            Granting::AllBut(_) => false,
        }
    }
}

/// For each element of a `Resource`, the place of the first with the same text.
fn firsts(clause: &ResourceClause) -> Arc<[usize]> {
    let ResourceClause::Resource(patterns) = clause else {
        return Arc::default();
    };
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut firsts = Vec::new();
    for (place, pattern) in patterns.iter().enumerate() {
        firsts.push(*places.entry(pattern.value.text()).or_insert(place));
    }
    firsts.into()
}

fn is_wildcard(actions: Granting<'_>) -> bool {
    match actions {
        Granting::Element(pattern) => pattern.is_wildcard(),
        Granting::AllBut(_) => true,
    }
}

/// Every grant of the policies, in order.
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
        let firsts = firsts(&statement.resources);
        let mut add = |element, actions, span| {
            grants.push(Grant {
                actions,
                statement,
                cell,
                policy: place,
                element,
                origin: Origin::of(policy, statement, span),
                brought: brought.get(&(place, statement.index)),
                firsts: Arc::clone(&firsts),
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
