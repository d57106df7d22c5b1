//! How each action of a statement stands on each of its resources, as the comparison found it.
//!
//! Only what counts is taken out: where the record accepts something, or lives with it, it stays as it is written.

use super::{Circumstances, judged};
use crate::catalog::{Catalog, ResourceType};
use crate::compare::{Beyond, Excess, Group, Spot};
use crate::iam::{
    Action, ActionClause, ActionPattern, Answer, Glob, PolicyDocument, ResourceClause,
    ResourcePattern, Statement, Version,
};
use crate::judge::State;
use crate::judge::exempt::Held;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

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

/// Actions that stand alike on each resource element of their statement.
#[derive(Debug, Clone)]
pub(super) struct Members {
    pub(super) actions: BTreeSet<Action>,
    pub(super) spots: Rc<Vec<Standing>>,
}

/// A statement with judged excess, taken apart.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) statement: &'a Statement,
    /// For each action element the actions that it stands for. `NotAction` counts as one element.
    pub(super) elements: Vec<Vec<Members>>,
    /// What the policy has to name, for no evidence does, a sentence each.
    pub(super) wants: BTreeSet<String>,
}

/// Statements with judged excess that can be taken apart, with how they stand.
pub(super) fn ask<'a>(role: &Circumstances<'a>, place: usize, catalog: &Catalog) -> Vec<Asked<'a>> {
    let Some(policy) = role.granted.policies.get(place) else {
        return Vec::new();
    };
    let mut asked = with_excess(role, policy);
    asked.retain(|statement| can_be_asked(statement));
    asked
        .into_iter()
        .map(|statement| of_statement(role, policy, place, statement, catalog))
        .collect()
}

fn of_statement<'a>(
    role: &Circumstances<'a>,
    policy: &PolicyDocument,
    place: usize,
    statement: &'a Statement,
    catalog: &Catalog,
) -> Asked<'a> {
    let count = match &statement.actions {
        ActionClause::Action(patterns) => patterns.len(),
        ActionClause::NotAction(_) => 1,
    };
    let mut wants = Wants::new();
    let mut elements = Vec::new();
    for element in 0..count {
        let counting = Counting::of(role, policy, statement, element);
        let key = (place, statement.index, element);
        let groups = role.comparison.elements.get(&key).into_iter().flatten();
        let mut members = Vec::new();
        for group in groups {
            members.extend(counting.members(group, statement, catalog));
            counting.wants(group, statement, catalog, &mut wants);
        }
        members.extend(counting.unlisted(element, &members, statement, catalog));
        elements.push(members);
    }
    Asked {
        statement,
        elements,
        wants: told(&wants),
    }
}

/// The same where what is needed on less stays on all that is written.
pub(super) fn as_wide_as_written(mut elements: Vec<Vec<Members>>) -> Vec<Vec<Members>> {
    for members in elements.iter_mut().flatten() {
        let spots = members.spots.iter().map(|spot| match spot {
            Standing::Narrowed(_) => Standing::Kept,
            Standing::Dead | Standing::Kept | Standing::Gone => spot.clone(),
        });
        members.spots = Rc::new(spots.collect());
    }
    elements
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

/// Which of the findings about an action element count.
struct Counting<'a> {
    /// Whether one that is judged speaks of the element.
    judged: bool,
    /// Those that are accepted, in the baseline or on probation.
    set_aside: Vec<&'a Excess>,
    /// What is accepted or in the baseline of grants that are judged.
    held: &'a Held,
    /// Whether the statement has a condition.
    is_conditional: bool,
}

/// How the record has an action on one resource element.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Recorded {
    /// Whether what is too much there counts.
    counts: bool,
    /// On what it stays granted all the same.
    held: BTreeSet<String>,
}

impl<'a> Counting<'a> {
    fn of(
        role: &Circumstances<'a>,
        policy: &PolicyDocument,
        statement: &Statement,
        element: usize,
    ) -> Self {
        let by_not_action = matches!(statement.actions, ActionClause::NotAction(_));
        let pattern = statement.actions.patterns().get(element);
        let written = pattern.map(|pattern| pattern.value.text());
        let speaks = |excess: &Excess| {
            let of_element = written.is_some_and(|text| excess.actions.contains(text));
            if !of_element && !by_not_action && excess.written_whole {
                return false;
            }
            let mut origins = excess.origins.iter();
            let here = origins
                .any(|origin| origin.statement == statement.index && origin.policy == policy.name);
            // Of a wildcard that the record divides, the parts are told by their members.
            let mut members = excess.observed.union(&excess.unobserved);
            let of_part = !excess.written_whole
                && pattern.is_some_and(|own| members.any(|action| own.value.matches(action)));
            here && (by_not_action || of_element || of_part)
        };
        let mut counting = Self {
            judged: false,
            set_aside: Vec::new(),
            held: role.held,
            is_conditional: statement.condition.is_some(),
        };
        let found = role.comparison.excess.iter().zip(role.states);
        for (excess, state) in found.filter(|(excess, _)| speaks(excess)) {
            match state {
                State::Judged => counting.judged = true,
                State::Accepted | State::Baseline | State::Probation | State::Framework => {
                    counting.set_aside.push(excess);
                }
            }
        }
        counting
    }

    /// The members of a group, apart where the findings that count tell them apart.
    fn members(&self, group: &Group, statement: &Statement, catalog: &Catalog) -> Vec<Members> {
        let resources = statement.resources.patterns();
        let mut alike: BTreeMap<Vec<Recorded>, BTreeSet<Action>> = BTreeMap::new();
        let nothing_else = self.set_aside.is_empty() && self.held.is_empty();
        if nothing_else || group.actions.is_empty() {
            let same = Recorded {
                counts: self.judged,
                held: BTreeSet::new(),
            };
            alike.insert(vec![same; resources.len()], group.actions.clone());
        } else {
            for action in &group.actions {
                let held = self.held.resources(action, self.is_conditional);
                let recorded = resources.iter().map(|resource| Recorded {
                    counts: self.counts(action, statement, &resource.value),
                    held: held.clone(),
                });
                let same = alike.entry(recorded.collect()).or_default();
                same.insert(action.clone());
            }
        }
        let members = alike.into_iter().map(|(recorded, actions)| {
            let spots = group.spots.iter().zip(resources).zip(&recorded);
            let spots = spots.map(|((spot, resource), recorded)| {
                standing(spot, actions.first(), &resource.value, recorded, catalog)
            });
            let spots = Rc::new(spots.collect());
            Members { actions, spots }
        });
        members.collect()
    }

    /// The actions of a wildcard or a `NotAction` that the record holds and that the catalogue does not list. They would go with
    /// an element that is taken apart.
    fn unlisted(
        &self,
        element: usize,
        members: &[Members],
        statement: &Statement,
        catalog: &Catalog,
    ) -> Vec<Members> {
        let mut spots = members.iter().flat_map(|members| members.spots.iter());
        let is_reduced = spots.any(|spot| matches!(spot, Standing::Gone | Standing::Narrowed(_)));
        let pattern = match &statement.actions {
            ActionClause::Action(patterns) => patterns.get(element).map(|own| own.value.clone()),
            ActionClause::NotAction(_) => Some(ActionPattern::new("*")),
        };
        let Some(pattern) = pattern.filter(|own| own.is_wildcard() && is_reduced) else {
            return Vec::new();
        };
        let named = self.held.named_actions(&pattern).into_iter();
        let named = named.filter(|action| statement.actions.matches(action));
        let unlisted = named.filter(|action| catalog.action(action).is_none());
        let held = unlisted.map(|action| {
            let held = self.held.resources(&action, self.is_conditional);
            let resources = statement.resources.patterns().iter();
            let spots = resources.map(|own| narrowed(&held, Some(&action), &own.value, catalog));
            Members {
                spots: Rc::new(spots.collect()),
                actions: BTreeSet::from([action]),
            }
        });
        held.collect()
    }

    /// Whether nothing that is accepted, in the baseline or on probation speaks of an action on a resource element.
    fn counts(&self, action: &Action, statement: &Statement, resource: &ResourcePattern) -> bool {
        let written = |text: &String| {
            let mut patterns = statement.resources.patterns().iter();
            patterns.any(|own| own.value.text() == text)
        };
        let speaks = |excess: &&&Excess| {
            let names_resources = excess.resources.iter().any(written);
            (excess.observed.contains(action) || excess.unobserved.contains(action))
                && (!names_resources || excess.resources.contains(resource.text()))
        };
        self.judged && !self.set_aside.iter().any(|excess| speaks(&excess))
    }

    /// Adds what kind of name is wanted for a group's elements that reach too far, and that nothing here can name.
    fn wants(&self, group: &Group, statement: &Statement, catalog: &Catalog, wants: &mut Wants) {
        let elements = group.spots.iter().zip(statement.resources.patterns());
        for (spot, resource) in elements {
            let Spot::Beyond(beyond) = spot else { continue };
            if beyond.is_named {
                continue;
            }
            let counted = group
                .actions
                .iter()
                .filter(|action| self.counts(action, statement, &resource.value));
            for action in counted {
                let kind = (
                    action.prefix().to_owned(),
                    kind_of_name(action, catalog),
                    resource.value.text().to_owned(),
                    !beyond.instead.is_empty(),
                );
                wants.entry(kind).or_default().insert(action.clone());
            }
        }
    }
}

/// Actions that want a name, by service, by the type of what is to be named, by the element in whose place it goes, and by whether
/// something is named already.
type Wants = BTreeMap<(String, String, String, bool), BTreeSet<Action>>;

fn kind_of_name(action: &Action, catalog: &Catalog) -> String {
    let kind = catalog.action(action).and_then(|entry| {
        let mut types = entry.resource_types();
        types.next().map(ResourceType::name)
    });
    kind.unwrap_or("resource").to_owned()
}

/// Kinds of names that are told one by one. Of a `*` there are some fifty.
const TELL_EACH: usize = 8;

fn told(wants: &Wants) -> BTreeSet<String> {
    if wants.len() <= TELL_EACH {
        return wants.iter().map(wanted).collect();
    }
    let mut elements: BTreeMap<&str, Vec<&Action>> = BTreeMap::new();
    for ((_, _, element, _), actions) in wants {
        elements.entry(element).or_default().extend(actions);
    }
    let sentences = elements.into_iter().map(|(element, actions)| {
        let count = actions.len();
        let services: BTreeSet<&str> = actions.iter().map(|action| action.prefix()).collect();
        let services: Vec<&str> = services.into_iter().collect();
        format!(
            "no trace can show whether {count} actions of these services are used: {}. Take out those that the code does not \
             use, and name what the others are used on in the place of `{element}`",
            services.join(", ")
        )
    });
    sentences.collect()
}

/// What to write in the place of an element that is too wide.
fn wanted(
    ((_, kind, element, has_names), actions): (&(String, String, String, bool), &BTreeSet<Action>),
) -> String {
    let is = if actions.len() == 1 { "is" } else { "are" };
    let actions: Vec<String> = actions.iter().map(ToString::to_string).collect();
    let actions = actions.join(", ");
    if *has_names {
        return format!(
            "no trace can show every {kind} that {actions} {is} used on: name all of them in the place of `{element}`"
        );
    }
    format!(
        "no trace names the {kind} that {actions} {is} used on: name it in the place of `{element}`"
    )
}

fn standing(
    spot: &Spot,
    action: Option<&Action>,
    resource: &ResourcePattern,
    recorded: &Recorded,
    catalog: &Catalog,
) -> Standing {
    match spot {
        Spot::Dead(_) => Standing::Dead,
        Spot::Justified | Spot::Undecided(_) | Spot::GivenUp(_) => Standing::Kept,
        Spot::NotObserved | Spot::Beyond(_) if !recorded.counts => Standing::Kept,
        Spot::NotObserved => narrowed(&recorded.held, action, resource, catalog),
        Spot::Beyond(beyond) if !beyond.is_named => Standing::Kept,
        Spot::Beyond(Beyond { instead, .. }) => {
            let instead = instead.union(&recorded.held).cloned().collect();
            narrowed(&instead, action, resource, catalog)
        }
    }
}

/// What of these an action can be used on within a resource element: what it is, or may be, needed on, and what is accepted.
fn narrowed(
    instead: &BTreeSet<String>,
    action: Option<&Action>,
    resource: &ResourcePattern,
    catalog: &Catalog,
) -> Standing {
    let mut within = BTreeSet::new();
    for text in instead {
        let Some(both) = resource.glob().meeting(&Glob::parse(text)) else {
            return Standing::Kept;
        };
        within.extend(both.iter().map(ToString::to_string));
    }
    within.retain(|text| action.is_none_or(|action| catalog.can_act_on(action, text)));
    let pattern = |text: &String| ResourcePattern::new(text.clone(), Version::V2012);
    let all = within.clone();
    within.retain(|text| {
        let mut others = all.iter().filter(|other| *other != text);
        !others.any(|other| pattern(other).covers(&pattern(text)) == Answer::Yes)
    });
    if within.is_empty() {
        Standing::Gone
    } else {
        Standing::Narrowed(within)
    }
}
