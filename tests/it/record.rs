//! Living with the gate, by the real program: accepts, the baseline and policies as they were.

use crate::program;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const QUEUE: &str = "arn:aws:sqs:eu-west-1:111122223333:jobs";

struct Shop {
    folder: tempfile::TempDir,
}

struct Ran {
    stdout: String,
    stderr: String,
    code: Option<i32>,
}

impl Shop {
    /// One function that writes to one table, and a policy with more than that.
    fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let shop = Self { folder };
        shop.write(
            "traces.json",
            r#"{
  "id": "70de5b6f19ff9a0a", "trace_id": "1-5aaf0fa0-b6e00f54192cf79a38419e0f", "name": "orders",
  "start_time": 1700000000.0, "end_time": 1700000000.2, "origin": "AWS::Lambda::Function",
  "aws": {"function_arn": "arn:aws:lambda:eu-west-1:111122223333:function:orders"},
  "subsegments": [{
    "id": "53995c3f42cd8ad8", "name": "DynamoDB", "namespace": "aws",
    "start_time": 1700000000.1, "end_time": 1700000000.2,
    "aws": {"operation": "PutItem", "table_name": "orders", "region": "eu-west-1"}
  }]
}"#,
        );
        shop.grant(&["sqs:PurgeQueue", "sns:DeleteTopic"]);
        shop
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).expect("it can be written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).expect("it is there")
    }

    /// The policy: what is needed, and each of these in a statement of its own.
    fn grant(&self, actions: &[&str]) {
        self.grant_in("role.json", actions);
    }

    fn grant_in(&self, file: &str, actions: &[&str]) {
        let mut statements = vec![json!({
            "Effect": "Allow", "Action": "dynamodb:PutItem",
            "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"
        })];
        statements.extend(actions.iter().map(|action| {
            let resource = if action.starts_with("sqs:") {
                QUEUE
            } else {
                "arn:aws:sns:eu-west-1:111122223333:news"
            };
            json!({"Effect": "Allow", "Action": action, "Resource": resource})
        }));
        let policy = json!({"Version": "2012-10-17", "Statement": statements});
        let text = serde_json::to_string_pretty(&policy).expect("it is JSON");
        self.write(file, &text);
    }

    fn run(&self, command: &str, more: &[&str]) -> Ran {
        let mut arguments = vec![
            command,
            "--traces",
            "traces.json",
            "--policy-file",
            "role.json",
        ];
        if command == "gate" {
            arguments.extend(["--min-traces", "1"]);
        }
        arguments.extend(more);
        let ran = program::command(&arguments)
            .current_dir(self.path())
            .output()
            .expect("the program runs");
        Ran {
            stdout: String::from_utf8(ran.stdout).expect("it prints UTF-8"),
            stderr: String::from_utf8(ran.stderr).expect("it prints UTF-8"),
            code: ran.status.code(),
        }
    }

    fn gate(&self, more: &[&str]) -> Ran {
        self.run("gate", more)
    }

    fn report(&self, more: &[&str]) -> Value {
        let mut arguments = more.to_vec();
        arguments.extend(["--format", "json"]);
        let ran = self.gate(&arguments);
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stderr))
    }
}

/// Actions and states of a report's excess.
fn states(report: &Value) -> Vec<String> {
    let excess = report["roles"][0]["excess"].as_array().expect("a list");
    let state = |finding: &Value| {
        let text = |key: &str| finding[key].as_str().expect("text").to_owned();
        format!(
            "{} {}",
            finding["actions"][0].as_str().expect("text"),
            text("state")
        )
    };
    let mut states: Vec<String> = excess.iter().map(state).collect();
    states.sort();
    states
}

#[test]
fn a_baseline_says_how_bad_it_is_what_it_takes_out_of_sight() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("baseline.json");
    let file = file.to_str().expect("UTF-8");
    let shop = program::shop("examples/shop/shop-role.json");
    let write = [&["baseline", "--baseline", file], &shop[..]].concat();
    let ran = program::command(&write).output().expect("the program runs");
    let told = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(
        told,
        "The gate will no longer fail for 1 critical, 1 high, 5 medium, 1 low. Look at the worst first:\n  \
         critical: iam:PassRole on * (examples/shop/shop-role.json)\n  \
         high: firehose:* on * (examples/shop/shop-role.json)\n"
    );
    // What is taken out of it takes nothing out of sight.
    let prune = [&["baseline", "--prune", "--baseline", file], &shop[..]].concat();
    let ran = program::command(&prune).output().expect("the program runs");
    assert_eq!(String::from_utf8_lossy(&ran.stderr), "");
}

#[test]
fn a_baseline_there_and_back() {
    let shop = Shop::open();
    assert_eq!(shop.gate(&[]).code, Some(3), "there is excess");

    let written = shop.run("baseline", &[]);
    assert_eq!(written.code, Some(0), "{}", written.stderr);
    assert_eq!(
        written.stdout,
        ".least-privilege.baseline.json: 2 findings of 1 role\n\
         Commit it, and give it to every gate: `baseline: .least-privilege.baseline.json` in .least-privilege.yml, or --baseline \
         .least-privilege.baseline.json. Then the gate fails only on what is not in it.\n"
    );
    let new = [
        "--baseline",
        ".least-privilege.baseline.json",
        "--scope",
        "new",
    ];
    let passed = shop.gate(&new);
    assert_eq!(passed.code, Some(0), "{}{}", passed.stdout, passed.stderr);
    assert!(passed.stdout.contains("not new: 2"), "{}", passed.stdout);

    // Moved to other lines, it is the same.
    let text = shop.read("role.json");
    shop.write("role.json", &format!("\n\n{}", text.replace('\n', "\n\n")));
    assert_eq!(shop.gate(&new).code, Some(0));

    shop.grant(&["sqs:PurgeQueue", "sns:DeleteTopic", "sqs:DeleteQueue"]);
    let report = shop.report(&new);
    assert_eq!(report["verdict"], "fail");
    assert_eq!(
        states(&report),
        [
            "sns:DeleteTopic baseline",
            "sqs:DeleteQueue judged",
            "sqs:PurgeQueue baseline"
        ]
    );

    shop.grant(&["sqs:PurgeQueue"]);
    let stale = shop.gate(&new);
    assert_eq!(stale.code, Some(0), "{}", stale.stdout);
    assert!(
        stale.stdout.contains("no longer true") && stale.stdout.contains("sns:DeleteTopic"),
        "{}",
        stale.stdout
    );
    assert_eq!(
        shop.report(&new)["roles"][0]["stale"][0]["actions"],
        json!(["sns:DeleteTopic"])
    );

    let pruned = shop.run("baseline", &["--prune"]);
    assert_eq!(
        pruned.stdout,
        ".least-privilege.baseline.json: 2 findings before, 1 now\n"
    );
    let text = shop.read(".least-privilege.baseline.json");
    assert!(
        !text.contains("sns:") && text.contains("sqs:PurgeQueue"),
        "{text}"
    );
    assert!(!text.contains("line"), "no line numbers: {text}");
    assert!(
        !shop.gate(&new).stdout.contains("no longer true"),
        "nothing is stale any more"
    );
    shop.run("baseline", &[]);
    assert_eq!(
        shop.read(".least-privilege.baseline.json"),
        text,
        "what is written anew is what was pruned"
    );
}

#[test]
fn what_is_taken_out_of_the_baseline_fails_when_it_is_granted_again() {
    let shop = Shop::open();
    shop.run("baseline", &["--baseline", "before.json"]);
    shop.grant(&["sqs:PurgeQueue"]);
    shop.run("baseline", &["--baseline", "before.json", "--prune"]);
    shop.grant(&["sqs:PurgeQueue", "sns:DeleteTopic"]);
    let gate = shop.gate(&["--baseline", "before.json", "--scope", "new"]);
    assert_eq!(gate.code, Some(3), "{}", gate.stdout);
}

#[test]
fn a_baseline_that_is_missing_or_garbled_is_an_error_with_a_remedy() {
    let shop = Shop::open();
    let gate = shop.gate(&["--baseline", "none.json"]);
    assert_eq!(gate.code, Some(2));
    assert!(gate.stderr.contains("`none.json`"), "{}", gate.stderr);
    assert!(
        gate.stderr.contains("baseline --baseline none.json"),
        "{}",
        gate.stderr
    );
    for garbled in [
        "",
        "{",
        "[]",
        r#"{"schema_version": 1, "roles": [], "more": 1}"#,
        r#"{"schema_version": 1, "roles": [{"excess": [{"kind": "unused-action", "actions": "x", "resources": []}]}]}"#,
    ] {
        shop.write("garbled.json", garbled);
        for command in ["gate", "baseline"] {
            let ran = shop.run(command, &["--baseline", "garbled.json"]);
            assert_eq!(ran.code, Some(2), "{command} {garbled}: {}", ran.stderr);
            assert!(
                ran.stderr.contains("`garbled.json` line "),
                "{}",
                ran.stderr
            );
            assert!(ran.stderr.contains("hint:"), "{}", ran.stderr);
        }
        assert_eq!(shop.read("garbled.json"), garbled, "it stays as it was");
    }
    shop.write("later.json", r#"{"schema_version": 2, "roles": []}"#);
    let later = shop.gate(&["--baseline", "later.json"]);
    assert_eq!(later.code, Some(2), "{}", later.stderr);
    let nothing = shop.gate(&["--scope", "new"]);
    assert_eq!(nothing.code, Some(2));
    assert!(
        nothing.stderr.contains("--base-policy-file"),
        "{}",
        nothing.stderr
    );
}

#[test]
fn what_is_accepted_is_listed_and_does_not_fail() {
    let shop = Shop::open();
    shop.write(
        ".least-privilege.yml",
        "accept:
  - {role: role.json, actions: sqs:PurgeQueue, resources: 'arn:aws:sqs:*', reason: once a year, until: 2099-12-31}
  - {actions: sns:*, resources: '*', reason: being moved, until: 2099-06-30}
",
    );
    let gate = shop.gate(&[]);
    assert_eq!(gate.code, Some(0), "{}{}", gate.stdout, gate.stderr);
    for told in [
        "accepted: 2",
        "until 2099-12-31: once a year",
        "sns:DeleteTopic on",
    ] {
        assert!(gate.stdout.contains(told), "{told}: {}", gate.stdout);
    }
    let report = shop.report(&[]);
    let excess = report["roles"][0]["excess"].as_array().expect("a list");
    let purge = excess
        .iter()
        .find(|finding| finding["actions"][0] == "sqs:PurgeQueue")
        .expect("it is still listed");
    assert_eq!(purge["state"], "accepted");
    assert_eq!(
        purge["accepted"],
        json!({"reason": "once a year", "until": "2099-12-31"})
    );
    let written = shop.run("baseline", &[]);
    assert_eq!(
        written.stdout, ".least-privilege.baseline.json: 0 findings of 0 roles\n",
        "what is accepted has an end of its own"
    );
}

#[test]
fn what_was_accepted_and_is_over_fails_and_says_so() {
    let shop = Shop::open();
    shop.write(
        ".least-privilege.yml",
        "accept:
  - {actions: 'sqs:*', resources: '*', reason: once a year, until: 2020-12-31}
  - {actions: 'sns:*', resources: '*', reason: being moved, until: 2099-06-30}
",
    );
    let gate = shop.gate(&[]);
    assert_eq!(gate.code, Some(3), "{}", gate.stdout);
    assert!(
        gate.stdout
            .contains("accepted until 2020-12-31, which is over: once a year"),
        "{}",
        gate.stdout
    );
    let report = shop.report(&[]);
    assert_eq!(
        states(&report),
        ["sns:DeleteTopic accepted", "sqs:PurgeQueue judged"]
    );
    let excess = report["roles"][0]["excess"].as_array().expect("a list");
    let purge = excess.iter().find(|finding| finding["state"] == "judged");
    let purge = purge.expect("it is judged");
    assert_eq!(purge["accepted"], Value::Null);
    assert_eq!(purge["expired"]["until"], "2020-12-31");
}

#[test]
fn what_accepts_nothing_is_warned_of_and_changes_nothing() {
    let shop = Shop::open();
    shop.write(
        ".least-privilege.yml",
        "accept:
  - {role: role.json, actions: kms:Decrypt, resources: '*', reason: long gone, until: 2099-12-31}
  - {role: another, actions: '*', resources: '*', reason: all of it, until: 2099-12-31}
",
    );
    let gate = shop.gate(&[]);
    assert_eq!(gate.code, Some(3));
    for told in [
        "accepts on line 2, kms:Decrypt on *",
        "accepts on line 3, * on *",
    ] {
        assert!(gate.stdout.contains(told), "{told}: {}", gate.stdout);
    }
    let report = shop.report(&[]);
    let unmatched = report["unmatched_accepts"].as_array().expect("a list");
    assert_eq!(unmatched.len(), 2);
    assert_eq!(unmatched[0]["reason"], "long gone");
}

#[test]
fn new_against_the_policy_as_it_was() {
    let shop = Shop::open();
    shop.grant_in("before.json", &["sqs:Purge*"]);
    let base = ["--base-policy-file", "before.json"];
    let report = shop.report(&base);
    assert_eq!(
        states(&report),
        ["sns:DeleteTopic probation", "sqs:PurgeQueue judged"]
    );
    assert_eq!(report["verdict"], "fail");
    let new = ["--base-policy-file", "before.json", "--scope", "new"];
    let gate = shop.gate(&new);
    assert_eq!(gate.code, Some(0), "{}", gate.stdout);
    assert!(
        gate.stdout.contains("New, waiting for traces"),
        "{}",
        gate.stdout
    );
    assert_eq!(
        states(&shop.report(&new)),
        ["sns:DeleteTopic probation", "sqs:PurgeQueue baseline"]
    );
    shop.grant(&["sqs:PurgeQueue", "sns:*", "iam:*"]);
    let text = shop
        .read("role.json")
        .replace("arn:aws:sns:eu-west-1:111122223333:news", "*");
    shop.write("role.json", &text);
    let worse = shop.gate(&new);
    assert_eq!(
        worse.code,
        Some(3),
        "what is high is judged at once: {}",
        worse.stdout
    );
    let gone = shop.gate(&["--base-policy-file", "none.json"]);
    assert_eq!(gone.code, Some(2), "{}", gone.stderr);
}

#[test]
fn flags_go_before_the_configuration() {
    let shop = Shop::open();
    shop.write(
        ".least-privilege.yml",
        "fail-on: none\nmin-traces: 1\ntraces: traces.json\npolicy-file: role.json\n",
    );
    let run = |arguments: &[&str]| {
        let ran = program::command(arguments)
            .current_dir(shop.path())
            .output()
            .expect("the program runs");
        ran.status.code()
    };
    assert_eq!(run(&["gate"]), Some(0), "all is in the configuration");
    assert_eq!(run(&["gate", "--fail-on", "medium"]), Some(3));
    shop.write("least.yml", "fail-on: medium\n");
    assert_eq!(
        shop.gate(&["--config", "least.yml"]).code,
        Some(3),
        "the one that is named is the one that is read"
    );
}

/// A shop whose function calls S3 too, and a configuration.
fn configured(config: &str) -> Shop {
    let shop = Shop::open();
    let call = r#"{
    "id": "53995c3f42cd8ad9", "name": "S3", "namespace": "aws",
    "start_time": 1700000000.1, "end_time": 1700000000.2,
    "aws": {"operation": "GetObject", "bucket_name": "archive", "key": "invoices/2026/1.json", "region": "eu-west-1"}
  }, {
    "id": "53995c3f42cd8ad8""#;
    let traces = shop.read("traces.json");
    shop.write(
        "traces.json",
        &traces.replace(
            r#"{
    "id": "53995c3f42cd8ad8""#,
            call,
        ),
    );
    shop.write(".least-privilege.yml", config);
    shop
}

#[test]
fn a_policy_file_is_found_by_its_functions_name() {
    let shop = configured(
        "traces: traces.json\nmin-traces: 1\npolicies:\n  functions: {orders: policies/orders.json}\n",
    );
    fs::create_dir(shop.path().join("policies")).expect("a folder");
    shop.grant_in("policies/orders.json", &["sqs:PurgeQueue"]);
    let alone = |more: &[&str]| {
        let mut arguments = vec!["gate", "--format", "json"];
        arguments.extend(more);
        let ran = program::command(&arguments)
            .current_dir(shop.path())
            .output();
        let ran = ran.expect("the program runs");
        let report: Value = serde_json::from_slice(&ran.stdout).unwrap_or(Value::Null);
        (
            ran.status.code(),
            report,
            String::from_utf8_lossy(&ran.stderr).into_owned(),
        )
    };
    let (code, report, told) = alone(&[]);
    assert_eq!(code, Some(3), "{told}");
    assert_eq!(
        report["roles"][0]["policy_files"],
        json!(["policies/orders.json"])
    );
    assert_eq!(states(&report), ["sqs:PurgeQueue judged"]);
    // A policy file that is typed takes the place of all that are configured.
    let (_, report, _) = alone(&["--policy-file", "role.json"]);
    assert_eq!(report["roles"][0]["policy_files"], json!(["role.json"]));
    // A function that no file is named for is an error, and not a pass.
    shop.write(
        ".least-privilege.yml",
        "traces: traces.json\npolicies:\n  functions: {mail: policies/orders.json}\n",
    );
    let (code, _, told) = alone(&[]);
    assert_eq!(code, Some(2));
    assert!(
        told.contains("no policy file is named for `orders`"),
        "{told}"
    );
}

#[test]
fn keys_by_their_first_part_make_needs_narrower() {
    let granted = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders"},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::archive/*"},
    ]});
    for (config, excess) in [
        ("granularity: {}\n", &[] as &[&str]),
        (
            "granularity: {s3: keys-by-prefix}\n",
            &["s3:GetObject judged"],
        ),
    ] {
        let shop = configured(config);
        shop.write("role.json", &granted.to_string());
        let report = shop.report(&[]);
        assert_eq!(states(&report), excess, "{config}");
        if !excess.is_empty() {
            let finding = &report["roles"][0]["excess"][0];
            assert_eq!(
                finding["needed_resources"],
                json!(["arn:aws:s3:::archive/invoices/*"])
            );
            assert_eq!(shop.gate(&["--write"]).code, Some(3));
            assert_eq!(shop.gate(&[]).code, Some(0), "{}", shop.read("role.json"));
            assert!(
                shop.read("role.json")
                    .contains("arn:aws:s3:::archive/invoices/*")
            );
        }
    }
}

/// A file that is named for two functions is held against what both need, and one of a single function against what that needs.
#[test]
fn a_file_of_two_functions_is_judged_by_the_needs_of_both() {
    let shop = configured(
        "traces: [traces.json, mail.json]\nmin-traces: 1\npolicies:\n  functions:\n    orders: [both.json, orders.json]\n    mail: both.json\n",
    );
    let mail = shop
        .read("traces.json")
        .replace("function:orders", "function:mail")
        .replace(r#""name": "orders""#, r#""name": "mail""#)
        .replace("70de5b6f19ff9a0a", "70de5b6f19ff9a0b")
        .replace(
            "1-5aaf0fa0-b6e00f54192cf79a38419e0f",
            "1-5aaf0fa0-b6e00f54192cf79a38419e10",
        )
        .replace("PutItem", "GetItem");
    shop.write("mail.json", &mail);
    let table = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders";
    let allow = |actions: &[&str], resource: &str| json!({"Effect": "Allow", "Action": actions, "Resource": resource});
    let both = [
        allow(&["dynamodb:PutItem", "dynamodb:GetItem"], table),
        allow(&["s3:GetObject"], "arn:aws:s3:::archive/*"),
    ];
    shop.write(
        "both.json",
        &json!({"Version": "2012-10-17", "Statement": both}).to_string(),
    );
    let orders = [allow(&["dynamodb:PutItem", "dynamodb:GetItem"], table)];
    shop.write(
        "orders.json",
        &json!({"Version": "2012-10-17", "Statement": orders}).to_string(),
    );
    let ran = program::command(&["gate", "--format", "json"])
        .current_dir(shop.path())
        .output();
    let ran = ran.expect("the program runs");
    let report: Value = serde_json::from_slice(&ran.stdout).expect("a report");
    let roles = report["roles"].as_array().expect("roles");
    let told: Vec<(String, usize, Vec<String>)> = roles
        .iter()
        .map(|role| {
            let files = role["policy_files"].as_array().expect("files");
            let excess = role["excess"].as_array().expect("excess").iter();
            let excess =
                excess.map(|finding| finding["actions"][0].as_str().expect("text").to_owned());
            (
                files[0].as_str().expect("text").to_owned(),
                role["functions"].as_array().expect("users").len(),
                excess.collect(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                "orders.json".to_owned(),
                1,
                vec!["dynamodb:GetItem".to_owned()]
            ),
            ("both.json".to_owned(), 2, Vec::new())
        ],
        "{report:#}"
    );
}
