//! GitHub on the loopback: comments, reviews, files and contents of one repository, in pages, with the faults that a test asks
//! for. It keeps what was posted and every request that was made.

use crate::live::http::{Answer, HttpRequest, HttpServer};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// The bot that a workflow's own token posts as.
pub(crate) const BOT: &str = "github-actions[bot]";

/// A comment that somebody made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Posted {
    pub(crate) id: u64,
    pub(crate) author: String,
    pub(crate) body: String,
}

/// A comment on lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OnLines {
    pub(crate) id: u64,
    pub(crate) author: String,
    pub(crate) body: String,
    pub(crate) path: String,
    pub(crate) first: Option<u64>,
    pub(crate) last: Option<u64>,
    pub(crate) answers: Option<u64>,
}

/// What goes wrong with a request.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// An error of GitHub's with what it says; nothing is done.
    Error(u16, &'static str),
    /// The same, with headers.
    Throttled(u16, Vec<(&'static str, String)>, &'static str),
    /// What was asked is done, and the answer is an error.
    DoneThen(u16),
    /// What was asked is done, and the connection is closed.
    DoneThenReset,
    /// The connection is closed.
    Reset,
    /// No answer.
    Hang,
    /// An answer that is no JSON.
    Malformed,
    /// A redirect to this address.
    Moved(String),
}

/// What goes wrong with the n-th request (from 0) of a method and path; the path is without prefix and query.
pub(crate) type Faults = dyn Fn(&str, &str, u64) -> Option<Fault> + Send + Sync;

/// One request as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) authorization: Option<String>,
}

/// What the repository holds.
#[derive(Debug, Default)]
pub(crate) struct Repository {
    pub(crate) comments: Vec<Posted>,
    pub(crate) on_lines: Vec<OnLines>,
    /// The pull request's files: path, status, patch.
    pub(crate) files: Vec<(String, String, Option<String>)>,
    /// Files by commit and path.
    pub(crate) contents: BTreeMap<(String, String), Vec<u8>>,
    /// Symbolic links and submodules by commit and path.
    pub(crate) odd: BTreeMap<(String, String), &'static str>,
    /// The commits behind a commit, the youngest first: name, parents, when it was made.
    pub(crate) history: Vec<(String, Vec<String>, String)>,
    /// Files of one commit that have another path in a later one: earlier path, later path.
    /// Test merges, each with its parents.
    pub(crate) merges: BTreeMap<String, Vec<String>>,
    pub(crate) renames: BTreeMap<String, String>,
    pub(crate) head: String,
    /// Whether a commit has more than GitHub lists.
    pub(crate) has_large_trees: bool,
    /// Reviews that name a line which is in none of these are refused: path, line.
    pub(crate) seen: Vec<Seen>,
    pub(crate) next_id: u64,
    pub(crate) counts: BTreeMap<(String, String), u64>,
}

impl Repository {
    pub(crate) fn comment(&mut self, author: &str, body: &str) -> u64 {
        self.next_id += 1;
        let id = 1000 + self.next_id;
        self.comments.push(Posted {
            id,
            author: author.to_owned(),
            body: body.to_owned(),
        });
        id
    }

    pub(crate) fn file(&mut self, commit: &str, path: &str, text: &str) {
        let place = (commit.to_owned(), path.to_owned());
        self.contents.insert(place, text.as_bytes().to_vec());
    }

    /// The requests that change something: method and path.
    pub(crate) fn writes(&self) -> Vec<String> {
        let writes = self
            .seen
            .iter()
            .filter(|seen| seen.method != "GET" && !seen.path.ends_with("graphql"));
        writes
            .map(|seen| format!("{} {}", seen.method, seen.path))
            .collect()
    }
}

/// How the server is reached and who asks.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    /// What stands before `/repos`: `/api/v3` on an enterprise server.
    pub(crate) prefix: &'static str,
    /// Comments a page at most, whatever is asked for.
    pub(crate) page: usize,
    /// Whose token it is.
    pub(crate) login: &'static str,
    /// Whether GraphQL answers.
    pub(crate) graphql: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            prefix: "",
            page: 100,
            login: BOT,
            graphql: true,
        }
    }
}

/// The server.
#[derive(Debug)]
pub(crate) struct GitHubServer {
    http: HttpServer,
    setup: Setup,
    repository: Arc<Mutex<Repository>>,
}

impl GitHubServer {
    pub(crate) fn start(
        setup: Setup,
        repository: Repository,
        faults: impl Fn(&str, &str, u64) -> Option<Fault> + Send + Sync + 'static,
    ) -> Self {
        let repository = Arc::new(Mutex::new(repository));
        let (kept, how) = (Arc::clone(&repository), setup.clone());
        let http = HttpServer::start(move |request| answer(request, &kept, &how, &faults));
        Self {
            http,
            setup,
            repository,
        }
    }

    pub(crate) fn plain(repository: Repository) -> Self {
        Self::start(Setup::default(), repository, |_, _, _| None)
    }

    pub(crate) fn api_url(&self) -> String {
        format!("{}{}", self.http.url(), self.setup.prefix)
    }

    pub(crate) fn graphql_url(&self) -> String {
        let api = self.setup.prefix.trim_end_matches("/v3");
        format!("{}{api}/graphql", self.http.url())
    }

    pub(crate) fn repository(&self) -> MutexGuard<'_, Repository> {
        self.repository.lock().expect("no request panicked")
    }
}

fn answer(
    request: &HttpRequest,
    repository: &Mutex<Repository>,
    setup: &Setup,
    faults: &Faults,
) -> Answer {
    let method = request
        .head
        .split(' ')
        .next()
        .unwrap_or_default()
        .to_owned();
    let (path, query) = request
        .path
        .split_once('?')
        .unwrap_or((request.path.as_str(), ""));
    let path = path.strip_prefix(setup.prefix).unwrap_or(path).to_owned();
    let authorization = request.head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("authorization")
            .then(|| value.trim().to_owned())
    });
    let count = {
        let mut repository = repository.lock().expect("no request panicked");
        repository.seen.push(Seen {
            method: method.clone(),
            path: path.clone(),
            query: query.to_owned(),
            authorization,
        });
        let count = repository
            .counts
            .entry((method.clone(), path.clone()))
            .or_default();
        *count += 1;
        *count - 1
    };
    let work = || {
        let mut repository = repository.lock().expect("no request panicked");
        let asked = Asked {
            method: &method,
            path: &path,
            query,
            accept_raw: request.head.contains("raw+json"),
            body: serde_json::from_slice(&request.body).unwrap_or_default(),
            url: format!("http://{}{}", host(request), request.path),
        };
        repository.serve(&asked, setup)
    };
    match faults(&method, &path, count) {
        None => work(),
        Some(Fault::Error(status, message)) => error(status, message),
        Some(Fault::Throttled(status, headers, message)) => {
            whole(status, headers, &json!({ "message": message }))
        }
        Some(Fault::DoneThen(status)) => {
            work();
            error(status, "Server Error")
        }
        Some(Fault::DoneThenReset) => {
            work();
            Answer::Reset
        }
        Some(Fault::Reset) => Answer::Reset,
        Some(Fault::Hang) => Answer::Hang,
        Some(Fault::Malformed) => Answer::Whole {
            status: 200,
            headers: Vec::new(),
            body: b"<html>".to_vec(),
        },
        Some(Fault::Moved(to)) => whole(307, vec![("location", to)], &json!({})),
    }
}

fn host(request: &HttpRequest) -> String {
    let host = request.head.lines().find_map(|line| {
        line.split_once(':')
            .filter(|(name, _)| name.eq_ignore_ascii_case("host"))
    });
    host.map(|(_, value)| value.trim().to_owned())
        .unwrap_or_default()
}

struct Asked<'a> {
    method: &'a str,
    path: &'a str,
    query: &'a str,
    accept_raw: bool,
    body: Value,
    url: String,
}

impl Asked<'_> {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.query.split('&').find_map(|pair| {
            pair.split_once('=')
                .filter(|(is, _)| *is == name)
                .map(|(_, value)| value)
        })
    }
}

impl Repository {
    fn serve(&mut self, asked: &Asked<'_>, setup: &Setup) -> Answer {
        if asked.path.ends_with("/graphql") {
            return self.graphql(asked, setup);
        }
        if asked.path == "/user" {
            return error(403, "Resource not accessible by integration");
        }
        let Some(path) = asked.path.strip_prefix("/repos/acme/shop/") else {
            return error(404, "Not Found");
        };
        let parts: Vec<&str> = path.split('/').collect();
        match (asked.method, parts.as_slice()) {
            ("GET", ["issues", "42" | "7", "comments"]) => {
                let all = self.comments.iter().map(shown).collect();
                page(asked, setup, all)
            }
            ("POST", ["issues", "42" | "7", "comments"]) => {
                let body = asked.body["body"].as_str().expect("a body").to_owned();
                assert!(body.chars().count() <= 65_536, "GitHub takes no more");
                let id = self.comment(setup.login, &body);
                let posted = self.comments.iter().find(|comment| comment.id == id);
                whole(201, Vec::new(), &shown(posted.expect("it was posted")))
            }
            (method @ ("PATCH" | "DELETE"), ["issues", "comments", id]) => {
                let id: u64 = id.parse().expect("an id");
                let Some(at) = self.comments.iter().position(|comment| comment.id == id) else {
                    return error(404, "Not Found");
                };
                if self.comments[at].author != setup.login {
                    return error(403, "Resource not accessible by integration");
                }
                if method == "DELETE" {
                    self.comments.remove(at);
                    return whole(204, Vec::new(), &Value::Null);
                }
                self.comments[at].body = asked.body["body"].as_str().expect("a body").to_owned();
                whole(200, Vec::new(), &shown(&self.comments[at]))
            }
            ("GET", ["pulls", "42" | "7"]) => {
                let pull = json!({"state": "open", "head": {"sha": self.head}});
                whole(200, Vec::new(), &pull)
            }
            ("GET", ["pulls", "42" | "7", "files"]) => {
                let files = self.files.iter().map(|(path, status, patch)| {
                    json!({"filename": path, "status": status, "patch": patch})
                });
                page(asked, setup, files.collect())
            }
            ("GET", ["pulls", "42" | "7", "comments"]) => {
                let all = self.on_lines.iter().map(shown_on_lines).collect();
                page(asked, setup, all)
            }
            ("POST", ["pulls", "42" | "7", "reviews"]) => self.review(asked, setup),
            ("DELETE", ["pulls", "comments", id]) => {
                let id: u64 = id.parse().expect("an id");
                let before = self.on_lines.len();
                self.on_lines
                    .retain(|comment| comment.id != id || comment.author != setup.login);
                if self.on_lines.len() == before {
                    return error(404, "Not Found");
                }
                whole(204, Vec::new(), &Value::Null)
            }
            ("GET", ["git", "trees", commit]) if asked.parameter("recursive").is_some() => {
                self.tree(commit)
            }
            ("GET", ["git", "trees", sha]) => self.folder(sha),
            ("GET", ["commits"]) => {
                let commits = self.commits(asked);
                page(asked, setup, commits)
            }
            ("GET", ["git", "commits", commit]) => match self.merges.get(*commit) {
                Some(parents) => {
                    let parents: Vec<Value> =
                        parents.iter().map(|sha| json!({"sha": sha})).collect();
                    whole(200, Vec::new(), &json!({"sha": commit, "parents": parents}))
                }
                None => error(404, "Not Found"),
            },
            ("GET", ["compare", both]) => {
                let (before, after) = both.split_once("...").expect("two commits");
                whole(
                    200,
                    Vec::new(),
                    &json!({"files": self.compared(before, after)}),
                )
            }
            ("GET", ["contents", path @ ..]) => self.content(asked, &path.join("/")),
            _ => error(404, "Not Found"),
        }
    }

    /// As GitHub does: one line that is not in the diff, or a range over two hunks, and all are refused.
    fn review(&mut self, asked: &Asked<'_>, setup: &Setup) -> Answer {
        let comments = asked.body["comments"].as_array().expect("comments").clone();
        for comment in &comments {
            let place = comment["path"].as_str().expect("a path");
            let last = comment["line"].as_u64().expect("a line");
            let first = comment["start_line"].as_u64().unwrap_or(last);
            if comment["start_line"].as_u64() == Some(last) {
                return error(422, "start_line must precede the end line");
            }
            let file = self.files.iter().find(|(name, _, _)| name == place);
            let patch = file.and_then(|(_, _, patch)| patch.as_deref());
            if !patch.is_some_and(|patch| is_in_one_hunk(patch, first, last)) {
                return error(
                    422,
                    "Pull request review thread line must be part of the diff",
                );
            }
        }
        for comment in comments {
            self.next_id += 1;
            self.on_lines.push(OnLines {
                id: 5000 + self.next_id,
                author: setup.login.to_owned(),
                body: comment["body"].as_str().expect("a body").to_owned(),
                path: comment["path"].as_str().expect("a path").to_owned(),
                first: comment["start_line"].as_u64(),
                last: comment["line"].as_u64(),
                answers: None,
            });
        }
        whole(200, Vec::new(), &json!({"id": 1}))
    }

    fn content(&self, asked: &Asked<'_>, path: &str) -> Answer {
        let path = percent_encoding::percent_decode_str(path)
            .decode_utf8()
            .expect("UTF-8")
            .into_owned();
        let commit = asked.parameter("ref").unwrap_or_default().to_owned();
        let place = (commit.clone(), path.clone());
        if let Some(kind) = self.odd.get(&place) {
            return whole(200, Vec::new(), &json!({"type": kind, "path": path}));
        }
        if let Some(bytes) = self.contents.get(&place) {
            if asked.accept_raw {
                return Answer::Whole {
                    status: 200,
                    headers: Vec::new(),
                    body: bytes.clone(),
                };
            }
            // As GitHub does of files over a megabyte.
            let (encoding, content) = if bytes.len() > 1 << 20 {
                ("none", String::new())
            } else {
                let whole = BASE64_STANDARD.encode(bytes);
                let lines: Vec<&str> = whole
                    .as_bytes()
                    .chunks(60)
                    .map(|line| std::str::from_utf8(line).expect("ASCII"))
                    .collect();
                ("base64", lines.join("\n"))
            };
            let file = json!({"type": "file", "path": path, "size": bytes.len(), "encoding": encoding, "content": content});
            return whole(200, Vec::new(), &file);
        }
        let below = if path.is_empty() {
            String::new()
        } else {
            format!("{path}/")
        };
        let known = self.contents.keys().chain(self.odd.keys());
        let mut entries: BTreeMap<String, &str> = BTreeMap::new();
        let mut commit_is_known = false;
        for (of, file) in known {
            if *of != commit {
                continue;
            }
            commit_is_known = true;
            let Some(rest) = file.strip_prefix(&below) else {
                continue;
            };
            let (name, kind) = match rest.split_once('/') {
                Some((folder, _)) => (folder, "dir"),
                None => (
                    rest,
                    self.odd
                        .get(&(of.clone(), file.clone()))
                        .copied()
                        .unwrap_or("file"),
                ),
            };
            entries.insert(format!("{below}{name}"), kind);
        }
        if entries.is_empty() && !(path.is_empty() && commit_is_known) {
            return error(404, "Not Found");
        }
        let entries: Vec<Value> = entries
            .into_iter()
            .map(|(path, kind)| json!({"path": path, "type": kind}))
            .collect();
        whole(200, Vec::new(), &json!(entries))
    }

    fn graphql(&self, asked: &Asked<'_>, setup: &Setup) -> Answer {
        if !setup.graphql {
            return error(403, "Resource not accessible by integration");
        }
        let query = asked.body["query"].as_str().unwrap_or_default();
        if query.contains("viewer") {
            return whole(
                200,
                Vec::new(),
                &json!({"data": {"viewer": {"login": setup.login}}}),
            );
        }
        if query.contains("... on Blob") {
            return self.blobs(&asked.body["variables"]);
        }
        error(422, "no such query")
    }

    /// Texts of files, as GraphQL gives them: none of what is no text.
    fn blobs(&self, variables: &Value) -> Answer {
        let mut files = serde_json::Map::new();
        for (name, expression) in variables.as_object().into_iter().flatten() {
            let Some(number) = name
                .strip_prefix('e')
                .filter(|rest| rest.parse::<usize>().is_ok())
            else {
                continue;
            };
            let expression = expression.as_str().unwrap_or_default();
            let (commit, path) = expression.split_once(':').unwrap_or_default();
            let bytes = self.contents.get(&(commit.to_owned(), path.to_owned()));
            let text = bytes.and_then(|bytes| std::str::from_utf8(bytes).ok());
            let file = bytes.map(|_| json!({"text": text, "isTruncated": false}));
            files.insert(format!("f{number}"), file.unwrap_or_default());
        }
        whole(200, Vec::new(), &json!({"data": {"repository": files}}))
    }

    /// All that is in a commit, as GitHub lists it.
    fn tree(&self, commit: &str) -> Answer {
        let tree = self.entries(commit);
        if tree.is_empty() {
            return error(404, "Not Found");
        }
        let tree: Vec<Value> = tree.into_values().collect();
        whole(
            200,
            Vec::new(),
            &json!({"tree": tree, "truncated": self.has_large_trees}),
        )
    }

    /// All that is in a commit, as Git has it.
    fn entries(&self, commit: &str) -> BTreeMap<String, Value> {
        let mut tree: BTreeMap<String, Value> = BTreeMap::new();
        let folders = |tree: &mut BTreeMap<String, Value>, path: &str| {
            for (end, _) in path.match_indices('/') {
                let folder = &path[..end];
                let sha = format!("{:x}", Sha1::digest(format!("{commit}:{folder}")));
                let entry = json!({"path": folder, "mode": "040000", "type": "tree", "sha": sha});
                tree.insert(folder.to_owned(), entry);
            }
        };
        for ((own, path), bytes) in &self.contents {
            if own == commit {
                folders(&mut tree, path);
                let mut blob = format!("blob {}\0", bytes.len()).into_bytes();
                blob.extend(bytes);
                let sha = format!("{:x}", Sha1::digest(&blob));
                let entry = json!({"path": path, "mode": "100644", "type": "blob", "sha": sha});
                tree.insert(path.clone(), entry);
            }
        }
        for ((own, path), kind) in &self.odd {
            if own == commit {
                folders(&mut tree, path);
                let (mode, kind) = match *kind {
                    "symlink" => ("120000", "blob"),
                    _ => ("160000", "commit"),
                };
                let entry = json!({"path": path, "mode": mode, "type": kind, "sha": "0"});
                tree.insert(path.clone(), entry);
            }
        }
        tree
    }

    /// What is directly in a commit or in one of its folders.
    fn folder(&self, sha: &str) -> Answer {
        let commits = self.contents.keys().chain(self.odd.keys());
        let commits: BTreeSet<&String> = commits.map(|(commit, _)| commit).collect();
        for commit in commits {
            let tree = self.entries(commit);
            let own = if commit == sha {
                Some(String::new())
            } else {
                let mut folders = tree.iter();
                let own =
                    folders.find(|(_, entry)| entry["sha"] == *sha && entry["type"] == "tree");
                own.map(|(path, _)| format!("{path}/"))
            };
            let Some(prefix) = own else { continue };
            let below = tree.into_iter().filter_map(|(path, mut entry)| {
                let name = path.strip_prefix(&prefix)?.to_owned();
                entry["path"] = json!(name);
                (!name.contains('/')).then_some(entry)
            });
            let tree: Vec<Value> = below.collect();
            return whole(200, Vec::new(), &json!({"tree": tree, "truncated": false}));
        }
        error(404, "Not Found")
    }

    /// The commits behind the one that is asked for, since a time; those that change a path, where one is given.
    fn commits(&self, asked: &Asked<'_>) -> Vec<Value> {
        let decoded = |name: &str| {
            let value = asked.parameter(name)?;
            let text = percent_encoding::percent_decode_str(value).decode_utf8();
            Some(text.expect("UTF-8").into_owned())
        };
        let since: jiff::Timestamp = decoded("since").expect("a time").parse().expect("a time");
        let path = decoded("path");
        let mut reached = vec![decoded("sha").expect("a commit")];
        let mut found = Vec::new();
        for (sha, parents, when) in &self.history {
            if !reached.contains(sha) {
                continue;
            }
            reached.extend(parents.iter().cloned());
            let at = |commit: Option<&String>| {
                let place = (commit?.clone(), path.clone()?);
                self.contents.get(&place)
            };
            let changes = path.is_none() || at(Some(sha)) != at(parents.first());
            if changes && when.parse::<jiff::Timestamp>().expect("a time") >= since {
                let parents: Vec<Value> = parents.iter().map(|sha| json!({ "sha": sha })).collect();
                found.push(json!({"sha": sha, "parents": parents,
                    "commit": {"committer": {"date": when}, "author": {"date": "2001-01-01T00:00:00Z"}}}));
            }
        }
        found
    }

    /// What differs between two commits, as GitHub tells it.
    fn compared(&self, before: &str, after: &str) -> Vec<Value> {
        let of = |commit: &str| -> BTreeMap<&String, &Vec<u8>> {
            let files = self.contents.iter().filter(|((own, _), _)| own == commit);
            files.map(|((_, path), bytes)| (path, bytes)).collect()
        };
        let (before, after) = (of(before), of(after));
        let mut files = Vec::new();
        let renamed = |path: &String| self.renames.iter().find(|(_, to)| *to == path);
        for (path, bytes) in &after {
            match before.get(path) {
                Some(same) if same == bytes => {}
                Some(_) => files.push(json!({"filename": path, "status": "modified"})),
                None => match renamed(path) {
                    Some((from, _)) => files.push(
                        json!({"filename": path, "status": "renamed", "previous_filename": from}),
                    ),
                    None => files.push(json!({"filename": path, "status": "added"})),
                },
            }
        }
        for path in before.keys() {
            if !after.contains_key(path) && !self.renames.contains_key(*path) {
                files.push(json!({"filename": path, "status": "removed"}));
            }
        }
        files
    }
}

/// Whether lines of the head are in one hunk of a patch.
fn is_in_one_hunk(patch: &str, first: u64, last: u64) -> bool {
    let hunks = patch.lines().filter(|line| line.starts_with("@@"));
    hunks
        .filter_map(|line| line.split('+').nth(1)?.split([' ', '@']).next())
        .any(|added| {
            let (start, count) = added.split_once(',').unwrap_or((added, "1"));
            let start: u64 = start.parse().expect("a line");
            let count: u64 = count.parse().expect("a count");
            start <= first && first <= last && last < start + count
        })
}

fn shown(comment: &Posted) -> Value {
    let id = comment.id;
    json!({"id": id, "user": {"login": comment.author, "type": "Bot"}, "body": comment.body,
        "html_url": format!("https://github.com/acme/shop/pull/7#issuecomment-{id}")})
}

fn shown_on_lines(comment: &OnLines) -> Value {
    json!({"id": comment.id, "user": {"login": comment.author}, "body": comment.body, "path": comment.path,
        "line": comment.last, "start_line": comment.first, "in_reply_to_id": comment.answers})
}

/// A page of a list, with the links that GitHub gives.
fn page(asked: &Asked<'_>, setup: &Setup, all: Vec<Value>) -> Answer {
    let number = |name: &str| -> Option<usize> { asked.parameter(name)?.parse().ok() };
    let length = number("per_page").unwrap_or(30).min(setup.page);
    let page = number("page").unwrap_or(1);
    let from = (page - 1) * length;
    let more = all.len() > from + length;
    let items: Vec<Value> = all.into_iter().skip(from).take(length).collect();
    let next = asked
        .url
        .replace(&format!("&page={page}"), &format!("&page={}", page + 1));
    let headers = if more {
        vec![("link", format!("<{next}>; rel=\"next\""))]
    } else {
        Vec::new()
    };
    whole(200, headers, &json!(items))
}

pub(crate) fn error(status: u16, message: &str) -> Answer {
    whole(status, Vec::new(), &json!({ "message": message }))
}

fn whole(status: u16, headers: Vec<(&'static str, String)>, body: &Value) -> Answer {
    let body = if body.is_null() {
        Vec::new()
    } else {
        body.to_string().into_bytes()
    };
    Answer::Whole {
        status,
        headers,
        body,
    }
}

/// Waits that a test can wait for.
pub(crate) const SHORT: Duration = Duration::from_millis(2);
