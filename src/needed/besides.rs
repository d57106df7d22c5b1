//! Adds doubts about actions that AWS may check in addition to an operation's own: `iam:PassRole`, dependent actions,
//! and actions that a service takes with the caller's rights. No trace shows any of them.

use super::made::made_of;
use super::{Bound, Cause, Doubt, NeededPermissions, bounds_of, is_a_part, is_named};
use crate::catalog::{Catalog, Mapped, PossibleNeed};
use crate::evidence::Owner;
use crate::iam::Action;

impl NeededPermissions {
    /// Adds a doubt for each action that a call of this owner may have needed in addition to the operation's own.
    pub(super) fn may_need_besides(&mut self, mapped: &Mapped, owner: &Owner, catalog: &Catalog) {
        let is_state_machine = matches!(owner, Owner::StateMachine(_));
        let concerns = |possible: &PossibleNeed<'_>| !possible.by_state_machine || is_state_machine;
        for need in &mapped.optional {
            let rule = catalog.possible_on_named(mapped, &need.action);
            if rule.is_some_and(|rule| !concerns(&rule)) {
                continue;
            }
            if is_a_part(mapped, need, catalog) {
                self.unnamed(mapped, need, catalog);
                continue;
            }
            let reason = rule.map_or_else(
                || may_be_checked(mapped, &need.action),
                |rule| sentence(mapped, rule.reason),
            );
            let cause = cause_of(&need.action, rule.is_some());
            for on in bounds_of(mapped, need, catalog) {
                self.doubt(Doubt::of(need.action.clone(), on, cause, reason.clone()));
            }
        }
        for possible in catalog.possible(mapped).into_iter().filter(concerns) {
            let on = bound(possible.action, possible.on_everything, catalog);
            let reason = sentence(mapped, possible.reason);
            let cause = cause_of(possible.action, true);
            let made = made_of(mapped, possible.action, catalog);
            if !made.is_empty() {
                let on = Bound::Patterns(made);
                self.doubt(Doubt::of(possible.action.clone(), on, cause, &reason));
            }
            self.doubt(Doubt::of(possible.action.clone(), on, cause, reason));
        }
        for need in &mapped.needs {
            self.may_depend(mapped, &need.action, catalog);
        }
    }

    /// Adds a doubt for each action that `action` depends on. Dependent actions that the request names a resource for
    /// are left out: the request already says all about them.
    fn may_depend(&mut self, mapped: &Mapped, action: &Action, catalog: &Catalog) {
        let is_named = |dependent: &Action| {
            let mut named = mapped
                .optional
                .iter()
                .filter(|need| need.action == *dependent);
            named.any(|need| is_named(need, catalog))
        };
        let entry = catalog.action(action);
        let dependents = entry.iter().flat_map(|entry| entry.dependents().iter());
        for dependent in dependents.filter(|dependent| !is_named(dependent)) {
            let reason = format!("{action} may depend on {dependent} and traces do not show it");
            let on = bound(dependent, false, catalog);
            self.doubt(Doubt::of(dependent.clone(), on, Cause::Dependent, reason));
        }
    }
}

/// The widest bound of an action for which the request names no resource.
fn bound(action: &Action, on_everything: bool, catalog: &Catalog) -> Bound {
    if on_everything || catalog.is_made_up(action) {
        Bound::Everything
    } else {
        Bound::Named
    }
}

fn cause_of(action: &Action, by_a_rule: bool) -> Cause {
    let handed_on = action.prefix() == "iam" && action.name() == "PassRole";
    match (handed_on, by_a_rule) {
        (true, _) => Cause::HandedOn,
        (false, true) => Cause::Implied,
        (false, false) => Cause::MayBeChecked,
    }
}

/// Why an action without a rule is kept. One that the call needs anyway may be checked on another resource.
fn may_be_checked(mapped: &Mapped, action: &Action) -> String {
    let operation = &mapped.operation;
    let is_needed = mapped.needs.iter().any(|need| need.action == *action);
    let what = if is_needed {
        "it on this resource".to_owned()
    } else {
        format!("{action}")
    };
    format!(
        "{operation} was called; AWS may also check {what}, which no trace shows, so it is kept"
    )
}

/// The reason of a catalogue rule, with the name of the operation in front.
fn sentence(mapped: &Mapped, reason: &str) -> String {
    let reason = reason.trim_end_matches('.');
    format!("{} was called. {reason}", mapped.operation)
}
