//! Reduces a segment document to what assembling a trace needs: ids, the owner, and the calls.
//!
//! A digest is small and borrows nothing from the document, so that the digests of many traces can be kept until all
//! documents of a trace were read.

use super::Outcome;
use super::caller::Caller;
use super::identity::{Identity, function_of, identity};
use super::outcome::outcome_of;
use crate::xray::{Call, Document, Node, Recorded, Recorder, SegmentId, recorded};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is kept of one segment document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Digest {
    pub(super) root: Root,
    /// The name of its root, if the root is still in progress.
    pub(super) in_progress: Option<String>,
    pub(super) start: Option<Timestamp>,
    pub(super) end: Option<Timestamp>,
    /// The id of the node in another document that is the parent of this document's root.
    pub(super) above: Option<SegmentId>,
    /// Whether OpenTelemetry recorded it.
    pub(super) is_open_telemetry: bool,
    /// The document's nodes. The first is its root.
    pub(super) points: Vec<Point>,
    pub(super) beyond_limits: u64,
    pub(super) malformed: u64,
}

/// What the root of a document is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Root {
    Segment(Identity),
    /// An independent subsegment, with the function that it names, if it names one.
    Subsegment(Option<Arc<Caller>>),
}

/// What is kept of one node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Point {
    pub(super) id: Option<SegmentId>,
    pub(super) parent: Option<u32>,
    pub(super) in_progress: bool,
    pub(super) is_client: bool,
    pub(super) shown: Option<Box<Shown>>,
}

/// An AWS call or request that a node shows, with its times.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shown {
    pub(super) seen: Seen,
    pub(super) start: Option<Timestamp>,
    pub(super) end: Option<Timestamp>,
}

/// What a node shows of AWS: a call, a call without an operation, or only an HTTP request.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Seen {
    Call { call: Arc<Call>, outcome: Outcome },
    Unnamed { service: String },
    HttpOnly { host: String },
}

impl Digest {
    /// Reduces a document. Returns `None` for a segment that X-Ray inferred: it repeats a subsegment of another
    /// document.
    pub(super) fn of(document: &Document<'_>) -> Option<Self> {
        let root = document.nodes.first().filter(|root| !root.inferred)?;
        Some(Self {
            root: if root.independent {
                Root::Subsegment(function_of(root))
            } else {
                Root::Segment(identity(document, root))
            },
            in_progress: root.in_progress.then(|| root.name.clone().into_owned()),
            start: root.start,
            end: root.end,
            above: root.parent_id,
            is_open_telemetry: Recorder::of(document, root) == Recorder::OpenTelemetry,
            points: document
                .nodes
                .iter()
                .map(|node| point(document, node))
                .collect(),
            beyond_limits: document.beyond_limits,
            malformed: document.malformed,
        })
    }

    /// Replaces callers and calls that the pool has too by the pool's, so that they are in memory once.
    pub(super) fn share(&mut self, pool: &mut Pool) {
        match &mut self.root {
            Root::Segment(
                Identity::Own(caller)
                | Identity::Unsaid(caller)
                | Identity::LambdaService(Some(caller)),
            )
            | Root::Subsegment(Some(caller)) => share(&mut pool.callers, caller),
            Root::Segment(Identity::LambdaService(None) | Identity::Service)
            | Root::Subsegment(None) => {}
        }
        for point in &mut self.points {
            if let Some(Seen::Call { call, .. }) = point.seen_mut() {
                share(&mut pool.calls, call);
            }
        }
    }

    pub(super) fn id(&self) -> Option<SegmentId> {
        self.points.first()?.id
    }

    pub(super) fn is_segment(&self) -> bool {
        matches!(self.root, Root::Segment(_))
    }
}

impl Point {
    pub(super) fn seen(&self) -> Option<&Seen> {
        self.shown.as_deref().map(|shown| &shown.seen)
    }

    fn seen_mut(&mut self) -> Option<&mut Seen> {
        self.shown.as_deref_mut().map(|shown| &mut shown.seen)
    }
}

/// Callers and calls that many documents have in common.
#[derive(Debug, Default)]
pub(super) struct Pool {
    callers: BTreeSet<Arc<Caller>>,
    calls: BTreeSet<Arc<Call>>,
}

fn share<T: Ord>(pool: &mut BTreeSet<Arc<T>>, held: &mut Arc<T>) {
    match pool.get(held) {
        Some(known) => *held = Arc::clone(known),
        None => {
            pool.insert(Arc::clone(held));
        }
    }
}

fn point(document: &Document<'_>, node: &Node<'_>) -> Point {
    let seen = match recorded(document, node) {
        _ if node.inferred => None,
        Recorded::Call(call, ending) => Some(Seen::Call {
            outcome: outcome_of(&call.service, &ending),
            call: Arc::new(call),
        }),
        Recorded::Unnamed { service } => Some(Seen::Unnamed { service }),
        Recorded::HttpOnly { host } => Some(Seen::HttpOnly { host }),
        Recorded::Other => None,
    };
    Point {
        id: node.id,
        parent: node.parent.and_then(|parent| parent.try_into().ok()),
        in_progress: node.in_progress,
        is_client: node.is_client(),
        shown: seen.map(|seen| {
            Box::new(Shown {
                seen,
                start: node.start,
                end: node.end,
            })
        }),
    }
}
