//! The names of AWS's regions, to recognise a mistyped name.
//!
//! The list may be older than a region. Follows
//! <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>.

const REGIONS: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-isoe-west-1",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eusc-de-east-1",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
    "us-west-1",
    "us-west-2",
];

/// How many names are suggested for an unknown one.
const OFFERED: usize = 3;

/// How many letters may differ between a mistyped name and a suggestion.
const SLIPS: usize = 4;

/// Whether the region is in the list.
pub fn is_known(region: &str) -> bool {
    REGIONS.contains(&region)
}

/// Returns the other regions of the same partition. Credentials for this region may be valid there.
///
/// ```
/// use aws_least_privilege::aws::regions::beside;
///
/// assert!(beside("eu-west-1").any(|region| region == "us-east-1"));
/// assert_eq!(beside("cn-north-1").collect::<Vec<_>>(), ["cn-northwest-1"]);
/// ```
pub fn beside(region: &str) -> impl Iterator<Item = &'static str> {
    let own = partition(region);
    let region = region.to_owned();
    let regions = REGIONS.iter().copied();
    regions.filter(move |other| *other != region && partition(other) == own)
}

/// Returns a text that is the same for all regions of a partition.
fn partition(region: &str) -> &str {
    let marks = [
        "cn-", "us-gov-", "us-isob-", "us-isof-", "us-iso-", "eu-isoe-", "eusc-",
    ];
    let mut marks = marks.into_iter();
    marks
        .find(|mark| region.starts_with(mark))
        .unwrap_or_default()
}

/// Returns the regions with the most similar names, the closest first.
///
/// ```
/// use aws_least_privilege::aws::regions::near;
///
/// assert_eq!(near("eu-wset-1").first(), Some(&"eu-west-1"));
/// assert_eq!(near("frankfurt"), Vec::<&str>::new());
/// ```
pub fn near(region: &str) -> Vec<&'static str> {
    let asked = region.to_ascii_lowercase();
    let mut near: Vec<(usize, &str)> = REGIONS
        .iter()
        .map(|known| (strsim::osa_distance(&asked, known), *known))
        .filter(|(slips, _)| *slips <= SLIPS)
        .collect();
    near.sort_unstable();
    let names = near.into_iter().map(|(_, known)| known);
    names.take(OFFERED).collect()
}
