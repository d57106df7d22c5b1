//! What is delivered where a comment is not all: the file for code scanning, and what stays where Dependabot's token may only read.

use super::events::{BASE, comments, refusals, repository, step};
use super::server::{Fault, GitHubServer, Setup};
use serde_json::Value;
use std::fs;

/// What is accepted, what the baseline has, and what waits are no alerts: code scanning knows no suppression.
#[test]
fn code_scanning_gets_a_place_and_a_role_for_each_result() {
    let accept = "accept:\n  - actions: 'iam:PassRole'\n    resources: '*'\n    reason: because\n    until: 2999-12-31\n";
    for (config, base, passes_role) in [
        (None, "shop-role.json", true),
        (Some(accept), "shop-role.json", false),
        // All of it is new: what is below high waits for its traces.
        (None, "shop-role.fixed.json", true),
    ] {
        let mut at_base = repository(Some(base));
        if let Some(config) = config {
            at_base.file(BASE, ".least-privilege.yml", config);
        }
        let server = GitHubServer::plain(at_base);
        let mut step = step(&server, "pull_request", 1, "shop-role.json")
            .with("sarif-file", "least-privilege.sarif")
            .set("GITHUB_ACTION_REPOSITORY", "acme/gate")
            .set("GITHUB_ACTION_REF", "v1")
            .set(
                "GITHUB_WORKFLOW_REF",
                "acme/shop/.github/workflows/gate.yml@refs/heads/main",
            );
        if let Some(config) = config {
            fs::write(step.workspace().join(".least-privilege.yml"), config).expect("a file");
        }
        step = step.with("report-file", "report.json");
        let (ran, kept) = step.run_kept(&[]);
        ran.assert_code(3);
        assert_eq!(
            ran.output("sarif-file").as_deref(),
            Some("least-privilege.sarif")
        );
        let read = |name: &str| -> Value {
            let text = fs::read_to_string(kept.path().join("workspace").join(name));
            serde_json::from_str(&text.expect("it was written")).expect("JSON")
        };
        let (sarif, report) = (read("least-privilege.sarif"), read("report.json"));
        let run = &sarif["runs"][0];
        let results = run["results"].as_array().expect("results");
        for result in results {
            let place = &result["locations"][0]["physicalLocation"];
            assert_eq!(place["artifactLocation"]["uri"], "role.json", "{result:#}");
            assert!(place["region"]["startLine"].is_u64(), "{result:#}");
            let message = result["message"]["text"].as_str().expect("a message");
            assert!(message.starts_with("role.json: "), "{message}");
            let hash = &result["partialFingerprints"]["primaryLocationLineHash"];
            assert!(hash.is_string(), "{result:#}");
            assert!(result.get("suppressions").is_none(), "{result:#}");
            let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index"));
            let rule = &run["tool"]["driver"]["rules"][index.expect("a number")];
            assert_eq!(rule["id"], result["ruleId"]);
            if result["kind"] != "review" {
                assert!(rule["helpUri"].is_string(), "{rule:#}");
                assert!(
                    rule["properties"]["security-severity"].is_string(),
                    "{rule:#}"
                );
            }
        }
        let excess = report["roles"][0]["excess"].as_array().expect("findings");
        let counts = |finding: &&Value| finding["state"] == "judged";
        let active = excess.iter().filter(counts).count();
        let findings = results.iter().filter(|result| result["kind"] != "review");
        assert_eq!(findings.count(), active, "{report:#}");
        if config.is_some() || base != "shop-role.json" {
            assert!(active < excess.len(), "some are set aside: {report:#}");
        }
        let text = sarif.to_string();
        assert_eq!(text.contains("iam:PassRole"), passes_role, "{text}");
    }
}

/// Dependabot's token may only read: everything that needs no token stays, and one notice says what to do.
#[test]
fn t19_dependabot_loses_the_comment_and_nothing_else() {
    for (policy, code, outcome) in [
        ("shop-role.json", 3, "fail"),
        ("shop-role.fixed.json", 0, "pass"),
    ] {
        let refused = |method: &str, path: &str, _| {
            let is_write = method != "GET" && !path.ends_with("graphql");
            is_write.then_some(Fault::Error(403, "Resource not accessible by integration"))
        };
        let at_base = repository(Some("shop-role.json"));
        let server = GitHubServer::start(Setup::default(), at_base, refused);
        let ran = step(&server, "pull_request.dependabot", 1, policy)
            .with("comment", "always")
            .run();
        ran.assert_code(code);
        assert_eq!(ran.output("outcome").as_deref(), Some(outcome));
        assert_eq!(comments(&server), [] as [String; 0]);
        let said = refusals(&ran);
        assert_eq!(said.len(), 1, "{}", ran.stdout);
        assert!(
            said[0].contains("Dependabot's") && said[0].contains("`pull-requests: write`"),
            "{said:?}"
        );
        assert_eq!(ran.named("error").is_empty(), code == 0, "{}", ran.stdout);
        let verdict = if code == 0 { "✅" } else { "❌" };
        assert!(ran.summary.contains(verdict), "{}", ran.summary);
    }
}

/// On a push nothing is compared, and a pattern that leads nowhere is an error that names it.
#[test]
fn a_pattern_that_matches_nothing_is_never_green_on_a_push() {
    let server = GitHubServer::plain(repository(Some("shop-role.json")));
    let run = |function: &str, policy: &str| {
        step(&server, "push", 1, "shop-role.json")
            .with("function", function)
            .with("policy-file", policy)
            .run()
    };
    for (function, policy) in [
        ("", "polices/{function}.json"),
        ("checkout", "polices/{function}.json"),
        ("", "{function}/nothing-{function}.json"),
    ] {
        let ran = run(function, policy);
        assert!(
            matches!(ran.code, Some(1 | 2)),
            "{:?} {}",
            ran.code,
            ran.stdout
        );
        assert_eq!(ran.output("outcome").as_deref(), Some("error"));
        let errors = ran.named("error");
        let told = errors
            .iter()
            .any(|error| error.data.contains("polices/") || error.data.contains("nothing-"));
        assert!(told, "{}", ran.stdout);
    }
}
