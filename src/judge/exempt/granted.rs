//! Decides whether what an entry names is granted at all, needed or not.

use crate::iam::{
    ActionClause, ActionPattern, Answer, Effect, PolicyDocument, ResourceClause, ResourcePattern,
    Version,
};
use std::collections::BTreeSet;

/// Whether some statement allows one of these actions on one of these resources. The flags say whether a list is of a
/// `NotAction` or a `NotResource`.
pub(super) fn any(
    (actions, not_action): (&BTreeSet<String>, bool),
    (resources, not_resource): (&BTreeSet<String>, bool),
    policies: &[PolicyDocument],
) -> bool {
    let actions: Vec<ActionPattern> = actions.iter().map(ActionPattern::new).collect();
    let resource = |text: &String| ResourcePattern::new(text, Version::V2012);
    let resources: Vec<ResourcePattern> = resources.iter().map(resource).collect();
    let statements = policies.iter().flat_map(|policy| &policy.statements);
    let mut allows = statements.filter(|statement| statement.effect == Effect::Allow);
    allows.any(|statement| {
        let acts = match &statement.actions {
            ActionClause::Action(own) if !not_action => own
                .iter()
                .any(|own| actions.iter().any(|action| own.value.intersects(action))),
            // The statement grants nothing here if its `NotAction` excludes all of these actions.
            ActionClause::NotAction(own) if !not_action => !actions
                .iter()
                .all(|action| own.iter().any(|own| own.value.covers(action))),
            ActionClause::Action(_) | ActionClause::NotAction(_) => true,
        };
        let reaches = match &statement.resources {
            ResourceClause::Resource(own) if !not_resource => own.iter().any(|own| {
                let mut resources = resources.iter();
                resources.any(|resource| own.value.glob().intersects(resource.glob()))
            }),
            ResourceClause::NotResource(own) if !not_resource => {
                !resources.iter().all(|resource| {
                    let mut own = own.iter();
                    own.any(|own| own.value.covers(resource) == Answer::Yes)
                })
            }
            ResourceClause::Resource(_)
            | ResourceClause::NotResource(_)
            | ResourceClause::Absent => true,
        };
        acts && reaches
    })
}
