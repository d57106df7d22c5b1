//! The proof that a suggestion goes through before it is shown.
//!
//! The document reads; without its additions it grants nothing that the policy does not; what is needed, or may be, and was
//! granted stays granted; what was added is what was asked for, and beside it nothing is changed; suggesting on it changes
//! nothing; and a gate on it finds no excess that counts, but for the statements that are said to stay. All by the same
//! algebra and comparison that judge.

#[cfg(test)]
mod tests;

use super::added::{Addition, not_granted};
use super::{Circumstances, Fixed, Plan, plan};
use crate::catalog::Catalog;
use crate::compare::{Comparison, Excess, Granted, Missing, bound, compare};
use crate::iam::algebra::{self, Relation};
use crate::iam::edit::apply;
use crate::iam::permissions::PermissionSet;
use crate::iam::{Action, ActionClause, Effect, PolicyDocument, ResourceClause, Statement};
use crate::judge::State;
use crate::needed::{Doubt, NeededPermissions};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Proves that `text` can stand in the place of a policy, or says what fails.
pub(super) fn prove(
    role: &Circumstances<'_>,
    place: usize,
    planned: &Plan,
    text: &str,
    additions: &[Addition],
    catalog: &Catalog,
) -> Result<(), String> {
    let policy = role.granted.policies.get(place).ok_or("it is not there")?;
    let kind = match role.template {
        Some(_) => super::Kind::Template,
        None => super::Kind::of(policy, role.are_files),
    };
    if let Some(why) = kind.too_long(text) {
        return Err(why);
    }
    let olds = planned.becomes.iter().enumerate();
    let olds: Vec<usize> = olds
        .flat_map(|(place, count)| std::iter::repeat_n(place, *count))
        .collect();
    let read = |text: &str| {
        let old = |place| olds.get(place).copied();
        let read = policy.parse_next(text, old);
        read.map_err(|error| format!("it does not read: {error}"))
    };
    let new = read(text)?;
    let narrowed = if planned.empties {
        // No text says so, as IAM takes no policy without statements.
        PolicyDocument {
            statements: Vec::new(),
            ..policy.clone()
        }
    } else {
        read(&apply(&policy.source, &planned.narrowing).ok_or("its edits overlap")?)?
    };
    grants_nothing_new(&narrowed, policy, catalog)?;
    keeps_what_is_needed(&narrowed, policy, role, catalog)?;
    adds_what_was_asked_for(&new, &narrowed, additions)?;
    gates_clean(role, place, planned, new, additions, catalog)
}

fn set(policy: &PolicyDocument, catalog: &Catalog) -> PermissionSet {
    PermissionSet::from_documents(&[policy], catalog)
}

fn grants_nothing_new(
    new: &PolicyDocument,
    old: &PolicyDocument,
    catalog: &Catalog,
) -> Result<(), String> {
    match algebra::relate(&set(new, catalog), &set(old, catalog), catalog) {
        Relation::Equivalent | Relation::Narrower => Ok(()),
        Relation::Broader | Relation::Incomparable => {
            Err("it would grant what the policy does not".to_owned())
        }
        Relation::Undecided => {
            Err("whether it would grant more than the policy does is undecided".to_owned())
        }
    }
}

/// What the old policy grants of all that is or may be needed, the new one grants too.
fn keeps_what_is_needed(
    new: &PolicyDocument,
    old: &PolicyDocument,
    role: &Circumstances<'_>,
    catalog: &Catalog,
) -> Result<(), String> {
    let needed = needed(role.needs, &bound::written(&role.granted), catalog);
    let needed = PolicyDocument::parse(&needed.to_string(), "what is needed")
        .map_err(|error| format!("what is needed cannot be written as a policy: {error}"))?;
    let granted = set(old, catalog).within(&needed, 1, catalog);
    match algebra::relate(&granted, &set(new, catalog), catalog) {
        Relation::Equivalent | Relation::Narrower => Ok(()),
        Relation::Broader | Relation::Incomparable => {
            Err("it would take away what is needed, or may be".to_owned())
        }
        Relation::Undecided => {
            Err("whether it would take away what is needed is undecided".to_owned())
        }
    }
}

/// Everything that was observed, that configuration implies, or that may be needed, as a policy.
fn needed(needs: &NeededPermissions, written: &[String], catalog: &Catalog) -> Value {
    let statement = |action: String, resources: Vec<String>| json!({"Effect": "Allow", "Action": action, "Resource": resources});
    let known = needs.needed.keys().map(|permission| {
        let resources = permission.resources.iter().cloned().collect();
        statement(permission.action.to_string(), resources)
    });
    let mut doubted: BTreeMap<Action, Vec<&Doubt>> = BTreeMap::new();
    for doubt in needs.doubts.keys() {
        for action in doubt.each(catalog) {
            doubted.entry(action).or_default().push(doubt);
        }
    }
    let mut names = bound::Names::of(written);
    let doubted = doubted.into_iter().filter_map(|(action, doubts)| {
        let patterns = bound::acquitted(doubts, &action, &mut names, catalog).patterns();
        let resources: Vec<String> = patterns.iter().map(|own| own.text().to_owned()).collect();
        (!resources.is_empty()).then(|| statement(action.to_string(), resources))
    });
    let mut seen = BTreeSet::new();
    let mut statements: Vec<Value> = known.chain(doubted).collect();
    statements.retain(|statement| seen.insert(statement.to_string()));
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// Behind the statements of the narrowed policy, which stay to the letter, stands what was asked for and nothing else.
fn adds_what_was_asked_for(
    new: &PolicyDocument,
    narrowed: &PolicyDocument,
    additions: &[Addition],
) -> Result<(), String> {
    let stays = narrowed.statements.len();
    if new.statements.len() != stays + additions.len() {
        return Err("it adds more or less than was asked for".to_owned());
    }
    let kept = new.statements.iter().zip(&narrowed.statements);
    for (statement, kept) in kept {
        if letters(new, statement) != letters(narrowed, kept) {
            return Err("what it adds would change a statement that stays".to_owned());
        }
    }
    for (statement, addition) in new.statements.iter().skip(stays).zip(additions) {
        let actions = statement.actions.patterns().iter();
        let actions: BTreeSet<_> = actions.filter_map(|own| own.value.as_action()).collect();
        let resources = statement.resources.patterns().iter();
        let resources: BTreeSet<String> =
            resources.map(|own| own.value.text().to_owned()).collect();
        let as_asked = actions == addition.actions
            && resources == addition.resources
            && matches!(statement.actions, ActionClause::Action(_))
            && matches!(statement.resources, ResourceClause::Resource(_))
            && statement.effect == Effect::Allow
            && statement.condition.is_none();
        if !as_asked {
            return Err("what it adds is not what was asked for".to_owned());
        }
    }
    Ok(())
}

/// A statement as it is written.
fn letters<'a>(policy: &'a PolicyDocument, statement: &Statement) -> Option<&'a str> {
    policy.source.get(statement.span.range())
}

/// With the new policy in its place, nothing is left to suggest, and no excess that counts but in statements that stay.
fn gates_clean(
    role: &Circumstances<'_>,
    place: usize,
    planned: &Plan,
    new: PolicyDocument,
    additions: &[Addition],
    catalog: &Catalog,
) -> Result<(), String> {
    let mut policies = role.granted.policies.to_vec();
    if let Some(own) = policies.get_mut(place) {
        *own = new;
    }
    let granted = Granted {
        policies: &policies,
        ..role.granted
    };
    let comparison = compare(role.needs, &granted, catalog);
    let states: Vec<State> = comparison
        .excess
        .iter()
        .map(|excess| state(excess, role))
        .collect();
    let fixed = moved(role.fixed, place, &planned.becomes);
    let wide = wide_after(role.wide, place, &planned.becomes);
    let again = Circumstances {
        granted,
        comparison: &comparison,
        states: &states,
        fixed: &fixed,
        wide: &wide,
        ..*role
    };
    let policy = policies.get(place).ok_or("it is not there")?;
    let old = role.granted.policies.get(place);
    let left: Vec<_> = planned
        .left
        .iter()
        .filter_map(|left| old?.statements.get(left.statement))
        .map(told_by)
        .collect();
    let stays = |excess: &Excess| {
        let own = excess.origins.iter();
        let mut statements = own
            .filter(|origin| origin.policy == policy.name)
            .filter_map(|origin| policy.statements.get(origin.statement));
        // Where only actions go, no action stays that was never called.
        let may_stay_wide = excess.unobserved.is_empty();
        excess.wants_a_name
            || statements.all(|own| {
                left.contains(&told_by(own))
                    || (may_stay_wide && wide.contains(&(place, own.index)))
            })
    };
    if !super::judged(&again, policy).all(stays) {
        return Err("a gate on it would still find excess".to_owned());
    }
    let twice = plan(&again, place, &[], catalog);
    if !twice.narrowing.is_empty() || twice.empties {
        return Err("suggesting on it would change it again".to_owned());
    }
    let lacks = |comparison: &Comparison| -> BTreeSet<(Action, BTreeSet<String>)> {
        let missing = not_granted(&comparison.missing);
        missing
            .map(|own| (own.action.clone(), own.resources.clone()))
            .collect()
    };
    let is_added = |own: &Missing| {
        let mut additions = additions.iter();
        additions.any(|added| {
            added.actions.contains(&own.action) && own.resources.is_subset(&added.resources)
        })
    };
    if not_granted(&comparison.missing).any(is_added) {
        return Err("what it adds would be missing all the same".to_owned());
    }
    if !lacks(&comparison).is_subset(&lacks(role.comparison)) {
        return Err("something that is needed would be missing".to_owned());
    }
    Ok(())
}

/// What stays fixed, where it stands behind what one policy's statements became.
fn moved(fixed: &Fixed, place: usize, becomes: &[usize]) -> Fixed {
    let own = fixed.iter().filter_map(|(&(policy, statement), why)| {
        if policy != place {
            return Some(((policy, statement), why.clone()));
        }
        let before = becomes.get(..statement)?;
        Some(((policy, before.iter().sum()), why.clone()))
    });
    own.collect()
}

/// What keeps its resources, where it stands behind what one policy's statements became.
fn wide_after(
    wide: &BTreeSet<(usize, usize)>,
    place: usize,
    becomes: &[usize],
) -> BTreeSet<(usize, usize)> {
    let mut after = BTreeSet::new();
    for &(policy, statement) in wide {
        if policy != place {
            after.insert((policy, statement));
            continue;
        }
        let before = becomes.get(..statement).unwrap_or_default();
        let first: usize = before.iter().sum();
        let count = becomes.get(statement).copied().unwrap_or_default();
        after.extend((first..first + count).map(|own| (policy, own)));
    }
    after
}

/// What a statement says, wherever it stands.
fn told_by(statement: &Statement) -> (Vec<&str>, Vec<&str>) {
    let actions = statement.actions.patterns().iter();
    let resources = statement.resources.patterns().iter();
    (
        actions.map(|own| own.value.text()).collect(),
        resources.map(|own| own.value.text()).collect(),
    )
}

/// The state of a finding on the new policy: that of the findings on the old one that it is left of, if none of these counts.
fn state(excess: &Excess, role: &Circumstances<'_>) -> State {
    let old = role.comparison.excess.iter().zip(role.states);
    let old = old.filter(|(_, state)| **state != State::Judged);
    let old = old.filter(|(old, _)| {
        let mut origins = old.origins.iter();
        origins.any(|origin| excess.origins.iter().any(|own| own.policy == origin.policy))
    });
    let old: Vec<(&Excess, &State)> = old.collect();
    let about = if excess.unobserved.is_empty() {
        &excess.observed
    } else {
        &excess.unobserved
    };
    if let Some(state) = held(excess, about, role) {
        return state;
    }
    let is_held = if about.is_empty() {
        // What no catalogue lists is known by its text alone.
        old.iter()
            .any(|(old, _)| excess.actions.is_subset(&old.actions))
    } else {
        about.iter().all(|action| {
            let mut old = old.iter();
            old.any(|(old, _)| old.observed.contains(action) || old.unobserved.contains(action))
        })
    };
    match old.first() {
        Some((_, state)) if is_held => **state,
        _ => State::Judged,
    }
}

/// As what the record has all of a finding, though it did not have all of what it is left of.
fn held(excess: &Excess, about: &BTreeSet<Action>, role: &Circumstances<'_>) -> Option<State> {
    if excess.not_action || excess.not_resource {
        return None;
    }
    let pairs = about
        .iter()
        .flat_map(|action| excess.resources.iter().map(move |own| (action, own)));
    let mut states = pairs.map(|(action, own)| role.held.state(action, own, excess.conditional));
    let first = states.next()??;
    states.all(|state| state.is_some()).then_some(first)
}
