//! Counts the traces that X-Ray scanned, which is what it bills, and stops at a limit.
//!
//! X-Ray scans every trace of a time range, whether or not it matches a filter, and reports the number after each page.
//! So a page is requested only if one twice as large as the largest so far would still be within the limit. A page that
//! X-Ray has begun is paid for: the first one, and those in flight that are larger than assumed, may pass the limit. Then
//! nothing more is requested.

use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// The number of traces that is assumed for a page at least.
const LEAST: u64 = 1000;

/// The count that all requests share.
#[derive(Debug)]
pub(super) struct Meter {
    state: Mutex<State>,
    changed: Notify,
    most: u64,
}

#[derive(Debug, Default)]
struct State {
    scanned: u64,
    reserved: u64,
    in_flight: u64,
    largest: Option<u64>,
    is_over: bool,
}

/// The permission to request one page.
#[derive(Debug)]
pub(super) struct Leave(u64);

impl Meter {
    pub(super) fn new(most: u64) -> Self {
        Self {
            state: Mutex::default(),
            changed: Notify::new(),
            most,
        }
    }

    /// Returns the permission to request a page, or `None` if that page may exceed the limit. The other requests wait
    /// for the first page, because its size is not known before.
    pub(super) async fn leave(&self) -> Option<Leave> {
        loop {
            let changed = self.changed.notified();
            {
                let mut state = self.state();
                let is_first = state.largest.is_none();
                if !is_first || state.in_flight == 0 {
                    let least = LEAST.min(self.most / 16).max(1);
                    let page = state
                        .largest
                        .unwrap_or_default()
                        .saturating_mul(2)
                        .max(least);
                    if state.scanned.saturating_add(page) > self.most {
                        state.is_over = true;
                        return None;
                    }
                    // Pages that others wait for may turn out smaller than assumed.
                    if state.scanned + state.reserved + page <= self.most {
                        state.reserved += page;
                        state.in_flight += 1;
                        return Some(Leave(page));
                    }
                }
            }
            changed.await;
        }
    }

    /// Records that a page was received, and how many traces X-Ray scanned for it.
    pub(super) fn paid(&self, Leave(page): Leave, scanned: u64) {
        let mut state = self.state();
        state.reserved -= page;
        state.in_flight -= 1;
        state.scanned = state.scanned.saturating_add(scanned);
        state.largest = Some(state.largest.unwrap_or_default().max(scanned));
        drop(state);
        self.changed.notify_waiters();
    }

    pub(super) fn scanned(&self) -> u64 {
        self.state().scanned
    }

    /// Whether a page was not requested because of the limit.
    pub(super) fn is_over(&self) -> bool {
        self.state().is_over
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
