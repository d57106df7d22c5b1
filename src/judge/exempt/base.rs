//! Compares what a finding grants now with what was granted before a change.

use super::divide::Pair;
use crate::catalog::Catalog;
use crate::compare::{Excess, Origin, Severity, Undecided};
use crate::iam::algebra::compare;
use crate::iam::permissions::{Cell, PermissionSet};
use crate::iam::said::says;
use crate::iam::{
    ActionClause, ActionPattern, Answer, Effect, PolicyDocument, ResourceClause, Spanned,
};
use std::collections::{BTreeMap, BTreeSet};
use std::slice::from_ref;

/// Policy files that changed recently, by path, with the documents that granted in their place before: the same file, or one
/// or more files with other names.
pub type Earlier = BTreeMap<String, Vec<PolicyDocument>>;

/// What was granted before a change.
#[derive(Debug, Clone)]
pub struct Before {
    /// All of it.
    pub granted: Vec<PolicyDocument>,
    /// The permissions boundary that limited it.
    pub boundary: Option<PolicyDocument>,
    /// What may have been granted besides, as [`crate::roles::Role::unknown`] says it.
    pub unknown: BTreeSet<String>,
    /// The part that was granted long enough to have been observed. `None` if no file changed recently.
    pub settled: Option<Settled>,
    /// Whether the change cannot affect this role, so that everything granted now was granted before.
    pub is_untouched: bool,
    /// Whether this only says what was granted recently, and nothing about what is new.
    pub is_of_age_alone: bool,
}

/// What was granted long enough to have been observed.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The policies.
    pub granted: Vec<PolicyDocument>,
    /// The permissions boundary that limited them.
    pub boundary: Option<PolicyDocument>,
}

/// Policies, and the permissions boundary that limits them.
#[derive(Debug, Clone, Copy)]
pub struct Limited<'a> {
    /// The policies.
    pub policies: &'a [PolicyDocument],
    /// The permissions boundary.
    pub boundary: Option<&'a PolicyDocument>,
}

impl Limited<'_> {
    fn permissions(self, catalog: &Catalog) -> PermissionSet {
        let documents: Vec<&PolicyDocument> = self.policies.iter().collect();
        let set = PermissionSet::from_documents(&documents, catalog);
        match self.boundary {
            Some(boundary) => set.within(boundary, documents.len(), catalog),
            None => set,
        }
    }
}

impl Before {
    /// Takes the policies before the change, and what the recently changed ones said earlier. A grant is as old as the first
    /// commit that granted it, wherever it is written now.
    pub fn new(granted: Vec<PolicyDocument>, earlier: &Earlier) -> Self {
        let of_file = |document: &PolicyDocument| {
            earlier
                .get(&document.name)
                .map_or_else(|| vec![document.clone()], Clone::clone)
        };
        let is_young = granted
            .iter()
            .any(|document| earlier.contains_key(&document.name));
        Self {
            settled: is_young.then(|| Settled {
                granted: granted.iter().flat_map(of_file).collect(),
                boundary: None,
            }),
            granted,
            boundary: None,
            unknown: BTreeSet::new(),
            is_untouched: false,
            is_of_age_alone: false,
        }
    }

    /// The same within a permissions boundary, which is as old as the policies.
    #[must_use]
    pub fn within(self, boundary: Option<PolicyDocument>) -> Self {
        Self {
            settled: self.settled.map(|settled| Settled {
                boundary: boundary.clone(),
                ..settled
            }),
            boundary,
            ..self
        }
    }

    /// Takes the current policies, some of which changed recently. `None` if none did. As no change is judged, nothing
    /// counts as new.
    pub fn of_age(now: Limited<'_>, earlier: &Earlier) -> Option<Self> {
        let before = Self {
            is_of_age_alone: true,
            ..Self::new(now.policies.to_vec(), earlier).within(now.boundary.cloned())
        };
        before.settled.is_some().then_some(before)
    }

    /// The same, with what was granted long enough to have been observed.
    #[must_use]
    pub fn settled(self, settled: Settled) -> Self {
        Self {
            settled: Some(settled),
            ..self
        }
    }

    /// Takes the current policies and the part of them that was granted long enough to have been observed. As no change is
    /// judged, nothing counts as new.
    pub fn only_settled(now: Limited<'_>, settled: Settled) -> Self {
        let before = Self::new(now.policies.to_vec(), &Earlier::new());
        let before = before.within(now.boundary.cloned()).settled(settled);
        Self {
            is_of_age_alone: true,
            ..before
        }
    }

    /// Describes a role that no change of files can affect: it granted before what it grants now.
    pub fn untouched() -> Self {
        Self {
            granted: Vec::new(),
            boundary: None,
            unknown: BTreeSet::new(),
            settled: None,
            is_untouched: true,
            is_of_age_alone: false,
        }
    }

    /// Whether every statement of these policies existed before, wherever and however it was written, no `Deny` was removed,
    /// and the permissions boundary lets through no more. If not, the policies may still grant the same.
    pub fn says_all(&self, now: Limited<'_>) -> bool {
        let says_all = |before: &[PolicyDocument], now: &[PolicyDocument]| {
            says(before, now, Effect::Allow) && says(now, before, Effect::Deny)
        };
        let is_limited_as_before = match (&self.boundary, now.boundary) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(before), Some(now)) => says_all(from_ref(before), from_ref(now)),
        };
        self.is_untouched
            || (!self.is_of_age_alone
                && is_limited_as_before
                && says_all(&self.granted, now.policies))
    }
}

/// A role's policies now and before the change.
#[derive(Debug)]
pub(super) struct Base<'a> {
    policies: &'a [PolicyDocument],
    now: PermissionSet,
    before: PermissionSet,
    doubt: InDoubt,
    catalog: &'a Catalog,
}

/// What counts where it is undecided whether a grant was there before. Those of severity `high` or worse are never old then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InDoubt {
    /// It is new: nobody proved that it was there.
    New,
    /// It is old below `high`, so that it does not wait to be observed.
    Old,
}

impl<'a> Base<'a> {
    pub(super) fn new(
        now: Limited<'a>,
        base: Limited<'_>,
        doubt: InDoubt,
        catalog: &'a Catalog,
    ) -> Self {
        Self {
            doubt,
            policies: now.policies,
            now: now.permissions(catalog),
            before: base.permissions(catalog),
            catalog,
        }
    }

    /// The cells that may distinguish the actions of a wildcard: those that granted or denied something before, and those
    /// that deny something now, with what a permissions boundary let through and lets through.
    pub(super) fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.before
            .allows
            .iter()
            .chain(&self.before.denies)
            .chain(&self.now.denies)
            .chain(self.before.bounds.iter().flatten())
            .chain(self.now.bounds.iter().flatten())
    }

    /// Whether everything granted now was granted before.
    pub(super) fn grants_nothing_more(&self) -> bool {
        compare(&self.now, &self.before, self.catalog).within == Answer::Yes
    }

    /// Whether the base already granted a finding, or one pair of it, in any statement. If that is undecided, [`InDoubt`]
    /// says what counts.
    pub(super) fn grants(&self, finding: &Excess, pair: Option<Pair<'_>>) -> bool {
        let part = Part {
            actions: pair.map_or_else(
                || finding.actions.iter().map(String::as_str).collect(),
                |pair| vec![pair.action],
            ),
            resources: pair.map_or_else(
                || finding.resources.iter().map(String::as_str).collect(),
                |pair| vec![pair.resource],
            ),
            severity: finding.severity,
            is_member: pair.is_some_and(|pair| pair.is_member),
        };
        self.grants_part(&finding.origins, &part)
    }

    /// Whether the base already granted an undecided grant.
    pub(super) fn grants_undecided(&self, undecided: &Undecided) -> bool {
        let part = Part {
            actions: undecided.actions.iter().map(String::as_str).collect(),
            resources: undecided.resources.iter().map(String::as_str).collect(),
            severity: undecided.severity,
            is_member: false,
        };
        self.grants_part(&undecided.origins, &part)
    }

    fn grants_part(&self, origins: &BTreeSet<Origin>, part: &Part<'_>) -> bool {
        origins.iter().all(|origin| {
            let Some(granted) = self.granted(origin, part) else {
                return false;
            };
            let documents = [&granted];
            let mut set = PermissionSet::from_documents(&documents, self.catalog);
            set.denies.clone_from(&self.now.denies);
            set.bounds.clone_from(&self.now.bounds);
            match compare(&set, &self.before, self.catalog).within {
                Answer::Yes => true,
                Answer::No => false,
                Answer::Undecided => self.doubt == InDoubt::Old && part.severity < Severity::High,
            }
        })
    }

    /// The statement at an origin, reduced to a part: elements as written, or actions that a wildcard matches.
    fn granted(&self, origin: &Origin, part: &Part<'_>) -> Option<PolicyDocument> {
        let policies = self.policies.iter();
        let document = policies
            .filter(|document| document.name == origin.policy)
            .find(|document| document.statements.len() > origin.statement)?;
        let mut statement = document.statements.get(origin.statement)?.clone();
        match &mut statement.actions {
            ActionClause::Action(patterns) => {
                *patterns = part
                    .actions
                    .iter()
                    .filter_map(|text| parts_of(patterns, text))
                    .collect();
            }
            ActionClause::NotAction(_) if part.is_member => {
                let span = statement.actions_span;
                let members = part.actions.iter().map(|text| Spanned {
                    value: ActionPattern::new(*text),
                    span,
                });
                statement.actions = ActionClause::Action(members.collect());
            }
            ActionClause::NotAction(_) => {}
        }
        if let ResourceClause::Resource(patterns) = &mut statement.resources {
            patterns.retain(|pattern| part.resources.contains(&pattern.value.text()));
        }
        Some(PolicyDocument {
            statements: vec![statement],
            ..document.clone()
        })
    }
}

/// The part of a statement that is asked about.
struct Part<'a> {
    actions: Vec<&'a str>,
    resources: Vec<&'a str>,
    severity: Severity,
    /// Whether the actions are ones that a wildcard or a `NotAction` matches.
    is_member: bool,
}

/// An element as written, or an action as an element of its own if a wildcard matches it.
fn parts_of(patterns: &[Spanned<ActionPattern>], text: &str) -> Option<Spanned<ActionPattern>> {
    let written = patterns.iter().find(|own| own.value.text() == text);
    let member = || {
        let value = ActionPattern::new(text);
        let whole = patterns.iter().find(|own| own.value.covers(&value))?;
        Some(Spanned {
            value,
            span: whole.span,
        })
    };
    written.cloned().or_else(member)
}
