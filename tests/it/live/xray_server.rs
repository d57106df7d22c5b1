//! X-Ray on the loopback, as hard to please as the real one: pages that are slices of time and often empty, five ids a request,
//! six hours a time range, throttling, traces that it does not get to. Counts what it serves.

use super::http::{Answer, HttpRequest, HttpServer};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// The time that one page of summaries covers; five hours take fifteen pages, as recorded.
const PAGE_SECONDS: i64 = 20 * 60;
/// Summaries in a page at most.
const PAGE_LENGTH: usize = 40;
const LONGEST_RANGE: i64 = 6 * 3600;
const MOST_IDS: usize = 5;

pub(crate) const SUMMARIES: &str = "/TraceSummaries";
pub(crate) const TRACES: &str = "/Traces";
pub(crate) const DESTINATION: &str = "/GetTraceSegmentDestination";
const RULES: &str = "/GetSamplingRules";

/// A trace to serve.
#[derive(Debug, Clone)]
pub(crate) struct FakeTrace {
    pub(crate) id: String,
    pub(crate) start: i64,
    /// The Lambda function in it.
    pub(crate) function: String,
    pub(crate) account: String,
    pub(crate) error: bool,
    pub(crate) partial: bool,
    pub(crate) limit_exceeded: bool,
    pub(crate) documents: Vec<String>,
    /// The service that it calls, by the name that the SDK gives it.
    pub(crate) service: String,
}

impl FakeTrace {
    /// A trace in which a function writes to a table, in a segment and an independent subsegment.
    pub(crate) fn of(number: usize, start: i64, function: &str) -> Self {
        let account = "123456789012".to_owned();
        let id = format!("1-{start:08x}-{number:024x}");
        let (outer, inner) = (
            format!("{number:016x}"),
            format!("{:016x}", number + (1 << 40)),
        );
        let segment = json!({"id": outer, "trace_id": id, "name": function, "start_time": start, "end_time": start + 1,
            "origin": "AWS::Lambda::Function", "resource_arn": format!("arn:aws:lambda:eu-west-1:{account}:function:{function}"),
            "aws": {"function_arn": format!("arn:aws:lambda:eu-west-1:{account}:function:{function}"), "account_id": account}});
        let call = json!({"id": inner, "trace_id": id, "parent_id": outer, "type": "subsegment", "name": "DynamoDB",
            "namespace": "aws", "start_time": start, "end_time": start + 1,
            "aws": {"operation": "PutItem", "table_name": "orders", "region": "eu-west-1"}});
        Self {
            id,
            start,
            function: function.to_owned(),
            account,
            error: false,
            partial: false,
            limit_exceeded: false,
            documents: vec![segment.to_string(), call.to_string()],
            service: "DynamoDB".to_owned(),
        }
    }

    /// The same trace of another account's function.
    pub(crate) fn in_account(mut self, account: &str) -> Self {
        for document in &mut self.documents {
            *document = document.replace(&self.account, account);
        }
        account.clone_into(&mut self.account);
        self
    }

    /// The same trace with a call of another service in it.
    pub(crate) fn calling(mut self, service: &str, call: &Value) -> Self {
        let last = self.documents.last_mut().expect("a call");
        let mut document: Value = serde_json::from_str(last).expect("JSON");
        document["name"] = json!(service);
        document["aws"] = call.clone();
        *last = document.to_string();
        self.service = service.to_owned();
        self
    }
}

impl XrayServer {
    pub(crate) fn port(&self) -> u16 {
        self.http.port()
    }
}

/// What goes wrong with a request.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// An error of AWS's, by status and code.
    Error(u16, &'static str),
    /// An error without a code.
    Status(u16),
    CutShort,
    Reset,
    Hang,
    /// An answer that is no JSON.
    Malformed,
}

/// How it behaves.
#[derive(Debug, Default)]
pub(crate) struct Behaviour {
    /// What goes wrong with the n-th request of an operation, counted from 0.
    pub(crate) faults: Option<fn(&str, u64) -> Option<Fault>>,
    /// More requests in flight than this are throttled.
    pub(crate) most_in_flight: Option<usize>,
    /// How often a trace is unprocessed before it is served; every third trace.
    pub(crate) unprocessed: u32,
    /// Never served.
    pub(crate) never: BTreeSet<String>,
    /// Whether the documents of a batch come in two pages.
    pub(crate) batch_pages: bool,
    /// Whether summaries always carry the same token.
    pub(crate) same_token: bool,
    /// Whether every page of summaries is empty and carries a new token.
    pub(crate) endless: bool,
    pub(crate) destination: Option<&'static str>,
    /// Sampling rules: name, fixed rate, reservoir; without any, they may not be read.
    pub(crate) rules: Vec<(&'static str, f64, u32)>,
    pub(crate) latency: Duration,
    /// What becomes of an answer before it is sent.
    pub(crate) rewritten: Option<fn(&str, &mut Value)>,
}

/// What it was asked and what it served.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) requests: BTreeMap<String, u64>,
    pub(crate) throttled: u64,
    pub(crate) empty_pages: u64,
    /// Traces that were looked through for summaries.
    pub(crate) processed: usize,
    /// How often each trace was served whole.
    pub(crate) served: BTreeMap<String, u64>,
    pub(crate) unprocessed: BTreeMap<String, u32>,
    pub(crate) in_flight: usize,
    pub(crate) most_in_flight: usize,
    pub(crate) queries: Vec<Value>,
}

/// The server.
#[derive(Debug)]
pub(crate) struct XrayServer {
    http: HttpServer,
    counts: Arc<Mutex<Counts>>,
}

struct State {
    traces: BTreeMap<String, FakeTrace>,
    behaviour: Behaviour,
    counts: Arc<Mutex<Counts>>,
}

impl XrayServer {
    pub(crate) fn start(traces: impl IntoIterator<Item = FakeTrace>, behaviour: Behaviour) -> Self {
        let counts = Arc::new(Mutex::new(Counts::default()));
        let state = State {
            traces: traces
                .into_iter()
                .map(|trace| (trace.id.clone(), trace))
                .collect(),
            behaviour,
            counts: Arc::clone(&counts),
        };
        let http = HttpServer::start(move |request| state.answer(request));
        Self { http, counts }
    }

    pub(crate) fn url(&self) -> String {
        self.http.url()
    }

    pub(crate) fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts
            .lock()
            .expect("no thread of the server panicked")
    }
}

impl State {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts
            .lock()
            .expect("no thread of the server panicked")
    }

    fn answer(&self, request: &HttpRequest) -> Answer {
        let (number, in_flight) = {
            let mut counts = self.counts();
            counts.in_flight += 1;
            counts.most_in_flight = counts.most_in_flight.max(counts.in_flight);
            let in_flight = counts.in_flight;
            let number = counts.requests.entry(request.path.clone()).or_default();
            *number += 1;
            (*number - 1, in_flight)
        };
        std::thread::sleep(self.behaviour.latency);
        let answer = self.answer_now(request, number, in_flight);
        self.counts().in_flight -= 1;
        answer
    }

    fn answer_now(&self, request: &HttpRequest, number: u64, in_flight: usize) -> Answer {
        if self
            .behaviour
            .most_in_flight
            .is_some_and(|most| in_flight > most)
        {
            self.counts().throttled += 1;
            return error(429, "ThrottledException", "Rate exceeded");
        }
        let fault = self
            .behaviour
            .faults
            .and_then(|faults| faults(&request.path, number));
        let asked: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let answer = || match request.path.as_str() {
            SUMMARIES => self.summaries(&asked),
            TRACES => self.traces(&asked),
            DESTINATION => match self.behaviour.destination {
                Some(destination) => Ok(json!({"Destination": destination, "Status": "ACTIVE"})),
                None => Err(error(
                    403,
                    "AccessDeniedException",
                    "not authorized to perform: xray:GetTraceSegmentDestination",
                )),
            },
            RULES if !self.behaviour.rules.is_empty() => Ok(self.rules()),
            RULES => Err(error(
                403,
                "AccessDeniedException",
                "not authorized to perform: xray:GetSamplingRules",
            )),
            _ => Err(error(404, "UnknownOperationException", "no such operation")),
        };
        match fault {
            None => match answer() {
                Ok(mut body) => {
                    if let Some(rewritten) = self.behaviour.rewritten {
                        rewritten(&request.path, &mut body);
                    }
                    whole(200, Vec::new(), &body)
                }
                Err(refusal) => refusal,
            },
            Some(Fault::Error(status, code)) => {
                self.counts().throttled += u64::from(code == "ThrottledException");
                error(status, code, "scripted")
            }
            Some(Fault::Status(status)) => Answer::Whole {
                status,
                headers: Vec::new(),
                body: Vec::new(),
            },
            Some(Fault::CutShort) => match answer() {
                Ok(body) => Answer::CutShort(body.to_string().into_bytes()),
                Err(refusal) => refusal,
            },
            Some(Fault::Reset) => Answer::Reset,
            Some(Fault::Hang) => Answer::Hang,
            Some(Fault::Malformed) => Answer::Whole {
                status: 200,
                headers: Vec::new(),
                body: b"{\"Traces\": [}".to_vec(),
            },
        }
    }

    fn rules(&self) -> Value {
        let rules = self.behaviour.rules.iter().zip(1..);
        let records = rules.map(|((name, rate, reservoir), priority)| {
            json!({"SamplingRule": {"RuleName": name, "ResourceARN": "*", "Priority": priority, "FixedRate": rate,
                "ReservoirSize": reservoir, "ServiceName": "*", "ServiceType": "*", "Host": "*", "HTTPMethod": "*",
                "URLPath": "*", "Version": 1, "Attributes": {}}})
        });
        json!({"SamplingRuleRecords": records.collect::<Vec<_>>()})
    }

    fn summaries(&self, asked: &Value) -> Result<Value, Answer> {
        let invalid = |message: &str| error(400, "InvalidRequestException", message);
        self.counts().queries.push(asked.clone());
        let (Some(start), Some(end)) = (seconds(&asked["StartTime"]), seconds(&asked["EndTime"]))
        else {
            return Err(invalid("StartTime and EndTime are required"));
        };
        if start >= end || end - start > LONGEST_RANGE {
            return Err(invalid("the time range is not valid"));
        }
        let filter = asked["FilterExpression"].as_str();
        if filter.is_some_and(|filter| filter.contains("nonsense") || filter.len() > 2000) {
            return Err(invalid("the filter expression is not valid"));
        }
        if self.behaviour.same_token || self.behaviour.endless {
            let number = self
                .counts()
                .requests
                .get(SUMMARIES)
                .copied()
                .unwrap_or_default();
            let token = if self.behaviour.endless {
                format!("token-{number}")
            } else {
                "token".to_owned()
            };
            return Ok(json!({"TraceSummaries": [], "NextToken": token}));
        }
        let mut at = (end, 0);
        if let Some(token) = asked["NextToken"].as_str() {
            let parts: Vec<i64> = token
                .split('/')
                .filter_map(|part| part.parse().ok())
                .collect();
            let &[of_start, of_end, upper, skip] = parts.as_slice() else {
                return Err(invalid("the token is not valid"));
            };
            if (of_start, of_end) != (start, end) {
                return Err(invalid("the token is another query's"));
            }
            at = (upper, usize::try_from(skip).unwrap_or_default());
        }
        let (upper, skip) = at;
        let lower = (upper - PAGE_SECONDS).max(start);
        let rate = asked["SamplingStrategy"]["Value"]
            .as_f64()
            .filter(|_| asked["Sampling"] == true);
        // The last slice has the end of the range too.
        let is_in = |trace: &&FakeTrace| {
            (lower..upper).contains(&trace.start) || trace.start == upper && upper == end
        };
        let matching: Vec<&FakeTrace> = self
            .traces
            .values()
            .filter(is_in)
            .filter(|trace| filter.is_none_or(|filter| matches(trace, filter)))
            .filter(|trace| rate.is_none_or(|rate| is_chosen(trace, rate)))
            .collect();
        let page: Vec<Value> = matching
            .iter()
            .skip(skip)
            .take(PAGE_LENGTH)
            .map(|trace| summary(trace))
            .collect();
        let next = if skip + page.len() < matching.len() {
            Some((upper, skip + page.len()))
        } else {
            (lower > start).then_some((lower, 0))
        };
        // Whether or not they match; each once in the pages of its time.
        let processed = match skip {
            0 => self.traces.values().filter(is_in).count(),
            _ => 0,
        };
        {
            let mut counts = self.counts();
            counts.empty_pages += u64::from(page.is_empty());
            counts.processed += processed;
        }
        let mut body = json!({"TraceSummaries": page, "ApproximateTime": lower, "TracesProcessedCount": processed});
        if let Some((upper, skip)) = next {
            body["NextToken"] = json!(format!("{start}/{end}/{upper}/{skip}"));
        }
        Ok(body)
    }

    fn traces(&self, asked: &Value) -> Result<Value, Answer> {
        let ids: Vec<&str> = asked["TraceIds"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        if ids.is_empty() || ids.len() > MOST_IDS {
            return Err(error(
                400,
                "InvalidRequestException",
                "between 1 and 5 trace ids are accepted",
            ));
        }
        let second_page = asked["NextToken"].is_string();
        let (mut traces, mut unprocessed) = (Vec::new(), Vec::new());
        for id in ids {
            let Some(trace) = self
                .traces
                .get(id)
                .filter(|_| !self.behaviour.never.contains(id))
            else {
                unprocessed.push(id);
                continue;
            };
            let mut counts = self.counts();
            let is_third = trace.id.bytes().last().is_some_and(|digit| digit % 3 == 0);
            let missed = counts.unprocessed.entry(trace.id.clone()).or_default();
            if is_third && *missed < self.behaviour.unprocessed {
                *missed += 1;
                unprocessed.push(id);
                continue;
            }
            let half = if self.behaviour.batch_pages {
                trace.documents.len().div_ceil(2)
            } else {
                trace.documents.len()
            };
            let documents = if second_page {
                &trace.documents[half..]
            } else {
                &trace.documents[..half]
            };
            let segments: Vec<Value> = documents
                .iter()
                .map(|document| json!({"Id": "0", "Document": document}))
                .collect();
            if second_page || !self.behaviour.batch_pages {
                *counts.served.entry(trace.id.clone()).or_default() += 1;
            }
            traces.push(json!({"Id": trace.id, "Duration": 1.0, "LimitExceeded": trace.limit_exceeded, "Segments": segments}));
        }
        let mut body = json!({"Traces": traces, "UnprocessedTraceIds": unprocessed});
        if self.behaviour.batch_pages && !second_page {
            body["NextToken"] = json!("second");
        }
        Ok(body)
    }
}

/// Times are whole or fractional numbers on the wire.
fn seconds(value: &Value) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "seconds")]
    value.as_f64().map(|seconds| seconds as i64)
}

/// Of the filter language, what the tests use: functions joined by OR, and `error`.
fn matches(trace: &FakeTrace, filter: &str) -> bool {
    let wanted: Vec<&str> = filter
        .split("name: \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let of_function = wanted.is_empty() || wanted.contains(&trace.function.as_str());
    let wants_error = filter == "error" || filter.ends_with("AND (error)");
    let services: Vec<&str> = filter
        .split("service(\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let of_service = services.is_empty() || services.contains(&trace.service.as_str());
    of_function && of_service && (!wants_error || trace.error)
}

fn is_chosen(trace: &FakeTrace, rate: f64) -> bool {
    let number = trace.id.bytes().fold(7_u64, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(byte))
    });
    #[expect(clippy::cast_precision_loss, reason = "four digits")]
    let at = (number % 10_000) as f64 / 10_000.0;
    at < rate
}

fn summary(trace: &FakeTrace) -> Value {
    let service = json!({"Name": trace.function, "Names": [trace.function], "AccountId": trace.account, "Type": "AWS::Lambda::Function"});
    json!({"Id": trace.id, "StartTime": trace.start, "Duration": 1.0, "HasError": trace.error, "HasFault": false,
        "HasThrottle": false, "IsPartial": trace.partial, "EntryPoint": service, "ServiceIds": [service],
        "Annotations": {}, "Users": [], "ResourceARNs": [], "Revision": 1})
}

fn error(status: u16, code: &str, message: &str) -> Answer {
    whole(
        status,
        vec![("x-amzn-errortype", code.to_owned())],
        &json!({"Message": message}),
    )
}

fn whole(status: u16, headers: Vec<(&'static str, String)>, body: &Value) -> Answer {
    Answer::Whole {
        status,
        headers,
        body: body.to_string().into_bytes(),
    }
}
