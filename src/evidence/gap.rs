//! What evidence could not show, said out loud: a reason and where it came from.

use super::Owner;
use std::collections::{BTreeMap, BTreeSet};

/// Why something is missing from the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapReason {
    /// A file or document is not valid JSON or not a form of trace.
    Malformed,
    /// A file ends before its document does.
    Truncated,
    /// A document or file is larger than the tool reads.
    TooLarge,
    /// X-Ray says the trace exceeded its size, so segments are missing.
    LimitExceeded,
    /// X-Ray named a trace and did not return it.
    Unprocessed,
    /// More traces would have been scanned, and billed, than were allowed for.
    MaxScanned,
    /// The time for all of AWS was over before all was read.
    OutOfTime,
    /// A saved response has another page, which is not there.
    MorePages,
    /// A file that may hold traces and was not read.
    Skipped,
    /// A file among the traces that holds none, by its name and its beginning.
    OtherFile,
    /// The account sends its spans to CloudWatch Logs, so X-Ray's API shows the indexed share of them alone.
    SpansInLogs,
    /// A segment was still in progress when it was read.
    InProgress,
    /// A segment of a trace that began minutes before the reading was in progress; its function may well be running.
    StillRunning,
    /// There were more traces than were asked for, and a choice of them was read.
    Sampled,
    /// A call names no operation, so no action can be told.
    NoOperation,
    /// A call whose owner is in no document of its trace.
    NoOwner,
    /// A service name that the catalogue does not know.
    UnknownService,
    /// An operation that the catalogue does not know.
    UnknownOperation,
    /// A function, role or setting that could not be looked up.
    NotLookedUp,
    /// Evidence that a change brings itself, which proves nothing for it.
    NotAtTheBase,
    /// An AWS call of which only the HTTP request was recorded.
    HttpOnly,
    /// A call that named no resource although its action has one.
    UnknownResource,
    /// A recorded value that cannot be the name that it should be.
    ImpossibleName,
    /// A segment or call from before X-Ray was, or from the future.
    ImpossibleTime,
    /// Another role's credentials were handed over: what is called afterwards may be called with its rights.
    AssumedRole,
    /// A service went on with the caller's rights, to do whatever a template or runbook says.
    CallersRights,
}

impl GapReason {
    /// The reason's name in reports, kebab case.
    pub fn id(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Truncated => "truncated",
            Self::TooLarge => "too-large",
            Self::LimitExceeded => "limit-exceeded",
            Self::Unprocessed => "unprocessed",
            Self::MaxScanned => "max-scanned",
            Self::OutOfTime => "out-of-time",
            Self::MorePages => "more-pages",
            Self::Skipped => "skipped",
            Self::OtherFile => "other-file",
            Self::SpansInLogs => "spans-in-logs",
            Self::InProgress => "in-progress",
            Self::StillRunning => "still-running",
            Self::Sampled => "sampled",
            Self::NoOperation => "no-operation",
            Self::NoOwner => "no-owner",
            Self::UnknownService => "unknown-service",
            Self::UnknownOperation => "unknown-operation",
            Self::NotLookedUp => "not-looked-up",
            Self::NotAtTheBase => "not-at-the-base",
            Self::HttpOnly => "http-only",
            Self::UnknownResource => "unknown-resource",
            Self::ImpossibleName => "impossible-name",
            Self::ImpossibleTime => "impossible-time",
            Self::AssumedRole => "assumed-role",
            Self::CallersRights => "callers-rights",
        }
    }

    /// Whether calls may have been lost, so that what was not observed may have happened all the same.
    ///
    /// Evidence with such a gap can acquit, but it cannot convict.
    pub fn loses_calls(self) -> bool {
        match self {
            Self::Malformed
            | Self::Truncated
            | Self::TooLarge
            | Self::LimitExceeded
            | Self::Unprocessed
            | Self::MaxScanned
            | Self::OutOfTime
            | Self::MorePages
            | Self::Skipped
            | Self::SpansInLogs
            | Self::InProgress
            | Self::NoOperation
            | Self::NoOwner
            | Self::UnknownService
            | Self::NotAtTheBase
            | Self::HttpOnly
            | Self::CallersRights => true,
            Self::NotLookedUp
            | Self::OtherFile
            | Self::StillRunning
            | Self::Sampled
            | Self::UnknownOperation
            | Self::UnknownResource
            | Self::ImpossibleName
            | Self::ImpossibleTime
            | Self::AssumedRole => false,
        }
    }
}

/// One thing the evidence could not show.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// Why.
    pub reason: GapReason,
    /// Where: a file and line, a trace id, a service and operation. Names and ids only, never contents.
    pub detail: String,
    /// Whose calls it may have hidden; anybody's where there are none.
    pub owners: BTreeSet<Owner>,
    /// Which service's calls it may have hidden, in the words of who recorded them, then by IAM prefix; any where it is not known.
    pub service: Option<String>,
}

impl Gap {
    /// A gap that may have hidden anything of anybody, if its reason is one that hides calls.
    pub fn new(reason: GapReason, detail: impl Into<String>) -> Self {
        Self {
            reason,
            detail: detail.into(),
            owners: BTreeSet::new(),
            service: None,
        }
    }

    /// The same, of these owners alone; of anybody where there are none.
    #[must_use]
    pub fn of(mut self, owners: impl IntoIterator<Item = Owner>) -> Self {
        self.owners.extend(owners);
        self
    }

    /// The same, of calls of one service alone, where that is known.
    #[must_use]
    pub fn at(mut self, service: Option<&str>) -> Self {
        self.service = service.map(str::to_owned);
        self
    }
}

/// Which calls may have been made without any trace showing them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Hidden {
    /// None.
    #[default]
    Nothing,
    /// Calls of these services, by IAM prefix.
    Services(BTreeSet<String>),
    /// Any.
    Anything,
}

impl Hidden {
    /// What either may have hidden.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Anything, _) | (_, Self::Anything) => Self::Anything,
            (Self::Services(mut one), Self::Services(other)) => {
                one.extend(other);
                Self::Services(one)
            }
            (Self::Nothing, some) | (some, Self::Nothing) => some,
        }
    }
}

/// How many details one reason keeps; the rest are counted together.
const DETAILS_PER_REASON: usize = 20;

/// Gaps counted by reason and detail.
///
/// A reason keeps its first details in alphabetical order and counts the others together, so that a million broken
/// documents take no more room than twenty, and the order in which they were met does not show.
///
/// ```
/// use aws_least_privilege::evidence::{Gap, GapReason, Gaps};
///
/// let mut gaps = Gaps::default();
/// gaps.add(Gap::new(GapReason::Malformed, "traces/a.json:3"));
/// gaps.add(Gap::new(GapReason::Malformed, "traces/a.json:3"));
/// assert_eq!(gaps.iter().map(|(reason, detail, count)| (reason.id(), detail, count)).collect::<Vec<_>>(), [
///     ("malformed", "traces/a.json:3", 2),
/// ]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gaps(BTreeMap<GapReason, Details>);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Details {
    kept: BTreeMap<String, u64>,
    others: u64,
    hidden: Hidden,
}

impl Gaps {
    /// Counts one gap. Whose it is, is for the caller to tell apart.
    pub fn add(&mut self, gap: Gap) {
        let hidden = match gap.service {
            _ if !gap.reason.loses_calls() => Hidden::Nothing,
            Some(service) => Hidden::Services(BTreeSet::from([service])),
            None => Hidden::Anything,
        };
        self.add_count(gap.reason, gap.detail, 1);
        self.hide(gap.reason, hidden);
    }

    fn hide(&mut self, reason: GapReason, hidden: Hidden) {
        let details = self.0.entry(reason).or_default();
        details.hidden = std::mem::take(&mut details.hidden).and(hidden);
    }

    /// Counts all gaps of another collection.
    pub fn merge(&mut self, other: &Self) {
        for (reason, details) in &other.0 {
            for (detail, count) in &details.kept {
                self.add_count(*reason, detail.clone(), *count);
            }
            self.0.entry(*reason).or_default().others += details.others;
            self.hide(*reason, details.hidden.clone());
        }
    }

    /// Every reason and detail with its count, sorted; what was not kept comes last in its reason as `others`.
    pub fn iter(&self) -> impl Iterator<Item = (GapReason, &str, u64)> {
        self.0.iter().flat_map(|(reason, details)| {
            let kept = details.kept.iter();
            let others = (details.others > 0).then_some(("others", details.others));
            kept.map(|(detail, count)| (*reason, detail.as_str(), *count))
                .chain(others.map(|(detail, count)| (*reason, detail, count)))
        })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Which calls they may have hidden: see [`GapReason::loses_calls`].
    pub fn hidden(&self) -> Hidden {
        let each = self.0.values().map(|details| details.hidden.clone());
        each.fold(Hidden::Nothing, Hidden::and)
    }

    /// Whether they may have hidden any call.
    pub fn lose_calls(&self) -> bool {
        self.hidden() != Hidden::Nothing
    }

    fn add_count(&mut self, reason: GapReason, detail: String, count: u64) {
        let details = self.0.entry(reason).or_default();
        *details.kept.entry(detail).or_default() += count;
        if details.kept.len() > DETAILS_PER_REASON
            && let Some((_, dropped)) = details.kept.pop_last()
        {
            details.others += dropped;
        }
    }
}
