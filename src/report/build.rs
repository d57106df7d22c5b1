//! The report of a gate: each judged role's findings in plain words and values.

use super::words::all_but;
use super::{
    Accepted, Dead, Evidence, Excess, Function, GapCount, Missing, NeededPermission, Report, Role,
    SCHEMA_VERSION, Scanned, Stale, Suggested, Undecided, Window,
};
use crate::catalog::MappingKind;
use crate::compare::{self, Kind};
use crate::evidence::Gaps;
use crate::iam::Action;
use crate::judge::exempt::Standing;
use crate::judge::exempt::baseline::BaselineEntry;
use crate::judge::{JudgedRole, State, Verdict};
use crate::needed::{Because, NeededPermissions};
use crate::settings::file::Accept;
use crate::suggest::Suggestion;
use crate::usage::Usage;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// How many not-observed actions a finding lists.
const UNOBSERVED_LISTED: usize = 100;

impl JudgedRole {
    /// Why it is not certain: what makes all of its evidence insufficient, and what makes that of some services so.
    pub(super) fn reasons(&self) -> Vec<String> {
        let of_services = || {
            let services: Vec<&str> = self.hidden.iter().map(String::as_str).collect();
            format!(
                "calls of {} may be missing from the evidence, so nothing that is found of it is certain",
                services.join(", ")
            )
        };
        let is_unsure = self.verdict == Verdict::Inconclusive && self.is_disarmed();
        let own = self.insufficient.iter().cloned();
        own.chain(is_unsure.then(of_services)).collect()
    }
}

/// The report of all roles, each with its policies as they should be. `gaps` are those of the evidence as a whole.
pub fn report(
    sources: Vec<String>,
    usage: &Usage,
    gaps: &Gaps,
    roles: Vec<(JudgedRole, Vec<Suggestion>)>,
) -> Report {
    let mut roles: Vec<Role> = roles
        .into_iter()
        .map(|(judged, suggestions)| role(judged, suggestions))
        .collect();
    let key = |role: &Role| (role.role.clone(), role.policy_files.clone());
    roles.sort_by(|one, other| {
        let worst = other.verdict.cmp(&one.verdict);
        worst.then_with(|| key(one).cmp(&key(other)))
    });
    Report {
        schema_version: SCHEMA_VERSION,
        verdict: roles
            .iter()
            .map(|role| role.verdict)
            .max()
            .unwrap_or(Verdict::Inconclusive),
        fail_on: None,
        window: window(usage),
        judged_on: None,
        evidence: Evidence {
            sources,
            traces: usage.traces,
            segments: usage.segments,
            calls: usage.calls,
            scanned: Scanned::of(usage),
            appeal: None,
            region: usage.asked.as_ref().map(|place| place.region.clone()),
            account: usage.asked.as_ref().and_then(|place| place.account.clone()),
            others: others(usage, &roles),
            gaps: gap_counts(&with_others(
                gaps,
                usage,
                roles.iter().flat_map(|role| &role.functions),
            )),
        },
        roles,
        not_judged: None,
        unmatched_accepts: Vec::new(),
        config_changes: Vec::new(),
        former_names: Vec::new(),
        accepts_count: false,
        next: Vec::new(),
    }
}

/// The report of a gate that had nothing to judge; `why` is a sentence of ours.
pub fn not_judged(why: &str) -> Report {
    let usage = Usage::default();
    Report {
        verdict: Verdict::Pass,
        not_judged: Some(why.to_owned()),
        ..report(Vec::new(), &usage, &usage.gaps, Vec::new())
    }
}

/// The time that the evidence is of.
pub fn window(usage: &Usage) -> Window {
    Window {
        start: rfc3339(usage.start),
        end: rfc3339(usage.end),
    }
}

/// Owners that made AWS calls and are in none of the roles.
fn others(usage: &Usage, roles: &[Role]) -> Vec<Function> {
    let judged: BTreeSet<&str> = roles
        .iter()
        .flat_map(|role| &role.functions)
        .map(|function| function.arn.as_str())
        .collect();
    let callers = usage
        .owners
        .iter()
        .filter(|(_, observed)| observed.calls > 0);
    callers
        .map(|(owner, observed)| Function {
            arn: owner.to_string(),
            traces: observed.traces,
            calls: observed.calls,
            target: false,
            logical_id: None,
            waits: None,
        })
        .filter(|function| !judged.contains(function.arn.as_str()))
        .collect()
}

/// The gaps of the evidence as a whole, and those that may have hidden calls of owners that are in none of the roles, of which
/// these are the users.
pub fn with_others<'f>(
    gaps: &Gaps,
    usage: &Usage,
    judged: impl Iterator<Item = &'f Function>,
) -> Gaps {
    let judged: BTreeSet<&str> = judged.map(|function| function.arn.as_str()).collect();
    let others = usage.owners.iter();
    let others = others.filter(|(owner, _)| !judged.contains(owner.to_string().as_str()));
    let mut all = gaps.clone();
    for (_, observed) in others.filter(|(_, observed)| observed.gaps.lose_calls()) {
        all.merge(&observed.gaps);
    }
    all
}

fn role(judged: JudgedRole, suggestions: Vec<Suggestion>) -> Role {
    let split = judged.split();
    let insufficient = judged.reasons();
    let is_traced = judged.functions.iter().any(|function| function.traces > 0);
    let mut standings = judged.standings.into_iter();
    let excess = judged.comparison.excess.into_iter().zip(judged.states);
    let excess = excess.map(|(finding, state)| told(finding, is_traced, state, standings.next()));
    let mut role = Role {
        role: judged.role,
        verdict: judged.verdict,
        would_fail: judged.would_fail,
        policy_files: judged.policy_files,
        functions: judged.functions,
        split,
        insufficient,
        known: judged.known,
        unread: judged.unread,
        given_up: judged.comparison.given_up.into_iter().collect(),
        unknown_grants: judged.unknown.into_iter().collect(),
        needed: needed_permissions(&judged.needs),
        excess: excess.collect(),
        not_judged: 0,
        missing: judged.comparison.missing.into_iter().map(missing).collect(),
        undecided: judged
            .comparison
            .undecided
            .into_iter()
            .map(undecided)
            .collect(),
        dead: judged.comparison.dead.into_iter().map(dead).collect(),
        stale: judged.stale.into_iter().map(stale).collect(),
        suggested: suggestions.into_iter().map(suggested).collect(),
        gaps: gap_counts(&judged.gaps),
        logical_id: None,
        framework: judged.framework.map(|own| own.whose.to_owned()),
        written_as: judged.written_as,
    };
    leave_out_unjudged(&mut role);
    role
}

/// Leaves out what nothing bears: without a trace or an AWS call of its users, no grant is known to be too much.
fn leave_out_unjudged(role: &mut Role) {
    if role.is_told() {
        return;
    }
    let all = std::mem::take(&mut role.excess);
    let is_told = |finding: &Excess| finding.state != State::Judged || role.bears(finding);
    let (told, silent): (Vec<Excess>, Vec<Excess>) = all.into_iter().partition(is_told);
    role.not_judged = silent.len() as u64;
    role.excess = told;
}

pub(super) fn needed_permissions(needs: &NeededPermissions) -> Vec<NeededPermission> {
    let tell = |(permission, tally): (&crate::needed::Permission, &crate::usage::Tally)| {
        NeededPermission {
            action: permission.action.to_string(),
            resources: permission.resources.iter().cloned().collect(),
            resource_known: permission.resource_known,
            because: match permission.because {
                Because::Observed => "observed".to_owned(),
                Because::Configuration { .. } => "configuration".to_owned(),
            },
            setting: match &permission.because {
                Because::Observed => None,
                Because::Configuration { setting, .. } => Some(setting.clone()),
            },
            mapping: mapping_id(permission.mapping).to_owned(),
            calls: tally.calls,
            first_seen: rfc3339(tally.first_seen),
            last_seen: rfc3339(tally.last_seen),
            example_traces: tally
                .example_traces()
                .map(|trace| trace.to_string())
                .collect(),
        }
    };
    needs.needed.iter().map(tell).collect()
}

fn stale(entry: BaselineEntry) -> Stale {
    Stale {
        kind: entry.kind,
        actions: entry.actions.into_iter().collect(),
        resources: entry.resources.into_iter().collect(),
    }
}

fn accepted(accept: &Accept) -> Accepted {
    Accepted {
        reason: accept.reason.0.clone(),
        until: accept.until.to_string(),
        by: None,
    }
}

fn told(
    finding: compare::Excess,
    is_traced: bool,
    state: State,
    standing: Option<Standing>,
) -> Excess {
    let new = standing.as_ref().is_some_and(|standing| standing.new);
    let certain = standing
        .as_ref()
        .is_some_and(|standing| standing.is_certain);
    let settled = standing
        .as_ref()
        .is_some_and(|standing| standing.is_settled);
    let waits_until = standing.as_ref().and_then(|standing| standing.waits_until);
    let accept = standing.and_then(|standing| standing.accept);
    let accept = accept.as_ref().map(accepted);
    let (accepted, expired) = match state {
        State::Accepted => (accept, None),
        State::Judged | State::Baseline | State::Probation | State::Framework => (None, accept),
    };
    let title = finding
        .advice
        .clone()
        .unwrap_or_else(|| title(&finding, is_traced));
    Excess {
        title,
        kind: finding.kind,
        severity: finding.severity,
        state,
        new,
        unobserved_count: finding.unobserved.len() as u64,
        observed: names(&finding.observed, usize::MAX),
        unobserved: names(&finding.unobserved, UNOBSERVED_LISTED),
        not_in_effect: names(&finding.not_in_effect, UNOBSERVED_LISTED),
        actions: finding.actions.into_iter().collect(),
        not_action: finding.not_action,
        resources: finding.resources.into_iter().collect(),
        not_resource: finding.not_resource,
        conditional: finding.conditional,
        needed_resources: finding.needed_resources.into_iter().collect(),
        doubts: finding.doubts.into_iter().collect(),
        certain,
        settled,
        waits_until: waits_until.map(|day| day.to_string()),
        origins: finding.origins.into_iter().collect(),
        advice: finding.advice,
        accepted,
        expired,
    }
}

/// One line that says what an excess is. Without traces nothing is said of calls.
fn title(finding: &compare::Excess, is_traced: bool) -> String {
    let actions = all_but(few(&finding.actions), finding.not_action);
    let resources = all_but(few(&finding.resources), finding.not_resource);
    if !is_traced {
        return format!("{actions} on {resources}: no traces");
    }
    let all = finding.observed.len() + finding.unobserved.len();
    match finding.kind {
        Kind::UnusedService => {
            let service = finding
                .actions
                .iter()
                .next()
                .filter(|_| !finding.not_action)
                .and_then(|action| action.split_once(':'));
            match service {
                Some((prefix, _)) => {
                    format!(
                        "{actions} on {resources}: never called; no {prefix} call at all was seen"
                    )
                }
                None => format!("{actions} on {resources}: nothing that it grants was ever called"),
            }
        }
        Kind::UnusedAction => format!("{actions} on {resources}: never called"),
        Kind::BroadAction => {
            let observed = finding.observed.len();
            format!("{actions} on {resources}: {observed} of {all} actions called")
        }
        Kind::BroadResource => {
            let needed = few(&finding.needed_resources);
            if finding.observed.is_empty() && !finding.doubts.is_empty() {
                return if finding.needed_resources.is_empty() || finding.wants_a_name {
                    format!(
                        "{actions} on {resources}: may be needed, on what the policy has to name"
                    )
                } else {
                    format!("{actions} on {resources}: may be needed, on {needed} alone")
                };
            }
            if finding.needed_resources.is_empty() {
                format!("{actions} on {resources}: never called on these resources")
            } else {
                format!("{actions} on {resources}: needed only on {needed}")
            }
        }
    }
}

/// Two names at most, and how many more there are.
fn few(names: &BTreeSet<String>) -> String {
    let shown: Vec<&str> = names.iter().take(2).map(String::as_str).collect();
    match names.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

pub(super) fn missing(missing: compare::Missing) -> Missing {
    Missing {
        action: missing.action.to_string(),
        resources: missing.resources.into_iter().collect(),
        because: missing.because,
        calls: missing.calls,
        denied_by: missing.denied_by.into_iter().collect(),
        detail: missing.detail,
    }
}

fn undecided(undecided: compare::Undecided) -> Undecided {
    let reason = undecided.reason();
    Undecided {
        actions: undecided.actions.into_iter().collect(),
        not_action: undecided.not_action,
        resources: undecided.resources.into_iter().collect(),
        not_resource: undecided.not_resource,
        reason,
        reasons: undecided.reasons.into_iter().collect(),
        severity: undecided.severity,
        new: undecided.new,
        given_up: undecided.given_up,
        origins: undecided.origins.into_iter().collect(),
    }
}

fn dead(dead: compare::Dead) -> Dead {
    Dead {
        actions: dead.actions.into_iter().collect(),
        not_action: dead.not_action,
        resources: dead.resources.into_iter().collect(),
        not_resource: dead.not_resource,
        reason: dead.reason,
        origins: dead.origins.into_iter().collect(),
    }
}

fn suggested(suggestion: Suggestion) -> Suggested {
    Suggested {
        policy: suggestion.policy,
        document: suggestion.document,
        diff: suggestion.diff,
        edits: suggestion.edits,
        reason: suggestion.reason,
        notes: suggestion.notes,
    }
}

fn names(actions: &BTreeSet<Action>, at_most: usize) -> Vec<String> {
    actions
        .iter()
        .take(at_most)
        .map(Action::to_string)
        .collect()
}

pub(crate) fn gap_counts(gaps: &Gaps) -> Vec<GapCount> {
    gaps.iter()
        .map(|(reason, detail, count)| GapCount {
            reason: reason.id().to_owned(),
            detail: detail.to_owned(),
            count,
        })
        .collect()
}

fn mapping_id(mapping: MappingKind) -> &'static str {
    match mapping {
        MappingKind::Exact | MappingKind::None => "exact",
        MappingKind::SameName => "same-name",
        MappingKind::Assumed => "assumed",
    }
}

/// A time in UTC to the second: nobody judges a policy by milliseconds.
fn rfc3339(time: Option<Timestamp>) -> Option<String> {
    let time = time?;
    Timestamp::from_second(time.as_second())
        .ok()
        .map(|time| time.to_string())
}
