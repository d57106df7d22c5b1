//! A role held against what those who use it need.

use super::exempt::Held;
use super::judged::JudgedRole;
use super::seen::OfUsers;
use super::verdict::{self, Finding, Rest, State, Verdict};
use crate::catalog::Catalog;
use crate::compare::{Granted, Known, compare};
use crate::evidence::Hidden;
use crate::roles::Role;
use crate::settings::thresholds::Thresholds;
use crate::template::sam;
use crate::usage::Usage;
use std::collections::{BTreeMap, BTreeSet};

impl Role {
    /// Holds the policies against what the users need together, and judges.
    pub fn judge(&self, usage: &Usage, thresholds: &Thresholds, catalog: &Catalog) -> JudgedRole {
        let OfUsers {
            needs,
            functions,
            alone,
            coverage,
            gaps,
            is_thin,
            is_silent,
        } = OfUsers::of(&self.users, usage, thresholds, catalog);
        let granted = self.granted();
        let comparison = if self.unreadable {
            crate::compare::Comparison::default()
        } else {
            compare(&needs, &granted, catalog)
        };
        let states = vec![State::Judged; comparison.excess.len()];
        let mut written_as = BTreeMap::new();
        if let Some(template) = &self.template {
            let arns = comparison
                .excess
                .iter()
                .flat_map(|finding| &finding.needed_resources);
            let words = arns.filter_map(|arn| Some((arn.clone(), template.words.of_arn(arn)?)));
            written_as = words.collect();
        }
        let lost = usage.gaps.hidden().and(gaps.hidden());
        let mut insufficient = self.insufficient.clone();
        if self.users.is_empty() {
            insufficient.push("no function that uses it was observed".to_owned());
        }
        insufficient.extend(verdict::insufficiencies(&coverage, &lost, thresholds));
        let hidden = match lost {
            Hidden::Services(services) => services,
            Hidden::Nothing | Hidden::Anything => BTreeSet::new(),
        };
        let verdict = if self.unreadable {
            Verdict::Inconclusive
        } else {
            let findings: Vec<Finding<'_>> =
                comparison.excess.iter().map(Finding::judged).collect();
            let rest = Rest {
                is_silent,
                ..Rest::whole(&comparison)
            };
            verdict::judge(&findings, rest, &insufficient, &hidden, thresholds)
        };
        // AWS's own policies beside those of a template are no files.
        let files = self
            .policies
            .iter()
            .filter(|policy| !policy.name.starts_with("arn:"));
        let names = files.map(|policy| policy.name.clone());
        JudgedRole {
            role: self.arn.clone(),
            verdict,
            would_fail: false,
            policy_files: if self.are_files {
                names.collect()
            } else {
                Vec::new()
            },
            functions,
            alone,
            insufficient,
            is_thin,
            is_silent,
            known: self.known.clone(),
            unread: self.unread.clone(),
            hidden,
            needs,
            comparison,
            states,
            standings: Vec::new(),
            stale: Vec::new(),
            held: Held::default(),
            gaps,
            written_as,
        }
    }

    /// What is known of every request: the account of the role, or else of its users where they share one.
    fn known(&self) -> Known<'_> {
        let of_users = || {
            let mut accounts = self.users.iter().map(|user| user.target.account());
            let first = accounts.next().flatten()?;
            accounts.all(|other| other == Some(first)).then_some(first)
        };
        let role = self.arn.as_deref().filter(|arn| arn.starts_with("arn:"));
        let of_role = role.and_then(|arn| arn.split(':').nth(4));
        Known {
            account: of_role.or_else(of_users),
            role,
        }
    }

    /// What it is granted, by everything that is known of it.
    pub fn granted(&self) -> Granted<'_> {
        Granted {
            policies: &self.policies,
            beside: &self.beside,
            boundary: self.boundary.as_ref(),
            known: self.known(),
            narrowest: Some(sam::narrowest_actions),
        }
    }
}
