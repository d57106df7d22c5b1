//! Remembers how resource elements compare with the ARN formats that AWS documents. The comparison is slow, and the same for all actions
//! of a service.

use crate::catalog::{Catalog, Form};
use crate::iam::algebra::Piece;
use crate::iam::{Action, ResourcePattern};
use std::collections::BTreeMap;

/// The forms of resource elements, as far as they were asked for.
#[derive(Debug, Default)]
pub(super) struct Forms(BTreeMap<Piece, Element>);

#[derive(Debug)]
struct Element {
    /// The element as wide as it may be.
    widest: String,
    /// Its form by the prefix of the action.
    forms: BTreeMap<String, Form>,
}

impl Forms {
    /// Whether AWS documents the form of an element nowhere. Then nobody knows whether the action can act on it.
    pub(super) fn is_of_no_known_form(
        &mut self,
        piece: Piece,
        element: &ResourcePattern,
        action: &Action,
        catalog: &Catalog,
    ) -> bool {
        let Element { widest, forms } = self.0.entry(piece).or_insert_with(|| Element {
            widest: element.widest().glob().to_string(),
            forms: BTreeMap::new(),
        });
        catalog.is_open(action, widest, || {
            if let Some(form) = forms.get(action.prefix()) {
                return *form;
            }
            let form = catalog.form(action, widest);
            forms.insert(action.prefix().to_owned(), form);
            form
        })
    }
}
