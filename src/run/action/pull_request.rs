//! What a pull request gets of the gate: suggestions on lines that it changes, and one comment.
//!
//! Whether the token may comment is tried, never guessed. What is refused is told in one notice, and changes no verdict.

use super::{notice, suggestions};
use crate::config::Redact;
use crate::deliver::comment::{Key, Mode, Run, Saying, say};
use crate::github::api::{ApiError, Client, Connection, Patience};
use crate::github::event::Visibility;
use crate::github::{Environment, Event};
use crate::iam::Arn;
use crate::judge::Verdict;
use crate::options::action::{Action, CommentMode};
use crate::options::gate::Effective;
use crate::report::comment::{Context, has_something_to_say, render};
use crate::report::{Report, printable};

/// What is to be added to a workflow whose token may not comment.
const PERMISSIONS: &str = "To get it, give the job `permissions:` with `contents: read` and `pull-requests: write`. Pull requests \
from forks and of Dependabot get a token that may only read, whatever is written there.";

/// A pull request and how to reach it.
#[derive(Debug)]
pub(super) struct PullRequest<'a> {
    pub(super) environment: &'a Environment,
    pub(super) event: &'a Event,
    pub(super) action: &'a Action,
    /// What was asked for, by the names that people know.
    pub(super) asked: &'a Effective,
    pub(super) number: u64,
}

impl<'a> PullRequest<'a> {
    /// The pull request of an event that has one.
    pub(super) fn of(
        environment: &'a Environment,
        event: &'a Event,
        action: &'a Action,
        asked: &'a Effective,
    ) -> Option<Self> {
        Some(Self {
            environment,
            event,
            action,
            asked,
            number: event.number?,
        })
    }

    /// Suggests and comments, and gives the comment's address. `shown` is what of the report may be shown.
    pub(super) fn deliver(
        &self,
        github: &Client,
        report: &Report,
        shown: &Report,
    ) -> Option<String> {
        let suggested = if self.action.suggest {
            suggestions::deliver(self, github, report, shown)
        } else {
            Ok(false)
        };
        let commented = self.comment(github, report, shown, suggested == Ok(true));
        match (suggested, commented) {
            (Ok(_), Ok(url)) => url,
            (Err(error), Ok(url)) => {
                refused("The suggestions", &error);
                url
            }
            (Ok(_), Err(error)) => {
                refused("The comment", &error);
                None
            }
            (Err(_), Err(error)) => {
                refused("The suggestions and the comment", &error);
                None
            }
        }
    }

    fn comment(
        &self,
        github: &Client,
        report: &Report,
        shown: &Report,
        has_suggestions: bool,
    ) -> Result<Option<String>, ApiError> {
        let mode = match self.action.comment {
            CommentMode::Auto => Mode::Auto,
            CommentMode::Always => Mode::Always,
            CommentMode::OnFailure => Mode::OnFailure,
            CommentMode::Never => return Ok(None),
        };
        let context = self.context(has_suggestions);
        let lasting = Context {
            run_url: None,
            ..context.clone()
        };
        let saying = Saying {
            pull: self.number,
            key: &self.key(report),
            run: Run {
                id: self.environment.run_id.unwrap_or_default(),
                attempt: self.environment.run_attempt.unwrap_or_default(),
            },
            mode,
            has_something_to_say: has_something_to_say(report),
            passed: report.verdict == Verdict::Pass,
            text: &render(shown, &context),
            lasting: &render(shown, &lasting),
        };
        Ok(say(github, &saying)?.url().map(str::to_owned))
    }

    fn context(&self, has_suggestions: bool) -> Context {
        let evidence = &self.asked.evidence;
        let mut arguments = Vec::new();
        for (flag, values) in [
            ("--stack", &evidence.stacks),
            ("--function", &evidence.functions),
            ("--role", &evidence.roles),
            ("--policy-file", &self.asked.policy_files),
        ] {
            for value in values {
                arguments.extend([flag.to_owned(), value.clone()]);
            }
        }
        for traces in &evidence.traces {
            arguments.extend(["--traces".to_owned(), traces.display().to_string()]);
        }
        if let Some(region) = &evidence.region {
            arguments.extend(["--region".to_owned(), region.clone()]);
        }
        Context {
            subject: self.about(),
            commit: self.event.head.sha.clone(),
            run_url: self.environment.run_url(),
            arguments,
            suggestions: has_suggestions,
            config: self.action.gate.config.as_ref().map_or_else(
                || crate::config::DEFAULT_NAME.to_owned(),
                |path| path.display().to_string(),
            ),
        }
    }

    /// What was asked for, as people call it.
    fn about(&self) -> Vec<String> {
        let evidence = &self.asked.evidence;
        let asked = [&evidence.stacks, &evidence.functions, &evidence.roles];
        let asked: Vec<String> = asked.into_iter().flatten().cloned().collect();
        if asked.is_empty() {
            self.asked.policy_files.clone()
        } else {
            asked
        }
    }

    /// Which comment it is: of what was asked for, in which account, by which key.
    pub(super) fn key(&self, report: &Report) -> Key {
        let mut about = self.about();
        about.sort();
        let region = self.asked.evidence.region.clone().unwrap_or_default();
        let own = self.action.comment_key.clone().unwrap_or_default();
        let parts = about
            .iter()
            .map(String::as_str)
            .chain([region.as_str(), own.as_str()]);
        Key::new(parts, account(report).as_deref())
    }
}

/// A client for the repository of the run, as far as there is a token.
pub(super) fn client(environment: &Environment, action: &Action) -> Option<Client> {
    let connection = Connection {
        api_url: environment.api_url.clone(),
        graphql_url: environment.graphql_url.clone(),
        repository: environment.repository.clone()?,
        token: action.token.clone()?,
        patience: Patience::default(),
    };
    match Client::new(connection) {
        Ok(client) => Some(client),
        Err(error) => {
            notice(&format!(
                "GitHub is not asked: {}. The verdict is the same.",
                printable(&error.to_string())
            ));
            None
        }
    }
}

/// Whether account ids are shortened in what everyone can read.
pub(super) fn is_redacted(event: &Event, effective: &Effective) -> bool {
    let redact = effective
        .config
        .as_ref()
        .and_then(|file| file.config.redact);
    match redact.unwrap_or(Redact::Auto) {
        Redact::Always => true,
        Redact::Never => false,
        Redact::Auto => is_public(event),
    }
}

/// Whether everyone may see what is shown, or nobody knows who.
pub(super) fn is_public(event: &Event) -> bool {
    match event.repository.visibility {
        Some(Visibility::Private | Visibility::Internal) => false,
        // Who cannot be told to be few may be everyone.
        Some(Visibility::Public) | None => true,
    }
}

/// The account that is judged: that of the first role or function that has one.
fn account(report: &Report) -> Option<String> {
    let roles = report.roles.iter().filter_map(|role| role.role.as_deref());
    let functions = report.roles.iter().flat_map(|role| &role.functions);
    let arns = roles.chain(functions.map(|function| function.arn.as_str()));
    let accounts = arns.filter_map(|arn| Some(arn.parse::<Arn>().ok()?.account().to_owned()));
    accounts.filter(|account| !account.is_empty()).min()
}

/// Says once what GitHub did not let us do.
fn refused(what: &str, error: &ApiError) {
    let error_text = printable(&error.to_string());
    let permission = match error.missing_permission() {
        Some(_) => format!(" {PERMISSIONS}"),
        None => String::new(),
    };
    notice(&format!(
        "{what} could not be delivered. {error_text}. The verdict is the same; the summary of this step has everything.{permission}"
    ));
}
