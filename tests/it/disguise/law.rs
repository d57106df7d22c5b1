//! Two laws of what dress does to a policy: none makes what is too much look better, and none makes what is right look wrong.

use super::wrap::{Choices, Dressed, dress};
use aws_least_privilege::catalog::Catalog;
use aws_least_privilege::compare::{Comparison, Granted, Known, Severity, compare};
use aws_least_privilege::evidence::saved;
use aws_least_privilege::iam::PolicyDocument;
use aws_least_privilege::judge::{Finding, Rest, Verdict, judge};
use aws_least_privilege::needed::NeededPermissions;
use aws_least_privilege::settings::thresholds::Thresholds;
use aws_least_privilege::usage::Usage;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const ORDERS: &str = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders";

/// What base policies are made of.
const ACTIONS: &[&str] = &[
    "*",
    "dynamodb:*",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Delete*",
    "s3:GetObject",
    "s3:PutObject",
    "s3:Put*",
    "s3:*",
    "iam:PassRole",
    "iam:Put*Policy",
    "kms:Decrypt",
    "secretsmanager:GetSecretValue",
    "lambda:InvokeFunction",
    "sqs:SendMessage",
    "ec2:CreateNetworkInterface",
    "ec2:RunInstances",
    "newservice:*",
    "sts:AssumeRole",
    "logs:PutLogEvents",
];
const RESOURCES: &[&str] = &[
    "*",
    ORDERS,
    "arn:aws:dynamodb:eu-west-1:111122223333:table/*",
    "arn:aws:dynamodb:*:*:table/orders",
    "arn:aws:s3:::*",
    "arn:aws:s3:::invoices/*",
    "arn:aws:s3:::reports/*",
    "arn:aws:iam::111122223333:role/*",
    "arn:aws:iam::111122223333:role/shop",
    "arn:aws:sqs:eu-west-1:111122223333:mail",
    "arn:aws:lambda:eu-west-1:111122223333:function:*",
    "arn:aws:secretsmanager:eu-west-1:111122223333:secret:*",
    "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-??????",
    "arn:aws:kms:eu-west-1:111122223333:key/*",
    "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555",
];

/// By name what the calls below need, and may need.
const RIGHT: &[(&str, &str)] = &[
    ("dynamodb:GetItem", ORDERS),
    ("s3:PutObject", "arn:aws:s3:::invoices/*"),
    (
        "ecs:RegisterTaskDefinition",
        "arn:aws:ecs:eu-west-1:111122223333:task-definition/shop:*",
    ),
    ("iam:PassRole", "arn:aws:iam::111122223333:role/task"),
    (
        "kms:Decrypt",
        "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555",
    ),
    (
        "kms:GenerateDataKey",
        "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-3333-4444-555555555555",
    ),
    (
        "secretsmanager:GetSecretValue",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-??????",
    ),
    (
        "rds-db:connect",
        "arn:aws:rds-db:eu-west-1:111122223333:dbuser:prx-0123456789abcdef0/app",
    ),
    (
        "ssm:GetParameter",
        "arn:aws:ssm:eu-west-1:111122223333:parameter/shop/flags",
    ),
    ("ec2:CreateNetworkInterface", "*"),
    ("xray:PutTraceSegments", "*"),
    (
        "logs:PutLogEvents",
        "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/shop:*",
    ),
];

/// What a function needs that reads a table, writes to a bucket and registers a task.
fn needs() -> NeededPermissions {
    let call = |number: usize, service: &str, operation: &str, parameter: &str, value: &str| {
        json!({
            "id": format!("{number:016x}"), "name": service, "namespace": "aws",
            "start_time": 1_700_000_000.1, "end_time": 1_700_000_000.2,
            "aws": {"operation": operation, "region": "eu-west-1", parameter: value},
            "http": {"response": {"status": 200}},
        })
    };
    let id = "1-6553f100-000000000000000000000001";
    let document = json!({
        "id": "f000000000000000", "trace_id": id, "name": "shop", "origin": "AWS::Lambda::Function",
        "start_time": 1_700_000_000.0, "end_time": 1_700_000_000.5,
        "aws": {"function_arn": "arn:aws:lambda:eu-west-1:111122223333:function:shop"},
        "subsegments": [
            call(1, "DynamoDB", "GetItem", "table_name", "orders"),
            call(2, "S3", "PutObject", "bucket_name", "invoices"),
            call(3, "ECS", "RegisterTaskDefinition", "family", "shop"),
        ],
    });
    let traces = json!({"Traces": [{"Id": id, "Segments": [{"Id": document["id"], "Document": document.to_string()}]}]});
    let mut usage = Usage::default();
    let read = saved::read(
        &["-".into()],
        &mut traces.to_string().as_bytes(),
        jiff::Timestamp::MAX,
        &mut |trace| {
            usage.record(Catalog::embedded(), trace);
        },
    );
    assert!(read.is_ok(), "they are traces");
    let found = usage.owners.first_key_value();
    found.map_or_else(NeededPermissions::default, |(owner, observed)| {
        NeededPermissions::of(owner, observed, None, Catalog::embedded())
    })
}

fn compared(needs: &NeededPermissions, files: &[Vec<Value>]) -> Comparison {
    let policies: Vec<PolicyDocument> = files
        .iter()
        .enumerate()
        .map(|(place, statements)| {
            let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
            let read = PolicyDocument::parse(&text, format!("{place}.json"));
            read.unwrap_or_else(|error| panic!("{error}: {text}"))
        })
        .collect();
    let granted = Granted {
        policies: &policies,
        known: Known {
            account: Some("111122223333"),
            role: Some("arn:aws:iam::111122223333:role/shop"),
        },
        ..Granted::default()
    };
    compare(needs, &granted, Catalog::embedded())
}

/// How bad each action is, by itself; what no catalogue lists goes by its text.
fn worst(comparison: &Comparison) -> BTreeMap<String, Severity> {
    let mut worst = BTreeMap::new();
    for excess in &comparison.excess {
        let members = excess.observed.union(&excess.unobserved);
        let mut names: BTreeSet<String> = members
            .map(|action| action.to_string().to_lowercase())
            .collect();
        if names.is_empty() {
            names = excess.actions.iter().map(|text| plainly(text)).collect();
        }
        for name in names {
            let own = worst.entry(name).or_insert(excess.severity);
            *own = (*own).max(excess.severity);
        }
    }
    worst
}

/// An element in small letters, however many stars stand in a row.
fn plainly(text: &str) -> String {
    let mut text = text.to_lowercase();
    while text.contains("**") {
        text = text.replace("**", "*");
    }
    text
}

fn verdict(comparison: &Comparison) -> Verdict {
    let findings: Vec<Finding<'_>> = comparison.excess.iter().map(Finding::judged).collect();
    judge(
        &findings,
        Rest::whole(comparison),
        &[],
        &BTreeSet::new(),
        &Thresholds::default(),
    )
}

fn goodness(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Fail => 0,
        Verdict::Inconclusive => 1,
        Verdict::Pass => 2,
    }
}

fn dressed(mut policy: Dressed, choices: &mut Choices<'_>, honest: bool) -> Dressed {
    for _ in 0..=choices.below(3) {
        dress(&mut policy, choices, honest);
    }
    policy
}

/// How the disguise law is broken by what the bytes say, if it is: a dress betters the verdict, or lowers a severity.
pub(crate) fn disguise(bytes: &[u8]) -> Option<String> {
    let mut choices = Choices::of(bytes);
    let statements: Vec<Value> = (0..=choices.below(2))
        .map(|_| {
            let actions: BTreeSet<&str> = (0..=choices.below(2))
                .map(|_| choices.one_of(ACTIONS))
                .collect();
            let resources: BTreeSet<&str> = (0..=choices.below(2))
                .map(|_| choices.one_of(RESOURCES))
                .collect();
            json!({"Effect": "Allow", "Action": actions, "Resource": resources})
        })
        .collect();
    let plain = vec![statements];
    let dressed = dressed(
        Dressed {
            files: plain.clone(),
            dress: Vec::new(),
        },
        &mut choices,
        false,
    );
    let needs = needs();
    let (before, after) = (compared(&needs, &plain), compared(&needs, &dressed.files));
    let told = || {
        format!(
            "{:?}\nplain   {}\ndressed {}",
            dressed.dress,
            json!(plain),
            json!(dressed.files)
        )
    };
    if goodness(verdict(&after)) > goodness(verdict(&before)) {
        return Some(format!(
            "the verdict is better: {:?} {:?}\n{}",
            verdict(&before),
            verdict(&after),
            told()
        ));
    }
    let better = worst(&after);
    let wrong = worst(&before)
        .into_iter()
        .find(|(action, severity)| better.get(action) < Some(severity));
    wrong.map(|(action, severity)| {
        format!(
            "{action} was {severity:?} and is {:?}\n{}",
            better.get(&action),
            told()
        )
    })
}

/// How the opposite law is broken, if it is: what is needed, and by name what may be, does not pass in some dress.
pub(crate) fn opposite(bytes: &[u8]) -> Option<String> {
    let mut choices = Choices::of(bytes);
    let statements: Vec<Value> = RIGHT
        .iter()
        .filter(|_| choices.below(4) != 3)
        .map(
            |(action, resource)| json!({"Effect": "Allow", "Action": action, "Resource": resource}),
        )
        .collect();
    let plain = Dressed {
        files: vec![statements],
        dress: Vec::new(),
    };
    let dressed = dressed(plain, &mut choices, true);
    let after = compared(&needs(), &dressed.files);
    (verdict(&after) != Verdict::Pass).then(|| {
        format!(
            "{:?}: {:?}\n{:?}\n{}",
            verdict(&after),
            after.excess,
            dressed.dress,
            json!(dressed.files)
        )
    })
}
