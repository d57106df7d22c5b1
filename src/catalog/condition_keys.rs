//! Says which condition keys a request for an action can have. A condition on any other key says nothing about a grant.
//!
//! The keys of actions and resource types come from the
//! [Service Authorization Reference](https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html).

use super::reference::ActionEntry;
use std::collections::BTreeSet;

/// The keys that every request can have, whatever the action: properties of the principal, its session, the network and
/// the request. A `/` at the end means that any name may follow.
///
/// `aws:RequestTag`, `aws:ResourceTag` and `aws:TagKeys` are not in the list: only some actions have them, and the
/// reference lists them. From
/// [global condition context keys](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
/// Keys that do not begin with `aws:` belong to credentials that a service created. Every request that is signed with
/// those credentials has them.
const GLOBAL: [&str; 59] = [
    "aws:AssumedRoot",
    "aws:CalledVia",
    "aws:CalledViaAWSMCP",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:ChatbotSourceArn",
    "aws:CurrentTime",
    "aws:Ec2InstanceSourcePrivateIPv4",
    "aws:Ec2InstanceSourceVpc",
    "aws:EpochTime",
    "aws:FederatedProvider",
    "aws:IsMcpServiceAction",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:PrincipalTag/",
    "aws:PrincipalType",
    "aws:Referer",
    "aws:RequestedRegion",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:ResourceOrgPaths",
    "aws:SecureTransport",
    "aws:SignInSessionArn",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIdentity",
    "aws:SourceIp",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceOwner",
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:TokenIssueTime",
    "aws:UserAgent",
    "aws:ViaAWSMCPService",
    "aws:ViaAWSService",
    "aws:VpcSourceIp",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "aws:userid",
    "aws:username",
    "codebuild:BuildArn",
    "codebuild:ProjectArn",
    "ec2:RoleDelivery",
    "ec2:SourceInstanceARN",
    "glue:CredentialIssuingService",
    "glue:RoleAssumedBy",
    "identitystore:UserId",
    "lambda:SourceFunctionArn",
    "ssm:SourceInstanceARN",
];

impl<'c> ActionEntry<'c> {
    /// Returns the condition keys of the action and of its resource types, each once and sorted. They are written as in
    /// the Service Authorization Reference: `aws:ResourceTag/${TagKey}`, `s3:ExistingObjectTag/<key>`. Global keys,
    /// which every request can have, are not included.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    ///
    /// let entry = Catalog::embedded().action(&"dynamodb:GetItem".parse()?).unwrap();
    /// assert!(entry.condition_keys().any(|key| key == "dynamodb:LeadingKeys"));
    /// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
    /// ```
    pub fn condition_keys(&self) -> impl Iterator<Item = &'c str> {
        let reference = self.reference;
        let of_types = self
            .resource_types()
            .flat_map(|kind| &kind.condition_keys)
            .copied();
        let own = self.row.condition_keys.iter().copied();
        let places: BTreeSet<usize> = own.chain(of_types).collect();
        places
            .into_iter()
            .filter_map(|place| reference.condition_keys.get(place))
            .map(String::as_str)
    }

    /// Whether a request for the action can have a condition key: one of [`Self::condition_keys`] with its placeholders
    /// filled, or a global key. Case makes no difference.
    ///
    /// ```
    /// use aws_least_privilege::catalog::Catalog;
    ///
    /// let entry = Catalog::embedded().action(&"s3:GetObject".parse()?).unwrap();
    /// assert!(entry.has_condition_key("S3:existingobjecttag/project"));
    /// assert!(entry.has_condition_key("aws:SourceIp") && !entry.has_condition_key("s3:prefix"));
    /// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
    /// ```
    pub fn has_condition_key(&self, key: &str) -> bool {
        is_global(key) || self.condition_keys().any(|template| fits(template, key))
    }
}

/// Whether every request can have the key, whatever the action. Case makes no difference.
///
/// ```
/// use aws_least_privilege::catalog::is_global_condition_key;
///
/// assert!(is_global_condition_key("aws:PrincipalTag/team") && is_global_condition_key("AWS:sourceip"));
/// assert!(!is_global_condition_key("aws:ResourceTag/team") && !is_global_condition_key("s3:prefix"));
/// ```
pub fn is_global_condition_key(key: &str) -> bool {
    is_global(key)
}

fn is_global(key: &str) -> bool {
    GLOBAL.iter().any(|known| fits(known, key))
}

/// Whether a key matches a template. A placeholder is written `${Name}`, `<name>` or `tag-key`, or is left out after a
/// slash at the end. It stands for at least one character. Slashes and colons are included, because tags may contain
/// them.
fn fits(template: &str, key: &str) -> bool {
    let (template, key) = (template.to_ascii_lowercase(), key.to_ascii_lowercase());
    let template = match template.strip_suffix("/tag-key") {
        Some(head) => format!("{head}/"),
        None => template,
    };
    let mut texts: Vec<&str> = Vec::new();
    let mut rest = template.as_str();
    while let Some((text, after)) = placeholder(rest) {
        texts.push(text);
        rest = after;
    }
    texts.push(rest);
    if rest.ends_with('/') {
        texts.push("");
    }
    fits_texts(&texts, &key)
}

/// Splits a template at its first placeholder: the text before it and the text after it.
fn placeholder(template: &str) -> Option<(&str, &str)> {
    let dollar = template.split_once("${");
    let angle = template.split_once('<');
    let (before, after, end) = match (dollar, angle) {
        (Some((before, after)), _) => (before, after, '}'),
        (None, Some((before, after))) => (before, after, '>'),
        (None, None) => return None,
    };
    let (_, after) = after.split_once(end)?;
    Some((before, after))
}

/// Whether the key consists of these texts in order, with at least one character between each two.
fn fits_texts(texts: &[&str], key: &str) -> bool {
    let [first, middle @ .., last] = texts else {
        return texts.first() == Some(&key);
    };
    let Some(mut rest) = key.strip_prefix(first) else {
        return false;
    };
    for text in middle {
        let mut letters = rest.chars();
        letters.next();
        let Some((_, after)) = letters.as_str().split_once(text) else {
            return false;
        };
        rest = after;
    }
    rest.len() > last.len() && rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    fn entry(action: &str) -> ActionEntry<'static> {
        Catalog::embedded()
            .action(&action.parse().unwrap())
            .unwrap()
    }

    #[test]
    fn keys_are_those_of_the_action_and_of_its_types() {
        let keys: Vec<&str> = entry("s3:GetObject").condition_keys().collect();
        assert!(
            keys.contains(&"s3:ExistingObjectTag/<key>"),
            "the action's own: {keys:?}"
        );
        assert!(
            keys.contains(&"s3:AccessPointNetworkOrigin"),
            "its type's: {keys:?}"
        );
        assert!(keys.is_sorted_by(|one, next| one < next), "{keys:?}");
        assert_eq!(entry("sts:GetCallerIdentity").condition_keys().count(), 0);
    }

    #[test]
    fn a_key_is_found_whatever_its_case_and_with_its_placeholder_filled() {
        for (action, key) in [
            ("ec2:StartInstances", "EC2:resourcetag/Project"),
            (
                "ec2:StartInstances",
                "aws:ResourceTag/aws:autoscaling:groupName",
            ),
            ("ec2:StartInstances", "aws:ResourceTag/a/b"),
            ("s3:PutObject", "s3:RequestObjectTag/class"),
            ("s3:ListBucket", "s3:prefix"),
            ("dynamodb:Query", "dynamodb:LeadingKeys"),
            ("kms:Decrypt", "kms:EncryptionContext:app"),
            ("iam:PassRole", "iam:PassedToService"),
            (
                "secretsmanager:GetSecretValue",
                "secretsmanager:ResourceTag/team",
            ),
            (
                "sts:AssumeRoleWithWebIdentity",
                "token.actions.githubusercontent.com:actor",
            ),
            (
                "codebuild:CreateProject",
                "codebuild:fileSystemLocations/a.type",
            ),
            ("sqs:SendMessage", "aws:principaltag/team"),
            ("sqs:SendMessage", "lambda:SourceFunctionArn"),
        ] {
            assert!(entry(action).has_condition_key(key), "{action} {key}");
        }
    }

    #[test]
    fn what_an_action_does_not_have_is_not_found() {
        for (action, key) in [
            ("s3:GetObject", "s3:prefix"),
            ("s3:GetObject", "dynamodb:LeadingKeys"),
            ("s3:ListAllMyBuckets", "aws:ResourceTag/team"),
            ("ec2:StartInstances", "ec2:ResourceTag/"),
            ("ec2:StartInstances", "ec2:ResourceTag"),
            ("sqs:SendMessage", "aws:PrincipalTag/"),
            ("sqs:SendMessage", "aws:SourceIpp"),
            ("sqs:SendMessage", ""),
        ] {
            assert!(!entry(action).has_condition_key(key), "{action} {key}");
        }
    }

    #[test]
    fn every_key_of_the_catalogue_is_had_by_its_action_when_it_is_filled() {
        let catalog = Catalog::embedded();
        let mut without: Vec<String> = Vec::new();
        let mut count = 0;
        for number in 0..catalog.action_count() {
            let entry = catalog.action_at(number).unwrap();
            for key in entry.condition_keys() {
                count += 1;
                let mut filled = key.replace("${", "x").replace(['}', '<', '>'], "");
                if filled.ends_with('/') {
                    filled.push('x');
                }
                if !entry.has_condition_key(&filled) {
                    without.push(format!("{}:{} {key}", entry.prefix(), entry.name()));
                }
            }
        }
        assert_eq!(without, [] as [&str; 0]);
        assert!(count > 37_000, "{count}");
    }

    #[test]
    fn the_global_keys_are_sorted_and_each_stands_once() {
        assert!(GLOBAL.is_sorted_by(|one, next| one < next));
    }
}
