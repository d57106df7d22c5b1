//! Errors of calls of AWS's APIs, classified by what can be done about them.
//!
//! Follows <https://docs.aws.amazon.com/general/latest/gr/api-retries.html>.

/// An API call that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {}{message}", kind.introduction())]
pub struct ApiError {
    /// The operation, as AWS names it.
    pub operation: &'static str,
    /// The kind of error.
    pub kind: ApiErrorKind,
    /// AWS's error code, if AWS answered with one.
    pub code: Option<String>,
    /// The message of AWS, or of the network.
    pub message: String,
}

/// Kinds of errors, by what can be done about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApiErrorKind {
    /// Too many requests. Retry later, with fewer requests.
    Throttled,
    /// AWS failed (5xx). Retry.
    Fault,
    /// No connection, or the connection broke. Retry.
    Network,
    /// No answer in time. Retry.
    TimedOut,
    /// The answer cannot be read. Retry, then give up.
    Garbled,
    /// The answer is too large to be read.
    TooLarge,
    /// The credentials are missing, wrong or expired.
    Credentials,
    /// The credentials lack a permission.
    Denied,
    /// AWS refused the request for another reason.
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
    /// Creates an error for an answer that did not come within a time.
    pub fn timed_out(operation: &'static str, after: std::time::Duration) -> Self {
        Self {
            operation,
            kind: ApiErrorKind::TimedOut,
            code: None,
            message: format!("no answer within {} seconds", after.as_secs_f64()),
        }
    }

    /// Creates an error for an answer that did not come within its part of the time for all calls of AWS.
    pub fn out_of_time(operation: &'static str, whole: std::time::Duration) -> Self {
        let seconds = whole.as_secs();
        Self {
            operation,
            kind: ApiErrorKind::TimedOut,
            code: None,
            message: format!("no answer within its share of the {seconds} seconds of --timeout"),
        }
    }
}
