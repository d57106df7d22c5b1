//! Rows that can stand in one statement without granting more than each of them grants.

use super::ask::Standing;
use super::rows::Row;
use crate::catalog::Catalog;
use crate::iam::Action;
use std::collections::BTreeSet;

/// Rows for one statement, with what becomes of each resource element.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) rows: Vec<Row>,
    pub(super) spots: Vec<Standing>,
}

/// The statements that one statement becomes; the first is the one that stays most as it is. None where nothing is left.
pub(super) fn groups(rows: Vec<Row>, catalog: &Catalog) -> Vec<Group> {
    let (dead, live): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(Row::is_dead);
    let mut groups: Vec<Group> = Vec::new();
    for row in live.into_iter().filter(Row::grants) {
        match groups
            .iter_mut()
            .find_map(|group| group.joined(&row, catalog).map(|spots| (group, spots)))
        {
            Some((group, spots)) => {
                group.spots = spots;
                group.rows.push(row);
            }
            None => groups.push(Group {
                spots: row.spots.clone(),
                rows: vec![row],
            }),
        }
    }
    // The statement itself stays with what changes least, and then with what was observed.
    let likeness = |group: &Group| {
        let is_narrowed = |spot: &Standing| matches!(spot, Standing::Narrowed(_));
        let stays = |spot: &Standing| matches!(spot, Standing::Kept | Standing::Dead);
        let as_written = group
            .rows
            .iter()
            .filter(|row| row.instead.is_none() && row.spots.iter().all(stays));
        (as_written.count(), group.spots.iter().any(is_narrowed))
    };
    let most = groups.iter().map(likeness).max();
    if let Some(place) = groups
        .iter()
        .position(|group| Some(likeness(group)) == most)
    {
        let first = groups.remove(place);
        groups.insert(0, first);
    }
    if let Some(first) = groups.first_mut() {
        first.rows.extend(dead);
        first.rows.sort_by_key(|row| row.element);
    }
    groups
}

impl Group {
    /// How the resources stand if the row joins, where it can.
    fn joined(&self, row: &Row, catalog: &Catalog) -> Option<Vec<Standing>> {
        let own: Vec<&Action> = self.rows.iter().flat_map(|row| &row.members).collect();
        let theirs: Vec<&Action> = row.members.iter().collect();
        let spots = self.spots.iter().zip(&row.spots);
        spots
            .map(|(one, other)| joined(one, &own, other, &theirs, catalog))
            .collect()
    }
}

/// What both make of a resource element, where neither is granted anything by it that it does not have.
fn joined(
    own: &Standing,
    actions: &[&Action],
    their: &Standing,
    their_actions: &[&Action],
    catalog: &Catalog,
) -> Option<Standing> {
    let nothing = BTreeSet::new();
    let idle = |actions: &[&Action], texts: &BTreeSet<String>, known: &BTreeSet<String>| {
        texts.difference(known).all(|text| {
            actions
                .iter()
                .all(|action| !catalog.can_act_on(action, text))
        })
    };
    match (own, their) {
        (Standing::Dead, other) | (other, Standing::Dead) => Some(other.clone()),
        (Standing::Kept, Standing::Kept) => Some(Standing::Kept),
        (Standing::Gone, Standing::Gone) => Some(Standing::Gone),
        (Standing::Narrowed(one), Standing::Narrowed(other)) => {
            let fits = idle(actions, other, one) && idle(their_actions, one, other);
            fits.then(|| Standing::Narrowed(one.union(other).cloned().collect()))
        }
        (Standing::Gone, Standing::Narrowed(texts)) => {
            idle(actions, texts, &nothing).then(|| their.clone())
        }
        (Standing::Narrowed(texts), Standing::Gone) => {
            idle(their_actions, texts, &nothing).then(|| own.clone())
        }
        (Standing::Kept, Standing::Gone | Standing::Narrowed(_))
        | (Standing::Gone | Standing::Narrowed(_), Standing::Kept) => None,
    }
}
