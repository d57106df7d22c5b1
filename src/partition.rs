//! The partitions of AWS, and how their regions begin.
//!
//! A partition is the second part of an ARN. Regions never cross one. Follows the partitions that botocore lists;
//! <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html> says what they are.

/// The partition of the commercial regions, which begin in many ways.
const COMMERCIAL: &str = "aws";

/// The beginnings of the regions of every other partition.
const OTHERS: &[(&str, &str)] = &[
    ("cn-", "aws-cn"),
    ("eusc-", "aws-eusc"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-isof-", "aws-iso-f"),
    ("us-gov-", "aws-us-gov"),
];

/// Returns the partition of a region. Regions that are in no list are taken for commercial ones.
///
/// ```
/// use aws_least_privilege::partition;
///
/// assert_eq!(partition::of_region("eu-west-1"), "aws");
/// assert_eq!(partition::of_region("us-gov-west-1"), "aws-us-gov");
/// ```
pub fn of_region(region: &str) -> &'static str {
    let mut others = OTHERS.iter();
    let found = others.find(|(beginning, _)| region.starts_with(beginning));
    found.map_or(COMMERCIAL, |(_, partition)| partition)
}

/// Whether AWS has a partition of this name.
///
/// ```
/// use aws_least_privilege::partition;
///
/// assert!(partition::is_one("aws-cn") && !partition::is_one("aws-moon"));
/// ```
pub fn is_one(name: &str) -> bool {
    name == COMMERCIAL || OTHERS.iter().any(|(_, partition)| *partition == name)
}
