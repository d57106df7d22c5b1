//! Advises what to add to a workflow in which no AWS credentials were found.
//!
//! Follows <https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws>.

use super::event::Event;

/// Advice: a sentence, and lines to add to the workflow if that would help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// Why there are no credentials, and what to do.
    pub sentence: &'static str,
    /// YAML to add to the workflow.
    pub workflow: Option<&'static str>,
}

const FORK: Advice = Advice {
    sentence: "GitHub gives the run of a pull request from a fork neither secrets nor an OIDC token, whatever `permissions:` says, so it \
cannot reach AWS: judge forks by saved `traces` and a `policy-file` of the checkout, and gate with AWS on `merge_group`, `push` or `schedule`",
    workflow: None,
};

const DEPENDABOT: Advice = Advice {
    sentence: "GitHub gives Dependabot's runs neither the secrets of Actions nor an OIDC token, so they cannot reach AWS: judge them by saved \
`traces` and a `policy-file` of the checkout, or leave this step out with `if: github.actor != 'dependabot[bot]'` and gate on `merge_group` or `push`",
    workflow: None,
};

const PROFILE: Advice = Advice {
    sentence: "the credentials are in files outside this container (AWS_PROFILE, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE or \
AWS_WEB_IDENTITY_TOKEN_FILE is set), and a container Action sees the job's environment alone: let aws-actions/configure-aws-credentials set \
AWS_ACCESS_KEY_ID and its like, without `aws-profile`",
    workflow: Some(STEP),
};

const NO_PERMISSION: Advice = Advice {
    sentence: "the job has no `id-token: write`, without which GitHub gives it no OIDC token to exchange for AWS credentials: add the \
permission and the step",
    workflow: Some(
        "permissions:
  contents: read
  id-token: write
  pull-requests: write
steps:
  - uses: aws-actions/configure-aws-credentials@v6
    with:
      role-to-assume: arn:aws:iam::ACCOUNT:role/NAME
      aws-region: REGION
",
    ),
};

const NO_STEP: Advice = Advice {
    sentence: "no step before this one obtained AWS credentials: add one",
    workflow: Some(STEP),
};

const STEP: &str = "  - uses: aws-actions/configure-aws-credentials@v6
    with:
      role-to-assume: arn:aws:iam::ACCOUNT:role/NAME
      aws-region: REGION
";

/// The variables that point to files with credentials.
const FILES: [&str; 4] = [
    "AWS_PROFILE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
];

/// Returns what to do if no credentials were found. `set` returns the value of an environment variable.
///
/// ```
/// use aws_least_privilege::github::{Event, credentials};
///
/// let event = Event::read("push", "{}");
/// let advice = credentials::advice(&event, &|_| None);
/// assert!(advice.sentence.contains("id-token: write"));
/// ```
pub fn advice(event: &Event, set: &dyn Fn(&str) -> Option<String>) -> Advice {
    let is_set = |name: &str| set(name).is_some_and(|value| !value.is_empty());
    if event.is_fork && !event.is_privileged() {
        FORK
    } else if event.is_dependabot() && !event.is_privileged() {
        DEPENDABOT
    } else if FILES.into_iter().any(is_set) {
        PROFILE
    } else if is_set("ACTIONS_ID_TOKEN_REQUEST_URL") {
        NO_STEP
    } else {
        NO_PERMISSION
    }
}
