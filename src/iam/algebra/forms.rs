//! Numbers the sets of resource forms that actions can act on, so that each set is prepared once.

use std::sync::Arc;

use super::interned::Interned;
use super::naming::Naming;
use super::shape::Shape;
use super::universe::Reach;

/// The number of a set of forms.
pub(super) type FormsId = usize;

/// One form that a resource's ARN can have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Form {
    pub(super) shape: Shape,
    pub(super) naming: Naming,
}

/// Sets of forms by number.
#[derive(Debug)]
pub(super) struct AllForms {
    sets: Interned<Vec<Form>>,
    any: FormsId,
}

/// The resources that actions of one kind can act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reached {
    /// Resources of these forms.
    Forms(FormsId),
    /// Resources of the first forms or of the second: AWS does not document which.
    Either(FormsId, FormsId),
}

impl AllForms {
    /// The set that stands for resources of any form.
    pub(super) fn any(&self) -> FormsId {
        self.any
    }

    pub(super) fn get(&self, id: FormsId) -> Arc<Vec<Form>> {
        self.sets.get(id)
    }

    /// The numbers of the forms that a catalogue gives for an action.
    pub(super) fn reached(&mut self, reach: &Reach) -> Reached {
        match reach {
            Reach::Unknown => Reached::Forms(self.any),
            Reach::Forms(forms) => Reached::Forms(self.id(forms)),
            Reach::EitherForms(one, other) => Reached::Either(self.id(one), self.id(other)),
        }
    }

    pub(super) fn id(&mut self, shapes: &[Shape]) -> FormsId {
        let form = |shape: &Shape| Form {
            naming: Naming::of_form(shape),
            shape: shape.clone(),
        };
        let mut forms: Vec<Form> = shapes.iter().map(form).collect();
        forms.sort();
        forms.dedup();
        self.sets.id(forms)
    }
}

impl Default for AllForms {
    fn default() -> Self {
        let mut sets = Interned::default();
        let any = sets.id(Vec::new());
        Self { sets, any }
    }
}
