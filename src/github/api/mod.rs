//! GitHub's API, as far as a gate needs it: a small trait, and the client that implements it.
//!
//! Everything that is read here was written by somebody else. Requests have limits on time and number, and the caller
//! decides what to do without an answer.

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

/// How many commits of a history are read.
pub const MOST_COMMITS: usize = 500;

/// A comment in the conversation of a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its id.
    pub id: u64,
    /// The login of its author.
    pub author: String,
    /// Its Markdown.
    pub body: String,
    /// Its address for people.
    pub url: String,
}

/// A comment on lines of a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewComment {
    /// Its id.
    pub id: u64,
    /// The login of its author.
    pub author: String,
    /// Its Markdown.
    pub body: String,
    /// The file.
    pub path: String,
    /// The last line that it is about, in the file at the head. `None` if that line is not in the diff any more.
    pub line: Option<u64>,
    /// The id of the comment that it replies to.
    pub answers: Option<u64>,
}

/// A comment on lines that is to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineComment {
    /// The file.
    pub path: String,
    /// The first line that it is about, in the file at the head, counted from 1.
    pub first: u64,
    /// The last line that it is about.
    pub last: u64,
    /// Its Markdown.
    pub body: String,
}

/// A file that a pull request changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullFile {
    /// Its path at the head.
    pub path: String,
    /// Its path at the base, if it is a different one.
    pub previous_path: Option<String>,
    /// `added`, `removed`, `modified`, `renamed`, `copied`, `changed` or `unchanged`.
    pub status: String,
    /// Its unified diff without the header. `None` if it is binary or too large.
    pub patch: Option<String>,
}

/// The present state of a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull {
    /// The commit at its head.
    pub head: String,
    /// Whether it can still be merged.
    pub is_open: bool,
}

/// What is at a path of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The bytes of a file.
    File(Vec<u8>),
    /// The entries of a folder.
    Folder(Vec<Entry>),
    /// A symbolic link that leads out of the repository, or a submodule.
    Other(String),
}

/// An entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its path in the repository.
    pub path: String,
    /// `file`, `dir`, `symlink` or `submodule`.
    pub kind: String,
}

/// An entry of a commit's tree, at any depth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// Its path in the repository.
    pub path: String,
    /// `file`, `dir`, `symlink` or `submodule`.
    pub kind: String,
    /// Git's hash of it. For a file, equal hashes mean equal contents.
    pub sha: String,
}

/// The most files whose texts are asked for with one request.
pub const MOST_TEXTS: usize = 50;

/// A commit of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its SHA.
    pub sha: String,
    /// Its first parent. `None` for the first commit of all.
    pub parent: Option<String>,
    /// When it was made.
    pub when: Timestamp,
}

/// The requests of a gate to GitHub, for one repository. Lists contain the items of all pages.
///
/// A failed request is repeated if repeating it changes nothing more. A post is never repeated, because it may have
/// been carried out: see [`ApiError::is_unsure`].
pub trait GitHub {
    /// Returns the login under which comments are posted.
    ///
    /// # Errors
    ///
    /// Returns an error if GitHub cannot be reached or the token is not valid.
    fn viewer(&self) -> Result<String, ApiError>;

    /// Returns the comments of a pull request, oldest first.
    ///
    /// # Errors
    ///
    /// Returns an error if they cannot be listed.
    fn comments(&self, pull: u64) -> Result<Vec<Comment>, ApiError>;

    /// Posts a comment, once.
    ///
    /// # Errors
    ///
    /// Returns an error if it was not posted, or if it is not known whether it was.
    fn post_comment(&self, pull: u64, body: &str) -> Result<Comment, ApiError>;

    /// Changes the text of a comment.
    ///
    /// # Errors
    ///
    /// Returns an error if it could not be changed.
    fn edit_comment(&self, comment: u64, body: &str) -> Result<Comment, ApiError>;

    /// Deletes a comment. If it does not exist any more, that is success.
    ///
    /// # Errors
    ///
    /// Returns an error if it could not be deleted.
    fn delete_comment(&self, comment: u64) -> Result<(), ApiError>;

    /// Returns the pull request.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot be read.
    fn pull(&self, pull: u64) -> Result<Pull, ApiError>;

    /// Returns the files that a pull request changes.
    ///
    /// # Errors
    ///
    /// Returns an error if they cannot be listed.
    fn pull_files(&self, pull: u64) -> Result<Vec<PullFile>, ApiError>;

    /// Returns the comments on lines of a pull request.
    ///
    /// # Errors
    ///
    /// Returns an error if they cannot be listed.
    fn review_comments(&self, pull: u64) -> Result<Vec<ReviewComment>, ApiError>;

    /// Posts comments on lines, once. GitHub accepts all of them or none.
    ///
    /// # Errors
    ///
    /// Returns an error if they were not posted, or if it is not known whether they were. A single line that is not in
    /// the diff is enough for [`ApiErrorKind::Invalid`].
    fn post_review(
        &self,
        pull: u64,
        commit: &str,
        comments: &[LineComment],
    ) -> Result<(), ApiError>;

    /// Deletes a comment on lines. If it does not exist any more, that is success.
    ///
    /// # Errors
    ///
    /// Returns an error if it could not be deleted.
    fn delete_review_comment(&self, comment: u64) -> Result<(), ApiError>;

    /// Returns what is at a path at a commit, or `None` if there is nothing.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot be read, or if it is not known whether it exists.
    fn content(&self, path: &str, commit: &str) -> Result<Option<Content>, ApiError>;

    /// Returns the texts of files of a commit with one request, in the order of the paths. `None` stands for what is no text, too large
    /// or not there.
    ///
    /// # Errors
    ///
    /// Returns an error if they cannot be read, or if there are more than [`MOST_TEXTS`].
    fn texts(&self, commit: &str, paths: &[String]) -> Result<Vec<Option<String>>, ApiError>;

    /// Returns all files and folders of a commit, or `None` if there are too many to be listed.
    ///
    /// # Errors
    ///
    /// Returns an error if they cannot be read.
    fn tree(&self, commit: &str) -> Result<Option<Vec<TreeEntry>>, ApiError>;

    /// Returns the direct entries of a commit, or of a folder by its Git hash, or `None` if there are too many to be
    /// listed. The paths of these entries are only names.
    ///
    /// # Errors
    ///
    /// Returns an error if they cannot be read.
    fn folder(&self, sha: &str) -> Result<Option<Vec<TreeEntry>>, ApiError>;

    /// Returns the first parent of a commit, or `None` if it has none or does not exist.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot be read.
    fn first_parent(&self, commit: &str) -> Result<Option<String>, ApiError>;

    /// Returns the history of a commit since a time, newest first: all commits, or those that changed a path.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot be read, or if it is longer than [`MOST_COMMITS`].
    fn history(
        &self,
        commit: &str,
        path: Option<&str>,
        since: Timestamp,
    ) -> Result<Vec<Commit>, ApiError>;

    /// Returns the files that differ between a commit and a later one, or `None` if there are too many to be listed.
    ///
    /// # Errors
    ///
    /// Returns an error if the two cannot be compared.
    fn compared(&self, before: &str, after: &str) -> Result<Option<Vec<PullFile>>, ApiError>;
}
