//! Traces from X-Ray's own API, as a source of observations.
//!
//! Lists what began in a window, chooses, and reads the chosen. Requests run on the session's threads; documents come over a
//! bounded channel to the calling thread, which parses and drops them, so memory does not grow with their number. Follows
//! <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-gettingdata.html>.

mod cost;
mod error;
mod fetch;
mod filter;
mod list;
mod meter;
mod pace;
mod patience;
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

/// Messages that may wait for the calling thread; each holds the traces of one request at most.
const WAITING_MESSAGES: usize = 4;

/// The longest that a Lambda function runs: a trace that began earlier and is in progress will not end.
const LONGEST_RUN: i64 = 15 * 60;

/// What to read.
#[derive(Debug, Clone)]
pub struct Request {
    /// When traces must have begun.
    pub window: Window,
    /// The functions whose traces are read; none means all traces.
    pub functions: Vec<Function>,
    /// The user's own filter expression.
    pub filter: Option<String>,
    /// How many traces are read for each function.
    pub max_traces: u64,
    /// How many traces X-Ray may scan for it, which is what it bills.
    pub max_scanned: u64,
    /// When nothing more is asked; what was not read by then is a gap.
    pub until: Option<Instant>,
    /// How long to wait, and how often to ask again.
    pub patience: Patience,
}

/// How far a reading has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Traces are listed: so many yet, so many of the chains of pages done.
    Listing {
        /// Traces listed.
        traces: usize,
        /// Chains of pages that were followed to their end.
        done: usize,
        /// Chains of pages in all, as far as known.
        of: usize,
    },
    /// Traces are listed, for which X-Ray scanned so many, matching or not.
    Scanned(u64),
    /// Traces are read: so many yet, of so many.
    Reading {
        /// Traces read.
        traces: usize,
        /// Traces chosen.
        of: usize,
    },
    /// A decision worth debugging.
    Note(String),
}

/// From the tasks that ask to the calling thread.
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

/// Reads traces, hands each to `sink` once, on the calling thread, and returns what could not be read.
///
/// # Errors
///
/// When X-Ray cannot be reached, refuses, or does not answer within patience. What `sink` was given until then is a part of
/// the evidence, and nothing tells which.
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
            // Whatever is under way then is dropped, and its requests with it.
            Some(until) => tokio::time::timeout_at(until.into(), asking).await.ok(),
            None => Some(asking.await),
        }
    });
    let mut gaps = Gaps::default();
    let (mut done, mut of) = (0, 0);
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
                done += traces.len();
                for fetched in traces {
                    sink(assembled(&fetched, request.window));
                }
                progress(Event::Reading { traces: done, of });
            }
        }
    }
    match runtime.block_on(reading).or(Err(XrayError::BrokenOff))? {
        Some(read) => read?,
        None => gaps.add(Gap::new(GapReason::OutOfTime, told_out_of_time(done, of))),
    }
    Ok(gaps)
}

fn told_out_of_time(read: usize, of: usize) -> String {
    if of == 0 {
        return "X-Ray's traces were not listed before the time of --timeout was over".to_owned();
    }
    format!("{read} of {of} traces were read before the time of --timeout was over")
}

async fn ask<A: TraceApi>(reader: Arc<Reader<A>>, request: Arc<Request>) -> Result<(), XrayError> {
    let looking = look_for_spans_in_logs(&reader);
    match request.until {
        // It can be done without, so it takes no more than a share of the time.
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

/// Says so when X-Ray's API shows a small part of the traces alone. Who may not ask reads on without knowing.
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
        // What fails for the network's or the credentials' sake would fail for everything else too.
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

/// What one trace shows.
fn assembled(fetched: &Fetched, window: Window) -> TraceEvidence {
    let Fetched { chosen, raw } = fetched;
    let mut assembly = Assembly::new(Some(chosen.trace));
    for document in &raw.documents {
        assembly.add(document);
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
