//! The routes of GitHub's REST API that a gate uses.
//!
//! Follows <https://docs.github.com/en/rest/issues/comments>, <https://docs.github.com/en/rest/pulls>,
//! <https://docs.github.com/en/rest/repos/contents> and <https://docs.github.com/en/rest/commits/commits>.

use super::answer;
use super::client::{Answer, Asked, Client, JSON, Repeat};
use crate::github::api::{
    ApiError, ApiErrorKind, Comment, Commit, Content, Entry, GitHub, LineComment, MOST_COMMITS,
    Operation, Pull, PullFile, ReviewComment, TreeEntry,
};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::Method;
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// How many pages of a hundred are read of a list. GitHub lists at most 3,000 files of a pull request.
const MOST_PAGES: u32 = 50;

/// How many files GitHub lists of a comparison. If there are this many, there may be more.
const MOST_COMPARED: usize = 300;

/// The media type for the plain contents of a file of any size.
const RAW: &str = "application/vnd.github.raw+json";

/// The characters that are encoded in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

#[derive(Debug, Deserialize)]
struct User {
    login: String,
}

#[derive(Debug, Deserialize)]
struct IssueComment {
    id: u64,
    user: Option<User>,
    body: Option<String>,
    html_url: Option<String>,
}

impl From<IssueComment> for Comment {
    fn from(comment: IssueComment) -> Self {
        Self {
            id: comment.id,
            author: comment.user.map(|user| user.login).unwrap_or_default(),
            body: comment.body.unwrap_or_default(),
            url: comment.html_url.unwrap_or_default(),
        }
    }
}

#[derive(Debug, Deserialize)]
struct PullComment {
    id: u64,
    user: Option<User>,
    body: Option<String>,
    path: String,
    line: Option<u64>,
    in_reply_to_id: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct DiffEntry {
    filename: String,
    previous_filename: Option<String>,
    status: String,
    patch: Option<String>,
}

impl From<DiffEntry> for PullFile {
    fn from(file: DiffEntry) -> Self {
        Self {
            path: file.filename,
            previous_path: file.previous_filename,
            status: file.status,
            patch: file.patch,
        }
    }
}

#[derive(Debug, Deserialize)]
struct Tree {
    tree: Vec<GitEntry>,
    truncated: bool,
}

#[derive(Debug, Deserialize)]
struct GitEntry {
    path: String,
    mode: String,
    #[serde(rename = "type")]
    kind: String,
    sha: String,
}

#[derive(Debug, Deserialize)]
struct Compared {
    files: Option<Vec<DiffEntry>>,
}

#[derive(Debug, Deserialize)]
struct HistoryEntry {
    sha: String,
    commit: HistoryCommit,
    parents: Vec<Parent>,
}

#[derive(Debug, Deserialize)]
struct GitCommit {
    parents: Vec<Parent>,
}

#[derive(Debug, Deserialize)]
struct HistoryCommit {
    committer: Committer,
}

#[derive(Debug, Deserialize)]
struct Committer {
    date: String,
}

#[derive(Debug, Deserialize)]
struct Parent {
    sha: String,
}

#[derive(Debug, Deserialize)]
struct FolderEntry {
    path: String,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Debug, Deserialize)]
struct FileContent {
    #[serde(rename = "type")]
    kind: String,
    encoding: Option<String>,
    content: Option<String>,
}

impl Client {
    fn url(&self, rest: &str) -> String {
        format!("{}/repos/{}/{rest}", self.api_url, self.repository)
    }

    fn get(
        &self,
        operation: Operation,
        url: String,
        accept: &'static str,
    ) -> Result<Answer, ApiError> {
        self.ask(&Asked {
            operation,
            method: Method::GET,
            url,
            accept,
            body: None,
            repeat: Repeat::Yes,
        })
    }

    /// Reads all pages of a list. The pages are counted, because no URL in a response is requested.
    fn list<T: DeserializeOwned>(
        &self,
        operation: Operation,
        rest: &str,
    ) -> Result<Vec<T>, ApiError> {
        let mut all = Vec::new();
        for page in 1..=MOST_PAGES {
            let url = self.url(&format!("{rest}?per_page=100&page={page}"));
            let answer = self.get(operation, url, JSON)?;
            all.extend(read::<Vec<T>>(operation, &answer.body)?);
            if !answer::has_next_page(&answer.headers) {
                break;
            }
        }
        Ok(all)
    }

    fn send(
        &self,
        operation: Operation,
        method: Method,
        rest: &str,
        body: Option<&Value>,
        repeat: Repeat,
    ) -> Result<Answer, ApiError> {
        self.ask(&Asked {
            operation,
            method,
            url: self.url(rest),
            accept: JSON,
            body,
            repeat,
        })
    }

    /// Deletes something. If it does not exist any more, that is success.
    fn delete(&self, operation: Operation, rest: &str) -> Result<(), ApiError> {
        match self.send(operation, Method::DELETE, rest, None, Repeat::Yes) {
            Err(error) if error.kind != ApiErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn entries(&self, sha: &str, how: &str) -> Result<Option<Vec<TreeEntry>>, ApiError> {
        let operation = Operation::ReadTree;
        let sha = utf8_percent_encode(sha, PATH);
        let answer = self.get(operation, self.url(&format!("git/trees/{sha}{how}")), JSON)?;
        let tree: Tree = read(operation, &answer.body)?;
        let entry = |entry: GitEntry| TreeEntry {
            kind: match (entry.kind.as_str(), entry.mode.as_str()) {
                (_, "120000") => "symlink",
                ("tree", _) => "dir",
                ("blob", _) => "file",
                _ => "submodule",
            }
            .to_owned(),
            path: entry.path,
            sha: entry.sha,
        };
        Ok((!tree.truncated).then(|| tree.tree.into_iter().map(entry).collect()))
    }

    fn content_url(&self, path: &str, commit: &str) -> String {
        let parts: Vec<String> = path
            .split('/')
            .filter(|part| !matches!(*part, "" | "." | ".."))
            .map(|part| utf8_percent_encode(part, PATH).to_string())
            .collect();
        let commit = utf8_percent_encode(commit, PATH);
        self.url(&format!("contents/{}?ref={commit}", parts.join("/")))
    }
}

fn read<T: DeserializeOwned>(operation: Operation, body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| ApiError {
        operation,
        kind: ApiErrorKind::Malformed,
        message: format!("the answer is not what GitHub documents: {error}"),
    })
}

impl GitHub for Client {
    fn viewer(&self) -> Result<String, ApiError> {
        if let Some(login) = self.graphql_viewer()? {
            return Ok(login);
        }
        // The token of a workflow may not ask for its own login.
        let url = format!("{}/user", self.api_url);
        match self.get(Operation::Viewer, url, JSON) {
            Ok(answer) => Ok(read::<User>(Operation::Viewer, &answer.body)?.login),
            Err(error)
                if matches!(error.kind, ApiErrorKind::Forbidden | ApiErrorKind::NotFound) =>
            {
                Ok("github-actions[bot]".to_owned())
            }
            Err(error) => Err(error),
        }
    }

    fn comments(&self, pull: u64) -> Result<Vec<Comment>, ApiError> {
        let rest = format!("issues/{pull}/comments");
        let comments: Vec<IssueComment> = self.list(Operation::ListComments, &rest)?;
        Ok(comments.into_iter().map(Comment::from).collect())
    }

    fn post_comment(&self, pull: u64, body: &str) -> Result<Comment, ApiError> {
        let operation = Operation::PostComment;
        let rest = format!("issues/{pull}/comments");
        let body = json!({ "body": body });
        let answer = self.send(operation, Method::POST, &rest, Some(&body), Repeat::No)?;
        read::<IssueComment>(operation, &answer.body).map(Comment::from)
    }

    fn edit_comment(&self, comment: u64, body: &str) -> Result<Comment, ApiError> {
        let operation = Operation::EditComment;
        let rest = format!("issues/comments/{comment}");
        let body = json!({ "body": body });
        let answer = self.send(operation, Method::PATCH, &rest, Some(&body), Repeat::Yes)?;
        read::<IssueComment>(operation, &answer.body).map(Comment::from)
    }

    fn delete_comment(&self, comment: u64) -> Result<(), ApiError> {
        self.delete(
            Operation::DeleteComment,
            &format!("issues/comments/{comment}"),
        )
    }

    fn pull(&self, pull: u64) -> Result<Pull, ApiError> {
        #[derive(Deserialize)]
        struct Side {
            sha: String,
        }
        #[derive(Deserialize)]
        struct Read {
            state: String,
            head: Side,
        }
        let operation = Operation::ReadPull;
        let answer = self.get(operation, self.url(&format!("pulls/{pull}")), JSON)?;
        let pull: Read = read(operation, &answer.body)?;
        Ok(Pull {
            head: pull.head.sha,
            is_open: pull.state == "open",
        })
    }

    fn pull_files(&self, pull: u64) -> Result<Vec<PullFile>, ApiError> {
        let rest = format!("pulls/{pull}/files");
        let files: Vec<DiffEntry> = self.list(Operation::ListFiles, &rest)?;
        Ok(files.into_iter().map(PullFile::from).collect())
    }

    fn review_comments(&self, pull: u64) -> Result<Vec<ReviewComment>, ApiError> {
        let rest = format!("pulls/{pull}/comments");
        let comments: Vec<PullComment> = self.list(Operation::ListReviewComments, &rest)?;
        let comments = comments.into_iter().map(|comment| ReviewComment {
            id: comment.id,
            author: comment.user.map(|user| user.login).unwrap_or_default(),
            body: comment.body.unwrap_or_default(),
            path: comment.path,
            line: comment.line,
            answers: comment.in_reply_to_id,
        });
        Ok(comments.collect())
    }

    fn post_review(
        &self,
        pull: u64,
        commit: &str,
        comments: &[LineComment],
    ) -> Result<(), ApiError> {
        let comments: Vec<Value> = comments.iter().map(line_comment).collect();
        let body = json!({"commit_id": commit, "event": "COMMENT", "comments": comments});
        let rest = format!("pulls/{pull}/reviews");
        let operation = Operation::PostReview;
        self.send(operation, Method::POST, &rest, Some(&body), Repeat::No)?;
        Ok(())
    }

    fn delete_review_comment(&self, comment: u64) -> Result<(), ApiError> {
        let rest = format!("pulls/comments/{comment}");
        self.delete(Operation::DeleteReviewComment, &rest)
    }

    fn content(&self, path: &str, commit: &str) -> Result<Option<Content>, ApiError> {
        let operation = Operation::ReadContent;
        let url = self.content_url(path, commit);
        let answer = match self.get(operation, url.clone(), JSON) {
            Ok(answer) => answer,
            Err(error) if error.kind == ApiErrorKind::NotFound => {
                // GitHub gives the same answer for what the token may not see. A token that may see the root may see
                // all of it.
                let root = self.content_url("", commit);
                return self.get(operation, root, JSON).map(|_root| None);
            }
            Err(error) => return Err(error),
        };
        if answer.body.trim_ascii_start().starts_with(b"[") {
            let entries: Vec<FolderEntry> = read(operation, &answer.body)?;
            let entries = entries.into_iter().map(|entry| Entry {
                path: entry.path,
                kind: entry.kind,
            });
            return Ok(Some(Content::Folder(entries.collect())));
        }
        let file: FileContent = read(operation, &answer.body)?;
        if file.kind != "file" {
            return Ok(Some(Content::Other(file.kind)));
        }
        let bytes = match (file.encoding.as_deref(), file.content) {
            (Some("base64"), Some(content)) => decode(operation, &content)?,
            // The file is larger than a megabyte.
            _ => self.get(operation, url, RAW)?.body,
        };
        Ok(Some(Content::File(bytes)))
    }

    fn texts(&self, commit: &str, paths: &[String]) -> Result<Vec<Option<String>>, ApiError> {
        self.graphql_texts(commit, paths)
    }

    fn tree(&self, commit: &str) -> Result<Option<Vec<TreeEntry>>, ApiError> {
        self.entries(commit, "?recursive=1")
    }

    fn folder(&self, sha: &str) -> Result<Option<Vec<TreeEntry>>, ApiError> {
        self.entries(sha, "")
    }

    fn first_parent(&self, commit: &str) -> Result<Option<String>, ApiError> {
        let operation = Operation::History;
        let commit = utf8_percent_encode(commit, PATH);
        let answer = match self.get(operation, self.url(&format!("git/commits/{commit}")), JSON) {
            Ok(answer) => answer,
            Err(error) if error.kind == ApiErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let commit: GitCommit = read(operation, &answer.body)?;
        Ok(commit.parents.into_iter().next().map(|parent| parent.sha))
    }

    fn history(
        &self,
        commit: &str,
        path: Option<&str>,
        since: Timestamp,
    ) -> Result<Vec<Commit>, ApiError> {
        let operation = Operation::History;
        let commit = utf8_percent_encode(commit, PATH);
        let path = path.map_or_else(String::new, |path| {
            format!("&path={}", utf8_percent_encode(path, PATH))
        });
        let mut all: Vec<HistoryEntry> = Vec::new();
        for page in 1.. {
            if all.len() >= MOST_COMMITS {
                return Err(ApiError {
                    operation,
                    kind: ApiErrorKind::OutOfTime,
                    message: format!("there are more than {MOST_COMMITS} commits since {since}"),
                });
            }
            let rest = format!("commits?sha={commit}{path}&since={since}&per_page=100&page={page}");
            let answer = self.get(operation, self.url(&rest), JSON)?;
            all.extend(read::<Vec<HistoryEntry>>(operation, &answer.body)?);
            if !answer::has_next_page(&answer.headers) {
                break;
            }
        }
        let commit = |entry: HistoryEntry| {
            let when = entry.commit.committer.date;
            Ok(Commit {
                when: when.parse().map_err(|error| ApiError {
                    operation,
                    kind: ApiErrorKind::Malformed,
                    message: format!("a commit's date is no time: {error}"),
                })?,
                sha: entry.sha,
                parent: entry.parents.into_iter().next().map(|parent| parent.sha),
            })
        };
        all.into_iter().map(commit).collect()
    }

    fn compared(&self, before: &str, after: &str) -> Result<Option<Vec<PullFile>>, ApiError> {
        let operation = Operation::Compare;
        let (before, after) = (
            utf8_percent_encode(before, PATH),
            utf8_percent_encode(after, PATH),
        );
        let rest = format!("compare/{before}...{after}?per_page=100&page=1");
        let answer = self.get(operation, self.url(&rest), JSON)?;
        let compared: Compared = read(operation, &answer.body)?;
        let files = compared.files.filter(|files| files.len() < MOST_COMPARED);
        Ok(files.map(|files| files.into_iter().map(PullFile::from).collect()))
    }
}

/// Returns a comment in the form of the API for reviews. The first line is left out if it is also the last.
fn line_comment(comment: &LineComment) -> Value {
    let mut value = json!({
        "path": comment.path, "body": comment.body, "line": comment.last, "side": "RIGHT",
    });
    if comment.first < comment.last
        && let Some(fields) = value.as_object_mut()
    {
        fields.insert("start_line".to_owned(), json!(comment.first));
        fields.insert("start_side".to_owned(), json!("RIGHT"));
    }
    value
}

fn decode(operation: Operation, content: &str) -> Result<Vec<u8>, ApiError> {
    let whole: String = content.split_whitespace().collect();
    BASE64_STANDARD.decode(whole).map_err(|error| ApiError {
        operation,
        kind: ApiErrorKind::Malformed,
        message: format!("a file came in no base64: {error}"),
    })
}
