//! How long to wait for GitHub, and how often to ask again. Everything ends.

use std::time::Duration;

/// Bounds of waiting and asking again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How long one request may take.
    pub request: Duration,
    /// How often a request is made that fails on the way, in all.
    pub attempts: u32,
    /// The wait after a first failure; each next is twice as long.
    pub first_wait: Duration,
    /// How long the waits may be in all that GitHub asks for.
    pub waits_in_all: Duration,
    /// How long everything may take in all, waits included.
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
