//! From which finding on a role fails: what the settings of the gate come to, for who judges.

use super::table::MIN_TRACES;
use crate::compare::Severity;

/// From which finding on a role fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// The least severity that fails; `None` never fails on excess.
    pub fail_on: Option<Severity>,
    /// Whether a needed permission that is not granted fails too.
    pub fail_on_missing: bool,
    /// Traces that each function must have for its evidence to be sufficient.
    pub min_traces: u64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            fail_on: Some(Severity::Medium),
            fail_on_missing: false,
            min_traces: MIN_TRACES,
        }
    }
}
