//! Every call of AWS's times every fault, through the real program: it ends in time, with the right code, and loses no verdict. The
//! table of what comes of each is in `docs/faults.md`; `UPDATE_SNAPSHOTS=1` writes it anew.

#![expect(clippy::disallowed_methods, reason = "the table is a file")]

use super::http::{Answer, HttpRequest, HttpServer};
use super::moto::Moto;
use super::others;
use super::program::run;
use super::refusing::{action, failure, forward, is_json, refuse};
use super::shop::{Policies, Shop, allow};
use super::xray_server::{Behaviour, FakeTrace, XrayServer};
use serde_json::Value;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Cases that run side by side; most of them wait.
const SIDE_BY_SIDE: usize = 24;

/// `--timeout` where a fault is one that is waited for, and what starting, judging and a busy machine may take besides.
const TIMEOUT: &str = "6s";
const BOUNDED: Duration = Duration::from_secs(40);

/// The same for a case that is run once more and by itself, because a busy machine may have been too slow for it.
const AGAIN: &str = "20s";

/// What can go wrong, as the table calls it.
const FAULTS: [(&str, Fault); 11] = [
    ("no answer", Fault::Hang),
    ("slow drip", Fault::Drip),
    ("throttled for ever", Fault::Throttled),
    ("500 for ever", Fault::Failing),
    ("denied", Fault::Denied),
    ("token expired", Fault::Expired),
    ("cut in the body", Fault::Cut),
    ("unreadable", Fault::Broken),
    ("well-formed and empty", Fault::Empty),
    ("giant", Fault::Giant),
    ("endless pages", Fault::Endless),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Hang,
    Drip,
    Throttled,
    Failing,
    Denied,
    Expired,
    Cut,
    Broken,
    Empty,
    Giant,
    Endless,
}

impl Fault {
    fn is_waited_for(self) -> bool {
        match self {
            Self::Hang | Self::Drip | Self::Throttled | Self::Failing | Self::Endless => true,
            Self::Denied | Self::Expired | Self::Cut | Self::Broken | Self::Empty | Self::Giant => {
                false
            }
        }
    }
}

/// What is run, which asks for the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scene {
    /// `gate --stack`.
    Stack,
    /// `gate --traces` on traces of a task and a state machine.
    Others,
    /// `gate --policy-file` without any right to ask Lambda.
    PolicyFile,
    /// `scan --function`.
    Scan,
}

/// Every call, and what asks for it.
const CALLS: [(&str, Scene); 18] = [
    ("/TraceSummaries", Scene::Stack),
    ("/Traces", Scene::Stack),
    ("/GetTraceSegmentDestination", Scene::Stack),
    ("cloudformation:ListStackResources", Scene::Stack),
    ("lambda:ListFunctions", Scene::Stack),
    ("lambda:GetFunctionConfiguration", Scene::Scan),
    ("lambda:ListEventSourceMappings", Scene::Stack),
    ("lambda:ListFunctionEventInvokeConfigs", Scene::Stack),
    ("iam:GetRole", Scene::Stack),
    ("iam:ListAttachedRolePolicies", Scene::Stack),
    ("iam:ListRolePolicies", Scene::Stack),
    ("iam:GetRolePolicy", Scene::Stack),
    ("iam:GetPolicy", Scene::Stack),
    ("iam:GetPolicyVersion", Scene::Stack),
    ("ecs:DescribeTasks", Scene::Others),
    ("ecs:DescribeTaskDefinition", Scene::Others),
    ("states:DescribeStateMachine", Scene::Others),
    ("sts:GetCallerIdentity", Scene::PolicyFile),
];

/// A call as IAM names it.
fn shown(call: &str) -> String {
    match call {
        "/TraceSummaries" => "xray:GetTraceSummaries".to_owned(),
        "/Traces" => "xray:BatchGetTraces".to_owned(),
        "/GetTraceSegmentDestination" => "xray:GetTraceSegmentDestination".to_owned(),
        other => other.to_owned(),
    }
}

/// What the pages of a call are told by, where it has pages.
fn endless(call: &str, page: usize) -> Option<Answer> {
    let xml = |operation: &str, inner: &str| {
        format!(
            "<{operation}Response><{operation}Result>{inner}</{operation}Result></{operation}Response>"
        )
    };
    let of_iam = |operation: &str, list: &str| {
        let more = format!("<{list}/><IsTruncated>true</IsTruncated><Marker>m{page}</Marker>");
        xml(operation, &more)
    };
    let body = match call {
        "/TraceSummaries" => {
            format!(
                r#"{{"TraceSummaries": [], "TracesProcessedCount": 0, "NextToken": "t{page}"}}"#
            )
        }
        "/Traces" => {
            format!(r#"{{"Traces": [], "UnprocessedTraceIds": [], "NextToken": "t{page}"}}"#)
        }
        "lambda:ListFunctions" => format!(r#"{{"Functions": [], "NextMarker": "t{page}"}}"#),
        "lambda:ListEventSourceMappings" => {
            format!(r#"{{"EventSourceMappings": [], "NextMarker": "t{page}"}}"#)
        }
        "lambda:ListFunctionEventInvokeConfigs" => {
            format!(r#"{{"FunctionEventInvokeConfigs": [], "NextMarker": "t{page}"}}"#)
        }
        "cloudformation:ListStackResources" => xml(
            "ListStackResources",
            &format!("<StackResourceSummaries/><NextToken>t{page}</NextToken>"),
        ),
        "iam:ListAttachedRolePolicies" => of_iam("ListAttachedRolePolicies", "AttachedPolicies"),
        "iam:ListRolePolicies" => of_iam("ListRolePolicies", "PolicyNames"),
        _ => return None,
    };
    Some(Answer::Whole {
        status: 200,
        headers: Vec::new(),
        body: body.into_bytes(),
    })
}

/// The answer to a call that goes wrong.
fn wrong(call: &str, fault: Fault, page: usize) -> Option<Answer> {
    Some(match fault {
        Fault::Hang => Answer::Hang,
        Fault::Drip => Answer::Drip,
        Fault::Throttled => failure(call, 400, "ThrottlingException", "Rate exceeded"),
        Fault::Failing => failure(call, 500, "InternalFailure", "out of order"),
        Fault::Denied => refuse(call),
        Fault::Expired => failure(call, 403, "ExpiredToken", "The security token is expired"),
        Fault::Cut => Answer::CutShort(vec![b' '; 4000]),
        Fault::Broken => Answer::Whole {
            status: 200,
            headers: Vec::new(),
            body: if is_json(call) {
                b"{\"a\": [".to_vec()
            } else {
                b"<a><b".to_vec()
            },
        },
        Fault::Empty => Answer::Whole {
            status: 200,
            headers: Vec::new(),
            body: if is_json(call) {
                b"{}".to_vec()
            } else {
                let operation = call.rsplit(':').next().unwrap_or_default();
                format!(
                    "<{operation}Response><{operation}Result></{operation}Result></{operation}Response>"
                )
                .into_bytes()
            },
        },
        Fault::Giant => Answer::Giant {
            mib: 60,
            chunked: true,
        },
        Fault::Endless => return endless(call, page),
    })
}

/// An AWS that all cases share.
struct World {
    moto: Moto,
    xray: XrayServer,
    folder: tempfile::TempDir,
}

impl World {
    fn create() -> Self {
        let moto = Moto::start();
        // Narrow, for there are many runs: what is granted is too much all the same.
        let managed = allow(&["dynamodb:DeleteTable"], &["*"]);
        let policies = Policies {
            managed,
            ..Policies::default()
        };
        let _shop = Shop::create(&moto, &policies);
        let machine = others::create(&moto);
        let folder = tempfile::tempdir().expect("a folder");
        others::traces(folder.path(), &machine);
        let policy = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:DeleteTable", "Resource": "*"}]}"#;
        fs::write(folder.path().join("policy.json"), policy).expect("it can be written");
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = i64::try_from(since.expect("it is after 1970").as_secs()).expect("a time");
        let functions = ["checkout", "refund", "audit", "report"];
        let traces = functions.iter().enumerate().flat_map(|(place, function)| {
            let number = move |number: usize| place * 100 + number + 1;
            (0..3).map(move |each| FakeTrace::of(number(each), now - 1800, function))
        });
        let xray = XrayServer::start(traces, Behaviour::default());
        Self { moto, xray, folder }
    }

    /// A server before all others in which one call goes wrong, every time.
    fn server(&self, call: &'static str, fault: Fault, scene: Scene) -> HttpServer {
        let (moto, xray) = (self.moto.port(), self.xray.port());
        let pages = AtomicUsize::new(0);
        HttpServer::start(move |request: &HttpRequest| {
            let asked = action(request);
            if asked == call {
                let page = pages.fetch_add(1, Ordering::SeqCst);
                return wrong(call, fault, page).expect("the case is one");
            }
            if scene == Scene::PolicyFile && asked.starts_with("lambda:") {
                return refuse(&asked);
            }
            forward(if asked.starts_with('/') { xray } else { moto }, request)
        })
    }

    /// What comes of a fault, as the table tells it; nothing where the call has no such fault.
    fn outcome(
        &self,
        call: &'static str,
        fault: Fault,
        scene: Scene,
        timeout: &str,
    ) -> Option<String> {
        if fault == Fault::Endless {
            endless(call, 0)?;
        }
        let server = self.server(call, fault, scene);
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        let written = tempfile::tempdir().expect("a folder");
        let output = written.path().display().to_string();
        let (traces, policy) = (path("traces.jsonl"), path("policy.json"));
        let timeout = if fault.is_waited_for() {
            timeout
        } else {
            "60s"
        };
        let mut arguments = match scene {
            Scene::Stack => vec!["gate", "--stack", "shop", "-r", "2h"],
            Scene::Others => vec!["gate", "--traces", &traces],
            Scene::PolicyFile => vec!["gate", "--policy-file", &policy, "-r", "2h"],
            Scene::Scan => vec!["scan", "--function", "checkout", "-r", "120", "-o", &output],
        };
        arguments.extend(["--timeout", timeout]);
        if scene != Scene::Scan {
            arguments.extend(["--min-traces", "2", "--no-appeal", "--format", "json"]);
        }
        let begun = Instant::now();
        let ran = run(&arguments, &server.url(), &server.url());
        let took = begun.elapsed();
        assert!(took < BOUNDED, "{call}, {fault:?}: {took:?}");
        Some(match scene {
            Scene::Scan => of_scan(&ran, written.path()),
            // There is a gap without any fault, for Lambda may not be asked.
            Scene::PolicyFile if of_gate(&ran) == "gap" => "no matter".to_owned(),
            Scene::Stack | Scene::Others | Scene::PolicyFile => of_gate(&ran),
        })
    }
}

/// What `gate` came to. It never passes, for what is granted is too much, and what it judged is there whole.
fn of_gate(ran: &Output) -> String {
    let stderr = String::from_utf8_lossy(&ran.stderr);
    let code = ran.status.code();
    if code == Some(1) {
        assert!(
            ran.stdout.is_empty() && stderr.contains("error"),
            "{stderr}"
        );
        return "error".to_owned();
    }
    let report: Value = serde_json::from_slice(&ran.stdout)
        .unwrap_or_else(|error| panic!("{error}, {code:?}: {stderr}"));
    let any = |value: &Value| value.as_array().is_some_and(|list| !list.is_empty());
    let mut roles = report["roles"].as_array().expect("roles").iter();
    let is_told = any(&report["evidence"]["gaps"])
        || roles.any(|role| any(&role["insufficient"]) || any(&role["gaps"]));
    match (code, report["verdict"].as_str(), is_told) {
        (Some(3), Some("fail"), false) => "no matter".to_owned(),
        (Some(3), Some("fail"), true) => "gap".to_owned(),
        (Some(4), Some("inconclusive"), true) => "inconclusive".to_owned(),
        other => panic!("{other:?}: {report:#}\n{stderr}"),
    }
}

/// What `scan` came to: the policy is there, or there was an error.
fn of_scan(ran: &Output, folder: &Path) -> String {
    let stdout = String::from_utf8_lossy(&ran.stdout);
    let stderr = String::from_utf8_lossy(&ran.stderr);
    let written = fs::read_dir(folder).expect("a folder").count();
    match (ran.status.code(), written) {
        (Some(1), 0) if stderr.contains("error") => "error".to_owned(),
        (Some(0), 1) if stdout.contains("not-looked-up") => "gap".to_owned(),
        (Some(0), 1) => "no matter".to_owned(),
        other => panic!("{other:?}: {stdout}\n{stderr}"),
    }
}

type Case = (&'static str, Scene, &'static str, Fault);

/// What came of each case, run side by side.
fn outcomes(world: &World, cases: &[Case], timeout: &str) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(vec![String::new(); cases.len()]);
    std::thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    let Some((call, scene, _, fault)) = cases.get(number) else {
                        break;
                    };
                    let outcome = world.outcome(call, *fault, *scene, timeout);
                    found.lock().expect("nobody panicked")[number] = told(outcome);
                }
            });
        }
    });
    found.into_inner().expect("nobody panicked")
}

fn told(outcome: Option<String>) -> String {
    outcome.unwrap_or_else(|| "-".to_owned())
}

/// Each call with one fault, and each fault at least once: the calls in their order, and every third fault.
fn some() -> Vec<(Case, usize)> {
    let calls = CALLS.iter().enumerate();
    let chosen = calls.map(|(place, (call, scene))| {
        // A cut answer is asked for again six times, with long waits between, but for X-Ray's.
        let can = |number: &usize| match FAULTS[*number].1 {
            Fault::Endless => endless(call, 0).is_some(),
            Fault::Cut => call.starts_with('/'),
            Fault::Hang
            | Fault::Drip
            | Fault::Throttled
            | Fault::Failing
            | Fault::Denied
            | Fault::Expired
            | Fault::Broken
            | Fault::Empty
            | Fault::Giant => true,
        };
        let numbers = [place * 3, place * 3 + 1].map(|number| number % FAULTS.len());
        let number = numbers.into_iter().find(can).expect("one of the two");
        let (name, fault) = FAULTS[number];
        ((*call, *scene, name, fault), place * FAULTS.len() + number)
    });
    chosen.collect()
}

#[test]
fn every_call_may_fail_and_every_fault_is_borne() {
    let world = World::create();
    let chosen = some();
    let cases: Vec<Case> = chosen.iter().map(|(case, _)| *case).collect();
    for (_, fault) in FAULTS {
        assert!(cases.iter().any(|(.., own)| *own == fault), "{fault:?}");
    }
    let begun = Instant::now();
    let found = outcomes(&world, &cases, TIMEOUT);
    let cells = Docs::read().cells();
    for (((call, scene, name, fault), cell), found) in chosen.iter().zip(found) {
        let expected = &cells[*cell];
        let is_so = |found: &str| expected.split(" or ").any(|one| one == found);
        let is_slow = !is_so(&found) && fault.is_waited_for();
        let found = if is_slow {
            told(world.outcome(call, *fault, *scene, AGAIN))
        } else {
            found
        };
        assert!(is_so(&found), "{call}, {name}: {found}, and not {expected}");
    }
    println!("{} cases in {:?}", cases.len(), begun.elapsed());
}

#[test]
#[ignore = "two minutes of waiting, and bounds on time that a busy machine breaks; CONTRIBUTING has the command"]
fn every_call_may_fail_in_every_way() {
    let begun = Instant::now();
    let world = World::create();
    let cases: Vec<Case> = CALLS
        .iter()
        .flat_map(|(call, scene)| {
            let faults = FAULTS.iter();
            faults.map(move |(name, fault)| (*call, *scene, *name, *fault))
        })
        .collect();
    let is_written = std::env::var_os("UPDATE_SNAPSHOTS").is_some();
    let timeout = if is_written { AGAIN } else { TIMEOUT };
    let mut found = outcomes(&world, &cases, timeout);
    let docs = Docs::read();
    let told_before = docs.cells();
    let mut again = 0;
    for (number, (call, scene, _, fault)) in cases.iter().enumerate() {
        // Of some it hangs on how the time falls, and the docs say both.
        let told_there = told_before.get(number);
        let both = told_there.filter(|cell| cell.split(" or ").any(|one| one == found[number]));
        if let Some(both) = both {
            found[number].clone_from(both);
        }
        let is_other = told_there != Some(&found[number]);
        if is_other && fault.is_waited_for() && !is_written {
            again += 1;
            found[number] = told(world.outcome(call, *fault, *scene, AGAIN));
        }
    }
    let names = FAULTS.map(|(name, _)| name);
    let mut table = format!(
        "| call | {} |\n|---{}|\n",
        names.join(" | "),
        "|---".repeat(FAULTS.len())
    );
    for ((call, _), cells) in CALLS.iter().zip(found.chunks(FAULTS.len())) {
        let row = format!("| `{}` | {} |\n", shown(call), cells.join(" | "));
        table.push_str(&row);
    }
    let took = begun.elapsed();
    println!(
        "{} cases in {took:?}, {again} of them once more",
        cases.len()
    );
    docs.held(&table);
}

/// The table of the docs, and what is around it.
struct Docs {
    path: PathBuf,
    text: String,
    table: Range<usize>,
}

impl Docs {
    fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/faults.md");
        let text = fs::read_to_string(&path).expect("the docs are there");
        let begin = text.find("| call |").expect("there is a table");
        let length = text[begin..].find("\n\n").expect("it ends");
        Self {
            path,
            table: begin..begin + length + 1,
            text,
        }
    }

    /// The outcomes, row by row.
    fn cells(&self) -> Vec<String> {
        let rows = self.text[self.table.clone()].lines().skip(2);
        let cells = rows.flat_map(|row| row.trim_matches('|').split('|').skip(1));
        cells.map(|cell| cell.trim().to_owned()).collect()
    }

    /// Holds the table against what the program does.
    fn held(&self, table: &str) {
        let Range { start, end } = self.table;
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            let anew = format!("{}{table}{}", &self.text[..start], &self.text[end..]);
            fs::write(&self.path, anew).expect("it can be written");
            return;
        }
        assert_eq!(&self.text[start..end], table);
    }
}
