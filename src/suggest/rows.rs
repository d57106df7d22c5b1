//! A statement as rows: what each action element becomes, and on which of the statement's resources.

use super::ask::{Members, Standing};
use crate::iam::{Action, ActionClause, ActionPattern, Statement};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Actions that a wildcard may become before nobody would read them. `*` becomes somewhat over 100 where nothing but its name
/// is known of what it is used on.
const MOST: usize = 200;

/// One action element, or one action of a wildcard that is taken apart.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Place of the element in the statement.
    pub(super) element: usize,
    /// What stands in its place; `None` where it stays as written.
    pub(super) instead: Option<String>,
    /// What it grants.
    pub(super) pattern: ActionPattern,
    /// The actions that it stands for and that can match.
    pub(super) members: Vec<Action>,
    /// How it stands on each resource element.
    pub(super) spots: Vec<Standing>,
}

impl Row {
    /// Whether it is left with anything that can match.
    pub(super) fn grants(&self) -> bool {
        grants(&self.spots)
    }

    /// Whether it never granted anything.
    pub(super) fn is_dead(&self) -> bool {
        is_dead(&self.spots)
    }
}

fn grants(spots: &[Standing]) -> bool {
    spots.iter().any(|spot| match spot {
        Standing::Kept | Standing::Narrowed(_) => true,
        Standing::Dead | Standing::Gone => false,
    })
}

fn is_dead(spots: &[Standing]) -> bool {
    spots.iter().all(|spot| *spot == Standing::Dead)
}

/// Whether nothing of it is taken out.
fn stays(spots: &[Standing]) -> bool {
    spots
        .iter()
        .all(|spot| matches!(spot, Standing::Kept | Standing::Dead))
}

/// The rows of a statement, or why it is not taken apart.
pub(super) fn rows(
    statement: &Statement,
    elements: Vec<Vec<Members>>,
) -> Result<Vec<Row>, &'static str> {
    let mut rows = Vec::new();
    let negated = matches!(statement.actions, ActionClause::NotAction(_));
    let count = statement.resources.patterns().len();
    for (element, mut live) in elements.into_iter().enumerate() {
        let Some(pattern) = statement.actions.patterns().get(element) else {
            continue;
        };
        live.retain(|members| !is_dead(&members.spots));
        let all = live.iter().map(|members| members.spots.as_slice());
        if let Some(spots) = alike(all, count).filter(|_| !negated) {
            let members = live.into_iter().flat_map(|members| members.actions);
            rows.push(Row {
                element,
                instead: None,
                pattern: pattern.value.clone(),
                members: members.collect(),
                spots,
            });
            continue;
        }
        let is_whole = |prefix: &str| match &statement.actions {
            ActionClause::Action(_) => pattern.value.is_everything(),
            ActionClause::NotAction(patterns) => {
                !patterns.iter().any(|own| speaks_of(&own.value, prefix))
            }
        };
        rows.extend(apart(element, &live, is_whole)?);
    }
    Ok(rows)
}

/// How all of the actions stand, where they stand alike.
fn alike<'s>(all: impl Iterator<Item = &'s [Standing]>, count: usize) -> Option<Vec<Standing>> {
    let mut together = vec![Standing::Dead; count];
    for spots in all {
        for (own, spot) in together.iter_mut().zip(spots) {
            if *own == Standing::Dead {
                own.clone_from(spot);
            } else if *spot != Standing::Dead && *own != *spot {
                return None;
            }
        }
    }
    Some(together)
}

/// An action, and how it stands on each resource element.
type Standings<'m> = (&'m Action, &'m Rc<Vec<Standing>>);

/// Whether a pattern of a `NotAction` may match actions of a service.
fn speaks_of(pattern: &ActionPattern, prefix: &str) -> bool {
    pattern.intersects(&ActionPattern::new(format!("{prefix}:*")))
}

/// A row for each action that stays. Services that are granted as a whole, and whose actions all stay, are kept as a whole.
fn apart(
    element: usize,
    live: &[Members],
    is_granted_whole: impl Fn(&str) -> bool,
) -> Result<Vec<Row>, &'static str> {
    let mut services: BTreeMap<&str, Vec<Standings<'_>>> = BTreeMap::new();
    let mut broken: BTreeSet<&str> = BTreeSet::new();
    for members in live {
        for action in &members.actions {
            if !stays(&members.spots) {
                broken.insert(action.prefix());
            }
            if grants(&members.spots) {
                let same = services.entry(action.prefix()).or_default();
                same.push((action, &members.spots));
            }
        }
    }
    let mut rows = Vec::new();
    for (prefix, mut members) in services {
        members.sort_by_key(|(action, _)| *action);
        let count = members.first().map_or(0, |(_, spots)| spots.len());
        let is_whole = members.len() > 1 && !broken.contains(prefix) && is_granted_whole(prefix);
        let all = members.iter().map(|(_, spots)| spots.as_slice());
        if let Some(spots) = alike(all, count).filter(|_| is_whole) {
            let text = format!("{prefix}:*");
            rows.push(Row {
                element,
                pattern: ActionPattern::new(text.clone()),
                instead: Some(text),
                members: members
                    .into_iter()
                    .map(|(action, _)| action.clone())
                    .collect(),
                spots,
            });
            continue;
        }
        if rows.len() + members.len() > MOST {
            return Err("what it would have to list instead is too long to read");
        }
        rows.extend(members.into_iter().map(|(action, spots)| Row {
            element,
            instead: Some(action.to_string()),
            pattern: ActionPattern::from(action),
            members: vec![action.clone()],
            spots: spots.as_ref().clone(),
        }));
    }
    Ok(rows)
}
