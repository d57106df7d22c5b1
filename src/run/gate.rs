//! `gate`: the pipeline for who is at a terminal: what may be asked, and where the report goes.

use super::pipeline::{self, Beforehand};
use super::{Failure, outputs};
use crate::deliver::{file, log, stderr, stdout};
use crate::exit::Exit;
use crate::judge::Verdict;
use crate::report::text::shape::{Detail, Shape};
use crate::report::{self, Report, html, json, markdown, sarif, text};
use crate::settings::effective::{self, Effective};
use crate::settings::file::read::{self as configuration, ConfigFile};
use crate::settings::flags::{Gate, OnInconclusive, ReportFormat};
use crate::settings::variable;
use anyhow::anyhow;
use std::path::{Path, PathBuf};

pub(super) fn run(options: &Gate) -> Result<Exit, Failure> {
    let detail = detail(options)?;
    if options.quiet {
        log::quieten();
    }
    let effective = effective(options)?;
    held_to_rules(&effective)?;
    let outputs = [
        ("--report-file", &options.report_file),
        ("--markdown-file", &options.markdown_file),
        ("--sarif-file", &options.sarif_file),
        ("--html-file", &options.html_file),
    ];
    check_outputs(outputs, &effective)?;
    if let Some(folder) = &options.suggest_dir {
        let files = effective.policy_files.iter();
        let files = files.chain(&effective.base_policy_files).map(Path::new);
        let of_names = effective.policies.files().map(Path::new);
        outputs::check_folder(folder, files.chain(of_names))?;
    }
    let (report, mended) = pipeline::report(&effective, &Beforehand::default())?;
    if let Some(folder) = &options.suggest_dir {
        let outputs = outputs.iter();
        let given = outputs.filter_map(|(flag, path)| Some((*flag, path.as_deref()?)));
        let suggested = mended.paths(folder);
        outputs::check_suggested(given, suggested.iter().map(PathBuf::as_path))?;
    }
    // A file that cannot be written takes nothing from the others, and errors are told last.
    let (edited, mended) = mended.deliver(options);
    let exit = exit(&report, &effective);
    let mut shape = Shape::new(exit).wide(stdout::columns(variable("COLUMNS").as_deref()));
    shape.detail = detail;
    shape.edited = edited;
    shape.is_of_all = is_of_all(&report, &effective);
    let failures = mended.into_iter().chain(deliver(&report, options, &shape));
    all(failures.collect()).map(|()| exit)
}

/// Whether a policy file is compared with what every function in the traces needs, because none was named.
fn is_of_all(report: &Report, effective: &Effective) -> bool {
    let asked = &effective.evidence;
    let is_named =
        !asked.functions.is_empty() || !asked.stacks.is_empty() || !asked.roles.is_empty();
    !is_named && report.roles.iter().any(report::Role::is_of_all)
}

/// How much of the report is told as text; nothing else can be told in part.
fn detail(options: &Gate) -> Result<Detail, Failure> {
    let (flag, detail) = match (options.all, options.summary, options.quiet) {
        (true, _, _) => ("--all", Detail::All),
        (_, true, _) => ("--summary", Detail::Summary),
        (_, _, true) => ("--quiet", Detail::Quiet),
        (false, false, false) => return Ok(Detail::Worst),
    };
    if options.format == ReportFormat::Text {
        Ok(detail)
    } else {
        Err(Failure::usage(
            anyhow!("{flag} is for --format text: every other format is always whole"),
            Some(format!("leave {flag} or --format out")),
        ))
    }
}

/// What is written must not be what is read.
pub(super) fn check_outputs<'o>(
    outputs: impl IntoIterator<Item = (&'static str, &'o Option<PathBuf>)>,
    effective: &'o Effective,
) -> Result<(), Failure> {
    let outputs = outputs
        .into_iter()
        .filter_map(|(flag, path)| Some((flag, path.as_deref()?)));
    let config = effective.config.as_ref();
    let one = [
        ("--config", config.map(|file| file.path.as_path())),
        (
            "extends",
            config.and_then(|file| Some(file.rules.as_ref()?.path.as_path())),
        ),
        ("--baseline", effective.baseline.as_deref()),
    ];
    let one = one
        .into_iter()
        .filter_map(|(flag, path)| Some((flag, path?)));
    let policies = effective.policy_files.iter();
    let policies = policies.map(|path| ("--policy-file", Path::new(path)));
    let of_names = effective.policies.files();
    let policies = policies.chain(of_names.map(|path| ("policies", Path::new(path))));
    let base = effective.base_policy_files.iter();
    let base = base.map(|path| ("--base-policy-file", Path::new(path)));
    let inputs = outputs::of_evidence(&effective.evidence);
    outputs::check(outputs, inputs.chain(one).chain(policies).chain(base))
}

/// What takes effect: what was given, and the configuration.
pub(super) fn effective(options: &Gate) -> Result<Effective, Failure> {
    let configured = configured(options.config.as_deref())?;
    Ok(effective::resolve(options, configured))
}

/// Refuses flags and inputs that would let more pass than the central rules which the configuration extends.
pub(super) fn held_to_rules(effective: &Effective) -> Result<(), Failure> {
    let rules = effective
        .config
        .as_ref()
        .and_then(|file| file.rules.as_ref());
    let proved = rules.map_or(Ok(()), |rules| rules.prove(&effective.as_config()));
    proved.map_err(|error| {
        let hint = error.hint();
        Failure::usage(error, Some(hint))
    })
}

/// How a verdict ends the program.
pub(super) fn exit(report: &Report, effective: &Effective) -> Exit {
    // A warning is for thin evidence. Work that was given up is the policy's doing, and stays what it is.
    let given_up = report.roles.iter().any(|role| !role.given_up.is_empty());
    match (report.verdict, effective.on_inconclusive) {
        (Verdict::Inconclusive, OnInconclusive::Warn) if !given_up => Exit::Success,
        (verdict, _) => Exit::from(verdict),
    }
}

/// The configuration that is named, or the one that is there.
pub(super) fn configured(named: Option<&Path>) -> Result<Option<ConfigFile>, Failure> {
    configuration::read(named).map_err(|error| {
        let hint = error.hint();
        Failure::usage(error, Some(hint))
    })
}

/// Tells every failure but the first, which ends the program.
fn all(failures: Vec<Failure>) -> Result<(), Failure> {
    let mut failures = failures.into_iter();
    let first = failures.next();
    for failure in failures {
        stderr::failure(&failure.error, failure.hint.as_deref());
    }
    first.map_or(Ok(()), Err)
}

/// Delivers the report to everywhere it is asked for, and returns what failed.
fn deliver(report: &Report, options: &Gate, shape: &Shape) -> Vec<Failure> {
    let write = |path: &Option<PathBuf>, render: &dyn Fn(&Report) -> String| match path {
        Some(path) => file::write(path, &render(report)).map_err(|error| Failure::job(error, None)),
        None => Ok(()),
    };
    let html = |report: &Report| html::render(report, shape.exit);
    let told = match options.format {
        ReportFormat::Text => text::render(report, shape),
        ReportFormat::Json => json::render(report),
        ReportFormat::Markdown => markdown::render(report),
        ReportFormat::Sarif => sarif::render(report),
    };
    // The verdict first: no disk that is full keeps it from whoever reads it.
    let all = [
        stdout::print(&told).map_err(|error| Failure::job(error, None)),
        write(&options.report_file, &json::render),
        write(&options.markdown_file, &markdown::render),
        write(&options.sarif_file, &sarif::render),
        write(&options.html_file, &html),
    ];
    all.into_iter().filter_map(Result::err).collect()
}
