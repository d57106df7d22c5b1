//! Patterns as steps over sets of letters: what resource patterns, ARN formats and action names have in common.
//!
//! A [`Glob`] knows only wildcards that cross everything. In an ARN some wildcards stay in their part, some names have no
//! `:` or `/`, and a policy variable stands for text that only a request gives; all of these are letters here.

use std::collections::BTreeMap;

use super::super::glob::Token;
use super::super::variable::{Segment, segments};
use super::super::{Glob, ResourcePattern};

/// Letters that a name can be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alphabet {
    /// Any letter.
    Any,
    /// Any letter, of names that in truth have no `:`, or none that tells anything: what looks like a part of an ARN inside
    /// of such a name is none.
    Name,
    /// All but `:`: names that are paths.
    Path,
    /// All but `:` and `/`: ordinary names.
    Word,
}

/// A code point, or beyond those a policy variable.
type Letter = u32;

/// A letter that no pattern names: the hardest that a wildcard can stand for.
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
    /// As any text at all: what holds then holds for every request.
    Every,
    /// As one letter that occurs nowhere else: what fails then fails for some request.
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

    /// Whether it takes a letter; text of any length only where it can take any run of letters.
    pub(super) fn takes(self, letter: Letter, reading: Reading) -> bool {
        let is_text = (FIRST_VARIABLE..FRESH).contains(&letter) && reading == Reading::Every;
        let takes_text = self == Self::Many(Letters::Of(Alphabet::Any))
            || self.letters() == Letters::Just(letter);
        self.letters().take(letter) && (!is_text || takes_text)
    }
}

/// A pattern as steps.
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
    /// Then this text.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        let just = |letter| Step::One(Letters::Just(u32::from(letter)));
        self.steps.extend(text.chars().map(just));
        self
    }

    /// Then one or more letters.
    #[must_use]
    pub fn some(mut self, of: Alphabet) -> Self {
        self.steps.push(Step::One(Letters::Of(of)));
        self.any(of)
    }

    /// Then any number of letters, also none.
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

    /// A glob whose wildcards stay in the first five parts of an ARN that they stand in.
    pub(super) fn of_arn_glob(glob: &Glob) -> Self {
        Self::of_glob(glob).kept_in_parts()
    }

    /// All that a resource pattern may match, or, with names for variables, what it matches when they have values.
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

    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }

    pub(super) fn is_everything(&self) -> bool {
        self.steps == [Step::Many(Letters::Of(Alphabet::Any))]
    }

    /// Whether the two plainly differ in a letter at their start or end, or name other services: then nothing matches both.
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

    /// The third part of an ARN, where no wildcard before it or in it hides where it begins and ends.
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

/// The policy variables that patterns name, each a letter.
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
