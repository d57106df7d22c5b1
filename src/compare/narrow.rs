//! Decides whether a condition selects particular resources, so that it may leave only the needed part of a wildcard.
//!
//! In an `Allow`, such a condition is a positive test of the resource itself: of a tag, of its name, or of a key that a
//! service has for its name. In a `Deny` it is the negated test: *deny unless the tag is `shop`* narrows as much as the
//! positive test would. Other tests select nothing: those about how a request is made, those that only ask whether a key
//! exists, negated tests, tests that an absent key passes, and keys that the action does not have.

use crate::account;
use crate::catalog::{ActionEntry, has_all_of, has_every_arn};
use crate::iam::condition::{Operator, Set, Test};
use crate::iam::{ConditionAtom, ConditionBlock, Effect, Glob};
use std::borrow::Cow;

/// The first test of an `Allow` condition that selects resources of the action.
pub(super) fn of_allow<'c>(
    condition: &'c ConditionBlock,
    entry: Option<&ActionEntry<'_>>,
) -> Option<&'c ConditionAtom> {
    let mut tests = tests_of_allow(condition);
    tests.find(|atom| has_key(entry, atom))
}

/// The tests of an `Allow` condition that select resources, for actions that have their keys.
pub(super) fn tests_of_allow(condition: &ConditionBlock) -> impl Iterator<Item = &ConditionAtom> {
    let atoms = condition.atoms();
    atoms.filter(|atom| singles_out(atom, Effect::Allow))
}

/// Whether a `Deny` with this condition leaves only selected resources. All of its tests have to select.
pub(super) fn of_deny(condition: &ConditionBlock, entry: Option<&ActionEntry<'_>>) -> bool {
    !condition.is_empty()
        && condition
            .atoms()
            .all(|atom| singles_out(atom, Effect::Deny) && has_key(entry, atom))
}

/// Whether a test selects resources, whatever the action.
pub(super) fn singles_out(atom: &ConditionAtom, effect: Effect) -> bool {
    let Some(operator) = Operator::from_name(atom.operator()) else {
        return false;
    };
    let asks_for_values = match operator.test {
        Test::StringEquals
        | Test::StringEqualsIgnoreCase
        | Test::StringLike
        | Test::ArnLike
        | Test::Numeric(_)
        | Test::Date(_) => true,
        // Both values together ask only whether the key exists.
        Test::Bool => atom.values().count() == 1,
        Test::BinaryEquals | Test::IpAddress | Test::Null => false,
    };
    let polarity = match effect {
        Effect::Allow => {
            !operator.negated && !operator.if_exists && operator.set != Some(Set::AllValues)
        }
        // An absent key meets a negated test, and one of all values, so the `Deny` also applies to resources without the key.
        Effect::Deny => operator.negated && operator.set != Some(Set::AnyValue),
    };
    let is_pattern = matches!(operator.test, Test::StringLike | Test::ArnLike);
    let takes_all = |value: &str| {
        value.chars().all(|letter| letter == '*' || letter == '?')
            || (is_pattern && takes_every_name(atom.key(), value))
    };
    asks_for_values
        && polarity
        && is_of_the_resource(atom.key())
        && !atom
            .values()
            .any(|value| value.is_empty() || takes_all(value))
}

/// Service keys, besides tags, that name the resource, each with the formats of its values. The other keys of a service say how a
/// request is made, or are attributes that many resources share.
const NAMES: [(&str, &[&str]); 10] = [
    ("iam:associatedresourcearn", &[]),
    ("kms:aliasname", &[ALIAS]),
    ("kms:requestalias", &[ALIAS]),
    ("kms:resourcealiases", &[ALIAS]),
    (
        "lambda:functionarn",
        &["arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}"],
    ),
    (
        "s3:dataaccesspointarn",
        &["arn:${Partition}:s3:${Region}:${Account}:accesspoint/${AccessPointName}"],
    ),
    ("secretsmanager:name", &[]),
    (
        "secretsmanager:secretid",
        &["arn:${Partition}:secretsmanager:${Region}:${Account}:secret:${SecretId}"],
    ),
    ("ssm:documentname", &[]),
    ("ssm:resourcename", &[]),
];

/// What every alias of a key is called.
const ALIAS: &str = "alias/${AliasName}";

/// Whether a pattern matches the name of every resource of an account, as a key that names it has it: `alias/*`,
/// `arn:aws:secretsmanager:*`.
fn takes_every_name(key: &str, value: &str) -> bool {
    let formats = NAMES.iter().find(|(own, _)| *own == key);
    let wide = of_any_account(value);
    has_every_arn(&Glob::parse(&wide))
        || formats.is_some_and(|(_, formats)| {
            let mut formats = formats.iter();
            formats.any(|format| has_all_of(format, &wide))
        })
}

/// The pattern of an ARN with `*` for its account. An account alone singles out none of its resources.
fn of_any_account(value: &str) -> Cow<'_, str> {
    let parts: Vec<&str> = value.splitn(6, ':').collect();
    let ["arn", partition, service, region, account, rest] = parts.as_slice() else {
        return Cow::Borrowed(value);
    };
    if !account::is_id(account) {
        return Cow::Borrowed(value);
    }
    Cow::Owned(format!("arn:{partition}:{service}:{region}:*:{rest}"))
}

/// Whether a key distinguishes resources of one account. Follows
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resource-properties>.
fn is_of_the_resource(key: &str) -> bool {
    let (service, name) = key.split_once(':').unwrap_or_default();
    let is_tag = [
        "resourcetag/",
        "existingobjecttag/",
        "buckettag/",
        "cluster-tag/",
        "db-tag/",
    ]
    .iter()
    .any(|tag| name.starts_with(tag));
    (is_tag && !service.is_empty()) || NAMES.iter().any(|(name, _)| *name == key)
}

/// Whether requests of the action can have the key. For actions that are not in the catalogue, the answer is yes.
pub(super) fn has_key(entry: Option<&ActionEntry<'_>>, atom: &ConditionAtom) -> bool {
    entry.is_none_or(|entry| entry.has_condition_key(atom.key()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn narrows(effect: Effect, operator: &str, key: &str, value: &str) -> bool {
        singles_out(
            &ConditionAtom::new(operator, key, [value.to_owned()]),
            effect,
        )
    }

    #[test]
    fn positive_tests_of_the_resource_narrow_an_allow() {
        assert!(narrows(
            Effect::Allow,
            "StringEquals",
            "aws:ResourceTag/app",
            "shop"
        ));
        assert!(narrows(
            Effect::Allow,
            "StringLike",
            "secretsmanager:SecretId",
            "shop-*"
        ));
        assert!(narrows(
            Effect::Allow,
            "Bool",
            "aws:ResourceTag/public",
            "true"
        ));
        assert!(narrows(
            Effect::Allow,
            "NumericLessThan",
            "aws:ResourceTag/tier",
            "2"
        ));
        for (operator, key, value) in [
            ("BoolIfExists", "aws:ResourceTag/public", "true"),
            ("Bool", "aws:SecureTransport", "true"),
            ("StringEqualsIfExists", "aws:ResourceTag/app", "shop"),
            ("StringNotEquals", "aws:ResourceTag/app", "shop"),
            ("ForAllValues:StringEquals", "aws:ResourceTag/app", "shop"),
            ("StringLike", "aws:ResourceTag/app", "*"),
            ("Null", "aws:ResourceTag/app", "false"),
            ("StringEquals", "aws:PrincipalTag/app", "shop"),
            ("StringEquals", "iam:PassedToService", "ecs.amazonaws.com"),
            ("StringLike", "kms:ViaService", "*"),
            ("StringEquals", "aws:RequestTag/app", "shop"),
        ] {
            assert!(
                !narrows(Effect::Allow, operator, key, value),
                "{operator} {key}"
            );
        }
    }

    #[test]
    fn a_name_that_every_resource_has_narrows_nothing() {
        for (operator, key, value, is_narrow) in [
            (
                "StringLike",
                "secretsmanager:SecretId",
                "arn:aws:secretsmanager:*",
                false,
            ),
            (
                "ArnLike",
                "secretsmanager:SecretId",
                "arn:aws:secretsmanager:*:*:secret:*",
                false,
            ),
            (
                "ArnLike",
                "secretsmanager:SecretId",
                "arn:aws:secretsmanager:*:111122223333:secret:*",
                false,
            ),
            ("StringLike", "secretsmanager:SecretId", "arn:*", false),
            ("StringLike", "secretsmanager:SecretId", "*:*", false),
            (
                "StringLike",
                "secretsmanager:SecretId",
                "arn:aws:secretsmanager:*:*:secret:shop*",
                true,
            ),
            (
                "StringLike",
                "secretsmanager:SecretId",
                "arn:aws:secretsmanager:eu-west-1:*",
                true,
            ),
            (
                "ForAnyValue:StringLike",
                "kms:ResourceAliases",
                "alias/*",
                false,
            ),
            ("StringLike", "kms:RequestAlias", "alias/?*", false),
            ("StringLike", "kms:RequestAlias", "a*", false),
            ("StringLike", "kms:RequestAlias", "alias/shop*", true),
            ("StringEquals", "kms:RequestAlias", "alias/*", true),
            (
                "ArnLike",
                "lambda:FunctionArn",
                "arn:aws:lambda:*:*:function:*",
                false,
            ),
            (
                "ArnLike",
                "lambda:FunctionArn",
                "arn:aws:lambda:*:*:function:shop*",
                true,
            ),
            (
                "StringLike",
                "s3:DataAccessPointArn",
                "arn:aws:s3:*:*:accesspoint/*",
                false,
            ),
            (
                "StringLike",
                "s3:DataAccessPointArn",
                "arn:aws:s3:*:*:accesspoint/shop",
                true,
            ),
            ("ArnLike", "iam:AssociatedResourceARN", "arn:aws:*", false),
            ("StringLike", "aws:ResourceTag/app", "shop-*", true),
        ] {
            assert_eq!(
                narrows(Effect::Allow, operator, key, value),
                is_narrow,
                "{key} {value}"
            );
        }
        assert!(!narrows(
            Effect::Deny,
            "StringNotLike",
            "secretsmanager:SecretId",
            "arn:aws:secretsmanager:*"
        ));
    }

    #[test]
    fn the_polarity_turns_in_a_deny() {
        assert!(narrows(
            Effect::Deny,
            "StringNotEquals",
            "aws:ResourceTag/app",
            "shop"
        ));
        assert!(narrows(
            Effect::Deny,
            "ForAllValues:StringNotEquals",
            "aws:ResourceTag/app",
            "shop"
        ));
        assert!(!narrows(
            Effect::Deny,
            "StringEquals",
            "aws:ResourceTag/protected",
            "true"
        ));
        assert!(!narrows(
            Effect::Deny,
            "ForAnyValue:StringNotEquals",
            "aws:ResourceTag/app",
            "x"
        ));
        assert!(!narrows(
            Effect::Deny,
            "StringNotEquals",
            "aws:RequestedRegion",
            "eu-west-1"
        ));
    }
}
