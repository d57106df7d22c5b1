//! The client for X-Ray. It makes each request once.

use super::nulls::NullsAsEmpty;
use super::pages;
use crate::aws::ApiError;
use crate::aws::xray::{
    RawTrace, SamplingApi, SamplingRule, SegmentDestination, Service, Summary, SummaryPage,
    SummaryQuery, TraceApi, TracePage,
};
use aws_config::SdkConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_xray::Client;
use aws_sdk_xray::primitives::DateTime;
use aws_sdk_xray::types::{
    SamplingStrategy, SamplingStrategyName, TimeRangeType, Trace, TraceSegmentDestination,
    TraceSummary,
};
use std::time::Duration;

/// The client for X-Ray.
#[derive(Debug, Clone)]
pub struct Xray(Client);

impl Xray {
    /// Creates a client that makes each request once. Its caller has many requests in flight and limits all of them
    /// together. The SDK's own retries consider only one request, so they are off.
    pub fn new(sdk: &SdkConfig) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .build();
        let config = aws_sdk_xray::config::Builder::from(sdk)
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts)
            .interceptor(NullsAsEmpty);
        Self(Client::from_conf(config.build()))
    }
}

impl SamplingApi for Xray {
    async fn sampling_rules(&self) -> Result<Vec<SamplingRule>, ApiError> {
        const OPERATION: &str = "GetSamplingRules";
        let mut rules: Vec<SamplingRule> = pages::all(OPERATION, async |token| {
            let request = self.0.get_sampling_rules().set_next_token(token);
            let answer = request
                .send()
                .await
                .map_err(|error| ApiError::of_sdk(OPERATION, &error))?;
            let records = answer
                .sampling_rule_records
                .ok_or_else(|| ApiError::incomplete(OPERATION, "list of sampling rules"))?;
            let rules = records
                .into_iter()
                .filter_map(|record| record.sampling_rule);
            Ok((rules.map(rule).collect(), answer.next_token))
        })
        .await?;
        rules.sort_by(|one, other| {
            let order = one.priority.cmp(&other.priority);
            order.then_with(|| one.name.cmp(&other.name))
        });
        Ok(rules)
    }
}

fn rule(rule: aws_sdk_xray::types::SamplingRule) -> SamplingRule {
    let patterns = [
        &rule.host,
        &rule.http_method,
        &rule.url_path,
        &rule.resource_arn,
    ];
    let is_of_some = patterns.into_iter().any(|pattern| pattern != "*");
    let attributes = rule.attributes.unwrap_or_default();
    SamplingRule {
        name: rule.rule_name.unwrap_or_default(),
        priority: rule.priority,
        rate: rule.fixed_rate,
        reservoir: u64::try_from(rule.reservoir_size).unwrap_or_default(),
        service: rule.service_name,
        kind: rule.service_type,
        is_of_some_requests: is_of_some || !attributes.is_empty(),
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
        let lacks_list = page.trace_summaries.is_none();
        let listed = page.trace_summaries.unwrap_or_default().into_iter();
        let scanned = page
            .traces_processed_count
            .and_then(|count| u64::try_from(count).ok());
        Ok(SummaryPage {
            reached: page.approximate_time.map(|time| time.secs()),
            scanned: scanned.unwrap_or_default(),
            next_token: page.next_token,
            summaries: listed.map(summary).collect(),
            lacks_list,
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
        let traces = page.traces.unwrap_or_default();
        Ok(TracePage {
            traces: traces.into_iter().map(raw_trace).collect(),
            unprocessed: page.unprocessed_trace_ids.unwrap_or_default(),
            next_token: page.next_token,
        })
    }

    async fn segment_destination(&self) -> Result<SegmentDestination, ApiError> {
        const OPERATION: &str = "GetTraceSegmentDestination";
        let answer = self
            .0
            .get_trace_segment_destination()
            .send()
            .await
            .map_err(|error| ApiError::of_sdk(OPERATION, &error))?;
        match answer.destination {
            Some(TraceSegmentDestination::CloudWatchLogs) => Ok(SegmentDestination::CloudWatchLogs),
            Some(TraceSegmentDestination::XRay) => Ok(SegmentDestination::XRay),
            _ => Err(ApiError::incomplete(
                OPERATION,
                "destination that is known here",
            )),
        }
    }
}

/// Keeps the documents of a trace, and counts the segments that have none. A trace without segments has lost them all: the
/// reader tells that when all pages are there, because a trace may be spread over several.
fn raw_trace(trace: Trace) -> RawTrace {
    let segments = trace.segments.unwrap_or_default();
    let all = segments.len();
    let documents = segments.into_iter().filter_map(|segment| segment.document);
    let documents: Vec<String> = documents.collect();
    RawTrace {
        id: trace.id.unwrap_or_default(),
        limit_exceeded: trace.limit_exceeded.unwrap_or_default(),
        lost: (all - documents.len()) as u64,
        documents,
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
