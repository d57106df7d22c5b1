//! Keeps only the places that belong to a part of a finding, so that the report points at no line that grants something
//! else.

use crate::compare::{Excess, Origin};
use crate::iam::{ActionClause, PolicyDocument, Statement};

/// Removes from a part the places that grant nothing of it. If no place grants any of it, all places stay.
pub(super) fn keep_places(part: &mut Excess, whole: &Excess, policies: &[PolicyDocument]) {
    if part.origins.len() < 2 || is_whole(part, whole) {
        return;
    }
    let grants_some = |origin: &Origin| {
        let mut statements = policies
            .iter()
            .filter(|policy| policy.name == origin.policy)
            .flat_map(|policy| policy.statements.iter().map(move |own| (policy, own)))
            .filter(|(_, own)| own.index == origin.statement)
            .peekable();
        // A place that is in no known policy stays.
        statements.peek().is_none()
            || statements.any(|(policy, statement)| grants(part, policy, statement, origin))
    };
    let kept: Vec<Origin> = part
        .origins
        .iter()
        .filter(|origin| grants_some(origin))
        .cloned()
        .collect();
    if !kept.is_empty() {
        part.origins = kept.into_iter().collect();
    }
}

fn is_whole(part: &Excess, whole: &Excess) -> bool {
    part.actions == whole.actions && part.resources == whole.resources
}

/// Whether the element at a place grants an action of the part on a resource of the part.
fn grants(part: &Excess, policy: &PolicyDocument, statement: &Statement, place: &Origin) -> bool {
    let on_some = part.not_resource
        || statement
            .resources
            .patterns()
            .iter()
            .any(|pattern| part.resources.contains(pattern.value.text()));
    let ActionClause::Action(patterns) = &statement.actions else {
        return on_some;
    };
    let mut here = patterns
        .iter()
        .filter(|pattern| Origin::of(policy, statement, pattern.span) == *place)
        .peekable();
    let is_of_part = here.peek().is_none()
        || here.any(|pattern| {
            let mut members = part.observed.iter().chain(&part.unobserved);
            part.actions.contains(pattern.value.text())
                || members.any(|action| pattern.value.matches(action))
        });
    on_some && is_of_part
}
