//! What went wrong between this tool and AWS's API, sorted by what can be done about it.
//!
//! Follows <https://docs.aws.amazon.com/general/latest/gr/api-retries.html>.

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
}
