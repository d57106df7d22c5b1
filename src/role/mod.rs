//! Who is judged together: functions grouped by the role, or the policy file, that they share.
//!
//! The unit of comparison is the role. Where only policy files are known, a file that all functions share stands for a
//! role, and a path with `{function}` gives each function a role of its own.

pub mod choice;
pub mod iam_role;
pub mod patience;
pub mod policy_files;
pub mod recorded;
mod seen;
pub mod target;
pub mod templates;

pub use patience::{Changed, Patience};
use seen::OfUsers;
pub use target::{Target, Targets, UnclearTarget};
pub use templates::InTemplate;

use crate::catalog::Catalog;
use crate::compare::{Granted, Known, compare};
use crate::evidence::Hidden;
use crate::gate::{self, Finding, Rest, State, Thresholds, Verdict};
use crate::iam::PolicyDocument;
use crate::needed::configuration::ConfigurationNeeds;
use crate::record::Held;
use crate::report::KnownPrincipal;
use crate::report::build::JudgedRole;
use crate::suggest::{self, Circumstances, Suggestion};
use crate::template::sam;
use crate::usage::Usage;
use std::collections::{BTreeMap, BTreeSet};

/// Functions that share policies.
#[derive(Debug, Clone, Default)]
pub struct Role {
    /// The role's ARN, where it is known; in a template, its logical id.
    pub arn: Option<String>,
    /// Who uses it.
    pub users: Vec<User>,
    /// The policies that are judged.
    pub policies: Vec<PolicyDocument>,
    /// Policies that its users have besides, judged elsewhere.
    pub beside: Vec<PolicyDocument>,
    /// Its permissions boundary.
    pub boundary: Option<PolicyDocument>,
    /// Whether the policies are files of a checkout.
    pub are_files: bool,
    /// Whether its users have files of their own, which are the place for what is missing.
    pub others_take_additions: bool,
    /// Why its evidence cannot bear a conviction, besides what its traces say.
    pub insufficient: Vec<String>,
    /// Whether its policies could not be read, so that nothing can be said.
    pub unreadable: bool,
    /// Principals that may assume it and are not waited for.
    pub known: Vec<KnownPrincipal>,
    /// Why, in words that are the same for all roles of one cause.
    pub unread: Option<String>,
    /// Where it is, where a template has it.
    pub template: Option<InTemplate>,
}

/// A function that uses a role.
#[derive(Debug, Clone)]
pub struct User {
    /// The function.
    pub target: Target,
    /// Whether it was asked for, or merely shares the role.
    pub asked: bool,
    /// What its configuration implies, where that was read.
    pub configuration: Option<ConfigurationNeeds>,
    /// Whether Lambda traces it by itself, where that was read.
    pub active_tracing: Option<bool>,
    /// Its runtime, such as `python3.13`, where that was read.
    pub runtime: Option<String>,
    /// Why its evidence is not waited for, where it is not.
    pub patience: Option<Patience>,
    /// What it was called before a change renames it: what was observed of that is observed of it.
    pub former: Option<String>,
    /// Whether a file of its own must be there, where files are by function: not for one that nobody named and that has none.
    pub wants_file: bool,
}

impl User {
    /// A function that was asked for and of whose configuration nothing is known.
    pub fn asked(target: Target) -> Self {
        Self {
            target,
            asked: true,
            configuration: None,
            active_tracing: None,
            runtime: None,
            patience: None,
            former: None,
            wants_file: true,
        }
    }
}

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
        insufficient.extend(gate::insufficiencies(&coverage, &lost, thresholds));
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
            gate::judge(&findings, rest, &insufficient, &hidden, thresholds)
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
            suggested: Vec::new(),
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

    fn granted(&self) -> Granted<'_> {
        Granted {
            policies: &self.policies,
            beside: &self.beside,
            boundary: self.boundary.as_ref(),
            known: self.known(),
            narrowest: Some(sam::narrowest_actions),
        }
    }

    /// Its policies as they should be, by how it was judged.
    pub fn suggestions(&self, judged: &JudgedRole, catalog: &Catalog) -> Vec<Suggestion> {
        // On thin evidence nothing is offered to be written: what it does not show may be needed.
        let is_thin = judged.is_thin || !judged.insufficient.is_empty();
        // What a template says is told as advice: it is not edited.
        let is_hosted = self.template.is_some();
        if self.unreadable || is_hosted || is_thin || !judged.has_evidence() || judged.is_disarmed()
        {
            return Vec::new();
        }
        let circumstances = Circumstances {
            needs: &judged.needs,
            granted: self.granted(),
            comparison: &judged.comparison,
            states: &judged.states,
            held: &judged.held,
            are_files: self.are_files,
            adds_missing: !self.others_take_additions,
            left_out: &[],
        };
        suggest::suggestions(&circumstances, catalog)
    }
}
