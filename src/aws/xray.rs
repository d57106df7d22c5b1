//! X-Ray's API: summaries of traces, traces, sampling rules, and where segments are sent.
//!
//! Each call is one request, without retries. For summaries and traces the caller must follow the tokens of the pages.
//! Follows <https://docs.aws.amazon.com/xray/latest/api/API_Operations.html>.

use super::ApiError;

/// A request for summaries: a time range, a filter and a sampling rate.
#[derive(Debug, Clone, PartialEq)]
pub struct SummaryQuery {
    /// The start of the time range, in seconds since the epoch.
    pub start: i64,
    /// The end of the time range, in seconds since the epoch.
    pub end: i64,
    /// The filter expression.
    pub filter: Option<String>,
    /// The share of traces that X-Ray returns. `None` for all traces.
    pub rate: Option<f64>,
}

/// A page of summaries. A page may be empty and still have a token.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SummaryPage {
    /// The summaries.
    pub summaries: Vec<Summary>,
    /// Whether the answer had no list of summaries, so that nobody knows which traces this page should have listed.
    pub lacks_list: bool,
    /// The time that the pages have reached, going backwards, in seconds since the epoch.
    pub reached: Option<i64>,
    /// How many traces X-Ray looked through for this page, matching or not.
    pub scanned: u64,
    /// The token of the next page.
    pub next_token: Option<String>,
}

/// What X-Ray says about a trace without its documents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Its id, as X-Ray writes it.
    pub id: String,
    /// When it began, in seconds since the epoch.
    pub start: Option<i64>,
    /// The services in it. The entry point is first, if there is one.
    pub services: Vec<Service>,
    /// The ARNs of the resources in it.
    pub resources: Vec<String>,
    /// Whether it has an error, a fault, or throttling.
    pub outcome: [bool; 3],
    /// Whether some of its segments are in progress.
    pub partial: bool,
}

/// A service in a trace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Service {
    /// Its name. For a Lambda function this is the function's name.
    pub name: String,
    /// Its type, such as `AWS::Lambda::Function`.
    pub kind: String,
    /// Its account.
    pub account: Option<String>,
}

/// A page of traces.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TracePage {
    /// The traces, or parts of them.
    pub traces: Vec<RawTrace>,
    /// The ids of traces that X-Ray did not process.
    pub unprocessed: Vec<String>,
    /// The token of the next page.
    pub next_token: Option<String>,
}

/// A trace as X-Ray returned it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RawTrace {
    /// Its id, as X-Ray writes it.
    pub id: String,
    /// Whether it exceeded X-Ray's size limit, so that segments are missing.
    pub limit_exceeded: bool,
    /// The text of its segment documents.
    pub documents: Vec<String>,
    /// How many of its segments came without their document.
    pub lost: u64,
}

/// Where the account's segments are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentDestination {
    /// To X-Ray.
    XRay,
    /// To CloudWatch Logs. X-Ray's API returns only the indexed part.
    CloudWatchLogs,
}

/// A rule by which X-Ray decides which requests are recorded.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SamplingRule {
    /// Its name.
    pub name: String,
    /// Its priority. Rules with lower numbers are applied first.
    pub priority: i32,
    /// The share, from 0 to 1, of requests that are recorded after the reservoir is used up.
    pub rate: f64,
    /// How many requests are recorded each second before the share applies.
    pub reservoir: u64,
    /// The pattern of service names that it applies to.
    pub service: String,
    /// The pattern of service types that it applies to.
    pub kind: String,
    /// Whether it applies only to some requests of a service: by host, method, path, attributes or resource.
    pub is_of_some_requests: bool,
}

/// The operation of X-Ray with which sampling rules are read.
pub trait SamplingApi: Send + Sync {
    /// Calls `GetSamplingRules` and reads all pages. Returns the rules in the order in which they are applied.
    fn sampling_rules(&self) -> impl Future<Output = Result<Vec<SamplingRule>, ApiError>> + Send;
}

/// The operations of X-Ray with which evidence is read.
pub trait TraceApi: Send + Sync + 'static {
    /// Calls `GetTraceSummaries` for one page.
    fn summaries(
        &self,
        query: SummaryQuery,
        next_token: Option<String>,
    ) -> impl Future<Output = Result<SummaryPage, ApiError>> + Send;

    /// Calls `BatchGetTraces` for one page.
    fn traces(
        &self,
        ids: Vec<String>,
        next_token: Option<String>,
    ) -> impl Future<Output = Result<TracePage, ApiError>> + Send;

    /// Calls `GetTraceSegmentDestination`.
    fn segment_destination(
        &self,
    ) -> impl Future<Output = Result<SegmentDestination, ApiError>> + Send;
}
