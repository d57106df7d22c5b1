//! Whether a region exists of which the list does not know yet.

use crate::aws::regions;
use std::net::ToSocketAddrs as _;
use std::time::Duration;

/// How long a name server is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether it is a region: one of the list, or one that AWS has made since, which then has endpoints.
pub(super) async fn exists(region: &str, is_behind_a_proxy: bool) -> bool {
    if regions::is_known(region) {
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
