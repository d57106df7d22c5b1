//! Makes requests to X-Ray with retries, and checks that chains of pages end.

use super::error::XrayError;
use super::pace::Pace;
use super::patience::Patience;
use super::{Event, Message};
use crate::aws::{ApiError, ApiErrorKind};
use crate::evidence::{Gap, GapReason};
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use tokio::sync::mpsc::Sender;

/// What all tasks of a reading share.
#[derive(Debug)]
pub(super) struct Reader<A> {
    pub(super) api: A,
    pub(super) patience: Patience,
    pace: Pace,
    messages: Sender<Message>,
}

impl<A> Reader<A> {
    pub(super) fn new(api: A, patience: Patience, messages: Sender<Message>) -> Arc<Self> {
        Arc::new(Self {
            pace: Pace::new(patience.in_flight),
            api,
            patience,
            messages,
        })
    }

    /// Makes a request, and repeats it as long as it may still succeed.
    pub(super) async fn ask<T, F>(
        &self,
        operation: &'static str,
        request: impl Fn() -> F,
    ) -> Result<T, ApiError>
    where
        F: Future<Output = Result<T, ApiError>>,
    {
        let (mut throttles, mut failures) = (0, 0);
        loop {
            let slot = self.pace.enter().await;
            let answer = tokio::time::timeout(self.patience.request, request()).await;
            drop(slot);
            let answer = answer
                .unwrap_or_else(|_| Err(ApiError::timed_out(operation, self.patience.request)));
            let error = match answer {
                Ok(answer) => {
                    self.pace.answered();
                    return Ok(answer);
                }
                Err(error) => error,
            };
            if error.kind == ApiErrorKind::Throttled {
                throttles += 1;
                if throttles >= self.patience.throttles {
                    return Err(error);
                }
                let wait = self.patience.wait(throttles);
                self.pace.throttled(wait);
                self.say(format!(
                    "{operation} is throttled: waiting {} ms",
                    wait.as_millis()
                ))
                .await;
                continue;
            }
            failures += 1;
            if !error.kind.is_transient() || failures >= self.patience.failures {
                return Err(error);
            }
            self.say(format!("asking again: {error}")).await;
            tokio::time::sleep(self.patience.wait(failures)).await;
        }
    }

    /// Sends a note that is useful for debugging.
    pub(super) async fn say(&self, note: String) {
        self.send(Message::Event(Event::Note(note))).await;
    }

    /// Sends a gap.
    pub(super) async fn gap(&self, reason: GapReason, detail: String) {
        self.send(Message::Gap(Gap::new(reason, detail))).await;
    }

    /// Sends a message to the calling thread. It waits if that thread is behind.
    pub(super) async fn send(&self, message: Message) {
        // Sending fails only after the reading was given up, and then its tasks are stopped too.
        let _ = self.messages.send(message).await;
    }
}

/// The tokens of one chain of pages. They show whether the chain repeats itself.
#[derive(Debug)]
pub(super) struct Tokens {
    operation: &'static str,
    seen: BTreeSet<u64>,
    empty: u32,
    most_empty: u32,
}

impl Tokens {
    pub(super) fn new(operation: &'static str, patience: &Patience) -> Self {
        Self {
            operation,
            seen: BTreeSet::new(),
            empty: 0,
            most_empty: patience.empty_pages,
        }
    }

    /// Returns the token of the next page, or `None` at the end. Only hashes of the tokens are kept.
    pub(super) fn follow(
        &mut self,
        token: Option<String>,
        page_is_empty: bool,
    ) -> Result<Option<String>, XrayError> {
        let Some(token) = token.filter(|token| !token.is_empty()) else {
            return Ok(None);
        };
        let mut hasher = DefaultHasher::new();
        token.hash(&mut hasher);
        if !self.seen.insert(hasher.finish()) {
            return Err(self.endless("a token was there before"));
        }
        self.empty = if page_is_empty { self.empty + 1 } else { 0 };
        if self.empty > self.most_empty {
            return Err(self.endless("too many pages without a trace follow one another"));
        }
        Ok(Some(token))
    }

    fn endless(&self, message: &'static str) -> XrayError {
        XrayError::EndlessPages {
            operation: self.operation,
            message,
        }
    }
}
