//! A statement as rows: what each action element becomes, and on which of the statement's resources.

use super::ask::{Answers, Member, Standing};
use crate::iam::{Action, ActionClause, ActionPattern, Statement};
use std::collections::BTreeMap;

/// Actions that a wildcard may become before nobody would read them.
const MOST: usize = 100;

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
        self.spots.iter().any(|spot| match spot {
            Standing::Kept | Standing::Narrowed(_) => true,
            Standing::Dead | Standing::Gone => false,
        })
    }

    /// Whether it never granted anything.
    pub(super) fn is_dead(&self) -> bool {
        self.spots.iter().all(|spot| *spot == Standing::Dead)
    }
}

/// The rows of a statement, or why it is not taken apart.
pub(super) fn rows(statement: &Statement, answers: Answers) -> Result<Vec<Row>, &'static str> {
    let mut rows = Vec::new();
    let negated = matches!(statement.actions, ActionClause::NotAction(_));
    let count = statement.resources.patterns().len();
    for (element, members) in answers.into_iter().enumerate() {
        let Some(pattern) = statement.actions.patterns().get(element) else {
            continue;
        };
        let live: Vec<Member> = members
            .into_iter()
            .filter(|(_, spots)| spots.iter().any(|spot| *spot != Standing::Dead))
            .collect();
        let alike = alike(&live, count);
        if let Some(spots) = alike.filter(|_| !negated) {
            rows.push(Row {
                element,
                instead: None,
                pattern: pattern.value.clone(),
                members: live.into_iter().map(|(action, _)| action).collect(),
                spots,
            });
            continue;
        }
        let before = rows.len();
        let apart = apart(element, live, pattern.value.is_everything() && !negated);
        rows.extend(apart.into_iter().filter(Row::grants));
        if rows.len() - before > MOST {
            return Err("what it would have to list instead is too long to read");
        }
    }
    Ok(rows)
}

/// How all of the actions stand, where they stand alike.
fn alike(members: &[Member], count: usize) -> Option<Vec<Standing>> {
    let mut all = vec![Standing::Dead; count];
    for (_, spots) in members {
        for (own, spot) in all.iter_mut().zip(spots) {
            if *own == Standing::Dead {
                own.clone_from(spot);
            } else if *spot != Standing::Dead && *own != *spot {
                return None;
            }
        }
    }
    Some(all)
}

/// A row for each action. Of `*`, services whose actions all stay are kept as a whole.
fn apart(element: usize, members: Vec<Member>, by_service: bool) -> Vec<Row> {
    let mut services: BTreeMap<String, Vec<Member>> = BTreeMap::new();
    for member in members {
        let prefix = member.0.prefix().to_owned();
        services.entry(prefix).or_default().push(member);
    }
    let mut rows = Vec::new();
    for (prefix, members) in services {
        let count = members.first().map_or(0, |(_, spots)| spots.len());
        let whole = alike(&members, count).filter(|spots| {
            let stays = |spot: &Standing| matches!(spot, Standing::Kept | Standing::Dead);
            by_service && members.len() > 1 && spots.iter().all(stays)
        });
        if let Some(spots) = whole {
            let text = format!("{prefix}:*");
            rows.push(Row {
                element,
                pattern: ActionPattern::new(text.clone()),
                instead: Some(text),
                members: members.into_iter().map(|(action, _)| action).collect(),
                spots,
            });
            continue;
        }
        rows.extend(members.into_iter().map(|(action, spots)| Row {
            element,
            instead: Some(action.to_string()),
            pattern: ActionPattern::from(&action),
            members: vec![action],
            spots,
        }));
    }
    rows
}
