//! What policies say, whatever their layout and their `Sid`s.

use super::{ActionClause, Effect, PolicyDocument, ResourceClause, Statement};
use std::collections::BTreeSet;

/// Whether policies have every statement of one effect that others have, wherever and however it is written.
pub fn says(policies: &[PolicyDocument], others: &[PolicyDocument], effect: Effect) -> bool {
    let statements = |documents: &[PolicyDocument]| -> BTreeSet<String> {
        let all = documents.iter().flat_map(|document| {
            let own = document.statements.iter();
            let own = own.filter(|statement| statement.effect == effect);
            own.map(|statement| said(document, statement))
        });
        all.collect()
    };
    statements(others).is_subset(&statements(policies))
}

/// Whether policies have the same statements as others.
pub fn says_the_same(policies: &[PolicyDocument], others: &[PolicyDocument]) -> bool {
    [Effect::Allow, Effect::Deny]
        .into_iter()
        .all(|effect| says(policies, others, effect) && says(others, policies, effect))
}

/// The content of a statement, without its `Sid` and layout.
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
