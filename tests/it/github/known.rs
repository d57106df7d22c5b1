//! What the configuration knows, asked for by name.

use super::events::{BASE, HEAD, repository};
use super::server::GitHubServer;
use super::whose::{INVOICES, allow, policy, step_of};
use std::fs;

/// A job that is known to hardly run may be asked for by name, and be in no trace of the window.
#[test]
fn a_known_job_that_is_asked_for_may_be_in_no_trace() {
    let shared = policy(&[&allow("s3:GetObject", INVOICES)]);
    let run = |event: &str, entry: &str| {
        let mut repository = repository(None);
        let config = format!("known:\n  - {{{entry}, reason: once a quarter}}\n");
        for commit in [BASE, HEAD] {
            repository.file(commit, "role.json", &shared);
            repository.file(commit, ".least-privilege.yml", &config);
        }
        let server = GitHubServer::plain(repository);
        let step = step_of(&server, event)
            .with("function", "refunds, quarterly")
            .with("scope", "all")
            .set("GITHUB_SHA", BASE);
        fs::write(step.workspace().join("role.json"), &shared).expect("a policy");
        fs::write(step.workspace().join(".least-privilege.yml"), config).expect("a file");
        step.run()
    };
    for event in ["pull_request", "schedule"] {
        let ran = run(event, "function: quarterly, until: 2099-12-31");
        ran.assert_code(0);
        let listed = "quarterly (0 traces, not waited for until 2099-12-31)";
        assert!(ran.stdout.contains(listed), "{}", ran.stdout);
        for other in [
            "function: yearly, until: 2099-12-31",
            "function: quarterly, until: 2020-12-31",
        ] {
            run(event, other).assert_code(2);
        }
    }
}
