//! Who is judged together: functions grouped by the role, or the policy file, that they share.
//!
//! The unit of comparison is the role. Where only policy files are known, a file that all functions share stands for a
//! role, and a path with `{function}` gives each function a role of its own.

pub mod choice;
pub mod iam_role;
pub mod policy_files;
pub mod recorded;
pub mod target;

pub use target::{Target, Targets, UnclearTarget};

use crate::catalog::Catalog;
use crate::compare::{Granted, Known, compare};
use crate::evidence::{Gap, GapReason, Gaps, Hidden};
use crate::gate::{self, Coverage, State, Thresholds, Verdict};
use crate::iam::PolicyDocument;
use crate::needed::NeededPermissions;
use crate::needed::configuration::ConfigurationNeeds;
use crate::report::Function;
use crate::report::build::JudgedRole;
use crate::suggest::{self, Circumstances, Suggestion};
use crate::usage::{OwnerUsage, Usage};
use std::collections::BTreeSet;

/// Functions that share policies.
#[derive(Debug, Clone, Default)]
pub struct Role {
    /// The role's ARN, where it is known.
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
    /// Why, in words that are the same for all roles of one cause.
    pub unread: Option<String>,
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
        }
    }
}

impl Role {
    /// Holds the policies against what the users need together, and judges.
    pub fn judge(&self, usage: &Usage, thresholds: &Thresholds, catalog: &Catalog) -> JudgedRole {
        let mut needs = NeededPermissions::default();
        let mut functions = Vec::new();
        let mut alone = Vec::new();
        let mut coverage = Vec::new();
        let mut gaps = Gaps::default();
        for user in &self.users {
            let (observed, own) = needs_of(user, usage, catalog);
            needs.merge(&own);
            gaps.merge(&observed.gaps);
            for detail in user
                .configuration
                .iter()
                .flat_map(|configuration| &configuration.gaps)
            {
                gaps.add(Gap::new(GapReason::NotLookedUp, detail.clone()));
            }
            for role in own.assumed_roles() {
                gaps.add(Gap::new(GapReason::AssumedRole, format!(
                        "{} assumes {role}: what it calls afterwards in the same trace may be that role's, and is no need of this one",
                        user.target.name()
                    )));
            }
            coverage.push(Coverage {
                name: user.target.name().to_owned(),
                traces: observed.traces,
                calls: observed.calls,
            });
            functions.push(Function {
                arn: user.target.to_string(),
                traces: observed.traces,
                calls: observed.calls,
                target: user.asked,
            });
            alone.push((user.target.to_string(), own));
        }
        functions.sort();
        coverage.sort();
        let granted = self.granted();
        let comparison = if self.unreadable {
            crate::compare::Comparison::default()
        } else {
            compare(&needs, &granted, catalog)
        };
        let states = vec![State::Judged; comparison.excess.len()];
        let lost = usage.gaps.hidden().and(gaps.hidden());
        let mut insufficient = self.insufficient.clone();
        insufficient.extend(gate::insufficiencies(&coverage, &lost, thresholds));
        let hidden = match lost {
            Hidden::Services(services) => services,
            Hidden::Nothing | Hidden::Anything => BTreeSet::new(),
        };
        let verdict = if self.unreadable {
            Verdict::Inconclusive
        } else {
            gate::judge(&comparison, &states, &insufficient, &hidden, thresholds)
        };
        let names = self.policies.iter().map(|policy| policy.name.clone());
        JudgedRole {
            role: self.arn.clone(),
            verdict,
            policy_files: if self.are_files {
                names.collect()
            } else {
                Vec::new()
            },
            functions,
            alone,
            insufficient,
            unread: self.unread.clone(),
            hidden,
            needs,
            comparison,
            states,
            standings: Vec::new(),
            stale: Vec::new(),
            suggested: Vec::new(),
            gaps,
        }
    }

    /// What is known of every request: the account of the role, or else of its users where they share one.
    fn known(&self) -> Known<'_> {
        let of_users = || {
            let mut accounts = self.users.iter().map(|user| user.target.account());
            let first = accounts.next().flatten()?;
            accounts.all(|other| other == Some(first)).then_some(first)
        };
        let role = self.arn.as_deref();
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
        }
    }

    /// Its policies as they should be, by how it was judged.
    pub fn suggestions(&self, judged: &JudgedRole, catalog: &Catalog) -> Vec<Suggestion> {
        // On thin evidence nothing is offered to be written: what it does not show may be needed.
        if self.unreadable || !judged.insufficient.is_empty() || judged.is_disarmed() {
            return Vec::new();
        }
        let circumstances = Circumstances {
            needs: &judged.needs,
            granted: self.granted(),
            comparison: &judged.comparison,
            states: &judged.states,
            are_files: self.are_files,
            adds_missing: !self.others_take_additions,
            left_out: &[],
        };
        suggest::suggestions(&circumstances, catalog)
    }
}

/// What was observed of a function, and what it needs by that and by its configuration.
fn needs_of(user: &User, usage: &Usage, catalog: &Catalog) -> (OwnerUsage, NeededPermissions) {
    match &user.target {
        Target::Seen(owner) => {
            let observed = usage.owners.get(owner).cloned().unwrap_or_default();
            let needs =
                NeededPermissions::of(owner, &observed, user.configuration.as_ref(), catalog);
            (observed, needs)
        }
        Target::NotSeen(_) => (OwnerUsage::default(), NeededPermissions::default()),
    }
}
