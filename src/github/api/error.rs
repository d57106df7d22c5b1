//! Errors of calls of GitHub's API, classified by what can be done about them.

use std::fmt;

/// What was requested of GitHub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// The login that the token belongs to.
    Viewer,
    /// The comments of a pull request.
    ListComments,
    /// To post a comment.
    PostComment,
    /// To edit a comment.
    EditComment,
    /// To delete a comment.
    DeleteComment,
    /// The pull request.
    ReadPull,
    /// The files that a pull request changes.
    ListFiles,
    /// The comments on lines of a pull request.
    ListReviewComments,
    /// To post comments on lines of a pull request.
    PostReview,
    /// To delete a comment on a line.
    DeleteReviewComment,
    /// A file or folder at a commit.
    ReadContent,
    /// All files and folders of a commit.
    ReadTree,
    /// The history of a commit.
    History,
    /// The differences between two commits.
    Compare,
}

impl Operation {
    /// Returns what the operation does, in words that follow "cannot".
    pub fn what(self) -> &'static str {
        match self {
            Self::Viewer => "tell whose token this is",
            Self::ListComments => "list the pull request's comments",
            Self::PostComment => "post a comment",
            Self::EditComment => "edit the comment",
            Self::DeleteComment => "delete a comment",
            Self::ReadPull => "read the pull request",
            Self::ListFiles => "list the pull request's files",
            Self::ListReviewComments => "list the pull request's review comments",
            Self::PostReview => "post suggestions",
            Self::DeleteReviewComment => "delete an outdated suggestion",
            Self::ReadContent => "read a file of the repository",
            Self::ReadTree => "list the files of a commit",
            Self::History => "read the commits of the base",
            Self::Compare => "compare two commits of the base",
        }
    }

    /// Returns the permission that a workflow's token needs, as `permissions:` spells it.
    pub fn permission(self) -> &'static str {
        match self {
            Self::Viewer | Self::ReadContent | Self::ReadTree | Self::History | Self::Compare => {
                "contents: read"
            }
            Self::ListComments
            | Self::PostComment
            | Self::EditComment
            | Self::DeleteComment
            | Self::ReadPull
            | Self::ListFiles
            | Self::ListReviewComments
            | Self::PostReview
            | Self::DeleteReviewComment => "pull-requests: write",
        }
    }
}

/// The kind of error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiErrorKind {
    /// The token is not valid (401).
    Unauthorized,
    /// The token may not do this (403).
    Forbidden,
    /// It does not exist, or the token may not know that it does (404, 410).
    NotFound,
    /// The request is not valid (other 4xx).
    Invalid,
    /// GitHub asks for a longer wait than this tool allows.
    Throttled,
    /// GitHub or the network failed. It is not known whether the request was carried out.
    Failed,
    /// The time limit for all calls of GitHub was reached.
    OutOfTime,
    /// The response does not have the form that GitHub documents.
    Malformed,
    /// The response is a redirect. The token is not sent there.
    Moved,
}

/// A request to GitHub that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ApiError {
    /// What was requested.
    pub operation: Operation,
    /// The kind of error.
    pub kind: ApiErrorKind,
    /// The message of GitHub, or of the network.
    pub message: String,
}

impl fmt::Display for ApiError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "GitHub: cannot {}: {}",
            self.operation.what(),
            self.message
        )
    }
}

impl ApiError {
    /// Whether the request may have been carried out although it failed.
    pub fn is_unsure(&self) -> bool {
        match self.kind {
            ApiErrorKind::Failed | ApiErrorKind::OutOfTime | ApiErrorKind::Malformed => true,
            ApiErrorKind::Unauthorized
            | ApiErrorKind::Forbidden
            | ApiErrorKind::NotFound
            | ApiErrorKind::Invalid
            | ApiErrorKind::Throttled
            | ApiErrorKind::Moved => false,
        }
    }

    /// Returns the missing permission, as `permissions:` spells it, if that may be the cause.
    ///
    /// ```
    /// use aws_least_privilege::github::api::{ApiError, ApiErrorKind, Operation};
    ///
    /// let error = ApiError {
    ///     operation: Operation::PostComment,
    ///     kind: ApiErrorKind::Forbidden,
    ///     message: "Resource not accessible by integration".into(),
    /// };
    /// assert_eq!(error.missing_permission(), Some("pull-requests: write"));
    /// ```
    pub fn missing_permission(&self) -> Option<&'static str> {
        match self.kind {
            ApiErrorKind::Forbidden | ApiErrorKind::NotFound => Some(self.operation.permission()),
            ApiErrorKind::Unauthorized
            | ApiErrorKind::Invalid
            | ApiErrorKind::Throttled
            | ApiErrorKind::Failed
            | ApiErrorKind::OutOfTime
            | ApiErrorKind::Malformed
            | ApiErrorKind::Moved => None,
        }
    }
}
