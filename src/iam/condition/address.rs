//! Compares addresses for `IpAddress` and `NotIpAddress`: IPv4 or IPv6, in a range given as CIDR or as a single address.

use std::net::IpAddr;

use ipnet::IpNet;

/// Whether an address is in a range. A malformed address is in no range, and a malformed range contains no address. IPv4
/// addresses are never in an IPv6 range.
pub(super) fn is_within(range: &str, address: &str) -> bool {
    let Ok(address) = address.parse::<IpAddr>() else {
        return false;
    };
    match range.parse::<IpNet>() {
        Ok(range) => range.contains(&address),
        Err(_) => range.parse() == Ok(address),
    }
}

#[cfg(test)]
mod tests {
    use super::is_within;

    #[test]
    fn ranges_and_single_addresses_of_both_kinds() {
        for (range, address) in [
            ("203.0.113.0/24", "203.0.113.9"),
            ("203.0.113.77/24", "203.0.113.9"),
            ("0.0.0.0/0", "8.8.8.8"),
            ("203.0.113.9", "203.0.113.9"),
            ("203.0.113.9/32", "203.0.113.9"),
            ("2001:DB8:1234:5678::/64", "2001:db8:1234:5678:1::1"),
            ("2001:db8::1", "2001:0db8:0::0:1"),
        ] {
            assert!(is_within(range, address), "{range} {address}");
        }
        for (range, address) in [
            ("203.0.113.0/24", "203.0.114.1"),
            ("203.0.113.0/33", "203.0.113.1"),
            ("0.0.0.0/0", "::1"),
            ("::/0", "203.0.113.1"),
            ("203.0.113.0/24", "203.0.113.0/32"),
            ("203.0.113.*", "203.0.113.1"),
            ("", ""),
        ] {
            assert!(!is_within(range, address), "{range} {address}");
        }
    }
}
