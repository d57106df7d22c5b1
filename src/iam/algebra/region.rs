//! Relates what conditions test to what a resource's ARN says: the AWS region that is called (`aws:RequestedRegion`) to its
//! region, and the account that owns the resource (`aws:ResourceAccount`) to its account. They are the same, except for actions
//! that may act on resources of another region, and for actions whose requests do not have the account.

use super::super::action_set::BitSet;
use super::super::condition::{REQUESTED_REGION, RESOURCE_ACCOUNT};
use super::super::{ConditionAtom, ConditionBlock};
use super::cause::Cause;
use super::conditions::ConditionId;
use super::cover::Region;
use super::direction::Part;
use super::problem::Problem;
use super::universe::ActionUniverse;
use crate::account;

/// The part of a region where requests have the AWS region and the resource's account that the ARNs name.
pub(super) struct AsNamed {
    pub(super) region: Region,
    in_a_region: bool,
    in_an_account: bool,
}

impl AsNamed {
    /// Why it is open whether requests of an action that nobody knows are in it.
    pub(super) fn cause(&self) -> Cause {
        if self.in_a_region {
            Cause::Region
        } else {
            Cause::Account
        }
    }

    /// Why requests of an action may be outside of it.
    fn doubt(&self, number: u32, universe: &dyn ActionUniverse) -> Option<Cause> {
        if self.in_a_region && universe.may_reach_another_region(number) {
            return Some(Cause::Region);
        }
        let is_open = self.in_an_account && universe.may_lack_the_account(number);
        is_open.then_some(Cause::Account)
    }
}

/// The actions whose requests may be outside of what the ARNs name, and why.
pub(super) fn doubts(
    named: Option<&AsNamed>,
    numbers: &BitSet,
    universe: &dyn ActionUniverse,
) -> Vec<(u32, Cause)> {
    let doubt = |number| Some((number, named?.doubt(number, universe)?));
    numbers.iter().filter_map(doubt).collect()
}

impl Problem<'_> {
    /// A region, limited to requests as the part's ARNs say. `None` if no ARN names what some condition tests.
    pub(super) fn as_its_arns_say(&mut self, part: &Part, region: &Region) -> Option<AsNamed> {
        let regions = if self.tests_the_region {
            self.in_their_regions(part)
        } else {
            Vec::new()
        };
        let accounts = if self.tests_the_account {
            self.in_their_accounts(part)
        } else {
            Vec::new()
        };
        let mut named = AsNamed {
            region: region.clone(),
            in_a_region: !regions.is_empty(),
            in_an_account: !accounts.is_empty(),
        };
        let asked = regions.iter().chain(&accounts);
        named.region.conditions.extend(asked);
        (named.in_a_region || named.in_an_account).then_some(named)
    }

    /// Conditions that say that the called region is the region of the part's ARNs. Empty if none of the ARNs names its
    /// region.
    fn in_their_regions(&mut self, part: &Part) -> Vec<ConditionId> {
        self.said_by_arns(part, REQUESTED_REGION, region)
    }

    /// Conditions that say that the resource's account is the account of the part's ARNs. Empty if none of the ARNs names its
    /// account, as those of buckets do not.
    fn in_their_accounts(&mut self, part: &Part) -> Vec<ConditionId> {
        self.said_by_arns(part, RESOURCE_ACCOUNT, account)
    }

    fn said_by_arns(
        &mut self,
        part: &Part,
        key: &str,
        read: fn(&str) -> Option<&str>,
    ) -> Vec<ConditionId> {
        let patterns = part.iter().filter_map(|(_, pattern)| *pattern);
        let texts: Vec<_> = patterns
            .map(|own| self.patterns.get(own).text.clone())
            .collect();
        let said = texts.iter().filter_map(|text| read(text));
        said.map(|value| {
            let atom = ConditionAtom::new("StringEquals", key, [value.to_owned()]);
            self.conditions.id(&ConditionBlock::new([atom]))
        })
        .collect()
    }
}

/// The region that a pattern names. `None` if a wildcard comes before it, because that wildcard could match past it.
fn region(pattern: &str) -> Option<&str> {
    let parts: Vec<&str> = pattern.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", partition, service, region, _, _] => [partition, service, region]
            .into_iter()
            .all(|part| is_plain(part))
            .then_some(*region),
        _ => None,
    }
}

/// The account that a pattern names: twelve digits, and no wildcard before them. A resource of IAM has no region.
fn account(pattern: &str) -> Option<&str> {
    let parts: Vec<&str> = pattern.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", partition, service, region, account, _] => {
            let is_fixed = is_plain(partition) && is_plain(service);
            let has_region = region.is_empty() || is_plain(region);
            (is_fixed && has_region && account::is_id(account)).then_some(*account)
        }
        _ => None,
    }
}

fn is_plain(part: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    !part.is_empty() && part.chars().all(is_letter)
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

    #[test]
    fn an_account_is_named_where_its_digits_are_written() {
        for text in [
            "arn:aws:sqs:eu-west-1:111122223333:*",
            "arn:aws:iam::111122223333:role/app",
        ] {
            assert_eq!(account(text), Some("111122223333"));
        }
        for none in [
            "*",
            "arn:aws:s3:::shop/*",
            "arn:aws:sqs:*:111122223333:jobs",
            "arn:aws:sqs:eu-west-1:????????????:jobs",
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "arn:aws:sqs:eu-west-1:${aws:PrincipalAccount}:jobs",
        ] {
            assert_eq!(account(none), None, "{none}");
        }
    }
}
