//! `gate`: evidence and policy files to a verdict.

use super::{Failure, evidence};
use crate::catalog::Catalog;
use crate::cli::{FailOn, Gate, OnInconclusive, ReportFormat};
use crate::compare::Severity;
use crate::deliver::{file, stdout};
use crate::exit::Exit;
use crate::gate::{Thresholds, Verdict};
use crate::granted::policy_file::{PolicyFileError, PolicyPath};
use crate::report::{Report, build, json, text};
use crate::role::{Role, Targets};

pub(super) fn run(options: &Gate) -> Result<Exit, Failure> {
    let thresholds = Thresholds {
        fail_on: severity(options.fail_on),
        fail_on_missing: options.fail_on_missing,
        min_traces: options.min_traces,
    };
    let paths = policy_paths(options)?;
    let catalog = Catalog::embedded();
    let (usage, sources) = evidence::read(&options.evidence, catalog)?;
    let targets = Targets {
        functions: options.evidence.functions.clone(),
    }
    .resolve(&usage);
    let roles = Role::of_policy_files(&paths, &targets).map_err(policy_failure)?;
    let judged = roles
        .iter()
        .map(|role| role.judge(&usage, &thresholds, catalog))
        .collect();
    let report = build::report(sources, &usage, &usage.gaps, judged);
    deliver(&report, options)?;
    Ok(match (report.verdict, options.on_inconclusive) {
        (Verdict::Inconclusive, OnInconclusive::Warn) => Exit::Success,
        (verdict, _) => Exit::from(verdict),
    })
}

fn policy_paths(options: &Gate) -> Result<Vec<PolicyPath>, Failure> {
    let paths: Vec<PolicyPath> = options.policy_files.iter().map(PolicyPath::new).collect();
    if paths.iter().any(PolicyPath::is_per_role) {
        return Err(Failure::usage(
            anyhow::anyhow!("`{{role}}` in --policy-file stands for a role's name, which saved traces do not tell"),
            Some("use `{function}`, or one path without a placeholder for each role and --function for its functions".to_owned()),
        ));
    }
    Ok(paths)
}

fn policy_failure(error: PolicyFileError) -> Failure {
    let hint = error.hint();
    Failure::usage(error, hint)
}

fn deliver(report: &Report, options: &Gate) -> Result<(), Failure> {
    if let Some(path) = &options.report_file {
        file::write(path, &json::render(report)).map_err(|error| Failure::job(error, None))?;
    }
    let told = match options.format {
        ReportFormat::Text => text::render(report),
        ReportFormat::Json => json::render(report),
    };
    stdout::print(&told).map_err(|error| Failure::job(error, None))
}

fn severity(fail_on: FailOn) -> Option<Severity> {
    match fail_on {
        FailOn::Low => Some(Severity::Low),
        FailOn::Medium => Some(Severity::Medium),
        FailOn::High => Some(Severity::High),
        FailOn::Critical => Some(Severity::Critical),
        FailOn::None => None,
    }
}
