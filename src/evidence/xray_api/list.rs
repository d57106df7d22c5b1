//! Lists all traces that may be read, from the pages of `GetTraceSummaries`.
//!
//! It asks for all functions together, slice by slice. If that lists far more than will be read, it asks for each
//! function alone. If that is still far more, it lets X-Ray sample instead of listing millions.

use super::error::XrayError;
use super::filter::{self, Function, Group};
use super::meter::{Meter, Next};
use super::progress::Progress;
use super::question::Question;
use super::reader::{Reader, Tokens};
use super::select::{Candidates, Subject};
use super::window::Slice;
use super::{Event, Message, Request};
use crate::aws::xray::{Summary, SummaryQuery, TraceApi};
use crate::evidence::GapReason;
use std::collections::BTreeSet;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use tokio::task::JoinSet;

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
    end: End,
}

enum End {
    /// All that was asked for is listed.
    Done,
    /// There are about this many traces, which is too many.
    TooMany(f64),
    /// By what is known now the rest may scan too much if it is asked for at once.
    TooLong(Slice),
}

/// Lists the traces that may be read.
pub(super) async fn list<A: TraceApi>(
    reader: &Arc<Reader<A>>,
    request: &Arc<Request>,
) -> Result<Candidates, XrayError> {
    let mut open = questions(request)?;
    let listing = Arc::new(Listing {
        candidates: Mutex::default(),
        meter: Meter::new(request.max_scanned, reader.patience.in_flight),
    });
    let (mut done, mut all) = (0, open.len());
    let mut asked = JoinSet::new();
    loop {
        let mut changed = pin!(listing.meter.changed());
        while asked.len() < reader.patience.in_flight
            && let Some(question) = open.pop()
        {
            match listing.meter.next(question.slice.seconds()) {
                Next::Ask(seconds) => {
                    let (newest, rest) = question.cut(seconds);
                    all += usize::from(rest.is_some());
                    open.extend(rest);
                    asked.spawn(answer(
                        Arc::clone(reader),
                        Arc::clone(request),
                        Arc::clone(&listing),
                        newest,
                    ));
                }
                Next::Wait => {
                    open.push(question);
                    break;
                }
                Next::Over => open.clear(),
            }
        }
        // After each page there may be room for more.
        let next = poll_fn(|context| match asked.poll_join_next(context) {
            Poll::Pending => changed.as_mut().poll(context).map(|()| None),
            Poll::Ready(answered) => Poll::Ready(Some(answered)),
        });
        let Some(answered) = next.await else {
            continue;
        };
        let Some(answered) = answered else {
            tell_scanned(reader, &listing.meter, request.max_scanned).await;
            return Ok(std::mem::take(&mut listing.candidates()));
        };
        let Answer { question, end } = answered.or(Err(XrayError::BrokenOff))??;
        listing.meter.ended(question.slice.seconds());
        let more = match end {
            End::Done => Vec::new(),
            End::TooMany(estimate) => narrower(reader, request, question, estimate).await?,
            End::TooLong(slice) => vec![Question { slice, ..question }],
        };
        all += more.len();
        open.extend(more);
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

/// Returns what there is to ask, the newest slice last.
fn questions(request: &Request) -> Result<Vec<Question>, XrayError> {
    let slices = request.window.slices();
    let mut questions = Vec::new();
    for group in filter::questions(&request.functions, request.filter.as_deref())? {
        questions.extend(slices.iter().map(|slice| Question {
            slice: *slice,
            group: group.clone(),
            rate: None,
        }));
    }
    questions.reverse();
    Ok(questions)
}

/// Reports how many traces were scanned, and adds a gap if the limit stopped the listing.
async fn tell_scanned<A: TraceApi>(reader: &Reader<A>, meter: &Meter, most: u64) {
    let scanned = meter.scanned();
    reader.send(Message::Event(Event::Scanned(scanned))).await;
    // All that was asked for may be there even so, if the last of it passed the limit.
    if meter.is_over() {
        let limit = if scanned > most {
            format!("more than the {most} of --max-scanned, for they came denser than any before")
        } else {
            format!("and might have passed the {most} of --max-scanned")
        };
        let detail = format!(
            "X-Ray scanned {scanned} traces, {limit}: the rest of the window is not listed"
        );
        reader.gap(GapReason::MaxScanned, detail).await;
    }
}

/// Returns the questions that replace a question that lists too much.
async fn narrower<A: TraceApi>(
    reader: &Reader<A>,
    request: &Request,
    question: Question,
    estimate: f64,
) -> Result<Vec<Question>, XrayError> {
    let shown = question.shown();
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
    let rate = (question.most(request) as f64 / estimate.max(1.0)).clamp(0.0001, 0.99);
    let detail = format!(
        "X-Ray was asked for {:.2} % of the traces from {shown}: there are too many to list",
        rate * 100.0
    );
    reader.gap(GapReason::Sampled, detail).await;
    Ok(vec![Question {
        rate: Some(rate),
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
    // Nobody knows what X-Ray chooses for a sample, so there is room for twice as many.
    let room = if question.rate.is_some() { 2 } else { 1 };
    let most = question.most(&request).saturating_mul(room);
    let mut tokens = Tokens::new("GetTraceSummaries", &reader.patience);
    let mut token = None;
    let mut progress = Progress::of(question.slice);
    let end = loop {
        let Some(leave) = listing.meter.leave(progress.to_go()).await else {
            break End::TooLong(progress.rest());
        };
        let ask = || reader.api.summaries(query.clone(), token.clone());
        let page = reader.ask("GetTraceSummaries", ask).await?;
        if page.lacks_list {
            let shown = question.shown();
            let detail = format!("X-Ray's answer for the traces from {shown} has no list of them");
            reader.gap(GapReason::Malformed, detail).await;
        }
        listing.meter.paid(leave, progress.paid(&page));
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
        token = tokens.follow(page.next_token, page.summaries.is_empty())?;
        let is_over = progress.listed > most;
        let has_ended = token.is_none() || is_over;
        if let Some((seconds, traces)) = progress.measured(page.reached, token.is_none(), has_ended)
        {
            listing.meter.measured(seconds, traces);
        }
        match (&token, is_over) {
            (Some(_), true) => {
                break End::TooMany(question.estimate(progress.listed, page.reached));
            }
            (None, _) => break End::Done,
            (Some(_), false) => {}
        }
    };
    Ok(Answer { question, end })
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
