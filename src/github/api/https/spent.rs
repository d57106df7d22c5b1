//! Counts how much of the limits of waiting is used up, and returns how long the next wait is.

use crate::github::api::Patience;
use std::time::Duration;

impl Patience {
    /// Returns how long to wait after this number of failures, minus a random part of up to a half.
    pub(super) fn wait(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        let wait = self.first_wait.saturating_mul(doubled);
        wait.mul_f64(0.5 + 0.5 * fastrand::f64())
    }
}

/// How much of the limits of waiting is used up.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Spent {
    /// The time of waits that GitHub asked for.
    pub(super) waiting: Duration,
    /// The time of all requests and waits.
    pub(super) in_all: Duration,
    /// The number of requests, including retries.
    pub(super) requests: usize,
}
