//! The resource patterns of a question, each once, ready to be held against each other.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::ResourcePattern;
use super::cause::Cause;
use super::shape::{Shape, Variables};

/// A pattern of a [`Patterns`].
pub(super) type PatternId = usize;

/// How far it is known what a pattern matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certainty {
    /// Its shape says all.
    Exact,
    /// A request says what its policy variables stand for.
    Variable,
    /// AWS does not document whether it matches as its shape says, or nothing.
    Disputed,
    /// It matches nothing.
    Never,
}

/// A pattern and its shapes.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) text: Arc<str>,
    pub(super) certainty: Certainty,
    /// With a letter for each policy variable.
    pub(super) shape: Shape,
    /// With any text for each policy variable.
    pub(super) widest: Shape,
    /// Why a match can be undecided.
    pub(super) cause: Option<Cause>,
}

/// Patterns by number.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    known: Vec<Known>,
    by_pattern: BTreeMap<ResourcePattern, PatternId>,
    variables: Variables,
    attached: Option<PatternId>,
}

impl Patterns {
    /// The number of a pattern; the same for equal ones.
    pub(super) fn id(&mut self, pattern: &ResourcePattern) -> PatternId {
        if let Some(id) = self.by_pattern.get(pattern) {
            return *id;
        }
        let certainty = if pattern.never_matches().is_some() {
            Certainty::Never
        } else if pattern.disputed().is_some() {
            Certainty::Disputed
        } else if pattern.has_variables() {
            Certainty::Variable
        } else {
            Certainty::Exact
        };
        let text: Arc<str> = pattern.text().into();
        let cause = match (pattern.dispute(), pattern.has_variables()) {
            (Some(dispute), _) => Some(Cause::Disputed {
                pattern: Arc::clone(&text),
                dispute,
            }),
            (None, true) => Some(Cause::Variable {
                pattern: Arc::clone(&text),
            }),
            (None, false) => None,
        };
        let shape = Shape::of_pattern(pattern, Some(&mut self.variables));
        let id = self.push(Known {
            text,
            certainty,
            shape,
            widest: Shape::of_pattern(pattern, None),
            cause,
        });
        self.by_pattern.insert(pattern.clone(), id);
        id
    }

    /// The number that a pattern has, if it has one.
    pub(super) fn number(&self, pattern: &ResourcePattern) -> Option<PatternId> {
        self.by_pattern.get(pattern).copied()
    }

    /// The number of the resource that a policy without `Resource` is attached to.
    pub(super) fn attached(&mut self) -> PatternId {
        if let Some(id) = self.attached {
            return id;
        }
        let everything = Shape::default().any(super::Alphabet::Any);
        let id = self.push(Known {
            text: "".into(),
            certainty: Certainty::Disputed,
            shape: everything.clone(),
            widest: everything,
            cause: Some(Cause::Attached),
        });
        self.attached = Some(id);
        id
    }

    fn push(&mut self, known: Known) -> PatternId {
        self.known.push(known);
        self.known.len() - 1
    }

    /// The pattern with a number that this gave.
    #[expect(
        clippy::expect_used,
        reason = "numbers are given out by this alone, and nothing is ever taken away"
    )]
    pub(super) fn get(&self, id: PatternId) -> &Known {
        self.known.get(id).expect("the number was given out")
    }
}
