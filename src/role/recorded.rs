//! A judged role on the record: what is accepted, was there before or is new, and the verdict by that.

use super::Role;
use crate::catalog::Catalog;
use crate::gate::{self, Thresholds};
use crate::record::base::Before;
use crate::record::{Record, Recorded, Subject};
use crate::report::build::JudgedRole;
use std::collections::BTreeSet;

/// Who a judged role's findings are about; relative paths are meant from `folder`.
pub fn subject(judged: &JudgedRole, folder: Option<&str>) -> Subject {
    let mut policy_files = judged.policy_files.clone();
    policy_files.sort();
    Subject {
        role: judged.role.clone(),
        policy_files,
        folder: folder.map(str::to_owned),
    }
}

impl Role {
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
        } = record.of(
            &subject(&judged, record.folder.as_deref()),
            judged.comparison,
            &policies,
            base,
            catalog,
        );
        let states: Vec<_> = standings.iter().map(|standing| standing.state).collect();
        let verdict = gate::judge(
            &comparison,
            &states,
            &judged.insufficient,
            &judged.hidden,
            thresholds,
        );
        let judged = JudgedRole {
            comparison,
            states,
            standings,
            stale,
            verdict,
            ..judged
        };
        (judged, matched)
    }
}
