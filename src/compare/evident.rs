//! Recognizes excess that needs no evidence, because nobody can need all of it, whatever was observed.
//!
//! There are four kinds: action `*`; `service:*` on `*`; privilege escalation on `*`; and reading secrets on `*` when no
//! call explains it. A pull request that adds one of these fails even without traces.

use super::severity::reach_everything;
use super::{Excess, Severity};
use crate::catalog::{Catalog, sensitive};
use crate::iam::{Action, ActionPattern, Glob};
use std::collections::BTreeSet;

/// Whether a finding is of one of the four kinds. `explained` are the actions that a call explains.
pub fn needs_no_evidence(
    finding: &Excess,
    explained: &BTreeSet<Action>,
    catalog: &Catalog,
) -> bool {
    let elements = || finding.actions.iter().filter(|_| !finding.not_action);
    // An element with a wildcard for the service, such as `*:*`, matches what `*` does.
    let is_all = |element: &String| ActionPattern::new(element.as_str()).prefix().is_none();
    if finding.severity == Severity::Critical && (finding.not_action || elements().any(is_all)) {
        return true;
    }
    // A condition that narrows `*` lowers the severity.
    if finding.severity < Severity::High {
        return false;
    }
    let is_whole_service = |element: &String| {
        let element = ActionPattern::new(element.as_str());
        element.name().is_some_and(Glob::is_everything)
    };
    if elements().any(is_whole_service) && reaches_everything(finding, None, catalog) {
        return true;
    }
    let is_found = |action: &&Action| {
        // When a finding was split, only the actions that its elements still match count.
        finding.not_action
            || elements().any(|element| ActionPattern::new(element.as_str()).matches(action))
    };
    let all = finding.observed.iter().chain(&finding.unobserved);
    let mut found = all.filter(is_found);
    found.any(|action| {
        let escalates =
            finding.severity == Severity::Critical && sensitive::escalates(action).is_some();
        let is_secret = !explained.contains(action)
            && finding.unobserved.contains(action)
            && sensitive::reads_secret(action);
        (escalates || is_secret) && reaches_everything(finding, Some(action), catalog)
    })
}

/// Whether a finding is on `*`, or on a pattern that reaches as far for the action.
fn reaches_everything(finding: &Excess, action: Option<&Action>, catalog: &Catalog) -> bool {
    let resources: Vec<&str> = finding.resources.iter().map(String::as_str).collect();
    finding.not_resource || reach_everything(action, &resources, catalog)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Granted, Known, compare};
    use crate::iam::PolicyDocument;
    use crate::needed::NeededPermissions;

    /// Which findings on a statement need no evidence.
    fn evident(statement: &str) -> Vec<bool> {
        let text = format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{statement}]}}");
        let policies = [PolicyDocument::parse(&text, "p.json").expect("a policy")];
        let granted = Granted {
            policies: &policies,
            beside: &[],
            boundary: None,
            known: Known::default(),
            narrowest: None,
        };
        let catalog = Catalog::embedded();
        let comparison = compare(&NeededPermissions::default(), &granted, catalog);
        let found = comparison.excess.iter();
        found
            .map(|finding| needs_no_evidence(finding, &comparison.explained, catalog))
            .collect()
    }

    fn allow(actions: &str, resource: &str) -> String {
        format!("{{\"Effect\": \"Allow\", \"Action\": {actions}, \"Resource\": \"{resource}\"}}")
    }

    #[test]
    fn the_four_kinds_need_none() {
        for (actions, resource) in [
            ("\"*\"", "*"),
            ("\"*\"", "arn:aws:s3:::shop"),
            ("\"s3:*\"", "*"),
            ("\"nosuch:*\"", "*"),
            ("\"s3:*\"", "?*"),
            ("\"s3:?*\"", "arn*"),
            ("\"secretsmanager:GetSecretValue\"", "*n*"),
            ("\"iam:PassRole\"", "*"),
            ("\"iam:PassRole\"", "arn:aws:iam::*:role/*"),
            ("\"secretsmanager:GetSecretValue\"", "*"),
            ("\"secretsmanager:Get*\"", "*"),
            ("[\"kms:Decrypt\"]", "*"),
            ("\"ssm:GetParameter*\"", "*"),
        ] {
            let found = evident(&allow(actions, resource));
            assert!(!found.is_empty(), "{actions} on {resource}");
            assert_eq!(found, vec![true; found.len()], "{actions} on {resource}");
        }
        let not_action = "{\"Effect\": \"Allow\", \"NotAction\": \"iam:*\", \"Resource\": \"*\"}";
        assert_eq!(evident(not_action), [true]);
    }

    #[test]
    fn all_else_does() {
        for (actions, resource) in [
            ("\"s3:GetObject\"", "*"),
            ("\"s3:Put*\"", "*"),
            ("\"s3:*\"", "arn:aws:s3:::shop*"),
            ("\"iam:PassRole\"", "arn:aws:iam::111122223333:role/shop*"),
            ("\"iam:PassRole\"", "arn:aws:iam::111122223333:role/shop"),
            (
                "\"secretsmanager:GetSecretValue\"",
                "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/*",
            ),
            ("\"secretsmanager:PutSecretValue\"", "*"),
            ("\"dynamodb:Scan\"", "*"),
        ] {
            let found = evident(&allow(actions, resource));
            assert!(!found.is_empty(), "{actions} on {resource}");
            assert_eq!(found, vec![false; found.len()], "{actions} on {resource}");
        }
    }
}
