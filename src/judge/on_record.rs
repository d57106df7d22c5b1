//! A judged role on the record: what is accepted, was there before or is new, and the verdict by that.

use super::exempt::base::Before;
use super::exempt::{Record, Recorded, Subject};
use super::judged::JudgedRole;
use super::verdict::{self, Finding, Rest, Verdict};
use crate::catalog::Catalog;
use crate::compare::{Comparison, Granted, Lack, compare};
use crate::needed::NeededPermissions;
use crate::roles::Role;
use crate::settings::thresholds::Thresholds;
use std::collections::BTreeSet;

/// Who a judged role's findings are about; relative paths are meant from `folder`.
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

impl Role {
    /// The paths of files as they were before a change moved them, or renamed the functions that they are for.
    pub(super) fn former_files(&self, files: &[String]) -> Vec<String> {
        if files.iter().any(|path| self.moved.contains_key(path)) {
            let before = |path: &String| self.moved.get(path).unwrap_or(path).clone();
            return files.iter().map(before).collect();
        }
        let renamed = self
            .users
            .iter()
            .filter_map(|user| Some((user.target.name(), user.former.as_deref()?)));
        let former = renamed.flat_map(|(name, former)| {
            let own = files.iter().filter(move |path| path.contains(name));
            own.map(move |path| path.replace(name, former))
        });
        former.collect()
    }

    /// Judges again by the record. `base` is what the role was granted before, where that is known. Beside the role come the
    /// lines of the configuration's entries for which something was found.
    pub fn on_record(
        &self,
        judged: JudgedRole,
        record: &Record<'_>,
        base: Option<&Before>,
        thresholds: &Thresholds,
        catalog: &Catalog,
    ) -> (JudgedRole, BTreeSet<usize>) {
        // Nothing was compared, so that nothing can be said of what is no longer there either.
        if self.unreadable {
            return (judged, BTreeSet::new());
        }
        let mut policies = self.policies.clone();
        policies.extend(self.beside.iter().cloned());
        let Recorded {
            comparison,
            standings,
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
            &policies,
            base,
            catalog,
        );
        let states: Vec<_> = standings.iter().map(|standing| standing.state).collect();
        let findings = comparison.excess.iter().zip(&standings);
        let findings = findings.map(|(excess, standing)| Finding {
            excess,
            state: standing.state,
            is_certain: standing.is_certain,
        });
        let findings: Vec<Finding<'_>> = findings.collect();
        let rest = Rest {
            comparison: &comparison,
            is_changed,
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

    /// Whether anything that is missing now was granted before: what lacked it already is nobody's change.
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
            ..self.granted()
        };
        let before = lacks(&compare(needs, &granted, catalog));
        now.iter().any(|lack| !before.contains(lack))
    }
}
