//! The story of the commands that judge: gather, judge, suggest, and tell; `gate` and the Action run the whole of it, `explain` and
//! `baseline` the first steps.

use super::appeal::appeal;
use super::gather::{self, Gathered, Grants};
use super::live::Live;
use super::record::{OnRecord, TemplatesThen};
use super::{Failure, mend, record};
use crate::advice::{advice, baseline, doctor};
use crate::catalog::Catalog;
use crate::deliver::stderr;
use crate::evidence::{Gap, GapReason};
use crate::granted::policy_file::PolicyPath;
use crate::judge::exempt::base::Earlier;
use crate::judge::{JudgedRole, RecordAtHead, Verdict};
use crate::report::{Appeal, Report, build};
use crate::roles::in_aws::Physical;
use crate::roles::templates::NO_ROLE;
use crate::roles::{Changed, Role, Target, User, policy_files};
use crate::settings::effective::{self, Effective};
use crate::settings::file::Policies;
use crate::settings::flags;
use crate::suggest::{Suggestion, of_role};
use crate::usage::Usage;
use anyhow::anyhow;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// What is known before anything is read.
#[derive(Debug, Default)]
pub(super) struct Beforehand {
    /// What is missing from the evidence.
    pub(super) gaps: Vec<Gap>,
    /// What the base has judged, and the change takes away.
    pub(super) gone: Vec<Gap>,
    /// Policies as they were that are too young for what they grant to have been observed, with what was there before them.
    pub(super) earlier: Earlier,
    /// Templates as they were when the grace began, where one of them was changed since.
    pub(super) then: Option<TemplatesThen>,
    /// What the change does to functions.
    pub(super) changed: Changed,
    /// The days of the grace, where it was read what the base granted when it began.
    pub(super) grace: Option<u16>,
    /// The last day on which anything waits that was granted since then.
    pub(super) waits_until: Option<Date>,
    /// The record as the change leaves it.
    pub(super) head: RecordAtHead,
    /// Whether the change leaves policies and settings as they are.
    pub(super) is_idle: bool,
    /// Whether the change cannot have touched what is judged: roles as they are deployed.
    pub(super) is_untouched: bool,
}

/// The whole of it: the report, and the policies as they should be.
pub(super) fn report(
    effective: &Effective,
    beforehand: &Beforehand,
) -> Result<(Report, mend::Mended), Failure> {
    let mut effective = by_real_names(effective)?;
    effective.evidence.is_withheld = !beforehand.gaps.is_empty();
    let mut gathered = gathered(&effective)?;
    let roles = roles(&mut gathered, &effective, beforehand)?;
    if roles.is_empty() && grants_nothing(&effective, &gathered.usage) {
        let mut report = build::not_judged(GRANTS_NOTHING);
        report.evidence.gaps = build::gap_counts(&gathered.usage.gaps);
        return Ok((report, mend::Mended::of(&[], &roles)));
    }
    let (appeal, judged) = judged(&roles, &mut gathered, &effective, beforehand)?;
    let (judged, matched) = judged.into_parts();
    let suggested = suggested(judged, &roles);
    let mended = mend::Mended::of(&suggested, &roles);
    let mut report = build::report(
        gathered.sources,
        &gathered.usage,
        &gathered.usage.gaps,
        suggested,
    );
    report.fail_on = effective.thresholds.fail_on;
    report.evidence.appeal = appeal;
    report.name_by_template(&gathered.logical_ids);
    let mut report = record::with_unmatched(report, &effective, &matched);
    if report.window.end.is_none() && report.verdict == Verdict::Fail {
        report.judged_on = Some(record::today().to_string());
    }
    report.former_names = record::former_names(&roles, &beforehand.head);
    advise(&mut report, &roles, &gathered.usage, &effective);
    Ok((report, mended))
}

/// What is said of templates that grant nothing.
const GRANTS_NOTHING: &str = "Nothing that is judged here grants anything: no template has a role with policies of its own. So this grants \
    nothing that the base does not grant.";

/// Whether templates that are held against a base have no role, and nothing in them could bring one.
fn grants_nothing(effective: &Effective, usage: &Usage) -> bool {
    let asked = &effective.evidence;
    let has_base = !effective.base_policy_files.is_empty();
    let is_whole = asked.functions.is_empty() && asked.roles.is_empty();
    // A path with a placeholder that leads to no file is no template.
    let mut shared = effective.policy_files.iter().map(PolicyPath::new);
    let are_shared = shared.all(|path| !path.is_per_function() && !path.is_per_role());
    let mut gaps = usage.gaps.iter();
    has_base
        && is_whole
        && are_shared
        && effective.policies == Policies::default()
        && gaps.all(|(reason, detail, _)| {
            reason != GapReason::NotLookedUp || detail.ends_with(NO_ROLE)
        })
}

/// Evidence, and the roles with who uses them.
pub(super) fn gathered(effective: &Effective) -> Result<Gathered, Failure> {
    let evidence = flags::Evidence {
        known: record::known_functions(effective),
        ..effective.evidence.clone()
    };
    gather::gather(
        &evidence,
        &effective.owners(),
        &grants(effective),
        effective::MINUTES,
        Catalog::embedded(),
    )
}

/// The roles to judge, those of functions that a change brings too; what is missing beforehand is missing from the evidence.
fn roles(
    gathered: &mut Gathered,
    effective: &Effective,
    beforehand: &Beforehand,
) -> Result<Vec<Role>, Failure> {
    let mut roles = std::mem::take(&mut gathered.roles);
    roles.extend(new_functions(
        &grants(effective),
        &beforehand.changed,
        &roles,
    )?);
    let roles = record::prepared(roles, effective, beforehand);
    tell_doubts(&roles);
    for gap in beforehand.gaps.iter().chain(&beforehand.gone) {
        gathered.usage.gaps.add(gap.clone());
    }
    Ok(roles)
}

/// The roles judged, and judged once more where X-Ray was asked again and showed more.
fn judged(
    roles: &[Role],
    gathered: &mut Gathered,
    effective: &Effective,
    beforehand: &Beforehand,
) -> Result<(Option<Appeal>, OnRecord), Failure> {
    let catalog = Catalog::embedded();
    let usage = &mut gathered.usage;
    let first = record::judge(roles, usage, effective, beforehand, catalog)?;
    let appeal = appeal(&first.judged, usage, effective, catalog);
    if appeal.as_ref().is_some_and(|appeal| appeal.found > 0) {
        let again = record::judge(roles, usage, effective, beforehand, catalog)?;
        return Ok((appeal, again));
    }
    Ok((appeal, first))
}

/// Each judged role with the edits that mend it.
fn suggested(judged: Vec<JudgedRole>, roles: &[Role]) -> Vec<(JudgedRole, Vec<Suggestion>)> {
    let with_suggestions = judged.into_iter().zip(roles).map(|(judged, role)| {
        let suggestions = of_role(role, &judged, Catalog::embedded());
        (judged, suggestions)
    });
    with_suggestions.collect()
}

/// Adds to the report what the evidence lacked, and what to do next.
fn advise(report: &mut Report, roles: &[Role], usage: &Usage, effective: &Effective) {
    let without_evidence = report.roles.iter().any(|role| !role.has_evidence());
    if without_evidence || (effective.config.is_none() && effective.baseline.is_none()) {
        report.next = advice(roles, usage, Catalog::embedded());
        report.next.extend(baseline(report, &effective.flags()));
    }
    report
        .next
        .extend(doctor(report, &effective.doctor_flags()));
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

/// Where policies come from.
fn grants(effective: &Effective) -> Grants {
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
