//! `gate`: evidence and policies to a verdict.

use super::appeal::appeal;
use super::gather::{self, Gathered, Grants, gather};
use super::live::Live;
use super::{Failure, mend, outputs, record};
use crate::advice::{advice, baseline, doctor};
use crate::catalog::Catalog;
use crate::deliver::{file, log, stderr, stdout};
use crate::evidence::Gap;
use crate::exit::Exit;
use crate::granted::policy_file::PolicyPath;
use crate::judge::JudgedRole;
use crate::judge::Verdict;
use crate::judge::exempt::base::Earlier;
use crate::report::text::shape::{Detail, Shape};
use crate::report::{self, Report, build, html, json, markdown, sarif, text};
use crate::roles::in_aws::Physical;
use crate::roles::{Changed, Role, Target, User, policy_files};
use crate::settings::effective::{self, Effective};
use crate::settings::file::{
    Policies,
    read::{self as configuration, ConfigFile},
};
use crate::settings::flags::{Gate, OnInconclusive, ReportFormat};
use crate::settings::variable;
use crate::suggest::{Suggestion, of_role};
use anyhow::anyhow;
use std::collections::BTreeSet;
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
        let files = effective.policy_files.iter().map(Path::new);
        let of_names = effective.policies.files().map(Path::new);
        outputs::check_folder(folder, files.chain(of_names))?;
    }
    let (report, mended) = gated(&effective, &Beforehand::default())?;
    // A file that cannot be written takes nothing from the others, and an error is told last.
    let (edited, mended) = mended.deliver(options);
    let exit = exit(&report, &effective);
    let mut shape = Shape::new(exit).wide(stdout::columns(variable("COLUMNS").as_deref()));
    shape.detail = detail;
    shape.edited = edited;
    shape.is_of_all = is_of_all(&report, &effective);
    let delivered = deliver(&report, options, &shape);
    mended?;
    delivered?;
    Ok(exit)
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

/// What is known before anything is read.
#[derive(Debug, Default)]
pub(super) struct Beforehand {
    /// What is missing from the evidence.
    pub(super) gaps: Vec<Gap>,
    /// Policies as they were that are too young for what they grant to have been observed, with what was there before them.
    pub(super) earlier: Earlier,
    /// What the change does to functions.
    pub(super) changed: Changed,
    /// The days of the grace, where it was read what the base granted when it began.
    pub(super) grace: Option<u16>,
    /// Whether the change leaves policies and settings as they are.
    pub(super) is_idle: bool,
    /// Whether the change cannot have touched what is judged: roles as they are deployed.
    pub(super) is_untouched: bool,
}

/// Gathers, compares and judges.
pub(super) fn report(effective: &Effective, beforehand: &Beforehand) -> Result<Report, Failure> {
    Ok(gated(effective, beforehand)?.0)
}

/// The report, and the policies as they should be.
fn gated(
    effective: &Effective,
    beforehand: &Beforehand,
) -> Result<(Report, mend::Mended), Failure> {
    let mut effective = by_real_names(effective)?;
    effective.evidence.is_withheld = !beforehand.gaps.is_empty();
    let effective = &effective;
    let grants = grants(effective);
    let catalog = Catalog::embedded();
    let Gathered {
        mut usage,
        sources,
        roles,
        logical_ids,
        ..
    } = gather(
        &effective.evidence,
        &effective.owners(),
        &grants,
        effective::MINUTES,
        catalog,
    )?;
    let mut roles = roles;
    roles.extend(new_functions(&grants, &beforehand.changed, &roles)?);
    let roles = record::prepared(roles, effective, &beforehand.changed);
    tell_doubts(&roles);
    for gap in &beforehand.gaps {
        usage.gaps.add(gap.clone());
    }
    let (mut judged, mut matched) =
        record::judge(&roles, &usage, effective, beforehand, catalog)?.into_parts();
    let appeal = appeal(&judged, &mut usage, effective, catalog);
    if appeal.as_ref().is_some_and(|appeal| appeal.found > 0) {
        (judged, matched) =
            record::judge(&roles, &usage, effective, beforehand, catalog)?.into_parts();
    }
    let with_suggestions = judged.into_iter().zip(&roles).map(|(judged, role)| {
        let suggestions = of_role(role, &judged, catalog);
        (judged, suggestions)
    });
    let judged: Vec<(JudgedRole, Vec<Suggestion>)> = with_suggestions.collect();
    let mended = mend::Mended::of(&judged, &roles);
    let mut report = build::report(sources, &usage, &usage.gaps, judged);
    report.evidence.appeal = appeal;
    report.name_by_template(&logical_ids);
    let mut report = record::with_unmatched(report, effective, &matched);
    let without_evidence = report.roles.iter().any(|role| !role.has_evidence());
    if without_evidence || (effective.config.is_none() && effective.baseline.is_none()) {
        report.next = advice(&roles, &usage, catalog);
        report.next.extend(baseline(&report, &effective.flags()));
    }
    report
        .next
        .extend(doctor(&report, &effective.doctor_flags()));
    Ok((report, mended))
}

/// The functions that a change brings and that nothing else tells of: their policies are judged all the same.
fn new_functions(grants: &Grants, changed: &Changed, roles: &[Role]) -> Result<Vec<Role>, Failure> {
    let Grants::Files(paths) = grants else {
        return Ok(Vec::new());
    };
    let users = roles.iter().flat_map(|role| &role.users);
    let known: BTreeSet<&str> = users.map(|user| user.target.name()).collect();
    let new = changed.waiting.keys().chain(changed.former.keys());
    let new = new.filter(|name| !known.contains(name.as_str()));
    let users: Vec<User> = new
        .map(|name| User::asked(Target::NotSeen(name.clone())))
        .collect();
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let own = paths.iter().filter(|path| path.is_per_function());
    let own: Vec<PolicyPath> = own.cloned().collect();
    policy_files::roles(&own, &users).map_err(gather::policy_failure)
}

/// Says on standard error which text of the policies is read in its widest sense, for AWS does not say what it means.
fn tell_doubts(roles: &[Role]) {
    let policies = roles.iter().flat_map(|role| &role.policies);
    let doubts = policies.flat_map(|policy| {
        let notes = policy.notes.iter().filter(|note| note.is_doubt);
        notes.map(|note| format!("`{}` {note}", policy.name))
    });
    for doubt in doubts.collect::<BTreeSet<String>>() {
        stderr::note(&doubt);
    }
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

/// Where policies come from.
pub(super) fn grants(effective: &Effective) -> Grants {
    let paths = paths(&effective.policy_files, &effective.policies);
    if paths.is_empty() {
        Grants::Iam
    } else {
        Grants::Files(paths)
    }
}

/// Files that all share, and files by the name of what they belong to.
pub(super) fn paths(shared: &[String], policies: &Policies) -> Vec<PolicyPath> {
    let shared = shared.iter().map(PolicyPath::new);
    let of_functions = policies.functions.iter().flat_map(|(name, files)| {
        let files = files.0.iter();
        files.map(move |file| PolicyPath::of_function(name, file))
    });
    let of_roles = policies.roles.iter().flat_map(|(name, files)| {
        let files = files.0.iter();
        files.map(move |file| PolicyPath::of_role(name, file))
    });
    shared.chain(of_functions).chain(of_roles).collect()
}

/// The same, with functions and roles in the place of the logical ids that a stack's template has for them. They are looked up
/// once; nothing is asked where there are none.
pub(super) fn by_real_names(effective: &Effective) -> Result<Effective, Failure> {
    let mut effective = effective.clone();
    let logical_ids = &effective.policies.logical_ids;
    if logical_ids.is_empty() {
        return Ok(effective);
    }
    let stacks = &effective.evidence.stacks;
    if stacks.is_empty() {
        return Err(Failure::usage(
            anyhow!("`policies` has `logical-ids`, and no stack is asked for"),
            Some("name the stack with --stack, or the functions and roles themselves".to_owned()),
        ));
    }
    let found = Live::open(&effective.evidence)?.physical(stacks, logical_ids.keys())?;
    for policies in [&mut effective.policies, &mut effective.base_policies] {
        for (logical_id, files) in std::mem::take(&mut policies.logical_ids) {
            let named = match found.get(&logical_id) {
                Some(Physical::Function(name)) => policies.functions.entry(name.clone()),
                Some(Physical::Role(name)) => policies.roles.entry(name.clone()),
                None => continue,
            };
            named.or_default().0.extend(files.0);
        }
    }
    Ok(effective)
}

/// The configuration that is named, or the one that is there.
pub(super) fn configured(named: Option<&Path>) -> Result<Option<ConfigFile>, Failure> {
    configuration::read(named).map_err(|error| {
        let hint = error.hint();
        Failure::usage(error, Some(hint))
    })
}

fn deliver(report: &Report, options: &Gate, shape: &Shape) -> Result<(), Failure> {
    let write = |path: &Option<PathBuf>, render: fn(&Report) -> String| match path {
        Some(path) => file::write(path, &render(report)).map_err(|error| Failure::job(error, None)),
        None => Ok(()),
    };
    let told = match options.format {
        ReportFormat::Text => text::render(report, shape),
        ReportFormat::Json => json::render(report),
        ReportFormat::Markdown => markdown::render(report),
        ReportFormat::Sarif => sarif::render(report),
    };
    // The verdict first: no disk that is full keeps it from whoever reads it.
    let all = [
        stdout::print(&told).map_err(|error| Failure::job(error, None)),
        write(&options.report_file, json::render),
        write(&options.markdown_file, markdown::render),
        write(&options.sarif_file, sarif::render),
        write(&options.html_file, html::render),
    ];
    all.into_iter().collect()
}
