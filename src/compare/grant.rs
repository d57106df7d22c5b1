//! Policies taken apart into grants: one action element of one `Allow` statement with that statement's resources.

use super::Origin;
use crate::iam::{
    Action, ActionClause, ActionPattern, Effect, Glob, PolicyDocument, ResourceClause,
    ResourcePattern, Statement,
};
use std::collections::BTreeSet;

/// One action element of an `Allow` statement.
#[derive(Debug, Clone)]
pub(super) struct Grant<'a> {
    /// The action element.
    pub(super) pattern: &'a ActionPattern,
    /// The statement's resource elements.
    pub(super) resources: Vec<&'a ResourcePattern>,
    /// What of the statement hangs on the request: a `Condition` or a `Principal`.
    pub(super) hangs_on: Option<&'static str>,
    /// Where it stands.
    pub(super) origin: Origin,
    /// Why the statement as a whole cannot be decided here, if so.
    pub(super) undecidable: Option<&'static str>,
}

impl Grant<'_> {
    /// The action element as written.
    pub(super) fn written(&self) -> BTreeSet<String> {
        BTreeSet::from([self.pattern.text().to_owned()])
    }

    /// The resource elements as written.
    pub(super) fn resource_texts(&self) -> BTreeSet<String> {
        let texts = self
            .resources
            .iter()
            .map(|resource| resource.text().to_owned());
        texts.collect()
    }
}

/// One `Deny` statement.
#[derive(Debug, Clone)]
pub(super) struct Denial<'a> {
    statement: &'a Statement,
}

/// What `Deny` statements do to an action.
#[derive(Debug, Clone, Default)]
pub(super) struct Denied {
    /// Resource patterns on which the action is denied whatever the request.
    pub(super) surely: Vec<Glob>,
    /// Whether a further `Deny` may apply that is not decided here.
    pub(super) perhaps: bool,
}

/// Every grant of the policies, in order.
pub(super) fn allows(policies: &[PolicyDocument]) -> Vec<Grant<'_>> {
    let mut grants = Vec::new();
    for (policy, statement) in statements(policies, Effect::Allow) {
        let (patterns, mut undecidable) = match &statement.actions {
            ActionClause::Action(patterns) => (patterns, None),
            ActionClause::NotAction(patterns) => (
                patterns,
                Some(
                    "`NotAction` grants everything but what it lists, which this comparison does not take apart",
                ),
            ),
        };
        let resources = match &statement.resources {
            ResourceClause::Resource(resources) => resources.iter().collect(),
            ResourceClause::NotResource(resources) => {
                undecidable = undecidable.or(Some(
                    "`NotResource` grants everything but what it lists, which this comparison does not take apart",
                ));
                resources.iter().collect::<Vec<_>>()
            }
            ResourceClause::Absent => Vec::new(),
        };
        for pattern in patterns {
            grants.push(Grant {
                pattern: &pattern.value,
                resources: resources.iter().map(|resource| &resource.value).collect(),
                hangs_on: hangs_on(statement),
                origin: Origin {
                    policy: policy.name.clone(),
                    statement: statement.index,
                    sid: statement.sid.clone(),
                    line: Some(pattern.line()),
                },
                undecidable,
            });
        }
    }
    grants
}

/// Every `Deny` statement of the policies.
pub(super) fn denies(policies: &[PolicyDocument]) -> Vec<Denial<'_>> {
    statements(policies, Effect::Deny)
        .map(|(_, statement)| Denial { statement })
        .collect()
}

/// What the `Deny` statements do to one action.
pub(super) fn denied(denials: &[Denial<'_>], action: &Action) -> Denied {
    let mut denied = Denied::default();
    for Denial { statement } in denials {
        if !statement.actions.matches(action) {
            continue;
        }
        match &statement.resources {
            ResourceClause::Resource(resources) if hangs_on(statement).is_none() => {
                for resource in resources {
                    if resource.value.is_exact() {
                        denied.surely.push(resource.value.glob().clone());
                    } else if resource.value.never_matches().is_none() {
                        denied.perhaps = true;
                    }
                }
            }
            ResourceClause::Resource(_)
            | ResourceClause::NotResource(_)
            | ResourceClause::Absent => {
                denied.perhaps = true;
            }
        }
    }
    denied
}

/// What of a statement hangs on the request.
pub(super) fn hangs_on(statement: &Statement) -> Option<&'static str> {
    if statement.condition.is_some() {
        return Some("its `Condition` narrows it in a way that traces do not show");
    }
    statement
        .principal
        .is_some()
        .then_some("it names a `Principal`, as only the policy of a resource does")
}

fn statements(
    policies: &[PolicyDocument],
    effect: Effect,
) -> impl Iterator<Item = (&PolicyDocument, &Statement)> {
    policies.iter().flat_map(move |policy| {
        let statements = policy.statements.iter();
        statements
            .filter(move |statement| statement.effect == effect)
            .map(move |statement| (policy, statement))
    })
}
