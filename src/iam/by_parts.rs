//! Decides whether two resource patterns have an ARN in common if each wildcard stays within its own part of the ARN.

use super::Glob;

/// The number of an ARN's parts; the last is the resource, which may contain more colons.
const PARTS: usize = 6;

/// Whether some ARN matches both patterns and no wildcard of theirs reaches over a colon before the resource. IAM's own
/// wildcards do reach over colons, but nobody means the resources that they reach so: `arn:aws:bedrock:*::foundation-model/a`
/// names a model and no inference profile. A pattern whose parts are not in their places is compared as a whole.
///
/// ```
/// use aws_least_privilege::iam::{Glob, meet_by_parts};
///
/// let meet = |one: &str, two: &str| meet_by_parts(&Glob::parse(one), &Glob::parse(two));
/// let profiles = "arn:aws:bedrock:eu-west-1:*:inference-profile/*";
/// assert!(meet(profiles, "arn:aws:bedrock:*:*:inference-profile/eu.a"));
/// assert!(!meet(profiles, "arn:aws:bedrock:*::foundation-model/a"));
/// assert!(meet(profiles, "arn:aws:bedrock:*"));
/// assert!(meet(profiles, "*"));
/// let group = "arn:aws:logs:eu-west-1:111122223333:log-group:shop:*";
/// assert!(meet(group, "arn:aws:logs:*:log-group:shop:*"));
/// ```
pub fn meet_by_parts(one: &Glob, two: &Glob) -> bool {
    // Patterns whose parts meet meet as a whole, and most patterns do not: that is found without taking them apart.
    one.intersects(two) && parts_meet(&one.to_string(), &two.to_string())
}

fn parts_meet(one: &str, two: &str) -> bool {
    if !has_an_account(one) || !has_an_account(two) {
        return true;
    }
    let mut both = one.splitn(PARTS, ':').zip(two.splitn(PARTS, ':'));
    both.all(|(one, two)| Glob::parse(one).intersects(&Glob::parse(two)))
}

/// Whether a pattern has all parts of an ARN, with an account where it belongs: digits, wildcards, `aws`, or nothing.
fn has_an_account(pattern: &str) -> bool {
    let mut parts = pattern.splitn(PARTS, ':').skip(PARTS - 2);
    let (Some(account), Some(_)) = (parts.next(), parts.next()) else {
        return false;
    };
    account == "aws"
        || account
            .chars()
            .all(|letter| letter.is_ascii_digit() || "*?".contains(letter))
}
