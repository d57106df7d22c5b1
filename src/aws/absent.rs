//! Classifies errors of AWS's APIs: whether something does not exist, and what the error means to the user.

use super::{ApiError, ApiErrorKind, rights};

/// AWS's error codes for something that does not exist.
const ABSENT: &[&str] = &[
    "NoSuchEntity",
    "NoSuchEntityException",
    "ResourceNotFound",
    "ResourceNotFoundException",
];

impl ApiError {
    /// Whether AWS says that the requested thing does not exist.
    ///
    /// ```
    /// use aws_least_privilege::aws::{ApiError, ApiErrorKind};
    ///
    /// let error = |kind, code: &str, message: &str| ApiError {
    ///     operation: "DescribeThing",
    ///     kind,
    ///     code: Some(code.into()),
    ///     message: message.into(),
    /// };
    /// assert!(error(ApiErrorKind::Refused, "NoSuchEntity", "").is_absent());
    /// assert!(!error(ApiErrorKind::Denied, "AccessDenied", "").is_absent());
    /// // CloudFormation has no code of its own for it.
    /// let stack = "Stack with id orders does not exist";
    /// assert!(error(ApiErrorKind::Refused, "ValidationError", stack).is_absent());
    /// assert!(!error(ApiErrorKind::Refused, "ValidationError", "1 validation error detected").is_absent());
    /// ```
    pub fn is_absent(&self) -> bool {
        if self.kind != ApiErrorKind::Refused {
            return false;
        }
        match self.code.as_deref() {
            Some("ValidationError") => self.message.contains("does not exist"),
            Some(code) => ABSENT.contains(&code),
            None => false,
        }
    }
}

impl ApiError {
    /// Describes the error without the name of what was requested, so that equal errors about different things read the
    /// same.
    ///
    /// ```
    /// use aws_least_privilege::aws::{ApiError, ApiErrorKind};
    ///
    /// let error = |kind| ApiError {
    ///     operation: "GetRole",
    ///     kind,
    ///     code: Some("AccessDenied".into()),
    ///     message: "User: ci is not authorized to perform: iam:GetRole on resource: role one".into(),
    /// };
    /// assert_eq!(error(ApiErrorKind::Denied).cause(), "iam:GetRole is not permitted");
    /// assert_eq!(error(ApiErrorKind::Throttled).cause(), "iam:GetRole is throttled");
    /// ```
    pub fn cause(&self) -> String {
        let action = rights::action_of(self.operation).unwrap_or(self.operation);
        let what = match self.kind {
            ApiErrorKind::Denied => "is not permitted",
            ApiErrorKind::Credentials => "is asked for with credentials that are not accepted",
            ApiErrorKind::Throttled => "is throttled",
            ApiErrorKind::Fault => "fails at AWS",
            ApiErrorKind::Network => "cannot be asked for: the connection fails",
            ApiErrorKind::TimedOut => "is not answered in time",
            ApiErrorKind::Garbled => "is answered with what cannot be read",
            ApiErrorKind::TooLarge => "is answered with more than is read",
            ApiErrorKind::Refused => "is refused",
        };
        match &self.code {
            Some(code) if self.kind == ApiErrorKind::Refused => format!("{action} {what} ({code})"),
            _ => format!("{action} {what}"),
        }
    }

    /// Returns what to do about the error, if its cause is the caller or the endpoint.
    ///
    /// ```
    /// use aws_least_privilege::aws::{ApiError, ApiErrorKind};
    ///
    /// let denied = ApiError {
    ///     operation: "GetRole",
    ///     kind: ApiErrorKind::Denied,
    ///     code: None,
    ///     message: String::new(),
    /// };
    /// assert_eq!(denied.permission_hint().unwrap(), "grant iam:GetRole to the role or user that this runs as");
    /// ```
    pub fn permission_hint(&self) -> Option<String> {
        match self.kind {
            ApiErrorKind::Denied => {
                let action = rights::action_of(self.operation).unwrap_or(self.operation);
                let whom = caller(&self.message);
                let whom = whom
                    .as_deref()
                    .unwrap_or("the role or user that this runs as");
                Some(format!("grant {action} to {whom}"))
            }
            ApiErrorKind::Credentials => Some(super::CREDENTIALS_HINT.to_owned()),
            ApiErrorKind::TooLarge => Some(super::ENDPOINT_HINT.to_owned()),
            ApiErrorKind::Throttled
            | ApiErrorKind::Fault
            | ApiErrorKind::Network
            | ApiErrorKind::TimedOut
            | ApiErrorKind::Garbled
            | ApiErrorKind::Refused => None,
        }
    }
}

/// Returns the refused caller from AWS's message: `role/least-privilege-gate` in `User:
/// arn:aws:sts::111122223333:assumed-role/least-privilege-gate/session is not authorized to perform: iam:GetRole`.
fn caller(message: &str) -> Option<String> {
    let arn = message
        .split_once("User: arn:")?
        .1
        .split_whitespace()
        .next()?;
    let name = arn.rsplit(':').next()?;
    match name.split_once('/')? {
        ("assumed-role", rest) => Some(format!("role/{}", rest.split('/').next()?)),
        ("user", _) => Some(name.to_owned()),
        _ => None,
    }
}
