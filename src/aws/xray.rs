//! AWS X-Ray's API: summaries of traces, traces, and where segments go.
//!
//! One request a call, nothing asked twice, no judgement: pages and their tokens are the caller's to follow. Follows
//! <https://docs.aws.amazon.com/xray/latest/api/API_Operations.html>.

use super::ApiError;

/// Summaries asked for: a time range, a filter, and how many of them.
#[derive(Debug, Clone, PartialEq)]
pub struct SummaryQuery {
    /// Begin of the time range, in seconds since the epoch.
    pub start: i64,
    /// End of the time range, in seconds since the epoch.
    pub end: i64,
    /// Filter expression.
    pub filter: Option<String>,
    /// The share that X-Ray chooses at a fixed rate; all of them without.
    pub rate: Option<f64>,
}

/// A page of summaries. A page may be empty and still have a token.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SummaryPage {
    /// The summaries.
    pub summaries: Vec<Summary>,
    /// How far back in time the pages have come, in seconds since the epoch.
    pub reached: Option<i64>,
    /// How many traces X-Ray looked through for it, matching or not.
    pub scanned: u64,
    /// The token of the next page.
    pub next_token: Option<String>,
}

/// What X-Ray says of a trace without its documents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Its id, as X-Ray writes it.
    pub id: String,
    /// When it began, in seconds since the epoch.
    pub start: Option<i64>,
    /// The services in it; the entry point first, where it is told.
    pub services: Vec<Service>,
    /// ARNs of the resources in it.
    pub resources: Vec<String>,
    /// Whether there was an error, a fault, or throttling in it.
    pub outcome: [bool; 3],
    /// Whether some of its segments are in progress.
    pub partial: bool,
}

/// A service in a trace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Service {
    /// Its name: for a Lambda function, the function's.
    pub name: String,
    /// Its type, such as `AWS::Lambda::Function`.
    pub kind: String,
    /// The account that it runs in.
    pub account: Option<String>,
}

/// A page of traces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TracePage {
    /// The traces, or parts of them.
    pub traces: Vec<RawTrace>,
    /// Ids that X-Ray did not get to.
    pub unprocessed: Vec<String>,
    /// The token of the next page.
    pub next_token: Option<String>,
}

/// A trace as it came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RawTrace {
    /// Its id, as X-Ray writes it.
    pub id: String,
    /// Whether it exceeded X-Ray's limit for its size, so that segments are missing.
    pub limit_exceeded: bool,
    /// The text of its segment documents.
    pub documents: Vec<String>,
}

/// Where the account's segments go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentDestination {
    /// To X-Ray, all of them.
    XRay,
    /// To CloudWatch Logs: X-Ray's API shows the indexed share alone.
    CloudWatchLogs,
}

/// A rule by which X-Ray decides which requests are recorded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SamplingRule {
    /// Its name.
    pub name: String,
    /// The lower one counts first.
    pub priority: i32,
    /// The share that is recorded of what the reservoir leaves, from 0 to 1.
    pub rate: f64,
    /// Requests a second that are recorded in any case.
    pub reservoir: u64,
    /// The pattern of the names of services that it is for.
    pub service: String,
    /// The pattern of the types of services that it is for.
    pub kind: String,
    /// Whether it is for some requests of a service alone: by host, method, path, attributes or resource.
    pub is_of_some_requests: bool,
}

/// The part of X-Ray's API that tells what is recorded at all.
pub trait SamplingApi: Send + Sync {
    /// `GetSamplingRules`, all pages, the one that counts first.
    fn sampling_rules(&self) -> impl Future<Output = Result<Vec<SamplingRule>, ApiError>> + Send;
}

/// The part of X-Ray's API that evidence is read with.
pub trait TraceApi: Send + Sync + 'static {
    /// One page of `GetTraceSummaries`.
    fn summaries(
        &self,
        query: SummaryQuery,
        next_token: Option<String>,
    ) -> impl Future<Output = Result<SummaryPage, ApiError>> + Send;

    /// One page of `BatchGetTraces`.
    fn traces(
        &self,
        ids: Vec<String>,
        next_token: Option<String>,
    ) -> impl Future<Output = Result<TracePage, ApiError>> + Send;

    /// `GetTraceSegmentDestination`.
    fn segment_destination(
        &self,
    ) -> impl Future<Output = Result<SegmentDestination, ApiError>> + Send;
}
