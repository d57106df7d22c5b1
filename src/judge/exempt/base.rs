//! What was granted before a change, held against what a finding grants now.

use super::divide::Pair;
use crate::catalog::Catalog;
use crate::compare::{Excess, Origin, Severity, Undecided};
use crate::iam::algebra::compare;
use crate::iam::permissions::{Cell, PermissionSet};
use crate::iam::{
    ActionClause, ActionPattern, Answer, Effect, PolicyDocument, ResourceClause, Spanned, Statement,
};
use std::collections::{BTreeMap, BTreeSet};

/// Policy files that were changed lately, by their path, each with what granted in its place before: the same file as it was,
/// or under another name, or several.
pub type Earlier = BTreeMap<String, Vec<PolicyDocument>>;

/// What was granted before a change.
#[derive(Debug, Clone)]
pub struct Before {
    /// All of it.
    pub granted: Vec<PolicyDocument>,
    /// What of it has been there for long enough to have been observed; absent where nothing is young.
    pub settled: Option<Vec<PolicyDocument>>,
    /// Whether the change cannot have touched it, so that all that is granted was granted before.
    pub is_untouched: bool,
    /// Whether it says nothing of what is new, but of what is young alone.
    pub is_of_age_alone: bool,
}

impl Before {
    /// Policies as they were, and what those that were changed lately said before that. What is granted is as old as the first
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
            settled: is_young.then(|| granted.iter().flat_map(of_file).collect()),
            granted,
            is_untouched: false,
            is_of_age_alone: false,
        }
    }

    /// Policies as they are, of which some was changed lately; nothing where none was. Where no change is judged, nothing is new.
    pub fn of_age(now: &[PolicyDocument], earlier: &Earlier) -> Option<Self> {
        let before = Self {
            is_of_age_alone: true,
            ..Self::new(now.to_vec(), earlier)
        };
        before.settled.is_some().then_some(before)
    }

    /// Of a role that no change of files can touch: what it grants now, it granted before.
    pub fn untouched() -> Self {
        Self {
            granted: Vec::new(),
            settled: None,
            is_untouched: true,
            is_of_age_alone: false,
        }
    }

    /// Whether these policies say nothing that was not said before, statement by statement, wherever and however it is
    /// written. Where not, they may grant the same all the same.
    pub fn says_all(&self, policies: &[PolicyDocument]) -> bool {
        self.is_untouched
            || (!self.is_of_age_alone
                && is_said(policies, &self.granted, Effect::Allow)
                && is_said(&self.granted, policies, Effect::Deny))
    }
}

/// Whether each statement of one kind in the first is in the second.
fn is_said(now: &[PolicyDocument], before: &[PolicyDocument], effect: Effect) -> bool {
    let statements = |documents: &[PolicyDocument]| -> BTreeSet<String> {
        let all = documents.iter().flat_map(|document| {
            let own = document.statements.iter();
            let own = own.filter(|statement| statement.effect == effect);
            own.map(|statement| said(document, statement))
        });
        all.collect()
    };
    statements(now).is_subset(&statements(before))
}

/// What a statement says, whatever it is called and however it is laid out.
fn said(document: &PolicyDocument, statement: &Statement) -> String {
    let actions = statement.actions.patterns().iter();
    let actions: BTreeSet<&str> = actions.map(|own| own.value.text()).collect();
    let resources = statement.resources.patterns().iter();
    let resources: BTreeSet<&str> = resources.map(|own| own.value.text()).collect();
    format!(
        "{:?} {} {actions:?} {} {resources:?} {:?}",
        document.version,
        matches!(statement.actions, ActionClause::NotAction(_)),
        matches!(statement.resources, ResourceClause::NotResource(_)),
        statement.condition.as_ref().map(|own| &own.value),
    )
}

/// A role's policies as they are and as they were.
#[derive(Debug)]
pub(super) struct Base<'a> {
    policies: &'a [PolicyDocument],
    now: PermissionSet,
    before: PermissionSet,
    catalog: &'a Catalog,
}

impl<'a> Base<'a> {
    pub(super) fn new(
        policies: &'a [PolicyDocument],
        base: &[PolicyDocument],
        catalog: &'a Catalog,
    ) -> Self {
        let set = |documents: &[PolicyDocument]| {
            let documents: Vec<&PolicyDocument> = documents.iter().collect();
            PermissionSet::from_documents(&documents, catalog)
        };
        Self {
            policies,
            now: set(policies),
            before: set(base),
            catalog,
        }
    }

    /// What tells members of a wildcard apart: what the base granted, and what is denied now.
    pub(super) fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.before
            .allows
            .iter()
            .chain(&self.before.denies)
            .chain(&self.now.denies)
    }

    /// Whether all that is granted now was granted before.
    pub(super) fn grants_nothing_more(&self) -> bool {
        compare(&self.now, &self.before, self.catalog).within == Answer::Yes
    }

    /// Whether the base granted a finding already, or one pair of it, wherever it is granted now. Where that cannot be told the
    /// stricter holds: what is high or worse counts as new, and is judged; what is below counts as old, for which there is no
    /// probation.
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

    /// Whether the base granted already what nothing decides now.
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
            match compare(&set, &self.before, self.catalog).within {
                Answer::Yes => true,
                Answer::No => false,
                Answer::Undecided => part.severity < Severity::High,
            }
        })
    }

    /// The statement at an origin, with nothing but the part that is meant: elements as written, or members of a wildcard.
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

/// What is asked about of a statement.
struct Part<'a> {
    actions: Vec<&'a str>,
    resources: Vec<&'a str>,
    severity: Severity,
    /// Whether they are members of a wildcard, or of what a `NotAction` leaves.
    is_member: bool,
}

/// An element as written; of a wildcard that it is a member of, the member alone.
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
