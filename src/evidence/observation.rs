//! One observed call, and everything that one trace shows.

use super::{About, Gap, Owner};
use crate::iam::Action;
use crate::xray::{Call, TraceId};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Who called which operation, on what, when, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observation {
    /// The owner whose code made the call.
    pub owner: Owner,
    /// What was called, in the recorder's words.
    pub call: Call,
    /// How it ended.
    pub outcome: Outcome,
    /// When it began. `None` if the document has no usable time.
    pub at: Option<Timestamp>,
}

/// How a call ended, as far as permissions are concerned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The call succeeded, or it failed in a way that only an authorised call can fail (`NoSuchKey`, a failed
    /// condition).
    Success,
    /// AWS refused the call because a permission is missing.
    Denied {
        /// The action that the error message names.
        action: Option<Action>,
        /// The resource that the error message names, as it is written there.
        resource: Option<String>,
    },
    /// AWS throttled the call. It was authorised, or the SDK would have asked again.
    Throttled,
    /// The call failed for another reason: a client or server error that is not about permissions, or no answer.
    Failed,
}

/// Everything that one trace shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceEvidence {
    /// The trace's id. `None` for documents without a usable id.
    pub trace: Option<TraceId>,
    /// The number of segment documents, without inferred segments.
    pub segments: u64,
    /// Owners whose code ran in this trace, even if they did not call AWS.
    pub owners: BTreeSet<Owner>,
    /// What else the trace says about these owners.
    pub about: BTreeSet<(Owner, About)>,
    /// The AWS calls of those owners.
    pub observations: Vec<Observation>,
    /// Hosts of AWS APIs to which these owners sent requests that were recorded only as HTTP.
    pub http_only: BTreeSet<(Owner, String)>,
    /// What could not be read, or belongs to no owner that is known.
    pub gaps: Vec<Gap>,
    /// Start of the earliest segment.
    pub start: Option<Timestamp>,
    /// End of the latest segment.
    pub end: Option<Timestamp>,
}
