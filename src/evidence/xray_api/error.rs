//! Errors of reading traces from X-Ray's API.

use super::filter::FilterTooLong;
use crate::aws::{ApiError, ApiErrorKind, CREDENTIALS_HINT, ENDPOINT_HINT};

/// Reading ended early. The traces read so far must not be judged.
#[derive(Debug, thiserror::Error)]
pub enum XrayError {
    /// X-Ray did not answer, or its answer was not usable.
    #[error("cannot read traces from X-Ray")]
    Api(#[from] ApiError),
    /// A page's token repeats an earlier one, or too many pages without traces follow one another.
    #[error("X-Ray's pages of {operation} do not end: {message}")]
    EndlessPages {
        /// The operation, as AWS names it.
        operation: &'static str,
        /// Which of these was seen.
        message: &'static str,
    },
    /// The time was over before any trace was read.
    #[error("no trace was read before the time of --timeout was over: {listed}")]
    OutOfTime {
        /// How far listing the traces got.
        listed: String,
    },
    /// The filter expression is too long.
    #[error(transparent)]
    Filter(#[from] FilterTooLong),
    /// The task that reads ended without a result.
    #[error("reading traces from X-Ray was broken off")]
    BrokenOff,
}

impl XrayError {
    /// Returns what the user can do about it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Api(error) => match error.kind {
                ApiErrorKind::Throttled => {
                    "run it again later, or read less: a shorter --time-range, a --filter, fewer --max-traces"
                }
                ApiErrorKind::Garbled => {
                    "run it again; if it stays, check the proxy, the network and AWS_ENDPOINT_URL"
                }
                ApiErrorKind::Fault => {
                    "run it again; AWS's Health Dashboard tells whether X-Ray is impaired"
                }
                ApiErrorKind::Network | ApiErrorKind::TimedOut => {
                    "check the network, the region, and AWS_ENDPOINT_URL_XRAY if that is set"
                }
                ApiErrorKind::Credentials => CREDENTIALS_HINT,
                ApiErrorKind::TooLarge => ENDPOINT_HINT,
                ApiErrorKind::Denied => {
                    "grant xray:GetTraceSummaries and xray:BatchGetTraces to the role or user that this runs as"
                }
                ApiErrorKind::Refused => {
                    "check --filter: X-Ray refuses expressions that it does not understand"
                }
            },
            Self::EndlessPages { .. } => {
                "run it again with another --time-range; if it stays, it is a fault of the service"
            }
            Self::OutOfTime { .. } => {
                "check the network, the region, and AWS_ENDPOINT_URL_XRAY if that is set; if they are right, give --timeout more time, or \
                 a shorter --time-range"
            }
            Self::Filter(_) => "shorten --filter",
            Self::BrokenOff => return None,
        };
        Some(hint.to_owned())
    }
}
