//! Reads traces from X-Ray's API and returns what each trace shows.
//!
//! It lists the traces that began in a window, chooses some, and reads them. Requests run on the session's threads. A
//! bounded channel brings the documents to the calling thread, which parses and drops them, so memory does not grow
//! with their number. Follows <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-gettingdata.html>.

mod cost;
mod error;
mod fetch;
mod filter;
mod list;
mod meter;
mod pace;
mod patience;
mod progress;
mod question;
mod reader;
mod select;
mod window;

pub use cost::{PRICE, about_usd};
pub use error::XrayError;
pub use filter::{FilterTooLong, Function};
pub use patience::Patience;
pub use window::{Window, WindowError};

use super::{Assembly, Gap, GapReason, Gaps, TraceEvidence};
use crate::aws::ApiErrorKind;
use crate::aws::xray::{RawTrace, SegmentDestination, TraceApi};
use reader::Reader;
use select::{Chosen, Subject};
use std::sync::Arc;
use std::time::Instant;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

/// How many messages may wait for the calling thread. Each has the traces of one request at most.
const WAITING_MESSAGES: usize = 4;

/// The longest that a Lambda function can run, in seconds. A trace that began earlier and is in progress will not end.
const LONGEST_RUN: i64 = 15 * 60;

/// What to read.
#[derive(Debug, Clone)]
pub struct Request {
    /// The window in which traces must have begun.
    pub window: Window,
    /// The functions whose traces are read. If it is empty, all traces are.
    pub functions: Vec<Function>,
    /// The user's own filter expression.
    pub filter: Option<String>,
    /// How many traces are read for each function.
    pub max_traces: u64,
    /// How many traces X-Ray may scan, which is what it bills.
    pub max_scanned: u64,
    /// The time after which no more requests are made. What was not read by then is a gap.
    pub until: Option<Instant>,
    /// How long to wait, and how often to retry.
    pub patience: Patience,
}

/// The progress of a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Traces are being listed.
    Listing {
        /// The number of traces listed so far.
        traces: usize,
        /// The number of chains of pages that were followed to their end.
        done: usize,
        /// The number of all chains of pages that are known so far.
        of: usize,
    },
    /// Listing has ended. X-Ray scanned this number of traces, matching or not.
    Scanned(u64),
    /// Traces are being read.
    Reading {
        /// The number of traces read so far.
        traces: usize,
        /// The number of traces chosen.
        of: usize,
    },
    /// A decision that is useful for debugging.
    Note(String),
}

/// A message from the tasks that make requests to the calling thread.
#[derive(Debug)]
enum Message {
    Event(Event),
    Gap(Gap),
    Chosen(usize),
    Traces(Vec<Fetched>),
}

/// A chosen trace and its documents.
#[derive(Debug)]
struct Fetched {
    chosen: Chosen,
    raw: RawTrace,
}

/// Reads traces, calls `sink` once for each on the calling thread, and returns what could not be read.
///
/// # Errors
///
/// Returns an error if X-Ray cannot be reached, refuses, does not answer within the limits of `patience`, or gives no
/// trace in the time of the request. `sink` then got some part of the evidence, and it is not known which.
pub fn read<A: TraceApi>(
    request: &Request,
    api: A,
    runtime: &Handle,
    sink: &mut dyn FnMut(TraceEvidence),
    progress: &mut dyn FnMut(Event),
) -> Result<Gaps, XrayError> {
    let (sender, mut receiver) = mpsc::channel(WAITING_MESSAGES);
    let reader = Reader::new(api, request.patience, sender);
    let asking = ask(reader, Arc::new(request.clone()));
    let until = request.until;
    let reading = runtime.spawn(async move {
        match until {
            // At that time the task is dropped with all its open requests.
            Some(until) => tokio::time::timeout_at(until.into(), asking).await.ok(),
            None => Some(asking.await),
        }
    });
    let mut gaps = Gaps::default();
    let (mut read, mut done, mut of) = (0, 0, 0);
    while let Some(message) = receiver.blocking_recv() {
        match message {
            Message::Event(event) => progress(event),
            Message::Gap(gap) => {
                done += usize::from(gap.reason == GapReason::Unprocessed);
                gaps.add(gap);
            }
            Message::Chosen(chosen) => {
                of = chosen;
                progress(Event::Reading { traces: done, of });
            }
            Message::Traces(traces) => {
                read += traces.len();
                done += traces.len();
                for fetched in traces {
                    sink(assembled(&fetched, request.window));
                }
                progress(Event::Reading { traces: done, of });
            }
        }
    }
    match runtime.block_on(reading).or(Err(XrayError::BrokenOff))? {
        Some(ended) => ended?,
        // Of nothing there is nothing to judge.
        None if read == 0 => {
            let listed = match of {
                0 => "X-Ray did not list them all".to_owned(),
                of => format!("{of} were listed"),
            };
            return Err(XrayError::OutOfTime { listed });
        }
        None => {
            let detail =
                format!("{done} of {of} traces were read before the time of --timeout was over");
            gaps.add(Gap::new(GapReason::OutOfTime, detail));
        }
    }
    Ok(gaps)
}

async fn ask<A: TraceApi>(reader: Arc<Reader<A>>, request: Arc<Request>) -> Result<(), XrayError> {
    let looking = look_for_spans_in_logs(&reader);
    match request.until {
        // The answer is not essential, so it may take only a part of the time.
        Some(until) => {
            let now = tokio::time::Instant::now();
            let left = tokio::time::Instant::from(until).saturating_duration_since(now);
            let looked = tokio::time::timeout(left / 4, looking).await;
            looked.unwrap_or(Ok(()))?;
        }
        None => looking.await?,
    }
    let candidates = list::list(&reader, &request).await?;
    let most = usize::try_from(request.max_traces).unwrap_or(usize::MAX);
    let choice = candidates.choose(most);
    for (Subject { name, account }, read, listed) in choice.sampled {
        let account = account
            .map(|account| format!(" of account {account}"))
            .unwrap_or_default();
        reader
            .gap(
                GapReason::Sampled,
                format!("{name}{account}: {read} of {listed} traces listed are read"),
            )
            .await;
    }
    reader.send(Message::Chosen(choice.traces.len())).await;
    fetch::fetch(&reader, choice.traces).await
}

/// Adds a gap if X-Ray's API shows only a small part of the traces. Without permission to ask, reading continues.
async fn look_for_spans_in_logs<A: TraceApi>(reader: &Reader<A>) -> Result<(), XrayError> {
    match reader
        .ask("GetTraceSegmentDestination", || {
            reader.api.segment_destination()
        })
        .await
    {
        Ok(SegmentDestination::XRay) => {}
        Ok(SegmentDestination::CloudWatchLogs) => {
            let detail = "Transaction Search is on: spans go to the log group aws/spans, and X-Ray's API shows the indexed part \
                of the traces alone, about 1 % unless configured otherwise";
            reader.gap(GapReason::SpansInLogs, detail.to_owned()).await;
        }
        // Errors of the network or the credentials would affect all other requests too.
        Err(error) => match error.kind {
            ApiErrorKind::Network | ApiErrorKind::Credentials => {
                return Err(error.into());
            }
            ApiErrorKind::TimedOut
            | ApiErrorKind::Denied
            | ApiErrorKind::Refused
            | ApiErrorKind::Throttled
            | ApiErrorKind::Fault
            | ApiErrorKind::Garbled
            | ApiErrorKind::TooLarge => {
                reader
                    .say(format!(
                        "cannot tell whether spans go to CloudWatch Logs: {error}"
                    ))
                    .await;
            }
        },
    }
    Ok(())
}

/// Assembles one trace and returns what it shows.
fn assembled(fetched: &Fetched, window: Window) -> TraceEvidence {
    let Fetched { chosen, raw } = fetched;
    let mut assembly = Assembly::new(Some(chosen.trace));
    for document in &raw.documents {
        assembly.add(document);
    }
    // X-Ray returns no trace without a segment, so what it had is missing.
    let all_lost = u64::from(raw.documents.is_empty());
    for _ in 0..raw.lost.max(all_lost) {
        assembly.add_malformed();
    }
    if raw.limit_exceeded {
        assembly.limit_exceeded();
    }
    let mut evidence = assembly.finish_by(Some(window.now()));
    let says_in_progress = evidence
        .gaps
        .iter()
        .any(|gap| gap.reason == GapReason::InProgress);
    if chosen.partial && !says_in_progress {
        let gap = Gap::new(GapReason::InProgress, chosen.trace.to_string());
        evidence.gaps.push(gap.of(evidence.owners.iter().cloned()));
    }
    if window.end().as_second() - i64::from(chosen.start) < LONGEST_RUN {
        for gap in evidence
            .gaps
            .iter_mut()
            .filter(|gap| gap.reason == GapReason::InProgress)
        {
            gap.reason = GapReason::StillRunning;
        }
    }
    evidence
}
