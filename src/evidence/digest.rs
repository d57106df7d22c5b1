//! A segment document reduced to what assembling a trace needs: ids, whose it is, and its calls.
//!
//! Owned and small, so that documents of many traces can wait for each other; all else of the document is let go.

use super::caller::Caller;
use super::identity::{Identity, function_of, identity};
use super::{Outcome, outcome};
use crate::xray::{Call, Document, Node, Recorded, SegmentId, recorded};
use jiff::Timestamp;

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
    Subsegment(Option<Caller>),
}

/// One node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Point {
    pub(super) id: Option<SegmentId>,
    pub(super) parent: Option<usize>,
    pub(super) in_progress: bool,
    pub(super) is_client: bool,
    pub(super) seen: Option<Box<Seen>>,
}

/// What a node shows of AWS.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[expect(
    clippy::large_enum_variant,
    reason = "always boxed, and nearly always the large one"
)]
pub(super) enum Seen {
    Call {
        call: Call,
        outcome: Outcome,
        at: Option<Timestamp>,
    },
    Unnamed {
        service: String,
    },
    HttpOnly {
        host: String,
    },
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
            points: document
                .nodes
                .iter()
                .map(|node| point(document, node))
                .collect(),
            beyond_limits: document.beyond_limits,
            malformed: document.malformed,
        })
    }

    pub(super) fn id(&self) -> Option<SegmentId> {
        self.points.first()?.id
    }

    pub(super) fn is_segment(&self) -> bool {
        matches!(self.root, Root::Segment(_))
    }
}

fn point(document: &Document<'_>, node: &Node<'_>) -> Point {
    let seen = match recorded(document, node) {
        _ if node.inferred => None,
        Recorded::Call(call, ending) => Some(Seen::Call {
            call,
            outcome: outcome(&ending),
            at: node.start,
        }),
        Recorded::Unnamed { service } => Some(Seen::Unnamed { service }),
        Recorded::HttpOnly { host } => Some(Seen::HttpOnly { host }),
        Recorded::Other => None,
    };
    Point {
        id: node.id,
        parent: node.parent,
        in_progress: node.in_progress,
        is_client: node.is_client(),
        seen: seen.map(Box::new),
    }
}
