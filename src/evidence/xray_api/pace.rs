//! Limits how many requests are in flight: fewer when X-Ray throttles, more again when it recovers.
//!
//! All requests of a reading share one limit. Follows the advice of
//! <https://docs.aws.amazon.com/general/latest/gr/api-retries.html>.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// The limit that all requests share.
#[derive(Debug)]
pub(super) struct Pace {
    state: Mutex<State>,
    changed: Notify,
    most: f64,
}

#[derive(Debug)]
struct State {
    /// How many requests may be in flight. Only the whole part counts.
    limit: f64,
    in_flight: f64,
    /// No request is sent before this time.
    resume: Instant,
}

/// A request in flight.
#[derive(Debug)]
pub(super) struct Slot<'p>(&'p Pace);

impl Pace {
    #[expect(clippy::cast_precision_loss, reason = "a handful of requests")]
    pub(super) fn new(most: usize) -> Self {
        let most = most.max(1) as f64;
        let state = State {
            limit: most,
            in_flight: 0.0,
            resume: Instant::now(),
        };
        Self {
            state: Mutex::new(state),
            changed: Notify::new(),
            most,
        }
    }

    /// Waits until another request may be sent.
    pub(super) async fn enter(&self) -> Slot<'_> {
        loop {
            let wait = {
                let mut state = self.state();
                let wait = state.resume.saturating_duration_since(Instant::now());
                if wait.is_zero() && state.in_flight + 1.0 <= state.limit {
                    state.in_flight += 1.0;
                    let more_fit = state.in_flight + 1.0 <= state.limit;
                    drop(state);
                    if more_fit {
                        self.changed.notify_one();
                    }
                    return Slot(self);
                }
                wait
            };
            if wait.is_zero() {
                self.changed.notified().await;
            } else {
                tokio::time::sleep(wait).await;
            }
        }
    }

    /// Handles a throttled request: it halves the limit, and no request is sent before the wait is over. Requests that
    /// were sent together are throttled together, so the limit is halved once for each wait.
    pub(super) fn throttled(&self, wait: Duration) {
        let mut state = self.state();
        let now = Instant::now();
        if state.resume <= now {
            state.limit = (state.limit / 2.0).max(1.0);
        }
        state.resume = state.resume.max(now + wait);
    }

    /// Handles an answer: the limit grows by one after as many answers as there are requests in flight.
    pub(super) fn answered(&self) {
        let mut state = self.state();
        state.limit = (state.limit + 1.0 / state.limit).min(self.most);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.0.state().in_flight -= 1.0;
        self.0.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const WAIT: Duration = Duration::from_millis(40);

    fn block_on<F: Future>(future: F) -> F::Output {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
            .block_on(future)
    }

    /// The most requests that are in flight together, of so many that take a moment each.
    async fn peak(pace: &Arc<Pace>, requests: usize) -> usize {
        let now = Arc::new(AtomicUsize::new(0));
        let peak = Arc::new(AtomicUsize::new(0));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..requests {
            let (pace, now, peak) = (Arc::clone(pace), Arc::clone(&now), Arc::clone(&peak));
            tasks.spawn(async move {
                let _slot = pace.enter().await;
                peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(2)).await;
                now.fetch_sub(1, Ordering::SeqCst);
            });
        }
        while tasks.join_next().await.is_some() {}
        peak.load(Ordering::SeqCst)
    }

    #[test]
    fn no_more_are_in_flight_than_allowed_and_all_of_them_are() {
        block_on(async {
            let pace = Arc::new(Pace::new(5));
            assert_eq!(peak(&pace, 40).await, 5);
        });
    }

    #[test]
    fn throttling_halves_once_a_wait_and_answers_bring_it_back() {
        block_on(async {
            let pace = Arc::new(Pace::new(8));
            let before = Instant::now();
            for _ in 0..3 {
                pace.throttled(WAIT);
            }
            assert_eq!(peak(&pace, 40).await, 4);
            assert!(
                before.elapsed() >= WAIT,
                "nothing is sent before the wait is over"
            );
            for _ in 0..200 {
                pace.answered();
            }
            assert_eq!(peak(&pace, 40).await, 8);
        });
    }

    #[test]
    fn one_is_always_allowed() {
        block_on(async {
            let pace = Arc::new(Pace::new(8));
            for _ in 0..20 {
                pace.throttled(Duration::ZERO);
            }
            assert_eq!(peak(&pace, 5).await, 1);
        });
    }
}
