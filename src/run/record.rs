//! What is on the record, read: the baseline, policies as they were, and the day.

use super::gather::now;
use super::pipeline::Beforehand;
use super::{Failure, pipeline, samconfig};
use crate::catalog::Catalog;
use crate::files::normal;
use crate::granted::policy_file::{PolicyFileError, PolicyPath};
use crate::granted::template;
use crate::judge::exempt::Record;
use crate::judge::exempt::base::{Before, Limited, Settled};
use crate::judge::exempt::baseline::{self, Baseline};
use crate::judge::{FormerName, JudgedRole, RecordAtHead};
use crate::report::{Report, UnmatchedAccept};
use crate::roles::before::TemplatesBefore;
use crate::roles::{Changed, InTemplate, Role, Was, policy_files};
use crate::settings::effective::Effective;
use crate::settings::file::{Accept, Known, Lined, Policies};
use crate::settings::flags::Scope;
use crate::usage::Usage;
use anyhow::anyhow;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Roles judged on the record.
#[derive(Debug)]
pub(super) struct OnRecord {
    pub(super) judged: Vec<JudgedRole>,
    /// Lines of the configuration's entries for which something was found.
    matched: BTreeSet<usize>,
}

/// Templates as they were when the grace began, in files of ours.
#[derive(Debug)]
pub(super) struct TemplatesThen {
    /// Templates, and folders of them.
    pub(super) files: Vec<String>,
    /// The day on which the grace of functions ends that a template did not have, by its path.
    pub(super) ends: BTreeMap<PathBuf, Date>,
}

impl TemplatesThen {
    fn end(&self, file: &str) -> Option<Date> {
        let file = normal(Path::new(file));
        let mut ends = self.ends.iter();
        ends.find(|(own, _)| file.ends_with(own))
            .map(|(_, end)| *end)
    }
}

/// The roles without waiting for what the configuration knows, and for what a change brings.
pub(super) fn prepared(
    roles: Vec<Role>,
    effective: &Effective,
    beforehand: &Beforehand,
) -> Vec<Role> {
    let changed = &beforehand.changed;
    let known = effective.config.iter().flat_map(|file| &file.config.known);
    let known: Vec<&Known> = known.map(|entry| &entry.value).collect();
    let folder = folder();
    // What cannot be read is told where the policies are.
    let before = templates_before(&roles, effective, changed).unwrap_or_default();
    let then = beforehand.then.as_ref();
    let then = then.and_then(|own| Some((own, templates_then(&roles, effective, own)?)));
    let one = |role: Role| {
        let known = known.iter().copied();
        let role = before.without_new_functions(role, |_| None);
        let role = match &then {
            Some((own, then)) => then.without_new_functions(role, |file| own.end(file)),
            None => role,
        };
        // What is known of a function is known of it by its former name too.
        role.changed(changed)
            .knowing(known, today(), folder.as_deref())
    };
    let judged = roles.into_iter().filter(|role| before.is_judged(role));
    judged.map(one).collect()
}

/// The functions that the configuration knows to hardly run, as far as that holds today.
pub(super) fn known_functions(effective: &Effective) -> BTreeSet<String> {
    let known = effective.config.iter().flat_map(|file| &file.config.known);
    let known = known.map(|entry| &entry.value);
    let known = known.filter(|entry| entry.holds(today()));
    known
        .filter_map(|entry| Some(entry.function.as_ref()?.0.clone()))
        .collect()
}

/// The day, in UTC.
pub(super) fn today() -> Date {
    TimeZone::UTC.to_datetime(now()).date()
}

/// Judges every role by what is on the record, and by what is known of the policies as they were.
pub(super) fn judge(
    roles: &[Role],
    usage: &Usage,
    effective: &Effective,
    beforehand: &Beforehand,
    catalog: &Catalog,
) -> Result<OnRecord, Failure> {
    let baseline = baseline(effective, beforehand)?;
    let paths = pipeline::paths(&effective.base_policy_files, &effective.base_policies);
    let templates = templates_before(roles, effective, &beforehand.changed)?;
    let then = beforehand.then.as_ref();
    let then = then.and_then(|own| templates_then(roles, effective, own));
    let record = Record {
        accepts: accepts(effective),
        baseline: baseline.as_ref(),
        only_new: effective.scope == Scope::New,
        today: today(),
        folder: folder(),
        knows_age: beforehand.grace.is_some(),
        waits_until: beforehand.waits_until,
    };
    let thresholds = &effective.thresholds;
    let mut judged = Vec::new();
    let mut matched = BTreeSet::new();
    for role in roles {
        let base = if beforehand.is_untouched {
            Some(Before::untouched())
        } else {
            let was = base(role, &paths, &templates)?;
            let was = was.map(|was| Before {
                unknown: was.unknown,
                ..Before::new(was.granted, &beforehand.earlier).within(was.boundary)
            });
            let now = Limited {
                policies: &role.policies,
                boundary: role.boundary.as_ref(),
            };
            let was = was.or_else(|| Before::of_age(now, &beforehand.earlier));
            match then.as_ref().and_then(|then| settled(role, then)) {
                None => was,
                Some(settled) => Some(match was {
                    Some(was) => was.settled(settled),
                    None => Before::only_settled(now, settled),
                }),
            }
        };
        let (role, lines) = role.on_record(
            role.judge(usage, thresholds, catalog),
            &record,
            base.as_ref(),
            thresholds,
            catalog,
        );
        judged.push(role);
        matched.extend(lines);
    }
    Ok(OnRecord { judged, matched })
}

/// The report with the configuration's entries for which nothing was found.
pub(super) fn with_unmatched(
    report: Report,
    effective: &Effective,
    matched: &BTreeSet<usize>,
) -> Report {
    let Some(file) = &effective.config else {
        return report;
    };
    let entries = file.config.accept.iter();
    let unmatched =
        entries
            .filter(|entry| !matched.contains(&entry.line))
            .map(|Lined { line, value }| UnmatchedAccept {
                file: file.path.display().to_string(),
                line: *line,
                role: value.role.as_ref().map(|role| role.0.clone()),
                actions: value.actions.0.clone(),
                resources: value.resources.0.clone(),
                reason: value.reason.0.clone(),
                until: value.until.to_string(),
            });
    Report {
        unmatched_accepts: unmatched.collect(),
        ..report
    }
}

/// The record's entries that name what a change renames.
pub(super) fn former_names(roles: &[Role], head: &RecordAtHead) -> Vec<FormerName> {
    let folder = folder();
    let roles = roles.iter();
    let found: BTreeSet<FormerName> = roles
        .flat_map(|role| role.former_names(head, folder.as_deref()))
        .collect();
    found.into_iter().collect()
}

impl OnRecord {
    /// The judged roles, and the lines of the entries for which something was found.
    pub(super) fn into_parts(self) -> (Vec<JudgedRole>, BTreeSet<usize>) {
        (self.judged, self.matched)
    }
}

/// The folder that the program was started in.
pub(super) fn folder() -> Option<String> {
    let folder = std::env::current_dir().ok()?;
    folder.to_str().map(str::to_owned)
}

fn accepts(effective: &Effective) -> &[Lined<Accept>] {
    effective
        .config
        .as_ref()
        .map(|file| file.config.accept.as_slice())
        .unwrap_or_default()
}

fn baseline(effective: &Effective, beforehand: &Beforehand) -> Result<Option<Baseline>, Failure> {
    let Some(path) = &effective.baseline else {
        let has_base = beforehand.is_untouched
            || !effective.base_policy_files.is_empty()
            || effective.base_policies != Policies::default();
        if effective.scope == Scope::New && !has_base {
            return Err(Failure::usage(
                anyhow!("nothing says what is new"),
                Some(
                    "give --baseline or --base-policy-file beside --scope new, or take --scope all"
                        .to_owned(),
                ),
            ));
        }
        return Ok(None);
    };
    baseline::read(path).map(Some).map_err(|error| {
        let hint = error.hint();
        Failure::usage(error, Some(hint))
    })
}

/// The templates of the base's side.
fn templates_before(
    roles: &[Role],
    effective: &Effective,
    changed: &Changed,
) -> Result<TemplatesBefore, Failure> {
    let paths = pipeline::paths(&effective.base_policy_files, &effective.base_policies);
    let shared = paths
        .iter()
        .filter(|path| !path.is_per_role() && !path.is_per_function());
    let shared: Vec<String> = shared.map(|path| path.as_written().to_owned()).collect();
    let before = read_together(&shared, roles, effective)?;
    Ok(before.moved(&changed.moved))
}

/// The templates when the grace began. What cannot be read makes nothing young.
fn templates_then(
    roles: &[Role],
    effective: &Effective,
    then: &TemplatesThen,
) -> Option<TemplatesBefore> {
    read_together(&then.files, roles, effective).ok()
}

/// Templates as they were, read together with what is known of these roles.
fn read_together(
    files: &[String],
    roles: &[Role],
    effective: &Effective,
) -> Result<TemplatesBefore, Failure> {
    let mut outside = roles.iter().filter_map(|role| role.template.as_ref());
    let Some(InTemplate { outside, .. }) = outside.next() else {
        return Ok(TemplatesBefore::default());
    };
    let (found, others) = template::among(files).map_err(unreadable)?;
    let environment = effective.evidence.samconfig_env.as_deref();
    let given = samconfig::given_before(&outside.given, &found, environment)?;
    TemplatesBefore::read(found, &others, outside, &given).map_err(unreadable)
}

/// What a role of a template was granted when the grace began, as far as all of that is known.
fn settled(role: &Role, then: &TemplatesBefore) -> Option<Settled> {
    let was = then.had(role.template.as_ref()?)?;
    was.unknown.is_subset(&role.unknown).then_some(Settled {
        granted: was.granted,
        boundary: was.boundary,
    })
}

/// What a role was granted before, as far as that is known.
fn base(
    role: &Role,
    paths: &[PolicyPath],
    templates: &TemplatesBefore,
) -> Result<Option<Was>, Failure> {
    match &role.template {
        Some(own) => Ok(templates.was(own)),
        None if paths.is_empty() => Ok(None),
        None => {
            let was = policy_files::before(paths, role).map_err(unreadable)?;
            // A boundary is no policy file: it is as AWS has it, before and after.
            Ok(was.map(|was| Was {
                boundary: role.boundary.clone(),
                ..was
            }))
        }
    }
}

fn unreadable(error: PolicyFileError) -> Failure {
    let hint = error.hint();
    Failure::usage(error, hint)
}
