//! What the CDK and the Serverless Framework made of apps, read by the real program: the owner, the line and the words of findings.

#![expect(clippy::disallowed_methods, reason = "the apps are files")]

use crate::{program, suggestions};
use serde_json::Value;
use std::fs;

/// A report on apps with these functions, each with the calls that it makes in each of its traces.
fn gate(policy: &str, functions: &[(&str, &str)]) -> Value {
    gate_with(policy, functions, &[])
}

fn gate_with(policy: &str, functions: &[(&str, &str)], more: &[&str]) -> Value {
    let mut traces = Vec::new();
    for (place, (function, calls)) in functions.iter().enumerate() {
        let own = suggestions::traces(calls)
            .replace("function:shop", &format!("function:{function}"))
            .replace("1-6553f100-", &format!("1-6553f1{place:02x}-"));
        let mut own: Value = serde_json::from_str(&own).expect("traces are JSON");
        let Value::Array(own) = own["Traces"].take() else {
            panic!("no traces");
        };
        traces.extend(own);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("traces.json");
    let traces = serde_json::json!({ "Traces": traces }).to_string();
    fs::write(&path, traces).expect("it can be written");
    let path = path.to_str().expect("a path in UTF-8");
    let mut arguments = vec![
        "gate",
        "--format",
        "json",
        "--traces",
        path,
        "--policy-file",
        policy,
    ];
    arguments.extend(more);
    let output = program::command(&arguments).output();
    let output = output.expect("the program runs");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(&output.stderr)))
}

/// What is said of the role with this logical id.
fn role<'r>(report: &'r Value, id: &str) -> &'r Value {
    let mut roles = report["roles"].as_array().expect("roles").iter();
    let found = roles.find(|role| role["role"].as_str().is_some_and(|own| own.contains(id)));
    found.unwrap_or_else(|| panic!("no role {id}\n{report:#}"))
}

fn grants(path: &str) -> Value {
    let output = program::command(&["grants", "--format", "json", path]).output();
    let output = output.expect("the program runs");
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(&output.stderr)))
}

/// Standard error of a command that fails.
fn error(arguments: &[&str]) -> String {
    let output = program::command(arguments)
        .output()
        .expect("the program runs");
    assert!(!output.status.success());
    program::unwrapped(&String::from_utf8_lossy(&output.stderr))
}

#[test]
fn stages_of_the_cdk_are_read_each_as_the_stack_that_it_is() {
    let granted = grants("tests/cdk/stages/cdk.out");
    let roles = granted["roles"].as_array().expect("roles");
    // Two functions, and each in a stack of its own and in the one of the stage.
    assert_eq!(roles.len(), 4, "{granted:#}");
    let text = granted.to_string();
    assert!(text.contains("assembly-Prod/ProdShop82526E42.template.json"));
    // Of the stage the account and the Region are known, of the other they are not.
    assert!(
        text.contains("arn:aws:dynamodb:eu-west-1:111122223333:table/"),
        "{granted:#}"
    );
    assert!(
        text.contains("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/")
    );
    // A nested stack has what the one around it gives it.
    assert!(!text.contains("referenceto"), "{granted:#}");
}

#[test]
fn functions_of_the_cdk_are_found_by_the_stacks_of_its_manifest() {
    let orders = "Store-OrdersA9B65338-1ABCDEFGHIJKL";
    let get = format!("DynamoDB GetItem table_name={orders}");
    let query = format!("DynamoDB Query table_name={orders} index_name=by-customer");
    let report = gate(
        "tests/cdk/typescript/cdk.out",
        &[
            ("checkout", &get),
            ("Shop-ReportC847FC22-AbCdEfGhIjKl", &query),
        ],
    );
    let checkout = role(&report, "CheckoutServiceRole");
    assert_eq!(checkout["verdict"], "fail");
    let text = ["excess", "undecided", "dead"].map(|list| checkout[list].to_string());
    let text = text.concat();
    // What another stack of the app has is known by that stack's template.
    assert!(text.contains(&format!("table/{orders}")), "{checkout:#}");
    assert!(!text.contains("GetStackOutput"), "{checkout:#}");
    let own = role(&report, "ReportServiceRole");
    assert_eq!(own["verdict"], "fail", "{own:#}");
    assert!(!report.to_string().contains("AWS::StackName=NAME"));
    // A state machine is no function of Lambda's.
    let advice = report.to_string();
    assert!(!advice.contains("--function-name Fulfil"));
}

#[test]
fn what_the_serverless_framework_packages_is_read_and_the_rest_says_what_to_give() {
    let wanted = ".serverless/cloudformation-template-update-stack.json";
    let service = "tests/serverless/shared-role/serverless.yml";
    let told = error(&[
        "gate",
        "--policy-file",
        service,
        "--traces",
        "examples/shop/traces",
    ]);
    assert!(
        told.contains("configuration of the Serverless Framework"),
        "{told}"
    );
    assert!(told.contains(wanted), "{told}");

    let folder = tempfile::tempdir().expect("a folder");
    let state = folder.path().join("serverless-state.json");
    fs::write(&state, r#"{"service": {"service": "shop"}, "package": {}}"#).expect("written");
    let told = error(&["grants", state.to_str().expect("UTF-8")]);
    assert!(
        told.contains("a state file of the Serverless Framework"),
        "{told}"
    );
    assert!(told.contains(wanted), "{told}");

    let packaged = folder
        .path()
        .join("cloudformation-template-update-stack.json");
    fs::copy("tests/serverless/shared-role/template.json", packaged).expect("copied");
    let granted = grants(folder.path().to_str().expect("UTF-8"));
    assert_eq!(granted["roles"][0]["logical_id"], "IamRoleLambdaExecution");
}

#[test]
fn a_source_without_a_name_is_what_the_policies_name() {
    let template = r#"Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: orders, StreamSpecification: {StreamViewType: NEW_IMAGE}}
  Parcels: {Type: AWS::SQS::Queue}
  Shop:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: shop
      Runtime: nodejs22.x
      Events:
        Orders: {Type: DynamoDB, Properties: {Stream: !GetAtt Orders.StreamArn, StartingPosition: LATEST}}
        Queue: {Type: SQS, Properties: {Queue: !GetAtt Parcels.Arn}}
      Policies:
      - AWSLambdaVPCAccessExecutionRole
      - Statement:
        - {Effect: Allow, Action: "dynamodb:GetItem", Resource: !GetAtt Orders.Arn}
        - {Effect: Allow, Action: "sns:Publish", Resource: "*"}
        - {Effect: Allow, Action: ["dynamodb:GetRecords", "dynamodb:DescribeStream"], Resource: !GetAtt Orders.StreamArn}
        - {Effect: Allow, Action: ["sqs:ReceiveMessage", "sqs:SendMessage"], Resource: !GetAtt Parcels.Arn}
"#;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("template.yaml");
    fs::write(&path, template).expect("written");
    let calls = "DynamoDB GetItem table_name=orders\nSNS Publish topic_arn=arn:aws:sns:eu-west-1:111122223333:news";
    let report = gate(path.to_str().expect("UTF-8"), &[("shop", calls)]);
    let own = role(&report, "ShopRole");
    let told = |list: &str| {
        let all = own[list].as_array().expect("a list").iter();
        let mut actions: Vec<String> = all
            .flat_map(|one| one["actions"].as_array().into_iter().flatten())
            .map(|action| action.as_str().expect("an action").to_owned())
            .collect();
        actions.sort();
        actions
    };
    assert_eq!(told("undecided"), [""; 0], "{own:#}");
    let excess = told("excess");
    // There is no VPC, and nothing is handed on: both are known, whatever the sources are called.
    for action in [
        "ec2:CreateNetworkInterface",
        "sns:Publish",
        "sqs:SendMessage",
    ] {
        assert!(
            excess.iter().any(|own| own == action),
            "{action}: {excess:?}"
        );
    }
    let gaps = own["gaps"].to_string();
    assert!(!gaps.contains("event source"), "{gaps}");
}

#[test]
fn reading_a_stream_of_a_table_that_has_no_name_is_as_dead_as_of_one_that_has() {
    let report = gate(
        "tests/cdk/typescript/cdk.out/Shop.template.json",
        &[("checkout", "DynamoDB GetItem table_name=carts")],
    );
    let own = role(&report, "CheckoutServiceRole");
    let report = gate(
        "tests/cdk/stages/cdk.out",
        &[(
            "api",
            "SQS SendMessage queue_url=https://sqs.eu-west-1.amazonaws.com/111122223333/x",
        )],
    );
    let nested = role(&report, "FnServiceRole");
    assert!(
        nested["dead"].to_string().contains("dynamodb:GetRecords"),
        "{nested:#}"
    );
    assert!(!nested["excess"].to_string().contains("dynamodb:GetRecords"));
    // Outputs of a stack that is not read are told apart.
    let text = own.to_string();
    assert!(
        text.contains("${Store.PublishOutputFnGetAttOrders"),
        "{own:#}"
    );
    assert!(text.contains("${Store.PublishOutputFnGetAttCarts"));
}

/// Actions of a role's findings with this state.
fn actions(role: &Value, state: &str) -> Vec<String> {
    let excess = role["excess"].as_array().expect("a list").iter();
    let meant = excess.filter(|one| one["state"] == state);
    let mut actions: Vec<String> = meant
        .flat_map(|one| one["actions"].as_array().into_iter().flatten())
        .map(|action| action.as_str().expect("an action").to_owned())
        .collect();
    actions.sort();
    actions
}

const SHOP: [(&str, &str); 3] = [
    ("checkout", "DynamoDB GetItem table_name=orders"),
    ("seed", "DynamoDB PutItem table_name=orders"),
    ("is-seeded", "DynamoDB GetItem table_name=orders"),
];

#[test]
fn what_the_cdk_brings_along_is_told_and_makes_nothing_inconclusive() {
    let report = gate("tests/cdk/providers/cdk.out", &SHOP);
    let roles = report["roles"].as_array().expect("roles");
    let mut whose = Vec::new();
    for role in roles {
        let id = role["role"].as_str().expect("a logical id");
        let Some(framework) = role["framework"].as_str() else {
            assert!(
                ["CheckoutService", "SeedService", "IsSeededService"]
                    .iter()
                    .any(|own| id.starts_with(own)),
                "{id}"
            );
            continue;
        };
        whose.push(framework.to_owned());
        assert_eq!(role["verdict"], "pass", "{role:#}");
        assert_eq!(role["insufficient"].as_array().map(Vec::len), Some(0));
        assert_eq!(actions(role, "judged"), [""; 0], "{role:#}");
    }
    whose.sort();
    assert_eq!(
        whose,
        [
            "the CDK's AwsCustomResource",
            "the CDK's BucketDeployment",
            "the CDK's LogRetention",
            "the CDK's S3AutoDeleteObjects",
            "the CDK's Trigger",
            "the CDK's VpcRestrictDefaultSG",
            "the CDK's bucket notifications",
            "the CDK's provider framework",
            "the CDK's provider framework",
            "the CDK's provider framework",
            "the CDK's provider framework",
        ]
    );
    let next = report["next"].to_string();
    for name in ["LogRetention", "framework", "Handler"] {
        assert!(!next.contains(name), "{next}");
    }
}

#[test]
fn of_what_the_cdk_brings_along_new_high_grants_fail_and_nothing_else() {
    let now = "tests/cdk/providers/cdk.out/Shop.template.json";
    let folder = tempfile::tempdir().expect("a folder");
    let base = folder.path().join("Shop.template.json");
    let text = fs::read_to_string(now).expect("a template");
    let without = text.replace("\"s3:PutBucketTagging\"", "\"s3:GetBucketTagging\"");
    let without = without.replace("\"s3:PutBucketNotification\"", "\"s3:GetObject\"");
    assert_ne!(without, text);
    fs::write(&base, without).expect("written");
    let base = base.to_str().expect("UTF-8");
    let report = gate_with(now, &SHOP, &["--base-policy-file", base]);
    let custom = role(&report, "AWS679f53fac002430cb0da5b7982bd2287ServiceRole");
    assert_eq!(custom["verdict"], "fail", "{custom:#}");
    // All buckets may be tagged now, and nobody asks how often that was called.
    assert_eq!(actions(custom, "judged"), ["s3:PutBucketTagging"]);
    let same = gate_with(now, &SHOP, &["--base-policy-file", now]);
    let custom = role(&same, "AWS679f53fac002430cb0da5b7982bd2287ServiceRole");
    assert_eq!(custom["verdict"], "pass", "{custom:#}");
    assert!(actions(custom, "framework").contains(&"s3:PutBucketTagging".to_owned()));
    assert_eq!(actions(custom, "judged"), [""; 0], "{custom:#}");
}

#[test]
fn what_serverless_brings_along_is_told_and_its_tags_on_logs_are_low() {
    let report = gate(
        "tests/serverless/custom-resources/template.json",
        &[("shop-dev-checkout", "DynamoDB GetItem table_name=orders")],
    );
    let own = role(&report, "IamRoleCustomResourcesLambdaExecution");
    assert_eq!(own["verdict"], "pass", "{own:#}");
    assert_eq!(
        own["framework"],
        "the Serverless Framework's custom resources"
    );
    let shop = role(&report, "IamRoleLambdaExecution");
    assert_eq!(shop["verdict"], "pass", "{shop:#}");
    let excess = shop["excess"].as_array().expect("a list");
    assert!(
        excess.iter().all(|one| one["severity"] == "low"),
        "{shop:#}"
    );
    assert!(actions(shop, "judged").contains(&"logs:TagResource".to_owned()));
}
