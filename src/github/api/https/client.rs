//! The client for GitHub, or for a GitHub Enterprise Server. It uses octocrab to send requests, with limits and retries
//! of its own.
//!
//! The token is only sent to the host of the API: redirects are not followed, and no URL in a response is requested.

use super::answer::{self, Meaning};
use super::spent::Spent;
use crate::github::api::{ApiError, ApiErrorKind, ConnectError, Connection, Operation, Patience};
use http::{HeaderMap, Method, Uri};
use http_body_util::{BodyExt as _, Limited};
use octocrab::Octocrab;
use serde_json::Value;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// The largest response that is read, in bytes. GitHub returns files of up to 100 MB.
const LARGEST_ANSWER: usize = 110 << 20;

/// The default media type of GitHub's API.
pub(super) const JSON: &str = "application/vnd.github+json";

/// A client for one repository.
#[derive(Debug)]
pub struct Client {
    runtime: Runtime,
    octocrab: Octocrab,
    pub(super) api_url: String,
    pub(super) graphql_url: String,
    pub(super) repository: String,
    patience: Patience,
    spent: Mutex<Spent>,
}

/// Whether a failed request may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// It changes nothing, or a repetition changes nothing more.
    Yes,
    /// The first request may have been carried out.
    No,
}

/// A request.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) operation: Operation,
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) accept: &'static str,
    pub(super) body: Option<&'a Value>,
    pub(super) repeat: Repeat,
}

/// The response to a request that succeeded.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Client {
    /// Creates a client. It makes no request yet.
    ///
    /// # Errors
    ///
    /// Returns an error if an address is not `https` (the loopback may be `http`), or if the system's certificates
    /// cannot be read.
    pub fn new(connection: Connection) -> Result<Self, ConnectError> {
        let host = host(&connection.api_url)?;
        if host != self::host(&connection.graphql_url)? {
            return Err(ConnectError::Address(connection.graphql_url));
        }
        let setup = |error: &dyn std::fmt::Display| ConnectError::Setup(error.to_string());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| setup(&error))?;
        let inside = runtime.enter();
        let octocrab = Octocrab::builder()
            .base_uri(host)
            .map_err(|error| setup(&error))?
            .personal_token(connection.token)
            .set_connect_timeout(Some(connection.patience.request))
            .build()
            .map_err(|error| setup(&error))?;
        drop(inside);
        Ok(Self {
            runtime,
            octocrab,
            api_url: connection.api_url,
            graphql_url: connection.graphql_url,
            repository: connection.repository,
            patience: connection.patience,
            spent: Mutex::new(Spent::default()),
        })
    }

    /// Makes a request, and repeats it if that is allowed and useful.
    pub(super) fn ask(&self, asked: &Asked<'_>) -> Result<Answer, ApiError> {
        let mut failures = 0;
        loop {
            let begun = Instant::now();
            let answered = self.runtime.block_on(self.once(asked));
            self.spend(begun.elapsed(), Duration::ZERO);
            self.count();
            let (error, wait) = match answered {
                Ok(answer) => return Ok(answer),
                Err(Failure::Throttled { wait, error }) => {
                    if self.spent().waiting + wait > self.patience.waits_in_all {
                        return Err(error);
                    }
                    self.spend(wait, wait);
                    (error, wait)
                }
                Err(Failure::Failed(error)) => {
                    failures += 1;
                    let again = asked.repeat == Repeat::Yes && error.kind == ApiErrorKind::Failed;
                    if !again || failures >= self.patience.attempts {
                        if asked.repeat == Repeat::No && error.is_unsure() {
                            // This gives GitHub time to show what it did.
                            std::thread::sleep(self.patience.wait(1));
                        }
                        return Err(error);
                    }
                    let wait = self.patience.wait(failures);
                    self.spend(wait, Duration::ZERO);
                    (error, wait)
                }
            };
            if self.left().is_zero() {
                return Err(ApiError {
                    kind: match asked.repeat {
                        Repeat::Yes => ApiErrorKind::OutOfTime,
                        Repeat::No => error.kind,
                    },
                    ..error
                });
            }
            std::thread::sleep(wait);
        }
    }

    async fn once(&self, asked: &Asked<'_>) -> Result<Answer, Failure> {
        let failed = |kind, message: String| ApiError {
            operation: asked.operation,
            kind,
            message,
        };
        let limit = self.patience.request.min(self.left());
        if limit.is_zero() {
            let message = "all the time for GitHub was spent before".to_owned();
            // Nothing was sent.
            return Err(failed(ApiErrorKind::Throttled, message).into());
        }
        let broken = |error: &dyn std::error::Error| failed(ApiErrorKind::Failed, said(error));
        let request = http::Request::builder()
            .method(asked.method.clone())
            .uri(&asked.url)
            .header(http::header::ACCEPT, asked.accept);
        let request = self
            .octocrab
            .build_request(request, asked.body)
            .map_err(|error| failed(ApiErrorKind::Invalid, said(&error)))?;
        let exchange = async {
            let answer = self
                .octocrab
                .execute(request)
                .await
                .map_err(|error| broken(&error))?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, LARGEST_ANSWER)
                .collect()
                .await
                .map_err(|error| broken(&*error))?;
            Ok::<_, ApiError>((head, body.to_bytes().to_vec()))
        };
        let (head, body) = match tokio::time::timeout(limit, exchange).await {
            Ok(exchanged) => exchanged?,
            Err(_elapsed) => {
                let message = format!("no answer within {} seconds", limit.as_secs());
                return Err(failed(ApiErrorKind::Failed, message).into());
            }
        };
        let status = head.status.as_u16();
        let message = answer::message(status, &body);
        match answer::meaning(status, &head.headers, &message) {
            Meaning::Done => Ok(Answer {
                headers: head.headers,
                body,
            }),
            Meaning::Wait(wait) => Err(Failure::Throttled {
                wait,
                error: failed(ApiErrorKind::Throttled, message),
            }),
            Meaning::Failed(kind) => Err(failed(kind, message).into()),
        }
    }

    /// Returns how many requests were made.
    pub fn requests(&self) -> usize {
        self.spent().requests
    }

    fn spent(&self) -> Spent {
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn left(&self) -> Duration {
        self.patience.in_all.saturating_sub(self.spent().in_all)
    }

    fn count(&self) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.requests += 1;
    }

    fn spend(&self, in_all: Duration, waiting: Duration) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.in_all += in_all;
        spent.waiting += waiting;
    }
}

/// Why one attempt had no response.
#[derive(Debug)]
enum Failure {
    Throttled { wait: Duration, error: ApiError },
    Failed(ApiError),
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::Failed(error)
    }
}

/// Returns the scheme and host of an address: `https`, or `http` on the loopback.
fn host(url: &str) -> Result<String, ConnectError> {
    let wrong = || ConnectError::Address(url.to_owned());
    let uri: Uri = url.parse().map_err(|_invalid| wrong())?;
    let (scheme, authority) = (uri.scheme_str(), uri.authority());
    let authority = authority.ok_or_else(wrong)?;
    let is_loopback = matches!(authority.host(), "127.0.0.1" | "[::1]" | "localhost");
    match scheme {
        Some("https") => Ok(format!("https://{authority}")),
        Some("http") if is_loopback => Ok(format!("http://{authority}")),
        _ => Err(wrong()),
    }
}

/// Returns an error and its causes in one line.
fn said(error: &dyn std::error::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let first = error.to_string();
        let first = first.lines().next().unwrap_or_default().to_owned();
        if parts.last() != Some(&first) {
            parts.push(first);
        }
        next = error.source();
    }
    parts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::SecretString;

    fn connection(api_url: &str, graphql_url: &str) -> Connection {
        Connection {
            api_url: api_url.to_owned(),
            graphql_url: graphql_url.to_owned(),
            repository: "acme/shop".to_owned(),
            token: SecretString::from("ghs_canary"),
            patience: Patience::default(),
        }
    }

    #[test]
    fn a_token_goes_over_https_to_one_host() {
        let refused = [
            ("http://api.github.com", "http://api.github.com/graphql"),
            (
                "https://api.github.com",
                "https://api.github.example/graphql",
            ),
            ("ftp://127.0.0.1", "ftp://127.0.0.1/graphql"),
            ("api.github.com", "api.github.com/graphql"),
        ];
        for (api, graphql) in refused {
            let client = Client::new(connection(api, graphql));
            assert!(matches!(client, Err(ConnectError::Address(_))), "{api}");
        }
        let loopback = connection(
            "http://127.0.0.1:1/api/v3",
            "http://127.0.0.1:1/api/graphql",
        );
        assert!(Client::new(loopback).is_ok());
    }

    #[test]
    fn a_token_is_not_shown() {
        let connection = connection("https://api.github.com", "https://api.github.com/graphql");
        assert!(!format!("{connection:?}").contains("canary"));
        let client = Client::new(connection).expect("a client");
        assert!(!format!("{client:?}").contains("canary"));
    }
}
