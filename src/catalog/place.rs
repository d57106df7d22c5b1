//! Partition, region and account of a call: as recorded, or as the resource's own name says.

use super::value::{is_account, is_partition, is_region};
use crate::xray::call::normalised;
use crate::xray::{Call, Parameters};

/// Request members that say whose account a resource is of, by service, and the one operation that has it where not all have.
pub(super) const OWNERS: [(&str, &str, &str); 8] = [
    ("codeartifact", "domainOwner", ""),
    ("ecr", "registryId", ""),
    ("ecr-public", "registryId", ""),
    ("glue", "CatalogId", ""),
    ("lakeformation", "CatalogId", ""),
    ("quicksight", "AwsAccountId", ""),
    ("redshift", "OwnerAccount", ""),
    ("sqs", "QueueOwnerAWSAccountId", "GetQueueUrl"),
];

/// Where a resource lives, as far as is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Place {
    pub(super) partition: Option<String>,
    pub(super) region: Option<String>,
    pub(super) account: Option<String>,
}

impl Place {
    /// The place of a call. What has not the form of a region, partition or account counts as not recorded.
    pub(super) fn of(call: &Call) -> Self {
        Self::new(
            call.partition.as_deref(),
            call.region.as_deref(),
            call.account.as_deref(),
        )
    }

    /// The place of a call whose request says whose resource it means.
    #[must_use]
    pub(super) fn owned(self, service: &str, parameters: &Parameters) -> Self {
        let owners = OWNERS.iter().filter(|(known, ..)| *known == service);
        let mut values = owners.flat_map(|(_, name, _)| parameters.get(&normalised(name)));
        // A catalogue of Glue may be named with more behind the account.
        let owner =
            values.find_map(|value| value.split(':').next().filter(|text| is_account(text)));
        Self {
            account: owner.map(ToOwned::to_owned).or(self.account),
            ..self
        }
    }

    pub(super) fn new(
        partition: Option<&str>,
        region: Option<&str>,
        account: Option<&str>,
    ) -> Self {
        let kept = |value: Option<&str>, has_form: fn(&str) -> bool| {
            value.filter(|value| has_form(value)).map(str::to_owned)
        };
        Self {
            partition: kept(partition, is_partition),
            region: kept(region, is_region),
            account: kept(account, is_account),
        }
    }

    /// The same place in any region.
    #[must_use]
    pub(super) fn in_any_region(self) -> Self {
        let partition = Some(self.partition().to_owned())
            .filter(|_| self.partition.is_some() || self.region.is_some());
        Self {
            partition,
            region: Some("*".to_owned()),
            ..self
        }
    }

    /// This place, completed by another.
    #[must_use]
    pub(super) fn or(self, other: &Self) -> Self {
        let partition = self
            .partition
            .or_else(|| {
                self.region
                    .as_deref()
                    .filter(|region| is_region(region))
                    .map(|region| partition_of(region).to_owned())
            })
            .or_else(|| other.partition.clone());
        Self {
            partition,
            region: self.region.or_else(|| other.region.clone()),
            account: self.account.or_else(|| other.account.clone()),
        }
    }

    /// The partition; the region's where it was not recorded, and `aws` where nothing was.
    pub(super) fn partition(&self) -> &str {
        match (&self.partition, &self.region) {
            (Some(partition), _) => partition,
            (None, Some(region)) => partition_of(region),
            (None, None) => "aws",
        }
    }
}

/// The partition that a region belongs to, by the beginning of its name.
pub(super) fn partition_of(region: &str) -> &'static str {
    const BEGINNINGS: [(&str, &str); 8] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("us-isof-", "aws-iso-f"),
        ("eu-isoe-", "aws-iso-e"),
        ("eusc-", "aws-eusc"),
        ("", "aws"),
    ];
    let found = BEGINNINGS
        .iter()
        .find(|(beginning, _)| region.starts_with(beginning));
    found.map_or("aws", |(_, partition)| partition)
}
