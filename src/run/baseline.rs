//! `baseline`: what is excess today to a file, or what is no longer true out of it.

use super::gather::Gathered;
use super::pipeline::{self, Beforehand};
use super::{Failure, gate, outputs, record};
use crate::catalog::Catalog;
use crate::compare::Excess;
use crate::deliver::{file, stderr, stdout};
use crate::exit::Exit;
use crate::granted::iam_roles::role_name;
use crate::judge::JudgedRole;
use crate::judge::exempt::Subject;
use crate::judge::exempt::baseline::{self, Baseline};
use crate::judge::subject;
use crate::report::buried::buried;
use crate::roles::Role;
use crate::settings::effective;
use crate::settings::effective::{BASELINE, Effective};
use crate::settings::file::{DEFAULT_NAME, Policies};
use crate::settings::flags;
use crate::shell::quoted;
use crate::usage::Usage;
use anyhow::anyhow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// How many gaps are told one by one.
const MOST_GAPS: usize = 12;

pub(super) fn run(options: &flags::Baseline) -> Result<Exit, Failure> {
    let effective = effective::resolve(options, gate::configured(options.config.as_deref())?);
    let path = effective
        .baseline
        .clone()
        .unwrap_or_else(|| PathBuf::from(BASELINE));
    outputs::check(
        [("--baseline", path.as_path())],
        outputs::of_evidence(&effective.evidence),
    )?;
    if options.prune && file::is_stream(&path) {
        return Err(Failure::usage(
            anyhow!("`{}` cannot be pruned: it is no file", path.display()),
            Some("give --baseline the file that an earlier run wrote".to_owned()),
        ));
    }
    let mut baseline = if options.prune || is_there(&path) {
        baseline::read(&path).map_err(|error| {
            let hint = error.hint();
            Failure::usage(error, Some(hint))
        })?
    } else {
        Baseline::default()
    };
    let effective = pipeline::by_real_names(&effective)?;
    let catalog = Catalog::embedded();
    let Gathered { usage, roles, .. } = pipeline::gathered(&effective)?;
    // What is accepted has its own end; nothing else that is on the record matters here.
    let alone = Effective {
        baseline: None,
        base_policy_files: Vec::new(),
        base_policies: Policies::default(),
        scope: flags::Scope::All,
        ..effective
    };
    let readable: Vec<_> = roles.into_iter().filter(|role| !role.unreadable).collect();
    let (judged, _) =
        record::judge(&readable, &usage, &alone, &Beforehand::default(), catalog)?.into_parts();
    // Without evidence nothing says what is too much, so there is nothing to live with.
    let (judged, silent): (Vec<_>, Vec<_>) = judged.into_iter().partition(JudgedRole::has_evidence);
    tell_lost(&usage, judged.iter().chain(&silent));
    let before = baseline.count();
    let policies = |judged: &JudgedRole| {
        let same = readable
            .iter()
            .find(|role| role.arn == judged.role && (!role.are_files || has_files(role, judged)));
        same.map_or(&[][..], |role| role.policies.as_slice())
    };
    let granted = judged.iter().map(|own| {
        let (subject, findings) = found(own);
        (subject, findings, policies(own))
    });
    if options.prune {
        baseline.prune(granted, catalog);
    } else {
        baseline.write(granted);
        tell_worst(&judged);
    }
    file::write(&path, &baseline.render()).map_err(|error| Failure::job(error, None))?;
    let told = told(&path, before, &baseline, options.prune, &silent);
    if file::is_stdout(&path) {
        // What reads the baseline there is to find nothing else.
        stderr::note(told.trim_end());
    } else {
        stdout::print(&told).map_err(|error| Failure::job(error, None))?;
    }
    Ok(Exit::Success)
}

/// Says what of the evidence could not be read: what is excess may be needed where calls are missing.
fn tell_lost<'j>(usage: &Usage, judged: impl Iterator<Item = &'j JudgedRole>) {
    let mut lost = BTreeSet::new();
    for gaps in judged.map(|role| &role.gaps).chain([&usage.gaps]) {
        let losing = gaps.iter().filter(|(reason, ..)| reason.loses_calls());
        lost.extend(losing.map(|(reason, detail, _)| (reason.id(), detail.to_owned())));
    }
    if lost.is_empty() {
        return;
    }
    stderr::note(
        "some of the evidence could not be read or attributed, so what the baseline takes for excess may be needed:",
    );
    for (reason, detail) in lost.iter().take(MOST_GAPS) {
        stderr::note(&format!("gap: {reason}: {detail}"));
    }
    if let more @ 1.. = lost.len().saturating_sub(MOST_GAPS) {
        stderr::note(&format!("and {more} more"));
    }
}

/// Whether there is a baseline to add to. What is written to as a stream has none.
fn is_there(path: &Path) -> bool {
    !file::is_stream(path) && path.exists()
}

/// Whether a role's policies are the files that were judged.
fn has_files(role: &Role, judged: &JudgedRole) -> bool {
    let names: Vec<&String> = role.policies.iter().map(|policy| &policy.name).collect();
    names.into_iter().eq(&judged.policy_files)
}

/// A role's excess, but for what an entry of the configuration speaks of.
fn found(judged: &JudgedRole) -> (Subject, Vec<&Excess>) {
    let excess = judged.comparison.excess.iter().zip(&judged.standings);
    let open = excess.filter(|(_, standing)| standing.accept.is_none());
    (
        subject(judged, record::folder().as_deref()),
        open.map(|(finding, _)| finding).collect(),
    )
}

/// Says how bad the findings are that no longer fail.
fn tell_worst(judged: &[JudgedRole]) {
    let of_role = |role| {
        let (_, findings) = found(role);
        findings.into_iter().map(move |finding| (role, finding))
    };
    let findings = judged.iter().flat_map(of_role);
    for told in buried(findings.map(|(role, finding)| (called(role), finding))) {
        stderr::note(&told);
    }
}

/// What people call a judged role.
fn called(judged: &JudgedRole) -> String {
    let name = judged.role.as_deref().map(role_name);
    name.map_or_else(|| judged.policy_files.join(", "), str::to_owned)
}

fn told(
    path: &Path,
    before: usize,
    baseline: &Baseline,
    is_pruned: bool,
    silent: &[JudgedRole],
) -> String {
    let (now, roles) = (baseline.count(), baseline.roles());
    let is_stream = file::is_stream(path);
    let path = path.display();
    let plural = |count: usize, noun: &str| {
        let s = if count == 1 { "" } else { "s" };
        format!("{count} {noun}{s}")
    };
    if is_pruned {
        return format!("{path}: {} before, {now} now\n", plural(before, "finding"));
    }
    let mut told = format!(
        "{path}: {} of {}\n",
        plural(now, "finding"),
        plural(roles, "role")
    );
    for role in silent {
        let name = role.role.clone();
        let name = name.unwrap_or_else(|| role.policy_files.join(", "));
        // Writing to a string cannot fail.
        let _ = writeln!(
            told,
            "{name}: left out, for no AWS call of its functions was recorded"
        );
    }
    if now > 0 && !is_stream {
        let file = quoted(&path.to_string());
        // Writing to a string cannot fail.
        let _ = writeln!(
            told,
            "Commit it, and give it to every gate: `baseline: {path}` in {DEFAULT_NAME}, or --baseline {file}. Then the gate fails only on \
             what is not in it."
        );
    }
    told
}
