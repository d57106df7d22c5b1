//! What went wrong between this tool and GitHub, sorted by what can be done about it.

use std::fmt;

/// What was asked of GitHub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Whose token this is.
    Viewer,
    /// The comments of a pull request.
    ListComments,
    /// A new comment.
    PostComment,
    /// A comment's new text.
    EditComment,
    /// A comment taken away.
    DeleteComment,
    /// The pull request itself.
    ReadPull,
    /// The files that a pull request changes.
    ListFiles,
    /// The comments on lines of a pull request.
    ListReviewComments,
    /// New comments on lines of a pull request.
    PostReview,
    /// A comment on a line taken away.
    DeleteReviewComment,
    /// A file or folder at a commit.
    ReadContent,
    /// Everything that is in a commit.
    ReadTree,
    /// The commits behind a commit.
    History,
    /// What differs between two commits.
    Compare,
}

impl Operation {
    /// What it does, to follow "cannot".
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

    /// The permission of a workflow's token that it takes, as `permissions:` spells it.
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

/// What kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiErrorKind {
    /// The token is not valid (401).
    Unauthorized,
    /// The token may not do this (403).
    Forbidden,
    /// It is not there, or the token may not know that it is (404, 410).
    NotFound,
    /// The request is wrong (other 4xx).
    Invalid,
    /// GitHub asks to wait longer than this tool does.
    Throttled,
    /// GitHub, or the network, failed; whether the request was carried out is not known.
    Failed,
    /// All the time that GitHub is given was spent.
    OutOfTime,
    /// The answer is not what GitHub documents.
    Malformed,
    /// The answer sends somewhere else, where the token does not go.
    Moved,
}

/// A request to GitHub that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ApiError {
    /// What was asked.
    pub operation: Operation,
    /// What kind of failure.
    pub kind: ApiErrorKind,
    /// What GitHub, or the network, says.
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
    /// Whether the request may have been carried out all the same.
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

    /// The permission that is missing, as `permissions:` spells it, where that may be the cause.
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
