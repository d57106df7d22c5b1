//! Whose evidence is not waited for: a function that is known to run rarely, one that is too new to have run, and a principal that
//! is known to be able to assume the role.

use super::Role;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
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
    /// It is a framework's own: nobody wrote it, and nobody traces it.
    OfFramework {
        /// Whose: `the CDK's LogRetention`.
        whose: String,
    },
}

/// What a change of policy files says of functions.
#[derive(Debug, Clone, Default)]
pub struct Changed {
    /// Functions that are too new to have run, by name, with the day on which their grace ends where it has begun.
    pub waiting: BTreeMap<String, Option<Date>>,
    /// Functions that the change renames: what each was called before, by its name now.
    pub former: BTreeMap<String, String>,
    /// Policy files that the change moves: where each was before, by its path now.
    pub moved: BTreeMap<String, String>,
}

impl Role {
    /// The same role as a change leaves it: new functions are not waited for, and what is renamed or moved keeps what
    /// was observed and said of it.
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
        let files = self.policies.iter().map(|policy| &policy.name);
        let moved = files.filter_map(|file| Some((file.clone(), changed.moved.get(file)?.clone())));
        self.moved = moved.collect();
        self
    }
}

/// A principal that may assume a role, and that the configuration knows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct KnownPrincipal {
    /// The principal as the configuration names it.
    pub principal: String,
    /// Why it is not waited for.
    pub reason: String,
    /// The last day on which that holds.
    pub until: String,
}
