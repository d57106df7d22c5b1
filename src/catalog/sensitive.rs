//! Actions with which a principal can give itself, or gain, more rights than it was given.
//!
//! Such an action on more than named resources is a critical excess. The list is of direct ways alone: changing what
//! policies say, acting as another principal, and putting one's code where another principal's rights are.

use crate::iam::Action;

/// Service prefix, name and reason; sorted by prefix and name.
const ESCALATING: [(&str, &str, &str); 37] = [
    ("cloudformation", "UpdateStack", RUNS_AS_ROLE),
    ("cloudformation", "UpdateStackSet", RUNS_AS_ROLE),
    ("codebuild", "UpdateProject", CHANGES_CODE),
    (
        "ec2",
        "AssociateIamInstanceProfile",
        "gives a running instance another role",
    ),
    (
        "ec2",
        "ReplaceIamInstanceProfileAssociation",
        "gives a running instance another role",
    ),
    (
        "ec2-instance-connect",
        "SendSSHPublicKey",
        "logs in where another role's rights are",
    ),
    (
        "glue",
        "UpdateDevEndpoint",
        "logs in where another role's rights are",
    ),
    ("glue", "UpdateJob", CHANGES_CODE),
    (
        "iam",
        "AddUserToGroup",
        "makes a user a member of a group with more rights",
    ),
    ("iam", "AttachGroupPolicy", CHANGES_POLICY),
    ("iam", "AttachRolePolicy", CHANGES_POLICY),
    ("iam", "AttachUserPolicy", CHANGES_POLICY),
    ("iam", "CreateAccessKey", TAKES_IDENTITY),
    ("iam", "CreateLoginProfile", TAKES_IDENTITY),
    ("iam", "CreatePolicyVersion", CHANGES_POLICY),
    ("iam", "CreateServiceSpecificCredential", TAKES_IDENTITY),
    ("iam", "DeleteRolePermissionsBoundary", LIFTS_BOUNDARY),
    ("iam", "DeleteUserPermissionsBoundary", LIFTS_BOUNDARY),
    (
        "iam",
        "PassRole",
        "hands a role to a service that then acts with its rights",
    ),
    ("iam", "PutGroupPolicy", CHANGES_POLICY),
    ("iam", "PutRolePermissionsBoundary", LIFTS_BOUNDARY),
    ("iam", "PutRolePolicy", CHANGES_POLICY),
    ("iam", "PutUserPermissionsBoundary", LIFTS_BOUNDARY),
    ("iam", "PutUserPolicy", CHANGES_POLICY),
    ("iam", "ResetServiceSpecificCredential", TAKES_IDENTITY),
    ("iam", "SetDefaultPolicyVersion", CHANGES_POLICY),
    (
        "iam",
        "UpdateAssumeRolePolicy",
        "changes who may assume a role",
    ),
    ("iam", "UpdateLoginProfile", TAKES_IDENTITY),
    ("iam", "UploadSSHPublicKey", TAKES_IDENTITY),
    ("lambda", "UpdateFunctionCode", CHANGES_CODE),
    (
        "lambda",
        "UpdateFunctionConfiguration",
        "adds a layer or environment to code that runs with another role's rights",
    ),
    ("organizations", "AttachPolicy", CHANGES_POLICY),
    (
        "ssm",
        "SendCommand",
        "runs commands where another role's rights are",
    ),
    (
        "ssm",
        "StartSession",
        "logs in where another role's rights are",
    ),
    ("sso", "AttachManagedPolicyToPermissionSet", CHANGES_POLICY),
    ("sso", "PutInlinePolicyToPermissionSet", CHANGES_POLICY),
    ("sts", "AssumeRole", "acts with the rights of another role"),
];

const CHANGES_POLICY: &str = "changes what a principal may do";
const CHANGES_CODE: &str = "changes code that runs with another role's rights";
const LIFTS_BOUNDARY: &str = "changes the limit of what a principal may be given";
const RUNS_AS_ROLE: &str = "makes things with the rights of the role that a stack already has";
const TAKES_IDENTITY: &str = "makes credentials of another user";

/// Why an action is a way to more rights; `None` for all others.
///
/// ```
/// use aws_least_privilege::catalog::sensitive;
///
/// assert!(sensitive::reason(&"IAM:passrole".parse()?).is_some());
/// assert_eq!(sensitive::reason(&"s3:GetObject".parse()?), None);
/// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
/// ```
pub fn reason(action: &Action) -> Option<&'static str> {
    let found = ESCALATING.iter().find(|(prefix, name, _)| {
        prefix.eq_ignore_ascii_case(action.prefix()) && name.eq_ignore_ascii_case(action.name())
    });
    found.map(|(_, _, reason)| *reason)
}

/// Alias.
pub fn escalates(action: &Action) -> Option<&'static str> {
    reason(action)
}

/// Stub.
pub fn reads_data(action: &Action) -> Option<&'static str> {
    let text = action.to_string();
    ["secretsmanager:GetSecretValue","kms:Decrypt","ssm:GetParameter","ssm:GetParameters","ssm:GetParametersByPath","s3:GetObject","dynamodb:Scan"]
        .iter().any(|own| own.eq_ignore_ascii_case(&text)).then_some("stub")
}

/// The actions of the list.
pub fn actions() -> impl Iterator<Item = Action> {
    ESCALATING
        .iter()
        .filter_map(|(prefix, name, _)| format!("{prefix}:{name}").parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn the_catalogue_knows_every_escalating_action() {
        let unknown: Vec<String> = actions()
            .filter(|action| {
                Catalog::embedded()
                    .action(action)
                    .is_none_or(|entry| entry.name() != action.name())
            })
            .map(|action| action.to_string())
            .collect();
        assert_eq!(unknown, [] as [&str; 0]);
        assert_eq!(actions().count(), ESCALATING.len());
        assert!(ESCALATING.is_sorted_by_key(|(prefix, name, _)| (*prefix, *name)));
    }
}
