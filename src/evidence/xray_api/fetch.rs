//! Reads the documents of the chosen traces with `BatchGetTraces`. Traces that X-Ray did not process are asked for
//! again, up to a limit.

use super::error::XrayError;
use super::reader::{Reader, Tokens};
use super::select::Chosen;
use super::{Fetched, Message};
use crate::aws::xray::{RawTrace, TraceApi};
use crate::evidence::GapReason;
use crate::xray::TraceId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::task::JoinSet;

/// How many traces X-Ray takes in one request.
const IDS_A_REQUEST: usize = 5;

/// Reads every chosen trace and sends it to the calling thread.
pub(super) async fn fetch<A: TraceApi>(
    reader: &Arc<Reader<A>>,
    chosen: Vec<Chosen>,
) -> Result<(), XrayError> {
    let mut asked = JoinSet::new();
    for batch in chosen.chunks(IDS_A_REQUEST) {
        if asked.len() >= reader.patience.in_flight
            && let Some(fetched) = asked.join_next().await
        {
            fetched.or(Err(XrayError::BrokenOff))??;
        }
        asked.spawn(fetch_batch(Arc::clone(reader), batch.to_vec()));
    }
    while let Some(fetched) = asked.join_next().await {
        fetched.or(Err(XrayError::BrokenOff))??;
    }
    Ok(())
}

async fn fetch_batch<A: TraceApi>(
    reader: Arc<Reader<A>>,
    batch: Vec<Chosen>,
) -> Result<(), XrayError> {
    let mut missing: Vec<TraceId> = batch.iter().map(|chosen| chosen.trace).collect();
    let mut there: BTreeMap<TraceId, RawTrace> = BTreeMap::new();
    for round in 1..=reader.patience.unprocessed {
        let unprocessed = fetch_round(&reader, &missing, &mut there).await?;
        missing.retain(|trace| unprocessed.contains(trace) || !there.contains_key(trace));
        if missing.is_empty() || round == reader.patience.unprocessed {
            break;
        }
        reader
            .say(format!(
                "X-Ray did not get to {} traces: asking for them again",
                missing.len()
            ))
            .await;
        tokio::time::sleep(reader.patience.wait(round)).await;
    }
    for trace in missing {
        reader.gap(GapReason::Unprocessed, trace.to_string()).await;
    }
    let fetched = batch.into_iter().filter_map(|chosen| {
        there
            .remove(&chosen.trace)
            .map(|raw| Fetched { chosen, raw })
    });
    reader.send(Message::Traces(fetched.collect())).await;
    Ok(())
}

/// Asks for traces once, page by page, and returns those that X-Ray did not process. One trace may be spread over
/// several pages.
async fn fetch_round<A: TraceApi>(
    reader: &Reader<A>,
    wanted: &[TraceId],
    there: &mut BTreeMap<TraceId, RawTrace>,
) -> Result<BTreeSet<TraceId>, XrayError> {
    let ids: Vec<String> = wanted.iter().map(ToString::to_string).collect();
    let mut tokens = Tokens::new("BatchGetTraces", &reader.patience);
    let mut unprocessed = BTreeSet::new();
    let mut token = None;
    loop {
        let page = reader
            .ask("BatchGetTraces", || {
                reader.api.traces(ids.clone(), token.clone())
            })
            .await?;
        let page_is_empty = page.traces.is_empty();
        unprocessed.extend(page.unprocessed.iter().filter_map(|id| TraceId::parse(id)));
        for part in page.traces {
            if part.id.is_empty() {
                let detail = "X-Ray's answer has a trace without an id".to_owned();
                reader.gap(GapReason::Malformed, detail).await;
            }
            // A trace that was not asked for is ignored.
            let Some(trace) = TraceId::parse(&part.id).filter(|trace| wanted.contains(trace))
            else {
                continue;
            };
            let whole = there.entry(trace).or_default();
            whole.limit_exceeded |= part.limit_exceeded;
            whole.documents.extend(part.documents);
            whole.lost += part.lost;
        }
        token = tokens.follow(page.next_token, page_is_empty)?;
        if token.is_none() {
            return Ok(unprocessed);
        }
    }
}
