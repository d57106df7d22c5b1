//! Keeps traces whose documents come one by one until the end of the input, and remembers which traces were already
//! seen.

use crate::evidence::digest::Pool;
use crate::evidence::{Assembly, TraceEvidence};
use crate::xray::TraceId;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Traces that are not complete yet, and fingerprints of traces that were passed to the sink.
#[derive(Debug, Default)]
pub(super) struct OpenTraces {
    /// The time of reading.
    now: Option<Timestamp>,
    open: BTreeMap<TraceId, Assembly>,
    pool: Pool,
    seen: BTreeSet<u64>,
}

impl OpenTraces {
    pub(super) fn read_at(now: Timestamp) -> Self {
        Self {
            now: Some(now),
            ..Self::default()
        }
    }

    /// Adds a single document. It is kept with the other documents of its trace. If it names no trace, it is passed to
    /// the sink at once.
    pub(super) fn add(&mut self, document: Assembly, sink: &mut dyn FnMut(TraceEvidence)) {
        match document.trace() {
            Some(trace) => self
                .open
                .entry(trace)
                .or_insert_with(|| Assembly::new(Some(trace)))
                .join(document, &mut self.pool),
            None => self.emit(document, sink),
        }
    }

    /// Passes a whole trace to the sink, unless an equal trace was passed before.
    pub(super) fn emit(&mut self, trace: Assembly, sink: &mut dyn FnMut(TraceEvidence)) {
        let evidence = trace.finish_by(self.now);
        if self.seen.insert(fingerprint(&evidence)) {
            sink(evidence);
        }
    }

    /// Passes all traces that were kept to the sink.
    pub(super) fn finish(&mut self, sink: &mut dyn FnMut(TraceEvidence)) {
        for (_, trace) in std::mem::take(&mut self.open) {
            self.emit(trace, sink);
        }
    }
}

/// Returns a hash of everything that a trace shows, by which equal traces are recognised.
fn fingerprint(evidence: &TraceEvidence) -> u64 {
    let TraceEvidence {
        trace,
        segments,
        owners,
        about,
        observations,
        http_only,
        gaps,
        start,
        end,
    } = evidence;
    let mut hasher = DefaultHasher::new();
    (trace, segments, owners, start, end, observations.len()).hash(&mut hasher);
    http_only.hash(&mut hasher);
    for (owner, about) in about {
        (owner, &about.sdk, &about.family, &about.task).hash(&mut hasher);
    }
    for observation in observations {
        (
            &observation.owner,
            &observation.call,
            &observation.outcome,
            observation.at,
        )
            .hash(&mut hasher);
    }
    for gap in gaps {
        (gap.reason, &gap.detail, &gap.owners).hash(&mut hasher);
    }
    hasher.finish()
}
