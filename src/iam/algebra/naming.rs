//! Decides whether a wildcard in the region or the account of a pattern can match past the `:` behind it, for resources of
//! some form.
//!
//! AWS documents that a `*` at the end of an ARN's part also matches past the `:`, so `arn:aws:sqs:*:a` matches in every
//! region. If a pattern writes all five `:` before the name, this needs a resource with more `:` than the pattern has, where
//! the pattern's name begins behind a later `:`. Few names can contain a `:`. One case is ignored: a resource whose name is
//! the word of a type, such as a state machine named `execution` or a layer named `function`.

use super::shape::{Alphabet, Letters, Shape, Step};

/// The number of `:` before the name in an ARN.
const COLONS: usize = 5;

/// What is needed to decide whether a pattern and a form have the same parts.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Naming {
    /// Whether all `:` before the name are written, and the name itself contains no free `:`.
    is_plain: bool,
    /// The number of `:` in the name.
    colons: usize,
    /// The text of the name before its first `:`, if it is plain text.
    word: Vec<Step>,
    /// The text of the name before its first `:` or `/`, if it is plain text: the type of the resource.
    kind: Vec<Step>,
}

impl Naming {
    /// The naming of a form. It is plain if no name of this form can contain a `:` of its own.
    pub(super) fn of_form(form: &Shape) -> Self {
        let free = Letters::Of(Alphabet::Any);
        let has_free = form.steps().iter().any(|step| step.letters() == free);
        let naming = Self::of_pattern(form);
        Self {
            is_plain: naming.is_plain && !has_free,
            ..naming
        }
    }

    /// The naming of a pattern. It is plain if all five `:` are written.
    pub(super) fn of_pattern(pattern: &Shape) -> Self {
        let colon = Step::One(Letters::Just(u32::from(':')));
        let steps = pattern.steps();
        let mut colons = steps.iter().enumerate().filter(|(_, own)| **own == colon);
        let Some((last, _)) = colons.nth(COLONS - 1) else {
            return Self::default();
        };
        let behind = steps.get(last + 1..).unwrap_or_default();
        let slash = Step::One(Letters::Just(u32::from('/')));
        let before = |behind: &[Step], ends: &[Step]| {
            let first = behind.iter().position(|own| ends.contains(own))?;
            let is_text = |step: &Step| matches!(step, Step::One(Letters::Just(_)));
            let text = behind.get(..first)?;
            text.iter().all(is_text).then(|| text.to_vec())
        };
        Self {
            is_plain: true,
            colons: colons.count(),
            word: before(behind, &[colon]).unwrap_or_default(),
            kind: before(
                behind.strip_prefix(&[slash]).unwrap_or(behind),
                &[colon, slash],
            )
            .unwrap_or_default(),
        }
    }

    /// Whether all `:` before the name are written.
    pub(super) fn has_all_parts(&self) -> bool {
        self.is_plain
    }

    /// Whether each wildcard of a pattern stays in its part of the ARN, for resources of a form.
    pub(super) fn stays_in(&self, form: &Self) -> bool {
        let have_words = !self.word.is_empty() && !form.word.is_empty();
        let have_types = !self.kind.is_empty() && !form.kind.is_empty();
        let are_plain = form.is_plain && (self.colons >= form.colons || have_words);
        self.is_plain && (are_plain || (have_types && self.kind != form.kind))
    }
}
