//! Roles of ECS tasks and state machines: seen in saved traces, looked up in moto by the real program.

use super::moto::Moto;
use super::program::role_in;
use super::refusing::Guard;
use super::shop::{allow, runtime};
use super::{ACTIONS, OTHERS_ACTIONS};
use crate::program;
use aws_sdk_ecs::types::ContainerDefinition;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

const ACCOUNT: &str = "123456789012";

/// A role for a service, with one inline policy.
async fn role(moto: &Moto, name: &str, service: &str, policy: &Value) -> String {
    let iam = aws_sdk_iam::Client::new(&moto.sdk());
    let trust = json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}],
    });
    let made = iam
        .create_role()
        .role_name(name)
        .assume_role_policy_document(trust.to_string())
        .send()
        .await
        .expect("moto makes the role");
    iam.put_role_policy()
        .role_name(name)
        .policy_name("inline")
        .policy_document(policy.to_string())
        .send()
        .await
        .expect("moto takes the policy");
    made.role.expect("a role").arn
}

/// A task definition of the family `shop` and a state machine `refund`, each with its role; gives the machine's ARN.
pub(super) fn create(moto: &Moto) -> String {
    runtime().block_on(async {
        let orders = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders";
        let policy = allow(&["dynamodb:PutItem", "dynamodb:DeleteTable"], &[orders]);
        let task_role = role(moto, "shop-task", "ecs-tasks.amazonaws.com", &policy).await;
        let ecs = aws_sdk_ecs::Client::new(&moto.sdk());
        ecs.create_cluster()
            .cluster_name("shop")
            .send()
            .await
            .expect("moto makes the cluster");
        ecs.register_task_definition()
            .family("shop")
            .task_role_arn(&task_role)
            .container_definitions(
                ContainerDefinition::builder()
                    .name("app")
                    .image("app")
                    .memory(64)
                    .build(),
            )
            .send()
            .await
            .expect("moto takes the definition");
        let invoke = allow(&["lambda:InvokeFunction", "xray:PutTraceSegments"], &["*"]);
        let machine_role = role(moto, "refund-machine", "states.amazonaws.com", &invoke).await;
        let machine = aws_sdk_sfn::Client::new(&moto.sdk())
            .create_state_machine()
            .name("refund")
            .role_arn(&machine_role)
            .definition(
                json!({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}).to_string(),
            )
            .send()
            .await;
        machine.expect("moto makes the machine").state_machine_arn
    })
}

/// Traces of 25 requests: a task that writes an order, a machine that invokes a function, and an instance.
pub(super) fn traces(folder: &Path, machine: &str) -> PathBuf {
    let mut lines = String::new();
    for number in 0..25 {
        let start = 1_794_000_000 + number * 60;
        let document = |kind: u64,
                        name: &str,
                        origin: &str,
                        aws: &Value,
                        service: &str,
                        operation: &str,
                        call: &Value| {
            let id = kind * 1000 + number;
            let mut called = json!({"operation": operation, "region": "eu-west-1"});
            let fields = call.as_object().expect("fields").clone();
            called.as_object_mut().expect("fields").extend(fields);
            json!({
                "id": format!("{id:016x}"), "trace_id": format!("1-{start:08x}-{id:024x}"), "name": name,
                "start_time": start, "end_time": start + 1, "origin": origin, "aws": aws,
                "resource_arn": if kind == 2 { json!(machine) } else { Value::Null },
                "subsegments": [{
                    "id": format!("{:016x}", id + 500), "name": service, "namespace": "aws",
                    "start_time": start, "end_time": start + 1, "aws": called,
                }],
            })
        };
        let task = json!({
            "account_id": ACCOUNT,
            "ecs": {
                "task_family": "shop",
                "container_arn": format!("arn:aws:ecs:eu-west-1:{ACCOUNT}:container/shop/{number:032x}/app"),
            },
        });
        let order = json!({"table_name": "orders"});
        let function =
            json!({"function_name": format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:pay")});
        let instance = json!({"account_id": ACCOUNT, "ec2": {"instance_id": "i-0123"}});
        for document in [
            document(
                1,
                "shop",
                "AWS::ECS::Fargate",
                &task,
                "DynamoDB",
                "PutItem",
                &order,
            ),
            document(
                2,
                "refund",
                "AWS::StepFunctions::StateMachine",
                &json!({}),
                "Lambda",
                "Invoke",
                &function,
            ),
            document(
                3,
                "batch",
                "AWS::EC2::Instance",
                &instance,
                "DynamoDB",
                "PutItem",
                &order,
            ),
        ] {
            lines.push_str(&document.to_string());
            lines.push('\n');
        }
    }
    let path = folder.join("traces.jsonl");
    fs::write(&path, lines).expect("the folder can be written to");
    path
}

fn ran(arguments: &[&str], url: &str) -> std::process::Output {
    program::command(arguments)
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ENDPOINT_URL", url)
        .output()
        .expect("the program runs")
}

fn run(arguments: &[&str], url: &str) -> (Value, Option<i32>, String) {
    let ran = ran(arguments, url);
    let stderr = String::from_utf8_lossy(&ran.stderr).into_owned();
    let report = serde_json::from_slice(&ran.stdout).unwrap_or_else(|error| {
        panic!(
            "{error}: {}\n{stderr}",
            String::from_utf8_lossy(&ran.stdout)
        )
    });
    (report, ran.status.code(), stderr)
}

#[test]
fn tasks_and_machines_are_judged_by_their_own_roles() {
    let moto = Moto::start();
    let machine = create(&moto);
    let folder = tempfile::tempdir().expect("a folder");
    let traces = traces(folder.path(), &machine);
    let traces = traces.to_str().expect("the path is text");
    let gate = ["gate", "--traces", traces, "--format", "json"];

    let mut allowed: Vec<&str> = ACTIONS.to_vec();
    allowed.extend(OTHERS_ACTIONS);
    let guard = Guard::before(&moto, &allowed);
    let (report, code, _) = run(&gate, &guard.url());
    assert_eq!(code, Some(3), "{report:#}");
    for action in OTHERS_ACTIONS {
        assert!(
            guard.asked().contains(&(*action).to_owned()),
            "{action}: {:?}",
            guard.asked()
        );
    }

    let task = role_in(&report, "role/shop-task");
    assert_eq!(task["verdict"], "fail", "{task:#}");
    assert_eq!(task["insufficient"], json!([]));
    assert_eq!(task["functions"][0]["arn"], "ecs-task:shop");
    assert_eq!(
        task["excess"][0]["unobserved"],
        json!(["dynamodb:DeleteTable"])
    );

    let refund = role_in(&report, "role/refund-machine");
    assert_eq!(refund["functions"][0]["arn"], machine);
    // What Step Functions does with the role itself is in no trace.
    let undecided = refund["undecided"].as_array().expect("a list");
    assert!(
        undecided
            .iter()
            .any(|entry| entry["actions"] == json!(["xray:PutTraceSegments"])),
        "{refund:#}"
    );

    // An instance's role is nowhere; that is told.
    let gaps = report["evidence"]["gaps"].to_string();
    assert!(
        gaps.contains("the role of ec2-instance:i-0123 is in no trace"),
        "{gaps}"
    );
    assert!(
        report["evidence"]["others"]
            .to_string()
            .contains("ec2-instance:i-0123")
    );

    // Who may not ask is told of those it concerns, and the others are judged.
    let mut allowed: Vec<&str> = ACTIONS.to_vec();
    allowed.extend(["ecs:DescribeTaskDefinition", "ecs:DescribeTasks"]);
    let guard = Guard::before(&moto, &allowed);
    let (report, _, _) = run(&gate, &guard.url());
    let unread: Vec<&Value> = report["roles"]
        .as_array()
        .expect("roles")
        .iter()
        .filter(|role| role["role"].is_null())
        .collect();
    assert_eq!(unread.len(), 1, "{report:#}");
    for role in unread {
        assert_eq!(role["verdict"], "inconclusive");
        assert!(
            role["insufficient"]
                .to_string()
                .contains(":DescribeStateMachine"),
            "{role:#}"
        );
    }
    assert_eq!(role_in(&report, "role/shop-task")["verdict"], "fail");

    // Where no role can be read, there is nothing to judge.
    let guard = Guard::before(&moto, ACTIONS);
    let ran = ran(&gate, &guard.url());
    assert_eq!(ran.status.code(), Some(1));
    let stderr = String::from_utf8_lossy(&ran.stderr);
    assert!(
        stderr.contains("none of the 2 roles can be read"),
        "{stderr}"
    );
    assert!(
        stderr.contains("grant states:DescribeStateMachine to "),
        "{stderr}"
    );
    assert!(ran.stdout.is_empty());
}

#[test]
fn the_users_word_gives_a_role_to_those_that_cannot_be_looked_up() {
    let moto = Moto::start();
    let machine = create(&moto);
    let policy = allow(
        &["dynamodb:PutItem"],
        &["arn:aws:dynamodb:eu-west-1:123456789012:table/orders"],
    );
    runtime().block_on(role(&moto, "batch", "ec2.amazonaws.com", &policy));
    let folder = tempfile::tempdir().expect("a folder");
    let traces = traces(folder.path(), &machine);
    let traces = traces.to_str().expect("the path is text");
    let config = folder.path().join("config.yml");
    fs::write(&config, "owners:\n  i-0123: batch\n").expect("the folder can be written to");
    let config = config.to_str().expect("the path is text");

    let configured = [
        "gate", "--traces", traces, "--config", config, "--format", "json",
    ];
    let (report, _, _) = run(&configured, &moto.url());
    let batch = role_in(&report, "role/batch");
    assert_eq!(batch["verdict"], "pass", "{batch:#}");
    assert_eq!(batch["insufficient"], json!([]));
    assert_eq!(batch["functions"][0]["arn"], "ec2-instance:i-0123");
    assert!(!report["evidence"]["gaps"].to_string().contains("i-0123"));

    // Named alone, the role has those for its users of whom nothing tells the role.
    let named = [
        "gate", "--traces", traces, "--role", "batch", "--format", "json",
    ];
    let (report, code, _) = run(&named, &moto.url());
    assert_eq!(code, Some(0), "{report:#}");
    let batch = role_in(&report, "batch");
    assert_eq!(
        batch["functions"][0]["arn"], "ec2-instance:i-0123",
        "{report:#}"
    );
    assert!(
        report["evidence"]["gaps"]
            .to_string()
            .contains("it is counted as a user of batch")
    );

    // A task's role is looked up here too, and the task is its user and no other's.
    let named = [
        "gate",
        "--traces",
        traces,
        "--role",
        "shop-task",
        "--format",
        "json",
    ];
    let (report, _, _) = run(&named, &moto.url());
    let users = &role_in(&report, "shop-task")["functions"];
    assert_eq!(users.as_array().expect("users").len(), 1, "{report:#}");
    assert_eq!(users[0]["arn"], "ecs-task:shop");
}

#[test]
fn explain_finds_what_is_named() {
    let moto = Moto::start();
    let machine = create(&moto);
    let folder = tempfile::tempdir().expect("a folder");
    let traces = traces(folder.path(), &machine);
    let traces = traces.to_str().expect("the path is text");
    let explain = [
        "explain",
        "shop",
        "dynamodb:*",
        "--traces",
        traces,
        "--format",
        "json",
    ];
    let (explained, code, _) = run(&explain, &moto.url());
    assert_eq!(code, Some(0));
    assert_eq!(explained["function"], "ecs-task:shop");
    let granted = explained["roles"][0]["granted"].as_array().expect("a list");
    let states: Vec<(&Value, &Value)> = granted
        .iter()
        .map(|element| (&element["action"], &element["standing"][0]["state"]))
        .collect();
    assert_eq!(
        states,
        [
            (&json!("dynamodb:PutItem"), &json!("justified")),
            (&json!("dynamodb:DeleteTable"), &json!("excess"))
        ]
    );
    assert_eq!(granted[0]["origin"]["policy"], "shop-task/inline");
}
