//! Telling what is not there from what may not be seen, and from answers that lack what they are for.

use super::{ApiError, ApiErrorKind, rights};

/// Codes with which AWS says that something does not exist.
const ABSENT: &[&str] = &[
    "NoSuchEntity",
    "NoSuchEntityException",
    "ResourceNotFound",
    "ResourceNotFoundException",
];

impl ApiError {
    /// Whether AWS says that what was asked for does not exist.
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
    /// An answer without what it is for.
    pub(super) fn incomplete(operation: &'static str, what: &str) -> Self {
        Self {
            operation,
            kind: ApiErrorKind::Garbled,
            code: None,
            message: format!("it has no {what}"),
        }
    }
}

impl ApiError {
    /// What to do about it, where the cause is who asks.
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
    /// assert_eq!(denied.permission_hint().unwrap(), "allow iam:GetRole to the credentials that this runs with");
    /// ```
    pub fn permission_hint(&self) -> Option<String> {
        match self.kind {
            ApiErrorKind::Denied => {
                let action = rights::action_of(self.operation).unwrap_or(self.operation);
                Some(format!(
                    "allow {action} to the credentials that this runs with"
                ))
            }
            ApiErrorKind::Credentials => Some(super::config::CREDENTIALS_HINT.to_owned()),
            ApiErrorKind::Throttled
            | ApiErrorKind::Fault
            | ApiErrorKind::Network
            | ApiErrorKind::TimedOut
            | ApiErrorKind::Garbled
            | ApiErrorKind::Refused => None,
        }
    }
}
