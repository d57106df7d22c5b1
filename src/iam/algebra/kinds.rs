//! Groups actions by the resources that they can act on. Every question about resources has one answer for all actions of a
//! kind.

use super::super::action_set::BitSet;
use super::forms::{AllForms, Reached};
use super::universe::ActionUniverse;
use std::collections::BTreeMap;

/// The number of a kind.
pub(super) type KindId = usize;

/// The kinds of the actions that were asked for, by number.
#[derive(Debug, Default)]
pub(super) struct Kinds {
    ids: BTreeMap<Vec<usize>, KindId>,
    all: Vec<Reached>,
    /// The kind of each action, at the action's number; `None` if nobody asked yet.
    by_number: Vec<Option<KindId>>,
}

impl Kinds {
    /// The kind of an action.
    pub(super) fn of(
        &mut self,
        number: u32,
        universe: &dyn ActionUniverse,
        forms: &mut AllForms,
    ) -> KindId {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        if let Some(Some(id)) = self.by_number.get(place) {
            return *id;
        }
        let next = self.all.len();
        let id = *self.ids.entry(universe.kind(number)).or_insert(next);
        if id == next {
            let reach = universe.reach(number);
            self.all.push(forms.reached(&reach));
        }
        if self.by_number.len() <= place {
            self.by_number.resize(place.saturating_add(1), None);
        }
        if let Some(known) = self.by_number.get_mut(place) {
            *known = Some(id);
        }
        id
    }

    /// Divides actions by their kind.
    pub(super) fn divided(
        &mut self,
        actions: &BitSet,
        universe: &dyn ActionUniverse,
        forms: &mut AllForms,
    ) -> BTreeMap<KindId, BitSet> {
        let mut divided: BTreeMap<KindId, BitSet> = BTreeMap::new();
        for number in actions.iter() {
            let kind = self.of(number, universe, forms);
            divided.entry(kind).or_default().insert(number);
        }
        divided
    }

    /// The resources that actions of a kind can act on.
    #[expect(
        clippy::expect_used,
        reason = "numbers are given out by this alone, and nothing is ever taken away"
    )]
    pub(super) fn reached(&self, kind: KindId) -> Reached {
        *self.all.get(kind).expect("the number was given out")
    }
}
