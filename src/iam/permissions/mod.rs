//! Turns policies into permission sets, whose cells can be computed with: actions on resources, under a condition, from a
//! statement.
//!
//! What is allowed is a union of cells. What is denied stays a list of cells to subtract, because subtracting it from the
//! patterns would need patterns that IAM cannot write. The result agrees with [`decide`](super::evaluate::decide), which
//! answers for one request.

use super::action_set::{ActionNumbering, ActionSet};
use super::evaluate::StatementRef;
use super::{
    Action, Answer, ConditionBlock, Effect, PolicyDocument, ResourceClause, ResourcePattern,
    Statement, Version,
};

/// The resources of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResourceSet {
    /// The resources that match one of these patterns.
    Only(Vec<ResourcePattern>),
    /// The resources that match none of these patterns.
    AllBut(Vec<ResourcePattern>),
    /// Whatever the policy is attached to.
    Attached,
}

impl ResourceSet {
    /// Whether the set contains a resource.
    pub fn contains(&self, resource: &str) -> Answer {
        let listed = |patterns: &[ResourcePattern]| {
            let matches = patterns.iter().map(|pattern| pattern.matches(resource));
            matches.fold(Answer::No, Answer::or)
        };
        match self {
            Self::Only(patterns) => listed(patterns),
            Self::AllBut(patterns) => listed(patterns).negate(),
            Self::Attached => Answer::Undecided,
        }
    }
}

/// One statement, prepared for computing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The actions.
    pub actions: ActionSet,
    /// The resources.
    pub resources: ResourceSet,
    /// The condition. An empty one always holds.
    pub condition: ConditionBlock,
    /// The policy version of its document.
    pub version: Version,
    /// The `Principal` element as written without white space, if there is one. A `NotPrincipal` has `Not` in front of it.
    pub principal: Option<String>,
    /// The statement.
    pub origin: StatementRef,
}

impl Cell {
    fn of(
        statement: &Statement,
        policy: usize,
        document: &PolicyDocument,
        numbering: &dyn ActionNumbering,
    ) -> Self {
        let patterns = || {
            let patterns = statement.resources.patterns().iter();
            patterns.map(|pattern| pattern.value.clone()).collect()
        };
        Self {
            actions: ActionSet::of(&statement.actions, numbering),
            resources: match &statement.resources {
                ResourceClause::Resource(_) => ResourceSet::Only(patterns()),
                ResourceClause::NotResource(_) => ResourceSet::AllBut(patterns()),
                ResourceClause::Absent => ResourceSet::Attached,
            },
            condition: statement
                .condition
                .as_ref()
                .map(|block| block.value.clone())
                .unwrap_or_default(),
            version: document.version,
            principal: statement.principal.map(|span| {
                let before = document.source.get(..span.start).unwrap_or_default();
                let name = before.trim_end_matches(|letter: char| !letter.is_alphabetic());
                let not = if name.ends_with("NotPrincipal") {
                    "Not"
                } else {
                    ""
                };
                let written = document.source.get(span.range()).unwrap_or_default();
                let written = written.split_whitespace();
                std::iter::once(not).chain(written).collect()
            }),
            origin: StatementRef {
                policy,
                statement: statement.index,
            },
        }
    }

    fn contains(&self, action: &Action, resource: &str, numbering: &dyn ActionNumbering) -> Answer {
        if !self.actions.contains(action, numbering) {
            return Answer::No;
        }
        let always = self.condition.is_empty() && self.principal.is_none();
        let request = if always {
            Answer::Yes
        } else {
            Answer::Undecided
        };
        self.resources.contains(resource).and(request)
    }
}

/// Everything that some policies allow, and everything that they deny.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PermissionSet {
    /// What is allowed: the union of these.
    pub allows: Vec<Cell>,
    /// What is denied, to be subtracted.
    pub denies: Vec<Cell>,
    /// What each permissions boundary and SCP allows. Only what all of them allow is granted.
    pub bounds: Vec<Vec<Cell>>,
}

impl PermissionSet {
    /// The permission set of these policies, with their statements in order.
    pub fn from_documents(policies: &[&PolicyDocument], numbering: &dyn ActionNumbering) -> Self {
        let mut set = Self::default();
        for (policy, document) in policies.iter().enumerate() {
            for statement in &document.statements {
                let cells = match statement.effect {
                    Effect::Allow => &mut set.allows,
                    Effect::Deny => &mut set.denies,
                };
                cells.push(Cell::of(statement, policy, document, numbering));
            }
        }
        set
    }

    /// Limits the set by a permissions boundary or an SCP: to what `document` allows too, and without what it denies. The
    /// origins of its statements have `number` as the policy.
    #[must_use]
    pub fn within(
        mut self,
        document: &PolicyDocument,
        number: usize,
        numbering: &dyn ActionNumbering,
    ) -> Self {
        let mut bound = Vec::new();
        for statement in &document.statements {
            let cells = match statement.effect {
                Effect::Allow => &mut bound,
                Effect::Deny => &mut self.denies,
            };
            cells.push(Cell::of(statement, number, document, numbering));
        }
        self.bounds.push(bound);
        self
    }

    /// Whether an action on a resource is allowed and not denied.
    pub fn contains(
        &self,
        action: &Action,
        resource: &str,
        numbering: &dyn ActionNumbering,
    ) -> Answer {
        let any = |cells: &[Cell]| {
            let cells = cells
                .iter()
                .map(|cell| cell.contains(action, resource, numbering));
            cells.fold(Answer::No, Answer::or)
        };
        let bounds = self.bounds.iter().map(|bound| any(bound));
        let allowed = bounds.fold(any(&self.allows), Answer::and);
        allowed.and(any(&self.denies).negate())
    }
}

#[cfg(test)]
mod tests;
