//! AWS's regions by name, to tell a slip of the pen from a region that is newer than this list.
//!
//! Follows <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>.

use std::net::ToSocketAddrs as _;
use std::time::Duration;

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

/// Names that are offered for one that is not known.
const OFFERED: usize = 3;

/// How many letters may be wrong in a name that is meant for another.
const SLIPS: usize = 4;

/// How long a name server is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether it is a region: one of the list, or one that AWS has made since, which then has endpoints.
pub(super) async fn exists(region: &str, is_behind_a_proxy: bool) -> bool {
    if REGIONS.contains(&region) {
        return true;
    }
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    if !region.chars().all(|letter| plain(letter) || letter == '-') {
        return false;
    }
    // There, names may be known to the proxy alone.
    is_behind_a_proxy || has_endpoint(region).await
}

async fn has_endpoint(region: &str) -> bool {
    let host = format!("sts.{region}.amazonaws.com:443");
    let asked = tokio::task::spawn_blocking(move || host.to_socket_addrs().is_ok());
    matches!(tokio::time::timeout(PATIENCE, asked).await, Ok(Ok(true)))
}

/// The regions whose names are nearest, the nearest first.
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
