//! Takes all documents of one trace, in any order, and returns what the trace shows: who called what.
//!
//! It joins independent subsegments to their parents, finds the owner of each call, and counts a call once even if
//! several documents repeat it. It reads no files and calls no service. A call that belongs to no known owner becomes a
//! gap.

use super::caller::Caller;
use super::clock::Clock;
use super::digest::{Digest, Point, Pool, Root, Seen, Shown};
use super::impossible;
use super::lineage::{Lineage, Whose};
use super::{Gap, GapReason, Observation, Owner, TraceEvidence};
use crate::iam::Arn;
use crate::partition;
use crate::xray::{Call, Document, SegmentId, TraceId, service_of};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Collects the documents of one trace until all of them were added.
///
/// ```
/// use aws_least_privilege::evidence::Assembly;
///
/// let mut assembly = Assembly::default();
/// assembly.add(r#"{"id": "53995c3f42cd8ad8", "trace_id": "1-5aaf0fa0-b6e00f54192cf79a38419e0f", "name": "shop",
///     "origin": "AWS::ECS::Fargate", "aws": {"ecs": {"task_family": "shop"}}}"#);
/// assembly.add(r#"{"id": "0c544c1b1bbff948", "trace_id": "1-5aaf0fa0-b6e00f54192cf79a38419e0f", "name": "S3",
///     "type": "subsegment", "parent_id": "53995c3f42cd8ad8", "namespace": "aws", "aws": {"operation": "ListBuckets"}}"#);
/// let evidence = assembly.finish();
/// assert_eq!(evidence.observations[0].owner.to_string(), "ecs-task:shop");
/// assert_eq!(evidence.observations[0].call.operation, "ListBuckets");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Assembly {
    trace: Option<TraceId>,
    /// The smallest of the trace ids that the documents name.
    named: Option<TraceId>,
    digests: Vec<Digest>,
    gaps: Vec<Gap>,
}

impl Assembly {
    /// Creates a trace without documents. If no id is given, the trace gets the id that its documents name.
    pub fn new(trace: Option<TraceId>) -> Self {
        Self {
            trace,
            ..Self::default()
        }
    }

    /// Adds the text of a segment document. Text that is not a segment document becomes a gap.
    pub fn add(&mut self, document: &str) {
        if let Ok(document) = Document::parse(document) {
            self.add_document(&document);
        } else {
            let gap = Gap::new(GapReason::Malformed, String::new());
            self.gaps.push(gap.of(function_named_in(document)));
        }
    }

    /// Adds a segment document that was parsed before.
    pub fn add_document(&mut self, document: &Document<'_>) {
        if !document.is_segment() {
            return self.add_malformed();
        }
        self.named = match (self.named, document.trace) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.digests.extend(Digest::of(document));
    }

    /// Records that a document could not be read.
    pub fn add_malformed(&mut self) {
        self.add_gap(GapReason::Malformed);
    }

    /// Records that, according to X-Ray, segments are missing.
    pub fn limit_exceeded(&mut self) {
        self.add_gap(GapReason::LimitExceeded);
    }

    /// Adds everything that another assembly of the same trace collected. Values that the pool has too are shared with
    /// it.
    pub(super) fn join(&mut self, mut other: Self, pool: &mut Pool) {
        for digest in &mut other.digests {
            digest.share(pool);
        }
        self.digests.reserve_exact(other.digests.len());
        self.digests.extend(other.digests);
        self.gaps.extend(other.gaps);
    }

    pub(super) fn trace(&self) -> Option<TraceId> {
        self.trace.or(self.named)
    }

    /// Returns what the trace shows. The order in which documents were added makes no difference.
    pub fn finish(self) -> TraceEvidence {
        self.finish_by(None)
    }

    /// Like [`finish`](Self::finish), for a trace that was read at `now`: documents and calls of a later time are left
    /// out.
    pub fn finish_by(mut self, now: Option<Timestamp>) -> TraceEvidence {
        self.digests.sort_unstable();
        self.digests.dedup();
        let trace_name = self.trace_name();
        let trace = self.trace();
        let clock = Clock(now);
        let taken_out = impossible::take_out(&mut self.digests, trace, clock);
        let nothing_left = taken_out > 0 && self.digests.is_empty();
        let mut evidence = TraceEvidence {
            trace: trace.filter(|_| !nothing_left),
            segments: 0,
            owners: BTreeSet::new(),
            about: BTreeSet::new(),
            observations: Vec::new(),
            http_only: BTreeSet::new(),
            gaps: Vec::new(),
            start: None,
            end: None,
        };
        let impossible = |detail: &str| Gap::new(GapReason::ImpossibleTime, detail.to_owned());
        for _ in 0..taken_out {
            evidence.gaps.push(impossible(&trace_name));
        }
        let mut lineage = Lineage::of(&self.digests);
        let mut present = BTreeSet::new();
        for (index, digest) in self.digests.iter().enumerate() {
            let owner = owner(lineage.whose(index));
            show_losses(&mut evidence, digest, &trace_name, owner);
            present.extend(owner.cloned());
            if !lineage.is_superseded(index) {
                show_document(&mut evidence, digest, lineage.whose(index));
            }
        }
        let repeated = repeated_calls(&self.digests);
        for (index, digest) in self.digests.iter().enumerate() {
            let whose = lineage.whose(index);
            for (position, point) in digest.points.iter().enumerate() {
                let Some(shown) = point.shown.as_deref() else {
                    continue;
                };
                let counts = lineage.counts(index, position)
                    && !(position == 0 && repeats(&repeated, digest, point));
                if counts && !clock.allows([shown.start, shown.end]) {
                    evidence.gaps.push(impossible(&trace_name));
                } else if counts {
                    let below_call = || lineage.is_below_call(index, position);
                    show(&mut evidence, shown, whose, below_call);
                }
            }
        }
        // If documents of the trace are missing, any owner in it may have made the missing calls.
        let told = self.gaps.into_iter().map(|gap| {
            let is_told = !gap.owners.is_empty();
            let owners = present.iter().filter(|_| !is_told).cloned();
            Gap::new(gap.reason, trace_name.clone()).of(gap.owners.into_iter().chain(owners))
        });
        evidence.gaps.extend(told);
        evidence.observations.sort_unstable();
        evidence.gaps.sort_unstable();
        evidence
    }

    fn add_gap(&mut self, reason: GapReason) {
        self.gaps.push(Gap::new(reason, String::new()));
    }

    fn trace_name(&self) -> String {
        self.trace()
            .map_or_else(|| "a trace without id".to_owned(), |id| id.to_string())
    }
}

/// The owner whose code a document shows.
fn owner(whose: Whose<'_>) -> Option<&Owner> {
    match whose {
        Whose::Caller(caller) | Whose::LambdaService(Some(caller)) => Some(&caller.owner),
        Whose::LambdaService(None) | Whose::Service | Whose::Nobody => None,
    }
}

/// Finds the function that a document names as its own, although the document as a whole cannot be parsed.
fn function_named_in(document: &str) -> Option<Owner> {
    let (_, rest) = document.split_once("\"function_arn\"")?;
    let value = rest.trim_start().strip_prefix(':')?.trim_start();
    let arn: Arn = value.strip_prefix('"')?.split('"').next()?.parse().ok()?;
    let name = arn
        .resource()
        .strip_prefix("function:")?
        .split(':')
        .next()?;
    let is_function = arn.service() == "lambda" && !name.is_empty();
    is_function.then(|| Owner::LambdaFunction(arn.with_resource(format!("function:{name}"))))
}

/// Adds gaps for the parts of a document that could not be read.
fn show_losses(
    evidence: &mut TraceEvidence,
    digest: &Digest,
    trace_name: &str,
    owner: Option<&Owner>,
) {
    let losses = [
        (GapReason::Malformed, digest.malformed),
        (GapReason::TooLarge, digest.beyond_limits),
    ];
    for (reason, _) in losses.into_iter().filter(|(_, count)| *count > 0) {
        let detail = trace_name.to_owned();
        evidence
            .gaps
            .push(Gap::new(reason, detail).of(owner.cloned()));
    }
}

fn show_document(evidence: &mut TraceEvidence, digest: &Digest, whose: Whose<'_>) {
    evidence.segments += 1;
    evidence.start = match (evidence.start, digest.start) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    evidence.end = evidence.end.max(digest.end);
    let Whose::Caller(caller) = whose else {
        return;
    };
    if let Some(name) = &digest.in_progress {
        let detail = name.clone();
        let reason = GapReason::InProgress;
        evidence
            .gaps
            .push(Gap::new(reason, detail).of([caller.owner.clone()]));
    }
    if digest.is_segment() {
        evidence.owners.insert(caller.owner.clone());
        if !caller.about.is_empty() {
            let about = (caller.owner.clone(), caller.about.clone());
            evidence.about.insert(about);
        }
    }
}

fn show(
    evidence: &mut TraceEvidence,
    shown: &Shown,
    whose: Whose<'_>,
    is_below_call: impl FnOnce() -> bool,
) {
    let caller = match whose {
        Whose::Caller(caller) => Some(caller),
        Whose::Nobody => None,
        // A service that passes a trace on uses a role of its own.
        Whose::Service | Whose::LambdaService(_) => return,
    };
    let gap = match (&shown.seen, caller) {
        (Seen::Call { call, outcome }, Some(caller)) => {
            let observation = Observation {
                owner: caller.owner.clone(),
                call: placed(call, caller),
                outcome: outcome.clone(),
                at: shown.start,
            };
            evidence.observations.push(observation);
            return;
        }
        (Seen::Call { call, .. }, None) => {
            let detail = format!("{} {}", call.service, call.operation);
            Gap::new(GapReason::NoOwner, detail).at(Some(&call.service))
        }
        (Seen::Unnamed { service }, Some(caller)) => {
            Gap::new(GapReason::NoOperation, service.clone())
                .of([caller.owner.clone()])
                .at(Some(service))
        }
        (Seen::Unnamed { service }, None) => {
            Gap::new(GapReason::NoOwner, service.clone()).at(Some(service))
        }
        (Seen::HttpOnly { .. }, _) if is_below_call() => return,
        (Seen::HttpOnly { host }, Some(caller)) => {
            let of_owner = (caller.owner.clone(), host.clone());
            evidence.http_only.insert(of_owner);
            return;
        }
        (Seen::HttpOnly { host }, None) => {
            Gap::new(GapReason::HttpOnly, host.clone()).at(service_of(host))
        }
    };
    evidence.gaps.push(gap);
}

/// Returns the call with its partition, region and account. Where it names none, it gets those of its caller.
fn placed(call: &Call, caller: &Caller) -> Call {
    let mut call = call.clone();
    call.region = call.region.or_else(|| caller.region.clone());
    call.account = call.account.or_else(|| caller.account.clone());
    let of_region = || {
        call.region
            .as_deref()
            .map(|region| partition::of_region(region).to_owned())
    };
    call.partition = call
        .partition
        .or_else(|| caller.partition.clone())
        .or_else(of_region);
    call
}

/// A call below a node: the node's id, the service and the operation.
type Repeated<'d> = BTreeSet<(SegmentId, &'d str, &'d str)>;

/// Returns the calls in independent subsegments, with the node above each. A client span without a parent becomes a
/// segment and a subsegment of it, and both may show the same call.
fn repeated_calls(digests: &[Digest]) -> Repeated<'_> {
    let segments_call = |digest: &Digest| digest.is_segment() && call_of(digest).is_some();
    if !digests.iter().any(segments_call) {
        return Repeated::new();
    }
    let subsegments = digests
        .iter()
        .filter(|digest| matches!(digest.root, Root::Subsegment(_)));
    let keys = subsegments.filter_map(|digest| {
        let call = call_of(digest)?;
        Some((
            digest.above?,
            call.service.as_str(),
            call.operation.as_str(),
        ))
    });
    keys.collect()
}

fn repeats(repeated: &Repeated<'_>, digest: &Digest, root: &Point) -> bool {
    let Some((id, call)) = root.id.zip(call_of(digest)) else {
        return false;
    };
    digest.is_segment() && repeated.contains(&(id, call.service.as_str(), call.operation.as_str()))
}

fn call_of(digest: &Digest) -> Option<&Call> {
    match digest.points.first()?.seen()? {
        Seen::Call { call, .. } => Some(call),
        Seen::Unnamed { .. } | Seen::HttpOnly { .. } => None,
    }
}

/// Returns what the documents of one trace show. `trace` is the trace's id, if it is known apart from the documents.
///
/// ```
/// use aws_least_privilege::evidence::assemble;
///
/// let evidence = assemble(None, ["not a document"]);
/// assert_eq!(evidence.gaps[0].reason.id(), "malformed");
/// ```
pub fn assemble<'d>(
    trace: Option<TraceId>,
    documents: impl IntoIterator<Item = &'d str>,
) -> TraceEvidence {
    let mut assembly = Assembly::new(trace);
    for document in documents {
        assembly.add(document);
    }
    assembly.finish()
}

#[cfg(test)]
mod tests;
