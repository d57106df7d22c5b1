//! How long to wait for X-Ray, and how often to ask again. Everything ends: each bound here is finite.

use std::time::Duration;

/// Bounds of waiting and asking again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Requests in flight at most.
    pub in_flight: usize,
    /// How long one request may take.
    pub request: Duration,
    /// How often a request is made that fails on the way, in all.
    pub failures: u32,
    /// How often a request is made that is throttled, in all.
    pub throttles: u32,
    /// How often traces that X-Ray did not get to are asked for, in all.
    pub unprocessed: u32,
    /// The first wait; each next is twice as long.
    pub first_wait: Duration,
    /// The longest wait.
    pub longest_wait: Duration,
    /// Pages without a trace that may follow one another.
    pub empty_pages: u32,
}

impl Default for Patience {
    /// A request that is never answered ends in a minute and a half, one that is always throttled in two.
    fn default() -> Self {
        Self {
            in_flight: 8,
            request: Duration::from_secs(20),
            failures: 4,
            throttles: 14,
            unprocessed: 6,
            first_wait: Duration::from_millis(200),
            longest_wait: Duration::from_secs(10),
            empty_pages: 1000,
        }
    }
}

impl Patience {
    /// How long to wait after so many failures: twice as long each time, less up to a half by chance, so that requests that
    /// failed together do not come back together.
    pub(super) fn wait(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        let wait = self
            .first_wait
            .saturating_mul(doubled)
            .min(self.longest_wait);
        wait.mul_f64(0.5 + 0.5 * fastrand::f64())
    }
}
