//! Finds elements of `Resource` or `NotResource` that IAM refuses.
//!
//! IAM requires an ARN or `*`. An ARN has its partition and service in full, and then either all six parts or a `*` for the
//! rest. Text that may be an ARN, such as `*-orders`, is not refused here; it is read in its widest sense. Follows
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>.

use super::super::variable::{Segment, is_symbol, segments};
use super::super::{Glob, ResourcePattern};
use super::identity::known;
use super::placeholder::{in_braces, placeholder};
use super::{PolicyProblem, Syntax, shortened};
use crate::partition;

const PARTS: usize = 6;

/// Replaces a policy variable or an escaped character. Neither contains a `:` that separates parts of an ARN.
const FILLED_IN: char = '\0';

/// Replaces a symbol of a template that may be any text, with as many `:` as it likes.
const ANY_TEXT: char = '\u{1}';

/// The symbols that stand for one part of an ARN, or for less.
const OF_ONE_PART: &[&str] = &[
    "AWS::AccountId",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// What a resource of IAM begins with, before its `/`.
const OF_IAM: &[&str] = &[
    "access-report",
    "assumed-role",
    "delegation-request",
    "federated-user",
    "group",
    "instance-profile",
    "mfa",
    "oidc-provider",
    "policy",
    "report",
    "role",
    "role-template",
    "saml-provider",
    "server-certificate",
    "sms-mfa",
    "user",
];

/// Words that documentation puts in the place of a region.
const FOR_REGIONS: &[&str] = &["region", "aws-region", "my-region", "your-region"];

/// Why IAM refuses an element; `None` if it does not.
pub(super) fn problem(pattern: &ResourcePattern, syntax: Syntax) -> Option<PolicyProblem> {
    let text = pattern.text();
    let plain = known(text, syntax);
    if let Some(found) = placeholder(&plain).or_else(|| in_braces(&plain)) {
        return Some(PolicyProblem::Placeholder(shortened(found)));
    }
    if !text.starts_with("arn:") {
        let may_be_one = pattern.glob().intersects(&Glob::parse("arn:*"));
        return (!may_be_one).then(|| PolicyProblem::NotAnArn(shortened(text)));
    }
    let parts = parts(text);
    // Where a text of any parts begins, nothing behind it has a known place.
    let open = parts.iter().position(|part| part.contains(ANY_TEXT));
    let open = open.filter(|place| place + 1 < PARTS);
    let parts = parts.get(..open.unwrap_or(parts.len())).unwrap_or(&parts);
    let part = |place: usize| parts.get(place).map_or("", String::as_str);
    let of_arn = |problem: fn(String) -> PolicyProblem| Some(problem(shortened(text)));
    if parts.len() > 1 && !is_partition(part(1)) {
        return of_arn(PolicyProblem::BadPartition);
    }
    let ends_in_partition = parts.len() == 2 && open.is_none();
    if has_wildcard(part(2)) || (ends_in_partition && has_wildcard(part(1))) {
        return of_arn(PolicyProblem::WildcardService);
    }
    let is_whole = parts.len() >= PARTS || text.ends_with('*') || open.is_some();
    if !is_whole || (parts.len() > 2 && part(2).is_empty()) {
        return of_arn(PolicyProblem::ShortArn);
    }
    if !is_region(part(3)) {
        return Some(PolicyProblem::NoRegion(shortened(part(3))));
    }
    if !is_account(part(4)) {
        return Some(PolicyProblem::NoAccount(shortened(part(4))));
    }
    if part(2) == "iam" && parts.len() == PARTS {
        return of_iam(part(3), part(5), text);
    }
    None
}

fn parts(text: &str) -> Vec<String> {
    let mut plain = String::new();
    for segment in segments(text) {
        match segment {
            Segment::Text(text) => plain.push_str(text),
            Segment::Variable(inside) if is_symbol(inside) && !OF_ONE_PART.contains(&inside) => {
                plain.push(ANY_TEXT);
            }
            Segment::Escaped(_) | Segment::Variable(_) => plain.push(FILLED_IN),
        }
    }
    plain.splitn(PARTS, ':').map(str::to_owned).collect()
}

fn has_wildcard(part: &str) -> bool {
    part.contains(['*', '?'])
}

fn is_open(part: &str) -> bool {
    has_wildcard(part) || part.contains(FILLED_IN)
}

fn is_partition(part: &str) -> bool {
    partition::is_one(part) || is_open(part)
}

/// Why IAM refuses an ARN of its own service. It has one endpoint a partition, so that no ARN of it has a region.
fn of_iam(region: &str, resource: &str, text: &str) -> Option<PolicyProblem> {
    if !region.is_empty() && !is_open(region) {
        return Some(PolicyProblem::RegionOfIam(shortened(text)));
    }
    let may_begin = |kind: &str| {
        let resource = Glob::parse(&resource.replace([FILLED_IN, ANY_TEXT], "*"));
        resource.intersects(&Glob::parse(&format!("{kind}/*")))
    };
    let is_of_a_kind = OF_IAM.iter().any(|kind| may_begin(kind)) || resource == "root";
    (!is_of_a_kind).then(|| PolicyProblem::NoKindOfIam(shortened(text)))
}

fn is_region(part: &str) -> bool {
    let letter = |letter: char| {
        letter.is_ascii_lowercase()
            || letter.is_ascii_digit()
            || matches!(letter, '-' | '*' | '?' | FILLED_IN)
    };
    part.chars().all(letter) && !FOR_REGIONS.contains(&part)
}

/// Whether this can be the account of an ARN: twelve digits, a pattern for them, or a word that AWS puts there for resources
/// of its own.
fn is_account(part: &str) -> bool {
    let digits = part.chars().all(|letter| letter.is_ascii_digit());
    let open = |letter: char| letter.is_ascii_digit() || matches!(letter, '*' | '?' | FILLED_IN);
    part.is_empty()
        || part == "aws"
        || part.starts_with("aws-")
        || part == "cloudfront"
        || (digits && part.len() == 12)
        || (is_open(part) && part.chars().all(open))
}

#[cfg(test)]
mod tests {
    use super::super::super::Version;
    use super::*;

    fn of(text: &str) -> Option<PolicyProblem> {
        problem(
            &ResourcePattern::new(text, Version::V2012),
            Syntax::default(),
        )
    }

    #[test]
    fn what_a_symbol_stands_for_is_not_judged() {
        let of = |text: &str| {
            let pattern = ResourcePattern::new(text, Version::V2012);
            problem(&pattern, Syntax::Template)
        };
        for text in [
            "${Orders}",
            "${Orders.Arn}/index/*",
            "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${Jobs}",
            "arn:${Rest}",
            "arn:a*:${Rest}",
            "arn:aws:${ServiceAndMore}:my-queue",
            "arn:aws:s${Rest}",
            "arn:aws:sqs:${RegionAndAccount}:my-queue",
            "arn:aws:iam::${Rest}",
            "arn:aws:iam::111122223333:${Rest}",
            "arn:aws:iam:${Region}:111122223333:role/x",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
        let whole = |problem: fn(String) -> PolicyProblem, text: &str| {
            assert_eq!(of(text), Some(problem(text.to_owned())), "{text}");
        };
        whole(PolicyProblem::NotAnArn, "my-${Bucket}");
        whole(PolicyProblem::BadPartition, "arn:AWS:s3:::${Bucket}");
        whole(PolicyProblem::WildcardService, "arn:aws:*:::${Bucket}");
        whole(PolicyProblem::ShortArn, "arn:aws::${Region}:x");
        whole(
            PolicyProblem::NoKindOfIam,
            "arn:aws:iam::111122223333:roles/${App}",
        );
        let account = PolicyProblem::NoAccount("ACCOUNT".to_owned());
        assert_eq!(
            of("arn:aws:sqs:${AWS::Region}:ACCOUNT:${Jobs}"),
            Some(account)
        );
        let placeholder = PolicyProblem::Placeholder("<bucket>".to_owned());
        assert_eq!(of("arn:aws:s3:::<bucket>/${App}/*"), Some(placeholder));
    }

    #[test]
    fn arns_and_what_may_be_one_are_taken() {
        for text in [
            "*",
            "**",
            "*:orders",
            "*${aws:PrincipalTag/x}",
            "arn:aws:s3:::bucket/*",
            "arn:*:s3:::bucket",
            "arn:aws-cn:s3:::bucket",
            "arn:aws-us-gov:s3:::bucket",
            "arn:a?s:s3:::bucket",
            "arn:${AWS::Partition}:s3:::bucket",
            "arn:aws:sqs:*",
            "arn:aws:sqs:eu-*",
            "arn:aws:sqs:eu-west-1:*",
            "arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:*",
            "arn:aws:iam::${AWS::AccountId}:role/*",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "arn:aws:iam::*:*",
            "arn:aws:iam:*:111122223333:role/x",
            "arn:aws:iam::111122223333:r*",
            "arn:aws:iam::111122223333:root",
            "arn:aws:iam::111122223333:${aws:PrincipalTag/x}",
            "arn:aws:sqs:*:1111*:q",
            "arn:aws:ssm:*:111122223333:automation-definition/X:$DEFAULT",
            "arn:aws:s3:::a:b:c:d",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused_by_what_it_is() {
        let whole = |problem: fn(String) -> PolicyProblem, texts: &[&str]| {
            for text in texts {
                assert_eq!(of(text), Some(problem((*text).to_owned())), "{text}");
            }
        };
        whole(
            PolicyProblem::NotAnArn,
            &["", "bucket", "s3:::bucket", "ARN:aws:s3:::b", " *"],
        );
        whole(
            PolicyProblem::ShortArn,
            &[
                "arn:aws",
                "arn:aws:",
                "arn:aws:s3",
                "arn:aws:s3::bucket",
                "arn:aws:dynamodb:eu-west-1",
                "arn:aws:::eu-west-1:x",
            ],
        );
        whole(
            PolicyProblem::WildcardService,
            &["arn:*", "arn:aws:*", "arn:aws:s*:::b", "arn:aws:s?:::b"],
        );
        whole(
            PolicyProblem::BadPartition,
            &[
                "arn:",
                "arn:AWS:s3:::b",
                "arn:partition:s3:::b",
                "arn:aws-foo:s3:::b",
            ],
        );
        whole(
            PolicyProblem::RegionOfIam,
            &["arn:aws:iam:us-east-1:111122223333:role/x"],
        );
        whole(
            PolicyProblem::NoKindOfIam,
            &[
                "arn:aws:iam::111122223333:roles/x",
                "arn:aws:iam::*:app",
                "arn:aws:iam::*:role",
            ],
        );
        let account = |part: &str| Some(PolicyProblem::NoAccount(part.to_owned()));
        assert_eq!(of("arn:aws:sqs:eu-west-1:123:q"), account("123"));
        assert_eq!(of("arn:aws:sqs:eu-west-1:ACCOUNT:q"), account("ACCOUNT"));
        assert_eq!(of("arn:aws:s3::my-bucket/*"), account("my-bucket/*"));
        let region = |part: &str| Some(PolicyProblem::NoRegion(part.to_owned()));
        assert_eq!(of("arn:aws:sqs:REGION:111122223333:q"), region("REGION"));
        assert_eq!(of("arn:aws:sqs:region:111122223333:q"), region("region"));
        assert_eq!(
            of("arn:aws:s3:::{bucket}/*"),
            Some(PolicyProblem::Placeholder("{bucket}".to_owned()))
        );
    }
}
