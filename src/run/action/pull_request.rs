//! What a pull request gets of the gate: suggestions on lines that it changes, and one comment.
//!
//! Whether the token may comment is tried, never guessed. What is refused is told in one notice, and changes no verdict.

use super::{notice, suggestions};
use crate::deliver::comment::{Key, Mode, Run, Saying, say};
use crate::github::api::{ApiError, Client, Connection, GitHub as _, Patience};
use crate::github::{Environment, Event};
use crate::iam::Arn;
use crate::judge::Verdict;
use crate::report::comment::{
    Accepting, Context, Elsewhere, failure, has_something_to_say, render,
};
use crate::report::redact::accounts;
use crate::report::{Report, printable};
use crate::settings::action::{Action, CommentMode};
use crate::settings::effective::Effective;
use crate::settings::file::{Policies, Redact};
use crate::settings::flags::Scope;
use std::collections::BTreeSet;

/// What is to be added to a workflow whose token may not comment.
const PERMISSIONS: &str =
    "To get it, give the job `permissions:` with `contents: read` and `pull-requests: write`.";

/// The same, where that would not help.
const FORK: &str = "This pull request is from a fork: its token may only read, whatever `permissions:` says (`pull-requests: write` \
included). Whoever reviews it finds everything in the summary.";
const DEPENDABOT: &str = "This pull request is Dependabot's: its token may only read unless `permissions:` says `pull-requests: write`.";

/// A pull request and how to reach it.
#[derive(Debug)]
pub(super) struct PullRequest<'a> {
    pub(super) environment: &'a Environment,
    pub(super) event: &'a Event,
    pub(super) action: &'a Action,
    /// What was asked for, by the names that people know.
    pub(super) asked: &'a Effective,
    pub(super) number: u64,
    /// The region of the environment, where none is asked for.
    pub(super) region: Option<String>,
    /// Where people see this program's own pages.
    pub(super) pages: Option<String>,
    /// Where an acceptance has to be written.
    pub(super) accepting: Accepting,
    /// The days of the grace, where it is known what the base granted when that began.
    pub(super) grace: Option<u16>,
}

impl<'a> PullRequest<'a> {
    /// The pull request of an event that has one.
    pub(super) fn of(
        environment: &'a Environment,
        event: &'a Event,
        action: &'a Action,
        asked: &'a Effective,
        set: &dyn Fn(&str) -> Option<String>,
    ) -> Option<Self> {
        let text = |name: &str| set(name).filter(|value| !value.is_empty());
        let page = || {
            let (name, at) = (
                text("GITHUB_ACTION_REPOSITORY")?,
                text("GITHUB_ACTION_REF")?,
            );
            Some(format!("{}/{name}/blob/{at}", environment.server_url))
        };
        Some(Self {
            environment,
            event,
            action,
            asked,
            number: event.number?,
            region: text("AWS_REGION").or_else(|| text("AWS_DEFAULT_REGION")),
            pages: page(),
            accepting: Accepting::default(),
            grace: None,
        })
    }

    /// Suggests and comments, and gives the comment's address. `shown` is what of the report may be shown.
    pub(super) fn deliver(
        &self,
        github: &Client,
        report: &Report,
        shown: &Report,
    ) -> Option<String> {
        let is_silent = self.action.comment == CommentMode::Never;
        let suggested = if self.action.suggest && !is_silent {
            suggestions::deliver(self, github, report, shown)
        } else {
            Ok(false)
        };
        let commented = self.comment(github, report, shown, suggested == Ok(true));
        match (suggested, commented) {
            (Ok(_), Ok(url)) => url,
            (Err(error), Ok(url)) => {
                refused("The suggestions", &error, self.event);
                url
            }
            (Ok(_), Err(error)) => {
                refused("The comment", &error, self.event);
                None
            }
            (Err(_), Err(error)) => {
                refused("The suggestions and the comment", &error, self.event);
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
            key: &self.key(Some(report)),
            run: self.run(),
            mode,
            has_something_to_say: has_something_to_say(report),
            passed: report.verdict == Verdict::Pass,
            text: &render(shown, &context),
            lasting: &render(shown, &lasting),
        };
        Ok(say(github, &saying)?.url().map(str::to_owned))
    }

    /// Says in a comment that is there that this run could not judge: what stands in it is of an earlier commit.
    pub(super) fn could_not(&self, github: &Client, error: &str, hint: Option<&str>) {
        if self.action.comment == CommentMode::Never {
            return;
        }
        let context = self.context(false);
        let lasting = Context {
            run_url: None,
            ..context.clone()
        };
        let saying = Saying {
            pull: self.number,
            key: &self.key(None),
            run: self.run(),
            mode: Mode::Kept,
            has_something_to_say: true,
            passed: false,
            text: &failure(error, hint, &context),
            lasting: &failure(error, hint, &lasting),
        };
        if let Err(error) = say(github, &saying) {
            refused("The comment", &error, self.event);
        }
    }

    fn run(&self) -> Run {
        Run {
            id: self.environment.run_id.unwrap_or_default(),
            attempt: self.environment.run_attempt.unwrap_or_default(),
        }
    }

    /// The comment's text, for a step that posts it by other means.
    pub(super) fn text(&self, shown: &Report) -> String {
        render(shown, &self.context(false))
    }

    fn context(&self, has_suggestions: bool) -> Context {
        let files = || {
            let (name, at) = (
                self.environment.repository.as_ref()?,
                self.event.head.sha.as_ref()?,
            );
            Some(format!("{}/{name}/blob/{at}", self.environment.server_url))
        };
        Context {
            subject: self.about(),
            commit: self.event.head.sha.clone(),
            run_url: self.environment.run_url(),
            arguments: self.arguments(),
            elsewhere: if self.is_without_base() {
                Elsewhere::WithoutBase
            } else {
                Elsewhere::Same
            },
            files_url: files(),
            pages_url: self.pages.clone(),
            has_base: self.event.base.sha.is_some(),
            is_deployed: self.asked.policy_files.is_empty()
                && self.asked.policies == Policies::default(),
            suggestions: has_suggestions,
            config: self.action.gate.config.as_ref().map_or_else(
                || crate::settings::file::DEFAULT_NAME.to_owned(),
                |path| path.display().to_string(),
            ),
            accepting: self.accepting,
            base: self.event.base.reference.clone(),
            grace: self.grace,
        }
    }

    /// Whether nothing says what is new where no event names a base.
    fn is_without_base(&self) -> bool {
        let asked = self.asked;
        asked.scope == Scope::New
            && asked.baseline.is_none()
            && asked.base_policy_files.is_empty()
            && asked.base_policies == Policies::default()
    }

    /// The arguments of a command that judges the same in a checkout: `scope: new` wants a base, which only an event names.
    fn arguments(&self) -> Vec<String> {
        let mut arguments = self.action.typed.clone();
        if self.is_without_base() {
            arguments.retain(|argument| !argument.starts_with("--scope="));
            // The configuration may say it too.
            arguments.push("--scope=all".to_owned());
        }
        arguments
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
    pub(super) fn key(&self, report: Option<&Report>) -> Key {
        let mut about = self.about();
        about.sort();
        let resolved = report.and_then(|report| report.evidence.region.clone());
        let given = self.asked.evidence.region.clone();
        let region = resolved.or(given).or_else(|| self.region.clone());
        let region = region.unwrap_or_default();
        let own = self.action.comment_key.clone().unwrap_or_default();
        let parts = about
            .iter()
            .map(String::as_str)
            .chain([region.as_str(), own.as_str()]);
        Key::new(parts, report.and_then(account).as_deref())
    }
}

/// A client for the repository of the run, or why there is none.
pub(super) fn client(environment: &Environment, action: &Action) -> Result<Client, String> {
    let repository = environment.repository.clone();
    let connection = Connection {
        api_url: environment.api_url.clone(),
        graphql_url: environment.graphql_url.clone(),
        repository: repository.ok_or("GITHUB_REPOSITORY does not name the repository")?,
        token: action.token.clone().ok_or("there is no `github-token`")?,
        patience: Patience::default(),
    };
    Client::new(connection).map_err(|error| printable(&error.to_string()))
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
        Redact::Auto => event.is_public(),
    }
}

/// The account ids that stand in the change's own diff, where everyone can read them: to shorten them beside it hides nothing. Of a fork
/// there are none, for a stranger could ask so whether an id is the one that was shortened.
pub(super) fn in_diff(
    event: &Event,
    github: Option<&Client>,
    effective: &Effective,
) -> BTreeSet<String> {
    let config = effective.config.as_ref();
    let redact = config.and_then(|file| file.config.redact);
    let asked = github.zip(event.number);
    let Some((github, number)) = asked.filter(|_| !event.is_fork && redact != Some(Redact::Always))
    else {
        return BTreeSet::new();
    };
    let files = github.pull_files(number).unwrap_or_default();
    let patches = files.iter().filter_map(|file| file.patch.as_deref());
    patches.flat_map(accounts).collect()
}

/// The account that is judged: that of the first role or function that has one.
fn account(report: &Report) -> Option<String> {
    if let Some(account) = &report.evidence.account {
        return Some(account.clone());
    }
    let roles = report.roles.iter().filter_map(|role| role.role.as_deref());
    let functions = report.roles.iter().flat_map(|role| &role.functions);
    let arns = roles.chain(functions.map(|function| function.arn.as_str()));
    let accounts = arns.filter_map(|arn| Some(arn.parse::<Arn>().ok()?.account().to_owned()));
    accounts.filter(|account| !account.is_empty()).min()
}

/// Says once what GitHub did not let us do.
fn refused(what: &str, error: &ApiError, event: &Event) {
    let error_text = printable(&error.to_string());
    let permission = match error.missing_permission() {
        Some(_) if event.is_fork => format!(" {FORK}"),
        Some(_) if event.is_dependabot() => format!(" {DEPENDABOT}"),
        Some(_) => format!(" {PERMISSIONS}"),
        None => String::new(),
    };
    notice(&format!(
        "{what} could not be delivered. {error_text}. The verdict is the same; the summary of this step has everything.{permission}"
    ));
}
