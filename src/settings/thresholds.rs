//! The thresholds of the gate: what the settings come to for the room that judges.

use super::table::MIN_TRACES;
use crate::compare::Severity;

/// The thresholds from which findings fail a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// The lowest severity that fails. `None` means that excess never fails.
    pub fail_on: Option<Severity>,
    /// Whether a needed permission that is not granted fails too.
    pub fail_on_missing: bool,
    /// The number of traces that a function needs for sufficient evidence.
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
