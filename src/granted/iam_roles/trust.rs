//! Who may assume a role, besides the functions whose traces are read.
//!
//! Goes by principals alone: a condition may narrow who of them really can, and none of them is read either way. Follows
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.

use crate::iam::{ActionPattern, Arn};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::{BTreeMap, BTreeSet};

/// What a trust policy says, as far as it matters here. IAM has checked its grammar.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TrustPolicy {
    statement: OneOrMany<TrustStatement>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TrustStatement {
    effect: String,
    action: Option<OneOrMany<String>>,
    principal: Option<Principal>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Principal {
    Kinds(BTreeMap<String, OneOrMany<String>>),
    /// `*`, which is all that IAM takes beside the kinds.
    Everyone(IgnoredAny),
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    fn all(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// Principals other than Lambda, and the role itself, that a trust policy lets assume a role, a sentence each; nothing when it
/// cannot be read.
///
/// ```
/// use aws_least_privilege::granted::iam_roles::others_who_may_assume;
///
/// let role = "arn:aws:iam::123456789012:role/checkout".parse()?;
/// let trust = |principal: &str| {
///     format!(r#"{{"Statement": {{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {principal}}}}}"#)
/// };
/// let lambda = trust(r#"{"Service": "lambda.amazonaws.com"}"#);
/// assert!(others_who_may_assume(&lambda, &role).unwrap().is_empty());
///
/// let both = trust(r#"{"Service": ["lambda.amazonaws.com", "ec2.amazonaws.com"]}"#);
/// let others = others_who_may_assume(&both, &role).unwrap();
/// assert_eq!(others.first().unwrap(), "the service ec2.amazonaws.com may assume it too, and its calls are not read");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn others_who_may_assume(document: &str, role: &Arn) -> Option<BTreeSet<String>> {
    let own = Own {
        arn: Some(role.to_string()),
        account: role.account(),
    };
    own.others(document)
}

/// The same of a role that is in a template, and in this account as far as that is known.
pub fn others_who_may_assume_in(account: &str, document: &str) -> Option<BTreeSet<String>> {
    Own { arn: None, account }.others(document)
}

/// The role that others may assume.
struct Own<'a> {
    /// Its ARN, where it has one.
    arn: Option<String>,
    /// Its account.
    account: &'a str,
}

impl Own<'_> {
    fn others(&self, document: &str) -> Option<BTreeSet<String>> {
        let policy: TrustPolicy = serde_json::from_str(document).ok()?;
        let mut others = BTreeSet::new();
        for statement in policy.statement.all() {
            if statement.effect == "Allow" && statement.lets_assume() {
                statement.others(self, &mut others);
            }
        }
        Some(others)
    }

    /// Whether a principal is all of the account.
    fn is_account(&self, principal: &str) -> bool {
        let root = format!(":iam::{}:root", self.account);
        principal == self.account || (principal.starts_with("arn:") && principal.ends_with(&root))
    }
}

impl TrustStatement {
    fn lets_assume(&self) -> bool {
        let assuming = [
            "sts:AssumeRole",
            "sts:AssumeRoleWithSAML",
            "sts:AssumeRoleWithWebIdentity",
        ];
        let mut assuming = assuming.iter().filter_map(|action| action.parse().ok());
        // `NotAction` leaves some way of assuming open, whatever it lists.
        self.action.as_ref().is_none_or(|actions| {
            let patterns: Vec<ActionPattern> =
                actions.all().iter().map(ActionPattern::new).collect();
            assuming.any(|action| patterns.iter().any(|pattern| pattern.matches(&action)))
        })
    }

    fn others(&self, role: &Own<'_>, others: &mut BTreeSet<String>) {
        let Some(principal) = &self.principal else {
            others
                .insert("anyone but a few may assume it, and their calls are not read".to_owned());
            return;
        };
        let kinds = match principal {
            Principal::Everyone(_) => {
                others.insert(EVERYONE.to_owned());
                return;
            }
            Principal::Kinds(kinds) => kinds,
        };
        for (kind, names) in kinds {
            for name in names.all() {
                others.extend(other(kind, name, role));
            }
        }
    }
}

/// What is said of a service that may assume a role.
pub fn service_who_may_assume(service: &str) -> String {
    may_assume(&format!("the service {service}"))
}

/// What is said of a principal that somebody names: a service, an ARN, or `account` for all of the role's own account.
///
/// ```
/// use aws_least_privilege::granted::iam_roles::sentences_about;
///
/// let said = "the service ec2.amazonaws.com may assume it too, and its calls are not read";
/// assert!(sentences_about("ec2.amazonaws.com").iter().any(|sentence| sentence == said));
/// ```
pub fn sentences_about(principal: &str) -> Vec<String> {
    let who = match principal {
        "account" => vec![ACCOUNT.to_owned()],
        name => vec![name.to_owned(), format!("users of {name}")],
    };
    let others = who.iter().map(|who| may_assume(who));
    let service = service_who_may_assume(principal);
    others.chain([service]).collect()
}

fn may_assume(who: &str) -> String {
    format!("{who} may assume it too, and its calls are not read")
}

const ACCOUNT: &str = "everyone of its account whose own policies allow it";

const EVERYONE: &str = "anyone may assume it, and their calls are not read";

fn other(kind: &str, name: &str, role: &Own<'_>) -> Option<String> {
    let who = match kind {
        _ if name == "*" => return Some(EVERYONE.to_owned()),
        "Service" if is_lambda(name) => return None,
        "Service" => return Some(service_who_may_assume(name)),
        "AWS" if role.arn.as_deref() == Some(name) || is_deleted(name) => return None,
        "AWS" if role.is_account(name) => ACCOUNT.to_owned(),
        "AWS" => name.to_owned(),
        "Federated" => format!("users of {name}"),
        kind => format!("{name} ({kind})"),
    };
    Some(may_assume(&who))
}

/// Lambda itself; Lambda@Edge (`edgelambda`) runs in regions that are not read.
fn is_lambda(service: &str) -> bool {
    let words: Vec<&str> = service.split('.').collect();
    matches!(
        words.as_slice(),
        ["lambda", "amazonaws", "com"]
            | ["lambda", "amazonaws", "com", "cn"]
            | ["lambda", _, "amazonaws", "com"]
            // As a template has it that is deployed in several partitions.
            | ["lambda", "${AWS::URLSuffix}"]
    )
}

/// What IAM writes in place of a user or role that was deleted: its unique id, which nobody has any more.
fn is_deleted(principal: &str) -> bool {
    let id = |prefix: &str| {
        principal
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.len() >= 12 && !rest.contains(':'))
    };
    id("AIDA") || id("AROA")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn others(statements: &str) -> Vec<String> {
        let role = "arn:aws:iam::123456789012:role/checkout".parse().unwrap();
        let document = format!("{{\"Version\": \"2012-10-17\", \"Statement\": {statements}}}");
        others_who_may_assume(&document, &role)
            .unwrap()
            .into_iter()
            .collect()
    }

    fn allow(principal: &str) -> String {
        format!(
            "{{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Principal\": {principal}}}"
        )
    }

    #[test]
    fn lambda_the_role_itself_and_the_deleted_are_nobody_else() {
        for nobody in [
            r#"{"Service": "lambda.amazonaws.com"}"#,
            r#"{"Service": ["lambda.amazonaws.com"]}"#,
            r#"{"AWS": "arn:aws:iam::123456789012:role/checkout"}"#,
            r#"{"AWS": "AROAIOSFODNN7EXAMPLE"}"#,
        ] {
            assert_eq!(others(&allow(nobody)), Vec::<String>::new(), "{nobody}");
        }
    }

    #[test]
    fn every_other_principal_is_somebody() {
        for (principal, who) in [
            (
                r#"{"Service": "edgelambda.amazonaws.com"}"#,
                "the service edgelambda.amazonaws.com",
            ),
            (
                r#"{"Service": "states.amazonaws.com"}"#,
                "the service states.amazonaws.com",
            ),
            (
                r#"{"AWS": "arn:aws:iam::123456789012:root"}"#,
                "everyone of its account whose own policies allow it",
            ),
            (
                r#"{"AWS": "123456789012"}"#,
                "everyone of its account whose own policies allow it",
            ),
            (
                r#"{"AWS": "arn:aws:iam::210987654321:root"}"#,
                "arn:aws:iam::210987654321:root",
            ),
            (
                r#"{"AWS": "arn:aws:iam::123456789012:user/ana"}"#,
                "arn:aws:iam::123456789012:user/ana",
            ),
            (
                r#"{"Federated": "arn:aws:iam::123456789012:oidc-provider/token.example"}"#,
                "users of arn:aws:iam::123456789012:oidc-provider/token.example",
            ),
            (r#"{"CanonicalUser": "79a59d"}"#, "79a59d (CanonicalUser)"),
        ] {
            let sentence = format!("{who} may assume it too, and its calls are not read");
            assert_eq!(others(&allow(principal)), [sentence], "{principal}");
        }
        for principal in ["\"*\"", r#"{"AWS": "*"}"#, r#"{"AWS": ["*"]}"#] {
            assert_eq!(others(&allow(principal)), [EVERYONE], "{principal}");
        }
    }

    #[test]
    fn a_condition_leaves_them_somebody() {
        let statement = r#"{"Effect": "Allow", "Action": "sts:*", "Principal": {"AWS": "210987654321"},
            "Condition": {"StringEquals": {"sts:ExternalId": "x"}}}"#;
        assert_eq!(others(statement).len(), 1);
    }

    #[test]
    fn only_statements_that_let_assume_count() {
        let tagging = r#"{"Effect": "Allow", "Action": "sts:TagSession", "Principal": "*"}"#;
        let denial = r#"{"Effect": "Deny", "Action": "sts:AssumeRole", "Principal": "*"}"#;
        assert_eq!(
            others(&format!("[{tagging}, {denial}]")),
            Vec::<String>::new()
        );
        let wildcard = r#"{"Effect": "Allow", "Action": ["STS:assume*"], "Principal": {"Service": "ec2.amazonaws.com"}}"#;
        assert_eq!(others(wildcard).len(), 1);
        let all_but_named = r#"{"Effect": "Allow", "Action": "sts:AssumeRole", "NotPrincipal": {"AWS": "210987654321"}}"#;
        assert_eq!(
            others(all_but_named),
            ["anyone but a few may assume it, and their calls are not read"]
        );
    }

    #[test]
    fn what_is_no_trust_policy_is_nothing() {
        let role = "arn:aws:iam::123456789012:role/checkout".parse().unwrap();
        for text in ["", "{}", "[]", "{\"Statement\": 1}", "null"] {
            assert_eq!(others_who_may_assume(text, &role), None, "{text}");
        }
    }
}
