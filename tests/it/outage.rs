//! The outage law: of a policy that grants exactly what AWS checks, and something beside, the edit takes away what is beside and
//! nothing else.
//!
//! What AWS checks is more than the calls that a trace shows: rights of services that go on for the caller, roles that are handed
//! on, keys, what code reads before its handler runs, and logins that are no call.

use crate::suggestion_laws::needs_in;
use crate::{effort, program};
use aws_least_privilege::catalog::Catalog;
use aws_least_privilege::compare::{Granted, Known, compare};
use aws_least_privilege::iam::PolicyDocument;
use aws_least_privilege::iam::evaluate::{Outcome, decide};
use aws_least_privilege::judge::State;
use aws_least_privilege::judge::exempt::Held;
use aws_least_privilege::needed::NeededPermissions;
use aws_least_privilege::suggest::{Circumstances, Fixed, suggestions};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Output;

const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555";
const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf";
const ROLE: &str = "arn:aws:iam::111122223333:role/task";

/// A grant: action and resource.
type Grant = (&'static str, &'static str);

/// A call as it is recorded (service, operation, parameter and value), and all that AWS checks for it.
type Made = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [Grant],
);

const CALLS: &[Made] = &[
    (
        "DynamoDB",
        "GetItem",
        "table_name",
        "orders",
        &[
            (
                "dynamodb:GetItem",
                "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
            ),
            ("kms:Decrypt", KEY),
        ],
    ),
    (
        "DynamoDB",
        "Query",
        "table_name",
        "customers",
        &[(
            "dynamodb:Query",
            "arn:aws:dynamodb:eu-west-1:111122223333:table/customers",
        )],
    ),
    (
        "S3",
        "PutObject",
        "bucket_name",
        "invoices",
        &[
            ("s3:PutObject", "arn:aws:s3:::invoices/*"),
            ("s3:AbortMultipartUpload", "arn:aws:s3:::invoices/*"),
            ("kms:GenerateDataKey", KEY),
        ],
    ),
    (
        "S3",
        "GetObject",
        "bucket_name",
        "reports",
        &[
            ("s3:GetObject", "arn:aws:s3:::reports/*"),
            ("kms:Decrypt", KEY),
        ],
    ),
    (
        "SQS",
        "SendMessage",
        "queue_url",
        "https://sqs.eu-west-1.amazonaws.com/111122223333/mail",
        &[
            ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:111122223333:mail"),
            ("kms:GenerateDataKey", KEY),
        ],
    ),
    (
        "ECS",
        "RunTask",
        "",
        "",
        &[
            (
                "ecs:RunTask",
                "arn:aws:ecs:eu-west-1:111122223333:task-definition/shop:*",
            ),
            ("iam:PassRole", ROLE),
        ],
    ),
    (
        "EventBridge",
        "PutTargets",
        "",
        "",
        &[
            (
                "events:PutTargets",
                "arn:aws:events:eu-west-1:111122223333:rule/nightly",
            ),
            ("iam:PassRole", ROLE),
        ],
    ),
    (
        "Glue",
        "CreateJob",
        "",
        "",
        &[
            (
                "glue:CreateJob",
                "arn:aws:glue:eu-west-1:111122223333:job/nightly",
            ),
            ("iam:PassRole", ROLE),
        ],
    ),
    (
        "Rekognition",
        "DetectLabels",
        "",
        "",
        &[
            ("rekognition:DetectLabels", "*"),
            ("s3:GetObject", "arn:aws:s3:::photos/*"),
        ],
    ),
    (
        "SSM",
        "GetParameter",
        "name",
        "/shop/db",
        &[
            (
                "ssm:GetParameter",
                "arn:aws:ssm:eu-west-1:111122223333:parameter/shop/db",
            ),
            ("secretsmanager:GetSecretValue", SECRET),
            ("kms:Decrypt", KEY),
        ],
    ),
    (
        "Athena",
        "StartQueryExecution",
        "",
        "",
        &[
            (
                "athena:StartQueryExecution",
                "arn:aws:athena:eu-west-1:111122223333:workgroup/wg",
            ),
            ("s3:GetObject", "arn:aws:s3:::lake/*"),
            (
                "glue:GetTable",
                "arn:aws:glue:eu-west-1:111122223333:catalog",
            ),
        ],
    ),
    (
        "SNS",
        "Publish",
        "topic_arn",
        "arn:aws:sns:eu-west-1:111122223333:news",
        &[("sns:Publish", "arn:aws:sns:eu-west-1:111122223333:news")],
    ),
];

/// What a function needs that no call shows.
const SILENT: &[Grant] = &[
    ("secretsmanager:GetSecretValue", SECRET),
    (
        "ssm:GetParametersByPath",
        "arn:aws:ssm:eu-west-1:111122223333:parameter/shop/*",
    ),
    (
        "rds-db:connect",
        "arn:aws:rds-db:eu-west-1:111122223333:dbuser:prx-0123456789abcdef0/app",
    ),
    (
        "elasticache:Connect",
        "arn:aws:elasticache:eu-west-1:111122223333:replicationgroup:cache",
    ),
    (
        "kafka-cluster:ReadData",
        "arn:aws:kafka:eu-west-1:111122223333:topic/shop/abc/orders",
    ),
    (
        "appconfig:GetLatestConfiguration",
        "arn:aws:appconfig:eu-west-1:111122223333:application/a/environment/b/configuration/c",
    ),
    ("kms:Decrypt", KEY),
    ("xray:PutTraceSegments", "*"),
    (
        "logs:PutLogEvents",
        "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/shop:*",
    ),
];

/// What nothing above needs, wherever it is granted.
const BESIDE: &[Grant] = &[
    ("sqs:PurgeQueue", "arn:aws:sqs:eu-west-1:111122223333:mail"),
    (
        "dynamodb:DeleteTable",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
    ),
    (
        "dynamodb:GetItem",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/salaries",
    ),
    ("s3:DeleteBucket", "arn:aws:s3:::invoices"),
    ("s3:PutBucketPolicy", "arn:aws:s3:::backups"),
    ("iam:CreateUser", "*"),
    ("iam:PutRolePolicy", ROLE),
    ("ec2:TerminateInstances", "*"),
    ("newservice:Go", "*"),
    ("kms:ScheduleKeyDeletion", KEY),
    ("secretsmanager:PutSecretValue", SECRET),
];

/// How something is granted beside what is needed.
#[derive(Debug, Clone, Copy)]
enum Beside {
    /// In a statement of its own.
    Apart,
    /// As one more action in a statement of the same service and resource, if there is one.
    Listed,
    /// In a statement of its own that spans the service.
    Wide,
}

fn traces(calls: &[usize]) -> Value {
    let id = "1-6553f100-000000000000000000000001";
    let made = calls.iter().enumerate().map(|(number, call)| {
        let (service, operation, parameter, value, _) = CALLS[*call];
        let mut block = json!({"operation": operation, "region": "eu-west-1"});
        if !parameter.is_empty() {
            block[parameter] = json!(value);
        }
        json!({
            "id": format!("{:016x}", number + 1), "name": service, "namespace": "aws",
            "start_time": 1_700_000_000.1, "end_time": 1_700_000_000.2,
            "aws": block, "http": {"response": {"status": 200}},
        })
    });
    let document = json!({
        "id": "f000000000000000", "trace_id": id, "name": "shop", "origin": "AWS::Lambda::Function",
        "start_time": 1_700_000_000.0, "end_time": 1_700_000_000.5,
        "aws": {"function_arn": "arn:aws:lambda:eu-west-1:111122223333:function:shop"},
        "subsegments": made.collect::<Vec<_>>(),
    });
    json!({"Traces": [{"Id": id, "Segments": [{"Id": document["id"], "Document": document.to_string()}]}]})
}

fn needs(calls: &[usize]) -> NeededPermissions {
    needs_in(&traces(calls).to_string())
}

fn statement((action, resource): Grant) -> Value {
    json!({"Effect": "Allow", "Action": [action], "Resource": [resource]})
}

fn policy(exact: &BTreeSet<Grant>, beside: &[(Grant, Beside)]) -> Vec<Value> {
    let mut statements: Vec<Value> = exact.iter().copied().map(statement).collect();
    for ((action, resource), how) in beside {
        let service = action.split(':').next().unwrap_or_default();
        match how {
            Beside::Apart => statements.insert(0, statement((action, resource))),
            Beside::Listed => {
                let own = statements.iter_mut().find(|own| own["Resource"] == json!([resource]));
                match own.and_then(|own| own["Action"].as_array_mut()) {
                    Some(actions) if !actions.contains(&json!(action)) => actions.push(json!(action)),
                    Some(_) => {}
                    None => statements.push(statement((action, resource))),
                }
            }
            Beside::Wide => statements.push(json!({"Effect": "Allow", "Action": format!("{service}:*"), "Resource": [resource]})),
        }
    }
    statements
}

fn allows(policy: &PolicyDocument, (action, resource): Grant) -> bool {
    let action = action.parse().expect("it is an action");
    // A pattern stands for one of the names in it.
    let resource = resource.replace('*', "x");
    let resource = if resource == "x" { "*" } else { &resource };
    decide(&[policy], &action, resource).outcome == Outcome::Allowed
}

/// The policy after the suggested edit; the policy itself where there is none to suggest.
pub(crate) fn edited(
    needs: &NeededPermissions,
    policy: &PolicyDocument,
) -> Result<PolicyDocument, String> {
    let policies = [policy.clone()];
    let granted = Granted {
        policies: &policies,
        known: Known {
            account: Some("111122223333"),
            role: Some("arn:aws:iam::111122223333:role/shop"),
        },
        ..Granted::default()
    };
    let comparison = compare(needs, &granted, Catalog::embedded());
    let states = vec![State::Judged; comparison.excess.len()];
    let role = Circumstances {
        needs,
        granted,
        comparison: &comparison,
        states: &states,
        held: &Held::default(),
        are_files: true,
        adds_missing: false,
        left_out: &[],
        wide: &BTreeSet::new(),
        template: None,
        fixed: &Fixed::new(),
    };
    match suggestions(&role, Catalog::embedded()).as_slice() {
        [] => Ok(policy.clone()),
        [own] => {
            let document = own
                .document
                .as_deref()
                .ok_or_else(|| format!("{:?}", own.reason))?;
            PolicyDocument::parse(document, "policy.json").map_err(|error| error.to_string())
        }
        several => Err(format!("{} suggestions for one policy", several.len())),
    }
}

fn how() -> impl Strategy<Value = Beside> {
    prop_oneof![
        Just(Beside::Apart),
        Just(Beside::Listed),
        Just(Beside::Wide)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: effort::seed(), ..ProptestConfig::with_cases(effort::cases(60)) })]

    #[test]
    fn an_edit_takes_away_what_is_beside_and_nothing_that_aws_checks(
        calls in prop::sample::subsequence((0..CALLS.len()).collect::<Vec<_>>(), 1..6),
        silent in prop::sample::subsequence(SILENT.to_vec(), 0..5),
        beside in prop::collection::vec((prop::sample::select(BESIDE), how()), 1..4),
    ) {
        let checked = calls.iter().flat_map(|call| CALLS[*call].4);
        let exact: BTreeSet<Grant> = checked.chain(&silent).copied().collect();
        let beside: Vec<(Grant, Beside)> = beside.into_iter().filter(|(grant, _)| !exact.contains(grant)).collect();
        let text = json!({"Version": "2012-10-17", "Statement": policy(&exact, &beside)}).to_string();
        let policy = PolicyDocument::parse(&text, "policy.json").expect("it is a policy");
        let edited = edited(&needs(&calls), &policy).map_err(|reason| TestCaseError::fail(format!("{reason} {text}")))?;
        for grant in &exact {
            prop_assert!(allows(&edited, *grant), "{grant:?} is gone: {} was {text}", edited.source);
        }
        for (grant, _) in &beside {
            prop_assert!(!allows(&edited, *grant), "{grant:?} is still there: {} was {text}", edited.source);
        }
    }
}

/// The program in a folder with traces and a policy.
fn gate(folder: &Path, more: &[&str]) -> Output {
    let mut arguments = vec![
        "gate",
        "--traces",
        "traces.json",
        "--policy-file",
        "policy.json",
    ];
    arguments.extend(["--min-traces", "1"]);
    arguments.extend(more);
    let mut command = program::command(&arguments);
    command
        .current_dir(folder)
        .output()
        .expect("the program runs")
}

fn said(ran: &Output) -> String {
    let all = [ran.stdout.as_slice(), ran.stderr.as_slice()].concat();
    String::from_utf8_lossy(&all).into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: effort::seed(), ..ProptestConfig::with_cases(effort::cases(30)) })]

    /// The same of the program that people run: after `--write` the gate passes, and another `--write` changes nothing.
    #[test]
    fn the_program_writes_what_takes_away_what_is_beside_and_nothing_that_aws_checks(
        calls in prop::sample::subsequence((0..CALLS.len()).collect::<Vec<_>>(), 1..6),
        silent in prop::sample::subsequence(SILENT.to_vec(), 0..5),
        beside in prop::collection::vec((prop::sample::select(BESIDE), how()), 1..4),
        pretty in any::<bool>(),
    ) {
        let checked = calls.iter().flat_map(|call| CALLS[*call].4);
        let exact: BTreeSet<Grant> = checked.chain(&silent).copied().collect();
        let beside: Vec<(Grant, Beside)> = beside.into_iter().filter(|(grant, _)| !exact.contains(grant)).collect();
        let document = json!({"Version": "2012-10-17", "Statement": policy(&exact, &beside)});
        let text = if pretty { format!("{document:#}\n") } else { document.to_string() };
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("policy.json");
        fs::write(folder.path().join("traces.json"), traces(&calls).to_string()).expect("a file");
        fs::write(&file, &text).expect("a file");
        let first = gate(folder.path(), &["--write"]);
        let expected = if beside.is_empty() { 0 } else { 3 };
        prop_assert_eq!(first.status.code(), Some(expected), "{} on {}", said(&first), text);
        let written = fs::read_to_string(&file).expect("a file");
        let edited = PolicyDocument::parse(&written, "policy.json").expect("it is a policy");
        for grant in &exact {
            prop_assert!(allows(&edited, *grant), "{grant:?} is gone: {written} was {text}");
        }
        for (grant, _) in &beside {
            prop_assert!(!allows(&edited, *grant), "{grant:?} is still there: {written} was {text}");
        }
        let again = gate(folder.path(), &["--format", "json"]);
        let report: Value = serde_json::from_slice(&again.stdout).expect("it is JSON");
        let left = report["roles"][0]["excess"].as_array().expect("a list");
        // The one thing that no edit can do is to name a role that nothing names: that is left to whoever knows it.
        let wants_a_role = |finding: &Value| finding["actions"] == json!(["iam:PassRole"]) && finding["resources"] == json!(["*"]);
        let hands_on = exact.iter().any(|(action, _)| *action == "iam:PassRole");
        prop_assert!(left.iter().all(|finding| hands_on && wants_a_role(finding)), "{} on {}", said(&again), written);
        prop_assert_eq!(again.status.code(), Some(if left.is_empty() { 0 } else { 3 }), "{}", said(&again));
        let twice = gate(folder.path(), &["--write"]);
        prop_assert_eq!(twice.status.code(), again.status.code(), "{}", said(&twice));
        prop_assert_eq!(fs::read_to_string(&file).expect("a file"), written);
    }
}
