//! A company: functions, their policies on a history of commits, and the traces that they leave.

use super::weeks::Change;
use crate::action::step::Step;
use crate::github::events::{BASE, HEAD};
use crate::github::server::{GitHubServer, Repository};
use crate::github::whose::step_of;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;

const CONFIG: &str = "grace: 14\nknown:\n\
    - {function: weekly, reason: runs once a week, until: 2099-12-31}\n\
    - {function: quarterly, reason: runs once a quarter, until: 2099-12-31}\n\
    - {function: rarely-traced, reason: is sampled at 1 %, until: 2099-12-31}\n\
    - {function: quiet, reason: restores what was lost, until: 2099-12-31}\n";

/// Days that the evidence is of.
const WINDOW: i64 = 30;

/// Hours between two traces of what never runs.
const NEVER: i64 = 24 * 365 * 100;

/// What a run of the gate said.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) code: i32,
    pub(super) told: String,
    /// What failed it: policy files and actions.
    pub(super) judged: Vec<(String, Vec<String>)>,
}

impl Said {
    /// Whether a grant is among what failed it.
    pub(super) fn names(&self, grant: &Grant) -> bool {
        self.judged.iter().any(|found| is_of(grant, found))
    }

    /// What failed it and is none of these grants.
    pub(super) fn besides(&self, grants: &[Grant]) -> Vec<&(String, Vec<String>)> {
        let all = self.judged.iter();
        all.filter(|found| !grants.iter().any(|grant| is_of(grant, found)))
            .collect()
    }
}

fn is_of(grant: &Grant, (file, actions): &(String, Vec<String>)) -> bool {
    *file == path(grant.policy) && actions.iter().any(|action| action == grant.action)
}

/// One permission in a policy: that of a function, or `shared`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grant {
    pub(super) policy: &'static str,
    pub(super) action: &'static str,
    pub(super) resource: &'static str,
}

/// What a function calls, since when.
#[derive(Debug, Clone)]
struct Call {
    action: &'static str,
    resource: &'static str,
    since: i64,
}

#[derive(Debug, Clone)]
struct Function {
    name: &'static str,
    /// Hours between two traces.
    every: i64,
    /// The day of its first trace, and the one after its last.
    runs: std::ops::Range<i64>,
    calls: Vec<Call>,
}

/// Files by path.
pub(super) type Files = BTreeMap<String, String>;

/// The company on a day.
#[derive(Debug)]
pub(super) struct Company {
    pub(super) today: i64,
    functions: Vec<Function>,
    /// The files of each commit with its day, the oldest first.
    commits: Vec<(i64, Files)>,
}

const ORDERS: &str = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders";
const SETTINGS: &str = "arn:aws:dynamodb:eu-west-1:111122223333:table/settings";

/// Functions with the hours between two traces, and what each calls.
const FOUNDED: [(&str, i64, &str, &str); 7] = [
    ("checkout", 1, "dynamodb:PutItem", ORDERS),
    ("refunds", 12, "dynamodb:UpdateItem", ORDERS),
    ("billing", 12, "s3:PutObject", "arn:aws:s3:::invoices/*"),
    ("quiet", NEVER, "dynamodb:PutItem", ORDERS),
    ("weekly", 24 * 7, "s3:PutObject", "arn:aws:s3:::reports/*"),
    ("quarterly", 24 * 90, "dynamodb:Scan", ORDERS),
    ("rarely-traced", 24 * 10, "dynamodb:GetItem", ORDERS),
];

impl Company {
    /// The company when it begins: everything is granted as it is called.
    pub(super) fn founded() -> Self {
        let mut files = Files::from([
            (".least-privilege.yml".to_owned(), CONFIG.to_owned()),
            (
                "shared.json".to_owned(),
                policy(&[("dynamodb:GetItem", SETTINGS)]),
            ),
        ]);
        let mut functions = Vec::new();
        for (name, every, action, resource) in FOUNDED {
            files.insert(path(name), policy(&[(action, resource)]));
            let call = |action, resource| Call {
                action,
                resource,
                since: i64::MIN,
            };
            functions.push(Function {
                name,
                every,
                runs: i64::MIN..i64::MAX,
                calls: vec![call(action, resource), call("dynamodb:GetItem", SETTINGS)],
            });
        }
        Self {
            today: 0,
            functions,
            commits: vec![(-400, files)],
        }
    }

    fn files(&self) -> &Files {
        &self.commits.last().expect("it began with one").1
    }

    /// The files with changes.
    pub(super) fn with(&self, changes: &[Change]) -> Files {
        let mut files = self.files().clone();
        for change in changes {
            match change {
                Change::Readme => {
                    files.insert("README.md".to_owned(), format!("Day {}\n", self.today));
                }
                Change::Grant(grant) => edit(&mut files, grant.policy, |statements| {
                    statements.push(allow(grant.action, grant.resource));
                }),
                Change::Revoke(grant) => edit(&mut files, grant.policy, |statements| {
                    let gone = allow(grant.action, grant.resource);
                    statements.retain(|statement| *statement != gone);
                }),
                Change::Call(..) => {}
                Change::Found(name, _) => {
                    let own = policy(&[("s3:GetObject", "arn:aws:s3:::ratings/*")]);
                    files.insert(path(name), own);
                }
                Change::Rename(from, to) => {
                    let text = files.remove(&path(from)).expect("it is there");
                    files.insert(path(to), text.replace(from, to));
                }
                Change::LayOut(name) => {
                    let text = files.get_mut(&path(name)).expect("it is there");
                    let value: Value = serde_json::from_str(text).expect("JSON");
                    *text = format!("{value}\n");
                }
            }
        }
        files
    }

    /// Merges a pull request; what it changes is deployed.
    pub(super) fn merge(&mut self, files: Files, changes: &[Change]) {
        self.commits.push((self.today, files));
        for change in changes {
            match change {
                Change::Call(grant, after) => {
                    let since = self.today + after;
                    let calls =
                        |own: &&mut Function| own.name == grant.policy || grant.policy == "shared";
                    for function in self.functions.iter_mut().filter(calls) {
                        function.calls.push(Call {
                            action: grant.action,
                            resource: grant.resource,
                            since,
                        });
                    }
                }
                Change::Found(name, after) => {
                    let call = |action, resource| Call {
                        action,
                        resource,
                        since: i64::MIN,
                    };
                    self.functions.push(Function {
                        name,
                        every: 12,
                        runs: self.today + after..i64::MAX,
                        calls: vec![
                            call("s3:GetObject", "arn:aws:s3:::ratings/*"),
                            call("dynamodb:GetItem", SETTINGS),
                        ],
                    });
                }
                Change::Rename(from, to) => {
                    let old = self.functions.iter_mut().find(|own| own.name == *from);
                    let old = old.expect("it is there");
                    let mut new = old.clone();
                    let moved = self.today + 1;
                    old.runs.end = moved;
                    new.name = to;
                    new.runs = moved..i64::MAX;
                    self.functions.push(new);
                }
                Change::Readme | Change::Grant(_) | Change::Revoke(_) | Change::LayOut(_) => {}
            }
        }
    }

    /// Runs the gate on a pull request from today's files to others.
    pub(super) fn pull_request(&self, head: &Files) -> Said {
        let mut repository = self.repository();
        for (path, text) in head {
            repository.file(HEAD, path, text);
        }
        let server = GitHubServer::plain(repository);
        let step = step_of(&server, "pull_request").with("scope", "new");
        self.gate(step, head)
    }

    /// Runs the gate on today's files.
    pub(super) fn scheduled(&self) -> Said {
        let server = GitHubServer::plain(self.repository());
        let step = step_of(&server, "schedule")
            .with("scope", "all")
            .set("GITHUB_SHA", BASE);
        self.gate(step, self.files())
    }

    fn gate(&self, step: Step, files: &Files) -> Said {
        let step = step
            .with("function", "")
            .with("policy-file", "policies/{function}.json, shared.json");
        let workspace = step.workspace();
        for (place, text) in files {
            let path = workspace.join(place);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        // What is no file of the repository: evidence that a nightly job saved.
        fs::remove_dir_all(workspace.join("traces")).expect("the shop's traces");
        fs::create_dir(workspace.join("evidence")).expect("a folder");
        fs::write(workspace.join("evidence/traces.jsonl"), self.traces()).expect("a file");
        let step = step.with("traces", "evidence");
        let (ran, folder) = step.with("report-file", "report.json").run_kept(&[]);
        let report = fs::read_to_string(folder.path().join("workspace/report.json"));
        Said {
            code: ran.code.expect("it ends by itself"),
            told: ran.everything(),
            judged: judged(&report.expect("a report")),
        }
    }

    fn repository(&self) -> Repository {
        let mut repository = Repository {
            head: HEAD.to_owned(),
            ..Repository::default()
        };
        let last = self.commits.len() - 1;
        let name = |place: usize| match place {
            place if place == last => BASE.to_owned(),
            place => format!("{place:040x}"),
        };
        for (place, (day, files)) in self.commits.iter().enumerate().rev() {
            for (path, text) in files {
                repository.file(&name(place), path, text);
            }
            let parents = place.checked_sub(1).map(&name).into_iter().collect();
            let when = self.moment(*day, 0).to_string();
            repository.history.push((name(place), parents, when));
        }
        repository
    }

    /// When an hour of a day of the company is, by the clock that the program reads: today is now.
    fn moment(&self, day: i64, hour: i64) -> Timestamp {
        let hours = 24 * (self.today - day) - hour;
        Timestamp::now() - SignedDuration::from_hours(hours.max(0)) - SignedDuration::from_mins(30)
    }

    /// The traces of the last days, a segment a line.
    fn traces(&self) -> String {
        let mut lines = String::new();
        let mut number: u64 = 0;
        // A job that saves evidence asks for the functions that there are.
        let deployed = self.functions.iter();
        for function in deployed.filter(|own| own.runs.end > self.today) {
            let first = (self.today - WINDOW) * 24;
            for hour in first..self.today * 24 {
                // The first run of those that run once a quarter is long over.
                if (hour + 24 * 45).rem_euclid(function.every) != 0 {
                    continue;
                }
                let day = hour.div_euclid(24);
                if !function.runs.contains(&day) {
                    continue;
                }
                number += 1;
                let at = self.moment(day, hour.rem_euclid(24)).as_second();
                let calls = function.calls.iter().filter(|call| call.since <= day);
                lines.push_str(&segment(function.name, number, at, calls).to_string());
                lines.push('\n');
            }
        }
        lines
    }
}

/// The findings of roles that fail.
fn judged(report: &str) -> Vec<(String, Vec<String>)> {
    let report: Value = serde_json::from_str(report).expect("JSON");
    let roles = report["roles"].as_array().expect("roles").iter();
    let failing = roles.filter(|role| role["verdict"] == "fail");
    let findings = failing.flat_map(|role| role["excess"].as_array().expect("excess"));
    let judged = findings.filter(|finding| finding["state"] == "judged");
    let told = judged.map(|finding| {
        let actions = finding["actions"].as_array().expect("actions").iter();
        let actions = actions.map(|action| action.as_str().expect("text").to_owned());
        let policy = finding["origins"][0]["policy"].as_str().expect("a policy");
        (policy.to_owned(), actions.collect())
    });
    told.collect()
}

fn path(function: &str) -> String {
    if function == "shared" {
        "shared.json".to_owned()
    } else {
        format!("policies/{function}.json")
    }
}

fn allow(action: &str, resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": action, "Resource": resource})
}

fn policy(grants: &[(&str, &str)]) -> String {
    let statements: Vec<Value> = grants
        .iter()
        .map(|(action, resource)| allow(action, resource))
        .collect();
    pretty(&json!({"Version": "2012-10-17", "Statement": statements}))
}

fn pretty(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).expect("JSON");
    format!("{text}\n")
}

fn edit(files: &mut Files, policy: &str, change: impl FnOnce(&mut Vec<Value>)) {
    let text = files.get_mut(&path(policy)).expect("it is there");
    let mut value: Value = serde_json::from_str(text).expect("JSON");
    change(value["Statement"].as_array_mut().expect("statements"));
    *text = pretty(&value);
}

/// A trace of a function with its calls.
fn segment<'c>(
    function: &str,
    number: u64,
    at: i64,
    calls: impl Iterator<Item = &'c Call>,
) -> Value {
    let arn = format!("arn:aws:lambda:eu-west-1:111122223333:function:{function}");
    let calls = calls.enumerate().map(|(place, call)| {
        let (service, operation) = call.action.split_once(':').expect("an action");
        let name = call.resource.rsplit([':', '/']).next().unwrap_or_default();
        let bucket = call.resource.rsplit(':').next().unwrap_or_default();
        let bucket = bucket.trim_end_matches("/*");
        let mut aws = json!({"operation": operation, "region": "eu-west-1"});
        let (client, key, value) = match service {
            "dynamodb" => ("DynamoDB", "table_name", name.to_owned()),
            "s3" => ("S3", "bucket_name", bucket.to_owned()),
            "sqs" => (
                "SQS",
                "queue_url",
                format!("https://sqs.eu-west-1.amazonaws.com/111122223333/{name}"),
            ),
            "sns" => ("SNS", "topic_arn", call.resource.to_owned()),
            other => panic!("no {other} is called here"),
        };
        aws[key] = json!(value);
        if service == "s3" {
            aws["key"] = json!("file");
        }
        json!({"id": format!("{:016x}", number * 100 + place as u64 + 50), "name": client, "namespace": "aws",
            "start_time": at, "end_time": at + 1, "aws": aws, "http": {"response": {"status": 200}}})
    });
    let calls: Vec<Value> = calls.collect();
    json!({"id": format!("{:016x}", number * 100), "trace_id": format!("1-{at:08x}-{number:024x}"), "name": function,
        "start_time": at, "end_time": at + 2, "origin": "AWS::Lambda::Function",
        "aws": {"account_id": "111122223333", "function_arn": arn, "resource_names": [function]},
        "subsegments": calls})
}
