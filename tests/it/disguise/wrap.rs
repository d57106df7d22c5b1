//! Ways to write a policy that grant no less to any request with the observed context: its dress, not its body.

use serde_json::{Value, json};

/// Bytes as decisions; when they are at an end, each is the first.
pub(crate) struct Choices<'b>(std::slice::Iter<'b, u8>);

impl<'b> Choices<'b> {
    pub(crate) fn of(bytes: &'b [u8]) -> Self {
        Self(bytes.iter())
    }

    /// A number below `count`.
    pub(crate) fn below(&mut self, count: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or_default()) % count.max(1)
    }

    pub(crate) fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// A policy in several files, each a list of statements, and what was done to it.
#[derive(Debug, Clone)]
pub(crate) struct Dressed {
    pub(crate) files: Vec<Vec<Value>>,
    pub(crate) dress: Vec<&'static str>,
}

/// Conditions that every request with the observed context meets, or that single no resource out (rule 5): name, operator, key, value.
const CONDITIONS: &[(&str, &str, &str, &str)] = &[
    ("tls", "Bool", "aws:SecureTransport", "true"),
    ("no service between", "Bool", "aws:ViaAWSService", "false"),
    (
        "own account",
        "StringEquals",
        "aws:PrincipalAccount",
        "111122223333",
    ),
    (
        "own account but for AWS's resources",
        "StringEqualsIfExists",
        "aws:ResourceAccount",
        "111122223333",
    ),
    ("any caller", "StringLike", "aws:PrincipalArn", "*"),
    (
        "own role",
        "ArnLike",
        "aws:PrincipalArn",
        "arn:aws:iam::111122223333:role/*",
    ),
    ("any region", "StringLike", "aws:RequestedRegion", "*"),
    ("any user agent", "StringLike", "aws:UserAgent", "*"),
    (
        "since 2020",
        "DateGreaterThan",
        "aws:CurrentTime",
        "2020-01-01T00:00:00Z",
    ),
    ("no such tag", "Null", "aws:ResourceTag/none", "true"),
    ("tag is there", "Null", "aws:ResourceTag/app", "false"),
    (
        "not that tag",
        "StringNotEquals",
        "aws:ResourceTag/none",
        "x",
    ),
    (
        "not like that tag",
        "StringNotLike",
        "aws:ResourceTag/none",
        "x*",
    ),
    (
        "tag if there",
        "StringEqualsIfExists",
        "aws:ResourceTag/none",
        "x",
    ),
    (
        "all tag keys",
        "ForAllValues:StringEquals",
        "aws:TagKeys",
        "none",
    ),
    (
        "tag in the request",
        "StringEqualsIfExists",
        "aws:RequestTag/none",
        "x",
    ),
    (
        "passed to",
        "StringEquals",
        "iam:PassedToService",
        "lambda.amazonaws.com",
    ),
    (
        "key of another service",
        "StringLike",
        "ec2:InstanceType",
        "*",
    ),
    ("a key that nobody has", "StringNotEquals", "made:Up", "x"),
];

/// Denials of something else, or that no request with the observed context meets.
fn denials() -> Vec<(&'static str, Value)> {
    let deny = |action: &str, resource: &str, condition: Value| {
        let mut statement = json!({"Effect": "Deny", "Action": action, "Resource": resource});
        if !condition.is_null() {
            statement["Condition"] = condition;
        }
        statement
    };
    let other = "arn:aws:dynamodb:eu-west-1:111122223333:table/other";
    vec![
        (
            "denies one other table",
            deny("dynamodb:*", other, Value::Null),
        ),
        (
            "denies one other table by its tag",
            deny(
                "dynamodb:*",
                other,
                json!({"StringEquals": {"aws:ResourceTag/app": "shop"}}),
            ),
        ),
        (
            "denies without TLS",
            deny("*", "*", json!({"Bool": {"aws:SecureTransport": "false"}})),
        ),
        (
            "denies through services",
            deny("*", "*", json!({"Bool": {"aws:ViaAWSService": "true"}})),
        ),
        (
            "denies other accounts' callers",
            deny(
                "*",
                "*",
                json!({"StringNotEquals": {"aws:PrincipalAccount": "111122223333"}}),
            ),
        ),
        (
            "denies what is in quarantine",
            deny(
                "*",
                "*",
                json!({"StringEquals": {"aws:ResourceTag/quarantine": "yes"}}),
            ),
        ),
        (
            "denies before 2020",
            deny(
                "*",
                "*",
                json!({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}),
            ),
        ),
        (
            "denies a service that is not listed",
            deny("othernewservice:*", "*", Value::Null),
        ),
        (
            "denies an action of its own on another bucket",
            deny("s3:DeleteBucket", "arn:aws:s3:::other", Value::Null),
        ),
        (
            "denies somebody's own queue",
            deny(
                "sqs:*",
                "arn:aws:sqs:eu-west-1:111122223333:${aws:PrincipalTag/none}-inbox",
                Value::Null,
            ),
        ),
    ]
}

/// Grants that are needed, or may be, whatever else is.
fn decoys() -> Vec<(&'static str, Value)> {
    let allow = |action: &str, resource: Value| json!({"Effect": "Allow", "Action": action, "Resource": resource});
    let buckets: Vec<String> = (0..12)
        .map(|number| format!("arn:aws:s3:::shop-{number}/*"))
        .collect();
    vec![
        (
            "grants what is needed once more",
            allow(
                "dynamodb:GetItem",
                json!("arn:aws:dynamodb:eu-west-1:111122223333:table/orders"),
            ),
        ),
        (
            "grants a service that is not listed",
            allow("newservice:Go", json!("arn:aws:newservice:::x")),
        ),
        (
            "grants by a variable",
            allow("s3:GetObject", json!("arn:aws:s3:::home/${aws:username}/*")),
        ),
        (
            "grants many buckets",
            allow("s3:GetObjectAcl", json!(buckets)),
        ),
        (
            "grants a named secret",
            allow(
                "secretsmanager:GetSecretValue",
                json!("arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-??????"),
            ),
        ),
    ]
}

fn each_allow(files: &mut [Vec<Value>], mut change: impl FnMut(&mut Value)) {
    for statement in files.iter_mut().flatten() {
        if statement["Effect"] == "Allow" {
            change(statement);
        }
    }
}

fn texts(value: &Value) -> Vec<String> {
    if let Some(several) = value.as_array() {
        let texts = several.iter().filter_map(Value::as_str);
        return texts.map(str::to_owned).collect();
    }
    value.as_str().map(str::to_owned).into_iter().collect()
}

fn each_text(statement: &mut Value, member: &str, change: impl Fn(String) -> String) {
    if !statement[member].is_null() {
        let changed: Vec<String> = texts(&statement[member]).into_iter().map(change).collect();
        statement[member] = json!(changed);
    }
}

/// Puts one more dress on a policy. `honest` leaves out what is itself too much.
pub(crate) fn dress(policy: &mut Dressed, choices: &mut Choices<'_>, honest: bool) {
    let files = &mut policy.files;
    let name = match choices.below(9) {
        0 => {
            let (name, operator, key, value) = choices.one_of(CONDITIONS);
            each_allow(files, |statement| {
                statement["Condition"][operator][key] = json!(value);
            });
            name
        }
        1 => {
            let mut all = denials();
            let (name, statement) = all.swap_remove(choices.below(all.len()));
            let file = choices.below(files.len());
            let place = choices.below(files[file].len() + 1);
            files[file].insert(place, statement);
            name
        }
        2 => {
            let mut all = decoys();
            all.truncate(if honest { 1 } else { all.len() });
            let (name, statement) = all.swap_remove(choices.below(all.len()));
            let place = choices.below(files[0].len() + 1);
            files[0].insert(place, statement);
            name
        }
        3 => {
            for file in files.iter_mut() {
                file.reverse();
            }
            files.reverse();
            "in the other order"
        }
        4 => {
            *files = files
                .drain(..)
                .flatten()
                .map(|statement| vec![statement])
                .collect();
            "each statement in a file"
        }
        5 => {
            for file in files.iter_mut() {
                let split = file
                    .drain(..)
                    .flat_map(|statement| one_each(&statement))
                    .collect();
                *file = split;
            }
            "each action and resource in a statement"
        }
        6 => {
            each_allow(files, |statement| {
                each_text(statement, "Action", |text| respelt(&text));
            });
            "actions spelt otherwise"
        }
        7 => {
            each_allow(files, |statement| {
                each_text(statement, "Resource", |text| text.replace('*', "**"));
            });
            "resources spelt otherwise"
        }
        _ => {
            each_allow(files, |statement| {
                each_text(statement, "Resource", |text| match text.strip_suffix('*') {
                    Some(_) => format!("{text}${{aws:PrincipalTag/none, ''}}"),
                    None => text,
                });
            });
            "a variable with an empty default behind each wildcard"
        }
    };
    policy.dress.push(name);
}

/// The same action element in capitals or with its stars doubled. Of `*` alone AWS says nothing else.
fn respelt(text: &str) -> String {
    match text.split_once(':') {
        Some((prefix, name)) => format!(
            "{}:{}",
            prefix.to_uppercase(),
            name.replace('*', "**").to_uppercase()
        ),
        None => text.to_owned(),
    }
}

fn one_each(statement: &Value) -> Vec<Value> {
    if statement["Effect"] != "Allow" || statement["Action"].is_null() {
        return vec![statement.clone()];
    }
    let mut all = Vec::new();
    for action in texts(&statement["Action"]) {
        for resource in texts(&statement["Resource"]) {
            let mut one = statement.clone();
            one["Action"] = json!(action);
            one["Resource"] = json!([resource]);
            all.push(one);
        }
    }
    all
}
