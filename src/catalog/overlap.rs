//! Decides whether a policy's resource pattern can match an ARN of some format at all.
//!
//! This is stricter than comparing two globs. The region of an ARN is never empty if the format has one, nor is the
//! account of a type that always belongs to one. A bucket's name has no slash, so `bucket/*` matches no bucket. If the
//! characters of a name are not known, it may contain any.

use super::template::{self, Piece};
use crate::iam::algebra::Alphabet;

/// Variables whose values contain neither `:` nor `/`. The name of a function or state machine is not among them: a
/// version or alias may follow it in ARNs of the same actions.
const WORDS: [&str; 14] = [
    "AccessPointName",
    "Account",
    "AccountId",
    "BucketName",
    "ClusterName",
    "DeliveryStreamName",
    "GlobalTableName",
    "IndexName",
    "KeyId",
    "Partition",
    "QueueName",
    "Region",
    "StreamName",
    "TableName",
];

/// Variables of types that always belong to an account. AWS itself may own resources of other types, and their ARNs
/// have no account: `arn:aws:ssm:eu-west-1::parameter/aws/service/...`,
/// `arn:aws:bedrock:us-east-1::foundation-model/...`.
const OWNED: [&str; 16] = [
    "AccessPointAlias",
    "AccessPointName",
    "DeliveryStreamName",
    "EventBusName",
    "FunctionName",
    "GlobalTableName",
    "IndexName",
    "KeyId",
    "LogGroupName",
    "QueueName",
    "RoleNameWithPath",
    "SecretId",
    "StateMachineName",
    "StreamName",
    "TableName",
    "TopicName",
];

/// One step of a pattern: one character of a set, or any number of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    One(Set),
    Many(Set),
}

/// A set of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Set {
    Just(char),
    Any,
    /// All characters except `:`.
    Path,
    /// All characters except `:` and `/`.
    Word,
}

impl Set {
    fn meets(self, other: Self) -> bool {
        match (self, other) {
            (Self::Just(one), set) | (set, Self::Just(one)) => match set {
                Self::Just(other) => one == other,
                Self::Word => !matches!(one, ':' | '/'),
                Self::Path => one != ':',
                Self::Any => true,
            },
            (Self::Any | Self::Path | Self::Word, Self::Any | Self::Path | Self::Word) => true,
        }
    }
}

/// Returns the characters that the values of a variable may have.
pub(super) fn alphabet(variable: &str) -> Alphabet {
    if WORDS.contains(&variable) {
        Alphabet::Word
    } else if variable.ends_with("WithPath") {
        Alphabet::Path
    } else {
        Alphabet::Any
    }
}

/// Whether a variable of the format may be empty: the account, for types of which AWS itself may own resources in a
/// region.
pub(super) fn may_be_empty(format: &str, variable: &str) -> bool {
    let variables = || template::pieces(format).into_iter();
    let has = |wanted: &[&str]| {
        variables().any(|piece| matches!(piece, Piece::Variable(name) if wanted.contains(&name)))
    };
    matches!(variable, "Account" | "AccountId") && has(&["Region"]) && !has(&OWNED)
}

/// Returns the service of an ARN if it is written out, and no wildcard before it can extend into it.
pub(super) fn service(text: &str) -> Option<&str> {
    let mut parts = text.split(':');
    let (arn, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
    let is_open = |part: &str| part.contains(['*', '?', '$']);
    let is_partition = !is_open(partition) || partition == "${Partition}";
    (arn == "arn" && is_partition && !is_open(service)).then_some(service)
}

/// Whether some ARN of the format matches the pattern.
pub(super) fn can_match(format: &str, pattern: &str) -> bool {
    if let (Some(own), Some(other)) = (service(format), service(pattern))
        && own != other
    {
        return false;
    }
    meet(&steps_of_format(format), &steps_of_pattern(pattern))
}

/// Like `can_match`, but a wildcard matches only within its own part of the ARN.
pub(super) fn can_match_by_parts(format: &str, pattern: &str) -> bool {
    let mut colons = 0;
    let mut steps = steps_of_pattern(pattern);
    for step in &mut steps {
        match step {
            Step::One(Set::Just(':')) => colons += 1,
            Step::One(set @ Set::Any) | Step::Many(set @ Set::Any) if colons < 5 => {
                *set = Set::Word;
            }
            Step::One(_) | Step::Many(_) => {}
        }
    }
    meet(&steps_of_format(format), &steps)
}

/// Whether the pattern begins like the ARNs of the format: with the same word for the type, whatever follows. If the
/// format has no account, the pattern may have one and then no region.
pub(super) fn begins_alike(format: &str, pattern: &str) -> bool {
    let Some((place, resource)) = apart(format) else {
        return false;
    };
    let word = beginning(resource);
    if word.is_empty() {
        return false;
    }
    let mut steps = steps_of_place(place, format);
    steps.extend(word.chars().map(|letter| Step::One(Set::Just(letter))));
    steps.push(Step::Many(Set::Any));
    meet(&steps, &steps_of_pattern(pattern))
}

/// Whether the pattern has a word for its type that differs from the format's.
pub(super) fn begins_otherwise(format: &str, pattern: &str) -> bool {
    let (Some((_, format)), Some((_, pattern))) = (apart(format), apart(pattern)) else {
        return false;
    };
    let behind = pattern.trim_start_matches('/');
    let Some(end) = behind.find([':', '/']).filter(|end| *end > 0) else {
        return false;
    };
    let end = end + pattern.len() - behind.len();
    let word = pattern.get(..=end).unwrap_or_default();
    let has_word = !format.starts_with("${") && !format.starts_with('*');
    !word.contains(['*', '?', '$']) && has_word && !format.starts_with(word)
}

/// Splits an ARN after its fifth `:` into the parts before the resource, and the resource.
fn apart(arn: &str) -> Option<(&str, &str)> {
    let (end, _) = arn.match_indices(':').nth(4)?;
    arn.split_at_checked(end + 1)
}

/// Returns the text of a resource before its first variable or wildcard.
fn beginning(resource: &str) -> &str {
    let variable = resource.find("${").unwrap_or(resource.len());
    let star = resource.find('*').unwrap_or(resource.len());
    resource.get(..variable.min(star)).unwrap_or_default()
}

/// Returns the steps for the parts before the resource, in any account. They may also match without an account, and
/// without a region, unless the format rules this out.
fn steps_of_place(place: &str, format: &str) -> Vec<Step> {
    let mut parts = place.splitn(5, ':');
    let lead: Vec<&str> = parts.by_ref().take(3).collect();
    let region = parts.next().unwrap_or_default();
    let account = parts.next().unwrap_or_default().trim_end_matches(':');
    let is_owned =
        matches!(account, "${Account}" | "${AccountId}") && !may_be_empty(format, "Account");
    let mut steps = steps_of_format(&lead.join(":"));
    let colon = Step::One(Set::Just(':'));
    steps.push(colon);
    if region.is_empty() {
        steps.push(colon);
    } else {
        steps.extend(is_owned.then_some(Step::One(Set::Word)));
        steps.extend([Step::Many(Set::Word), colon]);
    }
    steps.extend(is_owned.then_some(Step::One(Set::Word)));
    steps.extend([Step::Many(Set::Word), colon]);
    steps
}

fn steps_of_format(format: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut colons = 0;
    for piece in template::pieces(format) {
        match piece {
            Piece::Text(text) => {
                colons += text.matches(':').count();
                steps.extend(text.chars().map(|letter| Step::One(Set::Just(letter))));
            }
            Piece::Wild => steps.push(Step::Many(if colons < 5 { Set::Word } else { Set::Any })),
            Piece::Variable(name) => {
                let set = match alphabet(name) {
                    Alphabet::Word => Set::Word,
                    Alphabet::Path => Set::Path,
                    Alphabet::Any | Alphabet::Name => Set::Any,
                };
                if !may_be_empty(format, name) {
                    steps.push(Step::One(set));
                }
                steps.push(Step::Many(set));
            }
        }
    }
    steps
}

/// Returns the steps of a pattern. `*` and `?` are wildcards; `${*}`, `${?}` and `${$}` stand for the characters
/// themselves.
fn steps_of_pattern(pattern: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = pattern.chars();
    while let Some(letter) = rest.next() {
        let escaped = ["*", "?", "$"].into_iter().find(|plain| {
            letter == '$'
                && rest
                    .as_str()
                    .strip_prefix('{')
                    .and_then(|rest| rest.strip_prefix(plain))
                    .is_some_and(|rest| rest.starts_with('}'))
        });
        if let Some(plain) = escaped {
            steps.extend(plain.chars().map(|plain| Step::One(Set::Just(plain))));
            rest.nth(2);
            continue;
        }
        steps.push(match letter {
            '*' => Step::Many(Set::Any),
            '?' => Step::One(Set::Any),
            _ => Step::One(Set::Just(letter)),
        });
    }
    steps
}

/// Whether some text matches both. It walks through one, and keeps the positions in the other that the same text can
/// reach.
fn meet(one: &[Step], other: &[Step]) -> bool {
    let mut reached = vec![false; other.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    for step in one {
        skip(&mut reached, other);
        reached = match *step {
            Step::One(set) => advanced(&reached, other, set),
            Step::Many(set) => {
                sweep(&mut reached, other, set);
                reached
            }
        };
    }
    skip(&mut reached, other);
    reached.last().copied().unwrap_or_default()
}

/// A step for any number of characters also matches none.
fn skip(reached: &mut [bool], steps: &[Step]) {
    for (place, step) in steps.iter().enumerate() {
        if let (Step::Many(_), [true, after, ..]) =
            (step, reached.get_mut(place..).unwrap_or_default())
        {
            *after = true;
        }
    }
}

/// Adds every position that is reached after any number of characters of the set. Steps only lead forward, so one pass
/// finds all.
fn sweep(reached: &mut [bool], steps: &[Step], set: Set) {
    for (place, step) in steps.iter().enumerate() {
        let passes = match step {
            Step::Many(_) => true,
            Step::One(taken) => taken.meets(set),
        };
        if let [true, after, ..] = reached.get_mut(place..).unwrap_or_default() {
            *after |= passes;
        }
    }
}

/// Returns every position that is reached after one more character of the set.
fn advanced(reached: &[bool], steps: &[Step], set: Set) -> Vec<bool> {
    let mut next = vec![false; reached.len()];
    for (place, step) in steps.iter().enumerate() {
        if !reached.get(place).copied().unwrap_or_default() {
            continue;
        }
        let (to, taken) = match step {
            Step::One(taken) => (place + 1, *taken),
            Step::Many(taken) => (place, *taken),
        };
        if taken.meets(set)
            && let Some(to) = next.get_mut(to)
        {
            *to = true;
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUCKET: &str = "arn:${Partition}:s3:::${BucketName}";
    const OBJECT: &str = "arn:${Partition}:s3:::${BucketName}/${ObjectName}";
    const POINT: &str = "arn:${Partition}:s3:${Region}:${Account}:accesspoint/${AccessPointName}";
    const ROLE: &str = "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}";

    #[test]
    fn a_bucket_is_no_object_and_an_object_no_bucket() {
        assert!(can_match(BUCKET, "arn:aws:s3:::orders") && can_match(BUCKET, "arn:aws:s3:::*"));
        assert!(
            can_match(BUCKET, "arn:aws:s3:::ord*")
                && can_match(BUCKET, "*")
                && can_match(BUCKET, "arn:*")
        );
        assert!(!can_match(BUCKET, "arn:aws:s3:::orders/*"));
        assert!(!can_match(OBJECT, "arn:aws:s3:::orders"));
        assert!(
            can_match(OBJECT, "arn:aws:s3:::orders/*") && can_match(OBJECT, "arn:aws:s3:::orders*")
        );
        assert!(can_match(OBJECT, "arn:aws:s3:::*/AWSLogs/*"));
        assert!(!can_match(
            OBJECT,
            "arn:aws:s3:us-east-1:123456789012:orders/*"
        ));
    }

    #[test]
    fn a_region_is_never_empty_and_a_path_may_have_slashes() {
        assert!(!can_match(POINT, "arn:aws:s3:::*"));
        assert!(can_match(POINT, "arn:aws:s3:*:123456789012:accesspoint/*"));
        assert!(can_match(ROLE, "arn:aws:iam::123456789012:role/team/a/*"));
        assert!(
            can_match(ROLE, "arn:aws:iam::????????????:role/app")
                && !can_match(ROLE, "arn:aws:iam::*:user/*")
        );
    }

    #[test]
    fn a_version_or_alias_may_follow_a_functions_name() {
        let function = "arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}";
        assert!(can_match(
            function,
            "arn:aws:lambda:eu-west-1:123456789012:function:checkout:*"
        ));
        assert!(!can_match(
            function,
            "arn:aws:lambda:eu-west-1:123456789012:layer:checkout"
        ));
    }

    #[test]
    fn what_aws_owns_has_no_account_and_what_always_has_an_owner_does() {
        let parameter = "arn:${Partition}:ssm:${Region}:${Account}:parameter/${ParameterNameWithoutLeadingSlash}";
        let public = "arn:aws:ssm:eu-west-1::parameter/aws/service/ami-amazon-linux-latest/x";
        assert!(can_match(parameter, public));
        assert!(can_match(parameter, "arn:aws:ssm:*::parameter/aws/*"));
        assert!(
            !can_match(parameter, "arn:aws:ssm:::parameter/x"),
            "a region is never empty"
        );
        let table = "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}";
        assert!(!can_match(
            table,
            "arn:aws:dynamodb:eu-west-1::table/orders"
        ));
        assert!(!can_match(ROLE, "arn:aws:iam:::role/app"));
    }

    #[test]
    fn a_star_of_the_format_is_any_text() {
        let device = "arn:${Partition}:braket:*:*:device/${DeviceType}/${Provider}/${DeviceId}";
        for pattern in [
            "arn:aws:braket:::device/quantum-simulator/amazon/sv1",
            "arn:aws:braket:us-east-1::device/qpu/ionq/*",
            "arn:aws:braket:*:*:device/*",
        ] {
            assert!(can_match(device, pattern), "{pattern}");
        }
        assert!(!can_match(device, "arn:aws:braket:::quantum-task/x"));
        let task = "arn:${Partition}:dms:${Region}:${Account}:task:*";
        assert!(can_match(
            task,
            "arn:aws:dms:eu-west-1:123456789012:task:2PVREMWNPGYJCVU2IBPTOYTIV4"
        ));
        assert!(!can_match(
            task,
            "arn:aws:dms:eu-west-1:123456789012:rep:2PVREMWNPGYJCVU2IBPTOYTIV4"
        ));
    }

    #[test]
    fn escaped_wildcards_are_letters() {
        assert!(!can_match(BUCKET, "${*}"));
        assert!(can_match(ROLE, "arn:aws:iam::123456789012:role/a${*}b"));
    }
}
