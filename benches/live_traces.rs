//! Reading traces from X-Ray's API, beside clients that only download the same bytes.
//!
//! `cargo bench --bench live_traces [TRACES...]`: a server on the loopback in a process of its own serves as many traces (10,000
//! and 100,000 unless told otherwise); each client is a process too, so that its CPU time and peak memory are its own. The
//! bare client knows nothing of AWS or JSON: it is what moving the bytes costs at least. The SDK's client signs, sends and
//! decodes as the reading does, and drops what came; `parse` stops at observations, and `read` is the whole way to usage.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::format_push_string,
    reason = "a benchmark prints, measures in small numbers, and stops where something is not as it made it"
)]

#[path = "../tests/it/live/http.rs"]
#[expect(dead_code, reason = "a benchmark has no use for answers that go wrong")]
mod http;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_least_privilege::aws::Xray;
use aws_least_privilege::aws::xray::{SummaryQuery, TraceApi as _};
use aws_least_privilege::catalog::Catalog;
use aws_least_privilege::evidence::TraceEvidence;
use aws_least_privilege::evidence::xray_api::{self, Patience, Request, Window};
use aws_least_privilege::usage::Usage;
use http::{Answer, HttpRequest, HttpServer};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The clock: the window is the day before.
const NOW: i64 = 1_795_000_000;
const DAY: i64 = 86_400;
const SLICE: i64 = 6 * 3600;
/// What one page of summaries covers, and holds at most.
const PAGE_SECONDS: i64 = 20 * 60;
const PAGE_LENGTH: i64 = 500;
const IN_FLIGHT: usize = 8;
/// How long the server thinks about a request in the second round, as a near region does.
const LATENCY: Duration = Duration::from_millis(20);

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["serve", traces, latency] => serve(
            number(traces),
            Duration::from_millis(number(latency).unsigned_abs()),
        ),
        ["bare", url] => measured(|| bare(url)),
        ["sdk", url] => measured(|| sdk(url)),
        ["parse", url] => measured(|| parse(url)),
        ["read", url] => measured(|| read(url)),
        [] => compare(&[10_000, 100_000]),
        counts => compare(&counts.iter().map(|count| number(count)).collect::<Vec<_>>()),
    }
}

fn number(text: &str) -> i64 {
    text.parse().expect("a number of traces")
}

// ---- the comparison

fn compare(counts: &[i64]) {
    for latency in [Duration::ZERO, LATENCY] {
        for traces in counts {
            println!(
                "\n{traces} traces, {} ms a request, {IN_FLIGHT} requests in flight",
                latency.as_millis()
            );
            println!(
                "{:<8} {:>9} {:>10} {:>8} {:>9} {:>8} {:>8}",
                "client", "seconds", "traces/s", "CPU s", "peak MiB", "to bare", "to sdk"
            );
            let mut before: Vec<f64> = Vec::new();
            for client in ["bare", "sdk", "parse", "read"] {
                let (seconds, cpu, peak, read) = best(client, *traces, latency);
                assert_eq!(read, *traces, "{client} lost traces");
                before.push(seconds);
                let rate = *traces as f64 / seconds;
                let ratio = |to: usize| {
                    before
                        .get(to)
                        .map_or_else(String::new, |before| format!("{:.2}", seconds / before))
                };
                let (bare, sdk) = (ratio(0), ratio(1));
                println!(
                    "{client:<8} {seconds:>9.2} {rate:>10.0} {cpu:>8.2} {peak:>9.1} {bare:>8} {sdk:>8}"
                );
            }
        }
    }
}

/// The fastest of three runs.
fn best(client: &str, traces: i64, latency: Duration) -> (f64, f64, f64, i64) {
    let run = |_| {
        let (mut server, url) = start_server(traces, latency);
        let output = this()
            .args([client, &url])
            .output()
            .expect("the client runs");
        drop(server.stdin.take());
        server.wait().expect("the server ends");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let text = String::from_utf8(output.stdout).expect("text");
        let values: Vec<f64> = text
            .split_whitespace()
            .map(|value| value.parse().expect("a number"))
            .collect();
        (values[0], values[1], values[2], values[3] as i64)
    };
    (0..3)
        .map(run)
        .min_by(|one, other| one.0.total_cmp(&other.0))
        .expect("three runs")
}

fn start_server(traces: i64, latency: Duration) -> (Child, String) {
    let arguments = [
        "serve".to_owned(),
        traces.to_string(),
        latency.as_millis().to_string(),
    ];
    let mut server = this()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the server starts");
    let mut url = String::new();
    BufReader::new(server.stdout.take().expect("it has output"))
        .read_line(&mut url)
        .expect("it tells its address");
    (server, url.trim().to_owned())
}

fn this() -> Command {
    Command::new(std::env::current_exe().expect("it has a path"))
}

/// Runs a client and prints seconds, CPU seconds, peak MiB and traces.
fn measured(client: impl FnOnce() -> i64) {
    let begun = Instant::now();
    let traces = client();
    let seconds = begun.elapsed().as_secs_f64();
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = stat
        .rsplit(')')
        .next()
        .expect("fields")
        .split_whitespace()
        .collect();
    let ticks: f64 = [fields[11], fields[12]]
        .iter()
        .map(|ticks| ticks.parse::<f64>().expect("ticks"))
        .sum();
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .expect("a peak");
    let peak: f64 = peak.trim().trim_end_matches(" kB").parse().expect("kB");
    println!("{seconds} {} {} {traces}", ticks / 100.0, peak / 1024.0);
}

// ---- the clients

/// The product: traces to usage, resolved with the catalogue.
fn read(url: &str) -> i64 {
    let catalog = Catalog::embedded();
    let mut usage = Usage::default();
    read_into(url, &mut |trace| usage.record(catalog, trace));
    assert!(usage.calls > 0);
    i64::try_from(usage.traces).expect("a number")
}

/// The product up to observations.
fn parse(url: &str) -> i64 {
    let (mut traces, mut calls) = (0, 0);
    read_into(url, &mut |trace| {
        traces += 1;
        calls += trace.observations.len();
    });
    assert!(calls > 0);
    traces
}

fn read_into(url: &str, sink: &mut dyn FnMut(TraceEvidence)) {
    let runtime = runtime();
    let request = Request {
        window: Window::new(None, 1440, Timestamp::from_second(NOW).expect("a time"))
            .expect("a window"),
        functions: Vec::new(),
        filter: None,
        max_traces: 1_000_000,
        max_scanned: u64::MAX,
        until: None,
        patience: Patience {
            in_flight: IN_FLIGHT,
            ..Patience::default()
        },
    };
    let gaps = xray_api::read(
        &request,
        Xray::new(&config(url)),
        runtime.handle(),
        sink,
        &mut |_| {},
    )
    .expect("it is read");
    assert!(!gaps.lose_calls());
}

/// The SDK's client: signed, decoded, dropped.
fn sdk(url: &str) -> i64 {
    let api = Xray::new(&config(url));
    let runtime = runtime();
    runtime.block_on(async {
        let slices = (0..DAY / SLICE).map(|slice| {
            let api = api.clone();
            let end = NOW - slice * SLICE;
            tokio::spawn(async move {
                let (mut ids, mut token) = (Vec::new(), None);
                loop {
                    let query = SummaryQuery {
                        start: end - SLICE,
                        end,
                        filter: None,
                        rate: None,
                    };
                    let page = api.summaries(query, token).await.expect("a page");
                    ids.extend(page.summaries.into_iter().map(|summary| summary.id));
                    token = page.next_token;
                    if token.is_none() {
                        return ids;
                    }
                }
            })
        });
        let mut ids = Vec::new();
        for slice in slices.collect::<Vec<_>>() {
            ids.extend(slice.await.expect("it ends"));
        }
        let mut asked = tokio::task::JoinSet::new();
        let mut traces = 0;
        for batch in ids.chunks(5) {
            if asked.len() >= IN_FLIGHT {
                traces += asked.join_next().await.expect("one").expect("it ends");
            }
            let (api, batch) = (api.clone(), batch.to_vec());
            asked.spawn(async move { api.traces(batch, None).await.expect("traces").traces.len() });
        }
        while let Some(fetched) = asked.join_next().await {
            traces += fetched.expect("it ends");
        }
        i64::try_from(traces).expect("a number")
    })
}

/// Sockets alone: requests written, bodies read and dropped, ids found by looking for their quotes.
fn bare(url: &str) -> i64 {
    let address = url.trim_start_matches("http://");
    let open = Mutex::new((0..DAY / SLICE).collect::<Vec<_>>());
    let ids = Mutex::new(Vec::new());
    workers(|| {
        let mut connection = Connection::open(address);
        while let Some(slice) = pop(&open) {
            let (start, end) = (NOW - (slice + 1) * SLICE, NOW - slice * SLICE);
            let mut token = String::new();
            loop {
                let body = format!("{{\"StartTime\":{start},\"EndTime\":{end}{token}}}");
                let answer = connection.post("/TraceSummaries", &body);
                let answer = std::str::from_utf8(answer).expect("text");
                let found = answer
                    .split("\"Id\":\"")
                    .skip(1)
                    .map(|rest| rest[..35].to_owned());
                ids.lock().expect("no panic").extend(found);
                let Some((_, rest)) = answer.split_once("\"NextToken\":\"") else {
                    break;
                };
                token = format!(
                    ",\"NextToken\":\"{}\"",
                    rest.split('"').next().expect("a token")
                );
            }
        }
    });
    let ids = ids.into_inner().expect("no panic");
    let batches = Mutex::new(ids.chunks(5).collect::<Vec<_>>());
    workers(|| {
        let mut connection = Connection::open(address);
        while let Some(batch) = pop(&batches) {
            connection.post("/Traces", &json!({"TraceIds": batch}).to_string());
        }
    });
    i64::try_from(ids.len()).expect("a number")
}

fn pop<T>(open: &Mutex<Vec<T>>) -> Option<T> {
    open.lock().expect("no panic").pop()
}

fn workers(work: impl Fn() + Sync) {
    std::thread::scope(|scope| {
        for _ in 0..IN_FLIGHT {
            scope.spawn(&work);
        }
    });
}

struct Connection {
    reader: BufReader<TcpStream>,
    body: Vec<u8>,
}

impl Connection {
    fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("a socket");
        Self {
            reader: BufReader::with_capacity(64 * 1024, stream),
            body: Vec::new(),
        }
    }

    fn post(&mut self, path: &str, body: &str) -> &[u8] {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.reader
            .get_mut()
            .write_all(request.as_bytes())
            .expect("it is sent");
        let mut length = 0;
        let mut line = String::new();
        loop {
            line.clear();
            self.reader.read_line(&mut line).expect("a head");
            if line.trim_end().is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().expect("a length");
            }
        }
        self.body.resize(length, 0);
        self.reader.read_exact(&mut self.body).expect("a body");
        &self.body
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads")
}

fn config(url: &str) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
            "AKIDEXAMPLE",
            "secret",
            None,
            None,
            "bench",
        )))
        .endpoint_url(url)
        .build()
}

// ---- the server

/// The text of a trace around its number.
struct Template(Vec<String>);

fn serve(traces: i64, latency: Duration) {
    let template = Template::new();
    let server = HttpServer::start(move |request| {
        std::thread::sleep(latency);
        let body = match request.path.as_str() {
            "/TraceSummaries" => summaries(request, traces),
            "/Traces" => template.traces(request),
            _ => r#"{"Destination":"XRay","Status":"ACTIVE"}"#.to_owned(),
        };
        Answer::Whole {
            status: 200,
            headers: Vec::new(),
            body: body.into_bytes(),
        }
    });
    println!("{}", server.url());
    // Serves until its parent closes this process's input.
    std::io::stdin()
        .read_to_end(&mut Vec::new())
        .expect("an input");
}

/// When the trace with this number begins: evenly over the day.
fn start_of(number: i64, traces: i64) -> i64 {
    NOW - DAY + number * DAY / traces
}

fn summaries(request: &HttpRequest, traces: i64) -> String {
    let asked: Value = serde_json::from_slice(&request.body).expect("JSON");
    let time = |name: &str| asked[name].as_f64().expect("a time") as i64;
    let (start, end) = (time("StartTime"), time("EndTime"));
    let (upper, skip) = asked["NextToken"].as_str().map_or((end, 0), |token| {
        let (upper, skip) = token.split_once('/').expect("our token");
        (number(upper), number(skip))
    });
    let lower = (upper - PAGE_SECONDS).max(start);
    // The first trace that begins at or after a time.
    let first_at = |at: i64| {
        ((at - (NOW - DAY)) * traces + DAY - 1)
            .div_euclid(DAY)
            .clamp(0, traces)
    };
    let first = first_at(lower) + skip;
    let last = first_at(upper).min(first + PAGE_LENGTH);
    let mut body = String::from("{\"TraceSummaries\":[");
    for trace in first..last {
        if trace > first {
            body.push(',');
        }
        let start = start_of(trace, traces);
        let function = trace % 10;
        body.push_str(&format!(
            "{{\"Id\":\"1-{start:08x}-{trace:024x}\",\"StartTime\":{start},\"Duration\":1.25,\"ResponseTime\":1.25,\
             \"HasError\":false,\"HasFault\":false,\"HasThrottle\":false,\"IsPartial\":false,\
             \"Http\":{{\"HttpStatus\":200,\"HttpMethod\":\"GET\"}},\"Annotations\":{{}},\"Users\":[],\
             \"ServiceIds\":[{{\"Name\":\"function-{function}\",\"Names\":[\"function-{function}\"],\
             \"AccountId\":\"123456789012\",\"Type\":\"AWS::Lambda::Function\"}},{{\"Name\":\"orders\",\"Names\":[\"orders\"],\
             \"AccountId\":\"123456789012\",\"Type\":\"AWS::DynamoDB::Table\"}}],\"ResourceARNs\":[],\"Revision\":1}}"
        ));
    }
    body.push_str(&format!(
        "],\"ApproximateTime\":{lower},\"TracesProcessedCount\":{}",
        last - first
    ));
    if last < first_at(upper) {
        body.push_str(&format!(
            ",\"NextToken\":\"{upper}/{}\"",
            skip + PAGE_LENGTH
        ));
    } else if lower > start {
        body.push_str(&format!(",\"NextToken\":\"{lower}/0\""));
    }
    body.push('}');
    body
}

const NUMBER: &str = "@@@@@@@@";

impl Template {
    /// Two segments with six calls between them, as Lambda and an X-Ray SDK record them.
    fn new() -> Self {
        let function = "arn:aws:lambda:eu-west-1:123456789012:function:function-0";
        let id = |at: u64| format!("{at:08x}{NUMBER}");
        let call = |at: u64, service: &str, operation: &str, parameters: Value| {
            let mut aws = json!({"operation": operation, "region": "eu-west-1", "request_id": format!("8f3c-{NUMBER}"), "retries": 0});
            for (name, value) in parameters.as_object().expect("parameters") {
                aws[name] = value.clone();
            }
            json!({"id": id(at), "name": service, "namespace": "aws", "start_time": 1_794_999_000.123, "end_time": 1_794_999_000.456,
                "http": {"response": {"status": 200, "content_length": 512}}, "aws": aws,
                "metadata": {"default": {"note": "some hundred characters that a developer put here, as developers do"}}})
        };
        let calls = [
            call(
                16,
                "DynamoDB",
                "PutItem",
                json!({"table_name": "orders", "resource_names": ["orders"]}),
            ),
            call(
                17,
                "DynamoDB",
                "Query",
                json!({"table_name": "orders", "index_name": "by-day", "resource_names": ["orders"]}),
            ),
            call(
                18,
                "S3",
                "GetObject",
                json!({"bucket_name": "photos", "key": format!("in/{NUMBER}.jpg")}),
            ),
            call(
                19,
                "S3",
                "PutObject",
                json!({"bucket_name": "photos", "key": format!("out/{NUMBER}.jpg")}),
            ),
            call(
                20,
                "SQS",
                "SendMessage",
                json!({"queue_url": "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"}),
            ),
            call(
                21,
                "SNS",
                "Publish",
                json!({"topic_arn": "arn:aws:sns:eu-west-1:123456789012:done"}),
            ),
        ];
        let local = |at: u64, name: &str, below: Vec<Value>| {
            json!({"id": id(at), "name": name, "start_time": 1_794_999_000.1, "end_time": 1_794_999_000.9,
                "aws": {"function_arn": function}, "subsegments": below})
        };
        let service = json!({"id": id(1), "name": "function-0", "start_time": 1_794_999_000.0, "end_time": 1_794_999_001.0,
            "trace_id": format!("1-@@START@@-0000000000000000{NUMBER}"), "origin": "AWS::Lambda", "resource_arn": function,
            "http": {"response": {"status": 200}}, "aws": {"request_id": format!("5e1b-{NUMBER}")}});
        let code = json!({"id": id(2), "name": "function-0", "start_time": 1_794_999_000.0, "end_time": 1_794_999_001.0,
            "trace_id": format!("1-@@START@@-0000000000000000{NUMBER}"), "parent_id": id(1), "origin": "AWS::Lambda::Function",
            "aws": {"account_id": "123456789012", "function_arn": function, "resource_names": ["function-0"]},
            "subsegments": [local(3, "Initialization", Vec::new()), local(4, "Invocation", calls.to_vec()), local(5, "Overhead", Vec::new())]});
        let segments: Vec<Value> = [service, code]
            .iter()
            .map(|document| json!({"Id": id(1), "Document": document.to_string()}))
            .collect();
        let trace = json!({"Id": format!("1-@@START@@-0000000000000000{NUMBER}"), "Duration": 1.0, "LimitExceeded": false, "Segments": segments});
        Self(trace.to_string().split(NUMBER).map(str::to_owned).collect())
    }

    fn traces(&self, request: &HttpRequest) -> String {
        let asked: Value = serde_json::from_slice(&request.body).expect("JSON");
        let ids = asked["TraceIds"].as_array().expect("ids");
        assert!(ids.len() <= 5);
        let mut body = String::with_capacity(40_000);
        body.push_str("{\"Traces\":[");
        for (index, id) in ids.iter().enumerate() {
            let id = id.as_str().expect("an id");
            if index > 0 {
                body.push(',');
            }
            let text = self.0.join(&id[27..]);
            body.push_str(&text.replace("@@START@@", &id[2..10]));
        }
        body.push_str("],\"UnprocessedTraceIds\":[]}");
        body
    }
}
