//! The catalogue, case by case: what recorders write, and the permissions it means.

mod batches;
mod granularity;
mod hostile;
mod names;
mod partitions;
mod services;
mod universe;
mod unknowns;

use aws_least_privilege::catalog::{Catalog, Mapped, Need, Resolution};
use aws_least_privilege::xray::{Call, Parameters};

const ACCOUNT: &str = "123456789012";
const REGION: &str = "eu-west-1";

/// A call in an account and region, with parameters as recorded.
fn call(service: &str, operation: &str, parameters: &[(&str, &str)]) -> Call {
    let mut recorded = Parameters::default();
    for (name, value) in parameters {
        recorded.insert(name, *value);
    }
    Call {
        service: service.into(),
        operation: operation.into(),
        partition: None,
        region: Some(REGION.into()),
        account: Some(ACCOUNT.into()),
        parameters: recorded,
        ..Call::default()
    }
}

fn mapped(call: &Call) -> Mapped {
    match Catalog::embedded().resolve(call) {
        Resolution::Mapped(mapped) => mapped,
        other @ (Resolution::UnknownOperation { .. } | Resolution::UnknownService) => {
            panic!("{} {}: {other:?}", call.service, call.operation)
        }
    }
}

/// Needs as text, one a line: `action pattern pattern`, with `?` after the action where the resource is not known.
fn lines(needs: &[Need]) -> Vec<String> {
    let line = |need: &Need| {
        let mark = if need.resources.known { "" } else { "?" };
        let patterns: Vec<&str> = need.resources.patterns.iter().map(String::as_str).collect();
        format!("{}{mark} {}", need.action, patterns.join(" "))
    };
    needs.iter().map(line).collect()
}

/// Asserts what a call needs.
#[track_caller]
fn needs(call: &Call, expected: &[&str]) {
    assert_eq!(
        lines(&mapped(call).needs),
        expected,
        "{} {}",
        call.service,
        call.operation
    );
}

/// Asserts what a call may need besides.
#[track_caller]
fn may_need(call: &Call, expected: &[&str]) {
    assert_eq!(
        lines(&mapped(call).optional),
        expected,
        "{} {}",
        call.service,
        call.operation
    );
}
