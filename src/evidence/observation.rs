//! One observed call, and everything one trace showed.

use super::{About, Gap, Owner};
use crate::iam::Action;
use crate::xray::{Call, TraceId};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Who called which operation, on what, when, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observation {
    /// Whose code made the call.
    pub owner: Owner,
    /// What was called, in the recorder's words.
    pub call: Call,
    /// How it ended.
    pub outcome: Outcome,
    /// When it began; absent when the document has no usable time.
    pub at: Option<Timestamp>,
}

/// How a call ended, as far as permissions are concerned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// It succeeded, or failed in a way that only an authorised call can fail (`NoSuchKey`, a failed condition).
    Success,
    /// AWS refused it for lack of permission. The action and resource are those of the error message, if it names them.
    Denied {
        /// The action that the message names.
        action: Option<Action>,
        /// The resource that the message names, as written there.
        resource: Option<String>,
    },
    /// It was throttled; the request itself was authorised or would have been asked again.
    Throttled,
    /// It failed otherwise: a client or server error that is not about permissions, or no answer at all.
    Failed,
}

/// Everything that one trace showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceEvidence {
    /// The trace; absent for documents that carry no usable id.
    pub trace: Option<TraceId>,
    /// Segment documents read, inferred ones not counted.
    pub segments: u64,
    /// Owners whose code ran in this trace, whether or not they called AWS.
    pub owners: BTreeSet<Owner>,
    /// What else it tells of them.
    pub about: BTreeSet<(Owner, About)>,
    /// The AWS calls of those owners.
    pub observations: Vec<Observation>,
    /// Endpoints of AWS's API that those owners sent requests to of which only the HTTP request was recorded.
    pub http_only: BTreeSet<(Owner, String)>,
    /// What of this trace could not be read or attributed.
    pub gaps: Vec<Gap>,
    /// Start of the earliest segment.
    pub start: Option<Timestamp>,
    /// End of the latest segment.
    pub end: Option<Timestamp>,
}
