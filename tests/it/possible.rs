//! What AWS may have checked besides is in doubt, on what it names at most, for every operation of which a pinned source says so.

use crate::generator::python;
use aws_least_privilege::catalog::{Catalog, Mapped, Resolution};
use aws_least_privilege::compare::{Comparison, Granted, compare};
use aws_least_privilege::evidence::Owner;
use aws_least_privilege::iam::{Action, PolicyDocument};
use aws_least_privilege::needed::{Bound, Doubted, NeededPermissions};
use aws_least_privilege::usage::{Ending, OwnerUsage, Rights, Tally, Use};
use aws_least_privilege::xray::Call;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

const ROLE: &str = "arn:aws:iam::111122223333:role/svc";

/// Fewer would mean that the models are read in part.
const ROLE_OPERATIONS: usize = 900;

/// Operations that the catalogue cannot map at all, which are in doubt by themselves.
const MOST_UNMAPPED: usize = 40;

pub(crate) fn mapped(service: &str, operation: &str) -> Option<Mapped> {
    let call = Call {
        service: service.to_owned(),
        operation: operation.to_owned(),
        region: Some("eu-west-1".to_owned()),
        account: Some("111122223333".to_owned()),
        ..Call::default()
    };
    match Catalog::embedded().resolve(&call) {
        Resolution::Mapped(mapped) if mapped.service == service => Some(mapped),
        Resolution::Mapped(_)
        | Resolution::UnknownOperation { .. }
        | Resolution::UnknownService => None,
    }
}

pub(crate) fn needs_of(owner: &Owner, mapped: &Mapped) -> NeededPermissions {
    let used = Use {
        resolution: Rc::new(Resolution::Mapped(mapped.clone())),
        ending: Ending::Used,
        rights: Rights::Own,
    };
    let usage = OwnerUsage {
        uses: BTreeMap::from([(used, Tally::default())]),
        ..OwnerUsage::default()
    };
    NeededPermissions::of(owner, &usage, None, Catalog::embedded())
}

pub(crate) fn task() -> Owner {
    Owner::EcsTask("shop".to_owned())
}

fn compared(action: &str, resource: &str, needs: &NeededPermissions) -> Comparison {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "{action}", "Resource": "{resource}"}}}}"#
    );
    let policies = [PolicyDocument::parse(&text, "policy.json").expect("it is a policy")];
    let granted = Granted {
        policies: &policies,
        ..Granted::default()
    };
    compare(needs, &granted, Catalog::embedded())
}

/// The bounds of all doubts about an action.
pub(crate) fn bounds<'n>(needs: &'n NeededPermissions, action: &str) -> Vec<&'n Bound> {
    let action: Action = action.parse().expect("it is an action");
    let doubts = needs.doubts.keys();
    let about =
        doubts.filter(|doubt| matches!(&doubt.actions, Doubted::Action(own) if *own == action));
    about.map(|doubt| &doubt.on).collect()
}

#[test]
fn every_operation_that_takes_a_role_may_hand_on_a_named_one_and_no_other() {
    let told = python(&["data/generate.py", "--roles"]);
    let (mut known, mut unmapped, mut wrong) = (0, 0, Vec::new());
    let mut asked: BTreeSet<Vec<&Bound>> = BTreeSet::new();
    let all: Vec<(&str, NeededPermissions)> = told
        .lines()
        .filter_map(|line| {
            let (service, operation) = line.split_once(' ').expect("a service and an operation");
            let Some(mapped) = mapped(service, operation) else {
                unmapped += 1;
                return None;
            };
            known += 1;
            Some((line, needs_of(&task(), &mapped)))
        })
        .collect();
    for (line, needs) in &all {
        let bounds = bounds(needs, "iam:PassRole");
        if bounds.is_empty() || bounds.contains(&&Bound::Everything) {
            wrong.push(format!("{line}: {bounds:?}"));
        } else if asked.insert(bounds) {
            // Doubts with equal bounds are compared alike: the whole comparison answers once for each.
            let named = compared("iam:PassRole", ROLE, needs);
            let all = compared("iam:PassRole", "*", needs);
            if !named.excess.is_empty() || all.excess.is_empty() {
                wrong.push(format!("{line}: {named:?} {all:?}"));
            }
        }
    }
    assert_eq!(wrong, [] as [&str; 0]);
    assert!(known >= ROLE_OPERATIONS, "{known}");
    assert!(unmapped <= MOST_UNMAPPED, "{unmapped}");
}

/// The ARN of one resource within the bounds that the action can act on, or `None` for an action that has no resource types.
pub(crate) fn one_resource(action: &Action, bounds: &[&Bound]) -> Option<String> {
    let entry = Catalog::embedded().action(action)?;
    let bound = bounds.iter().find_map(|bound| match bound {
        Bound::Patterns(patterns) => patterns.first().map(ToString::to_string),
        Bound::NamedAmong(_) | Bound::Named | Bound::Everything => None,
    });
    let pattern = match bound {
        Some(pattern) => pattern,
        None => entry.resource_types().next()?.patterns().first()?.clone(),
    };
    Some(named(&pattern))
}

/// One resource of those that the pattern matches.
pub(crate) fn named(pattern: &str) -> String {
    let parts = pattern.splitn(6, ':').zip(0..);
    let parts = parts.map(|(part, place)| match (part, place) {
        ("*", 1) => "aws",
        ("*", 3) => "eu-west-1",
        ("*", 4) => "111122223333",
        _ => part,
    });
    parts.collect::<Vec<_>>().join(":").replace('*', "abc")
}

#[test]
fn every_dependent_action_of_an_operation_that_was_called_is_in_doubt_on_one_resource_and_too_much_on_all()
 {
    let catalog = Catalog::embedded();
    let (mut count, mut wrong) = (0, Vec::new());
    let (mut asked, mut on_one, mut on_all) = (BTreeSet::new(), 0, 0);
    for service in catalog.services() {
        for operation in service.operations() {
            let Some(mapped) = mapped(service.name(), operation) else {
                continue;
            };
            let entries = mapped
                .needs
                .iter()
                .filter_map(|need| catalog.action(&need.action));
            let dependents: BTreeSet<&Action> = entries
                .flat_map(|entry| entry.dependents().iter())
                .collect();
            if dependents.is_empty() {
                continue;
            }
            let needs = needs_of(&task(), &mapped);
            for dependent in dependents {
                count += 1;
                let bounds = bounds(&needs, &dependent.to_string());
                let name = format!("{}:{operation} {dependent}", service.name());
                if bounds.is_empty() {
                    wrong.push(format!("{name}: no doubt"));
                }
                // Doubts with equal bounds are compared alike: the whole comparison answers once for each.
                let key = (dependent.clone(), format!("{bounds:?}"));
                if !asked.insert(key) {
                    continue;
                }
                let action = dependent.to_string();
                if let Some(resource) = one_resource(dependent, &bounds) {
                    on_one += 1;
                    if !compared(&action, &resource, &needs).excess.is_empty() {
                        wrong.push(format!("{name}: too much on {resource}, {bounds:?}"));
                    }
                    // Where AWS makes the name, nobody can write a narrower resource.
                    if !bounds.contains(&&Bound::Everything) {
                        on_all += 1;
                        if compared(&action, "*", &needs).excess.is_empty() {
                            wrong.push(format!("{name}: nothing too much on *, {bounds:?}"));
                        }
                    }
                }
            }
        }
    }
    assert_eq!(wrong, [] as [&str; 0]);
    assert!(
        count > 2_000 && on_one > 800 && on_all > 650,
        "{count} {on_one} {on_all}"
    );
}

#[test]
fn reading_never_implies_a_grant_on_a_key_and_writing_asks_for_data_keys() {
    for (service, operation, action, expected) in [
        ("dynamodb", "GetItem", "kms:Decrypt", true),
        ("dynamodb", "GetItem", "kms:CreateGrant", false),
        ("dynamodb", "GetItem", "kms:GenerateDataKey", false),
        ("dynamodb", "PutItem", "kms:GenerateDataKey", true),
        ("dynamodb", "PutItem", "kms:CreateGrant", false),
        ("dynamodb", "CreateTable", "kms:CreateGrant", true),
        ("s3", "GetObject", "kms:Decrypt", true),
        ("s3", "GetObject", "kms:GenerateDataKey", false),
        ("s3", "PutObject", "kms:GenerateDataKey", true),
        ("s3", "PutObject", "kms:Decrypt", false),
        ("s3", "UploadPart", "kms:Decrypt", true),
        ("s3", "PutObject", "kms:DescribeKey", false),
        ("sqs", "ReceiveMessage", "kms:Decrypt", true),
        ("sqs", "ReceiveMessage", "kms:GenerateDataKey", false),
        ("sqs", "SendMessage", "kms:Decrypt", true),
        ("sqs", "SendMessage", "kms:GenerateDataKey", true),
        (
            "secretsmanager",
            "GetSecretValue",
            "kms:GenerateDataKey",
            false,
        ),
        ("ec2", "DescribeInstances", "kms:CreateGrant", false),
        ("ec2", "CreateVolume", "kms:CreateGrant", true),
        ("rds", "DescribeDBInstances", "kms:CreateGrant", false),
        ("rds", "CreateDBInstance", "kms:CreateGrant", true),
        ("fsx", "CreateFileSystem", "kms:CreateGrant", true),
        ("fsx", "DescribeFileSystems", "kms:CreateGrant", false),
    ] {
        let mapped = mapped(service, operation).expect("it is mapped");
        let found = !bounds(&needs_of(&task(), &mapped), action).is_empty();
        assert_eq!(found, expected, "{service}.{operation} {action}");
    }
}

#[test]
fn only_a_state_machine_follows_and_stops_what_it_starts() {
    let machine: Owner = Owner::StateMachine(
        "arn:aws:states:eu-west-1:111122223333:stateMachine:nightly"
            .parse()
            .expect("it is an ARN"),
    );
    for (service, operation, action, everything) in [
        ("ecs", "RunTask", "ecs:StopTask", true),
        ("batch", "SubmitJob", "batch:TerminateJob", true),
        ("glue", "StartJobRun", "glue:GetJobRun", true),
        ("codebuild", "StartBuild", "codebuild:StopBuild", false),
        (
            "sagemaker",
            "CreateTrainingJob",
            "sagemaker:StopTrainingJob",
            true,
        ),
        (
            "emr",
            "AddJobFlowSteps",
            "elasticmapreduce:CancelSteps",
            true,
        ),
    ] {
        let mapped = mapped(service, operation).expect("it is mapped");
        let of_machine = needs_of(&machine, &mapped);
        let found = bounds(&of_machine, action);
        assert_eq!(
            found.contains(&&Bound::Everything),
            everything,
            "{action} {found:?}"
        );
        assert!(!found.is_empty(), "{action}");
        assert!(
            bounds(&needs_of(&task(), &mapped), action).is_empty(),
            "{action}"
        );
    }
}

#[test]
fn what_no_call_shows_is_in_doubt_for_whoever_runs_the_code_on_named_resources() {
    let mapped = mapped("dynamodb", "GetItem").expect("it is mapped");
    let needs = needs_of(&task(), &mapped);
    for (action, resource) in [
        (
            "rds-db:connect",
            "arn:aws:rds-db:eu-west-1:111122223333:dbuser:cluster-ABC/app",
        ),
        (
            "kafka-cluster:ReadData",
            "arn:aws:kafka:eu-west-1:111122223333:topic/shop/*/orders",
        ),
        (
            "dsql:DbConnect",
            "arn:aws:dsql:eu-west-1:111122223333:cluster/abc",
        ),
        (
            "elasticache:Connect",
            "arn:aws:elasticache:eu-west-1:111122223333:user:app",
        ),
        (
            "iot:Publish",
            "arn:aws:iot:eu-west-1:111122223333:topic/orders",
        ),
        (
            "execute-api:Invoke",
            "arn:aws:execute-api:eu-west-1:111122223333:abc123/prod/GET/orders",
        ),
        (
            "neptune-db:ReadDataViaQuery",
            "arn:aws:neptune-db:eu-west-1:111122223333:cluster-ABC/*",
        ),
    ] {
        let named = compared(action, resource, &needs);
        assert!(
            named.excess.is_empty() && named.dead.is_empty(),
            "{action}: {named:?}"
        );
        let all = compared(action, "*", &needs);
        assert_eq!(all.excess.len(), 1, "{action}: {all:?}");
    }
}
