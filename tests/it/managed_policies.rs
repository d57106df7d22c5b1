//! The AWS managed policies that moto ships: real text, much of it, with nearly everything that people write.

#![expect(
    clippy::disallowed_methods,
    reason = "the policies are a file below the folder that builds go to"
)]

use aws_least_privilege::catalog::Catalog;
use aws_least_privilege::iam::PolicyDocument;
use aws_least_privilege::iam::algebra::{Relation, compare};
use aws_least_privilege::iam::permissions::PermissionSet;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

const NEEDS_PYTHON: &str = "python3 cannot be started: install Python 3.11 or newer with pip";

/// What one comparison of the slowest policy may take here, where nothing is optimised and other tests run beside it.
const PATIENCE: Duration = Duration::from_secs(20);

/// Every policy by name.
fn policies() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target/managed-policies");
    let kept = folder.join("policies.json");
    let requirements = root.join("tests/managed_policies/requirements.txt");
    let changed = |path: &Path| path.metadata().and_then(|file| file.modified()).ok();
    if changed(&kept) < changed(&requirements) {
        let ran = Command::new("python3")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .arg(root.join("tests/managed_policies/extract.py"))
            .arg(&folder)
            .output()
            .expect(NEEDS_PYTHON);
        assert!(
            ran.status.success(),
            "{}",
            String::from_utf8_lossy(&ran.stderr)
        );
    }
    let text = fs::read_to_string(&kept).expect("the policies were written");
    let documents: BTreeMap<String, Value> = serde_json::from_str(&text).expect("they are JSON");
    documents
        .into_iter()
        .map(|(name, document)| (name, format!("{document:#}")))
        .collect()
}

fn parse(text: &str, name: &str) -> PolicyDocument {
    PolicyDocument::parse(text, name).unwrap_or_else(|error| panic!("{error}"))
}

fn set(policies: &[&PolicyDocument]) -> PermissionSet {
    PermissionSet::from_documents(policies, Catalog::embedded())
}

/// What is wrong with a policy against itself and against itself with more.
fn wrong(name: &str, text: &str, more: &PolicyDocument, denial: &PolicyDocument) -> Vec<String> {
    let started = Instant::now();
    let policy = parse(text, name);
    let own = set(&[&policy]);
    let relation = |other: &PermissionSet| compare(&own, other, Catalog::embedded()).relation;
    let mut wrong = Vec::new();
    let mut expect = |what: &str, got: Relation, fits: bool| {
        if !fits {
            wrong.push(format!("{name} {what}: {}", got.id()));
        }
    };
    let itself = relation(&own);
    expect("against itself", itself, itself == Relation::Equivalent);
    let extended = relation(&set(&[&policy, more]));
    expect(
        "against itself and a statement",
        extended,
        matches!(extended, Relation::Equivalent | Relation::Narrower),
    );
    let denied = relation(&set(&[&policy, denial]));
    expect(
        "against itself and a denial",
        denied,
        matches!(denied, Relation::Equivalent | Relation::Broader),
    );
    assert!(
        started.elapsed() < PATIENCE,
        "{name} took {:?}",
        started.elapsed()
    );
    wrong
}

#[test]
fn every_managed_policy_contains_itself_and_is_within_itself_and_more() {
    let policies = policies();
    assert!(policies.len() > 1_500, "only {} policies", policies.len());
    let more = parse(
        r#"{"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": ["s3:GetObject", "dynamodb:*", "acme:Do"], "Resource": "arn:aws:*:*:*:*"}]}"#,
        "more",
    );
    let denial = parse(
        r#"{"Version": "2012-10-17", "Statement": [{
            "Effect": "Deny", "NotAction": ["ec2:*", "s3:Get*"], "NotResource": "arn:aws:s3:::b/*",
            "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}]}"#,
        "denial",
    );
    let (queue, found) = (Mutex::new(policies.iter()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().expect("nobody panicked").next();
                    let Some((name, text)) = next else { break };
                    let wrong = wrong(name, text, &more, &denial);
                    found.lock().expect("nobody panicked").extend(wrong);
                }
            });
        }
    });
    let found = found.into_inner().expect("nobody panicked");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Known to be so from what AWS says of these policies.
#[test]
fn well_known_policies_relate_as_their_names_say() {
    let policies = policies();
    let relation = |one: &str, other: &str| {
        let set_of = |name: &str| set(&[&parse(&policies[name], name)]);
        compare(&set_of(one), &set_of(other), Catalog::embedded()).relation
    };
    for (narrow, wide) in [
        ("PowerUserAccess", "AdministratorAccess"),
        ("ReadOnlyAccess", "AdministratorAccess"),
        ("AmazonS3ReadOnlyAccess", "AmazonS3FullAccess"),
        ("AmazonDynamoDBReadOnlyAccess", "AmazonDynamoDBFullAccess"),
        ("AmazonSQSReadOnlyAccess", "AmazonSQSFullAccess"),
        ("IAMReadOnlyAccess", "IAMFullAccess"),
        ("AmazonSQSFullAccess", "PowerUserAccess"),
    ] {
        assert_eq!(
            relation(narrow, wide),
            Relation::Narrower,
            "{narrow} {wide}"
        );
        assert_eq!(relation(wide, narrow), Relation::Broader, "{wide} {narrow}");
    }
    assert_eq!(
        relation("ReadOnlyAccess", "SecurityAudit"),
        Relation::Incomparable
    );
}
