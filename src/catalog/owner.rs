//! Knows the actions whose requests do not have the account that owns the resource (`aws:ResourceAccount`).
//!
//! AWS lists them:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceaccount>. What
//! is accepted, connected or shared between accounts is on that list or like what is, so such actions are recognised by their
//! names. One action too many does no harm, because it only means that nothing is taken as certain.

use crate::iam::Action;

/// Services that are listed, whole or for some of what they do between accounts.
const SERVICES: [&str; 9] = [
    "account",
    "ebs",
    "ec2",
    "events",
    "guardduty",
    "macie2",
    "organizations",
    "route53",
    "securityhub",
];

/// Words in the names of such actions.
const WORDS: [&str; 6] = [
    "accept",
    "connection",
    "copy",
    "invitation",
    "peering",
    "reject",
];

/// Whether requests of an action may lack the account that owns the resource.
///
/// ```
/// use aws_least_privilege::catalog::owner::may_lack_the_account;
///
/// assert!(may_lack_the_account(&"ec2:CopySnapshot".parse()?));
/// assert!(!may_lack_the_account(&"dynamodb:GetItem".parse()?));
/// # Ok::<(), aws_least_privilege::iam::action::ParseActionError>(())
/// ```
pub fn may_lack_the_account(action: &Action) -> bool {
    let of_service = |own: &&str| own.eq_ignore_ascii_case(action.prefix());
    let name = action.name().to_ascii_lowercase();
    SERVICES.iter().any(of_service) || WORDS.iter().any(|word| name.contains(word))
}
