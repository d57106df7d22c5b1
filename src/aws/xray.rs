//! AWS X-Ray's API: summaries of traces, traces, and where segments go.
//!
//! One request a call, nothing asked twice, no judgement: pages and their tokens are the caller's to follow. Follows
//! <https://docs.aws.amazon.com/xray/latest/api/API_Operations.html>.

use super::ApiError;
use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_xray::Client;
use aws_sdk_xray::primitives::DateTime;
use aws_sdk_xray::types::{
    SamplingStrategy, SamplingStrategyName, TimeRangeType, TraceSegmentDestination, TraceSummary,
};
use std::time::Duration;

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

/// X-Ray itself.
#[derive(Debug, Clone)]
pub struct Xray(Client);

impl Xray {
    /// A client that tries once: whoever has many requests in flight paces all of them together, so the SDK's own retries,
    /// which know of one request each, are off.
    pub fn new(sdk: &SdkConfig) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .build();
        let config = aws_sdk_xray::config::Builder::from(sdk)
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts);
        Self(Client::from_conf(config.build()))
    }
}

impl TraceApi for Xray {
    async fn summaries(
        &self,
        query: SummaryQuery,
        next_token: Option<String>,
    ) -> Result<SummaryPage, ApiError> {
        let strategy = query.rate.map(|rate| {
            SamplingStrategy::builder()
                .name(SamplingStrategyName::FixedRate)
                .value(rate)
                .build()
        });
        let page = self
            .0
            .get_trace_summaries()
            .start_time(DateTime::from_secs(query.start))
            .end_time(DateTime::from_secs(query.end))
            .time_range_type(TimeRangeType::TraceId)
            .sampling(query.rate.is_some())
            .set_sampling_strategy(strategy)
            .set_filter_expression(query.filter)
            .set_next_token(next_token)
            .send()
            .await
            .map_err(|error| ApiError::of_sdk("GetTraceSummaries", &error))?;
        Ok(SummaryPage {
            reached: page.approximate_time.map(|time| time.secs()),
            scanned: page
                .traces_processed_count
                .and_then(|count| u64::try_from(count).ok())
                .unwrap_or_default(),
            next_token: page.next_token,
            summaries: page
                .trace_summaries
                .unwrap_or_default()
                .into_iter()
                .map(summary)
                .collect(),
        })
    }

    async fn traces(
        &self,
        ids: Vec<String>,
        next_token: Option<String>,
    ) -> Result<TracePage, ApiError> {
        let page = self
            .0
            .batch_get_traces()
            .set_trace_ids(Some(ids))
            .set_next_token(next_token)
            .send()
            .await
            .map_err(|error| ApiError::of_sdk("BatchGetTraces", &error))?;
        let traces = page
            .traces
            .unwrap_or_default()
            .into_iter()
            .map(|trace| RawTrace {
                id: trace.id.unwrap_or_default(),
                limit_exceeded: trace.limit_exceeded.unwrap_or_default(),
                documents: trace
                    .segments
                    .unwrap_or_default()
                    .into_iter()
                    .filter_map(|segment| segment.document)
                    .collect(),
            });
        Ok(TracePage {
            traces: traces.collect(),
            unprocessed: page.unprocessed_trace_ids.unwrap_or_default(),
            next_token: page.next_token,
        })
    }

    async fn segment_destination(&self) -> Result<SegmentDestination, ApiError> {
        let answer = self
            .0
            .get_trace_segment_destination()
            .send()
            .await
            .map_err(|error| ApiError::of_sdk("GetTraceSegmentDestination", &error))?;
        Ok(match answer.destination {
            Some(TraceSegmentDestination::CloudWatchLogs) => SegmentDestination::CloudWatchLogs,
            _ => SegmentDestination::XRay,
        })
    }
}

fn summary(summary: TraceSummary) -> Summary {
    let services = summary
        .entry_point
        .into_iter()
        .chain(summary.service_ids.unwrap_or_default());
    let services = services.map(|service| Service {
        name: service.name.unwrap_or_default(),
        kind: service.r#type.unwrap_or_default(),
        account: service.account_id,
    });
    Summary {
        id: summary.id.unwrap_or_default(),
        start: summary.start_time.map(|time| time.secs()),
        services: services.collect(),
        resources: summary
            .resource_arns
            .unwrap_or_default()
            .into_iter()
            .filter_map(|resource| resource.arn)
            .collect(),
        outcome: [summary.has_error, summary.has_fault, summary.has_throttle]
            .map(Option::unwrap_or_default),
        partial: summary.is_partial.unwrap_or_default(),
    }
}
