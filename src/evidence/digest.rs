//! A segment document reduced to what assembling a trace needs: ids, whose it is, and its calls.
//!
//! Owned and small, so that documents of many traces can wait for each other; all else of the document is let go.

use super::Outcome;
use super::caller::Caller;
use super::identity::{Identity, function_of, identity};
use super::outcome::outcome_of;
use crate::xray::{Call, Document, Node, Recorded, Recorder, SegmentId, recorded};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One segment document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Digest {
    pub(super) root: Root,
    /// The name of its root if that is still in progress.
    pub(super) in_progress: Option<String>,
    pub(super) start: Option<Timestamp>,
    pub(super) end: Option<Timestamp>,
    /// The node of another document that this document hangs below.
    pub(super) above: Option<SegmentId>,
    /// Whether OpenTelemetry recorded it.
    pub(super) is_open_telemetry: bool,
    /// The document's nodes; the first is its root.
    pub(super) points: Vec<Point>,
    pub(super) beyond_limits: u64,
    pub(super) malformed: u64,
}

/// What the root of a document is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Root {
    Segment(Identity),
    /// An independent subsegment, with the function that it names, if any.
    Subsegment(Option<Arc<Caller>>),
}

/// One node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Point {
    pub(super) id: Option<SegmentId>,
    pub(super) parent: Option<u32>,
    pub(super) in_progress: bool,
    pub(super) is_client: bool,
    pub(super) shown: Option<Box<Shown>>,
}

/// What a node shows of AWS, and when that was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shown {
    pub(super) seen: Seen,
    pub(super) start: Option<Timestamp>,
    pub(super) end: Option<Timestamp>,
}

/// What a node shows of AWS.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Seen {
    Call { call: Arc<Call>, outcome: Outcome },
    Unnamed { service: String },
    HttpOnly { host: String },
}

impl Digest {
    /// Reduces a document; `None` for one that X-Ray inferred, which repeats a subsegment of another.
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

    /// Lets what others hold too be held once.
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

/// What many documents hold alike.
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
