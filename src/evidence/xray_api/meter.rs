//! How many traces X-Ray has scanned, which is what it bills, and where that ends.
//!
//! X-Ray scans every trace of a time range, whether or not it matches a filter, and says after each page how many. So a page is
//! asked for only where one twice as large as the largest so far would still be within the bound.

use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Traces that a page is reckoned with at least, as long as none was larger.
const LEAST: u64 = 1000;

/// The shared count.
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

/// Leave to ask for one page.
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

    /// Leave to ask for a page; nothing where it might go beyond the bound. The first page is waited for, since nobody knows how
    /// large pages are.
    pub(super) async fn leave(&self) -> Option<Leave> {
        loop {
            let changed = self.changed.notified();
            {
                let mut state = self.state();
                let is_first = state.largest.is_none();
                if !is_first || state.in_flight == 0 {
                    let least = LEAST.min(self.most / 16).max(1);
                    let page = (2 * state.largest.unwrap_or_default()).max(least);
                    if state.scanned + page > self.most {
                        state.is_over = true;
                        return None;
                    }
                    // Others in flight may turn out to be smaller than they were reckoned with.
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

    /// A page came, for which X-Ray scanned so many traces.
    pub(super) fn paid(&self, Leave(page): Leave, scanned: u64) {
        let mut state = self.state();
        state.reserved -= page;
        state.in_flight -= 1;
        state.scanned += scanned;
        state.largest = Some(state.largest.unwrap_or_default().max(scanned));
        drop(state);
        self.changed.notify_waiters();
    }

    pub(super) fn scanned(&self) -> u64 {
        self.state().scanned
    }

    /// Whether a page was not asked for.
    pub(super) fn is_over(&self) -> bool {
        self.state().is_over
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
