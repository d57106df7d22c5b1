//! Checks whether a region exists, also one that is newer than the list.

use crate::aws::regions;
use std::net::ToSocketAddrs as _;
use std::time::Duration;

/// How long to wait for a name server.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether the region exists: it is in the list, or it has endpoints because AWS opened it later.
pub(super) async fn exists(region: &str, is_behind_a_proxy: bool) -> bool {
    if regions::is_known(region) {
        return true;
    }
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    if !region.chars().all(|letter| plain(letter) || letter == '-') {
        return false;
    }
    // Behind a proxy, only the proxy may be able to resolve names.
    is_behind_a_proxy || has_endpoint(region).await
}

async fn has_endpoint(region: &str) -> bool {
    let host = format!("sts.{region}.amazonaws.com:443");
    let asked = tokio::task::spawn_blocking(move || host.to_socket_addrs().is_ok());
    matches!(tokio::time::timeout(PATIENCE, asked).await, Ok(Ok(true)))
}
