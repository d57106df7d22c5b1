//! How fast policies are checked, compared and gated: small ones, and the largest of AWS's managed policies.
//!
//! The managed policies are read from the moto that the tests install below the target folder; without it, policies as large
//! are made up. Policies that are large in other ways are told with the memory they take. Prints the fastest of several runs, which is the one that the rest of the machine disturbed least.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark reads its input, starts the program, and prints its figures"
)]

use aws_least_privilege::catalog::Catalog;
use aws_least_privilege::iam::algebra::{Ask, Piece, Remainder, compare};
use aws_least_privilege::iam::evaluate::decide;
use aws_least_privilege::iam::permissions::{PermissionSet, ResourceSet};
use aws_least_privilege::iam::{Action, PolicyDocument};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_aws-least-privilege");
const SMALL: &str = include_str!("../examples/shop/shop-role.json");

fn main() -> Result<(), Box<dyn Error>> {
    if let Some(one) = std::env::var_os(HARD) {
        return hard(&one.to_string_lossy());
    }
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let runs = if is_bench { 30 } else { 1 };
    let largest = largest()?;
    let [(one_name, one), (other_name, other), ..] = largest.as_slice() else {
        return Err("there are two policies".into());
    };
    println!(
        "the largest: {one_name} ({} B), {other_name} ({} B)",
        one.len(),
        other.len()
    );

    let narrower = SMALL.replacen("dynamodb:*", "dynamodb:Get*", 1);
    for (what, one, other) in [
        ("small", SMALL, narrower.as_str()),
        ("the two largest", one, other),
        ("the largest and itself", one, one),
    ] {
        let (one, other) = (parsed(one)?, parsed(other)?);
        let catalog = Catalog::embedded();
        let set = |policy: &PolicyDocument| PermissionSet::from_documents(&[policy], catalog);
        let sets = fastest(runs, || Ok((set(&one), set(&other))))?;
        let (first, second) = (set(&one), set(&other));
        let compared = fastest(runs, || Ok(compare(&first, &second, catalog)))?;
        println!("compare {what}: {compared:.1?}, and {sets:.1?} to make permission sets of them");
    }
    let action: Action = "ec2:DescribeInstances".parse()?;
    for (what, text) in [("small", SMALL), ("the largest", one.as_str())] {
        let parse = fastest(runs, || parsed(text))?;
        let policy = parsed(text)?;
        let check = fastest(runs, || Ok(decide(&[&policy], &action, "*")))?;
        println!("check {what}: {check:.1?}, and {parse:.1?} to read it");
    }

    for one in LARGE {
        // Each by itself, since what is the most that a program ever used does not fall again.
        let program = std::env::current_exe()?;
        let ended = Command::new(program).env(HARD, one).status()?;
        if !ended.success() {
            return Err(format!("{one} did not end well").into());
        }
    }

    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    fs::create_dir_all(folder)?;
    let file = |name: &str, text: &str| -> Result<String, Box<dyn Error>> {
        let path = folder.join(name);
        fs::write(&path, text)?;
        Ok(path.to_str().ok_or("the path is text")?.to_owned())
    };
    let small = file("bench-small.json", SMALL)?;
    let one = file("bench-largest.json", one)?;
    let other = file("bench-second-largest.json", other)?;
    let root = env!("CARGO_MANIFEST_DIR");
    let traces = format!("{root}/examples/shop/traces");
    let request = [
        "--action",
        "dynamodb:GetItem",
        "--resource",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/shop-orders",
    ];
    let gate = |policy| {
        [
            "gate",
            "--traces",
            &traces,
            "--function",
            "checkout",
            "--policy-file",
            policy,
        ]
    };
    for (what, arguments) in [
        ("--version", vec!["--version"]),
        (
            "check, small",
            [["check", "--policy", &small].as_slice(), &request].concat(),
        ),
        (
            "check, the largest",
            [["check", "--policy", &one].as_slice(), &request].concat(),
        ),
        ("compare, the two largest", vec!["compare", &one, &other]),
        ("gate, small", gate(&small).to_vec()),
        ("gate, the largest", gate(&one).to_vec()),
    ] {
        let took = fastest(runs, || {
            let mut program = Command::new(PROGRAM);
            program
                .args(&arguments)
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            Ok(program.status()?)
        })?;
        println!("the program, {what}: {took:.1?}");
    }
    Ok(())
}

/// Asks this program to look at one of [`LARGE`] and nothing else.
const HARD: &str = "BENCH_ONE_POLICY";

/// Policies that are large in one way or another: up to what IAM takes, or files of 200 kB.
const LARGE: [&str; 6] = [
    "* on 200 buckets",
    "s3:* on 1,500 buckets",
    "s3:* in 2,000 statements",
    "* on * but for 300 buckets",
    "* on * but for 100 buckets, by a tag each",
    "* on 200 patterns of any service",
];

fn large(name: &str) -> Result<String, Box<dyn Error>> {
    let buckets = |count: usize| -> Vec<String> {
        (0..count)
            .map(|number| format!("arn:aws:s3:::a{number}*"))
            .collect()
    };
    let statement = |effect: &str, action: &str, resources: &[String], condition: &str| {
        format!(
            r#"{{"Effect": "{effect}", "Action": "{action}", "Resource": {resources:?}{condition}}}"#
        )
    };
    let all = || statement("Allow", "*", &["*".to_owned()], "");
    let statements = match LARGE.iter().position(|own| *own == name) {
        Some(0) => vec![statement("Allow", "*", &buckets(200), "")],
        Some(1) => vec![statement("Allow", "s3:*", &buckets(1_500), "")],
        Some(2) => buckets(2_000)
            .chunks(1)
            .map(|one| statement("Allow", "s3:*", one, ""))
            .collect(),
        Some(3) => vec![all(), statement("Deny", "*", &buckets(300), "")],
        Some(4) => {
            let buckets = buckets(100);
            let tagged = buckets.chunks(1).enumerate().map(|(number, one)| {
                let condition = format!(
                    r#", "Condition": {{"StringEquals": {{"aws:ResourceTag/k{number}": "x"}}}}"#
                );
                statement("Deny", "s3:*", one, &condition)
            });
            std::iter::once(all()).chain(tagged).collect()
        }
        Some(5) => {
            let patterns: Vec<String> = (0..200)
                .map(|number| format!("arn:aws:*:*:*:*a{number}*b*"))
                .collect();
            vec![statement("Allow", "*", &patterns, "")]
        }
        _ => return Err(format!("there is no policy {name}").into()),
    };
    Ok(format!(
        r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#,
        statements.join(",")
    ))
}

/// Compares a large policy with a small one, asks of each of its pieces what is left, and prints time and memory.
fn hard(name: &str) -> Result<(), Box<dyn Error>> {
    let catalog = Catalog::embedded();
    let (policy, small) = (parsed(&large(name)?)?, parsed(SMALL)?);
    let set = |policy: &PolicyDocument| PermissionSet::from_documents(&[policy], catalog);
    let (one, other) = (set(&policy), set(&small));
    let began = Instant::now();
    let relation = compare(&one, &other, catalog).relation;
    let compared = began.elapsed();
    let began = Instant::now();
    let (asked, given_up) = left(&one, catalog);
    let took = began.elapsed();
    println!(
        "{name} ({} B): {} to the small one in {compared:.1?}; {asked} questions, {given_up} given up, in {took:.1?}; {}",
        policy.source.len(),
        relation.id(),
        most_memory()
    );
    Ok(())
}

/// Asks what each piece grants, for actions that are not alike; how often that was asked, and how often given up.
fn left(set: &PermissionSet, catalog: &Catalog) -> (usize, usize) {
    let mut remainder = Remainder::of(set);
    let ask = Ask {
        denies: true,
        ..Ask::default()
    };
    let (mut asked, mut given_up) = (0, 0);
    for (cell, own) in set.allows.iter().enumerate() {
        let elements = match &own.resources {
            ResourceSet::Only(patterns) => patterns.len(),
            ResourceSet::AllBut(_) | ResourceSet::Attached => 1,
        };
        let mut seen = BTreeSet::new();
        for number in own.actions.known().iter() {
            let Some(action) = catalog.action_at(number).map(|entry| entry.action()) else {
                continue;
            };
            if !seen.insert(remainder.likeness(&action, catalog)) {
                continue;
            }
            for element in (0..elements).map(Some) {
                let left = remainder.left(Piece { cell, element }, &action, &ask, catalog);
                asked += 1;
                given_up += usize::from(left.because.is_given_up());
            }
        }
    }
    (asked, given_up)
}

/// The most memory that this program used, where the system tells.
fn most_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    most.map_or_else(
        || "memory not known".to_owned(),
        |most| format!("at most {}", most.trim()),
    )
}

fn parsed(text: &str) -> Result<PolicyDocument, Box<dyn Error>> {
    Ok(PolicyDocument::parse(text, "policy.json")?)
}

fn fastest<Made>(
    runs: usize,
    mut run: impl FnMut() -> Result<Made, Box<dyn Error>>,
) -> Result<Duration, Box<dyn Error>> {
    let mut fastest = Duration::MAX;
    for _ in 0..runs {
        let began = Instant::now();
        black_box(run()?);
        fastest = fastest.min(began.elapsed());
    }
    Ok(fastest)
}

/// Names and texts of policies, the largest first.
fn largest() -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .ok_or("it is below the target folder")?;
    let module = target.join("moto/moto/iam/aws_managed_policies.py");
    let Ok(module) = fs::read_to_string(module) else {
        return Ok(vec![made_up("Get", "1"), made_up("Describe", "2")]);
    };
    let json = module.split("\"\"\"").nth(1).ok_or("they are one string")?;
    let policies: BTreeMap<String, Value> = serde_json::from_str(json)?;
    let mut policies: Vec<(String, String)> = policies
        .into_iter()
        .filter_map(|(name, policy)| Some((name, policy.get("Document")?.to_string())))
        .collect();
    policies.sort_by_key(|(_, text)| std::cmp::Reverse(text.len()));
    Ok(policies)
}

/// A policy of the size of AWS's largest: thousands of actions, and some wildcards.
fn made_up(wildcard: &str, name: &str) -> (String, String) {
    let catalog = Catalog::embedded();
    let actions = (0..catalog.action_count()).filter_map(|number| catalog.action_at(number));
    let mut listed: Vec<String> = actions
        .filter(|action| action.name().starts_with("List"))
        .map(|action| action.action().to_string())
        .collect();
    listed.extend(
        catalog
            .prefixes()
            .map(|prefix| format!("{prefix}:{wildcard}*")),
    );
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": {listed:?}, "Resource": "*"}}}}"#
    );
    (format!("made up {name}"), text)
}
