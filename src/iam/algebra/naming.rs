//! Whether a wildcard in the region or the account of a pattern can run over the `:` behind it, for resources of some form.
//!
//! As AWS documents it, a `*` at the end of an ARN's part reaches past the `:`, so that `arn:aws:sqs:*:a` is in every
//! region. Where a pattern writes all five `:` before the name, that takes a resource with more `:` than the pattern has,
//! and with what the pattern's name begins with behind one of them: few names can have a `:` at all. A thing that has the
//! word of its own type for a name (a state machine `execution`) is not reckoned with.

use super::shape::{Alphabet, Letters, Shape, Step};

/// `:` that stand before the name in an ARN.
const COLONS: usize = 5;

/// What tells whether the parts of a pattern and those of a form are the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Naming {
    /// Whether all `:` before the name are written, and the name itself can have no others.
    is_plain: bool,
    /// `:` in what is behind them.
    colons: usize,
    /// The text before the first of those, where it is plain text.
    word: Vec<Step>,
}

impl Naming {
    /// Of a form: plain where its names have no `:` of their own.
    pub(super) fn of_form(form: &Shape) -> Self {
        let free = Letters::Of(Alphabet::Any);
        let has_free = form.steps().iter().any(|step| step.letters() == free);
        let naming = Self::of_pattern(form);
        Self {
            is_plain: naming.is_plain && !has_free,
            ..naming
        }
    }

    /// Of a pattern: plain where all five `:` are written.
    pub(super) fn of_pattern(pattern: &Shape) -> Self {
        let colon = Step::One(Letters::Just(u32::from(':')));
        let steps = pattern.steps();
        let mut colons = steps.iter().enumerate().filter(|(_, own)| **own == colon);
        let Some((last, _)) = colons.nth(COLONS - 1) else {
            return Self::default();
        };
        let behind = steps.get(last + 1..).unwrap_or_default();
        let first = behind.iter().position(|own| *own == colon);
        let word = first.and_then(|first| behind.get(..first));
        let is_text = |step: &Step| matches!(step, Step::One(Letters::Just(_)));
        Self {
            is_plain: true,
            colons: colons.count(),
            word: word
                .filter(|word| word.iter().all(is_text))
                .unwrap_or_default()
                .to_vec(),
        }
    }

    /// Whether the wildcards of a pattern stay in their parts for resources of a form.
    pub(super) fn stays_in(&self, form: &Self) -> bool {
        let same_word = !self.word.is_empty() && self.word == form.word;
        self.is_plain && form.is_plain && (self.colons >= form.colons || same_word)
    }
}
