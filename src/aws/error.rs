//! What went wrong between this tool and AWS's API, sorted by what can be done about it.
//!
//! Follows <https://docs.aws.amazon.com/general/latest/gr/api-retries.html>.

use super::bounded::TooLarge;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_xray::config::http::HttpResponse;
use aws_sdk_xray::error::{ProvideErrorMetadata, SdkError};
use std::error::Error;

/// Codes with which AWS's services throttle.
const THROTTLING: &[&str] = &[
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
];

/// Codes that say that whoever asks is not known, or no longer.
const CREDENTIALS: &[&str] = &[
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

/// Codes that say that whoever asks is known and may not.
const DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "NotAuthorized",
    "UnauthorizedOperation",
];

/// An API call that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {}{message}", kind.introduction())]
pub struct ApiError {
    /// The operation, as AWS names it.
    pub operation: &'static str,
    /// What kind of failure.
    pub kind: ApiErrorKind,
    /// AWS's code for it, if AWS answered with one.
    pub code: Option<String>,
    /// What AWS, or the network, says.
    pub message: String,
}

/// Kinds of failure, by what can be done about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApiErrorKind {
    /// Too many requests: ask again, later and less.
    Throttled,
    /// AWS failed (5xx): ask again.
    Fault,
    /// No connection, or one that broke: ask again.
    Network,
    /// No answer in time: ask again.
    TimedOut,
    /// An answer that cannot be read: ask again, then give up.
    Garbled,
    /// An answer that is too large to be read.
    TooLarge,
    /// The credentials are missing, wrong or expired.
    Credentials,
    /// The credentials lack a permission.
    Denied,
    /// AWS refused the request as it stands.
    Refused,
}

impl ApiErrorKind {
    /// Whether the same request may succeed a moment later.
    pub fn is_transient(self) -> bool {
        match self {
            Self::Throttled | Self::Fault | Self::Network | Self::TimedOut | Self::Garbled => true,
            Self::TooLarge | Self::Credentials | Self::Denied | Self::Refused => false,
        }
    }

    fn introduction(self) -> &'static str {
        match self {
            Self::Throttled => "throttled: ",
            Self::Fault => "AWS failed: ",
            Self::Network => "the connection failed: ",
            Self::TimedOut | Self::TooLarge => "",
            Self::Garbled => "the answer cannot be read: ",
            Self::Credentials => "the credentials are not accepted: ",
            Self::Denied => "not permitted: ",
            Self::Refused => "refused: ",
        }
    }
}

impl ApiError {
    /// No answer within a time.
    pub fn timed_out(operation: &'static str, after: std::time::Duration) -> Self {
        Self {
            operation,
            kind: ApiErrorKind::TimedOut,
            code: None,
            message: format!("no answer within {} seconds", after.as_secs_f64()),
        }
    }

    /// No answer before its share of the time for all of AWS was over.
    pub fn out_of_time(operation: &'static str, whole: std::time::Duration) -> Self {
        let seconds = whole.as_secs();
        Self {
            operation,
            kind: ApiErrorKind::TimedOut,
            code: None,
            message: format!("no answer within its share of the {seconds} seconds of --timeout"),
        }
    }

    /// Sorts what the SDK reports.
    pub fn of_sdk<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let code = error.code().map(str::to_owned);
        let status = error
            .raw_response()
            .map(|response| response.status().as_u16());
        let kind = match error {
            _ if causes(error).any(<dyn Error>::is::<CredentialsError>) => {
                ApiErrorKind::Credentials
            }
            _ if causes(error).any(<dyn Error>::is::<TooLarge>) => ApiErrorKind::TooLarge,
            SdkError::TimeoutError(_) => ApiErrorKind::TimedOut,
            SdkError::DispatchFailure(failure) if failure.is_timeout() => ApiErrorKind::TimedOut,
            SdkError::DispatchFailure(_) => ApiErrorKind::Network,
            SdkError::ConstructionFailure(_) => ApiErrorKind::Refused,
            SdkError::ResponseError(_) | SdkError::ServiceError(_) => {
                kind_of_answer(code.as_deref(), status)
            }
            _ => ApiErrorKind::Garbled,
        };
        let said = error.message().map(str::to_owned);
        let message = match (&code, said) {
            (Some(code), Some(said)) => format!("{said} ({code})"),
            (Some(code), None) => code.clone(),
            (None, Some(said)) => said,
            (None, None) => match status {
                Some(status) if status >= 400 => format!("HTTP status {status}"),
                _ => innermost(error),
            },
        };
        Self {
            operation,
            kind,
            code,
            message,
        }
    }
}

/// An answer of 4xx or 5xx by its code, else by its status; any other that failed could not be read.
fn kind_of_answer(code: Option<&str>, status: Option<u16>) -> ApiErrorKind {
    let is = |codes: &[&str]| code.is_some_and(|code| codes.contains(&code));
    if is(CREDENTIALS) {
        return ApiErrorKind::Credentials;
    }
    if is(THROTTLING) || status == Some(429) {
        return ApiErrorKind::Throttled;
    }
    match status {
        Some(500..) => ApiErrorKind::Fault,
        Some(401 | 403) => ApiErrorKind::Denied,
        _ if is(DENIED) => ApiErrorKind::Denied,
        Some(400..) => ApiErrorKind::Refused,
        _ => ApiErrorKind::Garbled,
    }
}

/// The last cause, which says most: `Connection refused (os error 111)`.
fn innermost(error: &(dyn Error + 'static)) -> String {
    causes(error)
        .last()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |cause: &&'e (dyn Error + 'static)| {
        (*cause).source()
    })
}
