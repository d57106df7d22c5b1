//! Whose evidence is not waited for: a function that is known to run rarely, one that is too new to have run, and a principal that
//! is known to be able to assume the role.

use super::{Role, User};
use crate::config;
use crate::granted::iam_roles::sentences_about;
use crate::record::{Subject, accept};
use crate::report::{KnownPrincipal, Waits};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// Why a function's evidence is not waited for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Patience {
    /// The configuration says that it hardly runs.
    Known {
        /// Why.
        reason: String,
        /// The last day on which that holds.
        until: Date,
    },
    /// It is too new to have enough traces.
    Waits {
        /// The last day on which it is waited for; absent while it is only proposed.
        until: Option<Date>,
    },
}

impl Patience {
    /// As it is told in the report.
    pub fn told(&self) -> Waits {
        match self {
            Self::Known { reason, until } => Waits {
                reason: Some(reason.clone()),
                until: Some(until.to_string()),
            },
            Self::Waits { until } => Waits {
                reason: None,
                until: until.map(|until| until.to_string()),
            },
        }
    }
}

impl Role {
    /// The same role without waiting for what the configuration knows of it today. `folder` is what relative paths are meant
    /// from.
    #[must_use]
    pub fn knowing<'k>(
        mut self,
        known: impl IntoIterator<Item = &'k config::Known>,
        today: Date,
        folder: Option<&str>,
    ) -> Self {
        let files = self
            .policies
            .iter()
            .filter(|file| self.are_files && !file.name.starts_with("arn:"));
        let subject = Subject {
            role: self.arn.clone(),
            policy_files: files.map(|file| file.name.clone()).collect(),
            former_files: Vec::new(),
            folder: folder.map(str::to_owned),
        };
        for known in known {
            let is_meant = accept::names(known.role.as_ref(), &subject);
            if !is_meant || !known.holds(today) {
                continue;
            }
            if let Some(function) = &known.function {
                let meant = self.users.iter_mut();
                for user in meant.filter(|user| is_called(user, &function.0)) {
                    user.patience = Some(Patience::Known {
                        reason: known.reason.0.clone(),
                        until: known.until.0,
                    });
                }
            }
            if let Some(principal) = &known.principal {
                let sentences = sentences_about(&principal.0);
                let before = self.insufficient.len();
                self.insufficient
                    .retain(|sentence| !sentences.contains(sentence));
                if self.insufficient.len() < before {
                    self.known.push(KnownPrincipal {
                        principal: principal.0.clone(),
                        reason: known.reason.0.clone(),
                        until: known.until.to_string(),
                    });
                }
            }
        }
        self
    }
}

/// What a change of policy files says of functions.
#[derive(Debug, Clone, Default)]
pub struct Changed {
    /// Functions that are too new to have run, by name, with the day on which their grace ends where it has begun.
    pub waiting: BTreeMap<String, Option<Date>>,
    /// Functions that the change renames: what each was called before, by its name now.
    pub former: BTreeMap<String, String>,
}

impl Role {
    /// The same role as a change leaves it: new functions are not waited for, and what is renamed keeps what was observed of it.
    #[must_use]
    pub fn changed(mut self, changed: &Changed) -> Self {
        for user in &mut self.users {
            let name = user.target.name();
            if let Some(until) = changed.waiting.get(name) {
                user.patience
                    .get_or_insert(Patience::Waits { until: *until });
            }
            user.former = changed.former.get(name).cloned();
        }
        self
    }
}

/// Whether a user is called so: by its name, or by its ARN with or without a qualifier.
fn is_called(user: &User, name: &str) -> bool {
    let shown = user.target.to_string();
    let qualified = name.strip_prefix(&shown);
    user.target.name() == name
        || shown == name
        || qualified.is_some_and(|rest| rest.starts_with(':'))
}
