//! Gaps: what the evidence does not show, each with a reason and a place.

use super::Owner;
use std::collections::{BTreeMap, BTreeSet};

/// Why something is missing from the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapReason {
    /// A file or document is not valid JSON, or not a form of trace.
    Malformed,
    /// A file ends before its document does.
    Truncated,
    /// A document or file is larger than this tool reads.
    TooLarge,
    /// According to X-Ray the trace exceeded its size limit, so segments are missing.
    LimitExceeded,
    /// X-Ray listed a trace but did not return it.
    Unprocessed,
    /// The limit on scanned traces, which X-Ray bills, was reached.
    MaxScanned,
    /// The time limit for all calls of AWS was reached before everything was read.
    OutOfTime,
    /// A saved response has another page, which was not saved.
    MorePages,
    /// A file may contain traces, and was not read.
    Skipped,
    /// A file among the traces contains none, judged by its name and its first bytes.
    OtherFile,
    /// The account sends its spans to CloudWatch Logs, so X-Ray's API returns only the indexed part of them.
    SpansInLogs,
    /// A segment was still in progress when it was read.
    InProgress,
    /// A segment was in progress, but its trace began only minutes before it was read, so the function may still be
    /// running.
    StillRunning,
    /// There were more traces than the limit, and a selection of them was read.
    Sampled,
    /// A call names no operation, so its action is not known.
    NoOperation,
    /// No document of the trace says which owner made a call.
    NoOwner,
    /// A service name that the catalogue does not know.
    UnknownService,
    /// An operation that the catalogue does not know.
    UnknownOperation,
    /// A function, role or setting could not be looked up.
    NotLookedUp,
    /// Something that templates grant, or may grant, beside the roles that are judged.
    NotJudged,
    /// Something that the base has judged, and that the change under review takes away.
    JudgedNoMore,
    /// The change under review adds this evidence itself, so it proves nothing for that change.
    NotAtTheBase,
    /// Only the HTTP request of an AWS call was recorded.
    HttpOnly,
    /// A call named no resource, although its action has resource types.
    UnknownResource,
    /// A recorded value cannot be the name that it is recorded as.
    ImpossibleName,
    /// A segment or call has a time before X-Ray existed, or in the future.
    ImpossibleTime,
    /// A call returned credentials of another role, and later calls may have used them.
    AssumedRole,
    /// A service acted with the caller's rights and did whatever a template or runbook says.
    CallersRights,
}

impl GapReason {
    /// Returns the reason's name in reports, in kebab case.
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
            Self::NotJudged => "not-judged",
            Self::JudgedNoMore => "judged-no-more",
            Self::NotAtTheBase => "not-at-the-base",
            Self::HttpOnly => "http-only",
            Self::UnknownResource => "unknown-resource",
            Self::ImpossibleName => "impossible-name",
            Self::ImpossibleTime => "impossible-time",
            Self::AssumedRole => "assumed-role",
            Self::CallersRights => "callers-rights",
        }
    }

    /// Whether calls may be missing, so that something may have been called although it was not observed.
    ///
    /// Evidence with such a gap can acquit but not convict.
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
            | Self::NotJudged
            | Self::JudgedNoMore
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

/// One thing that the evidence does not show.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// Why.
    pub reason: GapReason,
    /// The place: a file and line, a trace id, or a service and operation. It has names and ids only, never contents.
    pub detail: String,
    /// The owners whose calls the gap may hide. If there are none, it may hide calls of any owner.
    pub owners: BTreeSet<Owner>,
    /// The service whose calls the gap may hide: first the recorder's name for it, later its IAM prefix. If it is
    /// `None`, the gap may hide calls of any service.
    pub service: Option<String>,
}

impl Gap {
    /// Creates a gap of any owner and any service.
    pub fn new(reason: GapReason, detail: impl Into<String>) -> Self {
        Self {
            reason,
            detail: detail.into(),
            owners: BTreeSet::new(),
            service: None,
        }
    }

    /// Limits the gap to these owners. Without owners it stays a gap of any owner.
    #[must_use]
    pub fn of(mut self, owners: impl IntoIterator<Item = Owner>) -> Self {
        self.owners.extend(owners);
        self
    }

    /// Limits the gap to the calls of one service, if the service is known.
    #[must_use]
    pub fn at(mut self, service: Option<&str>) -> Self {
        self.service = service.map(str::to_owned);
        self
    }
}

/// Which calls may have been made although no trace shows them.
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
    /// Returns everything that either of the two may hide.
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

/// How many details are kept for each reason. The others are only counted.
const DETAILS_PER_REASON: usize = 20;

/// Counts gaps by reason and detail.
///
/// For each reason the first details in alphabetical order are kept and the others are counted together. So a million
/// broken documents take no more memory than twenty, and the order in which gaps are added makes no difference.
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
    /// Counts one gap. Its owners are not kept: the caller has a collection for each owner.
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

    /// Returns every reason and detail with its count, sorted. Details that were not kept are the last of their reason,
    /// as `others`.
    pub fn iter(&self) -> impl Iterator<Item = (GapReason, &str, u64)> {
        self.0.iter().flat_map(|(reason, details)| {
            let kept = details.kept.iter();
            let others = (details.others > 0).then_some(("others", details.others));
            kept.map(|(detail, count)| (*reason, detail.as_str(), *count))
                .chain(others.map(|(detail, count)| (*reason, detail, count)))
        })
    }

    /// Whether there are no gaps.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns which calls the gaps may hide: see [`GapReason::loses_calls`].
    pub fn hidden(&self) -> Hidden {
        let each = self.0.values().map(|details| details.hidden.clone());
        each.fold(Hidden::Nothing, Hidden::and)
    }

    /// Whether the gaps may hide any call.
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
