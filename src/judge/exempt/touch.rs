//! Finds which entries of the record cover an action, so that a wildcard is divided only where the record requires it.

use super::cover::Area;
use crate::catalog::Catalog;
use crate::iam::permissions::Cell;
use crate::iam::{Action, ActionPattern};
use std::collections::BTreeSet;

/// Everything that may distinguish the actions of a wildcard.
#[derive(Debug)]
pub(super) struct Touch<'a> {
    /// What is accepted or in the baseline.
    areas: Vec<&'a Area>,
    /// What was granted before, and what is denied.
    cells: Vec<&'a Cell>,
    catalog: &'a Catalog,
}

impl<'a> Touch<'a> {
    pub(super) fn new(
        areas: impl IntoIterator<Item = &'a Area>,
        cells: impl IntoIterator<Item = &'a Cell>,
        catalog: &'a Catalog,
    ) -> Self {
        Self {
            areas: areas.into_iter().collect(),
            cells: cells.into_iter().collect(),
            catalog,
        }
    }

    /// Whether the record is empty.
    pub(super) fn is_idle(&self) -> bool {
        self.areas.is_empty() && self.cells.is_empty()
    }

    /// The entries that cover an action, by their places.
    pub(super) fn of_member(&self, action: &Action) -> BTreeSet<usize> {
        let pattern = ActionPattern::from(action);
        let areas = self.areas.iter().enumerate();
        let areas = areas.filter(|(_, area)| area.covers_action(&pattern));
        let areas = areas.map(|(place, _)| place);
        let cells = self.cells.iter().enumerate();
        let cells = cells.filter(|(_, cell)| cell.actions.contains(action, self.catalog));
        let first = self.areas.len();
        areas.chain(cells.map(|(place, _)| first + place)).collect()
    }

    /// The entries that cover everything a wildcard matches. An entry of the record must cover the pattern; a cell must
    /// cover each of `members`.
    pub(super) fn of_all(
        &self,
        pattern: &ActionPattern,
        members: &[&BTreeSet<usize>],
    ) -> BTreeSet<usize> {
        let areas = self.areas.iter().enumerate();
        let areas = areas.filter(|(_, area)| area.covers_action(pattern));
        let first = self.areas.len();
        let of_each = |place: &usize| members.iter().all(|own| own.contains(place));
        let cells = (first..first + self.cells.len()).filter(of_each);
        areas.map(|(place, _)| place).chain(cells).collect()
    }
}
