//! Reads the event that started a run from its payload.
//!
//! A payload is text that somebody else wrote: anyone can choose titles, branches and labels. Only values of the right
//! form are kept, every value may be missing, and nothing here fails. Follows
//! <https://docs.github.com/en/webhooks/webhook-events-and-payloads>.

use serde_json::Value;

/// The longest ref or login that is kept, in bytes.
const LONGEST: usize = 1024;

/// The event that started a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// A pull request, with the rights of whoever opened it.
    PullRequest,
    /// A pull request, with the rights of the repository.
    PullRequestTarget,
    /// A test merge of a merge queue.
    MergeGroup,
    /// Commits that were pushed.
    Push,
    /// A schedule.
    Schedule,
    /// A manual start.
    WorkflowDispatch,
    /// The end of another run.
    WorkflowRun,
    /// Any other event, by its name.
    Other(String),
}

impl EventKind {
    /// Returns the kind for the name of an event.
    pub fn of(name: &str) -> Self {
        match name {
            "pull_request" => Self::PullRequest,
            "pull_request_target" => Self::PullRequestTarget,
            "merge_group" => Self::MergeGroup,
            "push" => Self::Push,
            "schedule" => Self::Schedule,
            "workflow_dispatch" => Self::WorkflowDispatch,
            "workflow_run" => Self::WorkflowRun,
            other => Self::Other(other.chars().take(LONGEST).collect()),
        }
    }

    /// Returns the name that workflows write.
    pub fn id(&self) -> &str {
        match self {
            Self::PullRequest => "pull_request",
            Self::PullRequestTarget => "pull_request_target",
            Self::MergeGroup => "merge_group",
            Self::Push => "push",
            Self::Schedule => "schedule",
            Self::WorkflowDispatch => "workflow_dispatch",
            Self::WorkflowRun => "workflow_run",
            Self::Other(name) => name,
        }
    }
}

/// A commit, and its branch or ref. Either may be unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Commit {
    /// Its SHA, 40 or 64 hexadecimal digits.
    pub sha: Option<String>,
    /// The branch or ref, as the payload spells it: `main` for a pull request, elsewhere `refs/heads/main`.
    pub reference: Option<String>,
}

/// Who may see a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Everyone.
    Public,
    /// Members of the enterprise.
    Internal,
    /// Those who were given access.
    Private,
}

/// The repository of the run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Repository {
    /// `owner/name`.
    pub full_name: Option<String>,
    /// The owner's login.
    pub owner: Option<String>,
    /// Who may see it.
    pub visibility: Option<Visibility>,
}

/// An event, as far as it could be read.
///
/// ```
/// use aws_least_privilege::github::{Event, EventKind};
///
/// let event = Event::read("pull_request", r#"{"number": 7, "pull_request": {"head": {"repo": null}}}"#);
/// assert_eq!(event.kind, EventKind::PullRequest);
/// assert_eq!(event.number, Some(7));
/// assert!(event.is_fork, "a pull request whose repository was deleted came from a fork");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The kind of event.
    pub kind: EventKind,
    /// The number of the pull request, if there is exactly one.
    pub number: Option<u64>,
    /// The commit that the change is to be merged into, or the commit before a push.
    pub base: Commit,
    /// The commit of the change.
    pub head: Commit,
    /// GitHub's test merge of a pull request, if the payload names it.
    pub merge: Option<String>,
    /// The full name of the repository that the change comes from. `None` if that was deleted.
    pub head_repository: Option<String>,
    /// Whether the change comes from another repository, so that the run has no secrets.
    pub is_fork: bool,
    /// Whether the event is about a pull request, even if the payload does not say which.
    pub is_of_a_request: bool,
    /// The run's repository.
    pub repository: Repository,
    /// The login of whoever caused the event.
    pub sender: Option<String>,
}

impl Event {
    /// Reads an event from its name (`GITHUB_EVENT_NAME`) and its payload (the file of `GITHUB_EVENT_PATH`). If the
    /// payload is not JSON, only the name is used.
    pub fn read(name: &str, payload: &str) -> Self {
        let payload: Value = serde_json::from_str(payload).unwrap_or_default();
        let kind = EventKind::of(name);
        let repository = repository(&payload);
        let number = number(&kind, &payload);
        let change = Change::of(&kind, &payload);
        let is_fork = change.is_of_a_request
            && match (&change.head_repository, &repository.full_name) {
                (Some(head), Some(own)) => !head.eq_ignore_ascii_case(own),
                (None, _) => true,
                (Some(_), None) => false,
            };
        Self {
            kind,
            number,
            base: change.base,
            head: change.head,
            head_repository: change.head_repository,
            is_fork,
            merge: text(&payload, "/pull_request/merge_commit_sha").filter(|sha| is_sha(sha)),
            is_of_a_request: change.is_of_a_request,
            repository,
            sender: text(&payload, "/sender/login"),
        }
    }

    /// Whether the run handles a pull request with the rights of the repository. Then nothing in the change may be
    /// trusted.
    pub fn is_privileged(&self) -> bool {
        match self.kind {
            EventKind::PullRequestTarget | EventKind::WorkflowRun => true,
            EventKind::PullRequest
            | EventKind::MergeGroup
            | EventKind::Push
            | EventKind::Schedule
            | EventKind::WorkflowDispatch
            | EventKind::Other(_) => false,
        }
    }

    /// Whether the event is about a change that is not merged yet. Events that are about pull requests by their name
    /// always are, whatever the payload says.
    pub fn is_of_a_change(&self) -> bool {
        let by_name = match self.kind {
            EventKind::PullRequest | EventKind::PullRequestTarget | EventKind::MergeGroup => true,
            EventKind::WorkflowRun
            | EventKind::Push
            | EventKind::Schedule
            | EventKind::WorkflowDispatch
            | EventKind::Other(_) => false,
        };
        by_name || self.is_of_a_request || self.number.is_some()
    }

    /// Whether everyone may see what is shown, or nobody knows who.
    pub fn is_public(&self) -> bool {
        match self.repository.visibility {
            Some(Visibility::Private | Visibility::Internal) => false,
            // Who cannot be told to be few may be everyone.
            Some(Visibility::Public) | None => true,
        }
    }

    /// Whether Dependabot caused it, whose runs get neither secrets nor an OIDC token.
    pub fn is_dependabot(&self) -> bool {
        self.sender.as_deref() == Some("dependabot[bot]")
    }
}

/// The commits of a change, and the repository it comes from.
#[derive(Debug, Default)]
struct Change {
    base: Commit,
    head: Commit,
    head_repository: Option<String>,
    is_of_a_request: bool,
}

impl Change {
    fn of(kind: &EventKind, payload: &Value) -> Self {
        match kind {
            EventKind::MergeGroup => Self {
                base: commit(payload, "/merge_group/base_sha", "/merge_group/base_ref"),
                head: commit(payload, "/merge_group/head_sha", "/merge_group/head_ref"),
                ..Self::default()
            },
            EventKind::Push => Self {
                base: commit(payload, "/before", "/base_ref"),
                head: commit(payload, "/after", "/ref"),
                ..Self::default()
            },
            EventKind::WorkflowRun => Self {
                base: commit(
                    payload,
                    "/workflow_run/pull_requests/0/base/sha",
                    "/workflow_run/pull_requests/0/base/ref",
                ),
                head: commit(
                    payload,
                    "/workflow_run/head_sha",
                    "/workflow_run/head_branch",
                ),
                head_repository: full_name(payload, "/workflow_run/head_repository/full_name"),
                is_of_a_request: text(payload, "/workflow_run/event")
                    .is_some_and(|event| event.starts_with("pull_request")),
            },
            EventKind::Schedule | EventKind::WorkflowDispatch => Self {
                head: commit(payload, "/sha", "/ref"),
                ..Self::default()
            },
            EventKind::PullRequest | EventKind::PullRequestTarget | EventKind::Other(_) => {
                let of = "/pull_request";
                Self {
                    base: commit(payload, "/pull_request/base/sha", "/pull_request/base/ref"),
                    head: commit(payload, "/pull_request/head/sha", "/pull_request/head/ref"),
                    head_repository: full_name(payload, "/pull_request/head/repo/full_name"),
                    is_of_a_request: payload.pointer(of).is_some_and(Value::is_object),
                }
            }
        }
    }
}

fn commit(payload: &Value, sha: &str, reference: &str) -> Commit {
    Commit {
        sha: text(payload, sha).filter(|sha| is_sha(sha)),
        reference: text(payload, reference),
    }
}

fn number(kind: &EventKind, payload: &Value) -> Option<u64> {
    let place = match kind {
        EventKind::PullRequest | EventKind::PullRequestTarget | EventKind::Other(_) => {
            payload.pointer("/pull_request/number").or_else(|| {
                payload.pointer("/pull_request")?;
                payload.pointer("/number")
            })
        }
        EventKind::WorkflowRun => {
            let requests = payload.pointer("/workflow_run/pull_requests")?.as_array()?;
            match requests.as_slice() {
                [only] => only.pointer("/number"),
                _ => None,
            }
        }
        EventKind::MergeGroup
        | EventKind::Push
        | EventKind::Schedule
        | EventKind::WorkflowDispatch => None,
    };
    place?.as_u64().filter(|number| *number > 0)
}

fn repository(payload: &Value) -> Repository {
    let visibility = match text(payload, "/repository/visibility").as_deref() {
        Some("public") => Some(Visibility::Public),
        Some("internal") => Some(Visibility::Internal),
        Some("private") => Some(Visibility::Private),
        _ => match payload
            .pointer("/repository/private")
            .and_then(Value::as_bool)
        {
            Some(true) => Some(Visibility::Private),
            Some(false) => Some(Visibility::Public),
            None => None,
        },
    };
    Repository {
        full_name: full_name(payload, "/repository/full_name"),
        owner: text(payload, "/repository/owner/login"),
        visibility,
    }
}

fn text(payload: &Value, place: &str) -> Option<String> {
    let text = payload.pointer(place)?.as_str()?;
    (!text.is_empty() && text.len() <= LONGEST && !text.contains(char::is_control))
        .then(|| text.to_owned())
}

fn full_name(payload: &Value, place: &str) -> Option<String> {
    text(payload, place).filter(|name| is_full_name(name))
}

/// Whether the text is the SHA of a commit, and not the zeros that mean none.
pub(crate) fn is_sha(text: &str) -> bool {
    matches!(text.len(), 40 | 64)
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        && text.bytes().any(|byte| byte != b'0')
}

/// Whether the text is `owner/name`, so that it can be part of an API path.
pub(super) fn is_full_name(text: &str) -> bool {
    let is_part = |part: &str| {
        let letters =
            |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
        !part.is_empty()
            && part.len() <= 100
            && part.chars().all(letters)
            && part != "."
            && part != ".."
    };
    text.split_once('/')
        .is_some_and(|(owner, name)| is_part(owner) && is_part(name))
}
