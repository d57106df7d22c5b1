//! What was granted before a change, held against what a finding grants now.

use super::divide::Pair;
use crate::catalog::Catalog;
use crate::compare::{Excess, Origin, Severity};
use crate::iam::algebra::{Relation, compare};
use crate::iam::permissions::PermissionSet;
use crate::iam::{ActionClause, PolicyDocument, ResourceClause};

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

    /// Whether the base granted a finding already, or one pair of it, wherever it is granted now. Where that cannot be told the
    /// stricter holds: what is high or worse counts as new, and is judged; what is below counts as old, for which there is no
    /// probation.
    pub(super) fn grants(&self, finding: &Excess, pair: Option<Pair<'_>>) -> bool {
        finding.origins.iter().all(|origin| {
            let Some(granted) = self.granted(origin, finding, pair) else {
                return false;
            };
            let documents = [&granted];
            let mut set = PermissionSet::from_documents(&documents, self.catalog);
            set.denies.clone_from(&self.now.denies);
            match compare(&set, &self.before, self.catalog).relation {
                Relation::Equivalent | Relation::Narrower => true,
                Relation::Broader | Relation::Incomparable => false,
                Relation::Undecided => finding.severity < Severity::High,
            }
        })
    }

    /// The statement at an origin, with nothing but what the finding is about.
    fn granted(
        &self,
        origin: &Origin,
        finding: &Excess,
        pair: Option<Pair<'_>>,
    ) -> Option<PolicyDocument> {
        let policies = self.policies.iter();
        let document = policies
            .filter(|document| document.name == origin.policy)
            .find(|document| document.statements.len() > origin.statement)?;
        let mut statement = document.statements.get(origin.statement)?.clone();
        if let ActionClause::Action(patterns) = &mut statement.actions {
            patterns.retain(|pattern| {
                let text = pattern.value.text();
                pair.map_or_else(
                    || finding.actions.contains(text),
                    |pair| pair.action == text,
                )
            });
        }
        if let ResourceClause::Resource(patterns) = &mut statement.resources {
            patterns.retain(|pattern| {
                let text = pattern.value.text();
                pair.map_or_else(
                    || finding.resources.contains(text),
                    |pair| pair.resource == text,
                )
            });
        }
        Some(PolicyDocument {
            statements: vec![statement],
            ..document.clone()
        })
    }
}
