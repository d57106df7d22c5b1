//! Counts a group of calls: how often, when, and the latest traces as examples.

use crate::xray::TraceId;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// How many example traces are kept for a group.
const EXAMPLES: usize = 3;

/// How often and when calls were made, with the latest traces as examples.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// The number of calls.
    pub calls: u64,
    /// When the first of them was made.
    pub first_seen: Option<Timestamp>,
    /// When the last of them was made.
    pub last_seen: Option<Timestamp>,
    examples: BTreeSet<(Option<Timestamp>, TraceId)>,
}

impl Tally {
    /// Returns the latest traces that show the calls, newest first.
    pub fn example_traces(&self) -> impl Iterator<Item = TraceId> {
        self.examples.iter().rev().map(|(_, trace)| *trace)
    }

    /// Adds another group's count to this one.
    pub fn merge(&mut self, other: &Self) {
        self.calls += other.calls;
        self.first_seen = earliest(self.first_seen, other.first_seen);
        self.last_seen = latest(self.last_seen, other.last_seen);
        for (at, trace) in &other.examples {
            self.show(*at, *trace);
        }
    }

    pub(super) fn count(&mut self, at: Option<Timestamp>, trace: Option<TraceId>) {
        self.calls += 1;
        self.first_seen = earliest(self.first_seen, at);
        self.last_seen = latest(self.last_seen, at);
        if let Some(trace) = trace {
            self.show(at, trace);
        }
    }

    /// Keeps a trace as an example if it is among the latest. A trace is kept once, with the time of its last call.
    fn show(&mut self, at: Option<Timestamp>, trace: TraceId) {
        let shown = self
            .examples
            .iter()
            .find(|(_, other)| *other == trace)
            .copied();
        match shown {
            Some((before, _)) if before >= at => return,
            Some(before) => {
                self.examples.remove(&before);
            }
            None => {}
        }
        self.examples.insert((at, trace));
        if self.examples.len() > EXAMPLES {
            self.examples.pop_first();
        }
    }
}

pub(super) fn earliest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

pub(super) fn latest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.max(other)
}
