//! Adds doubts about what the owner's own calls make: jobs, sessions and other resources that get their id from AWS.
//!
//! No policy can name such a resource before it exists. What else was called on its type may be on it, so a grant on the
//! whole type, in the account and region of the call, is not too wide for that.

use super::{Because, Bound, Cause, Doubt, NeededPermissions};
use crate::catalog::{Catalog, Mapped, sensitive};
use crate::iam::Action;
use std::collections::{BTreeMap, BTreeSet};

/// What calls made, as the widest patterns of the types, with the operation of each.
#[derive(Debug, Default)]
pub(super) struct Made(BTreeMap<String, String>);

impl Made {
    /// Adds what a call makes.
    pub(super) fn add(&mut self, mapped: &Mapped) {
        let own = mapped.made.iter();
        self.0
            .extend(own.map(|pattern| (pattern.clone(), mapped.operation.clone())));
    }
}

/// Returns what an operation makes of the types that an action is on. For actions of escalation and of secrets, nothing:
/// they want a name.
pub(super) fn made_of(mapped: &Mapped, action: &Action, catalog: &Catalog) -> BTreeSet<String> {
    let own = mapped.made.iter();
    own.filter(|pattern| may_be_on(action, pattern, catalog))
        .cloned()
        .collect()
}

impl NeededPermissions {
    /// Adds a doubt for each action that was called and is on a type of which a call made a resource.
    pub(super) fn on_what_was_made(&mut self, made: &Made, catalog: &Catalog) {
        let called: BTreeSet<Action> = self
            .needed
            .keys()
            .filter(|permission| permission.because == Because::Observed)
            .map(|permission| permission.action.clone())
            .collect();
        for (pattern, operation) in &made.0 {
            let on_it = called
                .iter()
                .filter(|action| may_be_on(action, pattern, catalog));
            for action in on_it {
                let reason = format!(
                    "{operation} was called, which makes resources under ids that AWS gives, and {action} may be on those"
                );
                let on = Bound::pattern(pattern);
                let cause = Cause::UnnamedResource;
                self.doubt(Doubt::of(action.clone(), on, cause, reason));
            }
        }
    }
}

fn may_be_on(action: &Action, pattern: &str, catalog: &Catalog) -> bool {
    !sensitive::wants_a_name(action) && catalog.is_of_type(action, pattern)
}
