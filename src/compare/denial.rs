//! Finds the `Deny` statements that take away what was called, so that the report can name them.

use super::{Granted, Origin};
use crate::catalog::Catalog;
use crate::iam::permissions::PermissionSet;
use crate::iam::{Action, Answer};
use std::collections::BTreeSet;

/// The most statements that a sentence names. More of them hardly ever deny one action.
const MOST: usize = 3;

/// The statements that deny an action on at least one of these resources in every request. Empty if no single statement
/// certainly does.
pub(super) fn denial(
    action: &Action,
    resources: &BTreeSet<String>,
    policies: &Granted<'_>,
    granted: &PermissionSet,
    catalog: &Catalog,
) -> BTreeSet<Origin> {
    let denying = granted.denies.iter().filter(|cell| {
        let mut resources = resources.iter();
        cell.condition.is_empty()
            && cell.principal.is_none()
            && cell.actions.contains(action, catalog)
            && resources.any(|own| cell.resources.contains(own) == Answer::Yes)
    });
    let places: BTreeSet<_> = denying.map(|cell| cell.origin).collect();
    let named = places.iter().filter_map(|place| {
        let policy = policies.policy(place.policy)?;
        let statement = policy.statements.get(place.statement)?;
        Some(Origin::of(policy, statement, statement.span))
    });
    named.collect()
}

/// Names the statements for a sentence, by `Sid` or line and by policy. `None` if there are none.
pub(super) fn told(denying: &BTreeSet<Origin>) -> Option<String> {
    let mut named: Vec<String> = denying
        .iter()
        .map(|own| match (own.sid.as_deref(), own.line) {
            (Some(sid), _) if !sid.is_empty() => format!("the `Deny` `{sid}` of `{}`", own.policy),
            (_, Some(line)) => format!("the `Deny` in line {line} of `{}`", own.policy),
            (_, None) => format!("a `Deny` of `{}`", own.policy),
        })
        .collect();
    let more = named.len().saturating_sub(MOST);
    named.truncate(MOST);
    if more > 0 {
        named.push(format!("{more} more"));
    }
    (!named.is_empty()).then(|| named.join(" and "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deny(sid: Option<&str>, line: Option<usize>) -> Origin {
        Origin {
            policy: "role.json".to_owned(),
            statement: 0,
            sid: sid.map(str::to_owned),
            line,
            column: None,
            place: None,
        }
    }

    #[test]
    fn a_deny_is_told_by_its_sid_or_its_line() {
        let told = |origin| told(&BTreeSet::from([origin])).unwrap();
        assert_eq!(
            told(deny(Some("NoKeys"), Some(7))),
            "the `Deny` `NoKeys` of `role.json`"
        );
        // IAM takes an empty `Sid`, which names nothing.
        for sid in [Some(""), None] {
            assert_eq!(
                told(deny(sid, Some(7))),
                "the `Deny` in line 7 of `role.json`"
            );
            assert_eq!(told(deny(sid, None)), "a `Deny` of `role.json`");
        }
    }

    #[test]
    fn of_many_some_are_named_and_the_rest_are_counted() {
        let many = |count| (1..=count).map(|line| deny(None, Some(line))).collect();
        assert_eq!(told(&many(0)), None);
        let three = told(&many(3)).unwrap();
        assert!(three.ends_with("in line 3 of `role.json`"), "{three}");
        let five = told(&many(5)).unwrap();
        assert!(
            five.ends_with("in line 3 of `role.json` and 2 more"),
            "{five}"
        );
    }
}
