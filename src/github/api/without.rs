//! Replaces the client in a build without the feature `live`.

use super::{
    ApiError, Comment, Commit, ConnectError, Connection, Content, GitHub, LineComment, Pull,
    PullFile, ReviewComment, TreeEntry,
};
use jiff::Timestamp;
use std::convert::Infallible;

/// A client that cannot be created: this type has no value.
#[derive(Debug)]
pub struct Client(Infallible);

impl Client {
    /// Returns an error that this build cannot call GitHub.
    ///
    /// # Errors
    ///
    /// Always.
    pub fn new(_connection: Connection) -> Result<Self, ConnectError> {
        Err(ConnectError::NotBuilt)
    }

    /// Returns how many requests were made.
    pub fn requests(&self) -> usize {
        match self.0 {}
    }
}

impl GitHub for Client {
    fn viewer(&self) -> Result<String, ApiError> {
        match self.0 {}
    }

    fn comments(&self, _pull: u64) -> Result<Vec<Comment>, ApiError> {
        match self.0 {}
    }

    fn post_comment(&self, _pull: u64, _body: &str) -> Result<Comment, ApiError> {
        match self.0 {}
    }

    fn edit_comment(&self, _comment: u64, _body: &str) -> Result<Comment, ApiError> {
        match self.0 {}
    }

    fn delete_comment(&self, _comment: u64) -> Result<(), ApiError> {
        match self.0 {}
    }

    fn pull(&self, _pull: u64) -> Result<Pull, ApiError> {
        match self.0 {}
    }

    fn pull_files(&self, _pull: u64) -> Result<Vec<PullFile>, ApiError> {
        match self.0 {}
    }

    fn review_comments(&self, _pull: u64) -> Result<Vec<ReviewComment>, ApiError> {
        match self.0 {}
    }

    fn post_review(
        &self,
        _pull: u64,
        _commit: &str,
        _comments: &[LineComment],
    ) -> Result<(), ApiError> {
        match self.0 {}
    }

    fn delete_review_comment(&self, _comment: u64) -> Result<(), ApiError> {
        match self.0 {}
    }

    fn content(&self, _path: &str, _commit: &str) -> Result<Option<Content>, ApiError> {
        match self.0 {}
    }

    fn texts(&self, _commit: &str, _paths: &[String]) -> Result<Vec<Option<String>>, ApiError> {
        match self.0 {}
    }

    fn tree(&self, _commit: &str) -> Result<Option<Vec<TreeEntry>>, ApiError> {
        match self.0 {}
    }

    fn folder(&self, _sha: &str) -> Result<Option<Vec<TreeEntry>>, ApiError> {
        match self.0 {}
    }

    fn first_parent(&self, _commit: &str) -> Result<Option<String>, ApiError> {
        match self.0 {}
    }

    fn history(
        &self,
        _commit: &str,
        _path: Option<&str>,
        _since: Timestamp,
    ) -> Result<Vec<Commit>, ApiError> {
        match self.0 {}
    }

    fn compared(&self, _before: &str, _after: &str) -> Result<Option<Vec<PullFile>>, ApiError> {
        match self.0 {}
    }
}
