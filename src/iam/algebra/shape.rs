//! Represents resource patterns, ARN formats and action names as steps over sets of letters, so that all of them can be
//! compared.
//!
//! The wildcards of a [`Glob`] match any text. That is too little here: in an ARN some wildcards stay in their part, some
//! names contain no `:` or `/`, and a policy variable stands for text that only a request gives. Steps over letters express
//! all of these.

use std::collections::BTreeMap;

use super::super::glob::Token;
use super::super::variable::{Segment, segments};
use super::super::{Glob, ResourcePattern};

/// The letters that a name can contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alphabet {
    /// Any letter.
    Any,
    /// Any letter. Names of this sort have in truth no `:`, or a `:` that separates nothing: what looks like a part of an
    /// ARN inside such a name is none.
    Name,
    /// Any letter except `:`. For names that are paths.
    Path,
    /// Any letter except `:` and `/`. For ordinary names.
    Word,
}

/// A Unicode code point, or a number above them that stands for a policy variable.
type Letter = u32;

/// A letter that no pattern names. If the patterns match this one for a wildcard, they match any other.
pub(super) const FRESH: Letter = Letter::MAX;
const FIRST_VARIABLE: Letter = 0x11_0000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Letters {
    Just(Letter),
    Of(Alphabet),
}

impl Letters {
    pub(super) fn take(self, letter: Letter) -> bool {
        match self {
            Self::Just(own) => own == letter,
            Self::Of(Alphabet::Any | Alphabet::Name) => true,
            Self::Of(Alphabet::Path) => letter != u32::from(':'),
            Self::Of(Alphabet::Word) => letter != u32::from(':') && letter != u32::from('/'),
        }
    }
}

/// How a policy variable is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// As any text. A result that holds in this reading holds for every request.
    Every,
    /// As one letter that occurs nowhere else. A result that fails in this reading fails for some request.
    Fresh,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    One(Letters),
    Many(Letters),
}

impl Step {
    pub(super) fn letters(self) -> Letters {
        match self {
            Self::One(letters) | Self::Many(letters) => letters,
        }
    }

    /// Whether the step takes a letter. A variable read as any text is taken only by a run of any letters, or by the same
    /// variable.
    pub(super) fn takes(self, letter: Letter, reading: Reading) -> bool {
        let is_text = (FIRST_VARIABLE..FRESH).contains(&letter) && reading == Reading::Every;
        let takes_text = self == Self::Many(Letters::Of(Alphabet::Any))
            || self.letters() == Letters::Just(letter);
        self.letters().take(letter) && (!is_text || takes_text)
    }
}

/// A pattern as a sequence of steps.
///
/// ```
/// use aws_least_privilege::iam::algebra::{Alphabet, Shape};
///
/// let queue = Shape::default().text("arn:aws:sqs:").some(Alphabet::Word).text(":").some(Alphabet::Word);
/// assert_ne!(queue, Shape::default());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    steps: Vec<Step>,
}

impl Shape {
    /// Adds plain text.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        let just = |letter| Step::One(Letters::Just(u32::from(letter)));
        self.steps.extend(text.chars().map(just));
        self
    }

    /// Adds a name of one or more letters.
    #[must_use]
    pub fn some(mut self, of: Alphabet) -> Self {
        self.steps.push(Step::One(Letters::Of(of)));
        self.any(of)
    }

    /// Adds any number of letters, or none.
    #[must_use]
    pub fn any(mut self, of: Alphabet) -> Self {
        self.steps.push(Step::Many(Letters::Of(of)));
        self
    }

    pub(super) fn of_glob(glob: &Glob) -> Self {
        let wild = Letters::Of(Alphabet::Any);
        let step = |token: &Token| match token {
            Token::Char(own) => Step::One(Letters::Just(u32::from(*own))),
            Token::AnyOne => Step::One(wild),
            Token::AnyRun => Step::Many(wild),
        };
        Self {
            steps: glob.tokens().iter().map(step).collect(),
        }
    }

    /// The shape of a glob for ARNs: wildcards in the first five parts stay in their part.
    pub(super) fn of_arn_glob(glob: &Glob) -> Self {
        Self::of_glob(glob).kept_in_parts()
    }

    /// The shape of a resource pattern. With `variables`, each policy variable is a letter of its own; without, it is any
    /// text.
    pub(super) fn of_pattern(pattern: &ResourcePattern, variables: Option<&mut Variables>) -> Self {
        let whole = match variables {
            Some(variables) if pattern.has_variables() => {
                let mut shape = Self::default();
                for segment in segments(pattern.text()) {
                    match segment {
                        Segment::Text(text) => {
                            let glob = Self::of_glob(&Glob::parse_unescaped(text));
                            shape.steps.extend(glob.steps);
                        }
                        Segment::Escaped(letter) => {
                            shape = shape.text(letter.encode_utf8(&mut [0; 4]));
                        }
                        Segment::Variable(inside) => {
                            let letter = Letters::Just(variables.letter(inside));
                            shape.steps.push(Step::One(letter));
                        }
                    }
                }
                shape
            }
            Some(_) | None => Self::of_glob(pattern.glob()),
        };
        if pattern.stays_in_parts() {
            whole.kept_in_parts()
        } else {
            whole
        }
    }

    pub(super) fn kept_in_parts(mut self) -> Self {
        let mut part = 1;
        for step in &mut self.steps {
            let kept = Letters::Of(Alphabet::Path);
            match step {
                Step::One(Letters::Just(own)) if *own == u32::from(':') => part += 1,
                Step::One(letters @ Letters::Of(Alphabet::Any)) if part < 6 => *letters = kept,
                Step::Many(letters @ Letters::Of(Alphabet::Any)) if part < 6 => *letters = kept,
                Step::One(_) | Step::Many(_) => {}
            }
        }
        self
    }

    /// The same shape with wildcards that stand for names.
    pub(super) fn with_names(mut self) -> Self {
        for step in &mut self.steps {
            if let Step::One(letters) | Step::Many(letters) = step
                && *letters == Letters::Of(Alphabet::Any)
            {
                *letters = Letters::Of(Alphabet::Name);
            }
        }
        self
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }

    pub(super) fn is_everything(&self) -> bool {
        self.steps == [Step::Many(Letters::Of(Alphabet::Any))]
    }

    /// Whether it is plain that no text matches both: they differ in a letter at their start or end, or name different
    /// services.
    pub(super) fn differs_plainly(&self, other: &Self) -> bool {
        let same = |pair: &(&Step, &Step)| match pair {
            (Step::One(Letters::Just(one)), Step::One(Letters::Just(two))) => one == two,
            _ => false,
        };
        let differ = |pair: Option<(&Step, &Step)>| {
            matches!(
                pair,
                Some((Step::One(Letters::Just(_)), Step::One(Letters::Just(_))))
            )
        };
        let (ours, theirs) = (self.steps.iter(), other.steps.iter());
        if differ(ours.clone().zip(theirs.clone()).find(|pair| !same(pair)))
            || differ(ours.rev().zip(theirs.rev()).find(|pair| !same(pair)))
        {
            return true;
        }
        match (self.service(), other.service()) {
            (Some(own), Some(their)) => !own.eq(their),
            _ => false,
        }
    }

    /// The service, the third part of an ARN. `None` if it is not plain text, or if a wildcard before it hides where it
    /// begins.
    pub(super) fn service(&self) -> Option<impl Iterator<Item = &Step>> {
        let colon = Step::One(Letters::Just(u32::from(':')));
        let mut colons = self
            .steps
            .iter()
            .enumerate()
            .filter(|(_, step)| **step == colon);
        let (first, second) = (colons.nth(1)?.0 + 1, colons.next()?.0);
        let hidden =
            |step: &Step| matches!(step.letters(), Letters::Of(Alphabet::Any | Alphabet::Name));
        let is_plain = |step: &Step| matches!(step, Step::One(Letters::Just(_)));
        let before = self.steps.get(..first)?;
        let service = self.steps.get(first..second)?;
        (!before.iter().any(hidden) && service.iter().all(is_plain)).then(|| service.iter())
    }
}

/// The policy variables that patterns name, with a letter for each.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables {
    letters: BTreeMap<String, Letter>,
}

impl Variables {
    fn letter(&mut self, inside: &str) -> Letter {
        let next = FIRST_VARIABLE + u32::try_from(self.letters.len()).unwrap_or_default();
        let (key, default) = inside.split_once(',').unwrap_or((inside, ""));
        let name = format!("{},{}", key.trim().to_lowercase(), default.trim());
        *self.letters.entry(name).or_insert(next)
    }
}
