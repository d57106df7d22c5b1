//! Actions by what they can act on: those of one kind stand alike in every question about resources.

use super::super::action_set::BitSet;
use super::forms::{AllForms, Reached};
use super::universe::ActionUniverse;
use std::collections::BTreeMap;

/// The number of a kind.
pub(super) type KindId = usize;

/// Kinds by number, as far as they were asked for.
#[derive(Debug, Default)]
pub(super) struct Kinds {
    ids: BTreeMap<Vec<usize>, KindId>,
    all: Vec<Reached>,
    /// Those that were asked for, each at its number.
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

    /// Actions by their kind.
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

    /// What actions of a kind that this gave can act on.
    #[expect(
        clippy::expect_used,
        reason = "numbers are given out by this alone, and nothing is ever taken away"
    )]
    pub(super) fn reached(&self, kind: KindId) -> Reached {
        *self.all.get(kind).expect("the number was given out")
    }
}
