//! What plainly has nothing to do with each other: patterns and kinds of actions that act on other services' resources, mostly.

use super::super::action_set::BitSet;
use super::forms::{FormsId, Reached};
use super::kinds::KindId;
use super::patterns::PatternId;
use super::problem::Problem;

/// Kinds of actions that can act on nothing that a pattern matches, as far as they were looked at.
#[derive(Debug, Default)]
pub(super) struct Apart {
    looked_at: BitSet,
    apart: BitSet,
}

impl Problem<'_> {
    /// Whether actions of a kind plainly can act on nothing that a pattern matches.
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
