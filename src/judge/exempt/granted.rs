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

#[cfg(test)]
mod tests {
    use super::any;
    use crate::iam::PolicyDocument;
    use std::collections::BTreeSet;

    const A: &str = "arn:aws:s3:::a/*";
    const B: &str = "arn:aws:s3:::b/*";

    /// Whether a statement with these elements grants an entry.
    fn grants(elements: &str, actions: (&str, bool), resources: (&str, bool)) -> bool {
        let text = format!(r#"{{"Statement": {{"Effect": "Allow", {elements}}}}}"#);
        let policies = [PolicyDocument::parse(&text, "role.json").unwrap()];
        let (action, not_action) = (BTreeSet::from([actions.0.to_owned()]), actions.1);
        let (resource, not_resource) = (BTreeSet::from([resources.0.to_owned()]), resources.1);
        any((&action, not_action), (&resource, not_resource), &policies)
    }

    #[test]
    fn what_an_entry_lists_is_looked_for_in_each_clause() {
        let of = |elements: &str| grants(elements, ("s3:GetObject", false), (A, false));
        for action in ["\"Action\": \"s3:Get*\"", "\"NotAction\": \"s3:Put*\""] {
            for (resource, is_granted) in [
                (format!("\"Resource\": \"{A}\""), true),
                (format!("\"Resource\": \"{B}\""), false),
                (format!("\"NotResource\": \"{B}\""), true),
                (format!("\"NotResource\": \"{A}\""), false),
            ] {
                let elements = format!("{action}, {resource}");
                assert_eq!(of(&elements), is_granted, "{elements}");
            }
        }
        for action in ["\"Action\": \"s3:Put*\"", "\"NotAction\": \"s3:*\""] {
            let elements = format!("{action}, \"Resource\": \"*\"");
            assert!(!of(&elements), "{elements}");
        }
    }

    #[test]
    fn what_an_entry_leaves_out_is_no_list_of_what_is_granted() {
        // The entry is of all but what it names, so that a statement which lists something else may well grant some of it.
        for action in ["\"Action\": \"s3:*\"", "\"NotAction\": \"iam:*\""] {
            let elements = format!("{action}, \"Resource\": \"*\"");
            assert!(grants(&elements, ("iam:*", true), (A, false)), "{elements}");
        }
        for resource in ["Resource", "NotResource"] {
            let elements = format!("\"Action\": \"s3:GetObject\", \"{resource}\": \"{B}\"");
            assert!(
                grants(&elements, ("s3:GetObject", false), (A, true)),
                "{elements}"
            );
            let elements = format!("\"Action\": \"s3:GetObject\", \"{resource}\": \"{A}\"");
            assert!(
                grants(&elements, ("s3:GetObject", false), (A, true)),
                "{elements}"
            );
        }
    }
}
