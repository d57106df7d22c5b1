//! The partition, region and account of a call: from the recording, or from the name of the resource.

use super::value::is_partition;
use crate::account;
use crate::partition;
use crate::xray::call::normalised;
use crate::xray::{Call, Parameters, is_region};

/// Request members that contain the account of a resource: the service, the member, and the operation if only one has
/// it.
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

/// The partition, region and account of a resource, as far as they are known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Place {
    pub(super) partition: Option<String>,
    pub(super) region: Option<String>,
    pub(super) account: Option<String>,
}

impl Place {
    /// Returns the place of a call. A value that does not have the form of a region, partition or account counts as not
    /// recorded.
    pub(super) fn of(call: &Call) -> Self {
        Self::new(
            call.partition.as_deref(),
            call.region.as_deref(),
            call.account.as_deref(),
        )
    }

    /// Returns the place with the account that the request names, if it names one.
    #[must_use]
    pub(super) fn owned(self, service: &str, parameters: &Parameters) -> Self {
        let owners = OWNERS.iter().filter(|(known, ..)| *known == service);
        let mut values = owners.flat_map(|(_, name, _)| parameters.get(&normalised(name)));
        // The id of a Glue catalogue may have more text after the account.
        let owner =
            values.find_map(|value| value.split(':').next().filter(|text| account::is_id(text)));
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
            account: kept(account, account::is_id),
        }
    }

    /// Returns the same place in any region.
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

    /// Fills in what is missing here from another place.
    #[must_use]
    pub(super) fn or(self, other: &Self) -> Self {
        let partition = self
            .partition
            .or_else(|| {
                self.region
                    .as_deref()
                    .filter(|region| is_region(region))
                    .map(|region| partition::of_region(region).to_owned())
            })
            .or_else(|| other.partition.clone());
        Self {
            partition,
            region: self.region.or_else(|| other.region.clone()),
            account: self.account.or_else(|| other.account.clone()),
        }
    }

    /// Returns the partition. If it was not recorded, the region's; if neither was, `aws`.
    pub(super) fn partition(&self) -> &str {
        match (&self.partition, &self.region) {
            (Some(partition), _) => partition,
            (None, Some(region)) => partition::of_region(region),
            (None, None) => "aws",
        }
    }
}
