//! How each action of a statement stands on each of its resources, asked of the comparison in so many words.
//!
//! The statements that have excess are taken apart into statements of one action and one resource, and those are held
//! against the needs in the place of the policy. Actions of which nothing is known share a statement.

use super::{Circumstances, judged};
use crate::catalog::{ActionEntry, Catalog};
use crate::compare::{self, Excess, Granted};
use crate::gate::State;
use crate::iam::{
    Action, ActionClause, ActionPattern, Effect, Glob, PolicyDocument, ResourceClause,
    ResourcePattern, Spanned, Statement, Version,
};
use std::collections::{BTreeMap, BTreeSet};

/// How an action stands on one resource element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// It can never match there.
    Dead,
    /// It stays granted as written.
    Kept,
    /// It is needed on these alone.
    Narrowed(BTreeSet<String>),
    /// It is not needed there.
    Gone,
}

/// An action and how it stands on each resource element of its statement.
pub(super) type Member = (Action, Vec<Standing>);

/// Of a statement: for each action element the actions that it stands for. `NotAction` counts as one element.
pub(super) type Answers = Vec<Vec<Member>>;

/// What a policy is called while it is taken apart; no policy of AWS's has the name.
const NAME: &str = "the policy taken apart";

struct Question {
    statement: usize,
    element: usize,
    resource: usize,
    actions: Vec<Action>,
    /// What is asked in the place of the actions: the element that stands for them all.
    by: Option<ActionPattern>,
}

/// What was found of each action in each question.
#[derive(Default)]
struct Found<'a> {
    excess: BTreeMap<(usize, &'a Action), &'a Excess>,
    dead: BTreeSet<(usize, &'a str)>,
}

impl<'a> Found<'a> {
    fn of(comparison: &'a compare::Comparison) -> Self {
        let mut found = Self::default();
        let numbers = |origins: &'a BTreeSet<compare::Origin>| {
            let here = origins.iter().filter(|origin| origin.policy == NAME);
            here.map(|origin| origin.statement)
        };
        for excess in &comparison.excess {
            for number in numbers(&excess.origins) {
                let members = excess.observed.iter().chain(&excess.unobserved);
                found
                    .excess
                    .extend(members.map(|action| ((number, action), excess)));
            }
        }
        for dead in &comparison.dead {
            for number in numbers(&dead.origins) {
                let texts = dead.actions.iter();
                found.dead.extend(texts.map(|text| (number, text.as_str())));
            }
        }
        found
    }
}

/// Statements with judged excess that can be taken apart, with how they stand.
pub(super) fn ask<'a>(
    role: &Circumstances<'a>,
    place: usize,
    catalog: &Catalog,
) -> Vec<(&'a Statement, Answers)> {
    let Some(policy) = role.granted.policies.get(place) else {
        return Vec::new();
    };
    let mut asked = with_excess(role, policy);
    asked.retain(|statement| can_be_asked(statement));
    let known = known(role);
    let mut questions = Vec::new();
    for statement in &asked {
        for (element, members) in elements(statement, &known, catalog).into_iter().enumerate() {
            let (known, rest): (Vec<Action>, Vec<Action>) = members
                .into_iter()
                .partition(|action| known.contains(action));
            for resource in 0..statement.resources.patterns().len() {
                let question = |actions, by| Question {
                    statement: statement.index,
                    element,
                    resource,
                    actions,
                    by,
                };
                let one = |action: &Action| question(vec![action.clone()], None);
                questions.extend(known.iter().map(one));
                if !rest.is_empty() {
                    questions.push(question(rest.clone(), wildcard(statement, element)));
                }
            }
        }
    }
    let mut comparison = compared(role, place, policy, &questions, catalog);
    // What a wildcard's excess does not name is asked by name.
    if by_name(&mut questions, &Found::of(&comparison), policy, catalog) {
        comparison = compared(role, place, policy, &questions, catalog);
    }
    let compared = Compared {
        role,
        policy,
        catalog,
        found: Found::of(&comparison),
    };
    let mut answers: BTreeMap<(usize, usize), BTreeMap<Action, Vec<Standing>>> = BTreeMap::new();
    for (number, question) in questions.iter().enumerate() {
        let Some(statement) = policy.statements.get(question.statement) else {
            continue;
        };
        let members = answers
            .entry((question.statement, question.element))
            .or_default();
        for action in &question.actions {
            let standing = compared.standing(number, action, statement, question);
            let spots = members
                .entry(action.clone())
                .or_insert_with(|| vec![Standing::Dead; statement.resources.patterns().len()]);
            if let Some(spot) = spots.get_mut(question.resource) {
                *spot = standing;
            }
        }
    }
    asked
        .into_iter()
        .map(|statement| {
            let count = match &statement.actions {
                ActionClause::Action(patterns) => patterns.len(),
                ActionClause::NotAction(_) => 1,
            };
            let elements = (0..count).map(|element| {
                let members = answers.remove(&(statement.index, element));
                members.unwrap_or_default().into_iter().collect()
            });
            (statement, elements.collect())
        })
        .collect()
}

/// The element as it is written, where it stands for many actions by itself.
fn wildcard(statement: &Statement, element: usize) -> Option<ActionPattern> {
    match &statement.actions {
        ActionClause::Action(patterns) => {
            let pattern = &patterns.get(element)?.value;
            pattern.is_wildcard().then(|| pattern.clone())
        }
        ActionClause::NotAction(_) => None,
    }
}

/// Adds questions by name for the actions of a wildcard that are not in its excess: they are undecided, or never match. Those
/// that can act on no such resource need no question. Whether there was any.
fn by_name(
    questions: &mut Vec<Question>,
    found: &Found<'_>,
    policy: &PolicyDocument,
    catalog: &Catalog,
) -> bool {
    let mut more = Vec::new();
    for (number, question) in questions.iter_mut().enumerate() {
        let statement = policy.statements.get(question.statement);
        let resource = statement.and_then(|own| own.resources.patterns().get(question.resource));
        let Some(resource) = resource.filter(|_| question.by.is_some()) else {
            continue;
        };
        let resource = &resource.value;
        let (told, open): (Vec<Action>, Vec<Action>) =
            question.actions.drain(..).partition(|action| {
                let idle = resource.is_exact() && !catalog.can_act_on(action, resource.text());
                idle || found.excess.contains_key(&(number, action))
            });
        question.actions = told;
        if !open.is_empty() {
            more.push(Question {
                actions: open,
                by: None,
                ..*question
            });
        }
    }
    let any = !more.is_empty();
    questions.extend(more);
    any
}

/// Statements with judged excess that cannot be taken apart.
pub(super) fn unanswerable<'a>(
    role: &Circumstances<'_>,
    policy: &'a PolicyDocument,
) -> Vec<&'a Statement> {
    let mut found = with_excess(role, policy);
    found.retain(|statement| !can_be_asked(statement));
    found
}

fn with_excess<'a>(role: &Circumstances<'_>, policy: &'a PolicyDocument) -> Vec<&'a Statement> {
    let statements: BTreeSet<usize> = judged(role, policy)
        .flat_map(|excess| &excess.origins)
        .filter(|origin| origin.policy == policy.name)
        .map(|origin| origin.statement)
        .collect();
    let found = policy.statements.iter();
    found
        .filter(|statement| statements.contains(&statement.index))
        .collect()
}

fn can_be_asked(statement: &Statement) -> bool {
    statement.principal.is_none()
        && match statement.resources {
            ResourceClause::Resource(_) => true,
            ResourceClause::NotResource(_) | ResourceClause::Absent => false,
        }
}

/// Actions of which evidence says anything.
fn known(role: &Circumstances<'_>) -> BTreeSet<Action> {
    let needed = role.needs.needed.keys();
    let possible = role.needs.possible.iter();
    needed
        .map(|permission| permission.action.clone())
        .chain(possible.map(|possible| possible.action.clone()))
        .collect()
}

/// The actions that each action element of a statement stands for: those of the catalogue, and those that were seen.
fn elements(
    statement: &Statement,
    known: &BTreeSet<Action>,
    catalog: &Catalog,
) -> Vec<Vec<Action>> {
    let matched = |pattern: &ActionPattern| {
        let listed = catalog.actions_matching(pattern);
        let mut actions: BTreeSet<Action> = listed.iter().map(ActionEntry::action).collect();
        let seen = known.iter().filter(|action| pattern.matches(action));
        actions.extend(seen.cloned());
        if actions.is_empty() && pattern.never_matches().is_none() {
            actions.extend(pattern.as_action());
        }
        actions
    };
    match &statement.actions {
        ActionClause::Action(patterns) => patterns
            .iter()
            .map(|pattern| matched(&pattern.value).into_iter().collect())
            .collect(),
        ActionClause::NotAction(_) => {
            let all = matched(&ActionPattern::new("*")).into_iter();
            vec![
                all.filter(|action| statement.actions.matches(action))
                    .collect(),
            ]
        }
    }
}

/// The comparison of a policy taken apart.
struct Compared<'a> {
    role: &'a Circumstances<'a>,
    policy: &'a PolicyDocument,
    catalog: &'a Catalog,
    found: Found<'a>,
}

fn compared(
    role: &Circumstances<'_>,
    place: usize,
    policy: &PolicyDocument,
    questions: &[Question],
    catalog: &Catalog,
) -> compare::Comparison {
    let asked = questions
        .iter()
        .enumerate()
        .filter_map(|(number, question)| {
            let statement = policy.statements.get(question.statement)?;
            Some(one(statement, number, question))
        });
    let denies = policy
        .statements
        .iter()
        .filter(|statement| statement.effect == Effect::Deny);
    let apart = PolicyDocument {
        name: NAME.to_owned(),
        statements: asked.chain(denies.cloned()).collect(),
        ..policy.clone()
    };
    let others = role.granted.policies.iter().enumerate();
    let beside: Vec<PolicyDocument> = others
        .filter(|(other, _)| *other != place)
        .map(|(_, policy)| policy)
        .chain(role.granted.beside)
        .cloned()
        .collect();
    let granted = Granted {
        policies: &[apart],
        beside: &beside,
        boundary: role.granted.boundary,
    };
    compare::compare(role.needs, &granted, catalog)
}

fn one(statement: &Statement, number: usize, question: &Question) -> Statement {
    let span = statement.actions_span;
    let by_name = question.actions.iter().map(ActionPattern::from);
    let patterns = match &question.by {
        Some(pattern) => vec![pattern.clone()],
        None => by_name.collect(),
    };
    let actions = patterns.into_iter().map(|value| Spanned { value, span });
    let resources = statement.resources.patterns().get(question.resource);
    Statement {
        actions: ActionClause::Action(actions.collect()),
        resources: ResourceClause::Resource(resources.into_iter().cloned().collect()),
        index: number,
        ..statement.clone()
    }
}

impl Compared<'_> {
    fn standing(
        &self,
        number: usize,
        action: &Action,
        statement: &Statement,
        question: &Question,
    ) -> Standing {
        let Some(resource) = statement.resources.patterns().get(question.resource) else {
            return Standing::Kept;
        };
        let Some(excess) = self.found.excess.get(&(number, action)) else {
            let text = action.to_string();
            // A wildcard's question keeps but those that are excess, and those that can never match.
            let dead = question.by.is_some() || self.found.dead.contains(&(number, text.as_str()));
            return if dead { Standing::Dead } else { Standing::Kept };
        };
        if !self.counts(action, statement, question, &resource.value) {
            return Standing::Kept;
        }
        if excess.unobserved.contains(action) {
            return Standing::Gone;
        }
        narrowed(self.role, action, &resource.value, self.catalog)
    }

    /// Whether the findings of the real policy let this be taken out: one that is judged speaks of it, and none that is accepted,
    /// in the baseline or on probation.
    fn counts(
        &self,
        action: &Action,
        statement: &Statement,
        question: &Question,
        resource: &ResourcePattern,
    ) -> bool {
        let Some(element) = statement.actions.patterns().get(question.element) else {
            return false;
        };
        let by_not_action = matches!(statement.actions, ActionClause::NotAction(_));
        let written: BTreeSet<&str> = statement
            .resources
            .patterns()
            .iter()
            .map(|resource| resource.value.text())
            .collect();
        let speaks = |excess: &Excess| {
            let mut origins = excess.origins.iter();
            let here = origins.any(|origin| {
                origin.statement == statement.index && origin.policy == self.policy.name
            });
            here && (by_not_action || excess.actions.contains(element.value.text()))
        };
        let of_member = |excess: &Excess| {
            let names_resources = excess
                .resources
                .iter()
                .any(|text| written.contains(text.as_str()));
            (excess.observed.contains(action) || excess.unobserved.contains(action))
                && (!names_resources || excess.resources.contains(resource.text()))
        };
        let mut judged = false;
        for (excess, state) in self.role.comparison.excess.iter().zip(self.role.states) {
            if !speaks(excess) {
                continue;
            }
            match state {
                State::Judged => judged = true,
                State::Accepted | State::Baseline | State::Probation if of_member(excess) => {
                    return false;
                }
                State::Accepted | State::Baseline | State::Probation => {}
            }
        }
        judged
    }
}

/// What an action is, or may be, needed on within a resource element.
fn narrowed(
    role: &Circumstances<'_>,
    action: &Action,
    resource: &ResourcePattern,
    catalog: &Catalog,
) -> Standing {
    let needed = role.needs.needed.keys();
    let needed = needed
        .filter(|permission| permission.action == *action)
        .flat_map(|permission| &permission.resources)
        .map(|text| Glob::parse(text));
    let possible = role.needs.possible.iter();
    let possible = possible
        .filter(|possible| possible.action == *action)
        .map(|possible| possible.resources.clone());
    let mut within = BTreeSet::new();
    for glob in needed.chain(possible) {
        let Some(both) = resource.glob().meeting(&glob) else {
            return Standing::Kept;
        };
        within.extend(both.iter().map(ToString::to_string));
    }
    within.retain(|text| catalog.can_act_on(action, text));
    let pattern = |text: &String| ResourcePattern::new(text.clone(), Version::V2012);
    let all = within.clone();
    within.retain(|text| {
        let mut others = all.iter().filter(|other| *other != text);
        !others.any(|other| pattern(other).covers(&pattern(text)) == crate::iam::Answer::Yes)
    });
    if within.is_empty() {
        Standing::Gone
    } else {
        Standing::Narrowed(within)
    }
}
