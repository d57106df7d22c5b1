//! GitHub's API, as far as a gate needs it: a small trait, and the client that speaks to the real one.
//!
//! Everything read here was written by somebody else. Requests are bounded in time and number, and whoever asks decides what
//! to do without an answer.

mod connection;
mod error;
#[cfg(feature = "live")]
mod https;
mod patience;
#[cfg(not(feature = "live"))]
mod without;

pub use connection::{ConnectError, Connection};
pub use error::{ApiError, ApiErrorKind, Operation};
#[cfg(feature = "live")]
pub use https::Client;
pub use patience::Patience;
#[cfg(not(feature = "live"))]
pub use without::Client;

use jiff::Timestamp;

/// Commits of a history that are read.
pub const MOST_COMMITS: usize = 500;

/// A comment in the conversation of a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its number.
    pub id: u64,
    /// The login of whoever wrote it.
    pub author: String,
    /// Its Markdown.
    pub body: String,
    /// Where people see it.
    pub url: String,
}

/// A comment on lines of a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewComment {
    /// Its number.
    pub id: u64,
    /// The login of whoever wrote it.
    pub author: String,
    /// Its Markdown.
    pub body: String,
    /// The file.
    pub path: String,
    /// The last line that it is about, in the file at the head; absent when that is no longer in the diff.
    pub line: Option<u64>,
    /// The comment that it answers.
    pub answers: Option<u64>,
}

/// A comment on lines, to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineComment {
    /// The file.
    pub path: String,
    /// The first line that it is about, in the file at the head, from 1.
    pub first: u64,
    /// The last line.
    pub last: u64,
    /// Its Markdown.
    pub body: String,
}

/// A file that a pull request changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullFile {
    /// Its path at the head.
    pub path: String,
    /// Its path at the base, where that was another.
    pub previous_path: Option<String>,
    /// `added`, `removed`, `modified`, `renamed`, `copied`, `changed` or `unchanged`.
    pub status: String,
    /// Its unified diff without the header; absent when it is binary or too large.
    pub patch: Option<String>,
}

/// A pull request, as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull {
    /// The commit at its head.
    pub head: String,
    /// Whether it can still be merged.
    pub is_open: bool,
}

/// What is at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A file's bytes.
    File(Vec<u8>),
    /// What is in a folder.
    Folder(Vec<Entry>),
    /// A symbolic link that leads out, or a submodule.
    Other(String),
}

/// Something in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its path in the repository.
    pub path: String,
    /// `file`, `dir`, `symlink` or `submodule`.
    pub kind: String,
}

/// Something in a commit, at whatever depth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// Its path in the repository.
    pub path: String,
    /// `file`, `dir`, `symlink` or `submodule`.
    pub kind: String,
    /// What Git calls it, which says what a file holds.
    pub sha: String,
}

/// A commit of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub sha: String,
    /// The commit that it was made upon; absent of the first one of all.
    pub parent: Option<String>,
    /// When it was made.
    pub when: Timestamp,
}

/// What a gate asks of GitHub, of one repository. Lists are whole, whatever number of pages they came in.
///
/// Requests that change nothing when repeated are repeated when they fail; a post never is, for a post that failed may have
/// been carried out: see [`ApiError::is_unsure`].
pub trait GitHub {
    /// The login that comments are posted under.
    ///
    /// # Errors
    ///
    /// When GitHub cannot be asked or the token is not valid.
    fn viewer(&self) -> Result<String, ApiError>;

    /// The comments of a pull request, oldest first.
    ///
    /// # Errors
    ///
    /// When they cannot be listed.
    fn comments(&self, pull: u64) -> Result<Vec<Comment>, ApiError>;

    /// Posts a comment, once.
    ///
    /// # Errors
    ///
    /// When it was not posted, or nobody knows.
    fn post_comment(&self, pull: u64, body: &str) -> Result<Comment, ApiError>;

    /// Gives a comment another text.
    ///
    /// # Errors
    ///
    /// When it could not be changed.
    fn edit_comment(&self, comment: u64, body: &str) -> Result<Comment, ApiError>;

    /// Deletes a comment; one that is gone already is deleted.
    ///
    /// # Errors
    ///
    /// When it could not be deleted.
    fn delete_comment(&self, comment: u64) -> Result<(), ApiError>;

    /// The pull request.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    fn pull(&self, pull: u64) -> Result<Pull, ApiError>;

    /// The files that a pull request changes.
    ///
    /// # Errors
    ///
    /// When they cannot be listed.
    fn pull_files(&self, pull: u64) -> Result<Vec<PullFile>, ApiError>;

    /// The comments on lines of a pull request.
    ///
    /// # Errors
    ///
    /// When they cannot be listed.
    fn review_comments(&self, pull: u64) -> Result<Vec<ReviewComment>, ApiError>;

    /// Posts comments on lines, once, all or none.
    ///
    /// # Errors
    ///
    /// When they were not posted, or nobody knows. One line that is not in the diff is enough for [`ApiErrorKind::Invalid`].
    fn post_review(
        &self,
        pull: u64,
        commit: &str,
        comments: &[LineComment],
    ) -> Result<(), ApiError>;

    /// Deletes a comment on lines; one that is gone already is deleted.
    ///
    /// # Errors
    ///
    /// When it could not be deleted.
    fn delete_review_comment(&self, comment: u64) -> Result<(), ApiError>;

    /// What is at a path at a commit; `None` when nothing is.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or nobody knows whether it is there.
    fn content(&self, path: &str, commit: &str) -> Result<Option<Content>, ApiError>;

    /// Everything that is in a commit; absent where that is too much to be listed.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    fn tree(&self, commit: &str) -> Result<Option<Vec<TreeEntry>>, ApiError>;

    /// What is directly in a commit, or in a folder of it by Git's name for that; absent where that is too much to be listed. Paths are
    /// names here.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    fn folder(&self, sha: &str) -> Result<Option<Vec<TreeEntry>>, ApiError>;

    /// What a commit has behind it since a time, the youngest first: all of it, or what changed a path.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is longer than [`MOST_COMMITS`].
    fn history(
        &self,
        commit: &str,
        path: Option<&str>,
        since: Timestamp,
    ) -> Result<Vec<Commit>, ApiError>;

    /// The files that differ between a commit and one that came of it; absent where there are too many to be listed.
    ///
    /// # Errors
    ///
    /// When the two cannot be compared.
    fn compared(&self, before: &str, after: &str) -> Result<Option<Vec<PullFile>>, ApiError>;
}
