//! What is said of each event, and to whoever has no AWS credentials: never a pass.

use super::step::Step;
use crate::github::events::{on, repository, step};
use crate::github::server::GitHubServer;

const EVENTS: [&str; 13] = [
    "pull_request",
    "pull_request.fork",
    "pull_request.deleted-fork",
    "pull_request.dependabot",
    "pull_request.enterprise-server",
    "pull_request_target",
    "merge_group",
    "push",
    "push.new-branch",
    "schedule",
    "workflow_dispatch",
    "workflow_run",
    "issue_comment",
];

#[test]
fn every_event_gates_saved_traces() {
    for event in EVENTS {
        for (policy, code) in [("shop-role.json", 3), ("shop-role.fixed.json", 0)] {
            let server = GitHubServer::plain(repository(Some("shop-role.json")));
            let ran = step(&server, event, 1, policy).run();
            ran.assert_code(code);
            let privileged = ran
                .named("notice")
                .iter()
                .any(|notice| notice.data.contains("pull_request_target"));
            assert_eq!(privileged, event == "pull_request_target", "{event}");
        }
    }
}

#[test]
fn t19_without_credentials_it_says_what_to_add_and_never_passes() {
    let told = [
        ("pull_request", "id-token: write"),
        ("pull_request.fork", "from a fork"),
        ("pull_request.deleted-fork", "from a fork"),
        ("pull_request.dependabot", "Dependabot"),
        ("pull_request_target", "id-token: write"),
        ("merge_group", "id-token: write"),
        ("push", "id-token: write"),
        ("schedule", "id-token: write"),
        ("workflow_dispatch", "id-token: write"),
        ("workflow_run", "id-token: write"),
    ];
    for (event, advice) in told {
        let server = GitHubServer::plain(repository(None));
        let ran = on(&server, Step::of(event), event, 1)
            .with("stack", "shop")
            .set("AWS_REGION", "eu-west-1")
            .run();
        ran.assert_code(1);
        assert!(
            ran.named("error")[0]
                .data
                .starts_with("no usable AWS credentials"),
            "{}",
            ran.stdout
        );
        assert!(ran.stdout.contains(advice), "{event}: {}", ran.stdout);
        assert!(ran.summary.contains(advice), "{event}: {}", ran.summary);
        assert_eq!(ran.output("outcome").as_deref(), Some("error"));
    }
    let with = |name: &str, value: &str| {
        Step::of("push")
            .with("stack", "shop")
            .set("AWS_REGION", "eu-west-1")
            .set(name, value)
            .run()
    };
    for name in [
        "AWS_PROFILE",
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
    ] {
        let ran = with(name, "/home/runner/.aws/x");
        // A profile that is nowhere is named wrongly; a file that is not there may be meant.
        ran.assert_code(if name == "AWS_PROFILE" { 2 } else { 1 });
        assert!(
            ran.stdout.contains("files outside this container"),
            "{name}: {}",
            ran.stdout
        );
    }
    let ran = with("ACTIONS_ID_TOKEN_REQUEST_URL", "https://example.invalid");
    ran.assert_code(1);
    assert!(
        ran.stdout
            .contains("no step before this one obtained AWS credentials"),
        "{}",
        ran.stdout
    );
}

#[test]
fn t18_account_ids_are_shown_where_few_can_read_alone() {
    let account = "111122223333";
    let run = |event: &str| {
        let server = GitHubServer::plain(repository(Some("shop-role.json")));
        step(&server, event, 1, "shop-role.json")
            .with("sarif-file", "out.sarif")
            .run_kept(&[])
    };
    for (event, is_public) in [
        ("pull_request", false),
        ("pull_request.fork", true),
        ("pull_request.enterprise-server", false),
    ] {
        let (ran, folder) = run(event);
        ran.assert_code(3);
        let sarif =
            std::fs::read_to_string(folder.path().join("workspace/out.sarif")).expect("a file");
        for text in [&ran.everything(), &sarif] {
            assert_eq!(text.contains(account), !is_public, "{event}: {text}");
            assert!(text.contains("3333"), "{event}");
        }
    }
}

#[test]
fn t16_no_input_names_an_endpoint() {
    let action = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/action.yml"))
        .expect("action.yml");
    for word in ["endpoint", "url:", "proxy"] {
        let inputs = action.split("outputs:").next().expect("inputs");
        assert!(
            !inputs.lines().any(|line| line.starts_with("  ")
                && !line.starts_with("   ")
                && line.contains(word)),
            "{word}"
        );
    }
    // A file of the checkout that would redirect requests is not looked at.
    let step = Step::of("push").with("stack", "shop");
    std::fs::create_dir(step.workspace().join(".aws")).expect("a folder");
    let config = "[default]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:9\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n";
    std::fs::write(step.workspace().join(".aws/config"), config).expect("a file");
    let ran = step.run();
    ran.assert_code(1);
    assert_eq!(
        ran.named("error")[0].data,
        "no AWS region is configured",
        "{}",
        ran.stdout
    );
}

#[test]
fn t14_a_role_that_nothing_is_known_of_is_no_pass() {
    for (input, value) in [("function", "nobody"), ("traces", "traces/nothing")] {
        let ran = Step::of_the_shop("shop-role.json").with(input, value).run();
        assert!(matches!(ran.code, Some(1 | 2)), "{input}: {}", ran.stdout);
    }
    // What a policy file stands beside cannot be seen: the log says that resource policies and the rest are not read.
    let ran = Step::of_the_shop("shop-role.json")
        .with("min-traces", "26")
        .run();
    ran.assert_code(4);
}
