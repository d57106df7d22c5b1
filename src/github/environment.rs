//! Reads the environment variables that a runner sets for a step.
//!
//! Follows <https://docs.github.com/en/actions/reference/workflows-and-actions/variables>. An empty variable counts as
//! not set.

use std::path::PathBuf;

/// GitHub's own addresses, for a runner that sets no others. A GitHub Enterprise Server sets its own.
const SERVER_URL: &str = "https://github.com";
const API_URL: &str = "https://api.github.com";
const GRAPHQL_URL: &str = "https://api.github.com/graphql";

/// What the runner's variables say about a run.
///
/// ```
/// use aws_least_privilege::github::Environment;
///
/// let set = |name: &str| match name {
///     "GITHUB_ACTIONS" => Some("true".to_owned()),
///     "GITHUB_REPOSITORY" => Some("acme/shop".to_owned()),
///     "GITHUB_RUN_ID" => Some("1658821493".to_owned()),
///     _ => None,
/// };
/// let environment = Environment::read(&set);
/// assert!(environment.is_actions);
/// assert_eq!(environment.run_url().as_deref(), Some("https://github.com/acme/shop/actions/runs/1658821493"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Whether a GitHub runner started this: `GITHUB_ACTIONS` is `true`.
    pub is_actions: bool,
    /// Whether debug logs are on for the run: `RUNNER_DEBUG` is `1`.
    pub is_debug: bool,
    /// The name of the event, such as `pull_request`.
    pub event_name: Option<String>,
    /// The file with the event's payload.
    pub event_path: Option<PathBuf>,
    /// The repository's full name, `owner/name`.
    pub repository: Option<String>,
    /// The login of whoever started the run.
    pub actor: Option<String>,
    /// The commit that the run is for. For a pull request this is GitHub's test merge.
    pub sha: Option<String>,
    /// The ref that the run is for, such as `refs/heads/main`.
    pub reference: Option<String>,
    /// The branch that a pull request is to be merged into.
    pub base_ref: Option<String>,
    /// The branch that a pull request comes from.
    pub head_ref: Option<String>,
    /// The id of the run, which is the same for each attempt.
    pub run_id: Option<u64>,
    /// The number of the attempt, from 1.
    pub run_attempt: Option<u64>,
    /// The job's id in the workflow file.
    pub job: Option<String>,
    /// The path of the workflow's file in the repository.
    pub workflow: Option<String>,
    /// The repository of the running Action, `owner/name`. `None` if the Action is in the checkout.
    pub action_repository: Option<String>,
    /// GitHub's address for people, without a final slash.
    pub server_url: String,
    /// The address of GitHub's REST API, without a final slash.
    pub api_url: String,
    /// The address of GitHub's GraphQL API.
    pub graphql_url: String,
    /// The folder of the checkout.
    pub workspace: Option<PathBuf>,
    /// The runner's folder for temporary files. With older runners it does not exist in a container.
    pub runner_temp: Option<PathBuf>,
    /// The file that outputs are appended to.
    pub output: Option<PathBuf>,
    /// The file that the step's summary is appended to.
    pub step_summary: Option<PathBuf>,
}

impl Environment {
    /// Reads the variables. `set` returns the value of a variable.
    pub fn read(set: &dyn Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| set(name).filter(|value| !value.is_empty());
        let number = |name: &str| text(name).and_then(|value| value.parse().ok());
        let path = |name: &str| text(name).map(PathBuf::from);
        let url = |name: &str, usual: &str| {
            let named = text(name).unwrap_or_else(|| usual.to_owned());
            named.trim_end_matches('/').to_owned()
        };
        let repository = text("GITHUB_REPOSITORY").filter(|name| super::event::is_full_name(name));
        // OWNER/NAME/.github/workflows/FILE@REF
        let workflow = repository.as_deref().and_then(|name| {
            let reference = text("GITHUB_WORKFLOW_REF")?;
            let place = reference.strip_prefix(name)?;
            let (path, _) = place.strip_prefix('/')?.split_once('@')?;
            Some(path.to_owned())
        });
        Self {
            workflow,
            action_repository: text("GITHUB_ACTION_REPOSITORY")
                .filter(|name| super::event::is_full_name(name)),
            is_actions: text("GITHUB_ACTIONS").is_some_and(|value| value == "true"),
            is_debug: text("RUNNER_DEBUG").is_some_and(|value| value == "1"),
            event_name: text("GITHUB_EVENT_NAME"),
            event_path: path("GITHUB_EVENT_PATH"),
            repository,
            actor: text("GITHUB_ACTOR"),
            sha: text("GITHUB_SHA").filter(|sha| super::event::is_sha(sha)),
            reference: text("GITHUB_REF"),
            base_ref: text("GITHUB_BASE_REF"),
            head_ref: text("GITHUB_HEAD_REF"),
            run_id: number("GITHUB_RUN_ID"),
            run_attempt: number("GITHUB_RUN_ATTEMPT"),
            job: text("GITHUB_JOB"),
            server_url: url("GITHUB_SERVER_URL", SERVER_URL),
            api_url: url("GITHUB_API_URL", API_URL),
            graphql_url: url("GITHUB_GRAPHQL_URL", GRAPHQL_URL),
            workspace: path("GITHUB_WORKSPACE"),
            runner_temp: path("RUNNER_TEMP"),
            output: path("GITHUB_OUTPUT"),
            step_summary: path("GITHUB_STEP_SUMMARY"),
        }
    }

    /// Returns the address of this run for people.
    pub fn run_url(&self) -> Option<String> {
        let repository = self.repository.as_deref()?;
        let run = self.run_id?;
        Some(format!(
            "{}/{repository}/actions/runs/{run}",
            self.server_url
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&str, &str)]) -> Environment {
        Environment::read(&|name| {
            set.iter()
                .find(|(is, _)| *is == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn nothing_set_is_a_terminal() {
        let environment = read(&[]);
        assert!(!environment.is_actions && !environment.is_debug);
        assert_eq!(environment.api_url, "https://api.github.com");
        assert_eq!(environment.run_url(), None);
    }

    #[test]
    fn empty_is_unset() {
        let environment = read(&[("GITHUB_OUTPUT", ""), ("GITHUB_API_URL", "")]);
        assert_eq!(environment.output, None);
        assert_eq!(environment.api_url, "https://api.github.com");
    }

    #[test]
    fn an_enterprise_server_names_its_own_hosts() {
        let environment = read(&[
            ("GITHUB_SERVER_URL", "https://github.example.com/"),
            ("GITHUB_API_URL", "https://github.example.com/api/v3"),
            (
                "GITHUB_GRAPHQL_URL",
                "https://github.example.com/api/graphql",
            ),
            ("GITHUB_REPOSITORY", "acme/shop"),
            ("GITHUB_RUN_ID", "7"),
        ]);
        assert_eq!(environment.api_url, "https://github.example.com/api/v3");
        assert_eq!(
            environment.run_url().as_deref(),
            Some("https://github.example.com/acme/shop/actions/runs/7")
        );
    }

    #[test]
    fn what_has_not_the_form_is_unset() {
        let environment = read(&[
            ("GITHUB_REPOSITORY", "acme/shop/../x"),
            ("GITHUB_SHA", "main"),
            ("GITHUB_RUN_ID", "seven"),
            ("GITHUB_ACTIONS", "yes"),
        ]);
        assert_eq!(environment.repository, None);
        assert_eq!(environment.sha, None);
        assert_eq!(environment.run_id, None);
        assert!(!environment.is_actions);
    }
}
