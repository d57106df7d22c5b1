//! Applies the record to a judged role: marks what is accepted, old or new, and decides the verdict again.

use super::exempt::base::{Before, Limited};
use super::exempt::{Record, Recorded, Standing, Subject};
use super::judged::JudgedRole;
use super::verdict::{self, Finding, Rest, State, Verdict};
use crate::catalog::Catalog;
use crate::compare::{Comparison, Excess, Granted, Lack, Severity, compare};
use crate::needed::NeededPermissions;
use crate::roles::{Framework, Role};
use crate::settings::thresholds::Thresholds;
use std::collections::BTreeSet;

/// The subject of a judged role's findings. Relative paths refer to `folder`.
pub fn subject(judged: &JudgedRole, folder: Option<&str>) -> Subject {
    let mut policy_files = judged.policy_files.clone();
    policy_files.sort();
    Subject {
        role: judged.role.clone(),
        role_name: None,
        policy_files,
        former_files: Vec::new(),
        folder: folder.map(str::to_owned),
    }
}

/// Sets aside what a framework brings along by itself, for nobody wrote it and nobody traces it. Counted are high and critical grants
/// that a change adds, whatever was observed, and those that the construct does not make: its name alone proves nothing.
fn of_framework(own: &Framework, excess: &Excess, standing: &mut Standing) {
    if !matches!(standing.state, State::Judged | State::Probation) {
        return;
    }
    let is_severe = excess.severity >= Severity::High;
    standing.is_certain = standing.new && is_severe;
    standing.state = if standing.is_certain || (is_severe && !is_its_own(own, excess)) {
        State::Judged
    } else {
        State::Framework
    };
}

/// Whether a high or critical grant is one that the construct makes, as far as can be told: where people say what it grants, a
/// critical one is none.
fn is_its_own(own: &Framework, excess: &Excess) -> bool {
    let is_wide = || {
        let actions = excess.actions.iter().map(String::as_str);
        !excess.not_action && own.grants_widely(actions)
    };
    (own.is_written() && excess.severity < Severity::Critical) || is_wide()
}

impl Role {
    /// The paths that files had before a change moved them or renamed their functions.
    pub(super) fn former_files(&self, files: &[String]) -> Vec<String> {
        let paths = self.former_paths(files).into_iter();
        paths.map(|(_, former)| former).collect()
    }

    /// The same, each behind the path that the file has now. Where one was moved, all are there.
    pub(super) fn former_paths(&self, files: &[String]) -> Vec<(String, String)> {
        if files.iter().any(|path| self.moved.contains_key(path)) {
            let before = |path: &String| self.moved.get(path).unwrap_or(path).clone();
            let paths = files.iter().map(|path| (path.clone(), before(path)));
            return paths.collect();
        }
        let renamed = self
            .users
            .iter()
            .filter_map(|user| Some((user.target.name(), user.former.as_deref()?)));
        let former = renamed.flat_map(|(name, former)| {
            let own = files.iter().filter(move |path| path.contains(name));
            own.map(move |path| (path.clone(), path.replace(name, former)))
        });
        former.collect()
    }

    /// Judges a role again with the record. `base` is what the role was granted before the change, if that is known. Returns
    /// the role and the lines of the configuration entries that matched something.
    pub fn on_record(
        &self,
        mut judged: JudgedRole,
        record: &Record<'_>,
        base: Option<&Before>,
        thresholds: &Thresholds,
        catalog: &Catalog,
    ) -> (JudgedRole, BTreeSet<usize>) {
        // No comparison was made, so it is not known either what is no longer there.
        if self.unreadable {
            return (judged, BTreeSet::new());
        }
        let mut policies = self.policies.clone();
        policies.extend(self.beside.iter().cloned());
        let Recorded {
            comparison,
            mut standings,
            stale,
            matched,
            is_changed,
            held,
        } = record.of(
            &Subject {
                role_name: self.template.as_ref().and_then(|own| own.name.clone()),
                former_files: self.former_files(&judged.policy_files),
                ..subject(&judged, record.folder.as_deref())
            },
            judged.comparison,
            Limited {
                policies: &policies,
                boundary: self.boundary.as_ref(),
            },
            base,
            catalog,
        );
        if let Some(own) = &judged.framework {
            let findings = comparison.excess.iter().zip(&mut standings);
            findings.for_each(|(excess, standing)| of_framework(own, excess, standing));
            let mut found = comparison.excess.iter().zip(&standings);
            if found.any(|(excess, standing)| {
                !standing.is_certain && thresholds.fails(excess, standing.state)
            }) {
                judged.is_silent = false;
                judged.insufficient.push(format!(
                    "no AWS call of it was observed, and some of what it grants is not what {} grants by itself",
                    own.whose
                ));
            }
        }
        // Of a function that is known to hardly run, traces will say nothing: what a change adds fails as of a function that it adds.
        if judged.is_silent {
            let found = comparison.excess.iter().zip(&mut standings);
            for (excess, standing) in found {
                standing.is_certain |= standing.new && excess.severity >= Severity::High;
            }
        }
        let states: Vec<_> = standings.iter().map(|standing| standing.state).collect();
        let findings = comparison.excess.iter().zip(&standings);
        let findings = findings.map(|(excess, standing)| Finding {
            excess,
            state: standing.state,
            is_certain: standing.is_certain,
        });
        let findings: Vec<Finding<'_>> = findings.collect();
        if !self.has_more_unknown(base, record.only_new) {
            judged.unknown.clear();
        }
        let rest = Rest {
            comparison: &comparison,
            is_changed,
            unknown: judged.unknown.len(),
            is_silent: judged.is_silent,
            counts_missing: !thresholds.fail_on_missing
                || !record.only_new
                || self.lacks_more(&judged.needs, &comparison, base, catalog),
        };
        let verdict = verdict::judge(
            &findings,
            rest,
            &judged.insufficient,
            &judged.hidden,
            thresholds,
        );
        let would_fail = thresholds.fail_on.is_none() && {
            let usual = Thresholds {
                fail_on: Thresholds::default().fail_on,
                ..*thresholds
            };
            let (insufficient, hidden) = (&judged.insufficient, &judged.hidden);
            verdict::judge(&findings, rest, insufficient, hidden, &usual) == Verdict::Fail
        };
        let judged = JudgedRole {
            comparison,
            states,
            standings,
            stale,
            held,
            verdict,
            would_fail,
            ..judged
        };
        (judged, matched)
    }

    /// Whether it may be granted more than is known. Where only what is new counts, what was as unknown before does not.
    fn has_more_unknown(&self, base: Option<&Before>, only_new: bool) -> bool {
        let was = base.filter(|base| only_new && !base.is_of_age_alone);
        match was {
            Some(was) => !was.is_untouched && !self.unknown.is_subset(&was.unknown),
            None => !self.unknown.is_empty(),
        }
    }

    /// Whether something is missing now that was granted before. What was missing already is not due to the change.
    fn lacks_more(
        &self,
        needs: &NeededPermissions,
        comparison: &Comparison,
        base: Option<&Before>,
        catalog: &Catalog,
    ) -> bool {
        let Some(base) = base else { return true };
        let lacks = |comparison: &Comparison| -> BTreeSet<(String, BTreeSet<String>)> {
            let missing = comparison.missing.iter();
            let missing = missing.filter(|missing| missing.because == Lack::NotGranted);
            missing
                .map(|missing| (missing.action.to_string(), missing.resources.clone()))
                .collect()
        };
        let now = lacks(comparison);
        if now.is_empty() || base.is_untouched {
            return false;
        }
        let granted = Granted {
            policies: &base.granted,
            beside: &[],
            boundary: base.boundary.as_ref(),
            ..self.granted()
        };
        let before = lacks(&compare(needs, &granted, catalog));
        now.iter().any(|lack| !before.contains(lack))
    }
}
