//! Removes documents with impossible times before a trace is assembled.

use super::clock::Clock;
use super::digest::{Digest, Root};
use crate::xray::{SegmentId, TraceId};
use std::collections::{BTreeMap, BTreeSet};

/// Removes documents with impossible times, and subsegments whose only parents were in them. Returns how many were
/// removed.
///
/// The time in a trace id is checked only if OpenTelemetry recorded no part of the trace: its ids may begin with any
/// digits.
pub(super) fn take_out(digests: &mut Vec<Digest>, trace: Option<TraceId>, clock: Clock) -> u64 {
    let by_xray = !digests.iter().any(|digest| digest.is_open_telemetry);
    let whole = by_xray && trace.is_some_and(|trace| !clock.allows_id(trace));
    let is_possible = |digest: &Digest| !whole && clock.allows([digest.start, digest.end]);
    if digests.iter().all(is_possible) {
        return 0;
    }
    let (kept, out): (Vec<Digest>, Vec<Digest>) =
        std::mem::take(digests).into_iter().partition(is_possible);
    let ids = |digests: &[Digest]| -> BTreeSet<SegmentId> {
        let points = digests.iter().flat_map(|digest| &digest.points);
        points.filter_map(|point| point.id).collect()
    };
    let known = ids(&kept);
    let mut orphans: BTreeMap<SegmentId, Vec<usize>> = BTreeMap::new();
    for (index, digest) in kept.iter().enumerate() {
        if let (Root::Subsegment(None), Some(above)) = (&digest.root, digest.above) {
            orphans.entry(above).or_default().push(index);
        }
    }
    let mut lost: BTreeSet<usize> = BTreeSet::new();
    let mut pending: Vec<SegmentId> = ids(&out)
        .into_iter()
        .filter(|id| !known.contains(id))
        .collect();
    while let Some(id) = pending.pop() {
        for index in orphans.remove(&id).unwrap_or_default() {
            let points = kept.get(index).map_or(&[][..], |digest| &digest.points);
            pending.extend(points.iter().filter_map(|point| point.id));
            lost.insert(index);
        }
    }
    let count = out.len() + lost.len();
    *digests = kept
        .into_iter()
        .enumerate()
        .filter(|(index, _)| !lost.contains(index))
        .map(|(_, digest)| digest)
        .collect();
    count as u64
}
