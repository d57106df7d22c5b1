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

impl Patience {
    /// How long to wait after so many failures, less up to a half by chance.
    pub(super) fn wait(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        let wait = self.first_wait.saturating_mul(doubled);
        wait.mul_f64(0.5 + 0.5 * fastrand::f64())
    }
}

/// What of the patience is used up.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spent {
    /// In waits that GitHub asked for.
    pub(super) waiting: Duration,
    /// In all.
    pub(super) in_all: Duration,
}
