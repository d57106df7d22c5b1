//! How fast saved traces are read, and in how much memory.
//!
//! Writes 100,000 traces of about 3 kB each to a file under `target/`, as `aws xray batch-get-traces` gives them, and reads
//! them back: bytes and traces a second on one core, and the most memory the process ever held.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a benchmark writes its input, prints its figures, and rounds them"
)]

use aws_least_privilege::evidence::saved;
use jiff::Timestamp;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Instant;

const TRACES: u64 = 100_000;

/// Traces when it is run as a test, without `--bench`, to see that it works at all.
const TRACES_IN_TEST: u64 = 100;

const RUNS: usize = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let count = if is_bench { TRACES } else { TRACES_IN_TEST };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(folder)?;
    let response = folder.join("bench-response.json");
    write(&response, |out| {
        out.write_all(b"{\"Traces\": [")?;
        for number in 0..count {
            let separator: &[u8] = if number == 0 { b"" } else { b", " };
            out.write_all(separator)?;
            out.write_all(trace(number).as_bytes())?;
        }
        out.write_all(b"], \"UnprocessedTraceIds\": []}")
    })?;
    let compressed = folder.join("bench-lines.jsonl.gz");
    write(&compressed, |out| {
        let mut gzip = flate2::write::GzEncoder::new(out, flate2::Compression::fast());
        for number in 0..count {
            writeln!(gzip, "{}", trace(number))?;
        }
        gzip.finish().map(drop)
    })?;
    let documents = folder.join("bench-documents.jsonl");
    write(&documents, |out| {
        for number in 0..count / 10 {
            for document in documents_of(number) {
                writeln!(out, "{document}")?;
            }
        }
        Ok(())
    })?;
    measure("one response", &response)?;
    measure("JSON Lines, in gzip", &compressed)?;
    measure("bare documents (a tenth)", &documents)?;
    Ok(())
}

fn measure(name: &str, path: &PathBuf) -> Result<(), Box<dyn std::error::Error>> {
    let mut best = f64::INFINITY;
    let (mut traces, mut calls) = (0_u64, 0);
    for _ in 0..RUNS {
        (traces, calls) = (0, 0);
        let begun = processor_time();
        let gaps = saved::read(
            std::slice::from_ref(path),
            &mut io::empty(),
            Timestamp::MAX,
            &mut |trace| {
                traces += 1;
                calls += trace.observations.len();
            },
        )?;
        best = best.min(processor_time() - begun);
        assert!(gaps.is_empty());
    }
    let megabytes = fs::metadata(path)?.len() as f64 / 1e6;
    println!(
        "{name:25} {megabytes:6.0} MB {:6.0} MB/s {:8.0} traces/s {calls:7} calls, peak {}",
        megabytes / best,
        traces as f64 / best,
        peak_memory(),
    );
    Ok(())
}

fn write(path: &Path, fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    fill(&mut out)?;
    out.flush()
}

/// Seconds that this thread has run, which other work on the machine does not lengthen; wall time where Linux does not tell.
fn processor_time() -> f64 {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let statistics = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = statistics
        .split(' ')
        .next()
        .and_then(|first| first.parse::<f64>().ok());
    nanoseconds.map_or_else(
        || BEGUN.elapsed().as_secs_f64(),
        |nanoseconds| nanoseconds / 1e9,
    )
}

/// The high-water mark of the process's memory, as Linux counts it.
fn peak_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("unknown".into(), |text| text.trim().to_owned())
}

fn trace_id(number: u64) -> String {
    format!("1-5aaf0fa0-{number:024x}")
}

/// A trace of a Lambda function in the form that BatchGetTraces gives.
fn trace(number: u64) -> String {
    let documents = documents_of(number).map(|document| {
        format!(
            "{{\"Id\": \"{number:016x}\", \"Document\": {}}}",
            quoted(&document)
        )
    });
    format!(
        "{{\"Id\": \"{}\", \"Duration\": 0.278, \"LimitExceeded\": false, \"Segments\": [{}]}}",
        trace_id(number),
        documents.join(", ")
    )
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn documents_of(number: u64) -> [String; 4] {
    let id = trace_id(number);
    let span = |kind: u64| format!("{:016x}", number * 16 + kind);
    let function = format!("shop-function-{}", number % 40);
    let arn = format!("arn:aws:lambda:eu-west-1:123456789012:function:{function}");
    let (start, end) = (
        1.521_422_240_4e9 + number as f64,
        1.521_422_240_6e9 + number as f64,
    );
    let times = format!("\"start_time\":{start:.3},\"end_time\":{end:.3}");
    let table = format!("orders-{}", number % 7);
    let dynamodb = format!(
        "\"http\":{{\"response\":{{\"status\":200,\"content_length\":57}}}},\"aws\":{{\"retries\":0,\"region\":\"eu-west-1\",\
         \"operation\":\"PutItem\",\"request_id\":\"MFQ8CGJ3JTDDVVVASUAAJGQ6NJ82F738BOB4KQNSO5AEMVJF{number:06}\",\
         \"table_name\":\"{table}\",\"resource_names\":[\"{table}\"]}}"
    );
    let service = format!(
        "{{\"id\":\"{}\",\"name\":\"{function}\",{times},\"http\":{{\"response\":{{\"status\":200}}}},\"aws\":{{\"request_id\":\
         \"ac086670-6373-11e7-a174-{number:012x}\"}},\"trace_id\":\"{id}\",\"origin\":\"AWS::Lambda\",\"resource_arn\":\"{arn}\"}}",
        span(1)
    );
    let own = format!(
        "{{\"id\":\"{}\",\"name\":\"{function}\",{times},\"parent_id\":\"{}\",\"aws\":{{\"function_arn\":\"{arn}\",\"resource_names\":\
         [\"{function}\"],\"account_id\":\"123456789012\"}},\"trace_id\":\"{id}\",\"origin\":\"AWS::Lambda::Function\",\"subsegments\":[\
         {{\"id\":\"{}\",\"name\":\"Overhead\",{times},\"aws\":{{\"function_arn\":\"{arn}\"}}}},\
         {{\"id\":\"{}\",\"name\":\"Invocation\",{times},\"aws\":{{\"function_arn\":\"{arn}\"}},\"subsegments\":[\
         {{\"id\":\"{}\",\"name\":\"## handler\",{times},\"annotations\":{{\"ColdStart\":false,\"Service\":\"checkout\"}},\"metadata\":\
         {{\"checkout\":{{\"handler response\":{{\"statusCode\":200,\"body\":\"{{\\\"ok\\\":true}}\"}}}}}},\"subsegments\":[\
         {{\"id\":\"{}\",\"name\":\"DynamoDB\",{times},{dynamodb},\"namespace\":\"aws\"}},\
         {{\"id\":\"{}\",\"name\":\"S3\",{times},\"http\":{{\"response\":{{\"status\":404}}}},\"error\":true,\"cause\":\
         {{\"working_directory\":\"/var/task\",\"exceptions\":[{{\"id\":\"{}\",\"message\":\"The specified key does not exist.\",\"type\":\
         \"NoSuchKey\",\"remote\":true}}]}},\"aws\":{{\"retries\":0,\"region\":\"eu-west-1\",\"operation\":\"GetObject\",\"request_id\":\
         \"{number:016X}\",\"bucket_name\":\"shop-assets\",\"key\":\"users/{number}.json\"}},\"namespace\":\"aws\"}}]}}]}}]}}",
        span(2),
        span(1),
        span(3),
        span(4),
        span(5),
        span(6),
        span(7),
        span(8),
    );
    let inferred = |kind: u64, name: &str, above: u64, aws: &str, origin: &str| {
        format!(
            "{{\"id\":\"{}\",\"name\":\"{name}\",{times},\"parent_id\":\"{}\",\"inferred\":true,{aws},\"trace_id\":\"{id}\",\"origin\":\"{origin}\"}}",
            span(kind),
            span(above)
        )
    };
    [
        service,
        own,
        inferred(9, "DynamoDB", 6, &dynamodb, "AWS::DynamoDB::Table"),
        inferred(
            10,
            "S3",
            7,
            "\"aws\":{\"operation\":\"GetObject\",\"region\":\"eu-west-1\"}",
            "AWS::S3::Bucket",
        ),
    ]
}
