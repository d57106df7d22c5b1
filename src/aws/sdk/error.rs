//! Turns an error of the SDK into an [`ApiError`].
//!
//! Follows <https://docs.aws.amazon.com/general/latest/gr/api-retries.html>.

use super::bounded::TooLarge;
use crate::aws::{ApiError, ApiErrorKind};
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_xray::config::http::HttpResponse;
use aws_sdk_xray::error::{ProvideErrorMetadata, SdkError};
use std::error::Error;

/// AWS's error codes for throttling.
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

/// AWS's error codes for credentials that are not known, or not known any more.
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

/// AWS's error codes for a missing permission.
const DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "NotAuthorized",
    "UnauthorizedOperation",
];

impl ApiError {
    /// Classifies an error of the SDK.
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
        if let Some(message) = error.raw_response().and_then(foreign) {
            return Self {
                operation,
                kind: ApiErrorKind::Garbled,
                code: None,
                message,
            };
        }
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

    /// Creates an error for an answer in which something necessary is missing.
    pub(in crate::aws) fn incomplete(operation: &'static str, what: &str) -> Self {
        Self {
            operation,
            kind: ApiErrorKind::Garbled,
            code: None,
            message: format!("it has no {what}"),
        }
    }
}

/// Says what an answer is that AWS's APIs do not give, but a proxy or a network that wants a sign-in.
fn foreign(response: &HttpResponse) -> Option<String> {
    let status = response.status().as_u16();
    let begins = response
        .body()
        .bytes()
        .unwrap_or_default()
        .trim_ascii_start();
    let begins_with = |tag: &str| {
        let begin = begins.get(..tag.len());
        begin.is_some_and(|begin| begin.eq_ignore_ascii_case(tag.as_bytes()))
    };
    let is_page = begins_with("<!doctype html") || begins_with("<html");
    let what = match status {
        300..400 => "a redirect",
        // A balancer of AWS's own answers with a page where what is behind it fails.
        _ if is_page && status < 500 => "a page of HTML",
        _ => return None,
    };
    Some(format!(
        "HTTP status {status} with {what}, which is no answer of AWS's but of a proxy, of a portal that wants a sign-in, or of what \
         AWS_ENDPOINT_URL names"
    ))
}

/// Classifies a failed answer: by its code, else by its status. A failed answer without 4xx or 5xx could not be read.
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

/// Returns the message of the last cause, which is the most precise: `Connection refused (os error 111)`.
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
