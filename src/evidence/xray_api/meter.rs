//! Counts the traces that X-Ray scanned, which is what it bills, and stops before a limit.
//!
//! X-Ray scans every trace of a time range, whether or not it matches a filter, and tells the number only after each page.
//! So a short time is asked for first. Then a time is asked for only if it may have ten times as many traces as any time
//! before, and that with all that is asked for would still be within the limit. Near the limit the times become short.
//! Only a burst that is denser than that can pass the limit. Then nothing more is asked for.

use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// How many traces a second are assumed before X-Ray has answered.
const FIRST: u64 = 5000;

/// How many times as dense as any time so far the next may be.
const DENSER: u64 = 10;

/// How many times as long as what X-Ray has answered for is what it is asked for.
const LONGER: u64 = 4;

/// About how many seconds a page of X-Ray's covers. Shorter times make more requests.
const PAGE: u64 = 20 * 60;

/// How many times shorter than a page may be asked for. It bounds the requests near the limit.
const MOST_SHORT: u64 = 2000;

/// In less time than this, a few traces are no burst.
const MOMENT: u64 = PAGE / LONGER;

/// The count that all requests share.
#[derive(Debug)]
pub(super) struct Meter {
    state: Mutex<State>,
    changed: Notify,
    most: u64,
    /// How many requests are in flight at most.
    in_flight: u64,
}

#[derive(Debug)]
struct State {
    scanned: u64,
    /// How many traces the pages in flight may scan.
    reserved: u64,
    /// The seconds that chains in flight ask for.
    asked: u64,
    /// The seconds that answers were for.
    answered: u64,
    /// How many times shorter than a page were asked for.
    short: u64,
    /// The most traces of what is no longer than a moment.
    burst: u64,
    /// The most traces of a longer time.
    densest: Density,
    is_over: bool,
}

/// A number of traces in a time.
#[derive(Debug, Clone, Copy)]
struct Density {
    traces: u64,
    seconds: u64,
}

impl Density {
    fn max(self, other: Self) -> Self {
        let product = |one: Self, other: Self| u128::from(one.traces) * u128::from(other.seconds);
        if product(self, other) < product(other, self) {
            other
        } else {
            self
        }
    }

    /// How many traces this time has.
    fn traces_of(self, seconds: u64) -> u64 {
        let traces = u128::from(self.traces) * u128::from(seconds);
        u64::try_from(traces.div_ceil(u128::from(self.seconds.max(1)))).unwrap_or(u64::MAX)
    }

    /// The longest time that has no more traces.
    fn seconds_of(self, traces: u64) -> u64 {
        let seconds = u128::from(traces) * u128::from(self.seconds);
        u64::try_from(seconds / u128::from(self.traces.max(1))).unwrap_or(u64::MAX)
    }
}

impl State {
    /// How dense the next time may be. One trace is assumed where there was none yet.
    fn assumed(&self) -> Density {
        if self.answered == 0 {
            return Density {
                traces: FIRST,
                seconds: 1,
            };
        }
        let burst = Density {
            traces: self.burst,
            seconds: (self.answered / LONGER).clamp(1, MOMENT),
        };
        let Density { traces, seconds } = self.densest.max(burst);
        let denser = Density {
            traces: traces.saturating_mul(DENSER),
            seconds,
        };
        denser.max(Density {
            traces: 1,
            seconds: self.answered,
        })
    }
}

/// What to do about a chain of pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Ask for this many seconds.
    Ask(u64),
    /// Wait for what is in flight.
    Wait,
    /// Ask for nothing more.
    Over,
}

/// The permission to request one page.
#[derive(Debug)]
pub(super) struct Leave(u64);

impl Meter {
    pub(super) fn new(most: u64, in_flight: usize) -> Self {
        Self {
            state: Mutex::new(State {
                scanned: 0,
                reserved: 0,
                asked: 0,
                answered: 0,
                short: 0,
                burst: 0,
                densest: Density {
                    traces: 0,
                    seconds: 1,
                },
                is_over: false,
            }),
            changed: Notify::new(),
            most,
            in_flight: in_flight.max(1) as u64,
        }
    }

    /// Returns how much of a time a chain of pages may ask for. The caller says when it has [`Self::ended`].
    pub(super) fn next(&self, seconds: u64) -> Next {
        let mut state = self.state();
        let next = self.fits(&state, seconds);
        match next {
            Next::Ask(part) => {
                state.asked += part;
                state.short += u64::from(part < seconds.min(PAGE));
            }
            Next::Wait => {}
            Next::Over => state.is_over = true,
        }
        next
    }

    fn fits(&self, state: &State, seconds: u64) -> Next {
        let left = self.most.saturating_sub(state.scanned);
        if state.answered == 0 {
            return match (left, state.asked) {
                (0, _) => Next::Over,
                (_, 0) => Next::Ask((left / FIRST).max(1).min(seconds)),
                _ => Next::Wait,
            };
        }
        let affordable = state.assumed().seconds_of(left);
        if affordable == 0 || state.short > MOST_SHORT {
            return Next::Over;
        }
        // If it cannot be had in whole slices at the same time, shorter ones can.
        let share = affordable.min(PAGE).max(affordable / self.in_flight);
        let room = (state.answered * LONGER).saturating_sub(state.asked);
        if room < state.answered && state.asked > 0 {
            return Next::Wait;
        }
        Next::Ask(seconds.min(share).min(room))
    }

    /// Records that a chain of pages that asked for so many seconds has ended.
    pub(super) fn ended(&self, seconds: u64) {
        let mut state = self.state();
        state.asked = state.asked.saturating_sub(seconds);
    }

    /// Returns the permission to request a page of a chain that has so many seconds to go, or `None` if they may have more
    /// traces than the limit leaves. It waits for other pages that may turn out smaller than assumed.
    pub(super) async fn leave(&self, seconds: u64) -> Option<Leave> {
        loop {
            let changed = self.changed.notified();
            {
                let mut state = self.state();
                let left = self.most.saturating_sub(state.scanned);
                let mut traces = state.assumed().traces_of(seconds).max(1);
                if state.answered == 0 {
                    // Something must be asked for to learn anything.
                    traces = traces.min(left.max(1));
                }
                if traces > left {
                    return None;
                }
                if state.reserved + traces <= left {
                    state.reserved += traces;
                    return Some(Leave(traces));
                }
            }
            changed.await;
        }
    }

    /// Records that a page was received, and how many traces X-Ray scanned for it.
    pub(super) fn paid(&self, Leave(traces): Leave, scanned: u64) {
        let mut state = self.state();
        state.reserved -= traces;
        state.scanned = state.scanned.saturating_add(scanned);
        drop(state);
        self.changed.notify_waiters();
    }

    /// Records how many traces X-Ray scanned in a time that pages were for.
    pub(super) fn measured(&self, seconds: u64, traces: u64) {
        let mut state = self.state();
        if seconds < MOMENT {
            state.burst = state.burst.max(traces);
        } else {
            state.densest = state.densest.max(Density { traces, seconds });
        }
        state.answered = state.answered.saturating_add(seconds);
        drop(state);
        self.changed.notify_waiters();
    }

    /// Waits until the next page was received.
    pub(super) fn changed(&self) -> Notified<'_> {
        self.changed.notified()
    }

    pub(super) fn scanned(&self) -> u64 {
        self.state().scanned
    }

    /// Whether something was not requested because of the limit.
    pub(super) fn is_over(&self) -> bool {
        self.state().is_over
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
