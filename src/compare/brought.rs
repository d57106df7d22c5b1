//! Finds the granted actions that nobody wrote: those that a SAM policy template adds to the needed ones, and those of a
//! setting such as a dead-letter queue.
//!
//! A user who names a policy template gets all of it. If it is the narrowest template that covers the need, its other
//! actions cannot be avoided by naming another one, so they are a small matter. The extra actions of a wider template are
//! not.

use super::Granted;
use crate::iam::{Action, Effect, MadeBy, PolicyDocument, Span, Statement};
use crate::needed::NeededPermissions;
use std::collections::{BTreeMap, BTreeSet};

/// Finds the actions of the narrowest policy template that grants all of the given actions. The result is empty if no
/// template does.
pub type Narrowest = fn(&BTreeSet<Action>) -> BTreeSet<Action>;

/// The actions that nobody wrote, by policy and statement.
pub(super) type Brought = BTreeMap<(usize, usize), BTreeSet<Action>>;

/// Finds the actions that nobody wrote in the judged policies.
pub(super) fn brought(granted: &Granted<'_>, needs: &NeededPermissions) -> Brought {
    let observed: BTreeSet<&Action> = needs.needed.keys().map(|need| &need.action).collect();
    let mut found = Brought::new();
    for (place, policy) in granted.policies.iter().enumerate() {
        for statement in &policy.statements {
            let along = match &statement.made_by {
                None => continue,
                Some(MadeBy::Setting(_)) => actions(statement),
                Some(MadeBy::PolicyTemplate(name)) => {
                    let whole = entry(policy, name, statement.span);
                    let needed = whole.into_iter().filter(|action| observed.contains(action));
                    let needed: BTreeSet<Action> = needed.collect();
                    let narrowest = granted.narrowest.filter(|_| !needed.is_empty());
                    narrowest
                        .map(|narrowest| narrowest(&needed))
                        .unwrap_or_default()
                }
            };
            found.insert((place, statement.index), along);
        }
    }
    found
}

/// The actions of all statements that a policy template became. `span` is the place of the template's entry.
fn entry(policy: &PolicyDocument, name: &str, span: Span) -> BTreeSet<Action> {
    let is_of_it = |own: &&Statement| {
        let same = matches!(&own.made_by, Some(MadeBy::PolicyTemplate(own)) if own == name);
        same && own.span == span
    };
    policy
        .statements
        .iter()
        .filter(is_of_it)
        .flat_map(actions)
        .collect()
}

fn actions(statement: &Statement) -> BTreeSet<Action> {
    if statement.effect != Effect::Allow {
        return BTreeSet::new();
    }
    let patterns = statement.actions.patterns().iter();
    patterns
        .filter_map(|pattern| pattern.value.as_action())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Catalog, MappingKind};
    use crate::compare::{Severity, compare};
    use crate::needed::{Because, Permission};

    const TABLE: &str = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders";

    /// A template of two: reading has three actions, all has four.
    fn narrowest(needed: &BTreeSet<Action>) -> BTreeSet<Action> {
        let parse = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect();
        let reads: BTreeSet<Action> =
            parse(&["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"]);
        let all = parse(&[
            "dynamodb:GetItem",
            "dynamodb:Query",
            "dynamodb:Scan",
            "dynamodb:PutItem",
        ]);
        if reads.is_superset(needed) {
            reads
        } else {
            all
        }
    }

    /// By action, how bad it is that one statement with these grants it, made by this, where only `observed` was called.
    fn severities(made_by: Option<MadeBy>, observed: &[&str]) -> BTreeMap<String, Severity> {
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow",
                "Action": ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"], "Resource": "{TABLE}"}}]}}"#
        );
        let mut policy = PolicyDocument::parse(&text, "policy").unwrap();
        policy.statements[0].made_by = made_by;
        let mut needs = NeededPermissions::default();
        for action in observed {
            let action: Action = action.parse().unwrap();
            needs.services.insert(action.prefix().to_owned());
            let permission = Permission {
                action,
                resources: BTreeSet::from([TABLE.to_owned()]),
                resource_known: true,
                mapping: MappingKind::Exact,
                because: Because::Observed,
            };
            needs.needed.entry(permission).or_default();
        }
        let granted = Granted {
            policies: &[policy],
            narrowest: Some(narrowest),
            ..Granted::default()
        };
        let excess = compare(&needs, &granted, Catalog::embedded()).excess;
        let actions = excess.iter().flat_map(|excess| {
            let actions = excess.actions.iter();
            actions.map(|action| (action.clone(), excess.severity))
        });
        actions.collect()
    }

    fn template() -> MadeBy {
        MadeBy::PolicyTemplate("DynamoDBCrudPolicy".to_owned())
    }

    #[test]
    fn the_rest_of_the_narrowest_template_is_low() {
        let found = severities(Some(template()), &["dynamodb:GetItem", "dynamodb:PutItem"]);
        assert_eq!(found, [("dynamodb:Query".to_owned(), Severity::Low)].into());
    }

    #[test]
    fn what_a_wider_template_has_besides_is_not() {
        let found = severities(Some(template()), &["dynamodb:GetItem"]);
        let expected = [
            ("dynamodb:PutItem".to_owned(), Severity::Medium),
            ("dynamodb:Query".to_owned(), Severity::Low),
        ];
        assert_eq!(found, expected.into());
    }

    #[test]
    fn a_template_of_which_nothing_is_needed_is_not() {
        let found = severities(Some(template()), &[]);
        assert_eq!(found.len(), 3);
        assert!(found.values().all(|severity| *severity == Severity::Medium));
    }

    #[test]
    fn a_statement_that_somebody_wrote_is_not() {
        let found = severities(None, &["dynamodb:GetItem", "dynamodb:PutItem"]);
        assert_eq!(
            found,
            [("dynamodb:Query".to_owned(), Severity::Medium)].into()
        );
    }

    #[test]
    fn what_a_setting_brings_along_is_low() {
        let queue = Some(MadeBy::Setting("SAM dead letter queue".to_owned()));
        let found = severities(queue, &[]);
        assert_eq!(found.len(), 3);
        assert!(found.values().all(|severity| *severity == Severity::Low));
    }
}
