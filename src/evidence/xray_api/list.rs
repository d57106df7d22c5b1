//! Lists all traces that may be read, from the pages of `GetTraceSummaries`.
//!
//! It asks for all functions together, slice by slice. If that lists far more than will be read, it asks for each
//! function alone. If that is still far more, it lets X-Ray sample instead of listing millions.

use super::error::XrayError;
use super::filter::{self, Function, Group};
use super::meter::Meter;
use super::reader::{Reader, Tokens};
use super::select::{Candidates, Subject};
use super::window::Slice;
use super::{Event, Message, Request};
use crate::aws::xray::{Summary, SummaryQuery, TraceApi};
use crate::evidence::GapReason;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::task::JoinSet;

/// How many times more traces are listed than read, so that there is a choice.
const LISTED_FOR_EACH_READ: u64 = 4;

/// Up to this many traces in a slice, listing all of them is cheap.
const ALWAYS_LISTED: u64 = 2000;

/// How many functions are assumed if none is named.
const FUNCTIONS_UNTOLD: u64 = 10;

/// One chain of pages: a slice of the window for a group of functions, either all traces or a sample.
#[derive(Debug, Clone)]
struct Question {
    slice: Slice,
    group: Group,
    rate: Option<f64>,
    most: u64,
}

/// What all chains of pages add to. Of a summary, only what the choice needs is kept.
#[derive(Debug)]
struct Listing {
    candidates: Mutex<Candidates>,
    meter: Meter,
}

impl Listing {
    fn candidates(&self) -> MutexGuard<'_, Candidates> {
        self.candidates
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a chain of pages ended.
struct Answer {
    question: Question,
    /// How many traces there are about, if the chain was stopped because there are too many.
    estimate: Option<f64>,
}

/// Lists the traces that may be read.
pub(super) async fn list<A: TraceApi>(
    reader: &Arc<Reader<A>>,
    request: &Arc<Request>,
) -> Result<Candidates, XrayError> {
    let slices = request.window.slices();
    let mut open: Vec<Question> = Vec::new();
    for group in filter::questions(&request.functions, request.filter.as_deref())? {
        // If many functions were each asked for alone, X-Ray would scan all traces once for each function.
        let most = if group.selects {
            most(request, group.functions.len(), slices.len())
        } else {
            u64::MAX
        };
        open.extend(slices.iter().map(|slice| Question {
            most,
            slice: *slice,
            group: group.clone(),
            rate: None,
        }));
    }
    // The newest slice is the last in the list, so it is taken first.
    open.reverse();
    let listing = Arc::new(Listing {
        candidates: Mutex::default(),
        meter: Meter::new(request.max_scanned),
    });
    let (mut done, mut all) = (0, open.len());
    let mut asked = JoinSet::new();
    loop {
        while asked.len() < reader.patience.in_flight
            && let Some(question) = open.pop()
        {
            asked.spawn(answer(
                Arc::clone(reader),
                Arc::clone(request),
                Arc::clone(&listing),
                question,
            ));
        }
        let Some(answered) = asked.join_next().await else {
            tell_scanned(reader, &listing.meter, request.max_scanned).await;
            return Ok(std::mem::take(&mut listing.candidates()));
        };
        let answered = answered.or(Err(XrayError::BrokenOff))??;
        if let Some(estimate) = answered.estimate {
            let narrower =
                narrower(reader, request, answered.question, estimate, slices.len()).await?;
            all += narrower.len();
            open.extend(narrower);
        }
        done += 1;
        let traces = listing.candidates().len();
        reader
            .send(Message::Event(Event::Listing {
                traces,
                done,
                of: all,
            }))
            .await;
    }
}

/// Reports how many traces were scanned, and adds a gap if the limit stopped the listing.
async fn tell_scanned<A: TraceApi>(reader: &Reader<A>, meter: &Meter, most: u64) {
    let scanned = meter.scanned();
    reader.send(Message::Event(Event::Scanned(scanned))).await;
    if meter.is_over() {
        let limit = if scanned > most {
            format!("more than the {most} of --max-scanned, which it told only after the page")
        } else {
            format!("and would have passed the {most} of --max-scanned")
        };
        let detail = format!(
            "X-Ray scanned {scanned} traces, {limit}: the rest of the window is not listed"
        );
        reader.gap(GapReason::MaxScanned, detail).await;
    }
}

/// Returns how many traces a question may list before it is split.
fn most(request: &Request, functions: usize, slices: usize) -> u64 {
    let functions = if functions == 0 {
        FUNCTIONS_UNTOLD
    } else {
        functions as u64
    };
    let most = request
        .max_traces
        .saturating_mul(LISTED_FOR_EACH_READ)
        .saturating_mul(functions);
    (most / slices.max(1) as u64).max(ALWAYS_LISTED)
}

/// Returns the questions that replace a question that lists too much.
async fn narrower<A: TraceApi>(
    reader: &Reader<A>,
    request: &Request,
    question: Question,
    estimate: f64,
    slices: usize,
) -> Result<Vec<Question>, XrayError> {
    let shown = format!(
        "{} to {}",
        shown(question.slice.start),
        shown(question.slice.end)
    );
    if question.group.functions.len() > 1 {
        reader
            .say(format!(
                "about {estimate:.0} traces from {shown}: listing each function alone"
            ))
            .await;
        let mut each = Vec::new();
        for index in question.group.functions.clone() {
            let group = filter::group(
                &request.functions,
                index..index + 1,
                request.filter.as_deref(),
            )?;
            each.push(Question {
                most: most(request, 1, slices),
                group,
                ..question.clone()
            });
        }
        return Ok(each);
    }
    if question.rate.is_some() {
        return Ok(Vec::new());
    }
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let rate = (question.most as f64 / estimate.max(1.0)).clamp(0.0001, 0.99);
    let detail = format!(
        "X-Ray was asked for {:.2} % of the traces from {shown}: there are too many to list",
        rate * 100.0
    );
    reader.gap(GapReason::Sampled, detail).await;
    // Nobody knows what X-Ray chooses, so there is room for twice as many.
    Ok(vec![Question {
        rate: Some(rate),
        most: question.most.saturating_mul(2),
        ..question
    }])
}

/// Follows one chain of pages to its end, or until it has listed too much.
async fn answer<A: TraceApi>(
    reader: Arc<Reader<A>>,
    request: Arc<Request>,
    listing: Arc<Listing>,
    question: Question,
) -> Result<Answer, XrayError> {
    let query = SummaryQuery {
        start: question.slice.start,
        end: question.slice.end,
        filter: question.group.expression.clone(),
        rate: question.rate,
    };
    let mut tokens = Tokens::new("GetTraceSummaries", &reader.patience);
    let mut token = None;
    let (mut listed, mut scanned) = (0, 0_u64);
    loop {
        let Some(leave) = listing.meter.leave().await else {
            return Ok(Answer {
                question,
                estimate: None,
            });
        };
        let ask = || reader.api.summaries(query.clone(), token.clone());
        let page = reader.ask("GetTraceSummaries", ask).await?;
        if page.lacks_list {
            let (from, to) = (shown(query.start), shown(query.end));
            let detail =
                format!("X-Ray's answer for the traces from {from} to {to} has no list of them");
            reader.gap(GapReason::Malformed, detail).await;
        }
        let page_is_empty = page.summaries.is_empty();
        listed += page.summaries.len();
        // Each trace that is listed was scanned, whatever X-Ray says about their number.
        let untold = (listed as u64).saturating_sub(scanned.saturating_add(page.scanned));
        let paid = page.scanned.saturating_add(untold);
        scanned = scanned.saturating_add(paid);
        listing.meter.paid(leave, paid);
        let unusable = add(
            &listing,
            &page.summaries,
            &request.functions,
            &question.group,
        );
        for _ in 0..unusable {
            reader
                .gap(
                    GapReason::Malformed,
                    "a trace summary without a usable trace id".to_owned(),
                )
                .await;
        }
        token = tokens.follow(page.next_token, page_is_empty)?;
        let is_over = listed as u64 > question.most;
        if token.is_none() || is_over {
            let estimate = (is_over && token.is_some())
                .then(|| estimate(listed, question.slice, page.reached));
            return Ok(Answer { question, estimate });
        }
    }
}

/// Keeps what a page lists, and returns how many summaries have no usable id.
fn add(listing: &Listing, page: &[Summary], functions: &[Function], group: &Group) -> usize {
    let mut candidates = listing.candidates();
    let mut unusable = 0;
    for summary in page {
        let subjects = subjects(summary, functions, group);
        let is_meant = group.selects || !subjects.is_empty();
        unusable += usize::from(is_meant && !candidates.add(summary, subjects));
    }
    unusable
}

/// Estimates how many traces a slice has, from the number listed so far and the time that the pages have reached.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn estimate(listed: usize, slice: Slice, reached: Option<i64>) -> f64 {
    let length = (slice.end - slice.start).max(1) as f64;
    let passed = reached
        .map(|reached| slice.end - reached)
        .filter(|passed| *passed > 0);
    // If X-Ray does not say how far it is, ten times as many are assumed.
    let part = passed.map_or(0.1, |passed| (passed as f64 / length).clamp(0.0001, 1.0));
    listed as f64 / part
}

fn shown(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |at| at.to_string())
}

const FUNCTION: &str = "AWS::Lambda::Function";

/// Returns for whom a trace is read: the requested functions that are in it, or every function in it if none was
/// requested.
fn subjects(summary: &Summary, functions: &[Function], group: &Group) -> BTreeSet<Subject> {
    let in_it = summary
        .services
        .iter()
        .filter(|service| service.kind == FUNCTION);
    if functions.is_empty() {
        let mut subjects: BTreeSet<Subject> = in_it
            .map(|service| Subject {
                name: service.name.clone(),
                account: service.account.clone(),
            })
            .collect();
        if subjects.is_empty() {
            let first = summary.services.first().map(|service| service.name.clone());
            subjects.insert(Subject {
                name: first.unwrap_or_default(),
                account: None,
            });
        }
        return subjects;
    }
    let in_it: Vec<_> = in_it.collect();
    let is_in_it = |function: &&Function| {
        in_it.iter().any(|service| {
            let same_account = service.account.is_none()
                || function.account.is_none()
                || service.account == function.account;
            service.name == function.name && same_account
        })
    };
    let subject = |function: &Function| Subject {
        name: function.name.clone(),
        account: function.account.clone(),
    };
    let subjects: BTreeSet<Subject> = functions.iter().filter(is_in_it).map(subject).collect();
    if subjects.is_empty() && group.selects {
        let asked = functions.get(group.functions.clone()).unwrap_or_default();
        return asked.iter().map(subject).collect();
    }
    subjects
}
