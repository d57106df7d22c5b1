//! `scan`: evidence to one policy document a function.

use super::gather::{self, Gathered, Grants, gather};
use super::live::Owners;
use super::{Failure, outputs};
use crate::catalog::Catalog;
use crate::deliver::{file, stdout};
use crate::evidence::{GapReason, Gaps};
use crate::exit::Exit;
use crate::granted::policy_file::is_fit_for_a_path;
use crate::report::excessive;
use crate::report::summary::{self, Written};
use crate::scan::{FunctionPolicy, policies, tell_gone};
use crate::settings::flags::{NameBy, Scan, SummaryFormat};
use crate::settings::thresholds::Thresholds;
use anyhow::anyhow;
use md5::{Digest as _, Md5};
use std::path::Path;

/// The window where none is asked for, in minutes: an hour, as it was in this tool's predecessor.
const DEFAULT_MINUTES: u64 = 60;

/// What compare mode writes beside the policies.
const EXCESSIVE_PERMISSIONS: &str = "excessive_permissions.json";

pub(super) fn run(options: &Scan) -> Result<Exit, Failure> {
    let catalog = Catalog::embedded();
    let grants = if options.compare {
        Grants::Iam
    } else {
        Grants::None
    };
    let Gathered {
        usage,
        roles,
        besides,
        gone,
        ..
    } = gather(
        &options.evidence,
        &Owners::new(),
        &grants,
        DEFAULT_MINUTES,
        catalog,
    )?;
    let targets = gather::targets(&roles).cloned().chain(besides).collect();
    let mut written = Vec::new();
    let mut unwritten = Vec::new();
    let is_described = !options.no_description && !options.for_iam;
    let name_by = if options.for_iam {
        NameBy::Function
    } else {
        options.name_by
    };
    let mut policies = policies(&targets, &usage, catalog, is_described);
    tell_gone(&mut policies, &gone);
    for policy in &policies {
        let stem = stem(policy, name_by, &policies);
        for (index, document) in policy.documents.iter().enumerate() {
            let name = match index {
                0 => format!("{stem}.policy.json"),
                part => format!("{stem}.{}.policy.json", part + 1),
            };
            let path = options.output_dir.join(&name);
            check_output(&path, options)?;
            if let Err(error) = file::write(&path, document) {
                unwritten.push(error);
                continue;
            }
            written.push(Written {
                arn: policy.arn.clone(),
                file: path.display().to_string(),
                hints: if index == 0 {
                    policy.hints.clone()
                } else {
                    Vec::new()
                },
            });
        }
    }
    if options.compare {
        let judged: Vec<_> = roles
            .iter()
            .map(|role| role.judge(&usage, &Thresholds::default(), catalog))
            .collect();
        let path = options.output_dir.join(EXCESSIVE_PERMISSIONS);
        check_output(&path, options)?;
        unwritten.extend(file::write(&path, &excessive::render(&judged)).err());
    }
    let told = match options.format {
        SummaryFormat::Text => {
            let found = policies.iter().map(|policy| policy.arn.as_str()).collect();
            summary::text(&written, &found, &usage, is_described)
        }
        SummaryFormat::Json => summary::json(&written),
    };
    // What could be written is told first; what could not be is an error all the same.
    stdout::print(&told).map_err(|error| Failure::job(error, None))?;
    if usage.traces == 0 {
        cut_short(&usage.gaps)?;
    }
    let more = unwritten.len().saturating_sub(1);
    match unwritten.into_iter().next() {
        None => Ok(Exit::Success),
        Some(first) => {
            let hint = (more > 0).then(|| format!("{more} more files could not be written"));
            Err(Failure::job(first, hint))
        }
    }
}

/// Fails where time or traces ran out before anything was read: then nothing was scanned.
fn cut_short(gaps: &Gaps) -> Result<(), Failure> {
    let mut gaps = gaps.iter();
    let over =
        gaps.find(|(reason, ..)| matches!(reason, GapReason::OutOfTime | GapReason::MaxScanned));
    match over {
        Some((_, detail, _)) => Err(Failure::job(
            anyhow!("no trace was read: {detail}"),
            Some(
                "give --timeout more time, --max-scanned more traces, or a shorter --time-range"
                    .to_owned(),
            ),
        )),
        None => Ok(()),
    }
}

/// Refuses a policy in the place of what is read, or in a folder whose files are read as traces.
fn check_output(path: &Path, options: &Scan) -> Result<(), Failure> {
    let read = outputs::of_evidence(&options.evidence);
    outputs::check([("--output-dir", path)], read)
}

/// What a function's files are named by. A name that is not fit for a path, or that functions of two accounts or regions
/// share, gives way to the MD5 of the ARN.
fn stem(policy: &FunctionPolicy, name_by: NameBy, all: &[FunctionPolicy]) -> String {
    let alone = all.iter().filter(|other| other.name == policy.name).count() == 1;
    match name_by {
        NameBy::Function if alone && is_fit_for_a_path(&policy.name) => policy.name.clone(),
        NameBy::Function | NameBy::Md5 => {
            let digest = u128::from_be_bytes(Md5::digest(policy.arn.as_bytes()).into());
            format!("{digest:032x}")
        }
    }
}
