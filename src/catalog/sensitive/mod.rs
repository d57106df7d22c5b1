//! Knows the actions whose excess is worse than that of others: those that can give more rights, and those that read
//! secrets or data.
//!
//! Both lists are written by hand, because AWS's access levels show neither.

mod escalation;
mod reading;

use crate::iam::Action;
use escalation::ESCALATING;
use reading::READING;

/// Service prefix, name and reason.
type Row = (&'static str, &'static str, &'static str);

/// Returns how an action can give more rights, or `None` if it cannot.
///
/// ```
/// use aws_least_privilege::catalog::sensitive;
///
/// assert!(sensitive::escalates(&"IAM:passrole".parse()?).is_some());
/// assert_eq!(sensitive::escalates(&"s3:GetObject".parse()?), None);
/// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
/// ```
pub fn escalates(action: &Action) -> Option<&'static str> {
    find(&ESCALATING, action)
}

/// An older name of [`escalates`].
pub fn reason(action: &Action) -> Option<&'static str> {
    escalates(action)
}

/// Returns what sensitive content an action reads (secrets, or data in bulk), or `None` if it reads none.
///
/// ```
/// use aws_least_privilege::catalog::sensitive;
///
/// let reads = sensitive::reads_data(&"secretsmanager:GetSecretValue".parse()?);
/// assert_eq!(reads, Some("returns a secret as it is stored"));
/// assert_eq!(sensitive::reads_data(&"s3:GetBucketLocation".parse()?), None);
/// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
/// ```
pub fn reads_data(action: &Action) -> Option<&'static str> {
    find(&READING, action)
}

/// Whether an action returns a stored secret, or decrypts data.
///
/// ```
/// use aws_least_privilege::catalog::sensitive;
///
/// assert!(sensitive::reads_secret(&"kms:Decrypt".parse()?));
/// assert!(!sensitive::reads_secret(&"s3:GetObject".parse()?));
/// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
/// ```
pub fn reads_secret(action: &Action) -> bool {
    find(&READING, action).is_some_and(reading::is_of_secrets)
}

/// Whether a doubt about an action acquits only resources that the policy names in full: for actions that can give more
/// rights or that read secrets.
///
/// ```
/// use aws_least_privilege::catalog::sensitive;
///
/// assert!(sensitive::wants_a_name(&"iam:PassRole".parse()?));
/// assert!(sensitive::wants_a_name(&"kms:Decrypt".parse()?));
/// assert!(!sensitive::wants_a_name(&"s3:GetObject".parse()?));
/// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
/// ```
pub fn wants_a_name(action: &Action) -> bool {
    escalates(action).is_some() || reads_secret(action)
}

/// Returns the actions that can give more rights.
pub fn escalating() -> impl Iterator<Item = Action> {
    actions(&ESCALATING)
}

/// Returns the actions that read secrets or data.
pub fn reading() -> impl Iterator<Item = Action> {
    actions(&READING)
}

fn find(rows: &[Row], action: &Action) -> Option<&'static str> {
    let found = rows.iter().find(|(prefix, name, _)| {
        prefix.eq_ignore_ascii_case(action.prefix()) && name.eq_ignore_ascii_case(action.name())
    });
    found.map(|(_, _, reason)| *reason)
}

fn actions(rows: &'static [Row]) -> impl Iterator<Item = Action> {
    rows.iter()
        .filter_map(|(prefix, name, _)| format!("{prefix}:{name}").parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{AccessLevel, Catalog};
    use crate::iam::ActionPattern;

    fn known(rows: &'static [Row]) {
        let unknown: Vec<String> = actions(rows)
            .filter(|action| {
                let entry = Catalog::embedded().action(action);
                entry.is_none_or(|entry| entry.name() != action.name())
            })
            .map(|action| action.to_string())
            .collect();
        assert_eq!(unknown, [] as [&str; 0]);
        assert_eq!(actions(rows).count(), rows.len());
        assert!(rows.is_sorted_by(|one, next| (one.0, one.1) < (next.0, next.1)));
    }

    #[test]
    fn the_catalogue_knows_every_action_of_both_lists() {
        known(&ESCALATING);
        known(&READING);
    }

    #[test]
    fn every_way_that_the_contract_names_escalates() {
        let catalog = Catalog::embedded();
        for pattern in [
            "iam:Put*Policy",
            "iam:Attach*",
            "iam:CreatePolicyVersion",
            "iam:PassRole",
            "sts:AssumeRole",
            "lambda:UpdateFunctionCode",
        ] {
            for entry in catalog.actions_matching(&ActionPattern::new(pattern)) {
                assert!(escalates(&entry.action()).is_some(), "{}", entry.action());
            }
        }
    }

    #[test]
    fn every_reading_that_the_contract_names_is_in_the_list() {
        for action in [
            "secretsmanager:GetSecretValue",
            "secretsmanager:BatchGetSecretValue",
            "kms:Decrypt",
            "ssm:GetParameter",
            "ssm:GetParameters",
            "ssm:GetParametersByPath",
            "ssm:GetParameterHistory",
            "s3:GetObject",
            "s3:GetObjectVersion",
            "dynamodb:Scan",
            "dynamodb:PartiQLSelect",
            "rds-data:ExecuteStatement",
            "athena:GetQueryResults",
            "logs:FilterLogEvents",
            "sqs:ReceiveMessage",
            "codecommit:GitPull",
        ] {
            assert!(reads_data(&action.parse().unwrap()).is_some(), "{action}");
        }
        for action in [
            "s3:ListBucket",
            "s3:GetObjectTagging",
            "kms:DescribeKey",
            "ecr:GetAuthorizationToken",
            "sqs:GetQueueUrl",
        ] {
            assert_eq!(reads_data(&action.parse().unwrap()), None, "{action}");
        }
    }

    #[test]
    fn what_only_changes_is_no_reading() {
        let changes: Vec<String> = reading()
            .filter_map(|action| Catalog::embedded().action(&action))
            .filter(|entry| entry.level() == AccessLevel::Tagging)
            .map(|entry| entry.action().to_string())
            .collect();
        assert_eq!(changes, [] as [&str; 0]);
    }
}
