//! `gate`: evidence and policies to a verdict.

use super::Failure;
use super::gather::{Gathered, Grants, gather};
use crate::catalog::Catalog;
use crate::cli::{FailOn, Gate, OnInconclusive, ReportFormat};
use crate::compare::Severity;
use crate::deliver::{file, stdout};
use crate::exit::Exit;
use crate::gate::{Thresholds, Verdict};
use crate::granted::policy_file::PolicyPath;
use crate::report::{Report, build, json, markdown, text};
use std::path::PathBuf;

/// The window where none is asked for, in minutes: a day.
const DEFAULT_MINUTES: u64 = 1440;

pub(super) fn run(options: &Gate) -> Result<Exit, Failure> {
    let thresholds = Thresholds {
        fail_on: severity(options.fail_on),
        fail_on_missing: options.fail_on_missing,
        min_traces: options.min_traces,
    };
    let paths: Vec<PolicyPath> = options.policy_files.iter().map(PolicyPath::new).collect();
    let grants = if paths.is_empty() {
        Grants::Iam
    } else {
        Grants::Files(paths)
    };
    let catalog = Catalog::embedded();
    let Gathered {
        usage,
        sources,
        roles,
    } = gather(&options.evidence, &grants, DEFAULT_MINUTES, catalog)?;
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

fn deliver(report: &Report, options: &Gate) -> Result<(), Failure> {
    let write = |path: &Option<PathBuf>, render: fn(&Report) -> String| match path {
        Some(path) => file::write(path, &render(report)).map_err(|error| Failure::job(error, None)),
        None => Ok(()),
    };
    write(&options.report_file, json::render)?;
    write(&options.markdown_file, markdown::render)?;
    let told = match options.format {
        ReportFormat::Text => text::render(report),
        ReportFormat::Json => json::render(report),
        ReportFormat::Markdown => markdown::render(report),
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
