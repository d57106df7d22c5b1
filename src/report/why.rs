//! Why a finding is bad, in a clause: for the two severities that hurt.

use super::Excess;
use crate::compare::Severity;

/// Ways to more rights, by the action's end, and what each is good for.
const ESCALATION: [(&str, &str); 9] = [
    (
        "iam:passrole",
        "can pass any role: a way to become administrator",
    ),
    ("sts:assumerole", "can become any role that trusts it"),
    (
        "lambda:updatefunctioncode",
        "can put its own code into functions that have other rights",
    ),
    ("iam:createaccesskey", "can make keys for other users"),
    ("iam:createpolicyversion", "can write itself more rights"),
    (
        "iam:updateassumerolepolicy",
        "can let itself into other roles",
    ),
    ("iam:attach", "can give itself or others more rights"),
    ("iam:put", "can give itself or others more rights"),
    (
        "iam:",
        "can change who may do what: a way to become administrator",
    ),
];

/// Reading of secrets and data, by the action's begin.
const READING: [(&str, &str); 6] = [
    ("secretsmanager:getsecretvalue", "can read every secret"),
    (
        "secretsmanager:batchgetsecretvalue",
        "can read every secret",
    ),
    (
        "kms:decrypt",
        "can decrypt with every key that lets IAM decide",
    ),
    (
        "ssm:getparameter",
        "can read every parameter, secret ones too",
    ),
    ("s3:getobject", "can read every object"),
    ("dynamodb:", "can read or change every table"),
];

/// The clause; nothing below high.
pub(super) fn why(finding: &Excess) -> Option<&'static str> {
    if finding.severity < Severity::High {
        return None;
    }
    if finding.not_action {
        return Some("grants all but a few actions, those that AWS adds later too");
    }
    let actions: Vec<String> = finding
        .actions
        .iter()
        .map(|action| action.to_ascii_lowercase())
        .collect();
    let any = |is: &dyn Fn(&str) -> bool| actions.iter().any(|action| is(action));
    if any(&|action| action == "*" || action == "*:*") {
        return Some("can do everything in this account");
    }
    let is_wide = finding.not_resource || finding.resources.iter().any(|one| one.ends_with('*'));
    for (begin, clause) in ESCALATION {
        if any(&|action| action.starts_with(begin)) {
            return Some(match (begin, is_wide) {
                ("iam:passrole", false) => {
                    "can pass these roles to a service, and act with their rights"
                }
                ("sts:assumerole", false) => "can become these roles",
                _ => clause,
            });
        }
    }
    if any(&|action| action.ends_with(":*")) {
        return Some("can do everything that this service has, deleting and sharing too");
    }
    for (begin, clause) in READING {
        if is_wide && any(&|action| action.starts_with(begin)) {
            return Some(clause);
        }
    }
    Some("can change or delete what this code never touches")
}
