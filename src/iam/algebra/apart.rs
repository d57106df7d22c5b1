//! Finds the actions that can act on no resource of a pattern, from plain text alone. Mostly these are actions of other
//! services. The check is cheap and spares the full comparison.

use super::super::action_set::BitSet;
use super::forms::{FormsId, Reached};
use super::kinds::KindId;
use super::patterns::PatternId;
use super::problem::Problem;

/// The kinds of action that cannot act on any resource of one pattern, as far as they were checked.
#[derive(Debug, Default)]
pub(super) struct Apart {
    looked_at: BitSet,
    apart: BitSet,
}

impl Problem<'_> {
    /// Whether it is plain from the text that actions of a kind can act on no resource that a pattern matches.
    pub(super) fn is_apart(&mut self, pattern: PatternId, kind: KindId) -> bool {
        let Ok(number) = u32::try_from(kind) else {
            return false;
        };
        let known = self.apart.entry(pattern).or_default();
        if known.looked_at.contains(number) {
            return known.apart.contains(number);
        }
        let widest = &self.patterns.get(pattern).widest;
        let is_apart = |forms: FormsId| {
            let forms = self.forms.get(forms);
            let mut each = forms.iter();
            !forms.is_empty() && each.all(|form| form.shape.differs_plainly(widest))
        };
        let is_apart = match self.kinds.reached(kind) {
            Reached::Forms(forms) => is_apart(forms),
            Reached::Either(one, other) => is_apart(one) && is_apart(other),
        };
        known.looked_at.insert(number);
        if is_apart {
            known.apart.insert(number);
        }
        is_apart
    }
}
