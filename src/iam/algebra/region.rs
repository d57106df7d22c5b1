//! Relates the AWS region that is called (`aws:RequestedRegion`) to the region in a resource's ARN. They are the same,
//! except for actions that may act on resources of another region.

use super::super::condition::REQUESTED_REGION;
use super::super::{ConditionAtom, ConditionBlock};
use super::conditions::ConditionId;
use super::direction::Part;
use super::problem::Problem;

impl Problem<'_> {
    /// Conditions that say that the called region is the region of the part's ARNs. Empty if none of the ARNs names its
    /// region.
    pub(super) fn in_their_regions(&mut self, part: &Part) -> Vec<ConditionId> {
        let texts = part.iter().filter_map(|(_, pattern)| *pattern);
        let texts: Vec<_> = texts
            .map(|own| self.patterns.get(own).text.clone())
            .collect();
        let regions = texts.iter().filter_map(|text| region(text));
        regions
            .map(|region| {
                let atom =
                    ConditionAtom::new("StringEquals", REQUESTED_REGION, [region.to_owned()]);
                self.conditions.id(&ConditionBlock::new([atom]))
            })
            .collect()
    }
}

/// The region that a pattern names. `None` if a wildcard comes before it, because that wildcard could match past it.
fn region(pattern: &str) -> Option<&str> {
    let parts: Vec<&str> = pattern.splitn(6, ':').collect();
    let [head @ .., _, _] = parts.as_slice() else {
        return None;
    };
    let is_plain = |part: &&str| {
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        !part.is_empty() && part.chars().all(is_letter)
    };
    match head {
        ["arn", _, _, region] if head.iter().all(is_plain) => Some(region),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_named_where_no_wildcard_comes_before() {
        let of = |text| region(text);
        assert_eq!(of("arn:aws:sqs:eu-west-1:*:*"), Some("eu-west-1"));
        for none in [
            "*",
            "arn:aws:s3:::shop/*",
            "arn:*:sqs:eu-west-1:111122223333:jobs",
            "arn:aws:sqs:eu-*:111122223333:jobs",
            "arn:aws:sqs:${aws:RequestedRegion}:111122223333:jobs",
            "arn:aws:sqs:eu-west-1",
        ] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
