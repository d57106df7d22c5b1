//! The limits of waiting for GitHub and of retrying. All of them are finite.

use std::time::Duration;

/// The limits of waiting and retrying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How long one request may take.
    pub request: Duration,
    /// How often a request is made in all if it fails on the way.
    pub attempts: u32,
    /// The wait after the first failure. Each next wait is twice as long.
    pub first_wait: Duration,
    /// How long all waits together may take that GitHub asks for.
    pub waits_in_all: Duration,
    /// How long everything may take, including waits.
    pub in_all: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            request: Duration::from_secs(20),
            attempts: 3,
            first_wait: Duration::from_millis(500),
            waits_in_all: Duration::from_mins(1),
            in_all: Duration::from_mins(3),
        }
    }
}
