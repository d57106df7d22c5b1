//! The limits of waiting for X-Ray and of retrying. All of them are finite, so every reading ends.

use std::time::Duration;

/// The limits of waiting and retrying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// The largest number of requests in flight.
    pub in_flight: usize,
    /// How long one request may take.
    pub request: Duration,
    /// How often a request is made in all if it fails on the way.
    pub failures: u32,
    /// How often a request is made in all if it is throttled.
    pub throttles: u32,
    /// How often unprocessed traces are asked for in all.
    pub unprocessed: u32,
    /// The first wait. Each next wait is twice as long.
    pub first_wait: Duration,
    /// The longest wait.
    pub longest_wait: Duration,
    /// How many pages without a trace may follow one another.
    pub empty_pages: u32,
}

impl Default for Patience {
    /// With these limits, a request that is never answered ends after a minute and a half, one that is always throttled
    /// after two.
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
    /// Returns how long to wait after this number of failures: twice as long each time, minus a random part of up to a
    /// half, so that requests that failed together are not repeated together.
    pub(super) fn wait(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        let wait = self
            .first_wait
            .saturating_mul(doubled)
            .min(self.longest_wait);
        wait.mul_f64(0.5 + 0.5 * fastrand::f64())
    }
}
