//! What of the patience is used up, and how long the next wait is.

use crate::github::api::Patience;
use std::time::Duration;

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
    /// In requests, each try.
    pub(super) requests: usize,
}
