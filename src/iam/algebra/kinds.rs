//! Actions by what they can act on: those of one kind stand alike in every question about resources.

use super::super::action_set::BitSet;
use super::forms::{AllForms, Reached};
use super::shape::{Shape, Step};
use super::universe::{ActionUniverse, Reach};
use std::collections::{BTreeMap, BTreeSet};

/// The number of a kind.
pub(super) type KindId = usize;

/// The third part of an ARN, as far as it is known.
type Service = Option<Vec<Step>>;

#[derive(Debug)]
struct Kind {
    reached: Reached,
    services: BTreeSet<Service>,
}

/// Kinds by number, as far as they were asked for.
#[derive(Debug, Default)]
pub(super) struct Kinds {
    ids: BTreeMap<Vec<usize>, KindId>,
    all: Vec<Kind>,
    by_number: BTreeMap<u32, KindId>,
}

impl Kinds {
    /// The kind of an action.
    pub(super) fn of(
        &mut self,
        number: u32,
        universe: &dyn ActionUniverse,
        forms: &mut AllForms,
    ) -> KindId {
        if let Some(id) = self.by_number.get(&number) {
            return *id;
        }
        let next = self.all.len();
        let id = *self.ids.entry(universe.kind(number)).or_insert(next);
        if id == next {
            let reach = universe.reach(number);
            self.all.push(Kind {
                reached: forms.reached(&reach),
                services: services(&reach),
            });
        }
        self.by_number.insert(number, id);
        id
    }

    /// The kinds of these actions.
    pub(super) fn within(
        &mut self,
        actions: &BitSet,
        universe: &dyn ActionUniverse,
        forms: &mut AllForms,
    ) -> BTreeSet<KindId> {
        let numbers = actions.iter();
        numbers
            .map(|number| self.of(number, universe, forms))
            .collect()
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
        self.all
            .get(kind)
            .expect("the number was given out")
            .reached
    }

    /// The services of what they can act on.
    pub(super) fn services(&self, kind: KindId) -> impl Iterator<Item = &Service> {
        self.all
            .get(kind)
            .into_iter()
            .flat_map(|kind| &kind.services)
    }
}

fn services(reach: &Reach) -> BTreeSet<Service> {
    let service = |shape: &Shape| shape.service().map(|steps| steps.copied().collect());
    match reach {
        Reach::Unknown => [None].into(),
        Reach::Forms(forms) if forms.is_empty() => [None].into(),
        Reach::Forms(forms) => forms.iter().map(service).collect(),
        Reach::EitherForms(one, other) => one.iter().chain(other).map(service).collect(),
    }
}
